"""Files for SIASN and Moodle: /sertifikat-terbit/siasn. Nothing is sent anywhere by itself."""

from tempfile import TemporaryFile

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.errors import NotFound
from netral.exports.moodle import IDNUMBER, USERNAME, list_grades, write_grades
from netral.exports.siasn import (
    PART_SIZE,
    SIASN,
    NothingToExport,
    Part,
    PartSent,
    SiasnIdMissing,
    count_due,
    get_part,
    list_corrections,
    list_parts,
    make_parts,
    mark_corrected,
    mark_sent,
)
from netral.exports.siasn_files import (
    STATUS_WORDS,
    Press,
    as_course,
    count_filed,
    name_archive,
    name_workbook,
    pack,
    read_part,
    write_corrections,
    write_part_workbook,
)
from netral.extensions import reading_session
from netral.folding import clean
from netral.indonesian import number
from netral.jobs.queue import enqueue, find_job
from netral.learning.periods.reading import PeriodView, choose_period, list_periods
from netral.organisation.instansi import read_profile
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.documents import XLSX, send_download

bp = Blueprint("siasn", __name__)
officer = requires(Permission.MANAGE_CERTIFICATES)
PAGE = "/sertifikat-terbit/siasn"
MOST_COURSE = 100
MOST_SHOWN = 100
UNSET = "Isi ID instansi SIASN pada Pengaturan instansi dahulu. Belum ada bagian yang dibuat."


def instansi_id() -> int:
    return current.actor().reach(Permission.MANAGE_CERTIFICATES).instansi_id


def asked_period(kode: str | None) -> PeriodView:
    """Return the period of this kode, else the default one. Raises NotFound."""
    with reading_session() as reading:
        return choose_period(reading, instansi_id=instansi_id(), kode=kode or None, now=current.now())


def find_part(part_id: int) -> tuple[Part, PeriodView]:
    """Return a part of the officer's own instansi with its period. Raises NotFound."""
    with reading_session() as reading:
        part = get_part(reading, instansi_id=instansi_id(), part_id=part_id)
        periods = list_periods(reading, instansi_id=instansi_id())
    return part, next(period for period in periods if period.id == part.period_id)


@bp.get(PAGE)
@officer
def overview() -> ResponseReturnValue:
    session, periods = current.session(), list_periods(current.session(), instansi_id=instansi_id())
    if not periods:
        return render_template("dasbor/kosong.html", title="Berkas SIASN dan Moodle")
    period = asked_period(request.args.get("periode"))
    filed, size = count_filed(session, period_id=period.id)
    return render_template(
        "sertifikat/siasn.html",
        period=period,
        periods=periods,
        due=count_due(session, period_id=period.id),
        parts=list_parts(session, period_id=period.id),
        corrections=(found := list_corrections(session, period_id=period.id))[:MOST_SHOWN],
        hidden=max(0, len(found) - MOST_SHOWN),
        waiting=sum(each.done_at is None for each in found),
        status_words=STATUS_WORDS,
        filed=filed,
        size=size,
        part_size=PART_SIZE,
        known=bool(read_profile(session, instansi_id=instansi_id())[0].siasn_id),
        columns=(USERNAME, IDNUMBER),
    )


@bp.post(PAGE)
@officer
def make() -> ResponseReturnValue:
    """Make parts of everything that is ready, and go on making PDFs. Sent again, it only goes on."""
    period = asked_period(request.form.get("periode"))
    session, act, place = current.session(), current.act(), f"{PAGE}?periode={period.kode}"
    try:
        make_parts(session, act, kode=period.kode)
    except SiasnIdMissing:
        session.rollback()
        flash(UNSET, "error")
        return redirect(place, 303)
    except NothingToExport:
        filed, size = count_filed(session, period_id=period.id)
        if filed == size:
            session.rollback()
            flash("Tidak ada sertifikat baru. Tidak ada bagian yang dibuat.")
            return redirect(place, 303)
    job_id = enqueue(session, act, SIASN, {"period_id": period.id}, key=str(period.id))
    session.commit()
    return redirect(f"/pekerjaan/{job_id}", 303)


