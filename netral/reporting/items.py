"""Figures of exam questions for their authors, over all periods, from the kept counts of first attempts."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.learning.editions.models import EditionQuestion, QuestionVersion
from netral.learning.exams.counting import POINT
from netral.learning.exams.models import ItemTally
from netral.quiz.options import CHOICE_FIELD, OptionsQuestion
from netral.quiz.questions import Question
from netral.quiz.statistics import ItemSums, Strength, find_discrimination, find_median, share_options, strength_of

TOO_EASY = 0.95
TOO_HARD = 0.25
# Of four options the two other wrong ones draw all of so many misses by chance once in three thousand times.
ENOUGH_MISSES = 20


class Flag(StrEnum):
    """A sign that a question should be read again, the gravest first."""

    WRONG_KEY = "wrong-key"
    TOO_HARD = "too-hard"
    TOO_EASY = "too-easy"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True)
class ItemCounts:
    """The counts of one question. `groups` are the sums of each period; the others are over all of them."""

    groups: tuple[ItemSums, ...] = ()
    choices: Mapping[str, int] | None = None
    seconds: Mapping[int, int] | None = None


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """The figures of one question; below 30 people there are none but their number.

    `facility` is the mean share of the point, `shares` those of each choice (`field:choice`), `unused` the options that
    nobody ever took, which is said only where many took a wrong one. `timed` people have known seconds.
    """

    people: int
    strength: Strength | None
    facility: float | None = None
    discrimination: float | None = None
    seconds: float | None = None
    timed: int = 0
    shares: Mapping[str, float] | None = None
    unused: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()


def read_counts(session: Session, *, edition_id: int) -> dict[str, ItemCounts]:
    """Return id of question -> its counts, for the exam questions of an edition that anybody has answered.

    Only answers to the very same version count, whichever edition it was drawn from.
    """
    statement = (
        select(QuestionVersion.question_id, ItemTally)
        .join(ItemTally, ItemTally.question_version_id == QuestionVersion.id)
        .join(EditionQuestion, EditionQuestion.question_version_id == QuestionVersion.id)
        .where(EditionQuestion.edition_id == edition_id, EditionQuestion.module_slug.is_(None))
    )
    tallies: defaultdict[str, list[ItemTally]] = defaultdict(list)
    for question_id, tally in session.execute(statement):
        tallies[question_id].append(tally)
    return {question_id: add_up(found) for question_id, found in tallies.items()}


def add_up(tallies: Sequence[ItemTally]) -> ItemCounts:
    choices: Counter[str] = Counter()
    seconds: Counter[int] = Counter()
    for tally in tallies:
        choices.update(tally.choices)
        seconds.update({int(each): number for each, number in tally.seconds.items()})
    groups = (
        ItemSums(
            people=each.people,
            points=each.points,
            squares=each.squares,
            rests=each.rests,
            rest_squares=each.rest_squares,
            products=each.products,
        )
        for each in tallies
    )
    return ItemCounts(tuple(groups), choices, seconds)


def appraise(question: Question, counts: ItemCounts) -> ItemFigures:
    """Return the figures of a question and the flags that they raise."""
    total = sum(counts.groups, ItemSums())
    strength = strength_of(total.people)
    if strength is None:
        return ItemFigures(total.people, None)
    seconds, chosen = counts.seconds or {}, counts.choices or {}
    facility, discrimination = total.facility(POINT), find_discrimination(counts.groups)
    missed = round(total.people * (1 - (facility or 0)))
    unused = list_unused(question, chosen) if missed >= ENOUGH_MISSES else ()
    return ItemFigures(
        people=total.people,
        strength=strength,
        facility=facility,
        discrimination=discrimination,
        seconds=find_median(seconds),
        timed=sum(seconds.values()),
        shares=share_options(chosen, total.people),
        unused=unused,
        flags=tuple(raise_flags(facility, discrimination, unused)),
    )


def list_unused(question: Question, chosen: Mapping[str, int]) -> tuple[str, ...]:
    """Return the options that nobody took. Reasons and other choices that several questions share are left out."""
    if not isinstance(question, OptionsQuestion):
        return ()
    return tuple(key for each in question.options if not chosen.get(key := f"{CHOICE_FIELD}:{each.id}"))


def raise_flags(facility: float | None, discrimination: float | None, unused: Sequence[str]) -> list[Flag]:
    """Return the flags, the gravest first.

    A negative item-rest correlation found 93 % of the planted wrong keys at about 30 answers and 99 % at about 100.
    """
    found = {
        Flag.WRONG_KEY: discrimination is not None and discrimination < 0,
        Flag.TOO_HARD: facility is not None and facility < TOO_HARD,
        Flag.TOO_EASY: facility is not None and facility > TOO_EASY,
        Flag.UNUSED: bool(unused),
    }
    return [flag for flag, raised in found.items() if raised]
