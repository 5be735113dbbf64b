"""A module as one document: its pages with their practice questions; a key is shown only after an answer."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from sqlalchemy import Select, and_, select

from netral.database.tables import Reader
from netral.errors import NotFound
from netral.learning.editions.models import BODY, EditionQuestion, ModulePage, ModuleVersion, QuestionVersion
from netral.learning.editions.reading import ABOUT, TermView, view_about
from netral.learning.periods.enrolments import Enrolled
from netral.learning.study.models import PageReached, PracticeAnswer
from netral.quiz.drawing import PoolItem, option_order
from netral.quiz.kinds import from_text
from netral.quiz.questions import Answer, Face, Layout, Question, Review, as_sent, lay_out


@dataclass(frozen=True, slots=True)
class PracticePlace:
    """Where a practice question stands: its module, the page, and its position there, both from 1."""

    slug: str
    page: int
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeQuestion:
    """A practice question; `position` counts those of its page from 1, and `review` is None until it is answered.

    `answer` holds the fields and values of the form.
    """

    module: str
    page: int
    position: int
    version_id: int
    face: Face
    answer: Answer
    review: Review | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPractice:
    """A practice question with its key, for the server only; `answer` is the person's last choice."""

    module: str
    page: int
    position: int
    version_id: int
    layout: Layout
    answer: Answer

    def answered(self, answer: Answer) -> PracticeQuestion:
        return PracticeQuestion(
            module=self.module,
            page=self.page,
            position=self.position,
            version_id=self.version_id,
            face=self.layout.face(),
            answer=as_sent(self.layout, answer),
            review=self.layout.review(answer) if answer else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """A page. `minutes_left` is the reading time from the beginning of this page to the end of the module."""

    number: int
    title: str
    html: str
    minutes_left: int
    reached: bool
    practice: tuple[PracticeQuestion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleView:
    """A module. `objectives` and `terms` are empty in editions from before there were any."""

    slug: str
    judul: str
    pages: tuple[PageView, ...]
    objectives: tuple[str, ...]
    terms: tuple[TermView, ...]

    @property
    def next_page(self) -> int:
        """Return the first page that has not been reached, or 1 if there is none."""
        return next((page.number for page in self.pages if not page.reached), 1)


def read_module(reader: Reader, enrolled: Enrolled, *, slug: str) -> ModuleView:
    """Read a module of the edition that the period pins. Raises NotFound."""
    edition_id = enrolled.period.edition_id
    here = ABOUT.where(ModuleVersion.edition_id == edition_id, ModuleVersion.slug == slug)
    row = reader.execute(here).one_or_none()
    if row is None:
        raise NotFound(slug)
    about = view_about(row)
    rows = reader.execute(select_pages(enrolled, slug)).all()
    practice: defaultdict[int, list[PracticeQuestion]] = defaultdict(list)
    for found in list_practice(reader, enrolled, slug=slug):
        practice[found.page].append(found.answered(found.answer))
    minutes = [row.minutes for row in rows]
    pages = (
        PageView(
            number=row.number,
            title=row.title,
            html=row.html,
            minutes_left=share_minutes(about.minutes, minutes[place:], minutes),
            reached=bool(row.reached),
            practice=tuple(practice[row.number]),
        )
        for place, row in enumerate(rows)
    )
    return ModuleView(
        slug=slug,
        judul=about.judul,
        pages=tuple(pages),
        objectives=about.objectives,
        terms=about.terms,
    )


def select_pages(enrolled: Enrolled, slug: str) -> Select[*tuple[Any, ...]]:
    reached = and_(
        PageReached.number == ModulePage.number,
        PageReached.module_slug == ModuleVersion.slug,
        PageReached.enrolment_id == enrolled.id,
    )
    return (
        select(
            ModulePage.number,
            ModulePage.title,
            ModulePage.html,
            ModulePage.minutes,
            PageReached.id.is_not(None).label("reached"),
        )
        .join(ModuleVersion, ModulePage.module_version_id == ModuleVersion.id)
        .outerjoin(PageReached, reached)
        .where(ModuleVersion.edition_id == enrolled.period.edition_id, ModuleVersion.slug == slug)
        .order_by(ModulePage.number)
    )


def share_minutes(all_minutes: int, left: Sequence[int], pages: Sequence[int]) -> int:
    """Return the share of a module's minutes that the pages left take.

    The minutes of each page are rounded up, so their sum is more than those of the module, which other pages name.
    """
    return ceil(all_minutes * sum(left) / sum(pages))


def find_practice(reader: Reader, enrolled: Enrolled, place: PracticePlace) -> FoundPractice:
    """Return a practice question. Raises NotFound."""
    for each in list_practice(reader, enrolled, slug=place.slug):
        if (each.page, each.position) == (place.page, place.position):
            return each
    raise NotFound(place.position)


def list_practice(reader: Reader, enrolled: Enrolled, *, slug: str) -> list[FoundPractice]:
    """List the practice questions of a module, page by page."""
    given = and_(PracticeAnswer.question_version_id == QuestionVersion.id, PracticeAnswer.enrolment_id == enrolled.id)
    statement = (
        select(EditionQuestion.page, QuestionVersion.id, BODY, PracticeAnswer.answer)
        .join(QuestionVersion, QuestionVersion.id == EditionQuestion.question_version_id)
        .outerjoin(PracticeAnswer, given)
        .where(EditionQuestion.edition_id == enrolled.period.edition_id, EditionQuestion.module_slug == slug)
        .order_by(EditionQuestion.page, EditionQuestion.position)
    )
    rows = reader.execute(statement).all()
    return [
        as_found(
            from_text(row.body),
            module=slug,
            page=row.page,
            position=position,
            version_id=row.id,
            answer=row.answer or {},
            seed=enrolled.id,
        )
        for position, row in zip(number_places(row.page for row in rows), rows, strict=True)
    ]


def number_places(pages: Iterable[Hashable]) -> Iterator[int]:
    """Count the questions of each page from 1, where those of a page follow each other."""
    before, number = None, 0
    for page in pages:
        number = number + 1 if page == before else 1
        before = page
        yield number


def as_found(question: Question, *, seed: int, **about: Any) -> FoundPractice:
    """Lay out a question: options in the person's own order, always the same; situations in the author's order."""
    return FoundPractice(layout=lay_out(question, option_order(PoolItem.of(question), seed)), **about)
