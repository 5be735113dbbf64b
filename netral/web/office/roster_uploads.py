"""Uploading a roster at /pegawai/impor: read at once, or by a job whose progress /<id> shows, or asked about.

What follows once a preview is there stands in `roster.py`.
"""

import hashlib
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField, FileRequired

from netral.accounts.access import Permission
from netral.audit.events import Act
from netral.certificates.paper.sheet import missing_glyphs
from netral.errors import NotFound
from netral.extensions import reading_session
from netral.jobs.models import Job
from netral.jobs.queue import DONE, FAILED, OPEN, find_job, find_silence
from netral.roster import previews, uploads
from netral.roster.applying import APPLIED, ASKED, PREVIEWED, READING, REFUSED, Upload
from netral.roster.previews import ImportUnderReview, Preview
from netral.roster.reconciling import find_newest
from netral.roster.tables import check_file
from netral.roster.undoing import find_undoable
from netral.roster.uploads import ChosenColumns, Planned
from netral.sheets.refusals import ColumnsUnclear, FileRefused
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.documents import XLSX, send_download
from netral.web.edge.forms import Form
from netral.web.office import roster_pages
from netral.web.office.roster_columns import describe_columns, read_choice
from netral.words.facts import WORDING

bp = Blueprint("roster_uploads", __name__, url_prefix="/pegawai/impor")
manager = requires(Permission.MANAGE_ROSTER)
REFRESH_SECONDS = 2
STAGES = (
    ("Membaca isi berkas", 0, 75),
    ("Memeriksa setiap baris", 75, 90),
    ("Membandingkan dengan data pegawai", 90, 100),
)
"""The stages of reading, with the parts of a hundred at which each begins and ends, as measured with SIASN's export."""

# State of one's own import -> its heading, how long it is kept, and what to press.
PENDING = {
    READING: ("Berkas Anda sedang dibaca", "", "Lihat kemajuannya"),
    ASKED: ("Kolom berkas Anda belum dipilih", "Berkas disimpan 2 jam.", "Pilih kolomnya"),
    PREVIEWED: ("Pratinjau Anda belum diterapkan", "Pratinjau disimpan 24 jam.", "Lanjutkan meninjau"),
}
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
    try:
        import_id = receive(form.berkas.data.filename or "", form.berkas.data.read())
    except FileRefused as fact:
        form.berkas.errors = [say(fact)]
        return show_start(form), 422
    except ImportUnderReview as fact:
        current.session().rollback()
        form.berkas.errors = [roster_pages.say_under_review(*fact.args)]
        return show_start(form), 409
    return redirect(url_for("roster.show", import_id=import_id), 303)


def receive(file_name: str, data: bytes) -> int:
    """Keep an upload and return its import: a small one is read and planned before the write begins.

    A large one is left to a worker, and where columns are asked about, the file waits for the answer.
    """
    check_file(data, file_name, wide=True)
    sent = Upload(file_name, hashlib.sha256(data).hexdigest())
    if len(data) > uploads.AT_ONCE:
        import_id = hold(sent, data)
        uploads.read_later(current.session(), act(), import_id)
    else:
        try:
            planned = read(file_name, data)
        except ColumnsUnclear as fact:
            if fact.asked is None:
                raise
            import_id = hold(sent, data)
            uploads.ask(current.session(), act(), folder(), import_id, say(fact), fact.asked)
        else:
            import_id = previews.keep_preview(
                current.session(),
                plan=planned.plan,
                reading=planned.reading,
                upload=sent,
                now=current.now(),
                by=current.actor().user_id,
            )
    current.session().commit()
    return import_id


def hold(sent: Upload, data: bytes) -> int:
    return uploads.hold(current.session(), act(), folder(), sent, data)


def read(file_name: str, data: bytes, columns: ChosenColumns | None = None) -> Planned:
    return uploads.read_and_plan(
        reading_session,
        file_name,
        data,
        instansi_id=instansi_id(),
        today=current.today(),
        unprintable=missing_glyphs,
        columns=columns,
    )


def show_waiting(waiting: Preview) -> ResponseReturnValue:
    """Show a file that is not a preview yet: how far reading is, what is asked, or why it cannot be read."""
    if waiting.state == REFUSED:
        return render_template("pegawai/ditolak.html", preview=waiting)
    return show_question(waiting) if waiting.state == ASKED else show_reading(waiting)


