"""One person: /pegawai/<id>, with the changes of place that BKPSDM enters, and people who have left.

Operators see the page of people in their subtree and change nothing on it. Every change is previewed before it counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, SelectField, StringField

from netral import indonesian
from netral.accounts.access import Permission
from netral.accounts.directory import UnitLine, list_units
from netral.errors import NetralError, NotFound
from netral.extensions import reading_session
from netral.organisation import careers
from netral.organisation.careers import Career, Intent, Wish, is_done
from netral.organisation.instansi import find_opd
from netral.organisation.membership import DepartureKind, PlaceKind
from netral.organisation.stays import find_stay
from netral.reporting.person import Identity, PersonFile, list_departed, read_identity, read_person
from netral.reporting.reports.register import STATE_WORDS as CERTIFICATE_WORDS
from netral.roster.changing import change_place, end_place, foresee, get_career, withdraw_plan
from netral.versions import Outdated
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.forms import (
    DayField,
    Form,
    SelectChoice,
    at_most,
    chosen_day,
    reason_field,
    required,
    sent_version,
    typed,
)
from netral.web.edge.queries import page_number, read_number, without_page
from netral.web.edge.searching import asked_words
from netral.web.office.participants import STANDING_WORDS
from netral.words.corrections import FIELD_WORDS
from netral.words.corrections import STATE_WORDS as CORRECTION_WORDS
from netral.words.people import DEPARTURE_WORDS, EFFECT_WORDS, PLACE_WORDS

bp = Blueprint("person", __name__)

OUTDATED = (
    "Data pegawai ini berubah setelah halaman Anda dibuka. Yang Anda kirim belum disimpan; periksa lagi, lalu kirim"
)
FURTHER = tuple(kind for kind in PlaceKind if kind is not PlaceKind.DEFINITIF)
STATED = tuple(kind for kind in DepartureKind if kind is not DepartureKind.DATA)
ALREADY = "Pegawai ini sudah di unit itu pada tanggal tersebut"


def offer_units(units: Iterable[UnitLine]) -> list[SelectChoice]:
    """Offer the units in the order of the tree, children indented."""
    offered = [SelectChoice(each.kode, f"{'– ' * each.depth}{each.nama}") for each in units]
    return [SelectChoice("", "Pilih unit"), *offered]


class UnitPart(Form):
    """The field that stands first on its pages, and so is declared first."""

    unit = SelectField("Unit kerja", choices=[], validators=[required("Pilih unit kerjanya")])

    def offer(self, units: Sequence[UnitLine]) -> None:
        self.names = {each.kode: each.nama for each in units}
        self.unit.choices = offer_units(units)


class ChangeForm(Form):
    mulai = DayField("Mulai tanggal", "Tulis tanggal mulainya")
    nomor = StringField("Nomor SK atau surat", validators=[at_most(100, "Nomor")])
    alasan = reason_field()


class UnitForm(UnitPart, ChangeForm):
    pass


class FurtherForm(UnitForm):
    jenis = SelectField("Jenis penugasan", choices=[SelectChoice(kind.value, PLACE_WORDS[kind]) for kind in FURTHER])
    sampai = DayField("Sampai tanggal")
    dihitung = BooleanField("Selama diperbantukan, dihitung di unit ini")


class LeaveForm(ChangeForm):
    jenis = SelectField("Sebab", choices=[SelectChoice(kind.value, DEPARTURE_WORDS[kind]) for kind in STATED])


class EndPlaceForm(Form):
    terakhir = DayField("Hari terakhir", "Tulis hari terakhirnya")


# The field at which a fact is told, and its words; `{0}` is a day.
EXPLAINED: Mapping[type[NetralError], tuple[str, str]] = {
    careers.NotServing: ("mulai", "Pada {0} pegawai ini tidak bertugas. Tulis tanggal lain"),
    careers.BeforeHistory: ("mulai", "Riwayat pegawai ini mulai {0}. Tulis tanggal itu atau sesudahnya"),
    careers.DayTooFar: ("mulai", "Tanggal ini terlalu jauh. Paling jauh {0}"),
    careers.StillServing: ("mulai", "Pada {0} pegawai ini masih bertugas. Tulis tanggal lain"),
    careers.AlreadyThere: ("unit", ALREADY),
    careers.CountedElsewhere: ("dihitung", "Pada masa itu pegawai ini sudah dihitung di unit lain"),
    careers.DaysReversed: ("sampai", "Tanggal selesai mendahului tanggal mulai"),
}


@dataclass(frozen=True, slots=True)
class Action:
    """A change that BKPSDM enters: the address below the person's page, and the words around its form."""

    intent: Intent
    form: type[ChangeForm]
    title: str
    button: str
    done: str
    explained: str


