"""Settings of an instansi: /instansi; and its emblem, which everybody may see: /lambang/<sidik>.png."""

from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, send_file
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField, FileRequired
from wtforms import Field, SelectField, StringField
from wtforms.validators import Optional, Regexp, ValidationError

from netral.accounts.access import Permission
from netral.errors import NetralError, NotFound
from netral.extensions import reading_session
from netral.folding import fold_signs
from netral.learning.periods.reading import list_periods
from netral.organisation import emblems
from netral.organisation.instansi import Profile, ZoneFixed, change_emblem, change_profile, read_profile
from netral.roster.reading import EMAIL
from netral.versions import Outdated, version_of
from netral.web.edge import current
from netral.web.edge.access import public, requires
from netral.web.edge.forms import (
    Form,
    SelectChoice,
    at_most,
    check_printable,
    folding,
    sent_version,
    show_stored,
    tell_saved,
    typed,
)

bp = Blueprint("instansi", __name__)
manager = requires(Permission.MANAGE_INSTANSI)
A_YEAR = 365 * 24 * 3600

ZONES = {
    "Asia/Jakarta": "WIB (Waktu Indonesia Barat)",
    "Asia/Makassar": "WITA (Waktu Indonesia Tengah)",
    "Asia/Jayapura": "WIT (Waktu Indonesia Timur)",
}
# Field of the form -> column.
FIELDS = {
    "nama": "nama",
    "zona": "zona",
    "kontak": "contact_name",
    "telepon": "contact_phone",
    "surel": "contact_email",
    "jam": "contact_hours",
    "pejabat": "signatory_name",
    "jabatan": "signatory_title",
    "siasn": "siasn_id",
}
OUTDATED = "Pengaturan ini berubah setelah halaman Anda dibuka, jadi isian Anda belum disimpan"
EMBLEM_OUTDATED = (
    "Lambang berubah setelah halaman Anda dibuka. Yang tersimpan sekarang tampak di atas. "
    "Unggah lagi bila tetap ingin menggantinya"
)
EMBLEM_STAYS = (
    "Lambang berubah setelah halaman Anda dibuka, jadi lambang tidak dihapus. Yang tersimpan sekarang "
    "tampak di bawah. Hapus lagi bila tetap ingin menghapusnya"
)
ZONE_FIXED = "Zona waktu tidak dapat diubah setelah ada periode, karena tenggatnya akan bergeser"
REFUSED: dict[type[NetralError], str] = {
    emblems.EmblemUnreadable: "Berkas ini bukan gambar PNG atau JPEG yang utuh. Simpan ulang, lalu unggah lagi",
    emblems.EmblemTooLarge: "Gambar paling besar 2 MB dan 16 juta piksel. Perkecil gambarnya, lalu unggah lagi",
    emblems.EmblemTooSmall: "Sisi gambar paling sedikit 64 piksel. Unggah gambar yang lebih besar",
    emblems.EmblemTooNarrow: "Sisi panjang gambar lebih dari enam kali sisi pendeknya. Potong gambar, lalu unggah lagi",
}


PHONE = Regexp(r"[0-9+() .,/-]+$", message="Tulis nomor telepon dengan angka, misalnya 0411 555 0101")
MAIL = Regexp(rf"{EMAIL.pattern}$", message="Tulis surel seperti nama@contohkab.go.id")


SIASN_ID = Regexp(r"[0-9A-F]{32}$", message="ID instansi SIASN terdiri dari 32 angka dan huruf A sampai F")


def fold_hex(text: str) -> str:
    """Fold a number as SIASN shows it: with hyphens or blanks, in either case."""
    return "".join(fold_signs(text).replace("-", "").split()).upper()


def text_field(label: str, length: int, *checks: Any) -> StringField:
    return StringField(label, validators=[*checks, at_most(length, label)])


class ProfileForm(Form):
    nama = text_field("Nama instansi", 200)
    zona = SelectField("Zona waktu")
    kontak = text_field("Nama unit yang dapat dihubungi", 200)
    telepon = text_field("Telepon atau WhatsApp", 60, Optional(), PHONE)
    surel = text_field("Surel", 200, Optional(), MAIL)
    jam = text_field("Jam layanan", 200)
    pejabat = text_field("Nama pejabat penerbit", 100)
    jabatan = text_field("Jabatan pejabat penerbit", 200)
    siasn = StringField("ID instansi di SIASN", filters=[folding(fold_hex)], validators=[Optional(), SIASN_ID])

    def validate_nama(self, field: Field) -> None:
        if not typed(field):
            raise ValidationError("Isi nama instansi")
        check_printable(field)

    def validate_kontak(self, field: Field) -> None:
        check_printable(field)

    def validate_pejabat(self, field: Field) -> None:
        check_printable(field)
        if typed(self.jabatan) and not typed(field):
            raise ValidationError("Isi nama pejabat, atau kosongkan jabatannya")

    def validate_jabatan(self, field: Field) -> None:
        check_printable(field)


