"""Answers of officers about an import under review: unknown units, people who may be known ones, and who is missing."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import zip_longest

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from netral.extensions import reading_session
from netral.organisation.units import NEW_UNIT, UnitTree, load_tree
from netral.roster import previews
from netral.roster.planning import SOMEBODY_ELSE
from netral.roster.previews import Preview
from netral.web.edge import current
from netral.web.edge.queries import page_number, without_page
from netral.web.office import roster_pages
from netral.web.office.roster import reread, show_preview
from netral.web.office.roster_pages import MAKE_NEW, PlaceAnswer
from netral.web.office.roster_uploads import find_running, instansi_id, manager

bp = Blueprint("roster_questions", __name__, url_prefix="/pegawai/impor/<int:import_id>")
PAGE = 100


@bp.post("/unit")
@manager
def choose_units(import_id: int) -> ResponseReturnValue:
    """Take the answers about unknown units, and plan everything again with them."""
    with reading_session() as session:
        preview = previews.get_open(session, instansi_id=instansi_id(), import_id=import_id, now=current.now())
        tree = load_tree(session, instansi_id=instansi_id())
    answers = read_answers()
    found = {key: find_unit(tree, answer) for key, answer in answers.items() if answer.unit or answer.typed}
    chosen = {key: unit_id for key, unit_id in found.items() if unit_id is not None}
    if unknown := found.keys() - chosen.keys():
        return show_preview(preview, answers=answers, unknown=unknown), 422
    known = preview.answers
    given = previews.Answers(
        create_units=request.form.get("buat_unit") == "ya",
        units={**known.units, **chosen},
        people=known.people,
        names={**known.names, **roster_pages.names_of_places(preview.problems)},
    )
    return plan_again(preview, given)


def plan_again(preview: Preview, answers: previews.Answers) -> ResponseReturnValue:
    """Plan with these answers, unless the plan that was confirmed is just being applied."""
    import_id = preview.id
    if find_running(preview):
        return redirect(url_for("roster.show", import_id=import_id), 303)
    reading = reread(import_id)
    previews.revise_preview(
        current.session(),
        instansi_id=instansi_id(),
        import_id=import_id,
        reading=reading,
        answers=answers,
        now=current.now(),
    )
    current.session().commit()
    flash("Pratinjau dihitung ulang.")
    return redirect(url_for("roster.show", import_id=import_id), 303)


@bp.post("/orang")
@manager
def choose_people(import_id: int) -> ResponseReturnValue:
    """Take the answers to whether new people are known ones, and plan everything again with them."""
    with reading_session() as session:
        preview = previews.get_open(session, instansi_id=instansi_id(), import_id=import_id, now=current.now())
    asked = roster_pages.list_people_asked(preview)
    allowed = {one.key: {str(person) for person, _ in one.known} | {str(SOMEBODY_ELSE)} for one in asked}
    given = {key: request.form.get(f"orang-{key}", "") for key in allowed}
    chosen = {key: int(value) for key, value in given.items() if value in allowed[key]}
    known = preview.answers
    return plan_again(preview, replace(known, people={**known.people, **chosen}))


def read_answers() -> Mapping[str, PlaceAnswer]:
    """Return the chosen or typed answer by `place_key`."""
    keys, units, typed = (request.form.getlist(name) for name in ("kunci", "unit", "lain"))
    return {
        key: PlaceAnswer(unit, text.strip())
        for key, unit, text in zip_longest(keys, units[: len(keys)], typed[: len(keys)], fillvalue="")
    }


def find_unit(tree: UnitTree, answer: PlaceAnswer) -> int | None:
    """Return the unit that an answer means, the typed one before the chosen one. None if it means none or several."""
    if answer.typed:
        return tree.find_typed(answer.typed)
    if answer.unit == MAKE_NEW:
        return NEW_UNIT
    return next((unit.id for unit in tree.units.values() if unit.kode == answer.unit), None)


@bp.get("/hilang")
@manager
def list_missing(import_id: int) -> ResponseReturnValue:
    page = page_number()
    with reading_session() as session:
        preview = previews.get_open(session, instansi_id=instansi_id(), import_id=import_id, now=current.now())
        people = previews.list_missing(session, preview, instansi_id=instansi_id(), first=(page - 1) * PAGE, most=PAGE)
    missing = preview.summary["counts"]["missing"]
    return render_template(
        "pegawai/hilang.html",
        preview=preview,
        people=people,
        missing=missing,
        page=page,
        pages=max(1, -(-missing // PAGE)),
        base=without_page(request),
    )