MOVE = Action(
    Intent.MOVE,
    UnitForm,
    "Pindahkan",
    "Pindahkan",
    "{} pindah ke {}.",
    "Tempat definitif yang sekarang berakhir sehari sebelumnya.",
)
ASSIGN = Action(
    Intent.ASSIGN,
    FurtherForm,
    "Catat Plt., Pj., Plh., atau perbantuan",
    "Catat penugasan",
    "Penugasan {} di {} tercatat.",
    "Tempat definitif tetap. Penugasan tidak memberi operator unit itu hak apa pun atas pegawai ini.",
)
LEAVE = Action(
    Intent.LEAVE,
    LeaveForm,
    "Catat berhenti",
    "Catat berhenti",
    "{} tercatat berhenti.",
    "Sejak tanggal ini pegawai tidak dihitung dan tidak diingatkan lagi. Sertifikat dan catatannya tetap, dan akunnya "
    "tetap dapat dipakai untuk mengambil sertifikat. Peran petugasnya berakhir.",
)
RETURN = Action(
    Intent.RETURN,
    UnitForm,
    "Kembalikan",
    "Kembalikan",
    "{} kembali bertugas di {}.",
    "Pegawai dihitung lagi pada periode yang belum ditutup. Peran petugas tidak kembali dengan sendirinya.",
)
ACTIONS = (MOVE, ASSIGN, LEAVE, RETURN)


@bp.get("/pegawai/<int:asn_id>")
@requires(Permission.VIEW_PEOPLE)
def detail(asn_id: int) -> ResponseReturnValue:
    reaches = current.actor().reaches(Permission.VIEW_PEOPLE)
    return show_person(read_person(current.session(), reaches=reaches, asn_id=asn_id, now=current.now()))


def show_person(person: PersonFile) -> ResponseReturnValue:
    today = current.today()
    serves = find_stay(person.career.stays, today) is not None
    ahead = any(stay.first > today for stay in person.career.stays)
    actions = (MOVE, ASSIGN, LEAVE) if serves else () if ahead else (RETURN,)
    return render_template(
        "pegawai/orang.html",
        person=person,
        today=today,
        actions=actions,
        standings=STANDING_WORDS,
        places=PLACE_WORDS,
        departures=DEPARTURE_WORDS,
        certificates=CERTIFICATE_WORDS,
        fields=FIELD_WORDS,
        corrections=CORRECTION_WORDS,
    )


@bp.get("/pegawai/keluar")
@requires(Permission.VIEW_PEOPLE)
def departed() -> ResponseReturnValue:
    words = asked_words()
    reaches = current.actor().reaches(Permission.VIEW_PEOPLE)
    listing = list_departed(current.session(), reaches=reaches, words=words, page=page_number())
    return render_template(
        "pegawai/keluar.html", listing=listing, words=words, kinds=DEPARTURE_WORDS, base=without_page(request)
    )


@bp.route("/pegawai/<int:asn_id>/pindah", methods=["GET", "POST"])
@requires(Permission.MANAGE_ROSTER)
def move(asn_id: int) -> ResponseReturnValue:
    return take(MOVE, asn_id)


