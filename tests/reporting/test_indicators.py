"""Shares per indicator: first attempts only, exact, and nothing about fewer than five people."""

from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy.orm import Session

from netral.errors import NotFound
from netral.learning.editions.models import QuestionVersion
from netral.learning.periods.models import Enrolment, Period
from netral.organisation.models import Opd
from netral.quiz.questions import Indicator
from netral.reporting.counts import State
from netral.reporting.indicators import IndicatorShare, read_indicators
from tests.factories import make_instansi, make_opd, make_period
from tests.reporting.makers import make_attempt, make_item, make_person, make_question


def shares(session: Session, period: Period, **more: Any) -> dict[Indicator, IndicatorShare]:
    session.flush()
    values: dict[str, Any] = {"instansi_id": period.instansi_id, "period_id": period.id}
    return {found.indicator: found for found in read_indicators(session, **(values | more))}


@pytest.fixture
def dinas(session: Session) -> Opd:
    return make_opd(session)


@pytest.fixture
def period(session: Session) -> Period:
    return make_period(session)


def answer(
    session: Session, enrolment: Enrolment, question: QuestionVersion, points: tuple[int, int] | None, **more: Any
) -> None:
    make_item(session, make_attempt(session, enrolment, **more), question=question, points=points)


def test_a_share_is_the_exact_mean_of_points(session: Session, dinas: Opd, period: Period) -> None:
    question = make_question(session, indicator="kampanye")
    for points in [(1, 1), (1, 2), (1, 3), (0, 1), (0, 1)]:
        answer(session, make_person(session, opd=dinas, period=period), question, points)

    found = shares(session, period)[Indicator.KAMPANYE]

    assert (found.people, found.share, found.tenths) == (5, Fraction(11, 30), 366)


@pytest.mark.parametrize(("people", "share"), [(4, None), (5, Fraction(1))])
def test_a_share_of_fewer_than_five_people_is_hidden(
    session: Session, dinas: Opd, period: Period, people: int, share: Fraction | None
) -> None:
    questions = [make_question(session, indicator="partai") for _ in range(2)]
    for _ in range(people):
        attempt = make_attempt(session, make_person(session, opd=dinas, period=period))
        for question in questions:
            make_item(session, attempt, question=question, points=(1, 1))

    found = shares(session, period)[Indicator.PARTAI]

    assert (found.people, found.share) == (people, share)


def test_only_closed_first_attempts_of_wajib_people_count(session: Session, dinas: Opd, period: Period) -> None:
    question = make_question(session)
    for _ in range(5):
        siti = make_person(session, opd=dinas, period=period)
        answer(session, siti, question, (0, 1))
        answer(session, siti, question, (1, 1), number=2)
    answer(session, make_person(session, opd=dinas, period=period, standing="keluar"), question, (1, 1))
    still_open = {"state": "open", "closed_at": None, "passed": None, "points_numerator": None}
    answer(session, make_person(session, opd=dinas, period=period), question, None, **still_open)

    found = shares(session, period)[Indicator.KAMPANYE]

    assert (found.people, found.share) == (5, Fraction(0))


def test_a_reach_limits_the_people(session: Session, dinas: Opd, period: Period) -> None:
    question, satpol = make_question(session), make_opd(session, nama="Satpol PP")
    for opd, points in [(dinas, (1, 1)), (satpol, (0, 1))] * 5:
        answer(session, make_person(session, opd=opd, period=period), question, points)

    assert shares(session, period)[Indicator.KAMPANYE].share == Fraction(1, 2)
    assert shares(session, period, opd_path=dinas.path)[Indicator.KAMPANYE].share == 1


def test_the_general_part_is_no_indicator(session: Session, dinas: Opd, period: Period) -> None:
    question = make_question(session, indicator="umum")
    for _ in range(5):
        answer(session, make_person(session, opd=dinas, period=period, state=State.NOT_STARTED), question, (1, 1))

    assert Indicator.UMUM not in shares(session, period)


def test_a_period_of_another_instansi_is_not_found(session: Session, period: Period) -> None:
    with pytest.raises(NotFound):
        shares(session, period, instansi_id=make_instansi(session, kode="lain").id)
