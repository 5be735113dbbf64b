"""Completion of a period: figures equal to a fixture counted by hand, and nothing from outside the reach."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from netral.accounts.access import Reach
from netral.errors import NotFound
from netral.learning.periods.models import Period
from netral.organisation.models import Opd
from netral.reporting.counts import Counts, State, add
from netral.reporting.reports.completion import CompletionReport, find_unit, read_completion
from tests.factories import NOW, make_instansi, make_opd, make_period
from tests.reporting.makers import DAY, make_person, row_of

DUE = datetime(2029, 5, 31, 16, tzinfo=UTC)


def read(session: Session, period: Period, **more: Any) -> CompletionReport:
    values: dict[str, Any] = {"instansi_id": period.instansi_id, "period_id": period.id, "now": NOW}
    return read_completion(session, **(values | more))


def make_many(session: Session, opd: Opd, period: Period, *states: State, **more: Any) -> None:
    for state in states:
        make_person(session, opd=opd, period=period, state=state, **more)


def test_figures_are_those_of_a_hand_made_fixture(session: Session) -> None:
    dinas = make_opd(session, nama="Dinas Kesehatan")
    puskesmas = make_opd(session, parent=dinas, nama="Puskesmas Hulu", jenis="uptd")
    satpol = make_opd(session, nama="Satpol PP")
    period = make_period(session)
    make_many(session, dinas, period, State.COMPLETED, State.PASSED_ONLY)
    make_many(session, dinas, period, State.COMPLETED, at=NOW - 8 * DAY)
    make_many(session, puskesmas, period, *State, State.NOT_STARTED)
    make_many(session, puskesmas, period, State.NOT_STARTED, standing="bebas")
    make_many(session, satpol, period, State.NOT_STARTED, State.UNDER_WAY)
    session.commit()

    report = read(session, period)

    assert [row.unit.nama for row in report.rows] == ["Satpol PP", "Dinas Kesehatan", "Puskesmas Hulu"]
    assert row_of(report, dinas).own == Counts(wajib=3, completed=2, recent=1, passed_only=1)
    assert row_of(report, puskesmas).own == Counts(
        wajib=6, not_started=2, under_way=1, passed_only=1, pledged_only=1, completed=1, recent=1, exempt=1
    )
    assert row_of(report, dinas).total == Counts(
        wajib=9, not_started=2, under_way=1, passed_only=2, pledged_only=1, completed=3, recent=2, exempt=1
    )
    assert report.total == Counts(
        wajib=11, not_started=3, under_way=2, passed_only=2, pledged_only=1, completed=3, recent=2, exempt=1
    )
    assert (report.total.tenths, report.total.change_tenths) == (272, 181)


@pytest.mark.parametrize(("at", "late"), [(DUE - timedelta(microseconds=1), 0), (DUE, 1), (DUE + DAY, 1)])
def test_completion_counts_as_late_from_the_tenggat_on(session: Session, at: datetime, late: int) -> None:
    period = make_period(session)
    make_person(session, opd=make_opd(session), period=period, state=State.COMPLETED, at=at)
    session.commit()

    total = read(session, period, now=DUE + 2 * DAY).total

    assert (total.completed, total.late) == (1, late)


MIDNIGHT = datetime(2029, 5, 1, 16, tzinfo=UTC)
"""The beginning of NOW's day in the instansi."""


@pytest.mark.parametrize(
    ("at", "recent"), [(NOW, 1), (MIDNIGHT - 6 * DAY, 1), (MIDNIGHT - 6 * DAY - timedelta(microseconds=1), 0)]
)
def test_the_change_is_what_today_and_the_six_days_before_brought(session: Session, at: datetime, recent: int) -> None:
    period = make_period(session)
    make_person(session, opd=make_opd(session), period=period, state=State.COMPLETED, at=at)
    session.commit()

    assert read(session, period).total.recent == recent


@pytest.mark.parametrize(
    ("standing", "beside"),
    [("bebas", Counts(wajib=1, completed=1, exempt=1)), ("keluar", Counts(1, completed=1, left=1))],
)
def test_exempt_and_left_are_counted_beside_wajib(session: Session, standing: str, beside: Counts) -> None:
    opd, period = make_opd(session), make_period(session)
    make_person(session, opd=opd, period=period, state=State.COMPLETED, at=NOW - 30 * DAY)
    make_person(session, opd=opd, period=period, state=State.COMPLETED, standing=standing)
    session.commit()

    assert read(session, period).total == beside


