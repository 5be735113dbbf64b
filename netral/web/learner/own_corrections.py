"""Data saya keliru at /profil/koreksi: asking for corrections of one's own data, and their states."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired

from netral.accounts.access import Permission
from netral.accounts.users import describe_person
from netral.corrections import asking
from netral.corrections.asking import TooManyCorrections
from netral.corrections.claims import CorrectedField, read_claim
from netral.corrections.listing import list_own
from netral.errors import NetralError
from netral.extensions import reading_session
from netral.folding import clean
from netral.indonesian import within_sentence
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.forms import Form, SelectChoice, at_most, typed
from netral.web.learner.learner import asn_id
from netral.words.corrections import CLAIM_WORDS, FIELD_WORDS, STATE_WORDS, STEP_WORDS

bp = Blueprint("own_corrections", __name__)

SAID: dict[type[NetralError], str] = CLAIM_WORDS | {
    TooManyCorrections: "Hari ini Anda sudah mengajukan sepuluh perbaikan. Lanjutkan besok",
}


class CorrectionForm(Form):
    isian: Any = RadioField(
        "Yang keliru",
        choices=[SelectChoice(field.value, words) for field, words in FIELD_WORDS.items()],
        validators=[InputRequired("Pilih isian yang keliru")],
    )
    benar = StringField("Yang benar", validators=[at_most(200, "Isi yang benar")])
    keterangan = TextAreaField("Keterangan", validators=[at_most(500, "Keterangan")])


@bp.get("/profil/koreksi")
@requires(Permission.LEARN)
def overview() -> ResponseReturnValue:
    return show()


@bp.post("/profil/koreksi")
@requires(Permission.LEARN)
def ask() -> ResponseReturnValue:
    """Ask for a correction; a form that is sent twice finds the first one."""
    form, session = CorrectionForm(), current.session()
    if not form.validate():
        return show(form)
    field = CorrectedField(form.isian.data)
    try:
        proposed = read_claim(field, typed(form.benar), today=current.now().astimezone(current.zona()).date())
        note = clean(typed(form.keterangan))
        asked = asking.ask(session, current.act(), asn_id=asn_id(), field=field, proposed=proposed, note=note)
    except tuple(SAID) as fact:
        session.rollback()
        form.benar.errors = [SAID[type(fact)].format(*fact.args)]
        return show(form)
    session.commit()
    if asked.new:
        flash("Permintaan perbaikan terkirim kepada operator OPD Anda.", "success")
    else:
        flash(f"Permintaan perbaikan {within_sentence(FIELD_WORDS[field])} sudah ada dan sedang diproses.")
    return redirect("/profil/koreksi", 303)


@bp.post("/profil/koreksi/<int:correction_id>/tarik")
@requires(Permission.LEARN)
def withdraw(correction_id: int) -> ResponseReturnValue:
    session = current.session()
    asking.withdraw(session, current.act(), correction_id=correction_id, asn_id=asn_id())
    session.commit()
    flash("Permintaan perbaikan ditarik kembali.")
    return redirect("/profil/koreksi", 303)


def show(form: CorrectionForm | None = None) -> ResponseReturnValue:
    """Show the page, read on a separate connection: a refused form must not leave a write transaction open."""
    with reading_session() as reading:
        person = describe_person(reading, user_id=current.actor().user_id)
        corrections = list_own(reading, asn_id=asn_id())
    page = render_template(
        "koreksi/milik.html",
        form=form or CorrectionForm(formdata=None),
        person=person,
        corrections=corrections,
        fields=FIELD_WORDS,
        states=STATE_WORDS,
        steps=STEP_WORDS,
    )
    return page, 422 if form else 200
