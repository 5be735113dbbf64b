"""Cards: short advice for one role or one situation, and sheets to print; `kartu/*.md`."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from netral.content.documents import CARD_KEYS, Document, Head, read_known
from netral.content.findings import Findings
from netral.content.markdown import Cite, render_block
from netral.content.yaml_forms import Form


class CardKind(StrEnum):
    """A card for a role, a card for somebody's own situation, or a sheet."""

    PERAN = "peran"
    POSISI = "posisi"
    LEMBAR = "lembar"


@dataclass(frozen=True, slots=True)
class CardSection:
    """A part of a card. `html` is sanitised."""

    title: str
    html: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card. `intro` is the sanitised HTML before its first section."""

    head: Head
    kind: CardKind
    path: str
    intro: CardSection
    sections: tuple[CardSection, ...]


def read_card(path: str, document: Document, found: Findings, *, cite: Cite, today: date) -> Card:
    form = Form(document.front, found, known=CARD_KEYS)
    kind = form.word("jenis", CardKind, required=True) or CardKind.PERAN
    head = read_known(form, today=today, has_indicators=False)
    if document.questions_line:
        found.error(document.questions_line, "M08", 'kartu tidak memuat soal. Pindahkan "## Soal" ke modul.')
    if not document.pages:
        message = 'kartu belum punya bagian. Tulis "## Judul bagian", lalu isinya.'
        found.error(document.line_count, "M09", message)
    for section in document.pages:
        if not section.text:
            found.error(section.line, "M07", f'bagian "{section.title[:60]}" kosong. Tulis isinya atau hapus.')
    parts = [CardSection(part.title, render_block(part.text, cite), part.text) for part in document.pages]
    intro = CardSection("", render_block(document.intro.text, cite), document.intro.text)
    return Card(head=head, kind=kind, path=path, intro=intro, sections=tuple(parts))
