"""The draft of a circular as a form: its fields and questions, and the units that it may name."""

import re
from datetime import timedelta
from typing import Any

from wtforms import Field, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from netral.accounts.access import Permission
from netral.accounts.directory import UnitLine, list_tops, list_units
from netral.errors import NetralError
from netral.extensions import reading_session
from netral.folding import fold_signs
from netral.indonesian import last_day
from netral.learning.periods.opening import start_of
from netral.organisation.kinds import AsnKind
from netral.pledges.circulars import issuing
from netral.pledges.circulars.issuing import CircularKind, Draft
from netral.pledges.circulars.models import CircularVersion
from netral.pledges.circulars.paragraphs import join, split
from netral.pledges.circulars.questions import FEWEST_OPTIONS, QUESTIONS, CheckQuestion, load
from netral.web.edge import current
from netral.web.edge.forms import (
    NOT_OFFERED,
    DayField,
    Form,
    NumberField,
    SelectChoice,
    at_most,
    chosen_day,
    required,
    typed,
)

LETTERS = "ABCD"
QUESTION_FIELD = re.compile(r"\w+_[12][a-d]?")
ASN_KINDS = {
    AsnKind.PNS: "PNS",
    AsnKind.PPPK: "PPPK",
    AsnKind.PPPK_PW: "PPPK paruh waktu",
    AsnKind.PPNPN: "PPNPN",
}
PARAGRAPH = "Tulis nomor paragraf dengan angka, misalnya 3"


