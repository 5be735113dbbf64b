"""The Inspektorat's sample: repeatable by its seed, whole traces, no scores."""

from dataclasses import fields

import pytest
from sqlalchemy.orm import Session

from netral.accounts.access import Reach
from netral.errors import NotFound
from netral.learning.periods.models import Period
from netral.reporting.counts import State
from netral.reporting.report import Asked, find_period
from netral.reporting.reports.sample import Sample, Sampled, draw_sample, read
from tests.factories import NOW, make_instansi, make_opd, make_period
from tests.reporting.makers import DAY, make_person


@pytest.fixture
def period(session: Session) -> Period:
    period, opd = make_period(session), make_opd(session)
    for number in range(20):
        make_person(session, opd=opd, period=period, nama=f"Pegawai {number:02}")
    return period


def draw(session: Session, period: Period, *, size: int = 5, seed: int = 2029) -> Sample:
    found = find_period(session, instansi_id=period.instansi_id, period_id=period.id)
    return draw_sample(session, found, size=size, seed=seed, now=NOW)


def test_the_same_seed_draws_the_same_people(session: Session, period: Period) -> None:
    assert draw(session, period) == draw(session, period)


def test_another_seed_draws_others(session: Session, period: Period) -> None:
    assert draw(session, period).people != draw(session, period, seed=2030).people


def test_nobody_is_drawn_twice_and_a_small_period_is_drawn_whole(session: Session, period: Period) -> None:
    sample = draw(session, period, size=30)

    assert (sample.population, len({person.nama for person in sample.people})) == (20, 20)


def test_a_trace_shows_steps_and_the_valid_certificate(session: Session) -> None:
    period, opd = make_period(session), make_opd(session)
    make_person(session, opd=opd, period=period, nama="Siti Aminah", state=State.COMPLETED, at=NOW - DAY)

    (siti,) = draw(session, period).people

    assert (siti.nama, siti.nip_akhir, siti.opd) == ("Siti Aminah", "000", "Dinas Kesehatan")
    assert (siti.state, siti.completed_at) == (State.COMPLETED, NOW - DAY)
    assert siti.nomor is not None


def test_a_score_has_no_place_in_a_trace() -> None:
    assert not {field.name for field in fields(Sampled)} & {"score", "points", "answers", "nip"}


def test_a_period_of_another_instansi_is_not_found(session: Session, period: Period) -> None:
    foreign = make_instansi(session, kode="lain")

    with pytest.raises(NotFound):
        read(session, Asked(reach=Reach(foreign.id), period_id=period.id, now=NOW, options={"n": "1"}))
