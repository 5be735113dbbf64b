"""The form that opens a period: what is typed becomes a plan, and what stops the plan stands beside its field."""

from collections.abc import Callable, Mapping
from typing import Any

from wtforms import BooleanField, Field, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import ValidationError

from netral.errors import NetralError
from netral.folding import fold_signs
from netral.indonesian import day, within_sentence
from netral.learning.periods import opening
from netral.learning.periods.opening import PeriodKind, PeriodPlan
from netral.quiz.blueprint import BadQuota, Blueprint, format_quotas, parse_quotas
from netral.quiz.drawing import PoolTooSmall, Shortage
from netral.quiz.questions import Indicator
from netral.web.edge.fields import DayField, NumberField, chosen_day
from netral.web.edge.forms import Form, at_most, check_printable, folding, required, typed
from netral.words.questions import INDICATORS

KIND_WORDS = {
    PeriodKind.PEMILU: "Pemilu",
    PeriodKind.PILKADA: "Pilkada",
    PeriodKind.PILKADES: "Pilkades",
    PeriodKind.DI_LUAR: "Di luar tahapan",
}
SECONDS = 60
# The address of the form itself.
RESERVED = "buka"


def number_field(label: str, *, must: bool = True) -> NumberField:
    message = f"Isi {within_sentence(label.split(' (', maxsplit=1)[0])} dengan bilangan bulat"
    return NumberField(label, message if must else "", unreadable=message)


class PeriodForm(Form):
    kode = StringField(
        "Kode", filters=[folding(fold_signs)], validators=[required("Isi kode periode"), at_most(32, "Kode")]
    )
    nama = StringField("Nama", validators=[required("Isi nama periode"), at_most(200, "Nama")])
    jenis = SelectField("Jenis", choices=[SelectChoice(kind.value, text) for kind, text in KIND_WORDS.items()])
    mulai = DayField("Mulai", "Isi hari pertama periode")
    tenggat = DayField("Tenggat", "Isi tenggat")
    tutup = DayField("Tutup", "Isi hari terakhir ujian dapat dikerjakan")
    berlaku_sampai = DayField("Sertifikat berlaku sampai")
    lulus = number_field("Batas lulus (persen)")
    kesempatan = number_field("Kesempatan ujian")
    jeda = number_field("Jeda antarpercobaan (menit)")
    batas = number_field("Batas waktu ujian (menit)", must=False)
    kuota = StringField("Soal per indikator", validators=[required("Isi kuota soal"), at_most(200, "Kuota soal")])
    modul_dulu = BooleanField("Ujian terbuka setelah semua modul dibaca")
    cetak_nilai = BooleanField("Nilai dicetak pada sertifikat")

    def validate_kode(self, field: Field) -> None:
        if typed(field).strip() == RESERVED:
            raise ValidationError(f"Kode {RESERVED} dipakai untuk alamat halaman ini. Pilih kode lain")

    def validate_nama(self, field: Field) -> None:
        check_printable(field)

    def validate_kuota(self, field: Field) -> None:
        try:
            parse_quotas(typed(field))
        except BadQuota as fact:
            known = ", ".join(Indicator)
            raise ValidationError(f"{fact.text} tidak terbaca. Indikator yang dikenal: {known}") from fact


def propose(blueprint: Blueprint) -> dict[str, Any]:
    """What the newest edition proposes, as the form shows it."""
    limit = blueprint.limit_seconds
    return {
        "jenis": PeriodKind.PILKADA.value,
        "lulus": blueprint.pass_percent,
        "kesempatan": blueprint.attempts,
        "jeda": blueprint.pause_minutes,
        "batas": -(-limit // SECONDS) if limit else None,
        "kuota": format_quotas(blueprint.quotas),
        "modul_dulu": blueprint.modules_first,
        "cetak_nilai": blueprint.score_printed,
    }


def as_plan(form: PeriodForm) -> PeriodPlan:
    """Of a form that has validated."""
    return PeriodPlan(
        kode=typed(form.kode).strip(),
        nama=typed(form.nama).strip(),
        jenis=PeriodKind(form.jenis.data),
        first_day=chosen_day(form.mulai),
        due_day=chosen_day(form.tenggat),
        last_day=chosen_day(form.tutup),
        valid_until=form.berlaku_sampai.data,
        pass_percent=form.lulus.data,
        attempts=form.kesempatan.data,
        pause_minutes=form.jeda.data,
        limit_seconds=SECONDS * (form.batas.data or 0),
        quotas=parse_quotas(typed(form.kuota)),
        modules_first=bool(form.modul_dulu.data),
        score_printed=bool(form.cetak_nilai.data),
    )


REVERSED = {
    "due_day": ("tenggat", "Tenggat harus pada atau setelah tanggal mulai"),
    "last_day": ("tutup", "Tanggal tutup harus pada atau setelah tenggat"),
    "valid_until": ("berlaku_sampai", "Sertifikat harus berlaku setidaknya sampai tanggal tutup"),
}
SETTING_FIELDS = {
    "pass_percent": ("lulus", 1),
    "attempts": ("kesempatan", 1),
    "pause_minutes": ("jeda", 1),
    "limit_seconds": ("batas", SECONDS),
    "size": ("kuota", 1),
}
Explained = tuple[str | None, str]


def explain_setting(fact: NetralError) -> Explained:
    name, _, lowest, highest = fact.args
    field, unit = SETTING_FIELDS.get(name, (None, 1))
    what = "Jumlah soal" if name == "size" else "Isian ini"
    return field, f"{what} harus {lowest // unit} sampai {highest // unit}"


def explain_pool(fact: NetralError) -> Explained:
    return "kuota", "Bank soal tidak cukup. " + "; ".join(map(explain_shortage, fact.args))


def explain_shortage(short: Shortage) -> str:
    name = INDICATORS[short.indicator] if short.indicator else "Soal yang menunjukkan hal boleh atau tergantung"
    whose = f" bagi {short.audience.value}" if short.audience else ""
    return f"{name}{whose}: perlu {short.needed}, tersedia {short.available}"


MALFORMED = "Pakai 1 sampai 32 huruf, angka, titik, garis bawah, atau tanda hubung"
NO_EDITION = "Belum ada edisi yang terbit. Penyunting menerbitkan isi dahulu"
NO_ASN = "Belum ada pegawai aktif. Impor data pegawai dahulu"
EXPLAINED: Mapping[type[NetralError], Callable[[NetralError], Explained]] = {
    opening.KodeMalformed: lambda _: ("kode", MALFORMED),
    opening.KodeTaken: lambda fact: ("kode", f"Sudah ada periode dengan kode {fact.args[0]}. Pilih kode lain"),
    opening.DatesReversed: lambda fact: REVERSED[fact.args[1]],
    opening.PeriodOver: lambda fact: ("tutup", f"Tanggal tutup {day(fact.args[0])} sudah lewat"),
    opening.SettingOutOfRange: explain_setting,
    opening.NoEdition: lambda _: (None, NO_EDITION),
    opening.NoAsn: lambda _: (None, NO_ASN),
    PoolTooSmall: explain_pool,
}


def show_fact(form: PeriodForm, fact: NetralError) -> None:
    """Beside the field that it is about, else above the form."""
    name, text = EXPLAINED[type(fact)](fact)
    if name is None:
        form.form_errors.append(text)
    else:
        form[name].errors = [text]
