"""Jobs at /pekerjaan: what waits, runs, was done or failed, and why."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.exports.bundles import KIND as BUNDLE
from netral.exports.siasn import SIASN
from netral.jobs.models import Job
from netral.jobs.queue import FAILED, OPEN, NotFailed, find_job, find_silence, try_again
from netral.reporting.jobs import list_jobs
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.queries import page_number, without_page
from netral.words.jobs import tell_kind, tell_progress, tell_state

bp = Blueprint("jobs", __name__)

REFRESH_SECONDS = 5
# Kind of job -> the endpoint of the page or file that it made, which is given the id of the job as `job_id`.
MADE: dict[str, str] = {SIASN: "siasn.show_job", BUNDLE: "bundles.detail"}


def within() -> int | None:
    """Return the instansi whose jobs the person may see; None is the whole installation."""
    return current.actor().reach(Permission.VIEW_JOBS).instansi_id or None


@bp.get("/pekerjaan")
@requires(Permission.VIEW_JOBS)
def overview() -> ResponseReturnValue:
    listing = list_jobs(current.session(), instansi_id=within(), page=page_number())
    return render_template(
        "pekerjaan/daftar.html",
        listing=listing.map(lambda asked: (asked, tell_kind(asked.job.kind), tell_state(asked.job, current.now()))),
        tell_progress=tell_progress,
        base=without_page(request),
    )


@bp.get("/pekerjaan/<int:job_id>")
@requires(Permission.VIEW_JOBS)
def detail(job_id: int) -> ResponseReturnValue:
    """Show a job. The page loads again by itself while the job goes on."""
    job = find_job(current.session(), job_id, instansi_id=within())
    goes_on = job.state == OPEN and not job.repeats
    page = render_template(
        "pekerjaan/rincian.html",
        job=job,
        kind=tell_kind(job.kind),
        state=tell_state(job, current.now()),
        progress=tell_progress(job),
        failed=job.state == FAILED,
        silent=find_silence(job, now=current.now()),
        made=find_made(job),
        seconds=REFRESH_SECONDS if goes_on else None,
    )
    answer = make_response(page)
    if goes_on:
        answer.headers["Refresh"] = str(REFRESH_SECONDS)
    return answer


def find_made(job: Job) -> str | None:
    """Return the address of what a job has made, once it is done, for an officer who may open it."""
    endpoint = MADE.get(job.kind) if current.actor().may(Permission.MANAGE_CERTIFICATES) else None
    return url_for(endpoint, job_id=job.id) if endpoint and job.result is not None and job.state != OPEN else None


@bp.post("/pekerjaan/<int:job_id>/ulang")
@requires(Permission.VIEW_JOBS)
def again(job_id: int) -> ResponseReturnValue:
    session = current.session()
    try:
        try_again(session, current.act(), job_id, instansi_id=within())
    except NotFailed:
        session.rollback()
        flash("Pekerjaan ini tidak gagal atau sudah dimulai lagi. Tidak ada yang dimulai dua kali.")
    else:
        session.commit()
        flash("Pekerjaan dimulai lagi dari langkah terakhir yang berhasil.", "success")
    return redirect(f"/pekerjaan/{job_id}", 303)
