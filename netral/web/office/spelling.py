"""/koreksi/ejaan/<asn_id>: BKPSDM gives the spelling, in Latin letters, of a name that a certificate cannot print."""

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from wtforms import StringField

from netral.accounts.access import Permission
from netral.certificates.issue.withheld import Withheld, issue_withheld, list_withheld, read_name
from netral.corrections import deciding
from netral.corrections.claims import CorrectedField, read_claim
from netral.corrections.deciding import AskedAlready
from netral.errors import NotFound
from netral.extensions import reading_session
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.forms import at_most, required, typed
from netral.web.edge.proving import ConfirmedForm
from netral.web.office.corrections import decider
from netral.words.corrections import CLAIM_WORDS

bp = Blueprint("spelling", __name__)

NOTE = "Ejaan huruf Latin, supaya sertifikat dapat dicetak."
ASKED_ALREADY = "Pegawai ini sudah mengajukan perbaikan namanya. Putuskan permintaan itu."


class SpellingForm(ConfirmedForm):
    nama = StringField("Nama dengan huruf Latin", validators=[required("Tulis namanya"), at_most(100, "Nama")])


@bp.route("/koreksi/ejaan/<int:asn_id>", methods=["GET", "POST"])
@requires(Permission.DECIDE_CORRECTIONS)
def spell(asn_id: int) -> ResponseReturnValue:
    form = SpellingForm()
    try:
        return ask(form, find(asn_id))
    except NotFound:
        if not form.is_submitted():
            raise
        current.session().rollback()
        return tell_spelled(asn_id, typed(form.nama))


def ask(form: SpellingForm, person: Withheld) -> ResponseReturnValue:
    if form.validate_on_submit():
        try:
            return decide(form, person)
        except AskedAlready as fact:
            current.session().rollback()
            flash(ASKED_ALREADY, "warning")
            return redirect(f"/koreksi/{fact.args[0]}", 303)
        except tuple(CLAIM_WORDS) as fact:
            current.session().rollback()
            form.nama.errors = [CLAIM_WORDS[type(fact)].format(*fact.args)]
    return render_template("koreksi/ejaan.html", form=form, person=person), 422 if form.errors else 200


def decide(form: SpellingForm, person: Withheld) -> ResponseReturnValue:
    nama = read_claim(CorrectedField.NAMA, typed(form.nama), today=current.now().astimezone(current.zona()).date())
    who, signer = decider(Permission.DECIDE_CORRECTIONS), current.signer()
    accepted = deciding.spell(current.session(), who, signer, asn_id=person.asn_id, nama=nama, note=NOTE)
    current.session().commit()
    flash(f"Nama diperbarui ({nama}). Sertifikat terbit: {', '.join(accepted.issued)}.", "success")
    return redirect("/koreksi", 303)


def tell_spelled(asn_id: int, written: str) -> ResponseReturnValue:
    """Give a person a spelling. The first of two officers counts; the second is shown both names. Raises NotFound."""
    with reading_session() as reading:
        nama = read_name(reading, instansi_id=current.instansi_id(), asn_id=asn_id)
    flash(f'Nama ini sudah ditulis setelah halaman Anda dibuka: "{nama}". Yang Anda tulis tidak disimpan: "{written}"')
    return redirect("/koreksi", 303)


def find(asn_id: int) -> Withheld:
    """Find a person of the officer's instansi whose certificate waits; raises NotFound for anybody else."""
    with reading_session() as reading:
        waiting = list_withheld(reading, instansi_id=current.instansi_id(), asn_id=asn_id)
    if not waiting:
        raise NotFound("ejaan", asn_id)
    return waiting[0]


def issue_waiting() -> None:
    """Issue the certificates that only waited for names just written, in the same transaction."""
    issued = issue_withheld(current.session(), current.act(), current.signer())
    if issued:
        flash(f"{len(issued)} sertifikat yang menunggu ejaan nama sekarang terbit.", "success")
