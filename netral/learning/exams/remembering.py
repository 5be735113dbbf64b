"""After passing: three short questions after 7, 30 and 90 days and weekly in the last month, so that knowledge stays.

The distances are fixed and grow, since the wait that helps most grows with the time for which something is to be
remembered (Cepeda et al. 2008, Psychological Science 19). The last month is that before the period closes. A period
knows no voting day, every period has this end, and everybody reads it; `valid_until` may be absent, or years away, for
it is the end of a paper. The questions are practice of the edition that the period pins, those about rules that the
person missed in the exam first. Nobody has to answer, and nothing is reported.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from netral.database.tables import Reader
from netral.learning.editions.models import BODY, QuestionVersion
from netral.learning.editions.reading import load_questions
from netral.learning.exams.models import Attempt, AttemptItem
from netral.learning.periods.enrolments import Enrolled, Standing
from netral.learning.study.practice import FoundPractice
from netral.learning.study.recalling import ASKED, Candidate, list_candidates, select_practice
from netral.quiz.kinds import from_text
from netral.quiz.questions import Citation, Question, chance

LADDER = (timedelta(days=7), timedelta(days=30), timedelta(days=90))
WEEK = timedelta(weeks=1)
LAST_WEEKS = 4
STAYS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Round:
    """Questions that are asked from `since` until `until`, which is exclusive; only answers given in between count.

    `turn`: how many rounds took their questions before this one; the last month begins anew with the first ones.
    """

    turn: int
    since: datetime
    until: datetime


def list_rounds(*, passed_at: datetime, closes_at: datetime) -> tuple[Round, ...]:
    """Return all rounds of a person, by time.

    They begin at least a week apart: the first a week after passing, the weekly ones of the last month before a fixed
    one near them. One ends as the next begins, so that never two wait, or after a month.
    """
    first, *others = (passed_at + wait for wait in LADDER)
    last_month = closes_at - LAST_WEEKS * WEEK
    weekly = [last_month + weeks * WEEK for weeks in range(LAST_WEEKS)]
    begins = [first]
    for at in (*(each for each in weekly if each > first), *others):
        if all(abs(at - other) >= WEEK for other in begins):
            begins.append(at)
    begins.sort()
    before = [at for at in begins if at < last_month]
    turns = (*range(len(before)), *range(len(begins) - len(before)))
    ends = (*begins[1:], begins[-1] + STAYS)
    return tuple(
        Round(turn, since, min(end, since + STAYS)) for turn, since, end in zip(turns, begins, ends, strict=True)
    )


def rounds_of(enrolled: Enrolled) -> tuple[Round, ...]:
    if enrolled.passed_at is None or enrolled.standing is Standing.KELUAR:
        return ()
    return list_rounds(passed_at=enrolled.passed_at, closes_at=enrolled.period.closes_at)


def find_round(enrolled: Enrolled, *, now: datetime) -> Round | None:
    """Return the round in which this instant lies, if any."""
    return next((each for each in rounds_of(enrolled) if each.since <= now < each.until), None)


def list_coming(enrolled: Enrolled, *, now: datetime) -> tuple[datetime, ...]:
    """Return when the next rounds begin."""
    return tuple(each.since for each in rounds_of(enrolled) if each.since > now)


def choose_questions(reader: Reader, enrolled: Enrolled, *, now: datetime) -> tuple[FoundPractice, ...]:
    """Return the questions of the present round, with the answers given in it; none outside of one."""
    current = find_round(enrolled, now=now)
    if current is None:
        return ()
    candidates = list_candidates(reader, select_practice(enrolled))
    questions = load_questions(reader, {each.version_id: each.content for each in candidates})
    order = put_in_order(candidates, questions, count_misses(reader, enrolled), seed=enrolled.id)
    return tuple(
        each.found(
            questions[each.version_id],
            seed=enrolled.id,
            answer=each.answer if each.answered_at and each.answered_at >= current.since else {},
        )
        for each in take_turn(order, current.turn)
    )


def put_in_order(
    candidates: Sequence[Candidate], questions: Mapping[int, Question], misses: Mapping[Citation, int], *, seed: int
) -> list[Candidate]:
    """Put questions about the most-missed rules first, the others in an order of the person's own.

    The order stays the same whatever is answered in practice.
    """

    def missed(each: Candidate) -> int:
        return max((misses.get(rule, 0) for rule in questions[each.version_id].rules), default=0)

    return sorted(candidates, key=lambda each: (-missed(each), chance(seed, each.content[0])))


def take_turn(order: Sequence[Candidate], turn: int) -> list[Candidate]:
    """Return the next three of an order at each turn; one that is too short begins anew."""
    begin = turn * ASKED
    places = [place % len(order) for place in range(begin, begin + ASKED)] if order else []
    return [order[place] for place in dict.fromkeys(places)]


def count_misses(reader: Reader, enrolled: Enrolled) -> Counter[Citation]:
    """Count how often the person missed each rule, in all attempts of the period."""
    missed = AttemptItem.points_numerator < AttemptItem.points_denominator
    bodies = (
        select(BODY)
        .join(AttemptItem, AttemptItem.question_version_id == QuestionVersion.id)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .where(Attempt.enrolment_id == enrolled.id, missed)
    )
    return Counter(rule for row in reader.execute(bodies) for rule in set(from_text(row.body).rules))


def count_waiting(reader: Reader, enrolled: Enrolled, *, now: datetime) -> int:
    """Count the questions of the present round that are not answered."""
    return sum(not each.answer for each in choose_questions(reader, enrolled, now=now))


def is_asked(enrolled: Enrolled, now: datetime) -> bool:
    """Return whether a round has begun, in which answers are kept although the period may have closed."""
    return find_round(enrolled, now=now) is not None
