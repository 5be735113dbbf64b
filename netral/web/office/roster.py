"""Importing a roster in four steps: /pegawai/impor (unggah), /<id> (pratinjau), /<id>/terapkan, and its result."""

import hashlib
import io
from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField, FileRequired

from netral.accounts.access import Permission
from netral.certificates.paper.sheet import missing_glyphs
from netral.errors import NotFound
from netral.extensions import reading_session
from netral.organisation.units import NEW_UNIT, UnitTree, load_tree
from netral.roster import previews
from netral.roster.applying import (
    APPLIED,
    PREVIEWED,
    DeactivationUnconfirmed,
    RosterResult,
    Upload,
    apply_roster,
    is_confirmed,
)
from netral.roster.planning import plan_roster
from netral.roster.previews import ImportUnderReview, Preview, PreviewOutdated, write_problem_workbook
from netral.roster.reading import RosterReading, read_roster_file
from netral.roster.undoing import find_undoable, plan_undo, undo_roster
from netral.sheets.refusals import FileRefused
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.forms import Form
from netral.web.edge.queries import page_number, without_page
from netral.web.office import roster_pages
from netral.web.office.roster_pages import MAKE_NEW, PlaceAnswer
from netral.web.office.spelling import issue_waiting
from netral.words.facts import WORDING

bp = Blueprint("roster", __name__, url_prefix="/pegawai/impor")
questions_bp = Blueprint("roster_questions", __name__, url_prefix="/pegawai/impor/<int:import_id>")
manager = requires(Permission.MANAGE_ROSTER)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE = 100
# The sample file that officers download: the NIP column is text, and the people are fictitious.
HEADINGS = ("NIP", "NAMA LENGKAP", "JENIS ASN", "PANGKAT/GOL", "JABATAN", "UNIT KERJA", "PERANGKAT DAERAH", "EMAIL")
SAMPLE = (
    (
        "198501012010012000",
        "Siti Contoh, S.Kep.",
        "PNS",
        "III/b",
        "Perawat",
        "UPTD Puskesmas Hulu",
        "Dinas Kesehatan",
        "siti@contohkab.example",
    ),
    ("199203042024211000", "Budi Contoh, S.Pd.", "PPPK", "IX", "Guru", "SDN 001 Hulu", "Dinas Pendidikan", ""),
)
SAMPLE_WIDTH = 26


class UploadForm(Form):
    berkas = FileField("Berkas data pegawai", validators=[FileRequired("Pilih berkas .xlsx atau .csv")])


@bp.get("")
@manager
def start() -> ResponseReturnValue:
    return show_start(UploadForm())


@bp.post("")
@manager
def upload() -> ResponseReturnValue:
    form = UploadForm()
    if not form.validate_on_submit():
        return show_start(form), 422
    file_name, data = form.berkas.data.filename or "", form.berkas.data.read()
    try:
        import_id = keep(file_name, data)
    except FileRefused as fact:
        form.berkas.errors = [WORDING[type(fact)][2].format(*fact.args)]
        return show_start(form), 422
    except ImportUnderReview as fact:
        current.session().rollback()
        form.berkas.errors = [f"Impor lain sedang ditinjau oleh {roster_pages.name_of(fact.args[0])}"]
        return show_start(form), 409
    return redirect(url_for("roster.show", import_id=import_id), 303)


def keep(file_name: str, data: bytes) -> int:
    """Keep an upload, which is read and planned before the write begins."""
    reading = read_roster_file(data, file_name, today=current.today(), unprintable=missing_glyphs)
    with reading_session() as session:
        plan = plan_roster(session, instansi_id=instansi_id(), reading=reading)
    import_id = previews.keep_preview(
        current.session(),
        plan=plan,
        reading=reading,
        upload=Upload(file_name, hashlib.sha256(data).hexdigest()),
        now=current.now(),
        by=current.actor().user_id,
    )
    current.session().commit()
    return import_id


