"""Signing a pakta integritas on paper at an apel, as an officer records it: /pakta; and deciding objections to that."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from wtforms import StringField

from netral import indonesian
from netral.accounts.access import Permission, Reach
from netral.accounts.directory import list_units
from netral.extensions import reading_session
from netral.pledges.circulars import files
from netral.pledges.circulars.models import CircularVersion
from netral.pledges.circulars.signing import (
    MOST_PEOPLE,
    Apel,
    NobodyPresent,
    ObjectionDecided,
    decide,
    find_pact,
    find_unit,
    get_objection,
    list_attendants,
    list_pacts,
    list_signings,
    record_apel,
)
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.documents import send_stored_pdf
from netral.web.edge.forms import DayField, Form, ReasonForm, at_most, chosen_day, required, typed
from netral.web.edge.queries import read_number
from netral.web.office.circulars import REFUSED

bp = Blueprint("signings", __name__)
recorder = requires(Permission.RECORD_SIGNINGS)
NOBODY = {"text": "Centang pegawai yang menandatangani", "target": "hadir"}
SIGNED = {"text": "Semua yang dipilih sudah menandatangani, jadi tidak ada yang perlu dicatat", "target": "hadir"}
AHEAD = "Tanggal apel belum tiba. Catat sesudah apelnya"
ALL_BUT = "kecuali"
REPLACED = {"text": "Naskah versi baru terbit setelah halaman Anda dibuka, jadi belum ada yang dicatat. Periksa lagi"}


def text_field(label: str, length: int, missing: str) -> StringField:
    return StringField(label, validators=[required(missing), at_most(length, label)])


class ApelForm(Form):
    tanggal = DayField("Tanggal apel", "Isi tanggal apel")
    tempat = text_field("Tempat", 200, "Isi tempat apel")
    saksi = text_field("Nama saksi", 100, "Isi nama saksi")
    jabatan_saksi = text_field("Jabatan saksi", 200, "Isi jabatan saksi")
    berkas = FileField("Pindaian lembar tanda tangan, bila ada")


def reaches() -> Sequence[Reach]:
    return current.actor().reaches(Permission.RECORD_SIGNINGS)


def find(circular_id: int) -> CircularVersion:
    """Return the text in force of the officer's instansi. Raises NotFound."""
    with reading_session() as reading:
        return find_pact(reading, instansi_id=current.instansi_id(), reaches=reaches(), circular_id=circular_id)


@bp.get("/pakta")
@recorder
def overview() -> ResponseReturnValue:
    """Show the texts in force, each with the signings within reach."""
    session = current.session()
    pacts = [
        (version, list_signings(session, reaches=reaches(), version_id=version.id))
        for version in list_pacts(session, instansi_id=current.instansi_id(), reaches=reaches())
    ]
    return render_template("pakta/daftar.html", pacts=pacts, may_draft=current.actor().may(Permission.MANAGE_CIRCULARS))


@bp.get("/pakta/<int:circular_id>/lembar/<int:signing_id>.pdf")
@recorder
def scan(circular_id: int, signing_id: int) -> ResponseReturnValue:
    """Send the scanned sheet of a signing within reach."""
    version, session = find(circular_id), current.session()
    lines = list_signings(session, reaches=reaches(), version_id=version.id)
    found = next((line.signing.file_hash for line in lines if line.signing.id == signing_id), None)
    return send_stored_pdf(found, f"lembar-pakta-{signing_id}.pdf")


@bp.get("/pakta/<int:circular_id>/acara")
@recorder
def ask(circular_id: int) -> ResponseReturnValue:
    """Ask for the unit first, then for the people present."""
    version, kode = find(circular_id), request.args.get("unit", "")
    if not kode:
        units = list_units(current.session(), reaches=reaches())
        return render_template("pakta/unit.html", version=version, units=units)
    return show(version, kode, ApelForm(formdata=None))


def show(
    version: CircularVersion, kode: str, form: ApelForm, problem: dict[str, str] | None = None, status: int = 422
) -> ResponseReturnValue:
    """Show the list of people of a unit. Raises NotFound for a unit out of reach."""
    with reading_session() as reading:
        unit = find_unit(reading, reaches=reaches(), kode=kode)
        people = list_attendants(reading, version, unit)
        nama = unit.nama
    page = render_template(
        "pakta/acara.html",
        version=version,
        kode=kode,
        nama=nama,
        people=people[:MOST_PEOPLE],
        too_many=len(people) > MOST_PEOPLE,
        most=MOST_PEOPLE,
        chosen=read_ticked(),
        all_but=is_all_but(),
        form=form,
        problems=[problem] if problem else None,
    )
    return page, status if problem or form.errors else 200


def read_ticked() -> frozenset[int]:
    """Return the ids of the people ticked; on the page that confirms those present stand in one field."""
    texts = [part for text in request.form.getlist("hadir") for part in text.split(",")]
    return frozenset(number for number in map(read_number, texts) if number is not None)


def is_all_but() -> bool:
    """Return whether all signed except the people ticked: of two hundred the few who did not are sooner found."""
    return request.form.get("cara") == ALL_BUT


