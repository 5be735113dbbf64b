"""Publishing an edition: all content of one moment as immutable rows that attempts and certificates point to."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.content.cards import Card
from netral.content.edition import FrozenEdition, FrozenModule, FrozenQuestion, norm_to_json
from netral.content.glossary import Term
from netral.content.norms import Norm, rule_label
from netral.content.pictures import Picture
from netral.database.tables import change_rows, insert
from netral.errors import NetralError
from netral.learning.editions.models import (
    CardVersion,
    Drawing,
    Edition,
    EditionQuestion,
    ModulePage,
    ModuleVersion,
    QuestionVersion,
)
from netral.learning.editions.passages import keep_passages
from netral.learning.editions.reading import dump_blueprint

TRIES = 5


class PublishingBusy(NetralError):
    """Other processes kept publishing at the same time."""


@dataclass(frozen=True, slots=True)
class Published:
    edition_id: int
    number: int
    hash: str
    new: bool


def publish_edition(session: Session, act: Act, frozen: FrozenEdition, *, pledge_version_id: int) -> Published:
    """Publish an edition with this version of the ikrar, or return the existing one with the same content.

    An unchanged question keeps its version. Earlier editions get the passages by which they are searched, if they have
    none. Raises PublishingBusy.
    """
    published = keep_edition(session, act, frozen, pledge_version_id=pledge_version_id)
    if not published.new:
        keep_passages(session)
        return published
    for module in frozen.modules:
        keep_module(session, published.edition_id, module)
    keep_cards(session, published.edition_id, frozen.cards)
    keep_drawings(session, frozen.pictures)
    keep_passages(session)
    keep_questions(session, published.edition_id, frozen.questions)
    detail = {"number": published.number, "hash": frozen.hash}
    edition_id = published.edition_id
    record(session, act, action="edition.published", object_kind="edition", object_id=edition_id, detail=detail)
    return published


def find_edition(session: Session, content_hash: str) -> Published | None:
    row = session.execute(select(Edition.id, Edition.number).where(Edition.hash == content_hash)).one_or_none()
    return Published(row.id, row.number, content_hash, new=False) if row else None


def keep_edition(session: Session, act: Act, frozen: FrozenEdition, *, pledge_version_id: int) -> Published:
    """Return the edition. Of two processes at once, one takes the next number or finds the same content published."""
    if found := find_edition(session, frozen.hash):
        return found
    values = {
        "hash": frozen.hash,
        "published_at": act.now,
        "published_by": act.actor_id,
        "norms": dump_norms(frozen),
        "blueprint": dump_blueprint(frozen.blueprint),
        "terms": list(map(dump_term, frozen.terms)),
        "pledge_version_id": pledge_version_id,
        "feeds": [feed.to_json() for feed in frozen.feeds] or None,
    }
    for _ in range(TRIES):
        number = session.scalar(select(func.coalesce(func.max(Edition.number), 0) + 1)) or 1
        statement = insert(session, Edition).values(values | {"number": number}).on_conflict_do_nothing()
        new = change_rows(session, statement) == 1
        if found := find_edition(session, frozen.hash):
            return Published(found.edition_id, found.number, found.hash, new=new)
    raise PublishingBusy


def dump_norms(frozen: FrozenEdition) -> dict[str, Any]:
    """Return the registry as pages show it; every rule lists the module pages that cite it."""
    pages: dict[tuple[str, str], list[list[Any]]] = defaultdict(list)
    for module in frozen.modules:
        for page in module.pages:
            for citation in page.citations:
                pages[citation.norm, citation.rule].append([module.slug, page.number])
    return {norm.id: dump_norm(norm, pages) for norm in frozen.norms}


def dump_norm(norm: Norm, pages: dict[tuple[str, str], list[list[Any]]]) -> dict[str, Any]:
    kept = norm_to_json(norm)
    for key, rule in kept["rules"].items():
        rule["label"] = f"{norm.label} {rule_label(key)}".rstrip()
        rule["pages"] = pages.get((norm.id, key), [])
    return kept


def keep_module(session: Session, edition_id: int, module: FrozenModule) -> None:
    values = {
        "edition_id": edition_id,
        "slug": module.slug,
        "position": module.position,
        "judul": module.title,
        "ringkas": module.head.summary,
        "versi": module.head.version,
        "indicators": [indicator.value for indicator in module.head.indicators],
        "minutes": module.minutes,
        "page_count": len(module.pages),
        "objectives": list(module.head.objectives),
        "terms": list(map(dump_term, module.terms)),
    }
    statement = insert(session, ModuleVersion).values(values).returning(ModuleVersion.id)
    module_id = session.execute(statement).scalar_one()
    rows = [
        {
            "module_version_id": module_id,
            "number": page.number,
            "title": page.title,
            "html": page.html,
            "minutes": page.minutes,
        }
        for page in module.pages
    ]
    session.execute(insert(session, ModulePage), rows)


def dump_term(term: Term) -> dict[str, str]:
    return {"slug": term.slug, "istilah": term.name, "kepanjangan": term.expansion, "arti": term.meaning}


def keep_cards(session: Session, edition_id: int, cards: Sequence[Card]) -> None:
    rows = [
        {
            "edition_id": edition_id,
            "slug": card.head.id,
            "kind": card.kind.value,
            "position": position,
            "judul": card.head.title,
            "ringkas": card.head.summary,
            "versi": card.head.version,
            "sections": [[section.title, section.html] for section in (card.intro, *card.sections)],
        }
        for position, card in enumerate(cards, 1)
    ]
    if rows:
        session.execute(insert(session, CardVersion), rows)


def keep_drawings(session: Session, pictures: Sequence[Picture]) -> None:
    """Write the drawings that no edition had before."""
    rows = [{"hash": picture.hash, "svg": picture.svg} for picture in pictures]
    if rows:
        session.execute(insert(session, Drawing).on_conflict_do_nothing(), rows)


def keep_questions(session: Session, edition_id: int, questions: tuple[FrozenQuestion, ...]) -> None:
    """Write the new questions. An unchanged question keeps its version, and with it its statistics."""
    if not questions:
        return
    versions = [
        {
            "question_id": question.id,
            "content_hash": question.content_hash,
            "key_hash": question.key_hash,
            "kind": question.question.kind,
            "indicator": question.question.indicator.value,
            "body": question.body,
        }
        for question in questions
    ]
    session.execute(insert(session, QuestionVersion).on_conflict_do_nothing(), versions)
    names = tuple_(QuestionVersion.question_id, QuestionVersion.content_hash)
    wanted = [(question.id, question.content_hash) for question in questions]
    statement = select(QuestionVersion.id, QuestionVersion.question_id, QuestionVersion.content_hash)
    found = {(row.question_id, row.content_hash): row.id for row in session.execute(statement.where(names.in_(wanted)))}
    rows = [
        {
            "edition_id": edition_id,
            "question_version_id": found[question.id, question.content_hash],
            "module_slug": question.module,
            "page": question.page,
            "position": question.position,
        }
        for question in questions
    ]
    session.execute(insert(session, EditionQuestion), rows)