class Boxes(SelectMultipleField):
    """Several choices as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def text_field(label: str, length: int, missing: str = "") -> StringField:
    return StringField(label, validators=[*([required(missing)] if missing else []), at_most(length, label)])


def key_field(number: int) -> SelectField:
    choices = [SelectChoice("", "Pilih"), *(SelectChoice(str(at), letter) for at, letter in enumerate(LETTERS))]
    return SelectField(f"Pilihan yang sesuai, pertanyaan {number}", choices=choices)


class DraftForm(Form):
    """The draft of a circular. A question has an ask, two to four options, a key, a reason and its paragraph."""

    judul = text_field("Judul", 200, "Isi judul naskah")
    nomor = text_field("Nomor", 100, "Isi nomor naskah")
    tanggal = DayField("Tanggal naskah", "Isi tanggal naskah")
    pejabat = text_field("Nama penanda tangan", 100, "Isi nama penanda tangan")
    jabatan = text_field("Jabatan penanda tangan", 200, "Isi jabatan penanda tangan")
    naskah = TextAreaField("Naskah", validators=[required("Isi naskahnya")])
    tenggat = DayField("Tenggat", "Isi tenggat")
    jenis_asn: Any = Boxes(
        "Jenis ASN",
        choices=[SelectChoice(kind.value, words) for kind, words in ASN_KINDS.items()],
        validate_choice=False,
    )
    unit: Any = Boxes("Unit", choices=[], validate_choice=False)
    unit_lain = text_field("Kode unit lain", 500)
    tanya_1 = text_field("Bunyi pertanyaan 1", 300)
    pilihan_1a = text_field("Pilihan A, pertanyaan 1", 200)
    pilihan_1b = text_field("Pilihan B, pertanyaan 1", 200)
    pilihan_1c = text_field("Pilihan C, pertanyaan 1", 200)
    pilihan_1d = text_field("Pilihan D, pertanyaan 1", 200)
    kunci_1 = key_field(1)
    alasan_1 = text_field("Penjelasan, pertanyaan 1", 500)
    paragraf_1 = NumberField("Paragraf, pertanyaan 1", unreadable=PARAGRAPH)
    tanya_2 = text_field("Bunyi pertanyaan 2", 300)
    pilihan_2a = text_field("Pilihan A, pertanyaan 2", 200)
    pilihan_2b = text_field("Pilihan B, pertanyaan 2", 200)
    pilihan_2c = text_field("Pilihan C, pertanyaan 2", 200)
    pilihan_2d = text_field("Pilihan D, pertanyaan 2", 200)
    kunci_2 = key_field(2)
    alasan_2 = text_field("Penjelasan, pertanyaan 2", 500)
    paragraf_2 = NumberField("Paragraf, pertanyaan 2", unreadable=PARAGRAPH)

    def validate_jenis_asn(self, field: Field) -> None:
        if not set(field.data) <= {kind.value for kind in ASN_KINDS}:
            raise ValidationError(NOT_OFFERED)

    def validate(self, extra_validators: Any = None) -> bool:
        """Validate the fields, and each question that was begun as a whole."""
        fine = bool(super().validate(extra_validators))
        checked = [check_question(self, number) for number in numbers_of(self)]
        return fine and all(checked)


def numbers_of(form: DraftForm) -> range:
    """Return the numbers of the questions that the form has: a pakta has none."""
    return range(1, QUESTIONS + 1) if "tanya_1" in form else range(0)


def options_of(form: DraftForm, number: int) -> list[str]:
    return [typed(form[f"pilihan_{number}{letter}"]) for letter in "abcd"]


def is_begun(form: DraftForm, number: int) -> bool:
    others = (form[f"tanya_{number}"], form[f"alasan_{number}"], form[f"kunci_{number}"])
    return any(map(typed, others)) or any(options_of(form, number))


def check_question(form: DraftForm, number: int) -> bool:
    """Check a question that was begun, and say beside each field what is missing."""
    if not is_begun(form, number):
        return True
    options, key = options_of(form, number), typed(form[f"kunci_{number}"])
    filled = len([each for each in options if each])
    in_order = filled >= FEWEST_OPTIONS and all(options[:filled])
    checks = (
        ("tanya_{}", bool(typed(form[f"tanya_{number}"])), "isi bunyinya"),
        ("pilihan_{}b", in_order, "isi pilihan berurutan, sedikitnya A dan B"),
        ("pilihan_{}a", len({each.casefold() for each in options if each}) == filled, "dua pilihannya sama, bedakan"),
        ("kunci_{}", bool(key) and int(key) < filled, "pilih salah satu pilihan yang terisi"),
        ("alasan_{}", bool(typed(form[f"alasan_{number}"])), "isi penjelasannya"),
        ("paragraf_{}", bool(form[f"paragraf_{number}"].data), "isi nomor paragrafnya"),
    )
    for name, fine, told in checks:
        field = form[name.format(number)]
        if not fine and not field.errors:
            field.errors = [f"Pertanyaan {number}: {told}"]
    return all(fine for _, fine, _ in checks)


def list_choices() -> tuple[UnitLine, ...]:
    """List all units, each after the unit above it."""
    with reading_session() as reading:
        return list_units(reading, reaches=current.actor().reaches(Permission.MANAGE_CIRCULARS))


def id_of(unit: UnitLine) -> int:
    """Return the id of a unit, which ends its path."""
    return int(unit.path.split("/")[-2])


def make_form(kind: CircularKind, version: CircularVersion | None = None) -> DraftForm:
    """Return the form, filled from a version or, if that is None, from the sent values."""
    form = DraftForm(data=fill(version) if version else None)
    form.unit.choices = [SelectChoice(unit.kode, unit.nama) for unit in list_tops(list_choices())]
    if kind is CircularKind.PAKTA:
        for name in [field.name for field in form if QUESTION_FIELD.fullmatch(field.name)]:
            del form[name]
    return form


def fill(version: CircularVersion) -> dict[str, Any]:
    """Return the values of the form that show a version."""
    units = list_choices()
    tops = list_tops(units)
    chosen = [unit for unit in units if id_of(unit) in version.units]
    values: dict[str, Any] = {
        "judul": version.title,
        "nomor": version.nomor,
        "tanggal": version.dated,
        "pejabat": version.signatory_name,
        "jabatan": version.signatory_title,
        "naskah": join(version.paragraphs),
        "tenggat": last_day(version.due_at, current.zona().key),
        "jenis_asn": version.kinds,
        "unit": [unit.kode for unit in chosen if unit in tops],
        "unit_lain": ", ".join(unit.kode for unit in chosen if unit not in tops),
    }
    for number, each in enumerate(load(version.questions), 1):
        options = {f"pilihan_{number}{'abcd'[at]}": option for at, option in enumerate(each.options)}
        values |= {f"tanya_{number}": each.ask, f"kunci_{number}": str(each.key), f"alasan_{number}": each.reason}
        values |= {f"paragraf_{number}": each.paragraph, **options}
    return values


def as_draft(form: DraftForm) -> Draft | None:
    """Read the draft from a form that has validated; none, with an error beside it, where a unit is not known."""
    units = {fold_signs(unit.kode): id_of(unit) for unit in list_choices()}
    asked = [*form.unit.data, *filter(None, map(fold_signs, typed(form.unit_lain).split(",")))]
    unknown = [kode for kode in asked if fold_signs(kode) not in units]
    if unknown:
        form.unit_lain.errors = [f"Tidak ada unit dengan kode {unknown[0]}. Lihat kodenya di Pegawai, Unit kerja"]
        return None
    return Draft(
        title=typed(form.judul),
        nomor=typed(form.nomor),
        dated=chosen_day(form.tanggal),
        signatory_name=typed(form.pejabat),
        signatory_title=typed(form.jabatan),
        paragraphs=split(typed(form.naskah)),
        units=tuple(sorted({units[fold_signs(kode)] for kode in asked})),
        kinds=tuple(form.jenis_asn.data),
        questions=tuple(as_question(form, number) for number in numbers_of(form) if is_begun(form, number)),
        due_at=start_of(chosen_day(form.tenggat) + timedelta(days=1), current.zona()),
    )


def as_question(form: DraftForm, number: int) -> CheckQuestion:
    return CheckQuestion(
        ask=typed(form[f"tanya_{number}"]),
        options=tuple(filter(None, options_of(form, number))),
        key=int(form[f"kunci_{number}"].data),
        reason=typed(form[f"alasan_{number}"]),
        paragraph=form[f"paragraf_{number}"].data,
    )


def show_fact(form: DraftForm, fact: NetralError) -> None:
    if isinstance(fact, issuing.PassageMissing):
        number, paragraph = fact.args
        form[f"paragraf_{number}"].errors = [f"Naskah tidak punya paragraf {paragraph}. Pilih nomor paragraf yang ada"]
    else:
        form.naskah.errors = ["Naskah paling panjang 40.000 huruf dan 150 paragraf. Ringkas, lalu simpan lagi"]


FACTS = (issuing.PassageMissing, issuing.TextTooLong)
