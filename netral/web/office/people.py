"""The people of an OPD, their one-time codes, and removing a lost second factor: /pegawai."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from netral.accounts import directory, factors, users
from netral.accounts.access import Permission, Reach, Role
from netral.accounts.codes import CodesNewer, CodeState, Known, issue_codes, list_printed, read_earlier
from netral.accounts.directory import Among, Invited
from netral.accounts.officers import NAMED_ALONE, OVERSIGHT
from netral.errors import NotFound
from netral.extensions import reading_session
from netral.organisation.numbers import last_digits
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.forms import NumberField
from netral.web.edge.proving import ConfirmedForm
from netral.web.edge.queries import page_number, without_page
from netral.web.edge.searching import asked_words
from netral.web.edge.tracing import mark_place
from netral.web.office.officers import ROLE_WORDS

bp = Blueprint("people", __name__)
factor_bp = Blueprint("factor_removal", __name__)

OFFICERS = (*NAMED_ALONE, *OVERSIGHT)
ACCOUNTS = (
    (Among.ALL, "Semua akun"),
    (Among.NOT_ACTIVATED, "Belum aktif"),
    (Among.WITHOUT_OPERATOR, "Unitnya tanpa operator"),
    (Among.OFFICERS, "Petugas"),
    *((role.value, f"Petugas: {ROLE_WORDS[role]}") for role in OFFICERS),
)
CODE_STATES = {
    CodeState.GOOD: "Masih berlaku",
    CodeState.USED: "Sudah dipakai",
    CodeState.ENDED: "Tidak berlaku lagi",
}
# The most people of a list of codes that a page names.
MOST_NAMED = 200


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip of paper to be handed over. It has only the last digits of a NIP, so it alone opens nothing."""

    name: str
    unit: str
    login: str
    code: str


@bp.get("/pegawai")
@requires(Permission.ISSUE_CODES)
def overview() -> ResponseReturnValue:
    words, opd_kode, account = asked_words(), request.args.get("opd", ""), request.args.get("akun", "")
    session, reaches = current.session(), reach()
    listing = directory.list_people(
        session,
        reaches=reaches,
        words=words,
        opd_kode=opd_kode,
        **read_account(account),
        page=page_number(),
    )
    return render_template(
        "pegawai-kode/daftar.html",
        listing=listing,
        units=directory.list_units(session, reaches=reaches),
        words=words,
        opd_kode=opd_kode,
        chosen_account=account,
        accounts=ACCOUNTS,
        base=without_page(request),
    )


def read_account(chosen: str) -> dict[str, Any]:
    """Return the filter that was chosen; an unknown one does not filter."""
    if chosen in set(Among):
        return {"among": Among(chosen)}
    return {"role": Role(chosen)} if chosen in {role.value for role in OFFICERS} else {}


UNREAD = "Formulir tidak lengkap. Periksa lagi, lalu tekan tombolnya"


class IssuingForm(ConfirmedForm):
    """A form that asks before codes are made, since they end earlier ones; for officers' codes it asks for proof too.

    `terakhir` is the newest code that the page knows of, so that sending the same form again makes nothing; `gugur` is
    how many codes it says will end.
    """

    terakhir: Any = NumberField("", UNREAD, unreadable=UNREAD)
    gugur: Any = NumberField("", UNREAD, unreadable=UNREAD)

    def __init__(self, *, officers: bool) -> None:
        super().__init__()
        if not officers:
            del self.sandi_lagi, self.kode_lagi


@bp.route("/pegawai/kode", methods=["GET", "POST"])
@requires(Permission.ISSUE_CODES)
def print_codes() -> ResponseReturnValue:
    """Make codes for everybody of an OPD who has no password."""
    opd_kode = request.values.get("opd", "")
    with reading_session() as reading:
        invited = directory.choose_invited(reading, reaches=reach(), opd_kode=opd_kode)
        units = directory.list_units(reading, reaches=reach())
    return ask_and_show(invited, target=next(unit.nama for unit in units if unit.kode == opd_kode), opd_kode=opd_kode)


@bp.route("/pegawai/<int:asn_id>/kode", methods=["GET", "POST"])
@requires(Permission.ISSUE_CODES)
def print_code(asn_id: int) -> ResponseReturnValue:
    with reading_session() as reading:
        person = directory.get_invited(reading, reaches=reach(), asn_id=asn_id)
    return ask_and_show((person,), target=person.nama)


