"""The final report: figures as of a closing, which nothing changes afterwards."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from netral.accounts.access import Reach
from netral.audit.events import Act
from netral.errors import NotFound
from netral.learning.periods.lifecycle import Ends
from netral.learning.periods.models import Enrolment, EnrolmentChange, FinalReport, Period
from netral.organisation.models import Asn, Opd
from netral.reporting.final import (
    FINAL,
    FrozenReport,
    close_and_freeze,
    find_unfrozen,
    freeze,
    freeze_and_reopen,
    list_frozen,
    read,
)
from netral.reporting.report import Asked
from netral.roster.following import follow_roster
from tests.factories import NOW, make_asn, make_enrolment, make_opd, make_period
from tests.learning.make import later

HOUR = timedelta(hours=1)


@pytest.fixture
def period(session: Session) -> Period:
    """Make a period of two OPD: Siti has completed, Budi passed, Citra is exempt, Eka has not begun."""
    health = make_opd(session, nama="Dinas Kesehatan", kode="dinkes")
    schools = make_opd(session, nama="Dinas Pendidikan", kode="dikbud")
    made = make_period(session, kode="pilkada-2029")
    before = NOW - HOUR
    join(session, made, health, "Siti", started_at=before, passed_at=before, pledged_at=before, completed_at=before)
    join(session, made, health, "Budi", started_at=before, passed_at=before)
    citra = join(session, made, schools, "Citra", standing="bebas")
    join(session, made, schools, "Eka")
    values = {"instansi_id": made.instansi_id, "enrolment_id": citra.id, "kind": "bebas", "at": before}
    session.add(EnrolmentChange(**values, opd_id=schools.id, reason="Cuti"))
    session.commit()
    return made


def join(
    session: Session, period: Period, opd: Opd, nama: str, *, standing: str = "wajib", **steps: datetime
) -> Enrolment:
    person = make_asn(session, opd=opd, nama=nama)
    return make_enrolment(session, asn=person, period=period, standing=standing, joined_at=NOW - 2 * HOUR, **steps)


def ask(session: Session, period: Period, *, path: str | None = None, number: int | None = None) -> FrozenReport:
    options = {"ke": str(number)} if number else {}
    reach = Reach(period.instansi_id, path)
    return read(session, Asked(reach=reach, period_id=period.id, now=NOW, options=options))


def figures(found: FrozenReport) -> tuple[int, ...]:
    total = found.report.total
    return total.wajib, total.completed, total.passed_only, total.not_started, total.exempt


def close(session: Session, period: Period, now: datetime = NOW) -> None:
    close_and_freeze(session, Act(None, now, period.instansi_id), kode=period.kode)
    session.commit()


def test_an_officers_closing_freezes_the_figures_with_their_hash(session: Session, period: Period) -> None:
    close(session, period)

    found = ask(session, period)
    assert figures(found) == (3, 1, 1, 1, 1)
    assert (found.closed_at, found.number, found.intact) == (NOW, 1, True)
    assert find_unfrozen(session, now=NOW) == []


def test_nothing_that_happens_afterwards_changes_it(session: Session, period: Period) -> None:
    close(session, period)
    before = FINAL.tables(ask(session, period))

    session.execute(update(Enrolment).values(completed_at=later(days=1), passed_at=later(days=1)))
    session.execute(update(Asn).values(opd_id=select(Opd.id).where(Opd.kode == "dikbud").scalar_subquery()))
    session.execute(update(Opd).values(nama="Badan lain"))
    session.commit()

    assert FINAL.tables(ask(session, period)) == before


def test_the_sweep_counts_as_of_the_closing_however_late_it_comes(session: Session, period: Period) -> None:
    closes_at, late = period.closes_at, period.closes_at + timedelta(days=3)
    session.execute(update(Enrolment).where(Enrolment.passed_at.is_not(None)).values(completed_at=closes_at + HOUR))
    session.execute(update(Enrolment).where(Enrolment.started_at.is_(None)).values(started_at=closes_at + HOUR))
    session.commit()

    assert find_unfrozen(session, now=late) == [(period.instansi_id, period.id)]
    assert freeze(session, Act(None, late, period.instansi_id), period_id=period.id, by_date=True)
    assert not freeze(session, Act(None, late, period.instansi_id), period_id=period.id, by_date=True)
    session.commit()
    assert figures(ask(session, period)) == (3, 0, 1, 1, 1)


def test_a_reopened_period_keeps_its_first_report_and_gets_another(session: Session, period: Period) -> None:
    close(session, period)
    session.execute(update(Enrolment).where(Enrolment.passed_at.is_not(None)).values(completed_at=later(minutes=30)))
    opened = freeze_and_reopen(
        session,
        Act(None, later(hours=1), period.instansi_id),
        kode=period.kode,
        ends=Ends(last_day=date(2029, 6, 30)),
        reason="Ditutup terlalu cepat",
    )
    session.commit()
    close(session, period, later(hours=2))

    assert opened.reopened_at == later(hours=1)
    assert list_frozen(session, instansi_id=period.instansi_id, period_id=period.id) == (NOW, later(hours=2))
    assert [ask(session, period, number=number).report.total.completed for number in (1, 2)] == [1, 2]


def test_who_joined_the_roster_meanwhile_takes_part_after_reopening(session: Session, period: Period) -> None:
    close(session, period)
    make_asn(session, opd=session.scalars(select(Opd)).first(), nama="Fajar")
    assert follow_roster(session, instansi_id=period.instansi_id, now=later(minutes=5), by=None) == ()

    act = Act(None, later(hours=1), period.instansi_id)
    freeze_and_reopen(session, act, kode=period.kode, ends=Ends(last_day=date(2029, 6, 30)), reason="Keliru")

    assert len(session.scalars(select(Enrolment)).all()) == 5


def test_an_operator_reads_the_own_subtree_and_other_periods_are_not_found(session: Session, period: Period) -> None:
    close(session, period)
    health = session.scalars(select(Opd).where(Opd.kode == "dinkes")).one()

    assert ask(session, period, path=health.path).report.total.wajib == 2
    with pytest.raises(NotFound):
        read(session, Asked(reach=Reach(period.instansi_id + 1), period_id=period.id, now=NOW))
    with pytest.raises(NotFound):
        ask(session, period, number=2)


def test_a_frozen_report_cannot_be_altered(session: Session, period: Period) -> None:
    close(session, period)

    with pytest.raises(DatabaseError, match="immutable"):
        session.execute(update(FinalReport).values(document="{}"))