@bp.get("/contoh.xlsx")
@manager
def template() -> ResponseReturnValue:
    return send_file(io.BytesIO(write_template()), XLSX, as_attachment=True, download_name="contoh-data-pegawai.xlsx")


@bp.get("/<int:import_id>")
@manager
def show(import_id: int) -> ResponseReturnValue:
    preview = find(import_id)
    return show_preview(preview) if preview.state == PREVIEWED else show_result(preview)


def show_preview(preview: Preview, **more: Any) -> str:
    shown = roster_pages.describe_preview(preview, instansi_id=instansi_id(), now=current.now(), **more)
    return render_template("pegawai/pratinjau.html", **shown)


def show_result(preview: Preview) -> ResponseReturnValue:
    undoable = find_undoable(current.session(), instansi_id=instansi_id()) == preview.id
    return render_template(
        "pegawai/hasil.html",
        preview=preview,
        summary=preview.summary,
        by=roster_pages.name_of(preview.applied_by),
        undoable=undoable,
    )


@bp.get("/<int:import_id>/terapkan")
@manager
def confirm(import_id: int) -> ResponseReturnValue:
    preview = find(import_id)
    if preview.state != PREVIEWED:
        return redirect(url_for("roster.show", import_id=import_id))
    deactivate = request.args.get("hilang") == "nonaktifkan"
    number = roster_pages.read_count(request.args.get("jumlah", ""))
    missing, must_be = preview.summary["counts"]["missing"], preview.summary["must_be_confirmed"]
    if deactivate and not is_confirmed(missing, must_be=must_be, typed=number):
        return show_preview(preview, unconfirmed=True), 422
    return render_template(
        "pegawai/terapkan.html",
        preview=preview,
        summary=preview.summary,
        deactivate=deactivate,
        number=number,
        periods=foresee(preview),
        total=sum(preview.summary["counts"][name] for name in ("added", "updated", "moved")),
    )


@bp.post("/<int:import_id>/terapkan")
@manager
def apply(import_id: int) -> ResponseReturnValue:
    """Apply the preview. Pressing the button twice shows the result the second time."""
    with reading_session() as session:
        state = previews.get_preview(session, instansi_id=instansi_id(), import_id=import_id, now=current.now()).state
    if state != PREVIEWED:
        return redirect(url_for("roster.show", import_id=import_id), 303)
    reading = reread(import_id)
    try:
        result = write(import_id, reading)
    except PreviewOutdated as fact:
        current.session().rollback()
        return show_anew(import_id, reading, fact)
    except DeactivationUnconfirmed:
        current.session().rollback()
        return show_preview(find(import_id), unconfirmed=True), 422
    if result.import_id is None:
        flash("Tidak ada perubahan; data sudah sama.")
        return redirect(url_for("roster.start"), 303)
    return redirect(url_for("roster.show", import_id=import_id), 303)


def write(import_id: int, reading: RosterReading) -> RosterResult:
    session = current.session()
    preview, plan = previews.replan(
        session, instansi_id=instansi_id(), import_id=import_id, reading=reading, now=current.now()
    )
    result = apply_roster(
        session,
        plan,
        upload=preview.upload,
        now=current.now(),
        by=current.actor().user_id,
        deactivate_missing=request.form.get("hilang") == "nonaktifkan",
        skip_errors=True,
        confirmed=roster_pages.read_count(request.form.get("jumlah", "")),
    )
    if result.import_id is None:
        previews.discard_preview(session, instansi_id=instansi_id(), import_id=import_id)
    issue_waiting()
    session.commit()
    return result


def show_anew(import_id: int, reading: RosterReading, fact: PreviewOutdated) -> ResponseReturnValue:
    session = current.session()
    previews.revise_preview(session, instansi_id=instansi_id(), import_id=import_id, reading=reading, now=current.now())
    session.commit()
    flash(WORDING[type(fact)][2], "warning")
    return redirect(url_for("roster.show", import_id=import_id), 303)