def reach() -> Sequence[Reach]:
    return current.actor().reaches(Permission.ISSUE_CODES)


def ask_and_show(invited: Sequence[Invited], *, target: str, opd_kode: str = "") -> ResponseReturnValue:
    """Ask for confirmation, then show new codes. `target`: person or OPD in words; `opd_kode` is empty for a person."""
    officers = [person.nama for person in invited if person.officer]
    form, newer = IssuingForm(officers=bool(officers)), False
    if form.validate_on_submit():
        try:
            return show_codes(invited, known=Known(form.terakhir.data, form.gugur.data))
        except CodesNewer:
            current.session().rollback()
            newer = True
    with reading_session() as reading:
        user_ids = [person.user_id for person in invited]
        earlier = read_earlier(reading, user_ids=user_ids, now=current.now())
        printed = list_printed(reading, user_ids=user_ids, now=current.now())
    page = render_template(
        "pegawai-kode/buat.html",
        form=form,
        newer=newer,
        earlier=earlier,
        printed=printed[:MOST_NAMED],
        more=max(0, len(printed) - MOST_NAMED),
        states=CODE_STATES,
        target=target,
        opd_kode=opd_kode,
        count=len(invited),
        officers=officers,
        activated=invited[0].activated,
    )
    return page, 409 if newer else 422 if form.errors else 200


def show_codes(invited: Sequence[Invited], *, known: Known) -> ResponseReturnValue:
    """Answer with the new codes, which are stored nowhere in this form. Raises CodesNewer."""
    issued = issue_codes(
        current.session(),
        current.act(),
        user_ids=[each.user_id for each in invited],
        new_code=current.settings().new_code,
        known=known,
        place=mark_place(),
    )
    current.session().commit()
    codes = {each.user_id: each for each in issued}
    slips = [
        Slip(each.nama, each.unit, tell_login(each), codes[each.user_id].code)
        for each in invited
        if each.user_id in codes
    ]
    return show_slips(slips, until=issued[0].expires_at)


def show_slips(slips: Sequence[Slip], *, until: datetime, back: tuple[str, str] = ("Pegawai", "/pegawai")) -> str:
    """Draw the only page that shows these codes. `back`: the page to return to."""
    return render_template(
        "pegawai-kode/kode.html",
        units=[(unit, list(group)) for unit, group in groupby(slips, key=lambda slip: slip.unit)],
        count=len(slips),
        until=until,
        address=f"{current.settings().base_url}/aktivasi",
        back=back,
    )


def tell_login(person: Invited) -> str:
    return name_login(person.login, person.nip)


def name_login(login: str, nip: str | None) -> str:
    return f"NIP Anda (akhir {last_digits(nip)})" if login == nip else login


@factor_bp.route("/pegawai/<int:asn_id>/autentikator", methods=["GET", "POST"])
@requires(Permission.MANAGE_ROSTER)
def remove(asn_id: int) -> ResponseReturnValue:
    """Remove the factor of a colleague; that of an officer of oversight takes two persons."""
    if asn_id == current.actor().asn_id:
        return redirect(url_for("factor.overview"), 303)
    user_id, nama = find_holder(asn_id)
    form = ConfirmedForm()
    if form.validate_on_submit():
        session = current.session()
        factors.remove_factor(session, current.act(), user_id=user_id)
        session.commit()
        flash(f"Autentikator {nama} dilepas. Semua sesinya berakhir.", "success")
        return redirect("/pegawai", 303)
    page = render_template("autentikator/orang.html", form=form, nama=nama, asn_id=asn_id)
    return page, 422 if form.errors else 200


def find_holder(asn_id: int) -> tuple[int, str]:
    """Return user id and name. Raises NotFound, also without a factor, OfficerBeyondReach or TwoPersonsNeeded."""
    with reading_session() as reading:
        reaches = current.actor().reaches(Permission.MANAGE_ROSTER)
        user_id = directory.get_invited(reading, reaches=reaches, asn_id=asn_id).user_id
        if factors.read_factor(reading, user_id=user_id).confirmed_at is None:
            raise NotFound("autentikator", asn_id)
        return user_id, users.read_credentials(reading, user_id=user_id).nama
