"""Reading editions: what was published when, and the questions of one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from netral.errors import NotFound
from netral.learning.editions.models import Edition, EditionQuestion, ModulePage, ModuleVersion, QuestionVersion
from netral.learning.periods.models import Period
from netral.quiz.encoding import from_json
from netral.quiz.questions import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionLine:
    id: int
    number: int
    hash: str
    published_at: datetime
    modules: int
    bank: int
    practice: int
    periods: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionLine:
    """A question of an edition, whole: with its key. `module` and `page` are None for the bank."""

    question: Question
    content_hash: str
    module: str | None
    page: int | None


@dataclass(frozen=True, slots=True)
class PublishedPage:
    """One page of a module as published; `pages` counts those of the module."""

    slug: str
    judul: str
    number: int
    pages: int
    title: str
    html: str


def list_editions(session: Session) -> tuple[EditionLine, ...]:
    """The newest first."""
    in_bank = EditionQuestion.module_slug.is_(None)
    mine = EditionQuestion.edition_id == Edition.id
    statement = select(
        Edition.id,
        Edition.number,
        Edition.hash,
        Edition.published_at,
        count(select(func.count(ModuleVersion.id)).where(ModuleVersion.edition_id == Edition.id)).label("modules"),
        count(select(func.count(EditionQuestion.id)).where(mine, in_bank)).label("bank"),
        count(select(func.count(EditionQuestion.id)).where(mine, ~in_bank)).label("practice"),
        count(select(func.count(Period.id)).where(Period.edition_id == Edition.id)).label("periods"),
    )
    rows = session.execute(statement.order_by(Edition.number.desc())).mappings()
    return tuple(EditionLine(**row) for row in rows)


def count(statement: Select[int]) -> Any:
    return statement.correlate(Edition).scalar_subquery()


def list_questions(session: Session, *, number: int) -> tuple[QuestionLine, ...]:
    """In the order of the edition, practice first. Empty for an edition that is not there."""
    statement = (
        select(QuestionVersion.body, QuestionVersion.content_hash, EditionQuestion.module_slug, EditionQuestion.page)
        .join(EditionQuestion, EditionQuestion.question_version_id == QuestionVersion.id)
        .join(Edition, Edition.id == EditionQuestion.edition_id)
        .where(Edition.number == number)
        .order_by(EditionQuestion.position)
    )
    return tuple(map(as_line, session.execute(statement)))


def as_line(row: Row[*tuple[Any, ...]]) -> QuestionLine:
    body, content_hash, module, page = row
    return QuestionLine(question=from_json(body), content_hash=content_hash, module=module, page=page)


def list_hashes(session: Session, *, number: int) -> dict[str, str]:
    """Question id to the hash of its content, of one edition."""
    statement = (
        select(QuestionVersion.question_id, QuestionVersion.content_hash)
        .join(EditionQuestion, EditionQuestion.question_version_id == QuestionVersion.id)
        .join(Edition, Edition.id == EditionQuestion.edition_id)
        .where(Edition.number == number)
    )
    return {row.question_id: row.content_hash for row in session.execute(statement)}


def list_pages(session: Session, *, number: int) -> dict[str, tuple[tuple[str, str], ...]]:
    """Module slug to title and HTML of its pages, of one edition."""
    statement = (
        select(ModuleVersion.slug, ModulePage.title, ModulePage.html)
        .join(ModulePage, ModulePage.module_version_id == ModuleVersion.id)
        .join(Edition, Edition.id == ModuleVersion.edition_id)
        .where(Edition.number == number)
        .order_by(ModuleVersion.position, ModulePage.number)
    )
    pages: dict[str, tuple[tuple[str, str], ...]] = {}
    for slug, title, html in session.execute(statement):
        pages[slug] = (*pages.get(slug, ()), (title, html))
    return pages


def list_modules(session: Session, *, number: int) -> dict[str, str]:
    """Module slug to its title, of one edition, in order of teaching."""
    statement = (
        select(ModuleVersion.slug, ModuleVersion.judul)
        .join(Edition, Edition.id == ModuleVersion.edition_id)
        .where(Edition.number == number)
        .order_by(ModuleVersion.position)
    )
    return {row.slug: row.judul for row in session.execute(statement)}


def read_published_page(session: Session, *, edition: int, slug: str, number: int) -> PublishedPage:
    """Raises NotFound."""
    statement = (
        select(
            ModuleVersion.slug,
            ModuleVersion.judul,
            ModulePage.number,
            ModuleVersion.page_count,
            ModulePage.title,
            ModulePage.html,
        )
        .join(ModulePage, ModulePage.module_version_id == ModuleVersion.id)
        .join(Edition, Edition.id == ModuleVersion.edition_id)
        .where(Edition.number == edition, ModuleVersion.slug == slug, ModulePage.number == number)
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("halaman", slug)
    return PublishedPage(*row)
