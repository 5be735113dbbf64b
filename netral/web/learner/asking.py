"""Boleh nggak?: /boleh-nggak, the search over the modules, cards and terms of a learner's edition.

A question is sent in a form, answered, and forgotten: it stands in no address, log line or row, and is not kept when
the session has ended.
"""

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from netral.content.cards import CardKind
from netral.extensions import reading_session
from netral.learning.editions.asking import read_question
from netral.learning.editions.passages import PassageKind
from netral.learning.editions.searching import Found, search_edition
from netral.web.edge.access import signed_in
from netral.web.learner.cards import Shelf, anchor, find_shelf
from netral.web.learner.learner import page_address

bp = Blueprint("asking", __name__)

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A result on the page."""

    href: str
    title: str
    place: str
    snippet: tuple[tuple[str, bool], ...]


@bp.get("/boleh-nggak")
@signed_in
def ask() -> ResponseReturnValue:
    return draw(find_shelf())


@bp.post("/boleh-nggak")
@signed_in
def answer() -> ResponseReturnValue:
    """Answer with the passages that fit; nothing is written."""
    shelf = find_shelf()
    question = request.form.get("tanya", "").strip()[:LONGEST]
    if not question:
        return draw(shelf, error="Tulis dahulu pertanyaan Anda")
    if not read_question(question):
        return draw(shelf, question, error="Tulis juga perbuatannya, misalnya: like postingan caleg")
    return draw(shelf, question, found=find(shelf, question))


def draw(
    shelf: Shelf, question: str = "", *, found: tuple[Line, ...] | None = None, error: str | None = None
) -> ResponseReturnValue:
    body = render_template(
        "cari/boleh.html",
        question=question,
        found=found,
        error=error,
        longest=LONGEST,
        problems=[{"text": error, "target": "tanya"}] if error else None,
        period=shelf.period,
        cards=shelf.address("/kartu"),
        terms=shelf.address("/istilah"),
        tasks=shelf.tasks,
    )
    return body, 422 if error else 200


def find(shelf: Shelf, question: str) -> tuple[Line, ...]:
    """Return what fits; pages of modules only for a person who reads them in a period."""
    if shelf.edition_id is None:
        return ()
    kinds = [kind for kind in PassageKind if shelf.period or kind is not PassageKind.PAGE]
    with reading_session() as reading:
        found = search_edition(reading, edition_id=shelf.edition_id, question=question, kinds=kinds)
    return tuple(as_line(shelf, each) for each in found)


def as_line(shelf: Shelf, found: Found) -> Line:
    if found.kind is PassageKind.PAGE:
        href, place = page_address(found.slug, found.number, shelf.period), f"Modul {found.part_of}"
    elif found.kind is PassageKind.TERM:
        href, place = f"{shelf.address('/istilah')}#istilah-{found.slug}", "Daftar istilah"
    elif found.part_of != CardKind.POSISI:
        href, place = shelf.address(f"/kartu/{found.slug}"), "Kartu"
    else:
        href, place = f"{shelf.address('/kartu')}#{anchor(found.slug)}", "Kartu: bila ini terjadi pada saya"
    return Line(href, found.title, place, found.snippet)
