"""Outages: the rule that judges a gap; one gap gives time back once, to those who lost it, before anything closes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from netral.audit.events import Act, verify_chain
from netral.audit.models import AuditEvent
from netral.errors import NotFound
from netral.learning.exams.attempts import view_gate
from netral.learning.exams.closing import close_overdue
from netral.learning.exams.compensating import (
    CompensatedAlready,
    NothingToReplace,
    extend_after,
    get_outage,
    list_outages,
    note_beat,
    replace_expired,
)
from netral.learning.exams.extending import NoOpenAttempt
from netral.learning.exams.models import AttemptExtension, AttemptGrant, Outage
from netral.learning.exams.outages import Gap, GapKind, judge_gap
from netral.learning.exams.saving import SaveOutcome
from netral.learning.periods.enrolments import get_enrolled
from netral.learning.periods.reading import PeriodView, choose_period
from tests.factories import NOW, make_asn, make_instansi
from tests.learning.acting import beat, sweep
from tests.learning.conftest import Race
from tests.learning.make import (
    KODE,
    Exam,
    get_attempts,
    hand_in,
    join,
    later,
    make_exam,
    read_paper,
    right,
    save,
    start,
)


@pytest.mark.parametrize(
    ("minutes", "kind"),
    [(1, None), (4.9, None), (5, "compensated"), (240, "compensated"), (240.1, "long"), (-0.9, None), (-2, "clock")],
)
def test_a_gap_is_judged_by_its_length(minutes: float, kind: str | None) -> None:
    found = judge_gap(NOW, later(minutes=minutes))

    assert (found.kind.value if found else None) == kind


def test_a_worker_that_stood_still_while_people_answered_is_no_outage(session: Session, exam: Exam) -> None:
    form = right(read_paper(session, exam)[1])
    for minute in (8, 11, 15):
        save(session, exam, 1, form, sequence=minute, now=later(minutes=minute))
    other = join(session, exam, make_asn(session, nama="Budi Santoso"))
    for minute in (8, 11):
        start(session, join(session, exam, make_asn(session, nama=f"Orang {minute}")), now=later(minutes=minute))

    assert note(session, minutes=18) is None
    assert get_attempts(session, other) == []
    assert get_attempts(session, exam)[0].extra_seconds == 0


@given(minutes=st.integers(5, 10_000))
def test_a_gap_in_which_the_clock_went_back_is_never_compensated(minutes: int) -> None:
    found = judge_gap(NOW, later(minutes=minutes), clock_back=True)

    assert found is not None
    assert found.kind is GapKind.CLOCK


@pytest.fixture
def exam(session: Session) -> Exam:
    """Siti has twenty minutes from NOW on; the service was seen serving five minutes later."""
    exam = make_exam(session, limit_seconds=1200, pause_minutes=600, relearn=True)
    start(session, exam)
    note(session, minutes=5)
    return exam


def note(session: Session, *, minutes: float) -> Gap | None:
    gap = note_beat(session, Act(None, later(minutes=minutes)))
    session.commit()
    return gap


def find_period(session: Session, exam: Exam) -> PeriodView:
    return choose_period(session, instansi_id=exam.instansi_id, kode=KODE, now=NOW)


def test_an_outage_gives_back_its_length_though_the_time_ran_out_in_it(session: Session, exam: Exam) -> None:
    form = right(read_paper(session, exam)[1])

    # Back after the end, and before the next beat: nothing is closed, and an answer that waited is kept.
    assert not close_overdue(session, now=later(minutes=45))
    assert save(session, exam, 1, form, now=later(minutes=45)).outcome is SaveOutcome.SAVED
    gap = note(session, minutes=45.5)

    assert gap is not None
    assert gap.kind is GapKind.COMPENSATED
    assert get_attempts(session, exam)[0].extra_seconds == 40 * 60
    assert save(session, exam, 1, form, sequence=5, now=later(minutes=60)).outcome is SaveOutcome.SAVED
    for minute in range(46, 62):
        note(session, minutes=minute)
    assert close_overdue(session, now=later(minutes=61))


def test_a_beat_each_minute_is_no_gap_and_lets_attempts_end(session: Session, exam: Exam) -> None:
    assert [note(session, minutes=minute) for minute in range(6, 21)] == [None] * 15

    assert close_overdue(session, now=later(minutes=20, seconds=30))


def test_only_attempts_that_lost_time_are_extended(session: Session, exam: Exam) -> None:
    done, over, after, leisurely = (join(session, exam, make_asn(session, nama=f"Orang {n}")) for n in range(4))
    start(session, done)
    hand_in(session, done, now=later(minutes=4))
    start(session, over, now=later(minutes=-20))
    start(session, after, now=later(minutes=30))

    note(session, minutes=31)

    seconds = [get_attempts(session, each)[0].extra_seconds for each in (exam, done, over, after)]
    assert seconds == [25 * 60, 0, 0, 0]
    assert get_attempts(session, leisurely) == []
    events = select(AuditEvent.detail).where(AuditEvent.action == "outage.compensated")
    assert session.scalars(events).one() == {"period": KODE, "seconds": 25 * 60, "count": 1}
    assert verify_chain(session, exam.instansi_id).broken_at is None


def test_one_outage_extends_once_though_several_workers_judge_it(session: Session, exam: Exam, race: Race) -> None:
    gaps = race([(beat, {"now": later(minutes=30)})] * 3 + [(sweep, {"now": later(minutes=30)})])[:3]

    assert sum(gap is not None for gap in gaps) == 1
    assert session.scalar(select(func.count()).select_from(AttemptExtension)) == 1
    assert [get_attempts(session, exam)[0].state, get_attempts(session, exam)[0].extra_seconds] == ["open", 1500]


def test_a_clock_that_went_back_extends_nothing_until_it_has_caught_up(session: Session, exam: Exam) -> None:
    kinds = [note(session, minutes=minutes) for minutes in (-60, -59, -50, 4.8, 12, 13)]

    assert [gap.kind if gap else None for gap in kinds] == [GapKind.CLOCK, None, None, None, None, None]
    assert get_attempts(session, exam)[0].extra_seconds == 0


def make_long_outage(session: Session, exam: Exam) -> int:
    note(session, minutes=300)
    while close_overdue(session, now=later(minutes=300)):
        session.commit()
    return session.scalars(select(Outage.id)).one()


def test_attempts_that_expired_in_a_long_outage_are_replaced_once(session: Session, exam: Exam) -> None:
    outage_id = make_long_outage(session, exam)
    act, period = Act(None, later(minutes=301), exam.instansi_id), find_period(session, exam)
    (shown,) = list_outages(session, period)
    assert (shown.gap.kind, shown.expired.names) == (GapKind.LONG, (("Siti Aminah", "Dinas Kesehatan"),))
    with pytest.raises(NoOpenAttempt):
        extend_after(session, act, period, outage_id=outage_id, minutes=30, reason="Listrik padam")

    assert replace_expired(session, act, period, outage_id=outage_id, reason="Listrik padam") == 1
    session.commit()
    with pytest.raises(NothingToReplace):
        replace_expired(session, act, period, outage_id=outage_id, reason="Listrik padam")

    enrolled = get_enrolled(session, **exam.who)
    assert (enrolled.extra_attempts, view_gate(session, enrolled, now=act.now).obstacle) == (1, None)
    assert get_attempts(session, exam)[0].state == "expired"
    shown = get_outage(session, period, outage_id=outage_id)
    assert (shown.expired.count, shown.replaced) == (0, 1)


def test_an_officer_extends_what_a_long_outage_left_open(session: Session) -> None:
    exam = make_exam(session, limit_seconds=86_400)
    start(session, exam)
    note(session, minutes=5)
    note(session, minutes=300)
    act, period = Act(None, later(minutes=301), exam.instansi_id), find_period(session, exam)
    asked: dict[str, Any] = {
        "outage_id": session.scalars(select(Outage.id)).one(),
        "minutes": 30,
        "reason": "Listrik padam",
    }

    assert extend_after(session, act, period, **asked) == 1
    assert extend_after(session, act, period, **asked) == 0
    session.commit()
    assert get_attempts(session, exam)[0].extra_seconds == 1800


def test_officers_neither_add_to_a_compensated_outage_nor_reach_a_foreign_one(session: Session, exam: Exam) -> None:
    note(session, minutes=30)
    outage_id = session.scalars(select(Outage.id)).one()
    act, period = Act(None, later(minutes=31), exam.instansi_id), find_period(session, exam)
    with pytest.raises(CompensatedAlready):
        extend_after(session, act, period, outage_id=outage_id, minutes=30, reason="Listrik padam")
    with pytest.raises(NotFound):
        get_outage(session, period, outage_id=outage_id + 1)
    make_instansi(session, kode="lain", nama="Kota Lain")
    assert get_outage(session, period, outage_id=outage_id).extended == 1


def test_an_attempt_that_ends_days_after_the_outage_needs_no_more_time(session: Session) -> None:
    exam = make_exam(session)
    start(session, exam)
    note(session, minutes=5)

    note(session, minutes=30)

    assert get_attempts(session, exam)[0].extra_seconds == 0


def test_many_replaced_attempts_take_as_many_statements_as_one(session: Session, engine: Engine, exam: Exam) -> None:
    many = [join(session, exam, make_asn(session, nama=f"Orang {number}")) for number in range(20)]
    for each in many:
        start(session, each)
    outage_id = make_long_outage(session, exam)
    period = find_period(session, exam)
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))

    act = Act(None, later(minutes=301), exam.instansi_id)
    assert replace_expired(session, act, period, outage_id=outage_id, reason="Listrik padam") == 21
    session.commit()

    assert len(seen) < 20
    assert {get_enrolled(session, **each.who).extra_attempts for each in (exam, *many)} == {1}
    replaced = set(session.scalars(select(AttemptGrant.replaced_attempt_id)))
    assert replaced == {get_attempts(session, each)[0].id for each in (exam, *many)}
