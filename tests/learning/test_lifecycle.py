"""The life of a period: which change each state takes, what it writes, and two officers at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.errors import NetralError
from netral.indonesian import last_day
from netral.learning.periods.audience import Audience, read_audience
from netral.learning.periods.enrolments import ReasonMissing
from netral.learning.periods.lifecycle import (
    TRANSITIONS,
    AudienceNarrowed,
    DayBackwards,
    Ends,
    Life,
    Move,
    archive_period,
    close_period,
    copy_plan,
    correct_period,
    extend_period,
    life_of,
    list_moves,
    move_ends,
    move_plan,
    preview_ends,
    reopen_period,
    restore_period,
    version_of_period,
    widen_period,
)
from netral.learning.periods.models import CompletionTally, Enrolment, Period
from netral.learning.periods.opening import DatesReversed, PeriodOver, open_period
from netral.learning.periods.reading import PeriodView, choose_period
from netral.learning.periods.tallies import find_drift
from netral.organisation.kinds import AsnKind
from netral.organisation.models import Asn, Opd
from netral.quiz.blueprint import Blueprint
from netral.versions import Outdated
from tests.factories import NOW, make_asn, make_instansi, make_opd
from tests.learning.make import KODE, Exam, later, make_exam, make_plan, publish_small

WHY = "Jadwal KPU berubah"
# An instant in each state of the period of `make_plan`, opened on 2 May: before it begins, and so on.
MOMENTS = {
    Life.UPCOMING: datetime(2029, 4, 20, tzinfo=UTC),
    Life.OPEN: NOW,
    Life.LATE: datetime(2029, 6, 10, tzinfo=UTC),
    Life.CLOSED: datetime(2029, 7, 10, tzinfo=UTC),
}


def read(session: Session, exam: Exam, now: datetime = NOW) -> PeriodView:
    session.rollback()
    return choose_period(session, instansi_id=exam.instansi_id, kode=KODE, now=now)


def test_each_state_takes_its_own_changes() -> None:
    taken = {life: set(list_moves(life)) for life in Life}

    running = {Move.WIDEN, Move.EXTEND, Move.CLOSE}
    assert taken == {
        Life.DRAFT: {Move.EDIT, Move.OPEN, Move.ARCHIVE},
        Life.UPCOMING: {Move.CORRECT, Move.WIDEN},
        Life.OPEN: running,
        Life.LATE: running,
        Life.REOPENED: running,
        Life.CLOSED: {Move.REOPEN, Move.ARCHIVE},
        Life.ARCHIVED: {Move.RESTORE},
    }


Writer = Callable[[Session, Act], Any]
WRITERS: dict[Move, Writer] = {
    Move.CORRECT: lambda session, act: correct_period(
        session, act, kode=KODE, plan=make_plan(nama="Pilkada Kabupaten"), reason=WHY
    ),
    Move.WIDEN: lambda session, act: widen_period(session, act, kode=KODE, audience=Audience(), reason=WHY),
    Move.EXTEND: lambda session, act: extend_period(
        session, act, kode=KODE, ends=Ends(last_day=date(2029, 9, 30)), reason=WHY
    ),
    Move.CLOSE: lambda session, act: close_period(session, act, kode=KODE),
    Move.REOPEN: lambda session, act: reopen_period(
        session, act, kode=KODE, ends=Ends(last_day=date(2029, 8, 31)), reason=WHY
    ),
    Move.ARCHIVE: lambda session, act: archive_period(session, act, kode=KODE),
    Move.RESTORE: lambda session, act: restore_period(session, act, kode=KODE),
}


def list_actions(session: Session) -> list[str]:
    actions = select(AuditEvent.action).where(AuditEvent.object_kind == "period", AuditEvent.action != "period.opened")
    return list(session.scalars(actions.order_by(AuditEvent.id)))


def reach(session: Session, exam: Exam, life: Life) -> datetime:
    """Bring the period of the exam into a state; return an instant in it."""
    if life is Life.REOPENED:
        WRITERS[Move.REOPEN](session, exam.act(MOMENTS[Life.CLOSED]))
    if life is Life.ARCHIVED:
        WRITERS[Move.ARCHIVE](session, exam.act(MOMENTS[Life.CLOSED]))
    session.commit()
    return MOMENTS.get(life, MOMENTS[Life.CLOSED])


@pytest.mark.parametrize("life", [life for life in Life if life is not Life.DRAFT])
def test_a_change_happens_once_with_one_event_or_is_refused(session: Session, life: Life) -> None:
    exam = make_exam(session, audience=Audience(kinds=(AsnKind.PNS,)), valid_until=None)
    now = reach(session, exam, life)
    before = list_actions(session)
    for move, write in WRITERS.items():
        # Closing what is closed has no further effect, as a form sent twice.
        if move is Move.CLOSE and life in {Life.CLOSED, Life.ARCHIVED}:
            continue
        if move in list_moves(life):
            write(session, exam.act(now))
            session.flush()
            assert life_of(read_within(session, exam, now), now) in TRANSITIONS[move].targets
            session.commit()
            assert list_actions(session) == [*before, TRANSITIONS[move].action]
            return_to(session, exam, life)
            before = list_actions(session)
        else:
            with pytest.raises(TRANSITIONS[move].refusal):
                write(session, exam.act(now))
            session.rollback()
    assert list_actions(session) == before


def read_within(session: Session, exam: Exam, now: datetime) -> PeriodView:
    return choose_period(session, instansi_id=exam.instansi_id, kode=KODE, now=now)


def return_to(session: Session, exam: Exam, life: Life) -> None:
    """Write the state back, so that the next change of the table finds it."""
    values: dict[str, Any] = {
        "due_at": datetime(2029, 5, 31, 16, tzinfo=UTC),
        "closes_at": datetime(2029, 6, 30, 16, tzinfo=UTC),
        "nama": "Pilkada 2029",
        "audience": Audience(kinds=(AsnKind.PNS,)).dump(),
        "reopened_at": None,
        "archived_at": MOMENTS[Life.CLOSED] if life is Life.ARCHIVED else None,
    }
    if life is Life.REOPENED:
        values |= {"closes_at": datetime(2029, 8, 31, 16, tzinfo=UTC), "reopened_at": MOMENTS[Life.CLOSED]}
    session.execute(update(Period).values(values))
    session.commit()


def test_what_was_told_differently_before_needs_a_reason(session: Session) -> None:
    exam = make_exam(session)

    for reasoned in (extend_period, reopen_period):
        with pytest.raises(ReasonMissing):
            reasoned(session, exam.act(NOW), kode=KODE, ends=Ends(), reason="  ")
    assert {move for move, each in TRANSITIONS.items() if each.reasoned} == {
        *(Move.CORRECT, Move.WIDEN, Move.EXTEND, Move.REOPEN)
    }


days = st.integers(-40, 80).map(lambda number: date(2029, 6, 1) + timedelta(days=number))


@given(
    ends=st.builds(Ends, due_day=st.none() | days, last_day=st.none() | days, valid_until=st.none() | days),
    hours=st.integers(0, 24 * 90),
    closed_after=st.none() | st.integers(1, 700),
)
def test_ends_only_move_forward_and_stay_in_order(ends: Ends, hours: int, closed_after: int | None) -> None:
    opens_at, now = datetime(2029, 4, 30, 16, tzinfo=UTC), NOW + timedelta(hours=hours)
    period = view(opens_at, closes_at=opens_at + timedelta(hours=closed_after) if closed_after else None)
    try:
        changes = move_ends(period, ends, now=now)
    except (DayBackwards, DatesReversed, PeriodOver):
        return
    after = {name: changes.get(name, getattr(period, name)) for name in ("due_at", "closes_at", "valid_until")}
    assert all(value > getattr(period, name) for name, value in changes.items())
    assert opens_at < after["due_at"] <= after["closes_at"]
    assert now < after["closes_at"]
    assert after["valid_until"] >= last_day(after["closes_at"], period.zona)


def view(opens_at: datetime, *, closes_at: datetime | None) -> PeriodView:
    """Return a period that ends with its date, or was closed within a day."""
    ends_at = closes_at or datetime(2029, 6, 30, 16, tzinfo=UTC)
    return PeriodView(
        id=1, instansi_id=1, kode=KODE, number=1, nama="Pilkada 2029", jenis="pilkada", edition_id=1, raised_at=None,
        opens_at=opens_at, due_at=min(ends_at, datetime(2029, 5, 31, 16, tzinfo=UTC)), closes_at=ends_at,
        valid_until=date(2029, 7, 10), pass_percent=80, max_attempts=3, cooldown_minutes=0, time_limit_seconds=None,
        modules_first=False, print_score=True, relearn=True, keys_shown="tenggat", pretest=False, sign_days=14,
        reopened_at=None, archived_at=None, blueprint=Blueprint(), zona="Asia/Makassar",
    )  # fmt: skip


def test_an_upcoming_period_is_corrected_and_keeps_what_the_plan_leaves_open(session: Session) -> None:
    exam = make_exam(session, limit_seconds=3600)
    plan = make_plan(nama="Pilkada Kabupaten", due_day=date(2029, 6, 15), pass_percent=70)

    correct_period(session, exam.act(MOMENTS[Life.UPCOMING]), kode=KODE, plan=plan, reason=WHY)
    session.commit()

    period = read(session, exam)
    assert (period.nama, period.pass_percent, period.time_limit_seconds) == ("Pilkada Kabupaten", 70, 3600)
    assert last_day(period.due_at, period.zona) == date(2029, 6, 15)
    detail = session.scalars(select(AuditEvent.detail).where(AuditEvent.action == "period.corrected")).one()
    assert detail["due_at"] == "2029-05-31 → 2029-06-15"
    assert (detail["reason"], detail["pass_percent"]) == (WHY, "80 → 70")


def test_completions_are_in_time_again_when_the_tenggat_moves(session: Session) -> None:
    exam = make_exam(session)
    done = datetime(2029, 6, 5, tzinfo=UTC)
    session.execute(update(Enrolment).values(passed_at=done, pledged_at=done, completed_at=done))
    session.commit()
    late = select(func.sum(CompletionTally.people)).where(CompletionTally.late)
    assert session.scalar(late) == 1

    now, ends = MOMENTS[Life.LATE], Ends(due_day=date(2029, 6, 15))
    period = read(session, exam, now)
    assert preview_ends(session, period, move_ends(period, ends, now=now), now=now).in_time == 1
    extend_period(session, exam.act(now), kode=KODE, ends=ends, reason=WHY)
    session.commit()

    assert session.scalar(late) == 0
    assert find_drift(session, period_id=exam.period_id, now=now) == []


def test_a_period_closed_today_may_be_reopened_until_tonight(session: Session) -> None:
    exam = make_exam(session)
    close_period(session, exam.act(NOW), kode=KODE)
    session.commit()

    reopened = reopen_period(
        session, exam.act(later(hours=1)), kode=KODE, ends=Ends(last_day=date(2029, 5, 2)), reason=WHY
    )

    assert life_of(reopened, later(hours=2)) is Life.REOPENED
    assert (reopened.due_at, reopened.closes_at) == (NOW, datetime(2029, 5, 2, 16, tzinfo=UTC))


def test_of_two_officers_with_the_same_page_one_extends_and_the_other_is_told(engine: Engine) -> None:
    with Session(engine) as session:
        exam = make_exam(session)
        version = version_of_period(session, read(session, exam))

    def extend(day: int) -> str:
        with Session(engine) as own:
            try:
                ends = Ends(last_day=date(2029, 7, day))
                extend_period(own, exam.act(NOW), kode=KODE, ends=ends, reason=WHY, version=version)
                own.commit()
            except Outdated:
                return "told"
            return "extended"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(extend, (10, 20))) == ["extended", "told"]
    with Session(engine) as session:
        assert list_actions(session) == ["period.extended"]


def test_the_same_extension_sent_twice_is_one(session: Session) -> None:
    exam = make_exam(session)
    ends, version = Ends(last_day=date(2029, 7, 10)), version_of_period(session, read(session, exam))
    for _ in range(2):
        extend_period(session, exam.act(NOW), kode=KODE, ends=ends, reason=WHY, version=version)
        session.commit()

    assert list_actions(session) == ["period.extended"]


def names(session: Session) -> set[str]:
    return set(session.scalars(select(Asn.nama).join(Enrolment, Enrolment.asn_id == Asn.id)))


@pytest.fixture
def town(session: Session) -> dict[str, Opd]:
    """Make a dinas with a puskesmas below it and another dinas, each with a PNS, and a PPPK in the puskesmas."""
    health = make_opd(session, nama="Dinas Kesehatan", kode="dinkes")
    clinic = make_opd(session, nama="Puskesmas Hulu", kode="pkm", parent=health)
    schools = make_opd(session, nama="Dinas Pendidikan", kode="dikbud")
    make_asn(session, opd=health, nama="Siti")
    make_asn(session, opd=clinic, nama="Budi")
    make_asn(session, opd=clinic, nama="Citra", jenis="PPPK")
    make_asn(session, opd=schools, nama="Eka")
    publish_small(session)
    session.commit()
    return {"health": health, "clinic": clinic, "schools": schools}


def test_a_wave_takes_the_units_below_and_the_kinds_chosen(session: Session, town: dict[str, Opd]) -> None:
    audience = Audience((town["health"].id,), (AsnKind.PNS,))
    act = Act(None, NOW, town["health"].instansi_id)

    assert open_period(session, act, make_plan(audience=audience)).enrolled == 2
    assert names(session) == {"Siti", "Budi"}


def test_the_next_wave_joins_and_nobody_is_taken_out(session: Session, town: dict[str, Opd]) -> None:
    act = Act(None, NOW, town["health"].instansi_id)
    first = Audience((town["health"].id,))
    period = open_period(session, act, make_plan(audience=first)).period

    with pytest.raises(AudienceNarrowed):
        widen_period(session, act, kode=KODE, audience=Audience((town["schools"].id,)), reason=WHY)
    both = Audience((town["health"].id, town["schools"].id))
    _, joined = widen_period(session, act, kode=KODE, audience=both, reason=WHY)

    assert joined == 1
    assert read_audience(session, period.id) == both
    assert names(session) == {"Siti", "Budi", "Citra", "Eka"}


def test_units_of_another_instansi_are_no_audience(session: Session, town: dict[str, Opd]) -> None:
    foreign = make_opd(session, instansi=make_instansi(session, kode="lain"))
    act = Act(None, NOW, town["health"].instansi_id)

    with pytest.raises(NetralError):
        open_period(session, act, make_plan(audience=Audience((foreign.id,))))


def test_a_copy_is_as_long_and_begins_tomorrow(session: Session) -> None:
    exam = make_exam(session, pass_percent=75)

    copied = move_plan(copy_plan(session, read(session, exam)), date(2030, 1, 1))

    assert (copied.kode, copied.pass_percent, copied.first_day) == ("", 75, date(2030, 1, 2))
    assert (copied.due_day - copied.first_day, copied.last_day - copied.first_day) == (
        timedelta(days=30),
        timedelta(days=60),
    )
