"""The tree of units, which BKPSDM corrects in Excel and uploads: /pegawai/unit."""

import base64
import binascii
import csv
import zlib
from io import StringIO

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField, FileRequired

from netral.accounts.access import Permission
from netral.certificates.paper.sheet import missing_glyphs
from netral.extensions import reading_session
from netral.indonesian import number
from netral.reporting.report import Column, tabulate
from netral.reporting.workbooks import write_workbook
from netral.roster.opd_import import (
    OpdPlan,
    OpdRow,
    UnitChange,
    UnitsInCircle,
    apply_opd,
    list_changes,
    list_units,
    read_opd_file,
)
from netral.sheets.refusals import FileRefused
from netral.versions import Outdated, version_of
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.documents import XLSX, send_download
from netral.web.edge.forms import Form, sent_version
from netral.words.facts import WORDING
from netral.words.roster import say_problem

bp = Blueprint("units", __name__, url_prefix="/pegawai/unit")
manager = requires(Permission.MANAGE_ROSTER)
COLUMNS = (
    Column("kode", "kode", width=24, meaning="Pengenal unit, yang tidak berubah. Unit baru memakai kode baru."),
    Column("nama", "nama", width=60),
    Column("jenis", "jenis", width=14, meaning="opd, uptd, kecamatan, kelurahan, sekolah, bidang, atau lainnya."),
    Column("induk", "induk", width=24, meaning="Kode unit di atasnya; kosong untuk perangkat daerah."),
)
KEPT_COLUMNS = ("kode", "nama", "jenis", "induk", "id unor")
# What is uploaded goes through the next form, which may have 256 KB.
MOST_SENT = 200_000
MOST_TEXT = 4_000_000
MOST_SHOWN = 200
TOO_LARGE = "Daftar ini terlalu panjang untuk satu kali. Unggah sebagian unitnya dahulu; yang tidak di berkas tetap"
OUTDATED = "Daftar unit berubah setelah pratinjau Anda dibuka, jadi belum ada yang diterapkan. Periksa lagi."


class UploadForm(Form):
    berkas = FileField("Daftar unit", validators=[FileRequired("Pilih berkas .xlsx atau .csv")])


@bp.get("")
@manager
def overview() -> ResponseReturnValue:
    return show(UploadForm(formdata=None))


@bp.get("/daftar.xlsx")
@manager
def download() -> ResponseReturnValue:
    """Send the units as a file that can be corrected and uploaded."""
    rows, now = list_units(current.session(), instansi_id=instansi_id()), current.now()
    notes = [(f"Arti {each.label}", each.meaning) for each in COLUMNS if each.meaning]
    content = write_workbook([tabulate(COLUMNS, rows)], notes, zona=str(current.zona()), created=now)
    return send_download(content, "unit-kerja.xlsx", XLSX)


@bp.post("")
@manager
def upload() -> ResponseReturnValue:
    """Read a list and show what it would change. Nothing of it is kept: the next form holds what was read."""
    form = UploadForm()
    if not form.validate_on_submit():
        return show(form), 422
    try:
        plan = read(form.berkas.data.read(), form.berkas.data.filename or "")
        if plan.errors:
            return show(form, errors=[(each, say_problem(each)) for each in plan.errors]), 422
        return ask(plan)
    except (FileRefused, UnitsInCircle) as fact:
        form.berkas.errors = [WORDING[type(fact)][2].format(*fact.args)]
    except OverflowError:
        form.berkas.errors = [TOO_LARGE]
    return show(form), 422


@bp.post("/terapkan")
@manager
def apply() -> ResponseReturnValue:
    """Apply the list that was shown. A list that would do something else by now is shown again."""
    plan = read(unpack(request.form.get("isi", "")), "unit.csv")
    session = current.session()
    result = apply_opd(session, plan, instansi_id=instansi_id(), now=current.now(), by=current.actor().user_id)
    shown = read_changes(plan)
    if sent_version() != version_of([describe(each) for each in shown]):
        session.rollback()
        return ask(plan, outdated=True)
    session.commit()
    flash(f"{number(result.added)} unit ditambahkan, {number(result.updated)} diubah.", "success")
    return redirect("/pegawai/unit", 303)


def read(data: bytes, file_name: str) -> OpdPlan:
    """Raises a FileRefused."""
    with reading_session() as reading:
        return read_opd_file(reading, data, file_name, instansi_id=instansi_id(), unprintable=missing_glyphs)


def read_changes(plan: OpdPlan) -> tuple[UnitChange, ...]:
    """Return what the plan changes of the units as they are committed."""
    with reading_session() as reading:
        return list_changes(reading, plan, instansi_id=instansi_id())


def describe(change: UnitChange) -> list[str]:
    rows = (change.row, change.stands)
    return [text for row in rows if row for text in (row.kode, row.nama, row.jenis.value, row.induk, row.unor_id)]


def ask(plan: OpdPlan, *, outdated: bool = False) -> ResponseReturnValue:
    """Show the changes. Raises UnitsInCircle, and OverflowError for a list that the form cannot hold."""
    session, changes = current.session(), read_changes(plan)
    apply_opd(session, plan, instansi_id=instansi_id(), now=current.now(), by=None)
    session.rollback()
    page = render_template(
        "pegawai/unit-periksa.html",
        changes=changes[:MOST_SHOWN],
        total=len(changes),
        new=sum(each.stands is None for each in changes),
        sent=pack(plan.rows),
        version=version_of([describe(each) for each in changes]),
        problems=[{"text": OUTDATED}] if outdated else None,
    )
    return page, 409 if outdated else 200


def pack(rows: tuple[OpdRow, ...]) -> str:
    """Return the rows as compressed text for a hidden field. Raises OverflowError."""
    file = StringIO(newline="")
    writer = csv.writer(file, delimiter=";")
    writer.writerow(KEPT_COLUMNS)
    writer.writerows((row.kode, row.nama, row.jenis.value, row.induk, row.unor_id) for row in rows)
    sent = base64.b64encode(zlib.compress(file.getvalue().encode())).decode()
    if len(sent) > MOST_SENT:
        raise OverflowError
    return sent


def unpack(sent: str) -> bytes:
    """Return what `pack` packed. Raises Outdated for any other text."""
    try:
        return zlib.decompressobj().decompress(base64.b64decode(sent, validate=True), MOST_TEXT)
    except (binascii.Error, zlib.error, ValueError) as fact:
        raise Outdated from fact


def show(form: UploadForm, *, errors: list[tuple[object, str]] | None = None) -> str:
    return render_template(
        "pegawai/unit.html",
        form=form,
        errors=errors or [],
        units=list_units(current.session(), instansi_id=instansi_id()),
    )


def instansi_id() -> int:
    return current.actor().reach(Permission.MANAGE_ROSTER).instansi_id
