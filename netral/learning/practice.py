"""The pages of a module with their practice questions; a key is shown only to who has answered."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from netral.errors import NotFound
from netral.learning.enrolments import Enrolled
from netral.learning.models import (
    EditionQuestion,
    ModulePage,
    ModuleVersion,
    PageReached,
    PracticeAnswer,
    QuestionVersion,
)
from netral.quiz.answers import Answer
from netral.quiz.drawing import PoolItem, option_order
from netral.quiz.encoding import from_json
from netral.quiz.faces import Face, make_face
from netral.quiz.questions import Question
from netral.quiz.reviews import Review, make_review


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeQuestion:
    """`position` counts the questions of a page from 1; `review` is None until it is answered."""

    position: int
    face: Face
    answer: Answer
    review: Review | None


@dataclass(frozen=True, slots=True)
class FoundPractice:
    """A practice question with its key, for this side of the wire only."""

    position: int
    version_id: int
    question: Question
    order: tuple[str, ...]

    def answered(self, answer: Answer) -> PracticeQuestion:
        review = make_review(self.question, answer, self.order) if answer else None
        face = make_face(self.question, self.order)
        return PracticeQuestion(position=self.position, face=face, answer=answer, review=review)


@dataclass(frozen=True, slots=True)
class PageTitle:
    number: int
    title: str
    minutes: int
    reached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """One page of a module and the list of all its pages."""

    slug: str
    module: str
    number: int
    title: str
    html: str
    pages: tuple[PageTitle, ...]
    practice: tuple[PracticeQuestion, ...]

    @property
    def minutes_left(self) -> int:
        return sum(page.minutes for page in self.pages if page.number >= self.number)

    @property
    def is_last(self) -> bool:
        return self.number == len(self.pages)


def read_page(session: Session, enrolled: Enrolled, *, slug: str, number: int) -> PageView:
    """Of the edition that the period pins. Raises NotFound."""
    module = session.execute(
        select(ModuleVersion.id, ModuleVersion.judul).where(
            ModuleVersion.edition_id == enrolled.period.edition_id, ModuleVersion.slug == slug
        )
    ).one_or_none()
    if module is None:
        raise NotFound(slug)
    page = session.execute(
        select(ModulePage.title, ModulePage.html).where(
            ModulePage.module_version_id == module.id, ModulePage.number == number
        )
    ).one_or_none()
    if page is None:
        raise NotFound(number)
    return PageView(
        slug=slug,
        module=module.judul,
        number=number,
        title=page.title,
        html=page.html,
        pages=list_pages(session, enrolled, module.id, slug),
        practice=list_practice(session, enrolled, slug=slug, page=number),
    )


def list_pages(session: Session, enrolled: Enrolled, module_id: int, slug: str) -> tuple[PageTitle, ...]:
    mine = (
        (PageReached.number == ModulePage.number)
        & (PageReached.module_slug == slug)
        & (PageReached.enrolment_id == enrolled.id)
    )
    statement = (
        select(ModulePage.number, ModulePage.title, ModulePage.minutes, PageReached.id)
        .outerjoin(PageReached, mine)
        .where(ModulePage.module_version_id == module_id)
        .order_by(ModulePage.number)
    )
    return tuple(
        PageTitle(number, title, minutes, reached is not None)
        for number, title, minutes, reached in session.execute(statement)
    )


def list_practice(session: Session, enrolled: Enrolled, *, slug: str, page: int) -> tuple[PracticeQuestion, ...]:
    found = find_all(session, enrolled, slug=slug, page=page)
    wanted = [each.version_id for each in found]
    statement = select(PracticeAnswer.question_version_id, PracticeAnswer.answer).where(
        PracticeAnswer.enrolment_id == enrolled.id, PracticeAnswer.question_version_id.in_(wanted)
    )
    answers: dict[int, Answer] = {row.question_version_id: row.answer for row in session.execute(statement)}
    return tuple(each.answered(answers.get(each.version_id, {})) for each in found)


def find_practice(session: Session, enrolled: Enrolled, *, slug: str, page: int, position: int) -> FoundPractice:
    """Raises NotFound."""
    for each in find_all(session, enrolled, slug=slug, page=page):
        if each.position == position:
            return each
    raise NotFound(position)


def find_all(session: Session, enrolled: Enrolled, *, slug: str, page: int) -> tuple[FoundPractice, ...]:
    statement = (
        select(QuestionVersion.id, QuestionVersion.body)
        .join(EditionQuestion, EditionQuestion.question_version_id == QuestionVersion.id)
        .where(
            EditionQuestion.edition_id == enrolled.period.edition_id,
            EditionQuestion.module_slug == slug,
            EditionQuestion.page == page,
        )
        .order_by(EditionQuestion.position)
    )
    return tuple(
        as_found(row, position, seed=enrolled.id) for position, row in enumerate(session.execute(statement), 1)
    )


def as_found(row: Row[Any], position: int, *, seed: int) -> FoundPractice:
    """Options in an order of the person's own, the same at every visit."""
    question = from_json(row.body)
    return FoundPractice(position, row.id, question, option_order(PoolItem.of(question), seed))
