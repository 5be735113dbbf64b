"""/pegawai/tambah: BKPSDM enters the one new person who comes between two imports."""

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, Field, SelectField, StringField
from wtforms.validators import ValidationError

from netral.accounts.access import Permission
from netral.accounts.directory import list_units
from netral.extensions import reading_session
from netral.folding import find_forbidden
from netral.organisation.kinds import AsnKind
from netral.organisation.numbers import fold_login, strip_nip
from netral.roster.joining import (
    Joined,
    Namesake,
    Newcomer,
    NewcomerHasNik,
    NewcomerNipFaulty,
    NewcomerNumberMissing,
    PersonAlike,
    PersonKnown,
    add_person,
)
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.forms import Form, SelectChoice, at_most, check_printable, folding, required, typed
from netral.web.office.person import offer_units

bp = Blueprint("newcomer", __name__)

KIND_WORDS = {
    AsnKind.PNS: "PNS atau CPNS",
    AsnKind.PPPK: "PPPK",
    AsnKind.PPPK_PW: "PPPK paruh waktu",
    AsnKind.PPNPN: "PPNPN",
}
NIP_FAULTY = "NIP terdiri dari 18 angka: delapan angka pertama tanggal lahir, angka ke-15 adalah 1 atau 2"
NUMBER_MISSING = "Isi NIP. Hanya PPNPN yang tidak mempunyainya, dan bagi mereka isi nomor pesertanya"
WITH_NIK = "Isi ini memuat 16 angka seperti NIK, yang tidak disimpan di sini. Isi NIP atau nomor peserta"


class NewcomerForm(Form):
    nama = StringField("Nama dengan gelar", validators=[required("Isi namanya"), at_most(100, "Nama")])
    nip = StringField("NIP", filters=[folding(strip_nip)], validators=[at_most(30, "NIP")])
    peserta = StringField("Nomor peserta", validators=[at_most(40, "Nomor peserta")])
    jenis = SelectField("Jenis", choices=[SelectChoice(kind.value, words) for kind, words in KIND_WORDS.items()])
    golongan = StringField("Golongan", validators=[at_most(20, "Golongan")])
    jabatan = StringField("Jabatan", validators=[at_most(200, "Jabatan")])
    unit = SelectField("Unit kerja", choices=[], validators=[required("Pilih unit kerjanya")])
    orang_lain = BooleanField("Sudah saya periksa: ini orang lain")

    def validate_nama(self, field: Field) -> None:
        check_printable(field)
        if not any(sign.isalpha() for sign in typed(field)):
            raise ValidationError("Nama harus memuat huruf")

    def validate_peserta(self, field: Field) -> None:
        if find_forbidden(typed(field)):
            raise ValidationError("Nomor peserta memuat tanda yang tidak dapat dipakai. Ketik ulang")

    def read(self) -> Newcomer:
        """Return the person, once the form has validated."""
        return Newcomer(
            nama=typed(self.nama),
            nip=typed(self.nip),
            number=fold_login(typed(self.peserta)) if not typed(self.nip) else "",
            jenis=AsnKind(self.jenis.data),
            golongan=typed(self.golongan),
            jabatan=typed(self.jabatan),
            opd_kode=self.unit.data,
        )


@bp.route("/pegawai/tambah", methods=["GET", "POST"])
@requires(Permission.MANAGE_ROSTER)
def add() -> ResponseReturnValue:
    form, namesakes = NewcomerForm(), tuple[Namesake, ...]()
    with reading_session() as reading:
        units = list_units(reading, reaches=current.actor().reaches(Permission.MANAGE_ROSTER))
    form.unit.choices = offer_units(units)
    if form.validate_on_submit():
        try:
            return tell_added(add_person(current.session(), current.act(), form.read(), confirmed=form.orang_lain.data))
        except NewcomerNipFaulty:
            form.nip.errors = [NIP_FAULTY]
        except NewcomerHasNik:
            form.nip.errors = [WITH_NIK]
        except NewcomerNumberMissing:
            form.nip.errors = [NUMBER_MISSING]
        except PersonKnown as fact:
            namesakes = fact.args
            form.nip.errors = ["Nomor ini sudah dipakai pegawai yang disebut di bawah. Bukalah halamannya"]
        except PersonAlike as fact:
            namesakes = fact.args[0]
            form.orang_lain.errors = ["Ada pegawai bernama sama, disebut di bawah. Periksa apakah ini orang lain"]
        current.session().rollback()
    page = render_template("pegawai/tambah.html", form=form, namesakes=namesakes)
    return page, 422 if form.errors else 200


def tell_added(joined: Joined) -> ResponseReturnValue:
    current.session().commit()
    periods = sum(1 for each in joined.followed if each.joined)
    told = f" Ia menjadi peserta {periods} periode yang belum ditutup." if periods else ""
    flash(f"Pegawai ditambahkan dan sudah punya akun.{told} Buat kodenya agar ia dapat masuk.", "success")
    return redirect(f"/pegawai/{joined.asn_id}", 303)
