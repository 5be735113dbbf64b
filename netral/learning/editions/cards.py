"""The cards of an edition: advice for a role or a situation, and sheets to print."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from netral.content.cards import CardKind
from netral.database.tables import Reader
from netral.errors import NotFound
from netral.learning.editions.models import CardVersion

CARD = CardVersion.__table__


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """A card. `intro` is the HTML before its sections, which are pairs of title and HTML."""

    slug: str
    kind: CardKind
    judul: str
    ringkas: str
    intro: str
    sections: tuple[tuple[str, str], ...]


def list_cards(reader: Reader, *, edition_id: int | None) -> tuple[CardView, ...]:
    """List the cards in their order; none without an edition."""
    statement = select(CARD).where(CARD.c.edition_id == edition_id).order_by(CARD.c.position)
    return tuple(map(as_view, reader.execute(statement)))


def find_card(reader: Reader, *, edition_id: int | None, slug: str) -> CardView:
    """Return a card that has an address of its own. Raises NotFound, also for one about somebody's own situation."""
    own = CARD.c.kind != CardKind.POSISI.value
    row = reader.execute(select(CARD).where(CARD.c.edition_id == edition_id, CARD.c.slug == slug, own)).one_or_none()
    if row is None:
        raise NotFound("kartu", slug)
    return as_view(row)


def as_view(row: Row[*tuple[Any, ...]]) -> CardView:
    parts: Sequence[Sequence[str]] = row.sections
    return CardView(
        slug=row.slug,
        kind=CardKind(row.kind),
        judul=row.judul,
        ringkas=row.ringkas,
        intro=parts[0][1],
        sections=tuple((title, html) for title, html in parts[1:]),
    )