def test_a_mover_counts_where_they_belong_now_and_keeps_the_frozen_opd(session: Session) -> None:
    dinas, satpol = make_opd(session), make_opd(session, nama="Satpol PP")
    period = make_period(session)
    siti = make_person(session, opd=dinas, period=period, state=State.UNDER_WAY)
    siti.current_opd_id = satpol.id
    session.commit()

    report = read(session, period)

    assert row_of(report, dinas).own == Counts()
    assert row_of(report, satpol).own == Counts(wajib=1, under_way=1)
    assert siti.opd_id == dinas.id


def test_a_reach_limits_everything(session: Session) -> None:
    dinas = make_opd(session, nama="Dinas Kesehatan")
    puskesmas = make_opd(session, parent=dinas, nama="Puskesmas Hulu")
    satpol = make_opd(session, nama="Satpol PP")
    period = make_period(session)
    for opd in (dinas, puskesmas, satpol):
        make_person(session, opd=opd, period=period)
    session.commit()

    report = read(session, period, opd_path=dinas.path)

    assert [row.unit.nama for row in report.rows] == ["Dinas Kesehatan", "Puskesmas Hulu"]
    assert report.total.wajib == 2
    assert satpol.kode not in {row.unit.kode for row in report.rows}


def test_a_path_is_not_a_prefix_of_another_number(session: Session) -> None:
    opds = [make_opd(session, nama=f"Dinas {number}") for number in range(12)]
    period = make_period(session)
    for opd in opds:
        make_person(session, opd=opd, period=period)
    session.commit()

    assert read(session, period, opd_path=opds[0].path).total.wajib == 1


def test_another_period_of_the_instansi_is_not_counted(session: Session) -> None:
    opd, period, other = make_opd(session), make_period(session), make_period(session)
    make_person(session, opd=opd, period=other)
    session.commit()

    assert read(session, period).total == Counts()


def test_a_period_or_opd_of_another_instansi_is_not_found(session: Session) -> None:
    period = make_period(session)
    foreign = make_instansi(session, kode="lain", nama="Kabupaten Lain")
    opd = make_opd(session, instansi=foreign)
    session.commit()

    with pytest.raises(NotFound):
        read(session, period, instansi_id=foreign.id)
    with pytest.raises(NotFound):
        read(session, period, opd_path=opd.path)


def test_an_opd_is_found_only_within_a_reach(session: Session) -> None:
    dinas = make_opd(session, kode="dinkes")
    puskesmas = make_opd(session, parent=dinas, kode="hulu")
    satpol = make_opd(session, kode="satpol")
    make_opd(session, kode="dinkes", instansi=make_instansi(session, kode="lain"))
    budi = [Reach(dinas.instansi_id, dinas.path)]

    assert find_unit(session, reaches=budi, kode="hulu").opd_id == puskesmas.id
    assert find_unit(session, reaches=[Reach(dinas.instansi_id)], kode="dinkes").opd_id == dinas.id
    for reaches, kode in (
        (budi, satpol.kode),
        ([], "dinkes"),
        ([Reach(puskesmas.instansi_id, puskesmas.path)], "dinkes"),
    ):
        with pytest.raises(NotFound):
            find_unit(session, reaches=reaches, kode=kode)


def test_the_parts_of_an_opd_add_up_to_its_total(session: Session) -> None:
    dinas = make_opd(session)
    puskesmas = make_opd(session, parent=dinas)
    period = make_period(session)
    for opd, states in ((dinas, [State.COMPLETED]), (puskesmas, [State.NOT_STARTED, State.COMPLETED])):
        make_many(session, opd, period, *states)
    session.commit()

    report = read(session, period, opd_path=dinas.path)

    assert [(row.unit.opd_id, row.total.wajib) for row in report.shown] == [(puskesmas.id, 2), (dinas.id, 1)]
    assert add(*(row.total for row in report.shown)) == report.total == report.top[0].total


def test_the_report_says_what_it_is_about(session: Session) -> None:
    period = make_period(session)
    session.commit()

    report = read(session, period)

    assert (report.period.instansi, report.period.zona) == ("Kabupaten Contoh", "Asia/Makassar")
    assert (report.period.kode, report.period.due_at, report.as_of) == (period.kode, DUE, NOW)
