"""Cards and the glossary: /kartu, /kartu/<id>, /istilah; and a sentence of refusal put together from fixed parts.

Nothing may tell what somebody's situation is. So all cards about situations are one page, whose parts are anchors, and
browsers do not send those; and the sentence is made from a form that is answered and forgotten.
"""

from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.content.cards import CardKind
from netral.extensions import reading_session
from netral.learning.editions.cards import find_card, list_cards
from netral.learning.editions.reading import find_newest, list_terms
from netral.learning.periods.enrolments import get_enrolled, list_enrolled
from netral.web.edge import current
from netral.web.edge.access import signed_in
from netral.web.learner.learner import link, named_kode

bp = Blueprint("cards", __name__)

Choices = tuple[str, str, tuple[tuple[str, str], ...]]


def number(*texts: str) -> tuple[tuple[str, str], ...]:
    return tuple((str(place), text) for place, text in enumerate(texts, 1))


CHOICES: tuple[Choices, ...] = (
    (
        "bila",
        "Bila",
        number(
            "keluarga atau teman meminta saya menyebarkan unggahan dukungan",
            "atasan meminta saya hadir di kampanye",
            "atasan meminta saya mengajak rekan memilih calon tertentu",
            "tetangga meminta saya membantu tim kampanye",
            "ada yang meminta saya berfoto dengan simbol dukungan",
            "ada yang ingin memakai kendaraan atau ruangan kantor untuk kampanye",
            "ada yang meminta layanan didahulukan bagi pendukung calon",
        ),
    ),
    (
        "saya",
        "saya akan",
        number(
            "menolak dengan sopan",
            "menolak, lalu mencatat hari, tempat, dan kalimatnya",
            "menolak, lalu memberi tahu atasan atau kantor kepegawaian",
            "meminta waktu, lalu bertanya kepada kantor kepegawaian",
        ),
    ),
    (
        "ucapan",
        "sambil berkata",
        number(
            "Maaf, pekerjaan saya melarang saya ikut.",
            "Maaf, saya melayani semua orang dengan cara yang sama.",
            "Saya doakan dari rumah saja.",
            "Saya tanyakan dahulu aturannya.",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The edition whose cards and terms a person reads, and their period, if the edition is that of one."""

    edition_id: int | None
    period: str | None

    def address(self, path: str) -> str:
        return link(path, self.period) if self.period else path

    @property
    def tasks(self) -> str | None:
        return self.address("/tugas") if current.actor().may(Permission.LEARN) else None


def find_shelf() -> Shelf:
    """Return the edition of the named period, else of the person's first one, else the newest. Raises NotFound."""
    asn_id, kode = current.actor().asn_id, named_kode()
    with reading_session() as reading:
        if asn_id is not None and kode:
            enrolled = get_enrolled(reading, asn_id=asn_id, kode=kode)
            return Shelf(enrolled.period.edition_id, kode)
        own = list_enrolled(reading, asn_id=asn_id, now=current.now()) if asn_id is not None else ()
        if own:
            return Shelf(own[0].period.edition_id, own[0].period.kode)
        return Shelf(find_newest(reading), None)


def anchor(slug: str) -> str:
    """Return where a card about a situation stands on the page of all cards."""
    return f"posisi-{slug.removeprefix('posisi-')}"


@bp.get("/kartu")
@signed_in
def overview() -> ResponseReturnValue:
    shelf = find_shelf()
    with reading_session() as reading:
        cards = list_cards(reading, edition_id=shelf.edition_id)
    own = [(card, shelf.address(f"/kartu/{card.slug}")) for card in cards]
    return render_template(
        "kartu/semua.html",
        situations=[card for card in cards if card.kind is CardKind.POSISI],
        roles=[each for each in own if each[0].kind is CardKind.PERAN],
        sheets=[each for each in own if each[0].kind is CardKind.LEMBAR],
        anchor=anchor,
        choices=CHOICES,
        period=shelf.period,
        terms=shelf.address("/istilah"),
        search=shelf.address("/boleh-nggak"),
        tasks=shelf.tasks,
    )


@bp.post("/kartu")
@signed_in
def put_together() -> ResponseReturnValue:
    """Answer with the sentence that the chosen parts make; nothing is written."""
    shelf = find_shelf()
    parts = [dict(options).get(request.form.get(name, "")) for name, _, options in CHOICES]
    if None in parts:
        abort(400)
    sentence = "Bila {}, saya akan {}, sambil berkata, “{}”".format(*parts)
    pledge = shelf.address("/ikrar") if shelf.period else None
    return render_template("kartu/kalimat.html", sentence=sentence, cards=shelf.address("/kartu"), pledge=pledge)


@bp.get("/kartu/<slug>")
@signed_in
def one(slug: str) -> ResponseReturnValue:
    """Show a card of a role, or a sheet."""
    shelf = find_shelf()
    with reading_session() as reading:
        card = find_card(reading, edition_id=shelf.edition_id, slug=slug)
    return render_template("kartu/satu.html", card=card, cards=shelf.address("/kartu"))


@bp.get("/istilah")
@signed_in
def glossary() -> ResponseReturnValue:
    shelf = find_shelf()
    with reading_session() as reading:
        terms = list_terms(reading, edition_id=shelf.edition_id) if shelf.edition_id else ()
    return render_template("istilah/semua.html", terms=terms, search=shelf.address("/boleh-nggak"), tasks=shelf.tasks)