def show_reading(waiting: Preview) -> ResponseReturnValue:
    """Show how far reading has come. The page loads again by itself until it is done."""
    job = find_running(waiting)
    told = (job.result if job else None) or {"stage": uploads.CONTENTS, "share": 0}
    stage, begin, end = STAGES[told["stage"]]
    percent = begin + round((end - begin) * told["share"])
    return show_job(waiting, job, stage=stage, number=told["stage"] + 1, of=len(STAGES), percent=percent)


def show_job(preview: Preview, job: Job | None, **more: Any) -> ResponseReturnValue:
    """Show the job that reads or applies an import. The page loads again by itself while it goes on."""
    failed = job is not None and job.state == FAILED
    page = render_template(
        "pegawai/berjalan.html",
        preview=preview,
        previewed=PREVIEWED,
        job=job,
        failed=failed,
        silent=find_silence(job, now=current.now()) if job else None,
        waits=job is not None and job.state == OPEN and not job.claims,
        seconds=REFRESH_SECONDS,
        **more,
    )
    answer = make_response(page)
    if not failed:
        answer.headers["Refresh"] = str(REFRESH_SECONDS)
    return answer


def show_question(waiting: Preview, **more: Any) -> str:
    """Ask about columns. Only the person who uploaded the file sees what stands in it. Raises ImportUnderReview."""
    asked = uploads.take_question(folder(), refuse_other(waiting))
    hours = previews.HELD // timedelta(hours=1)
    return render_template("pegawai/kolom.html", preview=waiting, asked=describe_columns(asked), hours=hours, **more)


def refuse_other(waiting: Preview) -> Preview:
    if waiting.uploaded_by != current.actor().user_id:
        raise ImportUnderReview(waiting.uploaded_by, waiting.uploaded_at)
    return waiting


@bp.post("/<int:import_id>/kolom")
@manager
def choose_columns(import_id: int) -> ResponseReturnValue:
    """Take the answer about columns and read the file again, which is still there."""
    with reading_session() as session:
        waiting = previews.get_preview(session, instansi_id=instansi_id(), import_id=import_id, now=current.now())
    if waiting.state != ASKED:
        return redirect(url_for("roster.show", import_id=import_id), 303)
    columns = read_choice(uploads.take_question(folder(), refuse_other(waiting)))
    if columns is None:
        return show_question(waiting, nothing_chosen=True), 422
    data = uploads.take_file(folder(), waiting)
    if len(data) > uploads.AT_ONCE:
        uploads.read_later(current.session(), act(), import_id, columns=columns)
    else:
        read_again(waiting, data, columns)
    current.session().commit()
    with reading_session() as session:
        if uploads.find_waiting(session, instansi_id=instansi_id(), import_id=import_id, now=current.now()) is None:
            uploads.remove_file(folder(), waiting.summary["file"])
    return redirect(url_for("roster.show", import_id=import_id), 303)


def read_again(waiting: Preview, data: bytes, columns: ChosenColumns) -> None:
    """Read a small file by the chosen columns: it becomes a preview, is asked about once more, or is refused."""
    try:
        planned = read(waiting.file_name, data, columns)
    except FileRefused as fact:
        uploads.set_aside(current.session(), act(), folder(), waiting.id, fact, say(fact))
    else:
        uploads.complete(current.session(), act(), waiting.id, planned, columns)


def find_running(preview: Preview) -> Job | None:
    """Return the job that reads or applies an import, which may have failed; none if there is nothing to do."""
    job_id = preview.summary.get("job")
    if job_id is None:
        return None
    try:
        job = find_job(current.session(), job_id, instansi_id=instansi_id())
    except NotFound:
        return None
    return job if job.state != DONE else None


def say(fact: FileRefused) -> str:
    return WORDING[type(fact)][2].format(*fact.args)


def folder() -> Path:
    return current.settings().upload_dir


def act() -> Act:
    return current.act().within(instansi_id())


@bp.get("/contoh.xlsx")
@manager
def template() -> ResponseReturnValue:
    return send_download(write_template(), "contoh-data-pegawai.xlsx", XLSX)


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
        pending_words=PENDING,
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
