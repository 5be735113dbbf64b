"""Reading editions: their dates, questions, rules, bank, and plan of an exam."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, exists, func, select
from sqlalchemy.orm import Session

from netral.content.norms import made_for_label
from netral.database.tables import Reader
from netral.errors import NotFound
from netral.learning.editions.models import (
    Drawing,
    Edition,
    EditionQuestion,
    ModulePage,
    ModuleVersion,
    QuestionVersion,
    QuestionWithdrawal,
)
from netral.quiz.blueprint import Blueprint, KeysShown
from netral.quiz.drawing import PoolItem
from netral.quiz.kinds import from_json
from netral.quiz.questions import Citation, Indicator, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionLine:
    id: int
    number: int
    hash: str
    published_at: datetime
    modules: int
    bank: int
    practice: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionLine:
    """A whole question of an edition, with its key. `module` and `page` are None for the bank."""

    question: Question
    content_hash: str
    module: str | None
    page: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermView:
    """A term of the glossary as pages explain it. `slug` names its anchor; `expansion` is that of an acronym."""

    slug: str
    name: str
    expansion: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleAbout:
    """A module without its pages; `objectives` and `terms` are empty in editions from before there were any."""

    judul: str
    minutes: int
    objectives: tuple[str, ...]
    terms: tuple[TermView, ...]


@dataclass(frozen=True, slots=True)
class PageText:
    """A page of a module as it was published: its title and its text are HTML."""

    number: int
    title: str
    html: str


@dataclass(frozen=True, slots=True)
class WithdrawalView:
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """A rule in the registry of the edition; `pages` are the module pages (slug, number) that cite it.

    `made_for` says for which election its norm was made, in words; empty for a standing norm.
    """

    label: str
    text: str
    link: str
    made_for: str
    pages: tuple[tuple[str, int], ...]


def list_editions(session: Session) -> tuple[EditionLine, ...]:
    """List the editions, the newest first."""
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
    )
    rows = session.execute(statement.order_by(Edition.number.desc())).mappings()
    return tuple(EditionLine(**row) for row in rows)


def count(statement: Select[int]) -> Any:
    return statement.correlate(Edition).scalar_subquery()


def list_questions(session: Session, *, number: int) -> tuple[QuestionLine, ...]:
    """List the questions in the order of the edition, practice first. Empty for an edition that does not exist."""
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


def find_withdrawal(session: Session, line: QuestionLine) -> WithdrawalView | None:
    """Return when and why this version of a question was withdrawn, None while it is in use."""
    statement = (
        select(QuestionWithdrawal.withdrawn_at, QuestionWithdrawal.reason)
        .join(QuestionVersion, QuestionVersion.id == QuestionWithdrawal.question_version_id)
        .where(QuestionVersion.question_id == line.question.id, QuestionVersion.content_hash == line.content_hash)
    )
    row = session.execute(statement).one_or_none()
    return WithdrawalView(*row) if row else None


def list_withdrawn(session: Session) -> frozenset[tuple[str, str]]:
    """Return the id and the hash of the content of every withdrawn version of a question."""
    versions = select(QuestionVersion.question_id, QuestionVersion.content_hash)
    return frozenset((row.question_id, row.content_hash) for row in session.execute(versions.where(WITHDRAWN)))


def list_hashes(session: Session, *, number: int) -> dict[str, str]:
    """Return question id -> hash of its content, of one edition."""
    statement = (
        select(QuestionVersion.question_id, QuestionVersion.content_hash)
        .join(EditionQuestion, EditionQuestion.question_version_id == QuestionVersion.id)
        .join(Edition, Edition.id == EditionQuestion.edition_id)
        .where(Edition.number == number)
    )
    return {row.question_id: row.content_hash for row in session.execute(statement)}


def list_pages(session: Session, *, number: int) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return module slug -> title and HTML of its pages, of one edition."""
    edition_id = session.scalar(select(Edition.id).where(Edition.number == number))
    return {} if edition_id is None else read_all_pages(session, edition_id)


