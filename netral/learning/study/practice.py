"""The pages of a module with their practice questions; a key is shown only to who has answered."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, case, select
from sqlalchemy.orm import Session

from netral.database.hot import Prepared
from netral.database.tables import Reader
from netral.errors import NotFound
from netral.learning.editions.models import BODY, EditionQuestion, ModulePage, ModuleVersion, QuestionVersion
from netral.learning.periods.enrolments import Enrolled
from netral.learning.study.models import PageReached, PracticeAnswer
from netral.quiz.drawing import PoolItem, option_order
from netral.quiz.encoding import from_text
from netral.quiz.layouts import as_sent, lay_out
from netral.quiz.questions import Answer, Face, Layout, Review


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeQuestion:
    """A practice question; `position` counts those of a page from 1, and `review` is None until it is answered.

    `answer` holds the fields and values of the form.
    """

    position: int
    face: Face
    answer: Answer
    review: Review | None


@dataclass(frozen=True, slots=True)
class FoundPractice:
    """A practice question with its key, for this side of the wire only."""

    position: int
    version_id: int
    layout: Layout

    def answered(self, answer: Answer) -> PracticeQuestion:
        return PracticeQuestion(
            position=self.position,
            face=self.layout.face(),
            answer=as_sent(self.layout, answer),
            review=self.layout.review(answer) if answer else None,
        )


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


# Of tables and not of classes, and put together once: pages are read more often than anything but questions.
MODULE, PAGE, REACHED = ModuleVersion.__table__, ModulePage.__table__, PageReached.__table__
PLACED, VERSION, ANSWERED = EditionQuestion.__table__, QuestionVersion.__table__, PracticeAnswer.__table__

REACHED_BY = (
    (REACHED.c.number == PAGE.c.number)
    & (REACHED.c.module_slug == MODULE.c.slug)
    & (REACHED.c.enrolment_id == bindparam("enrolment_id"))
)
# Every page of a module, and the text of the one that is asked.
PAGES = Prepared(
    select(
        MODULE.c.judul,
        PAGE.c.number,
        PAGE.c.title,
        PAGE.c.minutes,
        case((PAGE.c.number == bindparam("asked"), PAGE.c.html)).label("html"),
        REACHED.c.id.is_not(None).label("reached"),
    )
    .select_from(MODULE.join(PAGE, PAGE.c.module_version_id == MODULE.c.id).outerjoin(REACHED, REACHED_BY))
    .where(MODULE.c.edition_id == bindparam("edition_id"), MODULE.c.slug == bindparam("slug"))
    .order_by(PAGE.c.number)
)
GIVEN = (ANSWERED.c.question_version_id == VERSION.c.id) & (ANSWERED.c.enrolment_id == bindparam("enrolment_id"))
PRACTICE = Prepared(
    select(VERSION.c.id, BODY, ANSWERED.c.answer)
    .select_from(PLACED.join(VERSION, VERSION.c.id == PLACED.c.question_version_id).outerjoin(ANSWERED, GIVEN))
    .where(
        PLACED.c.edition_id == bindparam("edition_id"),
        PLACED.c.module_slug == bindparam("slug"),
        PLACED.c.page == bindparam("page"),
    )
    .order_by(PLACED.c.position)
)


def read_page(session: Reader, enrolled: Enrolled, *, slug: str, number: int) -> PageView:
    """Of the edition that the period pins. Raises NotFound."""
    pages = PAGES.all(session, edition_id=enrolled.period.edition_id, slug=slug, enrolment_id=enrolled.id, asked=number)
    page = next((each for each in pages if each.number == number), None)
    if page is None:
        raise NotFound(slug, number)
    return PageView(
        slug=slug,
        module=page.judul,
        number=number,
        title=page.title,
        html=page.html,
        pages=tuple(PageTitle(each.number, each.title, each.minutes, bool(each.reached)) for each in pages),
        practice=list_practice(session, enrolled, slug=slug, page=number),
    )


def list_practice(session: Reader, enrolled: Enrolled, *, slug: str, page: int) -> tuple[PracticeQuestion, ...]:
    return tuple(found.answered(answer or {}) for found, answer in find_all(session, enrolled, slug=slug, page=page))


def find_practice(session: Session, enrolled: Enrolled, *, slug: str, page: int, position: int) -> FoundPractice:
    """Raises NotFound."""
    for each, _ in find_all(session, enrolled, slug=slug, page=page):
        if each.position == position:
            return each
    raise NotFound(position)


def find_all(
    session: Reader, enrolled: Enrolled, *, slug: str, page: int
) -> tuple[tuple[FoundPractice, Answer | None], ...]:
    """Each with what this person answered last."""
    edition_id = enrolled.period.edition_id
    rows = PRACTICE.all(session, edition_id=edition_id, slug=slug, page=page, enrolment_id=enrolled.id)
    return tuple((as_found(row, position, seed=enrolled.id), row.answer) for position, row in enumerate(rows, 1))


def as_found(row: Row[*tuple[Any, ...]], position: int, *, seed: int) -> FoundPractice:
    """Lay out a question: options in the person's own order, always the same; situations in the author's order."""
    question = from_text(row.body)
    return FoundPractice(position, row.id, lay_out(question, option_order(PoolItem.of(question), seed)))
