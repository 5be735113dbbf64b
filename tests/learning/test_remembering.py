"""Three short questions 7, 30 and 90 days after passing, and weekly in the last month before the period closes."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from netral.learning.exams.models import Attempt
from netral.learning.exams.remembering import (
    LADDER,
    LAST_WEEKS,
    STAYS,
    WEEK,
    choose_questions,
    count_waiting,
    is_asked,
    list_coming,
    list_rounds,
)
from netral.learning.periods.enrolments import get_enrolled
from netral.learning.periods.models import Enrolment
from netral.learning.study.models import PracticeAnswer
from netral.learning.study.practice import FoundPractice, PracticePlace
from netral.learning.study.progress import answer_practice
from netral.quiz.questions import Citation
from tests.factories import NOW, make_asn
from tests.learning.make import Exam, fail_exam, join, later, make_bank, make_exam, pass_exam, right
from tests.quiz.make import make_single

RULE, OTHER = Citation("SKB-9-2022", "lamp.II-A4"), Citation("SKB-9-2022", "lain")
# Two questions of the practice are about the rule of the whole bank, the others about another.
PRACTICE = tuple(
    make_single(id=f"latihan-{number}", stem=f"Soal {number}", rules=(RULE if number in {4, 7} else OTHER,))
    for number in range(1, 11)
)
ABOUT_MISSED = {"latihan-4", "latihan-7"}


@pytest.fixture
def exam(session: Session) -> Exam:
    """A period that closes when the fixed rounds are long over."""
    return make_exam(session, practice=PRACTICE, last_day=date(2030, 6, 30), valid_until=None)


def ask(session: Session, exam: Exam, now: datetime) -> tuple[FoundPractice, ...]:
    session.rollback()
    return choose_questions(session, get_enrolled(session, **exam.who), now=now)


def names(session: Session, exam: Exam, **wait: float) -> list[str]:
    return [each.layout.question.id for each in ask(session, exam, later(**wait))]


def waiting(session: Session, exam: Exam, **wait: float) -> int:
    session.rollback()
    return count_waiting(session, get_enrolled(session, **exam.who), now=later(**wait))


def answer(session: Session, exam: Exam, each: FoundPractice, now: datetime) -> None:
    answer_practice(
        session,
        PracticePlace(each.module, each.page, each.position),
        form=right(each.layout),
        now=now,
        counts=is_asked,
        **exam.who,
    )
    session.commit()


@given(
    passed_hours=st.integers(0, 200 * 24),
    open_hours=st.one_of(st.integers(0, 60 * 24), st.integers(0, 400 * 24)),
)
def test_never_two_rounds_wait_and_every_week_of_the_last_month_has_one(passed_hours: int, open_hours: int) -> None:
    passed_at = later(hours=passed_hours)
    closes_at = passed_at + timedelta(hours=open_hours)
    rounds = list_rounds(passed_at=passed_at, closes_at=closes_at)
    begins = [each.since for each in rounds]
    weekly = {closes_at - weeks * WEEK for weeks in range(1, LAST_WEEKS + 1)}
    fixed = [passed_at + wait for wait in LADDER]

    assert begins[0] == fixed[0]
    assert set(begins) <= weekly | set(fixed)
    assert {at for at in weekly if at >= fixed[0] + WEEK} <= set(begins)
    assert all(
        later_one.since - one.since >= WEEK and one.until <= later_one.since for one, later_one in pairwise(rounds)
    )
    assert all(one.since < one.until <= one.since + STAYS for one in rounds)
    if closes_at >= fixed[-1] + (LAST_WEEKS + 1) * WEEK:
        assert begins == [*fixed, *sorted(weekly)]
        assert [one.turn for one in rounds] == [0, 1, 2, 0, 1, 2, 3]


def test_questions_come_on_a_fixed_ladder_and_each_rung_has_its_own(session: Session, exam: Exam) -> None:
    assert names(session, exam, days=8) == []
    pass_exam(session, exam)

    assert names(session, exam, days=6.9) == names(session, exam, days=120) == []
    rungs = [names(session, exam, days=days) for days in (7, 30, 90)]
    assert [len(rung) for rung in rungs] == [3, 3, 3]
    assert len({name for rung in rungs for name in rung}) == 9
    assert names(session, exam, days=29.9) == rungs[0]
    enrolled = get_enrolled(session, **exam.who)
    assert list_coming(enrolled, now=later(days=7))[:2] == (later(days=30), later(days=90))
    in_last_month = enrolled.period.closes_at - 4 * WEEK - later()
    assert names(session, exam, days=in_last_month / timedelta(days=1)) == rungs[0]
    assert list_coming(enrolled, now=enrolled.period.closes_at) == ()


def test_rules_that_the_person_missed_come_first(session: Session, exam: Exam) -> None:
    fail_exam(session, exam)
    pass_exam(session, exam, now=later(hours=2))
    colleague = join(session, exam, make_asn(session))
    pass_exam(session, colleague)

    assert set(names(session, exam, days=8)[:2]) == ABOUT_MISSED
    assert session.scalar(select(func.count()).select_from(Attempt)) == 3
    assert names(session, exam, days=8) != names(session, colleague, days=8)


def test_an_answer_counts_in_its_round_and_is_kept_as_practice_even_when_the_period_is_closed(
    session: Session, exam: Exam
) -> None:
    pass_exam(session, exam)
    for days in (7, 90):
        now = later(days=days)
        first = ask(session, exam, now)
        assert waiting(session, exam, days=days) == 3
        for number, each in enumerate(first, 1):
            answer(session, exam, each, now)
            again = ask(session, exam, now)
            assert [one.version_id for one in again] == [one.version_id for one in first]
            assert waiting(session, exam, days=days) == 3 - number
    assert session.scalar(select(func.count()).select_from(PracticeAnswer)) == 6


def test_an_earlier_answer_is_not_shown_to_those_who_are_to_remember_it(session: Session, exam: Exam) -> None:
    pass_exam(session, exam)
    now = later(days=7)
    for each in ask(session, exam, now):
        answer(session, exam, each, now)
    session.execute(update(PracticeAnswer).values(answered_at=NOW))
    session.commit()

    assert [each.answer for each in ask(session, exam, now)] == [{}, {}, {}]
    assert waiting(session, exam, days=7) == 3


def test_outside_a_round_nothing_is_kept_and_who_left_is_not_asked(session: Session, exam: Exam) -> None:
    pass_exam(session, exam)
    each = ask(session, exam, later(days=7))[0]
    answer(session, exam, each, NOW + timedelta(days=1))
    assert session.scalar(select(func.count()).select_from(PracticeAnswer)) == 0

    session.execute(update(Enrolment).values(standing="keluar"))
    session.commit()
    assert names(session, exam, days=7) == []


def test_an_edition_with_few_questions_asks_what_there_is(session: Session) -> None:
    exam = make_exam(session, practice=PRACTICE[:2])
    pass_exam(session, exam)

    assert sorted(names(session, exam, days=30)) == ["latihan-1", "latihan-2"]
    assert all(question.id not in {"latihan-1", "latihan-2"} for question in make_bank())
