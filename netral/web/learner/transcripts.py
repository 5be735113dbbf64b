"""One's own certificates of a year, and the signed list of them: /transkrip."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.certificates.issue.register import list_own
from netral.certificates.issue.transcripts import (
    NothingToList,
    list_made,
    list_of_year,
    make_transcript,
)
from netral.certificates.paper.transcript_sheet import (
    name_course,
    tell_entry_state,
    tell_total,
)
from netral.certificates.proof.transcript import judge_entry
from netral.errors import NotFound
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.documents import send_transcript
from netral.web.edge.forms import tell_saved
from netral.web.edge.queries import read_number
from netral.web.learner.learner import asn_id

bp = Blueprint("transcripts", __name__)


@bp.get("/transkrip")
@requires(Permission.LEARN)
def mine() -> ResponseReturnValue:
    session, now, keyring = current.session(), current.now(), current.keyring()
    years = sorted({record.issued_on.year for record in list_own(session, asn_id=asn_id())}, reverse=True)
    this_year = now.astimezone(current.zona()).year
    year = asked_year(request.args.get("tahun")) or min(
        years, key=lambda each: abs(each - this_year), default=this_year
    )
    records = list_of_year(session, asn_id=asn_id(), year=year)
    entries = tuple(judge_entry(record, now=now, keyring=keyring) for record in records)
    made = list_made(session, asn_id=asn_id(), by=current.actor().user_id)
    return render_template(
        "sertifikat/transkrip.html",
        year=year,
        years=years,
        rows=[(entry, name_course(entry), tell_entry_state(entry)) for entry in entries],
        total=tell_total(entries),
        may_make=any(entry.stands for entry in entries),
        made=[each for each in made if each.year == year],
    )


def asked_year(text: str | None) -> int | None:
    """Return the year in an address or form, None for any text that is no year."""
    year = read_number(text or "")
    return year if year and year <= current.now().year + 1 else None


@bp.post("/transkrip")
@requires(Permission.LEARN)
def make() -> ResponseReturnValue:
    """Sign the list of today. Sent again, it leads to the same list."""
    session, year = current.session(), asked_year(request.form.get("tahun"))
    if year is None:
        raise NotFound("tahun")
    try:
        made = make_transcript(session, current.act(), current.signer(), asn_id=asn_id(), year=year)
    except NothingToList:
        session.rollback()
        flash(f"Tidak ada sertifikat tahun {year} yang dapat dicantumkan. Transkrip tidak dibuat.", "error")
    else:
        session.commit()
        tell_saved("Transkrip siap diunduh.", "Transkrip yang sama sudah dibuat hari ini.", changed=made.new)
    return redirect(f"/transkrip?tahun={year}", 303)


@bp.get("/transkrip.pdf")
@requires(Permission.LEARN)
def download() -> ResponseReturnValue:
    return send_transcript(request.args.get("id", ""))