def read_all_pages(reader: Reader, edition_id: int) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return the same of the edition with this id."""
    statement = (
        select(ModuleVersion.slug, ModulePage.title, ModulePage.html)
        .join(ModulePage, ModulePage.module_version_id == ModuleVersion.id)
        .where(ModuleVersion.edition_id == edition_id)
        .order_by(ModuleVersion.position, ModulePage.number)
    )
    pages: dict[str, tuple[tuple[str, str], ...]] = {}
    for slug, title, html in reader.execute(statement):
        pages[slug] = (*pages.get(slug, ()), (title, html))
    return pages


def list_feed_versions(session: Session, *, number: int) -> dict[str, str]:
    """Return id of a feed -> its version, of one edition."""
    kept = session.scalar(select(Edition.feeds).where(Edition.number == number))
    return {feed["id"]: feed["version"] for feed in kept or ()}


def list_modules(session: Reader, *, number: int) -> dict[str, str]:
    """Return module slug -> title, of one edition, in order of teaching."""
    statement = (
        select(ModuleVersion.slug, ModuleVersion.judul)
        .join(Edition, Edition.id == ModuleVersion.edition_id)
        .where(Edition.number == number)
        .order_by(ModuleVersion.position)
    )
    return {row.slug: row.judul for row in session.execute(statement)}


ABOUT = select(ModuleVersion.judul, ModuleVersion.minutes, ModuleVersion.objectives, ModuleVersion.terms)


def view_about(row: Row[*tuple[Any, ...]]) -> ModuleAbout:
    """Return the view of a row of `ABOUT`."""
    objectives = tuple(row.objectives or ())
    return ModuleAbout(judul=row.judul, minutes=row.minutes, objectives=objectives, terms=view_terms(row.terms))


def read_about(reader: Reader, *, number: int, slug: str) -> ModuleAbout:
    """Return a module of the edition with this number. Raises NotFound."""
    edition = select(Edition.id).where(Edition.number == number).scalar_subquery()
    row = reader.execute(ABOUT.where(ModuleVersion.edition_id == edition, ModuleVersion.slug == slug)).one_or_none()
    if row is None:
        raise NotFound("modul", slug)
    return view_about(row)


def read_pages(reader: Reader, *, number: int, slug: str) -> tuple[PageText, ...]:
    """Return the pages of a module of the edition with this number; empty if there is no such module."""
    statement = (
        select(ModulePage.number, ModulePage.title, ModulePage.html)
        .join(ModuleVersion, ModulePage.module_version_id == ModuleVersion.id)
        .join(Edition, Edition.id == ModuleVersion.edition_id)
        .where(Edition.number == number, ModuleVersion.slug == slug)
        .order_by(ModulePage.number)
    )
    return tuple(PageText(*row) for row in reader.execute(statement))


def list_numbers(reader: Reader, edition_ids: Collection[int]) -> tuple[int, ...]:
    """Return the numbers of these editions, the newest first."""
    statement = select(Edition.number).where(Edition.id.in_(edition_ids)).order_by(Edition.number.desc())
    return tuple(row.number for row in reader.execute(statement))


def read_rules(session: Reader, *, edition_id: int, citations: Iterable[Citation]) -> dict[Citation, RuleView]:
    """Return the rules in words, with a link to the source and the module pages that cite them."""
    wanted = list(citations)
    if not wanted:
        return {}
    norms = session.scalar(select(Edition.norms).where(Edition.id == edition_id)) or {}
    return {citation: view_rule(norms, citation) for citation in wanted}


def view_rule(norms: Mapping[str, Any], citation: Citation) -> RuleView:
    """Return a rule; a citation that the registry does not have is shown by its name."""
    norm = norms.get(citation.norm, {})
    rule = norm.get("rules", {}).get(citation.rule, {})
    return RuleView(
        label=rule.get("label") or norm.get("label") or str(citation),
        text=rule.get("text", ""),
        link=norm.get("link", ""),
        made_for=made_for_label(norm.get("made_for", [])),
        pages=tuple((slug, number) for slug, number in rule.get("pages", [])),
    )


def find_newest(reader: Reader) -> int | None:
    """Return the id of the newest edition."""
    return reader.scalar(select(Edition.id).order_by(Edition.number.desc()).limit(1))


def list_terms(reader: Reader, *, edition_id: int) -> tuple[TermView, ...]:
    """List the glossary of an edition by name; empty for editions from before there was one."""
    kept = reader.scalar(select(Edition.terms).where(Edition.id == edition_id))
    return tuple(sorted(view_terms(kept), key=lambda term: term.name.lower()))


def view_terms(kept: Iterable[Mapping[str, str]] | None) -> tuple[TermView, ...]:
    return tuple(
        TermView(slug=term["slug"], name=term["istilah"], expansion=term["kepanjangan"], meaning=term["arti"])
        for term in kept or ()
    )


def find_drawing(reader: Reader, hashed: str) -> str | None:
    """Return the SVG with this hash."""
    return reader.scalar(select(Drawing.svg).where(Drawing.hash == hashed))


# By question id and hash of its content, which never changes.
KNOWN: dict[tuple[str, str], PoolItem] = {}
WHOLE: dict[tuple[str, str], Question] = {}


def load_questions(reader: Reader, wanted: Mapping[int, tuple[str, str]]) -> dict[int, Question]:
    """Return questions by the id of their version, given question id and hash of each; a process parses each once."""
    if unknown := [version_id for version_id, content in wanted.items() if content not in WHOLE]:
        bodies = select(QuestionVersion.id, QuestionVersion.body).where(QuestionVersion.id.in_(unknown))
        WHOLE.update({wanted[row.id]: from_json(row.body) for row in reader.execute(bodies)})
    return {version_id: WHOLE[content] for version_id, content in wanted.items()}


WITHDRAWN = exists().where(QuestionWithdrawal.question_version_id == QuestionVersion.id)


def load_bank(session: Session, edition_id: int) -> dict[int, PoolItem]:
    """Return the facts that drawing needs of each question of the bank, by id of its version; not of withdrawn ones.

    Every start draws from the whole bank, so the body of a question is parsed only once.
    """
    statement = (
        select(QuestionVersion.id, QuestionVersion.question_id, QuestionVersion.content_hash)
        .join(EditionQuestion, EditionQuestion.question_version_id == QuestionVersion.id)
        .where(EditionQuestion.edition_id == edition_id, EditionQuestion.module_slug.is_(None), ~WITHDRAWN)
    )
    found = {row.id: (row.question_id, row.content_hash) for row in session.execute(statement)}
    if unknown := [version_id for version_id, content in found.items() if content not in KNOWN]:
        bodies = select(QuestionVersion.id, QuestionVersion.body).where(QuestionVersion.id.in_(unknown))
        KNOWN.update({found[row.id]: PoolItem.of(from_json(row.body)) for row in session.execute(bodies)})
    return {version_id: KNOWN[content] for version_id, content in found.items()}


# The plan of an exam as stored in an edition (the defaults) and in a period (the choices), by the names of
# `content/ujian.yaml`.
BLUEPRINT_NAMES = {
    "lulus": "pass_percent",
    "kesempatan": "attempts",
    "jeda_menit": "pause_minutes",
    "batas_detik": "limit_seconds",
    "minimal_boleh_tergantung_persen": "open_percent",
    "modul_dulu": "modules_first",
    "nilai_dicetak": "score_printed",
    "baca_ulang": "relearn",
    "kunci_tampil": "keys_shown",
    "tes_awal": "pretest",
}


def dump_blueprint(blueprint: Blueprint) -> dict[str, Any]:
    quotas = {indicator.value: number for indicator, number in blueprint.quotas.items()}
    settings = {kept: getattr(blueprint, name) for kept, name in BLUEPRINT_NAMES.items()}
    return {"soal": blueprint.size, "kuota": quotas} | settings


def load_blueprint(kept: Mapping[str, Any]) -> Blueprint:
    """Return the plan; missing values are those of the default blueprint."""
    values: dict[str, Any] = {name: kept[key] for key, name in BLUEPRINT_NAMES.items() if key in kept}
    if shown := values.get("keys_shown"):
        values["keys_shown"] = KeysShown(shown)
    if quotas := kept.get("kuota"):
        values["quotas"] = {Indicator(name): number for name, number in quotas.items()}
    return Blueprint(**values)
