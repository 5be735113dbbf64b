"""Saving an answer: the newest wins; late and foreign answers change nothing and are told so."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, insert, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from netral.errors import NotFound
from netral.learning.exams.models import Attempt, Response
from netral.learning.exams.saving import (
    LARGEST_SEQUENCE,
    MOST_AHEAD,
    BadSequence,
    SaveOutcome,
    SentAnswer,
    Wanted,
    keep,
    save_response,
)
from netral.quiz.questions import AnswerNotOffered, accept, as_sent
from tests.factories import NOW, make_asn
from tests.learning.make import (
    KODE,
    Exam,
    fail_exam,
    get_attempts,
    hand_in,
    join,
    later,
    make_exam,
    read_paper,
    right,
    save,
    start,
    wrong,
)

MOST_STATEMENTS = 4


def make_open(session: Session, **plan: Any) -> Exam:
    exam = make_exam(session, **plan)
    start(session, exam)
    return exam


def get_responses(session: Session) -> list[Response]:
    session.rollback()
    return list(session.scalars(select(Response).order_by(Response.slot)))


def test_a_saved_answer_is_there_with_its_flag_and_time(session: Session) -> None:
    exam = make_open(session)
    layout = read_paper(session, exam)[2]

    saved = save(session, exam, 2, right(layout), sequence=5, doubtful=True, now=later(minutes=3))

    kept = get_responses(session)[0]
    assert saved.outcome is SaveOutcome.SAVED
    assert (kept.slot, kept.answer, kept.doubtful, kept.sequence) == (2, accept(layout, right(layout)), True, 5)
    assert kept.saved_at == saved.saved_at == later(minutes=3)


def test_an_older_sequence_changes_nothing_and_returns_the_newer_answer(session: Session) -> None:
    exam = make_open(session)
    layout = read_paper(session, exam)[1]
    save(session, exam, 1, right(layout), sequence=7)

    stale = save(session, exam, 1, wrong(layout), sequence=6)

    assert (stale.outcome, stale.answer, stale.sequence) == (SaveOutcome.STALE, right(layout), 7)
    assert get_responses(session)[0].answer == accept(layout, right(layout))


def test_the_statement_itself_never_replaces_a_newer_answer(session: Session) -> None:
    exam = make_open(session)
    layout = read_paper(session, exam)[1]
    save(session, exam, 1, right(layout), sequence=7)

    attempt_id, older = get_attempts(session, exam)[0].id, Wanted({}, doubtful=True, sequence=7, seconds=None)
    keep(session, attempt_id, 1, older, now=later(minutes=1))
    session.commit()

    assert get_responses(session)[0].answer == accept(layout, right(layout))


def test_the_same_sequence_again_is_saved_only_with_the_same_answer(session: Session) -> None:
    exam = make_open(session)
    layout = read_paper(session, exam)[1]
    save(session, exam, 1, right(layout), sequence=7)

    same = save(session, exam, 1, right(layout), sequence=7, now=later(minutes=1))
    other = save(session, exam, 1, wrong(layout), sequence=7)

    assert (same.outcome, same.saved_at) == (SaveOutcome.SAVED, NOW)
    assert (other.outcome, other.answer) == (SaveOutcome.STALE, right(layout))


def test_without_a_sequence_an_answer_is_newer_than_what_is_saved(session: Session) -> None:
    exam = make_open(session)
    layout = read_paper(session, exam)[1]
    save(session, exam, 1, right(layout), sequence=7)

    saved = save(session, exam, 1, wrong(layout))

    assert (saved.outcome, saved.sequence) == (SaveOutcome.SAVED, 8)


def test_an_answer_can_be_taken_back(session: Session) -> None:
    exam = make_open(session)
    save(session, exam, 1, right(read_paper(session, exam)[1]))

    assert save(session, exam, 1, {}).answer == {}


def test_a_sequence_outside_its_range_is_refused(session: Session) -> None:
    exam = make_open(session)

    for sequence in (0, -1, 2**31):
        with pytest.raises(BadSequence):
            save(session, exam, 1, {}, sequence=sequence)


def test_no_sequence_makes_a_question_unsaveable(session: Session) -> None:
    """After any accepted sequence there is room for the page's own next number, again and again."""
    exam = make_open(session)
    save(session, exam, 1, {}, sequence=7)

    with pytest.raises(BadSequence):
        save(session, exam, 1, {}, sequence=LARGEST_SEQUENCE)
    furthest = save(session, exam, 1, {}, sequence=7 + MOST_AHEAD).sequence

    assert save(session, exam, 1, {}, sequence=furthest + 1).outcome is SaveOutcome.SAVED
    assert save(session, exam, 1, {}).outcome is SaveOutcome.SAVED


def test_a_choice_outside_the_question_is_not_saved(session: Session) -> None:
    exam = make_open(session)

    with pytest.raises(AnswerNotOffered):
        save(session, exam, 1, {"jawaban": ["z"], "jawaban-1": ["z"]})


