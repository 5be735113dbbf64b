"""Extra time for attempts that run: it only ever moves their end forward, and answers until then are kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, insert, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.errors import NotFound
from netral.learning.exams.closing import close_overdue
from netral.learning.exams.extending import (
    ExtensionKind,
    MinutesOutOfRange,
    NoOpenAttempt,
    extend_group,
    extend_person,
    give_percent,
    list_extensions,
    preview_extension,
)
from netral.learning.exams.models import Attempt, AttemptExtension
from netral.learning.exams.saving import SaveOutcome
from netral.learning.exams.sittings import end_of, set_deadline
from netral.learning.periods.enrolments import ReasonMissing
from netral.learning.periods.models import Period
from netral.learning.periods.reading import PeriodView, choose_period
from netral.organisation.models import Opd
from tests.databases import ON_POSTGRESQL, count_rows_scanned, note_sizes
from tests.factories import NOW, make_asn, make_instansi, make_opd
from tests.learning.acting import extend_one, sweep
from tests.learning.conftest import Race
from tests.learning.make import (
    KODE,
    Exam,
    get_attempts,
    get_enrolment,
    hand_in,
    join,
    later,
    make_exam,
    read_paper,
    right,
    save,
    start,
)

REASON: dict[str, Any] = {"reason": "Laptopnya mati"}
Steps = st.lists(st.tuples(st.sampled_from(["extend", "close_later"]), st.integers(1, 14_400)), max_size=12)


@given(limit=st.none() | st.integers(60, 86_400), percent=st.integers(0, 300), days=st.integers(0, 3), steps=Steps)
def test_the_end_only_moves_forward_whatever_happens_in_whatever_order(
    limit: int | None, percent: int, days: int, steps: Sequence[tuple[str, int]]
) -> None:
    deadline = set_deadline(NOW, limit_seconds=limit, extra_percent=percent)
    closes_at, extra = later(days=days, minutes=1), 0
    ends = [end_of(deadline, extra, closes_at)]

    for what, seconds in steps:
        extra += seconds if what == "extend" else 0
        closes_at += timedelta(seconds=seconds if what == "close_later" else 0)
        ends.append(end_of(deadline, extra, closes_at))
        assert what != "extend" or ends[-1] - ends[-2] == timedelta(seconds=seconds)

    assert ends == sorted(ends)


@pytest.fixture
def exam(session: Session) -> Exam:
    exam = make_exam(session, limit_seconds=600)
    start(session, exam)
    return exam


def extend(session: Session, exam: Exam, *, minutes: int = 15, key: str = "a", now: datetime = NOW) -> bool:
    act = Act(None, now, exam.instansi_id)
    given = extend_person(session, act, minutes=minutes, key=key, **exam.who, **REASON)
    session.commit()
    return given


def find_period(session: Session, exam: Exam) -> PeriodView:
    return choose_period(session, instansi_id=exam.instansi_id, kode=KODE, now=NOW)


def extend_all(session: Session, exam: Exam, *, opd_kode: str | None = None, key: str = "a") -> int:
    act = Act(None, NOW, exam.instansi_id)
    count = extend_group(session, act, find_period(session, exam), opd_kode=opd_kode, minutes=15, key=key, **REASON)
    session.commit()
    return count


def test_an_answer_after_the_old_end_and_before_the_new_one_is_kept(session: Session, exam: Exam) -> None:
    form = right(read_paper(session, exam)[1])
    extend(session, exam, now=later(minutes=9))

    saved = save(session, exam, 1, form, now=later(minutes=24))

    assert (saved.outcome, saved.ends_at) == (SaveOutcome.SAVED, later(minutes=25))
    assert not close_overdue(session, now=later(minutes=25, seconds=20))
    assert save(session, exam, 1, form, sequence=9, now=later(minutes=26)).outcome is SaveOutcome.CLOSED
    assert get_attempts(session, exam)[0].closed_at == later(minutes=25)


def test_the_same_form_sent_twice_extends_once(session: Session, exam: Exam) -> None:
    assert extend(session, exam)
    assert not extend(session, exam)
    assert extend(session, exam, key="b")

    (first, second) = list_extensions(session, enrolment_id=get_enrolment(session, exam).id)
    assert (first.seconds, first.kind, first.reason) == (900, ExtensionKind.PERSON, "Laptopnya mati")
    assert get_attempts(session, exam)[0].extra_seconds == first.seconds + second.seconds
    assert count_events(session, "attempt.extended") == 2


def count_events(session: Session, action: str) -> int:
    return session.scalar(select(func.count()).where(AuditEvent.action == action)) or 0


def test_nobody_is_extended_without_reason_or_beyond_reach(session: Session, exam: Exam) -> None:
    act = Act(None, NOW, exam.instansi_id)
    refused: list[tuple[type[Exception], dict[str, Any]]] = [
        (ReasonMissing, {"reason": " "}),
        (MinutesOutOfRange, {"minutes": 0}),
        (MinutesOutOfRange, {"minutes": 241}),
        (NotFound, {"asn_id": 999_999}),
    ]
    for error, changes in refused:
        with pytest.raises(error):
            extend_person(session, act, **{"minutes": 5, "key": "a", **REASON, **exam.who, **changes})
    other = make_instansi(session, kode="lain", nama="Kota Lain")
    with pytest.raises(NotFound):
        extend_person(session, Act(None, NOW, other.id), minutes=5, key="a", **exam.who, **REASON)
    hand_in(session, exam)
    with pytest.raises(NoOpenAttempt):
        extend(session, exam)


def test_a_percentage_reaches_the_attempt_that_runs(session: Session, exam: Exam) -> None:
    act = Act(None, NOW, exam.instansi_id)
    for percent in (100, 50, 150):
        give_percent(session, act, percent=percent, **exam.who)
    session.commit()

    assert get_attempts(session, exam)[0].extra_seconds == 900
    assert save(session, exam, 1, right(read_paper(session, exam)[1])).ends_at == later(minutes=25)


def test_a_period_that_is_extended_takes_its_open_attempts_along(session: Session) -> None:
    exam = make_exam(session)
    start(session, exam)
    closes_at = session.get_one(Period, exam.period_id).closes_at
    session.execute(update(Period).values(closes_at=closes_at + timedelta(days=2)))
    session.commit()

    kept = save(session, exam, 1, right(read_paper(session, exam)[1]), now=closes_at + timedelta(days=1))

    assert kept.outcome is SaveOutcome.SAVED
    assert not close_overdue(session, now=closes_at + timedelta(days=1))


def test_a_group_is_an_opd_with_the_units_below_it(session: Session, exam: Exam) -> None:
    kode = session.get_one(Opd, exam.opd_id).kode
    unit = make_opd(session, parent=session.get_one(Opd, exam.opd_id), nama="Puskesmas Mawar")
    budi = join(session, exam, make_asn(session, opd=unit, nama="Budi Santoso"))
    citra = join(session, exam, make_asn(session, opd=make_opd(session, nama="Dinas Lain"), nama="Citra"))
    for person in (budi, citra):
        start(session, person)

    found = preview_extension(session, Act(None, NOW, exam.instansi_id), find_period(session, exam), opd_kode=kode)

    assert found.names == (("Budi Santoso", "Puskesmas Mawar"), ("Siti Aminah", "Dinas Kesehatan"))
    assert extend_all(session, exam, opd_kode=kode) == 2
    assert extend_all(session, exam, opd_kode=kode) == 0
    assert [get_attempts(session, each)[0].extra_seconds for each in (exam, budi, citra)] == [900, 900, 0]
    assert count_events(session, "attempts.extended") == 1
    foreign = make_opd(session, instansi=make_instansi(session, kode="lain", nama="Kota Lain"))
    with pytest.raises(NotFound):
        extend_all(session, exam, opd_kode=foreign.kode)


@ON_POSTGRESQL
def test_each_of_a_group_gets_time_without_reading_the_time_of_all_others(
    engine: Engine, session: Session, exam: Exam
) -> None:
    for _ in range(20):
        start(session, join(session, exam, make_asn(session)))
    note_sizes(engine, "attempt", "attempt_extension")
    period, act = find_period(session, exam), Act(None, NOW, exam.instansi_id)

    assert extend_group(session, act, period, opd_kode=None, minutes=15, key="a", **REASON) == 21

    assert count_rows_scanned(session, "attempt_extension") == 0


def test_the_database_itself_adds_time_only_by_a_row(session: Session, exam: Exam) -> None:
    extend(session, exam)
    attempt = get_attempts(session, exam)[0]
    row = {"instansi_id": exam.instansi_id, "attempt_id": attempt.id, "key": "c", "seconds": 60, "kind": "person"}
    row |= {"reason": "x", "at": NOW}
    refused = (
        (update(Attempt).values(extra_seconds=0), "only extensions add time"),
        (update(Attempt).values(extra_seconds=901), "only extensions add time"),
        (update(AttemptExtension).values(seconds=1), "is immutable"),
        (insert(AttemptExtension).values(row | {"seconds": -60}), "seconds"),
    )
    for statement, message in refused:
        with pytest.raises(DatabaseError, match=message):
            session.execute(statement)
        session.rollback()
    hand_in(session, exam)
    with pytest.raises(DatabaseError, match="attempt is closed"):
        session.execute(insert(AttemptExtension).values(row))


def test_an_extension_and_a_sweep_that_cross_agree(session: Session, race: Race) -> None:
    exam = make_exam(session, limit_seconds=600)
    for person in [exam, *(join(session, exam, make_asn(session, nama=f"Peserta {n}")) for n in range(5))]:
        start(session, person)
        after = later(minutes=10, seconds=21)

        swept, extended, _ = race(
            [(sweep, {"now": after}), (extend_one, {"exam": person, "now": after}), (sweep, {"now": after})]
        )

        attempt = get_attempts(session, person)[0]
        assert (attempt.state, attempt.extra_seconds) == (("open", 900) if extended else ("expired", 0)), swept
