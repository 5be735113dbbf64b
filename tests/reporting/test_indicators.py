"""Shares per indicator: exact, from the kept counts of first attempts, and nothing about fewer than five people."""

from fractions import Fraction

import pytest
from sqlalchemy.orm import Session

from netral.errors import NotFound
from netral.learning.periods.models import Period
from netral.organisation.models import Opd
from netral.quiz.questions import Indicator
from netral.reporting.indicators import IndicatorShare, find_weakest, read_indicators
from tests.factories import make_instansi, make_opd, make_period
from tests.reporting.makers import make_indicator_tally


def shares(session: Session, period: Period) -> dict[Indicator, IndicatorShare]:
    found = read_indicators(session, instansi_id=period.instansi_id, period_id=period.id)
    return {share.indicator: share for share in found}


@pytest.fixture
def dinas(session: Session) -> Opd:
    return make_opd(session)


@pytest.fixture
def period(session: Session) -> Period:
    return make_period(session)


def test_a_share_is_the_exact_mean_of_points_over_all_opd(session: Session, dinas: Opd, period: Period) -> None:
    make_indicator_tally(session, period, dinas, "kampanye", people=3, points=Fraction(11, 6))
    make_indicator_tally(session, period, make_opd(session, nama="Satpol PP"), "kampanye", people=2, points=0)

    found = shares(session, period)[Indicator.KAMPANYE]

    assert (found.people, found.share, found.tenths) == (5, Fraction(11, 30), 366)


@pytest.mark.parametrize(("people", "share"), [(4, None), (5, Fraction(1))])
def test_a_share_of_fewer_than_five_people_is_hidden(
    session: Session, dinas: Opd, period: Period, people: int, share: Fraction | None
) -> None:
    make_indicator_tally(session, period, dinas, "partai", people=people, points=people)

    found = shares(session, period)[Indicator.PARTAI]

    assert (found.people, found.share) == (people, share)


def test_another_period_and_the_general_part_do_not_count(session: Session, dinas: Opd, period: Period) -> None:
    make_indicator_tally(session, period, dinas, "umum", people=5, points=5)
    make_indicator_tally(session, make_period(session), dinas, "karier", people=5, points=5)

    found = shares(session, period)

    assert Indicator.UMUM not in found
    assert {share.people for share in found.values()} == {0}


@pytest.mark.parametrize(("people", "weakest"), [(5, Indicator.KAMPANYE), (2, None)])
def test_the_weakest_is_named_only_where_the_intervals_part(
    session: Session, dinas: Opd, period: Period, people: int, weakest: Indicator | None
) -> None:
    make_indicator_tally(session, period, dinas, "kampanye", people=people, points=0)
    make_indicator_tally(session, period, dinas, "karier", people=5, points=5)

    found = find_weakest(list(shares(session, period).values()))

    assert (found.indicator if found else None) == weakest


def test_a_period_of_another_instansi_is_not_found(session: Session, period: Period) -> None:
    with pytest.raises(NotFound):
        read_indicators(session, instansi_id=make_instansi(session, kode="lain").id, period_id=period.id)
