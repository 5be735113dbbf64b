"""Reviewing and applying an import of people: /pegawai/impor/<id> (pratinjau), /<id>/terapkan, and its result.

How a file comes in stands in `roster_uploads.py`. A small import is applied within the request; one of many people
goes on as a job, whose progress `/<id>` shows.
"""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from netral import indonesian
from netral.certificates.paper.sheet import missing_glyphs
from netral.errors import NotFound
from netral.extensions import reading_session
from netral.jobs.models import Job
from netral.roster import previews, uploads
from netral.roster.applying import (
    ASKED,
    PREVIEWED,
    READING,
    REFUSED,
    UNDOABLE,
    UNDONE,
    DeactivationUnconfirmed,
    RosterResult,
    is_confirmed,
)
from netral.roster.previews import Preview, PreviewGone, PreviewOutdated, write_problem_workbook
from netral.roster.reading import RosterReading
from netral.roster.reconciling import find_newest
from netral.roster.undoing import find_undoable, plan_undo, undo_roster
from netral.web.edge import current
from netral.web.edge.documents import XLSX, send_download
from netral.web.edge.forms import sent_version
from netral.web.office import roster_pages
from netral.web.office.roster_uploads import (
    act,
    find_running,
    folder,
    instansi_id,
    manager,
    show_job,
    show_waiting,
)
from netral.web.office.spelling import issue_waiting
from netral.words.roster import say_blockers

bp = Blueprint("roster", __name__, url_prefix="/pegawai/impor")
MOST_AT_ONCE = 1_000
"""The most people who are changed within the request, which takes less than a second; more are left to the worker."""

UNCHANGED = "Tidak ada perubahan; data sudah sama."
UNCHANGED_EXCEPT = "Tidak ada yang diterapkan: {} baris galat dilewati, selebihnya sudah sama dengan data pegawai."

STAGES = ("Membandingkan berkas dengan data pegawai", "Menyimpan perubahan, akun, dan peserta periode")


@bp.get("/<int:import_id>")
@manager
def show(import_id: int) -> ResponseReturnValue:
    preview = find(import_id)
    if preview.state in {READING, ASKED, REFUSED}:
        return show_waiting(preview)
    if preview.state != PREVIEWED:
        return show_result(preview)
    job = find_running(preview)
    return show_applying(preview, job) if job else show_preview(preview)


def show_applying(preview: Preview, job: Job) -> ResponseReturnValue:
    number = min(job.done, len(STAGES) - 1) + 1
    return show_job(
        preview, job, stage=STAGES[number - 1], number=number, of=len(STAGES), percent=(number - 1) * 50 + 10
    )


def show_preview(preview: Preview, *, recalculated: bool = False, **more: Any) -> str:
    """Show a preview; `recalculated`: answers were given to it after the page that was sent had been shown."""
    shown = roster_pages.describe_preview(preview, instansi_id=instansi_id(), now=current.now(), **more)
    return render_template("pegawai/pratinjau.html", recalculated=recalculated, **shown)


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
    """Apply the preview. Pressing the button twice, or by two at once, shows the result the second time."""
    with reading_session() as session:
        state = previews.get_preview(session, instansi_id=instansi_id(), import_id=import_id, now=current.now()).state
    preview = find(import_id) if state == PREVIEWED else None
    if preview is None or preview.state != PREVIEWED:
        return redirect(url_for("roster.show", import_id=import_id), 303)
    if sent_version() not in {"", preview.summary["fingerprint"]}:
        return show_preview(preview, recalculated=True), 409
    if goes_on_as_job(preview):
        return apply_later(preview)
    try:
        return apply_now(preview, reread(import_id))
    except PreviewGone:
        current.session().rollback()
        return redirect(url_for("roster.show", import_id=import_id), 303)


def apply_now(preview: Preview, reading: RosterReading) -> ResponseReturnValue:
    """Apply the preview within the request. Raises PreviewGone where somebody else's press was just written."""
    try:
        result = write(preview.id, reading)
    except PreviewOutdated:
        current.session().rollback()
        return show_anew(preview.id, reading)
    except DeactivationUnconfirmed:
        current.session().rollback()
        return show_preview(find(preview.id), unconfirmed=True), 422
    if result.import_id is None:
        skipped = preview.summary["error_rows"]
        flash(UNCHANGED_EXCEPT.format(indonesian.number(skipped)) if skipped else UNCHANGED)
        return redirect(url_for("roster_uploads.start"), 303)
    return redirect(url_for("roster.show", import_id=preview.id), 303)


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
    session = current.session()
    previews.apply_later(
        session, act(), import_id=preview.id, deactivate_missing=wants_deactivating(), confirmed=confirmed
    )
    session.commit()
    return redirect(url_for("roster.show", import_id=preview.id), 303)


def wants_deactivating() -> bool:
    return request.form.get("hilang") == "nonaktifkan"


def write(import_id: int, reading: RosterReading) -> RosterResult:
    session = current.session()
    result = previews.apply_preview(
        session,
        act(),
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
    preview = find(import_id)
    discarded = previews.discard_preview(current.session(), instansi_id=instansi_id(), import_id=import_id)
    current.session().commit()
    if not discarded:
        flash("Impor ini sudah diterapkan, jadi tidak dapat dibatalkan lagi.")
        return redirect(url_for("roster.show", import_id=import_id), 303)
    if "file" in preview.summary:
        uploads.remove_file(folder(), preview.summary["file"])
    flash("Impor dibatalkan. Tidak ada data yang berubah.")
    return redirect(url_for("roster_uploads.start"), 303)


@bp.get("/<int:import_id>/galat.xlsx")
@manager
def faulty_rows(import_id: int) -> ResponseReturnValue:
    preview = find(import_id)
    if not preview.problems:
        raise NotFound("baris galat", import_id)
    data = write_problem_workbook(preview.summary["header"]["texts"], roster_pages.list_faulty_rows(preview))
    return send_download(data, "baris-galat.xlsx", XLSX)


@bp.get("/<int:import_id>/urungkan")
@manager
def ask_undo(import_id: int) -> ResponseReturnValue:
    preview = find(import_id)
    if preview.state == UNDONE:
        return redirect(url_for("roster.show", import_id=import_id))
    plan = plan_undo(current.session(), instansi_id=instansi_id(), import_id=import_id, now=current.now())
    return render_template("pegawai/urungkan.html", preview=preview, plan=plan, say=say_blockers)


@bp.post("/<int:import_id>/urungkan")
@manager
def undo(import_id: int) -> ResponseReturnValue:
    """Undo an import. Pressing the button twice shows the result the second time."""
    session, by = current.session(), current.actor().user_id
    if find(import_id).state == UNDONE:
        return redirect(url_for("roster.show", import_id=import_id), 303)
    undo_roster(session, instansi_id=instansi_id(), import_id=import_id, now=current.now(), by=by)
    issue_waiting()
    session.commit()
    return redirect(url_for("roster.show", import_id=import_id), 303)


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
