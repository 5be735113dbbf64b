"""The issuer's name and the numbers of certificates: /instansi/penerbit."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import Field, StringField

from netral.accounts.access import Permission
from netral.certificates.issue.numbering import (
    LENGTHS,
    Letterhead,
    NumberRepeats,
    change_letterhead,
    next_sequence,
    read_letterhead,
)
from netral.certificates.proof.numbers import NumberUnusable
from netral.extensions import reading_session
from netral.versions import Outdated
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.forms import Form, at_most, check_printable, required, sent_version, show_stored, tell_saved, typed
from netral.words.facts import WORDING

bp = Blueprint("letterhead", __name__)
manager = requires(Permission.MANAGE_INSTANSI)

# Field of the form -> column.
FIELDS = {
    "penerbit": "issuer_name",
    "singkatan": "issuer_short",
    "templat": "number_template",
    "klasifikasi": "classification",
}
OUTDATED = "Pengaturan ini berubah setelah halaman Anda dibuka, jadi isian Anda belum disimpan"


def text_field(label: str, column: str, missing: str = "") -> StringField:
    checks = [required(missing)] if missing else []
    return StringField(label, validators=[*checks, at_most(LENGTHS[column], label)])


class LetterheadForm(Form):
    penerbit = text_field("Nama lengkap penerbit", "issuer_name")
    singkatan = text_field("Singkatan penerbit", "issuer_short", "Isi singkatan penerbit")
    templat = text_field("Templat nomor", "number_template", "Isi templat nomor")
    klasifikasi = text_field("Kode klasifikasi", "classification")

    def validate_penerbit(self, field: Field) -> None:
        check_printable(field)

    def validate_singkatan(self, field: Field) -> None:
        check_printable(field)

    @property
    def letterhead(self) -> Letterhead:
        return Letterhead(**{column: typed(self[name]) for name, column in FIELDS.items()})


@bp.get("/instansi/penerbit")
@manager
def overview() -> ResponseReturnValue:
    return show()


@bp.post("/instansi/penerbit")
@manager
def change() -> ResponseReturnValue:
    """Change the letterhead, or only show the number that the next certificate would get."""
    form, session = LetterheadForm(), current.session()
    if not form.validate():
        return show(form), 422
    try:
        changed = change_letterhead(session, current.act(), form.letterhead, version=sent_version())
    except (NumberUnusable, NumberRepeats) as fact:
        session.rollback()
        form.templat.errors = [WORDING[type(fact)][2].format(*fact.args).rstrip(".")]
        return show(form), 422
    except Outdated:
        session.rollback()
        show_stored(form, fill(read_stored()))
        return show(form, outdated=OUTDATED), 409
    if request.form.get("aksi") == "lihat":
        session.rollback()
        return show(form, example=write_next(form.letterhead))
    session.commit()
    tell_saved("Penerbit dan nomor sertifikat tersimpan.", changed=bool(changed))
    return redirect("/instansi/penerbit", 303)


def show(form: LetterheadForm | None = None, *, example: str = "", outdated: str = "") -> str:
    """Show the page, with the form that was sent, if any.

    `example`: the next number, if what was sent were saved. `outdated`: the message for a person with an old page.
    """
    stored = read_stored()
    return render_template(
        "instansi/penerbit.html",
        settings=form or LetterheadForm(formdata=None, data=fill(stored)),
        form=form if form and form.errors else None,
        version=stored.version,
        stored=stored,
        instansi=current.instansi_name(),
        number=write_next(stored),
        example=example,
        problems=[{"text": outdated}] if outdated else None,
    )


def fill(stored: Letterhead) -> dict[str, str]:
    return {name: getattr(stored, column) for name, column in FIELDS.items()}


def read_stored() -> Letterhead:
    with reading_session() as reading:
        return read_letterhead(reading, instansi_id=instansi_id())


def write_next(letterhead: Letterhead) -> str:
    """Return the number of the next certificate, if it were issued today by this letterhead."""
    with reading_session() as reading:
        following = next_sequence(reading, instansi_id=instansi_id())
    today = current.today()
    return letterhead.numbering.write(following, month=today.month, year=today.year)


def instansi_id() -> int:
    return current.actor().reach(Permission.MANAGE_INSTANSI).instansi_id
