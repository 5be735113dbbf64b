"""The people of an OPD and their one-time codes: /pegawai."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from netral.accounts import directory
from netral.accounts.access import Permission, Reach
from netral.accounts.codes import issue_codes
from netral.accounts.directory import Invited
from netral.web import current
from netral.web.access import requires
from netral.web.queries import page_number, without_page

bp = Blueprint("people", __name__)


@dataclass(frozen=True, slots=True)
class Slip:
    """What is cut out and handed over. A NIP is told by its last digits, so that the slip alone opens nothing."""

    name: str
    unit: str
    login: str
    code: str


@bp.get("/pegawai")
@requires(Permission.ISSUE_CODES)
def overview() -> ResponseReturnValue:
    words, opd_kode = request.args.get("cari", "").strip(), request.args.get("opd", "")
    session, reaches = current.session(), reach()
    listing = directory.list_people(session, reaches=reaches, words=words, opd_kode=opd_kode, page=page_number())
    return render_template(
        "pegawai-kode/daftar.html",
        listing=listing,
        units=directory.list_units(session, reaches=reaches),
        words=words,
        opd_kode=opd_kode,
        base=without_page(request),
    )


@bp.post("/pegawai/kode")
@requires(Permission.ISSUE_CODES)
def print_codes() -> ResponseReturnValue:
    """For everybody of an OPD who has no password. The answer is the sheet itself: codes are kept nowhere."""
    invited = directory.choose_invited(current.session(), reaches=reach(), opd_kode=request.form.get("opd", ""))
    return show_codes(invited)


@bp.post("/pegawai/<int:asn_id>/kode")
@requires(Permission.ISSUE_CODES)
def print_code(asn_id: int) -> ResponseReturnValue:
    return show_codes((directory.get_invited(current.session(), reaches=reach(), asn_id=asn_id),))


def reach() -> Sequence[Reach]:
    return current.actor().reaches(Permission.ISSUE_CODES)


def show_codes(invited: Sequence[Invited]) -> ResponseReturnValue:
    issued = issue_codes(
        current.session(),
        user_ids=[each.user_id for each in invited],
        new_code=current.settings().new_code,
        now=current.now(),
        by=current.actor().user_id,
    )
    current.session().commit()
    codes = {each.user_id: each for each in issued}
    slips = [
        Slip(codes[each.user_id].nama, each.unit, tell_login(each), codes[each.user_id].code)
        for each in invited
        if each.user_id in codes
    ]
    return render_template(
        "pegawai-kode/kode.html",
        units=[(unit, list(group)) for unit, group in groupby(slips, key=lambda slip: slip.unit)],
        count=len(slips),
        until=issued[0].expires_at,
        address=f"{current.settings().base_url}/aktivasi",
    )


def tell_login(person: Invited) -> str:
    return f"NIP Anda (akhir {person.nip_akhir})" if person.login == person.nip else person.login
