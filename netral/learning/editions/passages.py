"""The passages of an edition, by which it is searched: its modules' pages, cards and terms.

They are made from what is published, so editions from before there were any get theirs at the next publishing, which
is part of every upgrade.
"""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from html.parser import HTMLParser
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from netral.database.tables import insert
from netral.folding import clean
from netral.learning.editions.asking import index_words
from netral.learning.editions.models import PASSAGE_INDEX, CardVersion, Edition, ModulePage, ModuleVersion, Passage

INLINE = frozenset({"a", "abbr", "cite", "code", "em", "strong", "sup"})
PARTS = frozenset({"td", "th", "h3", "h4", "h5"})
PART = " · "
# A blank that a citation leaves.
BEFORE_SIGN = re.compile(r" (?=[.,;:?])")


class PassageKind(StrEnum):
    PAGE = "modul"
    TERM = "istilah"
    CARD = "kartu"


def keep_passages(session: Session) -> None:
    """Write the passages of each edition that has none."""
    without = select(Edition.id).where(~exists().where(Passage.edition_id == Edition.id))
    for edition_id in session.scalars(without.order_by(Edition.id)).all():
        rows = [row | {"edition_id": edition_id} for row in list_passages(session, edition_id)]
        if rows:
            session.execute(insert(session, Passage).on_conflict_do_nothing(), rows)
            index_passages(session, edition_id)


def index_passages(session: Session, edition_id: int) -> None:
    if session.get_bind().dialect.name == "sqlite":
        words = select(Passage.id, Passage.words).where(Passage.edition_id == edition_id)
        session.execute(PASSAGE_INDEX.insert().from_select(["rowid", "words"], words))


def list_passages(session: Session, edition_id: int) -> Iterator[dict[str, Any]]:
    pages = (
        select(ModuleVersion.slug, ModuleVersion.judul, ModulePage.number, ModulePage.title, ModulePage.html)
        .join(ModulePage, ModulePage.module_version_id == ModuleVersion.id)
        .where(ModuleVersion.edition_id == edition_id)
        .order_by(ModuleVersion.position, ModulePage.number)
    )
    for row in session.execute(pages):
        yield make_passage(PassageKind.PAGE, row.slug, row.number, row.title, [row.html], part_of=row.judul)
    cards = select(CardVersion).where(CardVersion.edition_id == edition_id).order_by(CardVersion.position)
    for card in session.scalars(cards):
        parts = [card.ringkas, *(text for section in card.sections for text in section)]
        yield make_passage(PassageKind.CARD, card.slug, 0, card.judul, parts, part_of=card.kind)
    for term in session.scalar(select(Edition.terms).where(Edition.id == edition_id)) or ():
        name = f"{term['istilah']} ({term['kepanjangan']})" if term["kepanjangan"] else term["istilah"]
        yield make_passage(PassageKind.TERM, term["slug"], 0, name, [term["arti"]])


def make_passage(
    kind: PassageKind, slug: str, number: int, title: str, parts: Iterable[str], *, part_of: str = ""
) -> dict[str, Any]:
    """Return a passage from the HTML of its parts."""
    read = [read_html(part) for part in (title, *parts)]
    searched = [part.all for part in read]
    if kind is PassageKind.PAGE:
        searched.append(part_of)
    return {
        "kind": kind.value,
        "slug": slug,
        "number": number,
        "title": read[0].all,
        "part_of": part_of,
        "text": PART.join(part.shown for part in read[1:] if part.shown),
        "words": index_words(*searched),
    }


class TextOfHtml(HTMLParser):
    """The text of published HTML: `all` that is searched, and what may be `shown` by itself.

    Not shown: a misconception and a wrong example, which read like advice outside their page, and citations.
    """

    def __init__(self) -> None:
        super().__init__()
        self.everything: list[str] = []
        self.showable: list[str] = []
        self.misconception, self.hidden_until = False, ""

    @property
    def all(self) -> str:
        return clean("".join(self.everything))

    @property
    def shown(self) -> str:
        return BEFORE_SIGN.sub("", clean("".join(self.showable))).strip(PART)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kind = dict(attrs).get("class") if tag == "blockquote" else None
        self.misconception = self.misconception or kind == "anggapan"
        if not self.hidden_until and (kind == "keliru" or tag == "cite" or (tag == "p" and self.misconception)):
            # Of a misconception only the first paragraph is wrong; the next ones say what is right.
            self.hidden_until, self.misconception = tag, False
        if tag not in INLINE:
            self.add(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == self.hidden_until:
            self.hidden_until = ""
        if tag not in INLINE:
            self.add(PART if tag in PARTS else " ")

    def handle_data(self, data: str) -> None:
        self.add(data)

    def add(self, text: str) -> None:
        self.everything.append(text)
        if not self.hidden_until:
            self.showable.append(text)


def read_html(html: str) -> TextOfHtml:
    reader = TextOfHtml()
    reader.feed(html)
    reader.close()
    return reader