@bp.post("/pakta/<int:circular_id>/acara")
@recorder
def record(circular_id: int) -> ResponseReturnValue:
    """Answer a valid list with its effect; only the confirmation records it, with the scanned sheet if there is one."""
    version, kode, form = find(circular_id), request.form.get("unit", ""), ApelForm()
    if not form.validate() or "kembali" in request.form:
        return show(version, kode, form)
    if chosen_day(form.tanggal) > current.today():
        form.tanggal.errors = [AHEAD]
        return show(version, kode, form)
    if chosen_day(form.tanggal) < version.dated:
        form.tanggal.errors = [f"Apel tidak mungkin sebelum naskahnya bertanggal {indonesian.day(version.dated)}"]
        return show(version, kode, form)
    if read_number(request.form.get("naskah", "")) != version.id:
        return show(version, kode, form, REPLACED, 409)
    confirmed = "konfirmasi" in request.form and not is_all_but()
    return confirm(version, kode, form) if confirmed else preview(version, kode, form)


def preview(version: CircularVersion, kode: str, form: ApelForm) -> ResponseReturnValue:
    """Show what would be recorded, or the list again if nobody on it was ticked."""
    ticked = read_ticked()
    with reading_session() as reading:
        unit = find_unit(reading, reaches=reaches(), kode=kode)
        people = [
            each
            for each in list_attendants(reading, version, unit)[:MOST_PEOPLE]
            if (each.asn_id in ticked) != is_all_but()
        ]
        page = render_template("pakta/konfirmasi.html", version=version, unit=unit, form=form, people=people)
    if not people:
        return show(version, kode, form, NOBODY)
    if all(each.signed for each in people):
        return show(version, kode, form, SIGNED)
    return page, 422 if form.errors else 200


def confirm(version: CircularVersion, kode: str, form: ApelForm) -> ResponseReturnValue:
    """Record the signing. The scanned sheet is read and stored before the write begins."""
    try:
        hashed = keep_scan(form)
    except tuple(REFUSED) as fact:
        form.berkas.errors = [REFUSED[type(fact)]]
        return preview(version, kode, form)
    session, act, apel = current.session(), current.act(), as_apel(kode, form, hashed)
    try:
        recorded = record_apel(
            session,
            act,
            reaches=reaches(),
            circular_id=version.circular_id,
            shown=version.id,
            apel=apel,
            present=read_ticked(),
            today=current.today(),
        )
    except NobodyPresent:
        session.rollback()
        return show(version, kode, form, NOBODY)
    session.commit()
    told = f"{indonesian.number(recorded.added)} tanda tangan dicatat."
    if recorded.before:
        told += f" {indonesian.number(recorded.before)} orang sudah menandatangani sebelumnya dan tidak dicatat lagi."
    flash(told, "success" if recorded.added else "message")
    return redirect("/pakta", 303)


def as_apel(kode: str, form: ApelForm, hashed: str | None) -> Apel:
    return Apel(
        opd_kode=kode,
        held_on=chosen_day(form.tanggal),
        place=typed(form.tempat),
        witness_name=typed(form.saksi),
        witness_title=typed(form.jabatan_saksi),
        file_hash=hashed,
    )


def keep_scan(form: ApelForm) -> str | None:
    """Store the scanned sheet and return its hash; none where none was chosen. Raises PdfTooLarge, PdfUnreadable."""
    if not form.berkas.data:
        return None
    pdf = files.read_pdf(form.berkas.data.read(files.MOST_BYTES + 1))
    return files.keep_pdf(current.settings().document_dir, pdf)


@bp.get("/pakta/keberatan/<int:signature_id>")
@requires(Permission.MANAGE_CIRCULARS)
def objection(signature_id: int) -> ResponseReturnValue:
    return show_objection(signature_id, ReasonForm(formdata=None))


def show_objection(signature_id: int, form: ReasonForm) -> ResponseReturnValue:
    with reading_session() as reading:
        found, circular_id = get_objection(reading, instansi_id=current.instansi_id(), signature_id=signature_id)
        page = render_template(
            "pakta/keberatan.html",
            objection=found,
            circular_id=circular_id,
            form=form,
            own=found.signature.asn_id == current.actor().asn_id,
            recorded=found.signing.recorded_by == current.actor().user_id,
        )
    return page, 422 if form.errors else 200


@bp.post("/pakta/keberatan/<int:signature_id>")
@requires(Permission.MANAGE_CIRCULARS)
def decide_objection(signature_id: int) -> ResponseReturnValue:
    """Accept an objection, which annuls the signature, or decline it; the person reads the reason."""
    form, session, accepted = ReasonForm(), current.session(), "terima" in request.form
    with reading_session() as reading:
        _, circular_id = get_objection(reading, instansi_id=current.instansi_id(), signature_id=signature_id)
    if not form.validate():
        return show_objection(signature_id, form)
    try:
        decide(session, current.act(), signature_id=signature_id, accepted=accepted, reason=typed(form.alasan))
    except ObjectionDecided:
        session.rollback()
        flash("Keberatan ini sudah diputuskan. Tidak ada yang berubah.")
    else:
        session.commit()
        flash("Keberatan diterima; tanda tangannya dibatalkan." if accepted else "Keberatan ditolak.", "success")
    return redirect(f"/edaran/{circular_id}/kelola", 303)