def test_nothing_is_saved_after_handing_in(session: Session) -> None:
    exam = make_open(session)
    layout = read_paper(session, exam)[1]
    save(session, exam, 1, right(layout))
    hand_in(session, exam)

    late = save(session, exam, 1, wrong(layout))

    assert (late.outcome, late.answer) == (SaveOutcome.CLOSED, right(layout))
    assert get_responses(session)[0].answer == accept(layout, right(layout))


def test_a_save_repeated_after_handing_in_is_told_as_saved(session: Session) -> None:
    """The phone may not have heard the first answer, and would otherwise say that it was not saved."""
    exam = make_open(session)
    layout = read_paper(session, exam)[1]
    first = save(session, exam, 1, right(layout), sequence=1)
    hand_in(session, exam)

    again = save(session, exam, 1, right(layout), sequence=1)

    assert (again.outcome, again.saved_at) == (SaveOutcome.SAVED, first.saved_at)


def test_a_page_of_an_earlier_attempt_does_not_write_into_the_open_one(session: Session) -> None:
    exam = make_exam(session, pause_minutes=0)
    fail_exam(session, exam)
    start(session, exam)

    late = save(session, exam, 1, {}, number=1, sequence=99)

    assert (late.outcome, late.number) == (SaveOutcome.CLOSED, 1)
    assert get_responses(session) == []


@pytest.mark.parametrize(("seconds", "outcome"), [(20, SaveOutcome.SAVED), (21, SaveOutcome.CLOSED)])
def test_only_twenty_seconds_of_grace_after_the_deadline(session: Session, seconds: int, outcome: SaveOutcome) -> None:
    exam = make_open(session, limit_seconds=600)
    form = right(read_paper(session, exam)[1])

    assert save(session, exam, 1, form, now=later(seconds=600 + seconds)).outcome is outcome


def test_a_late_save_closes_the_attempt_as_of_its_deadline(session: Session) -> None:
    exam = make_open(session, limit_seconds=600)

    late = save(session, exam, 1, right(read_paper(session, exam)[1]), now=later(hours=5))

    attempt = get_attempts(session, exam)[0]
    assert (late.outcome, late.overdue) == (SaveOutcome.CLOSED, True)
    assert (attempt.state, attempt.closed_at) == ("expired", NOW + timedelta(minutes=10))
    assert attempt.points_numerator == 0


def test_nobody_saves_into_the_attempt_of_somebody_else(session: Session) -> None:
    exam = make_open(session)
    other = join(session, exam, make_asn(session, nama="Orang lain"))

    with pytest.raises(NotFound):
        save(session, other, 1, {})
    with pytest.raises(NotFound):
        save(session, exam, 5, {})


def test_the_database_itself_refuses_an_answer_after_close(session: Session) -> None:
    exam = make_open(session)
    save(session, exam, 1, right(read_paper(session, exam)[1]))
    hand_in(session, exam)
    attempt_id = get_attempts(session, exam)[0].id
    values = {"attempt_id": attempt_id, "slot": 2, "answer": {}, "doubtful": False, "sequence": 1, "saved_at": NOW}

    for statement in (update(Response).values(answer={"jawaban": ["a"]}), insert(Response).values(values)):
        with pytest.raises(DatabaseError, match="attempt is closed"):
            session.execute(statement)
        session.rollback()


def test_the_database_itself_refuses_to_move_a_deadline(session: Session) -> None:
    exam = make_open(session, limit_seconds=600)

    with pytest.raises(DatabaseError, match="fixed as it starts"):
        session.execute(update(Attempt).where(Attempt.enrolment_id > 0).values(deadline_at=later(days=1)))
    session.rollback()
    assert get_attempts(session, exam)[0].deadline_at == later(minutes=10)


def test_a_save_is_a_handful_of_statements(session: Session, engine: Engine) -> None:
    exam = make_open(session)
    form = right(read_paper(session, exam)[1])
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))

    save(session, exam, 1, form)

    counted = [statement for statement in seen if not statement.startswith(("BEGIN", "PRAGMA"))]
    assert len(counted) <= MOST_STATEMENTS, counted


saves = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 9), st.booleans()), max_size=12)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=saves)
def test_whatever_the_order_each_slot_keeps_its_newest_sequence(
    session: Session, history: list[tuple[int, int, bool]]
) -> None:
    session.rollback()
    exam = session.info.get("exam") or session.info.setdefault("exam", make_open(session))
    person = join(session, exam, make_asn(session, nama="Peserta"))
    start(session, person)
    paper = read_paper(session, person)
    newest: dict[int, tuple[int, Any]] = {}

    for slot, sequence, correctly in history:
        form = right(paper[slot]) if correctly else wrong(paper[slot])
        saved = save_response(
            session,
            SentAnswer(slot=slot, form=form, sequence=sequence),
            now=NOW,
            kode=KODE,
            asn_id=person.asn_id,
        )
        if sequence > newest.get(slot, (0, None))[0]:
            newest[slot] = (sequence, form)
        assert (saved.sequence, saved.answer) == newest[slot]
    session.commit()

    attempt_id = get_attempts(session, person)[0].id
    kept = session.scalars(select(Response).where(Response.attempt_id == attempt_id)).all()
    assert {each.slot: (each.sequence, as_sent(paper[each.slot], each.answer)) for each in kept} == newest
    session.rollback()