@bp.route("/pegawai/<int:asn_id>/tugas", methods=["GET", "POST"])
@requires(Permission.MANAGE_ROSTER)
def assign(asn_id: int) -> ResponseReturnValue:
    return take(ASSIGN, asn_id)


@bp.route("/pegawai/<int:asn_id>/berhenti", methods=["GET", "POST"])
@requires(Permission.MANAGE_ROSTER)
def leave(asn_id: int) -> ResponseReturnValue:
    return take(LEAVE, asn_id)


@bp.route("/pegawai/<int:asn_id>/kembali", methods=["GET", "POST"])
@requires(Permission.MANAGE_ROSTER)
def come_back(asn_id: int) -> ResponseReturnValue:
    return take(RETURN, asn_id)


def take(action: Action, asn_id: int) -> ResponseReturnValue:
    """Answer a valid form with what it would change; only a confirmation writes the change."""
    career = find_career(asn_id)
    form = make_form(action, career)
    if not form.is_submitted() or "kembali" in request.form or not form.validate():
        return show_form(action, form, career)
    wish = read_wish(action, form)
    try:
        if "simpan" in request.form:
            return carry_out(action, form, asn_id, wish)
        with reading_session() as reading:
            foreseen = foresee(reading, career, wish, now=current.now())
    except tuple(EXPLAINED) as fact:
        current.session().rollback()
        explain(form, fact)
        return show_form(action, form, career)
    except Outdated:
        current.session().rollback()
        career = find_career(asn_id)
        if is_done(career, wish):
            flash("Perubahan ini sudah tercatat. Tidak ada yang dicatat dua kali.")
            return redirect(f"/pegawai/{asn_id}", 303)
        return show_form(action, form, career, problem=OUTDATED)
    kept = [(name, value) for name, value in request.form.items(multi=True) if name in form and name != "csrf_token"]
    return render_template(
        "pegawai/tindakan-periksa.html",
        action=action,
        person=find_identity(asn_id),
        wish=wish,
        unit=tell_unit(form),
        kind=tell_kind(wish),
        foreseen=foreseen,
        effects=EFFECT_WORDS,
        now=wish.day <= current.today(),
        kept=kept,
        version=sent_version(),
    )


def carry_out(action: Action, form: ChangeForm, asn_id: int, wish: Wish) -> ResponseReturnValue:
    """Write the change. Raises the errors of `change_place`."""
    session, person = current.session(), find_identity(asn_id)
    at_once = change_place(session, current.act(), asn_id=asn_id, wish=wish, version=sent_version())
    session.commit()
    told = action.done.format(person.nama, tell_unit(form))
    when = "" if at_once else f" Berlaku dengan sendirinya pada {indonesian.day(wish.day)}."
    flash(told + when, "success")
    return redirect(f"/pegawai/{asn_id}", 303)


def make_form(action: Action, career: Career) -> ChangeForm:
    """Return the form with the units of the instansi; a person who returns goes to their last unit unless changed."""
    form = action.form(data={"mulai": current.today()})
    if isinstance(form, UnitForm):
        reaches = current.actor().reaches(Permission.MANAGE_ROSTER)
        with reading_session() as reading:
            form.offer(list_units(reading, reaches=reaches))
        if action is RETURN and not form.is_submitted():
            form.unit.data = find_identity(career.asn_id).unit_kode
    return form


def read_wish(action: Action, form: ChangeForm) -> Wish:
    """Read the wish from a form that has validated. Raises NotFound for a unit of another instansi."""
    more: dict[str, Any] = {}
    if isinstance(form, UnitForm):
        with reading_session() as reading:
            more["opd_id"] = find_opd(reading, instansi_id=current.instansi_id(), kode=form.unit.data).id
    if isinstance(form, FurtherForm):
        counted = bool(form.dihitung.data) and form.jenis.data == PlaceKind.PERBANTUAN
        more |= {"last": form.sampai.data, "counted": counted}
    if isinstance(form, FurtherForm | LeaveForm):
        more["kind"] = form.jenis.data
    return Wish(
        intent=action.intent,
        day=chosen_day(form.mulai),
        document=typed(form.nomor),
        reason=typed(form.alasan),
        **more,
    )


