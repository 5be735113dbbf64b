"""The forms of periods: their fields, the plan that they show and are read as, what is wrong with it in words."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from flask import request
from wtforms import BooleanField, Field, SelectField, SelectMultipleField, StringField
from wtforms.validators import ValidationError

from netral.errors import NetralError
from netral.extensions import reading_session
from netral.folding import fold_signs
from netral.indonesian import day, number, within_sentence
from netral.learning.periods import diklat, opening
from netral.learning.periods.audience import Audience, UnitsUnknown, find_units, list_choices, name_units
from netral.learning.periods.diklat import KINDS, Hours
from netral.learning.periods.lifecycle import AudienceNarrowed, DayBackwards
from netral.learning.periods.opening import SIGN_DAYS, PeriodKind, PeriodPlan
from netral.organisation.kinds import AsnKind
from netral.quiz.blueprint import Blueprint as ExamBlueprint
from netral.quiz.blueprint import KeysShown
from netral.quiz.drawing import PoolTooSmall, Shortage
from netral.quiz.questions import Indicator
from netral.web.edge.forms import (
    DayField,
    Form,
    NumberField,
    SelectChoice,
    at_most,
    check_printable,
    chosen_day,
    folding,
    required,
    typed,
)
from netral.web.office.periods import instansi_id
from netral.words.periods import KEYS_WORDS, KIND_WORDS
from netral.words.questions import INDICATORS

SECONDS = 60
BUTTONS = frozenset({"csrf_token", "konfirmasi", "kembali", "draf"})
# The address of the form itself.
RESERVED = "buka"


def number_field(label: str, *, must: bool = True) -> NumberField:
    message = f"Isi {within_sentence(label.split(' (', maxsplit=1)[0])} dengan bilangan bulat"
    return NumberField(label, message if must else "", unreadable=message)


def quota_name(indicator: Indicator) -> str:
    return f"kuota_{indicator}"


def quota_field(indicator: Indicator) -> NumberField:
    name = INDICATORS[indicator]
    return NumberField(name, unreadable=f"Isi jumlah soal {within_sentence(name)} dengan bilangan bulat")


def kind_field() -> Field:
    choices = [SelectChoice("", "Belum ditetapkan")]
    choices += [SelectChoice(str(number), kind.name) for number, kind in KINDS.items()]
    return SelectField("Jenis diklat", choices=choices, default="")


class AudienceForm(Form):
    """The part of a form that chooses who takes part; nothing chosen is everybody."""

    opd = SelectMultipleField("Perangkat daerah", choices=[], validate_choice=False)
    unit = StringField("Unit lain (kode, dipisahkan koma)", validators=[at_most(1000, "Unit lain")])
    jenis_pegawai = SelectMultipleField(
        "Jenis pegawai", choices=[SelectChoice(kind.value, kind.value) for kind in AsnKind]
    )

    def find_audience(self) -> Audience:
        """Return the chosen audience. Raises UnitsUnknown."""
        typed_kode = [fold_signs(kode) for kode in typed(self.unit).split(",") if kode.strip()]
        with reading_session() as reading:
            units = find_units(reading, instansi_id=instansi_id(), kode=[*(self.opd.data or ()), *typed_kode])
        return Audience(units, tuple(AsnKind(kind) for kind in self.jenis_pegawai.data or ()))


class RulesForm(Form):
    """Name, days and rules of a period."""

    nama = StringField("Nama", validators=[required("Isi nama periode"), at_most(200, "Nama")])
    jenis = SelectField("Jenis", choices=[SelectChoice(kind.value, text) for kind, text in KIND_WORDS.items()])
    mulai = DayField("Mulai", "Isi hari pertama periode")
    tenggat = DayField("Tenggat", "Isi tenggat")
    tutup = DayField("Tutup", "Isi hari terakhir ujian dapat dikerjakan")
    hari_ikrar = number_field("Ikrar sesudah tutup (hari)", must=False)
    berlaku_sampai = DayField("Sertifikat berlaku sampai")
    lulus = number_field("Batas lulus (persen)")
    kesempatan = number_field("Kesempatan ujian")
    jeda = number_field("Jeda antarpercobaan (menit)")
    batas = number_field("Batas waktu ujian (menit)", must=False)
    kuota_karier = quota_field(Indicator.KARIER)
    kuota_partai = quota_field(Indicator.PARTAI)
    kuota_kampanye = quota_field(Indicator.KAMPANYE)
    kuota_layanan = quota_field(Indicator.LAYANAN)
    kuota_umum = quota_field(Indicator.UMUM)
    modul_dulu = BooleanField("Ujian terbuka setelah semua modul dibaca")
    tes_awal = BooleanField("Sebelum membaca, pegawai boleh mencoba tes awal (tidak wajib)")
    cetak_nilai = BooleanField("Nilai dicetak pada sertifikat")
    baca_ulang = BooleanField("Sebelum mengulang, halaman tentang soal yang belum sesuai dibaca lagi")
    kunci_tampil = SelectField(
        "Jawaban yang sesuai ditampilkan",
        choices=[SelectChoice(each.value, text) for each, text in KEYS_WORDS.items() if each is not KeysShown.HABIS],
    )

    def validate_nama(self, field: Field) -> None:
        check_printable(field)

    @property
    def quotas(self) -> dict[Indicator, int]:
        return {each: self[quota_name(each)].data for each in Indicator if self[quota_name(each)].data}

    @property
    def size(self) -> int:
        """Return the sum of the quotas that the page is drawn with."""
        return sum(self.quotas.values())


class DraftForm(RulesForm, AudienceForm):
    """The plan of a draft, whose kode stays."""

    jp = number_field("JP (jam pelajaran)", must=False)
    dasar_jp = StringField("Dasar JP", validators=[at_most(200, "Dasar JP")])
    jenis_diklat = kind_field()

    def validate_dasar_jp(self, field: Field) -> None:
        check_printable(field)


class PeriodForm(DraftForm):
    kode = StringField(
        "Kode", filters=[folding(fold_signs)], validators=[required("Isi kode periode"), at_most(32, "Kode")]
    )

    def validate_kode(self, field: Field) -> None:
        if typed(field).strip() == RESERVED:
            raise ValidationError(f"Kode {RESERVED} dipakai untuk alamat halaman ini. Pilih kode lain")


def propose(blueprint: ExamBlueprint) -> dict[str, Any]:
    """Return the values of the form that the newest edition proposes."""
    rules = {each.name: getattr(blueprint, each.name) for each in fields(ExamBlueprint)}
    return {"jenis": PeriodKind.PILKADA.value, "hari_ikrar": SIGN_DAYS, **fill_rules(rules)}


def fill_rules(rules: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the form that show these rules, named as in `PeriodPlan`."""
    limit, shown, quotas = rules["limit_seconds"], rules["keys_shown"], rules["quotas"] or {}
    return {
        "lulus": rules["pass_percent"],
        "kesempatan": rules["attempts"],
        "jeda": rules["pause_minutes"],
        "batas": -(-limit // SECONDS) if limit else None,
        **{quota_name(each): quotas.get(each, 0) for each in Indicator},
        "modul_dulu": rules["modules_first"],
        "cetak_nilai": rules["score_printed"],
        "baca_ulang": rules["relearn"],
        "kunci_tampil": shown.value if shown else None,
        "tes_awal": rules["pretest"],
    }


def fill_plan(plan: PeriodPlan) -> dict[str, Any]:
    """Return the values of the form that show a plan."""
    rules = {each.name: getattr(plan, each.name) for each in fields(plan)}
    return {
        "kode": plan.kode,
        "nama": plan.nama,
        "jenis": plan.jenis.value,
        "mulai": plan.first_day,
        "tenggat": plan.due_day,
        "tutup": plan.last_day,
        "hari_ikrar": plan.sign_days,
        "berlaku_sampai": plan.valid_until,
        **fill_audience(plan.audience),
        "jp": plan.jp,
        "dasar_jp": plan.jp_dasar,
        "jenis_diklat": str(plan.jenis_diklat or ""),
        **fill_rules(rules),
    }


def fill_audience(audience: Audience) -> dict[str, Any]:
    with reading_session() as reading:
        named = [kode for kode, _ in name_units(reading, audience, instansi_id=instansi_id())]
        offered = {kode for kode, _ in list_choices(reading, instansi_id=instansi_id())}
    return {
        "opd": [kode for kode in named if kode in offered],
        "unit": ", ".join(kode for kode in named if kode not in offered),
        "jenis_pegawai": [kind.value for kind in audience.kinds],
    }


def as_plan(form: RulesForm, *, kode: str, audience: Audience, hours: Hours) -> PeriodPlan:
    """Read the plan from a form that has validated."""
    days = form.hari_ikrar.data
    return PeriodPlan(
        kode=kode,
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
        quotas=form.quotas,
        modules_first=bool(form.modul_dulu.data),
        score_printed=bool(form.cetak_nilai.data),
        relearn=bool(form.baca_ulang.data),
        keys_shown=KeysShown(form.kunci_tampil.data),
        pretest=bool(form.tes_awal.data),
        audience=audience,
        sign_days=SIGN_DAYS if days is None else days,
        **asdict(hours),
    )


def read_hours(form: Form) -> Hours:
    """Read the three fields of a form that has validated."""
    kind = typed(form["jenis_diklat"])
    return Hours(form["jp"].data, typed(form["dasar_jp"]).strip(), int(kind) if kind else None)


def list_offers() -> dict[str, Any]:
    """Return what the forms of a period offer to choose."""
    with reading_session() as reading:
        units = list_choices(reading, instansi_id=instansi_id())
    return {"quotas": [quota_name(each) for each in Indicator], "units": units, "asn_kinds": list(AsnKind)}


def list_sent() -> list[tuple[str, str]]:
    """Return the fields of this form, which a confirmation sends again."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in BUTTONS]


JP_RANGE = f"JP {diklat.FEWEST_JP} sampai {diklat.MOST_JP}"
EXPLAINED_HOURS: Mapping[type[NetralError], Callable[[NetralError], tuple[str | None, str]]] = {
    diklat.JpOutOfRange: lambda fact: ("jp", f"{JP_RANGE}, bukan {fact.args[0]}"),
    diklat.JpWithoutBasis: lambda _: ("dasar_jp", "Isi dasar JP, misalnya nomor keputusan atau kurikulum"),
    diklat.BasisWithoutJp: lambda _: ("jp", "Isi JP, atau kosongkan dasarnya"),
}
REVERSED = {
    "due_day": ("tenggat", "Tenggat harus pada atau setelah tanggal mulai"),
    "last_day": ("tutup", "Tanggal tutup harus pada atau setelah tenggat"),
    "valid_until": ("berlaku_sampai", "Sertifikat harus berlaku setidaknya sampai tanggal tutup"),
}
# Setting -> its field, its name and the unit that people write it in, and how much of the setting is one of these.
SETTING_FIELDS = {
    "pass_percent": ("lulus", "Batas lulus", "persen", 1),
    "attempts": ("kesempatan", "Kesempatan ujian", "kali", 1),
    "pause_minutes": ("jeda", "Jeda antarpercobaan", "menit", 1),
    "limit_seconds": ("batas", "Batas waktu ujian", "menit", SECONDS),
    "size": (quota_name(Indicator.KARIER), "Jumlah soal", "soal", 1),
    "sign_days": ("hari_ikrar", "Ikrar sesudah tutup", "hari", 1),
}
Explained = tuple[str | None, str]


def explain_setting(fact: NetralError) -> Explained:
    name, _, lowest, highest = fact.args
    field, what, unit, each = SETTING_FIELDS[name]
    return field, f"{what} harus {number(lowest // each)} sampai {number(highest // each)} {unit}"


def explain_backwards(which: str, present: date) -> Explained:
    field, what = BACKWARDS[which]
    return field, f"{what} hanya dapat diundur: pilih {day(present)} atau sesudahnya"


def explain_pool(fact: NetralError) -> Explained:
    about = next((short.indicator for short in fact.args if short.indicator), Indicator.KARIER)
    return quota_name(about), "Bank soal tidak cukup. " + "; ".join(map(explain_shortage, fact.args))


def explain_shortage(short: Shortage) -> str:
    name = INDICATORS[short.indicator] if short.indicator else "Soal yang menunjukkan hal boleh atau tergantung"
    whose = f" bagi {short.audience.value}" if short.audience else ""
    return f"{name}{whose}: perlu {short.needed}, tersedia {short.available}"


MALFORMED = "Pakai 1 sampai 32 huruf, angka, titik, garis bawah, atau tanda hubung, bukan tanda saja"
NO_EDITION = "Belum ada edisi yang terbit. Penyunting menerbitkan isi dahulu"
NO_ASN = "Belum ada pegawai aktif. Impor data pegawai dahulu"
NOBODY = "Tidak ada pegawai aktif pada unit dan jenis yang dipilih"
BACKWARDS = {
    "due_day": ("tenggat", "Tenggat"),
    "last_day": ("tutup", "Tanggal tutup"),
    "valid_until": ("berlaku_sampai", "Masa berlaku sertifikat"),
}
EXPLAINED: Mapping[type[NetralError], Callable[[NetralError], Explained]] = {
    opening.KodeMalformed: lambda _: ("kode", MALFORMED),
    opening.KodeTaken: lambda fact: ("kode", f"Sudah ada periode dengan kode {fact.args[0]}. Pilih kode lain"),
    opening.DatesReversed: lambda fact: REVERSED[fact.args[1]],
    opening.PeriodOver: lambda fact: ("tutup", f"Tanggal tutup {day(fact.args[0])} sudah lewat"),
    opening.SettingOutOfRange: explain_setting,
    opening.NoEdition: lambda _: (None, NO_EDITION),
    opening.NoAsn: lambda _: (None, NO_ASN),
    opening.AudienceEmpty: lambda _: (None, NOBODY),
    PoolTooSmall: explain_pool,
    UnitsUnknown: lambda fact: ("unit", f"Tidak ada unit dengan kode {fact.args[0]} di instansi ini"),
    DayBackwards: lambda fact: explain_backwards(*fact.args),
    AudienceNarrowed: lambda _: (None, "Peserta hanya dapat ditambah. Sertakan semua yang sudah dipilih sebelumnya"),
    **EXPLAINED_HOURS,
}


def show_fact(form: Form, fact: NetralError) -> None:
    """Show a fact beside the field that it is about, else above the form."""
    name, text = EXPLAINED[type(fact)](fact)
    if name is None:
        form.form_errors.append(text)
    else:
        form[name].errors = [text]