@bp.post("/<int:import_id>/batal")
@manager
def discard(import_id: int) -> ResponseReturnValue:
    find(import_id)
    previews.discard_preview(current.session(), instansi_id=instansi_id(), import_id=import_id)
    current.session().commit()
    flash("Pratinjau dibatalkan. Tidak ada data yang berubah.")
    return redirect(url_for("roster.start"), 303)


@bp.get("/<int:import_id>/galat.xlsx")
@manager
def faulty_rows(import_id: int) -> ResponseReturnValue:
    preview = find(import_id)
    if not preview.problems:
        raise NotFound("baris galat", import_id)
    data = write_problem_workbook(preview.summary["header"]["texts"], roster_pages.list_faulty_rows(preview))
    return send_file(io.BytesIO(data), XLSX, as_attachment=True, download_name="baris-galat.xlsx")


@bp.get("/<int:import_id>/urungkan")
@manager
def ask_undo(import_id: int) -> ResponseReturnValue:
    preview = find(import_id)
    plan = plan_undo(current.session(), instansi_id=instansi_id(), import_id=import_id)
    return render_template("pegawai/urungkan.html", preview=preview, plan=plan)


@bp.post("/<int:import_id>/urungkan")
@manager
def undo(import_id: int) -> ResponseReturnValue:
    session, by = current.session(), current.actor().user_id
    undo_roster(session, instansi_id=instansi_id(), import_id=import_id, now=current.now(), by=by)
    issue_waiting()
    session.commit()
    return redirect(url_for("roster.show", import_id=import_id), 303)


def show_start(form: UploadForm) -> str:
    """Show the start, read on a separate connection: a refused upload must not leave a write transaction open."""
    with reading_session() as session:
        pending = previews.find_preview(session, instansi_id=instansi_id(), now=current.now())
        imports = previews.list_imports(session, instansi_id=instansi_id())
        undoable = find_undoable(session, instansi_id=instansi_id())
    mine = pending is not None and pending.uploaded_by == current.actor().user_id
    return render_template(
        "pegawai/unggah.html",
        form=form,
        pending=pending,
        mine=mine,
        pending_by=roster_pages.name_of(pending.uploaded_by) if pending else "",
        imports=imports,
        undoable=undoable,
        applied=APPLIED,
    )


def instansi_id() -> int:
    return current.actor().reach(Permission.MANAGE_ROSTER).instansi_id


def find(import_id: int) -> Preview:
    return previews.get_preview(current.session(), instansi_id=instansi_id(), import_id=import_id, now=current.now())


def reread(import_id: int) -> RosterReading:
    with reading_session() as session:
        return previews.reread(
            session,
            instansi_id=instansi_id(),
            import_id=import_id,
            today=current.today(),
            now=current.now(),
            unprintable=missing_glyphs,
        )


def foresee(preview: Preview) -> list[roster_pages.PeriodEffect]:
    return roster_pages.foresee_periods(current.session(), preview, instansi_id=instansi_id(), now=current.now())


@questions_bp.post("/unit")
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
    reading = reread(import_id)
    previews.revise_preview(
        current.session(),
        instansi_id=instansi_id(),
        import_id=import_id,
        reading=reading,
        create_units=request.form.get("buat_unit") == "ya",
        aliases={**preview.summary["aliases"], **chosen},
        now=current.now(),
    )
    current.session().commit()
    flash("Pratinjau dihitung ulang.")
    return redirect(url_for("roster.show", import_id=import_id), 303)


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


@questions_bp.get("/hilang")
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


def write_template() -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_urls": False})
    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    sheet = book.add_worksheet("Data pegawai")
    sheet.set_column(0, len(HEADINGS) - 1, SAMPLE_WIDTH, text)
    for column, heading in enumerate(HEADINGS):
        sheet.write_string(0, column, heading, bold)
    for index, row in enumerate(SAMPLE, 1):
        for column, value in enumerate(row):
            sheet.write_string(index, column, value, text)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()