@bp.get(f"{PAGE}/pekerjaan/<int:job_id>")
@officer
def show_job(job_id: int) -> ResponseReturnValue:
    """Lead from a finished job to the parts of its period."""
    job = find_job(current.session(), job_id, instansi_id=instansi_id())
    periods = list_periods(current.session(), instansi_id=instansi_id())
    period = next((each for each in periods if job.kind == SIASN and each.id == job.arguments["period_id"]), None)
    if period is None:
        raise NotFound("job", job_id)
    return redirect(f"{PAGE}?periode={period.kode}")


@bp.get(f"{PAGE}/<int:part_id>.xlsx")
@officer
def workbook(part_id: int) -> ResponseReturnValue:
    part, period = find_part(part_id)
    courses = [as_course(row, base_url=current.settings().base_url) for row in read_part(current.session(), part)]
    content = write_part_workbook(courses, part, period=period.nama, zona=period.zona, created=part.made_at)
    return send_download(content, name_workbook(period.kode, part.number), XLSX)


@bp.get(f"{PAGE}/<int:part_id>.zip")
@officer
def archive(part_id: int) -> ResponseReturnValue:
    """Send the certificates of a part whose PDFs are all there. The file is packed anew and never stored."""
    part, period = find_part(part_id)
    if not part.ready:
        flash(f"Sertifikat bagian {part.number} masih disiapkan: {part.filed} dari {part.size}.")
        return redirect(f"{PAGE}?periode={period.kode}")
    place, session = current.settings(), current.session()
    press = Press(place.certificate_dir, place.base_url, place.demo, current.keyring())
    file = TemporaryFile()  # noqa: SIM115  the response closes it
    try:
        pack(session, read_part(session, part), press, file=file, now=current.now())
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return send_download(file, name_archive(period.kode, part.number), "application/zip")


@bp.route(f"{PAGE}/<int:part_id>/kirim", methods=["GET", "POST"])
@officer
def sent(part_id: int) -> ResponseReturnValue:
    """Ask, then mark a part as entered into SIASN, which cannot be taken back."""
    part, period = find_part(part_id)
    if request.method == "GET":
        return render_template("sertifikat/siasn_kirim.html", part=part, period=period)
    session = current.session()
    try:
        mark_sent(session, current.act(), part_id=part.id)
    except PartSent:
        session.rollback()
        flash(f"Bagian {part.number} sudah ditandai dikirim. Tidak ada yang berubah.")
    else:
        session.commit()
        flash(f"Bagian {part.number} ditandai sudah dikirim.", "success")
    return redirect(f"{PAGE}?periode={period.kode}", 303)


@bp.get(f"{PAGE}/koreksi.xlsx")
@officer
def corrections() -> ResponseReturnValue:
    period, now = asked_period(request.args.get("periode")), current.now()
    found = list_corrections(current.session(), period_id=period.id)
    base_url = current.settings().base_url
    content = write_corrections(found, period=period.nama, zona=period.zona, created=now, base_url=base_url)
    return send_download(content, f"siasn-koreksi-{period.kode}.xlsx", XLSX)


@bp.post(f"{PAGE}/koreksi")
@officer
def corrected() -> ResponseReturnValue:
    """Mark the ticked corrections, or all of them, as put right in SIASN, which cannot be taken back."""
    period, session = asked_period(request.form.get("periode")), current.session()
    chosen = request.form.getlist("sertifikat")
    if request.form.get("semua"):
        chosen = [each.public_id for each in list_corrections(session, period_id=period.id)]
    count = mark_corrected(session, current.act(), period_id=period.id, public_ids=chosen)
    session.commit()
    if count:
        flash(f"{number(count)} koreksi ditandai sudah diurus.", "success")
    else:
        flash("Tidak ada koreksi yang ditandai. Centang dahulu yang sudah diurus.")
    return redirect(f"{PAGE}?periode={period.kode}#koreksi", 303)


@bp.get("/sertifikat-terbit/nilai-moodle.csv")
@officer
def grades() -> ResponseReturnValue:
    period = asked_period(request.args.get("periode"))
    course = clean(request.args.get("kursus", ""))[:MOST_COURSE] or period.kode
    column = IDNUMBER if request.args.get("kolom") == IDNUMBER else USERNAME
    found = list_grades(current.session(), period_id=period.id)
    content = write_grades(found, course=course, column=column, base_url=current.settings().base_url)
    return send_download(content, f"nilai-moodle-{period.kode}.csv", "text/csv")
