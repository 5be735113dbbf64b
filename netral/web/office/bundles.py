"""The certificates of a unit as one ZIP: /opd/<kode>/sertifikat orders it, /sertifikat-terbit/berkas/<id> gives it."""

from datetime import timedelta

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.errors import NotFound
from netral.exports.bundles import MOST, NAME, Wanted, count_wanted, find_bundle, note, order_bundle, read_wanted
from netral.jobs.queue import KEPT
from netral.reporting.reports.completion import find_unit
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.documents import send_download
from netral.web.office import reports

bp = Blueprint("bundles", __name__)
manager = requires(Permission.MANAGE_CERTIFICATES)


@bp.get("/opd/<kode>/sertifikat")
@manager
def ask(kode: str) -> ResponseReturnValue:
    wanted = find_wanted(kode)
    return render_template(
        "sertifikat/berkas.html",
        wanted=wanted,
        count=count_wanted(current.session(), wanted),
        most=MOST,
        kept_days=KEPT.days,
        link=reports.link,
    )


@bp.post("/opd/<kode>/sertifikat")
@manager
def order(kode: str) -> ResponseReturnValue:
    """Order the ZIP; whoever orders it again while it is made is led to the same job."""
    job_id = order_bundle(current.session(), current.act(), find_wanted(kode))
    current.session().commit()
    return redirect(f"/pekerjaan/{job_id}", 303)


@bp.get("/sertifikat-terbit/berkas/<int:job_id>")
@manager
def detail(job_id: int) -> ResponseReturnValue:
    session = current.session()
    job = find_bundle(session, job_id, instansi_id=current.instansi_id())
    path = current.settings().job_dir / str(job.id) / NAME
    return render_template(
        "sertifikat/unduh.html",
        job=job,
        wanted=read_wanted(session, instansi_id=current.instansi_id(), **job.arguments),
        megabytes=round(path.stat().st_size / 1e6 * 10) if path.exists() else None,
        until=(job.finished_at or job.created_at) + timedelta(days=KEPT.days),
        link=reports.link,
    )


@bp.post("/sertifikat-terbit/berkas/<int:job_id>")
@manager
def fetch(job_id: int) -> ResponseReturnValue:
    """Send the ZIP and record who took it."""
    session = current.session()
    job = find_bundle(session, job_id, instansi_id=current.instansi_id())
    wanted = read_wanted(session, instansi_id=current.instansi_id(), **job.arguments)
    path = current.settings().job_dir / str(job.id) / NAME
    if not path.exists():
        raise NotFound("berkas", job_id)
    note(session, current.act(), "bundle.fetched", job.id, period=wanted.period.kode, kode=wanted.unit.kode)
    session.commit()
    name = f"sertifikat-{wanted.unit.kode}-{wanted.period.kode}.zip"
    return send_download(path, name, "application/zip")


def find_wanted(kode: str) -> Wanted:
    """Return the unit within reach, and the period of this request. Raises NotFound."""
    session = current.session()
    unit = find_unit(session, reaches=current.actor().reaches(Permission.MANAGE_CERTIFICATES), kode=kode)
    return read_wanted(
        session, instansi_id=current.instansi_id(), period_id=reports.asked_period().id, opd_id=unit.opd_id
    )
