"""Several processes at the same moment: one wins, and the others find its result."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from netral.audit.events import verify_chain
from netral.audit.models import AuditEvent
from netral.learning.editions.publishing import Published
from netral.learning.exams.attempts import Start
from netral.learning.exams.closing import Closing
from netral.learning.exams.models import Attempt, AttemptItem, Response
from netral.learning.exams.saving import Saved, SaveOutcome
from netral.learning.study.progress import Reached
from netral.quiz.questions import as_sent
from tests.factories import NOW, make_asn
from tests.learning.acting import open_one, publish_one, reach_one, save_one, start_one, submit_one, sweep
from tests.learning.conftest import Race
from tests.learning.make import (
    Exam,
    fail_exam,
    get_attempts,
    join,
    later,
    make_exam,
    read_paper,
    right,
    save,
    start,
    wrong,
)
from tests.learning.workers import COUNT, Job

ROUNDS = 5
SEQUENCES = [3, 9, 1, 5]


def count_events(session: Session, action: str) -> int:
    return session.scalar(select(func.count()).where(AuditEvent.action == action)) or 0


def make_people(session: Session, exam: Exam, count: int) -> list[Exam]:
    return [join(session, exam, make_asn(session, nama=f"Peserta {number}")) for number in range(count)]


def starts(exam: Exam, now: datetime = NOW) -> list[Job]:
    return [(start_one, {"exam": exam, "now": now, "seed": seed}) for seed in range(COUNT)]


def test_of_four_starts_at_once_one_begins_and_all_land_on_it(session: Session, race: Race) -> None:
    exam = make_exam(session)

    for person in [exam, *make_people(session, exam, ROUNDS)]:
        started: list[Start] = race(starts(person))

        assert [each.number for each in started] == [1] * COUNT
        assert sum(each.new for each in started) == 1
        assert len(get_attempts(session, person)) == 1
    assert count_events(session, "attempt.started") == 1 + ROUNDS


def test_a_race_for_the_last_attempt_does_not_exceed_the_maximum(session: Session, race: Race) -> None:
    exam = make_exam(session, attempts=3, pause_minutes=0)
    for person in [exam, *make_people(session, exam, 2)]:
        fail_exam(session, person)
        fail_exam(session, person)

        started: list[Start] = race(starts(person))

        assert {each.number for each in started} == {3}
        assert [attempt.number for attempt in get_attempts(session, person)] == [1, 2, 3]


def test_of_two_tabs_the_newest_sequence_wins_whoever_comes_first(session: Session, race: Race) -> None:
    exam = make_exam(session)
    for person in [exam, *make_people(session, exam, ROUNDS)]:
        start(session, person)
        layout = read_paper(session, person)[1]
        forms = [right(layout), wrong(layout), right(layout), wrong(layout)]
        jobs: list[Job] = [
            (save_one, {"exam": person, "form": form, "sequence": sequence})
            for sequence, form in zip(SEQUENCES, forms, strict=True)
        ]

        saves: list[Saved] = race(jobs)

        kept = session.scalars(
            select(Response).join(Attempt).where(Attempt.id == get_attempts(session, person)[0].id)
        ).one()
        assert (kept.sequence, as_sent(layout, kept.answer)) == (9, wrong(layout))
        for sent, each in zip(SEQUENCES, saves, strict=True):
            assert each.sequence == sent if each.outcome is SaveOutcome.SAVED else each.sequence > sent
        assert saves[SEQUENCES.index(9)].outcome is SaveOutcome.SAVED
    session.rollback()


def test_four_submits_at_once_grade_once_and_tell_the_same(session: Session, race: Race) -> None:
    exam = make_exam(session)
    people = [exam, *make_people(session, exam, ROUNDS)]
    for person in people:
        start(session, person)
        save(session, person, 1, right(read_paper(session, person)[1]))

        closings: list[Closing] = race([(submit_one, {"exam": person})] * COUNT)

        assert sum(each.new for each in closings) == 1
        assert {(each.attempt_id, each.state, each.passed) for each in closings} == {
            (closings[0].attempt_id, closings[0].state, False)
        }
    assert count_events(session, "attempt.submitted") == len(people)


def test_a_submit_and_the_sweep_do_not_both_close(session: Session, race: Race) -> None:
    exam = make_exam(session, limit_seconds=600)
    for person in [exam, *make_people(session, exam, ROUNDS)]:
        start(session, person)
        in_grace, after = later(minutes=10, seconds=19), later(minutes=10, seconds=21)

        closing, swept, again = race(
            [
                (submit_one, {"exam": person, "now": in_grace}),
                (sweep, {"now": after}),
                (submit_one, {"exam": person, "now": after}),
            ],
        )

        attempt = get_attempts(session, person)[0]
        assert closing.new + again.new + len(swept) == 1
        assert attempt.closed_at == (in_grace if attempt.state == "submitted" else attempt.deadline_at)
    assert count_events(session, "attempt.submitted") + count_events(session, "attempt.expired") == 1 + ROUNDS


def test_a_save_and_a_submit_that_cross_agree_on_what_was_graded(session: Session, race: Race) -> None:
    exam = make_exam(session)
    for person in [exam, *make_people(session, exam, 2 * ROUNDS)]:
        start(session, person)
        layout = read_paper(session, person)[1]
        saved: Saved
        saved, _ = race(
            [(save_one, {"exam": person, "form": right(layout), "sequence": 1}), (submit_one, {"exam": person})],
        )

        attempt = get_attempts(session, person)[0]
        kept = session.scalars(select(Response).where(Response.attempt_id == attempt.id)).all()
        item = session.scalars(
            select(AttemptItem).where(AttemptItem.attempt_id == attempt.id, AttemptItem.slot == 1)
        ).one()
        assert len(kept) == (saved.outcome is SaveOutcome.SAVED)
        answer = kept[0].answer if kept else {}
        assert item.points_numerator == layout.question.grade(answer)
    session.rollback()


def test_a_double_click_publishes_one_edition(race: Race) -> None:
    published: list[Published] = race([(publish_one, {})] * COUNT)

    assert len({each.edition_id for each in published}) == 1
    assert sum(each.new for each in published) == 1


def test_a_double_click_opens_one_period(session: Session, race: Race) -> None:
    exam = make_exam(session)

    enrolled: list[Any] = race([(open_one, {"instansi_id": exam.instansi_id})] * COUNT)

    assert sorted(enrolled, key=str) == [1, None, None, None]


def test_a_page_reached_in_four_tabs_is_reached_once(session: Session, race: Race) -> None:
    exam = make_exam(session)

    reached = Reached(counted=True, finished=False, places=frozenset({("media-sosial", 1)}))
    assert race([(reach_one, {"exam": exam})] * COUNT) == [reached] * COUNT


@pytest.fixture(autouse=True)
def chains_hold(session: Session) -> Any:
    """Check that the audit chains have no fork and no gap, whatever raced."""
    yield
    session.rollback()
    for chain in (0, 1):
        assert verify_chain(session, chain).broken_at is None
    session.rollback()
