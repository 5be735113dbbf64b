"""Importing a roster in four steps: /pegawai/impor (unggah), /<id> (pratinjau), /<id>/terapkan, and its result.

A small import is applied within the request. One of many people goes on as a job, whose progress `/<id>` shows.
"""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField, FileRequired

from netral.accounts.access import Permission
from netral.certificates.paper.sheet import missing_glyphs
from netral.errors import NotFound
from netral.extensions import reading_session
from netral.jobs.models import Job
from netral.jobs.queue import DONE, FAILED, OPEN, find_job
from netral.organisation.units import NEW_UNIT, UnitTree, load_tree
from netral.roster import previews
from netral.roster.applying import (
    APPLIED,
    PREVIEWED,
    UNDOABLE,
    DeactivationUnconfirmed,
    RosterResult,
    Upload,
    is_confirmed,
)
from netral.roster.planning import SOMEBODY_ELSE, plan_roster
from netral.roster.previews import ImportUnderReview, Preview, PreviewOutdated, write_problem_workbook
from netral.roster.reading import RosterReading, read_roster_file
from netral.roster.reconciling import find_newest
from netral.roster.remembering import load_choices, remember_columns
from netral.roster.undoing import find_undoable, plan_undo, undo_roster
from netral.sheets.refusals import ColumnsUnclear, FileRefused
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.forms import Form
from netral.web.edge.queries import page_number, without_page
from netral.web.office import roster_pages
from netral.web.office.roster_columns import ChosenColumns, describe_columns, read_choice
from netral.web.office.roster_pages import MAKE_NEW, PlaceAnswer
from netral.web.office.spelling import issue_waiting
from netral.words.facts import WORDING
from netral.words.roster import say_blockers

bp = Blueprint("roster", __name__, url_prefix="/pegawai/impor")
questions_bp = Blueprint("roster_questions", __name__, url_prefix="/pegawai/impor/<int:import_id>")
manager = requires(Permission.MANAGE_ROSTER)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE = 100
REFRESH_SECONDS = 2
MOST_AT_ONCE = 1_000
"""The most people who are changed within the request, which takes less than a second; more are left to the worker."""

STAGES = ("Membandingkan berkas dengan data pegawai", "Menyimpan perubahan, akun, dan peserta periode")
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
    chosen = read_choice()
    try:
        import_id = keep(file_name, data, chosen)
    except ColumnsUnclear as fact:
        form.berkas.errors = [WORDING[type(fact)][2].format(*fact.args)]
        asked = describe_columns(fact.asked) if fact.asked else None
        return show_start(form, asked=asked), 422
    except FileRefused as fact:
        form.berkas.errors = [WORDING[type(fact)][2].format(*fact.args)]
        return show_start(form), 422
    except ImportUnderReview as fact:
        current.session().rollback()
        form.berkas.errors = [roster_pages.say_under_review(*fact.args)]
        return show_start(form), 409
    return redirect(url_for("roster.show", import_id=import_id), 303)


def keep(file_name: str, data: bytes, chosen: ChosenColumns | None) -> int:
    """Keep an upload, which is read and planned before the write begins."""
    with reading_session() as session:
        choices = dict(load_choices(session, instansi_id=instansi_id()))
    if chosen:
        choices[chosen.headings] = chosen.fields
    reading = read_roster_file(data, file_name, today=current.today(), unprintable=missing_glyphs, choices=choices)
    with reading_session() as session:
        plan = plan_roster(session, instansi_id=instansi_id(), reading=reading)
    session = current.session()
    import_id = previews.keep_preview(
        session,
        plan=plan,
        reading=reading,
        upload=Upload(file_name, hashlib.sha256(data).hexdigest()),
        now=current.now(),
        by=current.actor().user_id,
    )
    if chosen and reading.gathered.header.choice == chosen.headings:
        remember_columns(session, current.act().within(instansi_id()), headings=chosen.headings, fields=chosen.fields)
    session.commit()
    return import_id


@bp.get("/contoh.xlsx")
@manager
def template() -> ResponseReturnValue:
    return send_file(io.BytesIO(write_template()), XLSX, as_attachment=True, download_name="contoh-data-pegawai.xlsx")


@bp.get("/<int:import_id>")
@manager
def show(import_id: int) -> ResponseReturnValue:
    preview = find(import_id)
    if preview.state != PREVIEWED:
        return show_result(preview)
    job = find_running(preview)
    return show_progress(preview, job) if job else show_preview(preview)


def find_running(preview: Preview) -> Job | None:
    """Return the job that applies the preview, which may have failed; none if nobody has pressed Terapkan."""
    job_id = preview.summary.get("job")
    if job_id is None:
        return None
    try:
        job = find_job(current.session(), job_id, instansi_id=instansi_id())
    except NotFound:
        return None
    return job if job.state != DONE else None


def show_progress(preview: Preview, job: Job) -> ResponseReturnValue:
    """Show how far applying has come. The page loads again by itself until it is done."""
    page = render_template(
        "pegawai/berjalan.html",
        preview=preview,
        job=job,
        stage=STAGES[min(job.done, len(STAGES) - 1)],
        failed=job.state == FAILED,
        waits=job.state == OPEN and not job.claims,
        seconds=REFRESH_SECONDS,
    )
    answer = make_response(page)
    if job.state == OPEN:
        answer.headers["Refresh"] = str(REFRESH_SECONDS)
    return answer