class EmblemForm(Form):
    berkas = FileField("Gambar lambang", validators=[FileRequired("Pilih gambar PNG atau JPEG")])


@bp.get("/instansi")
@manager
def overview() -> ResponseReturnValue:
    return show()


@bp.post("/instansi")
@manager
def change() -> ResponseReturnValue:
    form = make_form()
    if not form.validate():
        return show(form)
    try:
        changed = change_profile(
            current.session(),
            instansi_id=instansi_id(),
            profile=Profile(**{column: typed(form[name]) for name, column in FIELDS.items()}),
            zone_is_fixed=has_periods(),
            now=current.now(),
            by=current.actor().user_id,
            version=sent_version(),
        )
    except ZoneFixed:
        current.session().rollback()
        form.zona.errors = [ZONE_FIXED]
        return show(form)
    except Outdated:
        current.session().rollback()
        return show(form, outdated=OUTDATED)
    current.session().commit()
    tell_saved("Pengaturan instansi tersimpan.", changed=bool(changed))
    return redirect("/instansi", 303)


@bp.post("/instansi/lambang")
@manager
def upload() -> ResponseReturnValue:
    """Keep an emblem. The picture is decoded before the write begins."""
    form = EmblemForm()
    if not form.validate():
        return show(emblem_form=form)
    try:
        picture = emblems.read_emblem(form.berkas.data.read(emblems.MOST_BYTES + 1))
    except tuple(REFUSED) as fact:
        form.berkas.errors = [REFUSED[type(fact)]]
        return show(emblem_form=form)
    try:
        return set_emblem(emblems.keep_emblem(current.session(), picture, now=current.now()), "Lambang tersimpan.")
    except Outdated:
        current.session().rollback()
        form.berkas.errors = [EMBLEM_OUTDATED]
        return show(emblem_form=form, outdated=OUTDATED)


@bp.post("/instansi/lambang/hapus")
@manager
def remove() -> ResponseReturnValue:
    try:
        return set_emblem(None, "Lambang dihapus. Sertifikat yang sudah terbit tidak berubah.")
    except Outdated:
        current.session().rollback()
        return show(outdated=EMBLEM_STAYS)


@bp.get("/lambang/<sidik>.png")
@public
def picture(sidik: str) -> ResponseReturnValue:
    """Send an emblem. Its address changes with the picture, so browsers may keep it."""
    with reading_session() as reading:
        content = emblems.find_emblem(reading, sidik)
    if content is None:
        raise NotFound("lambang", sidik)
    response = send_file(BytesIO(content), "image/png")
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response


def set_emblem(hashed: str | None, told: str) -> ResponseReturnValue:
    """Set the emblem or remove it. Raises Outdated."""
    session = current.session()
    change_emblem(
        session,
        instansi_id=instansi_id(),
        emblem=hashed,
        now=current.now(),
        by=current.actor().user_id,
        version=sent_version(),
    )
    session.commit()
    flash(told, "success")
    return redirect("/instansi", 303)


def make_form(profile: Profile | None = None) -> ProfileForm:
    """Return the form, filled from `profile` or, if that is None, from the sent values.

    A zone other than the three, set on the command line, stays a choice.
    """
    with reading_session() as reading:
        stored, _ = read_profile(reading, instansi_id=instansi_id())
    form = ProfileForm(data=fill(profile) if profile else None)
    form.zona.choices = [SelectChoice(zona, words) for zona, words in ({stored.zona: stored.zona} | ZONES).items()]
    return form


def show(
    form: ProfileForm | None = None, emblem_form: EmblemForm | None = None, *, outdated: str = ""
) -> ResponseReturnValue:
    """Show the settings, with the form that was sent and has to be corrected, if any.

    `outdated`: the message for a person who saved an old page.
    """
    with reading_session() as reading:
        profile, emblem = read_profile(reading, instansi_id=instansi_id())
    if form and outdated:
        show_stored(form, fill(profile))
    page = render_template(
        "instansi/pengaturan.html",
        settings=form or make_form(profile),
        upload=emblem_form or EmblemForm(formdata=None),
        form=form or emblem_form,
        version=profile.version,
        emblem=emblem,
        emblem_version=version_of(emblem),
        problems=[{"text": outdated}] if outdated and not emblem_form else None,
        zone_is_fixed=has_periods(),
    )
    return page, 409 if outdated else 422 if form or emblem_form else 200


def fill(profile: Profile) -> dict[str, str]:
    return {name: getattr(profile, column) for name, column in FIELDS.items()}


def has_periods() -> bool:
    with reading_session() as reading:
        return bool(list_periods(reading, instansi_id=instansi_id()))


def instansi_id() -> int:
    return current.actor().reach(Permission.MANAGE_INSTANSI).instansi_id
