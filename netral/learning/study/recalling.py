"""Questions that a module opens with: practice of earlier modules, to be remembered rather than read.

What was remembered after some days stays (Latimier, Peyre and Ramus 2021, Educational Psychology Review 33).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, select

from netral.database.tables import Reader
from netral.learning.editions.models import EditionQuestion, ModulePage, ModuleVersion, QuestionVersion
from netral.learning.editions.reading import load_questions
from netral.learning.periods.enrolments import Enrolled
from netral.learning.study.models import PracticeAnswer
from netral.learning.study.practice import FoundPractice, as_found, number_places
from netral.quiz.questions import Question, chance

ASKED = 3
# Questions on these pages are about a story that the page tells, and cannot be asked without it.
CHAIN, WRONG_EXAMPLE = "Rangkaian", 'class="keliru"'
MISSED, OPEN, KNOWN = range(3)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A practice question with the person's last answer, empty if there is none, and its time."""

    module: str
    page: int
    position: int
    version_id: int
    content: tuple[str, str]
    answer: dict[str, list[str]]
    answered_at: datetime | None

    def found(self, question: Question, *, seed: int, answer: dict[str, list[str]]) -> FoundPractice:
        """Return the question as `read_module` would, with this answer."""
        return as_found(
            question,
            module=self.module,
            page=self.page,
            position=self.position,
            version_id=self.version_id,
            answer=answer,
            seed=seed,
        )


def choose_opening(
    reader: Reader, enrolled: Enrolled, *, slug: str, day: date, again: Sequence[int] = ()
) -> tuple[FoundPractice, ...]:
    """Return the questions a module opens with: those missed first, then those never answered; none for the first.

    They are the same for a person all day, until an answer changes what was missed; `again` holds the versions of those
    that a page has shown, which are shown again while their answers come in.
    """
    candidates = list_candidates(reader, select_earlier(enrolled, slug))
    shown = {each.version_id: each for each in candidates}
    if again and shown.keys() >= set(again):
        chosen = [shown[version_id] for version_id in dict.fromkeys(again)][:ASKED]
    else:
        answered = {each.version_id: each.content for each in candidates if each.answer}
        questions = load_questions(reader, answered)
        seed = (enrolled.id, slug, day.isoformat())
        chosen = sorted(
            candidates,
            key=lambda each: (rank(questions.get(each.version_id), each.answer), chance(*seed, each.content[0])),
        )[:ASKED]
    whole = load_questions(reader, {each.version_id: each.content for each in chosen})
    return tuple(each.found(whole[each.version_id], seed=enrolled.id, answer=each.answer) for each in chosen)


def rank(question: Question | None, answer: dict[str, list[str]]) -> int:
    if question is None:
        return OPEN
    return KNOWN if question.grade(answer) == 1 else MISSED


def list_candidates(reader: Reader, statement: Select[*tuple[Any, ...]]) -> list[Candidate]:
    """Return the questions that a statement of `select_practice` selects."""
    rows = reader.execute(statement).all()
    return [
        Candidate(
            module=row.module_slug,
            page=row.page,
            position=place,
            version_id=row.id,
            content=(row.question_id, row.content_hash),
            answer=row.answer or {},
            answered_at=row.answered_at,
        )
        for place, row in zip(number_places((row.module_slug, row.page) for row in rows), rows, strict=True)
    ]


def select_earlier(enrolled: Enrolled, slug: str) -> Select[*tuple[Any, ...]]:
    """Select the practice questions of the modules before this one."""
    edition_id = enrolled.period.edition_id
    here = select(ModuleVersion.position).where(ModuleVersion.edition_id == edition_id, ModuleVersion.slug == slug)
    return select_practice(enrolled).where(ModuleVersion.position < here.scalar_subquery())


def select_practice(enrolled: Enrolled) -> Select[*tuple[Any, ...]]:
    """Select the practice questions of the edition that the period pins, without those about a story."""
    edition_id = enrolled.period.edition_id
    given = and_(PracticeAnswer.question_version_id == QuestionVersion.id, PracticeAnswer.enrolment_id == enrolled.id)
    module = and_(
        ModuleVersion.edition_id == EditionQuestion.edition_id, ModuleVersion.slug == EditionQuestion.module_slug
    )
    page = and_(ModulePage.module_version_id == ModuleVersion.id, ModulePage.number == EditionQuestion.page)
    tells_a_story = ModulePage.title.startswith(CHAIN) | ModulePage.html.contains(WRONG_EXAMPLE)
    return (
        select(
            EditionQuestion.module_slug,
            EditionQuestion.page,
            QuestionVersion.id,
            QuestionVersion.question_id,
            QuestionVersion.content_hash,
            PracticeAnswer.answer,
            PracticeAnswer.answered_at,
        )
        .join(ModuleVersion, module)
        .join(ModulePage, page)
        .join(QuestionVersion, QuestionVersion.id == EditionQuestion.question_version_id)
        .outerjoin(PracticeAnswer, given)
        .where(EditionQuestion.edition_id == edition_id, ~tells_a_story)
        .order_by(ModuleVersion.position, EditionQuestion.page, EditionQuestion.position)
    )