def explain(form: ChangeForm, fact: NetralError) -> None:
    name, text = EXPLAINED[type(fact)]
    told = text.format(*(indonesian.day(each) for each in fact.args))
    form[name if name in form else "mulai"].errors = [told]


def show_form(action: Action, form: ChangeForm, career: Career, *, problem: str = "") -> ResponseReturnValue:
    page = render_template(
        "pegawai/tindakan.html",
        action=action,
        person=find_identity(career.asn_id),
        form=form,
        version=career.version,
        problems=[{"text": problem}] if problem else None,
    )
    return page, 409 if problem else 422 if form.errors else 200


def tell_unit(form: ChangeForm) -> str:
    return form.names.get(form.unit.data, "") if isinstance(form, UnitForm) else ""


def tell_kind(wish: Wish) -> str:
    if wish.intent is Intent.ASSIGN:
        return PLACE_WORDS[PlaceKind(wish.kind)]
    return DEPARTURE_WORDS[DepartureKind(wish.kind)] if wish.intent is Intent.LEAVE else ""


@bp.route("/pegawai/<int:asn_id>/tugas/<int:place_id>/akhiri", methods=["GET", "POST"])
@requires(Permission.MANAGE_ROSTER)
def finish(asn_id: int, place_id: int) -> ResponseReturnValue:
    """Let a Plt, Pj, Plh or secondment end on a day."""
    career = find_career(asn_id)
    place = next((each for each in career.places if each.id == place_id and each.kind in FURTHER), None)
    if place is None:
        raise NotFound("tugas", place_id)
    form = EndPlaceForm(data={"terakhir": place.last or current.today()})
    if form.validate_on_submit():
        session, last = current.session(), chosen_day(form.terakhir)
        try:
            end_place(session, current.act(), asn_id=asn_id, place_id=place_id, last=last, version=sent_version())
        except careers.CountedElsewhere:
            session.rollback()
            form.terakhir.errors = [EXPLAINED[careers.CountedElsewhere][1]]
        else:
            session.commit()
            flash(f"{PLACE_WORDS[place.kind]} di {place.unit} berakhir {indonesian.day(last)}.", "success")
            return redirect(f"/pegawai/{asn_id}", 303)
    page = render_template(
        "pegawai/akhiri-tugas.html",
        form=form,
        place=place,
        places=PLACE_WORDS,
        person=find_identity(asn_id),
        version=career.version,
    )
    return page, 422 if form.errors else 200


@bp.post("/pegawai/<int:asn_id>/batalkan")
@requires(Permission.MANAGE_ROSTER)
def withdraw(asn_id: int) -> ResponseReturnValue:
    """Withdraw a planned place (`tempat`) or departure (`berhenti`) before its day."""
    find_career(asn_id)
    session = current.session()
    withdraw_plan(
        session,
        current.act(),
        asn_id=asn_id,
        place_id=read_number(request.form.get("tempat", "")) or 0,
        absence_id=read_number(request.form.get("rencana", "")) or 0,
        version=sent_version(),
    )
    session.commit()
    flash("Rencana dibatalkan. Tidak ada yang berubah pada harinya.", "success")
    return redirect(f"/pegawai/{asn_id}", 303)


def find_career(asn_id: int) -> Career:
    """Find the career of a person of the officer's instansi. Raises NotFound."""
    with reading_session() as reading:
        return get_career(reading, instansi_id=current.actor().instansi_id, asn_id=asn_id)


def find_identity(asn_id: int) -> Identity:
    with reading_session() as reading:
        return read_identity(reading, reaches=current.actor().reaches(Permission.MANAGE_ROSTER), asn_id=asn_id)