def show_preview(preview: Preview, **more: Any) -> str:
    shown = roster_pages.describe_preview(preview, instansi_id=instansi_id(), now=current.now(), **more)
    return render_template("pegawai/pratinjau.html", **shown)


def show_result(preview: Preview) -> ResponseReturnValue:
    session = current.session()
    undoable = find_undoable(session, instansi_id=instansi_id(), now=current.now()) == preview.id
    return render_template(
        "pegawai/hasil.html",
        preview=preview,
        summary=preview.summary,
        by=roster_pages.name_of(preview.applied_by),
        undoable=undoable,
        undoable_until=preview.applied_at + UNDOABLE if preview.applied_at else None,
        newest=find_newest(session, instansi_id=instansi_id()) == preview.id,
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
    with reading_session() as session:
        officers = previews.list_officers_missing(session, preview, instansi_id=instansi_id()) if deactivate else ()
    return render_template(
        "pegawai/terapkan.html",
        preview=preview,
        officers=officers,
        summary=preview.summary,
        deactivate=deactivate,
        number=number,
        waiting=len(roster_pages.list_people_asked(preview)),
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
    preview = find(import_id)
    if goes_on_as_job(preview):
        return apply_later(preview)
    reading = reread(import_id)
    try:
        result = write(import_id, reading)
    except PreviewOutdated:
        current.session().rollback()
        return show_anew(import_id, reading)
    except DeactivationUnconfirmed:
        current.session().rollback()
        return show_preview(find(import_id), unconfirmed=True), 422
    if result.import_id is None:
        flash("Tidak ada perubahan; data sudah sama.")
        return redirect(url_for("roster.start"), 303)
    return redirect(url_for("roster.show", import_id=import_id), 303)


def goes_on_as_job(preview: Preview) -> bool:
    counts = preview.summary["counts"]
    leaving = counts["missing"] if wants_deactivating() else 0
    changed: int = sum(counts[name] for name in ("added", "updated", "moved"))
    return changed + leaving > MOST_AT_ONCE


def apply_later(preview: Preview) -> ResponseReturnValue:
    """Let the worker apply the preview; pressing the button twice is one job."""
    missing, must_be = preview.summary["counts"]["missing"], preview.summary["must_be_confirmed"]
    confirmed = roster_pages.read_count(request.form.get("jumlah", ""))
    if wants_deactivating() and not is_confirmed(missing, must_be=must_be, typed=confirmed):
        return show_preview(preview, unconfirmed=True), 422
    session, act = current.session(), current.act().within(instansi_id())
    previews.apply_later(
        session, act, import_id=preview.id, deactivate_missing=wants_deactivating(), confirmed=confirmed
    )
    session.commit()
    return redirect(url_for("roster.show", import_id=preview.id), 303)


def wants_deactivating() -> bool:
    return request.form.get("hilang") == "nonaktifkan"


def write(import_id: int, reading: RosterReading) -> RosterResult:
    session = current.session()
    result = previews.apply_preview(
        session,
        current.act().within(instansi_id()),
        import_id=import_id,
        reading=reading,
        deactivate_missing=wants_deactivating(),
        confirmed=roster_pages.read_count(request.form.get("jumlah", "")),
    )
    issue_waiting()
    session.commit()
    return result


def show_anew(import_id: int, reading: RosterReading) -> ResponseReturnValue:
    """Show what was reviewed beside what is so now; nothing has been applied."""
    session = current.session()
    preview = previews.revise_preview(
        session, instansi_id=instansi_id(), import_id=import_id, reading=reading, now=current.now(), outdated=True
    )
    session.commit()
    return show_preview(preview), 409


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
    plan = plan_undo(current.session(), instansi_id=instansi_id(), import_id=import_id, now=current.now())
    return render_template("pegawai/urungkan.html", preview=preview, plan=plan, say=say_blockers)


@bp.post("/<int:import_id>/urungkan")
@manager
def undo(import_id: int) -> ResponseReturnValue:
    session, by = current.session(), current.actor().user_id
    undo_roster(session, instansi_id=instansi_id(), import_id=import_id, now=current.now(), by=by)
    issue_waiting()
    session.commit()
    return redirect(url_for("roster.show", import_id=import_id), 303)


def show_start(form: UploadForm, **more: Any) -> str:
    """Show the start, read on a separate connection: a refused upload must not leave a write transaction open."""
    with reading_session() as session:
        pending = previews.find_preview(session, instansi_id=instansi_id(), now=current.now())
        imports = previews.list_imports(session, instansi_id=instansi_id())
        undoable = find_undoable(session, instansi_id=instansi_id(), now=current.now())
        newest = find_newest(session, instansi_id=instansi_id())
    mine = pending is not None and pending.uploaded_by == current.actor().user_id
    return render_template(
        "pegawai/unggah.html",
        form=form,
        pending=pending,
        mine=mine,
        pending_by=roster_pages.name_of(pending.uploaded_by) if pending else "",
        imports=imports,
        undoable=undoable,
        newest=newest,
        applied=APPLIED,
        **more,
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
    known = preview.answers
    given = previews.Answers(
        create_units=request.form.get("buat_unit") == "ya",
        units={**known.units, **chosen},
        people=known.people,
        names={**known.names, **roster_pages.names_of_places(preview.problems)},
    )
    return plan_again(import_id, given)


def plan_again(import_id: int, answers: previews.Answers) -> ResponseReturnValue:
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


@questions_bp.post("/orang")
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
    return plan_again(import_id, replace(known, people={**known.people, **chosen}))


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
