"""Circulars and texts of the pakta integritas at /edaran: drafting, preview, publishing, new versions, withdrawing."""

import re
from datetime import timedelta
from typing import Any, NamedTuple

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField, FileRequired
from wtforms import Field, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from netral import indonesian
from netral.accounts.access import Permission
from netral.accounts.directory import UnitLine, list_units
from netral.errors import NetralError, NotFound
from netral.extensions import reading_session
from netral.folding import fold_signs
from netral.indonesian import last_day
from netral.learning.periods.opening import start_of
from netral.organisation.kinds import AsnKind
from netral.pledges.circulars import files, issuing
from netral.pledges.circulars.audience import count_audience, name_units
from netral.pledges.circulars.issuing import CircularKind, Draft, stamp_of
from netral.pledges.circulars.models import Circular, CircularVersion
from netral.pledges.circulars.paragraphs import changed_numbers, compare, join, split
from netral.pledges.circulars.questions import FEWEST_OPTIONS, QUESTIONS, CheckQuestion, load
from netral.pledges.circulars.signing import list_objections
from netral.versions import Outdated
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.forms import (
    NOT_OFFERED,
    DayField,
    Form,
    NumberField,
    at_most,
    chosen_day,
    required,
    sent_version,
    typed,
)
from netral.web.office.participants import ReasonForm

bp = Blueprint("circular_office", __name__)
manager = requires(Permission.MANAGE_CIRCULARS)

LETTERS = "ABCD"
QUESTION_FIELD = re.compile(r"\w+_[12][a-d]?")
YEARS = range(2000, 2101)
KIND_WORDS = {CircularKind.EDARAN: "Surat Edaran", CircularKind.PAKTA: "Pakta integritas"}
ASN_KINDS = {
    AsnKind.PNS: "PNS",
    AsnKind.PPPK: "PPPK",
    AsnKind.PPPK_PW: "PPPK paruh waktu",
    AsnKind.PPNPN: "PPNPN",
}
PARAGRAPH = "Tulis nomor paragraf dengan angka, misalnya 3"
OUTDATED = (
    "Draf ini berubah setelah halaman Anda dibuka, jadi isian Anda belum disimpan. Yang tersimpan disebut pada isian "
    "yang berbeda; simpan lagi bila isian Anda yang benar"
)
STORED = "Tersimpan sekarang: {}"
LONGEST_SHOWN = 200
NOT_READY: dict[type[NetralError], str] = {
    issuing.FileMissing: "Naskah bertanda tangan (PDF) belum diunggah. Unggah dahulu, lalu terbitkan",
    issuing.QuestionsMissing: "Surat Edaran memerlukan dua pertanyaan. Lengkapi drafnya, lalu terbitkan",
    issuing.DuePassed: "Tenggat pada draf sudah lewat. Ubah tenggatnya, lalu terbitkan",
}
REFUSED: dict[type[NetralError], str] = {
    files.PdfTooLarge: "Berkas paling besar 5 MB dan 100 halaman. Perkecil berkasnya, lalu unggah lagi",
    files.PdfUnreadable: "Berkas ini bukan PDF yang utuh, atau terkunci kata sandi. Simpan ulang, lalu unggah lagi",
}


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

    def validate_tanggal(self, field: Field) -> None:
        check_year(field)

    def validate_tenggat(self, field: Field) -> None:
        check_year(field)

    def validate_jenis_asn(self, field: Field) -> None:
        if not set(field.data) <= {kind.value for kind in ASN_KINDS}:
            raise ValidationError(NOT_OFFERED)

    def validate(self, extra_validators: Any = None) -> bool:
        """Validate the fields, and each question that was begun as a whole."""
        fine = bool(super().validate(extra_validators))
        checked = [check_question(self, number) for number in numbers_of(self)]
        return fine and all(checked)


def check_year(field: Field) -> None:
    if field.data and field.data.year not in YEARS:
        raise ValidationError("Periksa tahunnya")


class FileForm(Form):
    berkas = FileField("Naskah bertanda tangan", validators=[FileRequired("Pilih berkas PDF")])


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
        ("kunci_{}", bool(key) and int(key) < filled, "pilih salah satu pilihan yang terisi"),
        ("alasan_{}", bool(typed(form[f"alasan_{number}"])), "isi penjelasannya"),
        ("paragraf_{}", bool(form[f"paragraf_{number}"].data), "isi nomor paragrafnya"),
    )
    for name, fine, told in checks:
        if not fine:
            form[name.format(number)].errors = [f"Pertanyaan {number}: {told}"]
    return all(fine for _, fine, _ in checks)


class Found(NamedTuple):
    """The circular that a page is about, its newest version, and all of them, the newest first."""

    circular: Circular
    newest: CircularVersion
    versions: tuple[CircularVersion, ...]

    @property
    def kind(self) -> CircularKind:
        return CircularKind(self.circular.kind)

    @property
    def draft(self) -> CircularVersion | None:
        return self.newest if self.newest.published_at is None and self.circular.withdrawn_at is None else None

    @property
    def current(self) -> CircularVersion | None:
        return next((each for each in self.versions if each.published_at is not None), None)


def instansi_id() -> int:
    return current.actor().reach(Permission.MANAGE_CIRCULARS).instansi_id


def find(circular_id: int) -> Found:
    """Find a circular of the officer's instansi, reading apart from the request's session. Raises NotFound."""
    with reading_session() as reading:
        circular = issuing.find_circular(reading, instansi_id=instansi_id(), circular_id=circular_id)
        versions = issuing.list_versions(reading, circular_id)
    return Found(circular, versions[0], versions)


def find_with_draft(circular_id: int) -> tuple[Found, CircularVersion]:
    """Find a circular with its draft. Raises NotFound where there is none to change."""
    found = find(circular_id)
    if found.draft is None:
        raise NotFound("draf", circular_id)
    return found, found.draft


def list_choices() -> tuple[UnitLine, ...]:
    """List all units, each after the unit above it."""
    with reading_session() as reading:
        return list_units(reading, reaches=current.actor().reaches(Permission.MANAGE_CIRCULARS))


def list_tops(units: tuple[UnitLine, ...]) -> list[UnitLine]:
    """Return the perangkat daerah: the roots of the tree, and those below a single root."""
    roots = [unit for unit in units if unit.depth == 0]
    return [unit for unit in units if unit.depth == 1] if len(roots) == 1 else roots


def id_of(unit: UnitLine) -> int:
    """Return the id of a unit, which ends its path."""
    return int(unit.path.split("/")[-2])


def make_form(kind: CircularKind, version: CircularVersion | None = None) -> DraftForm:
    """Return the form, filled from a version or, if that is None, from the sent values."""
    units = list_choices()
    tops = list_tops(units)
    form = DraftForm(data=fill(version, units, tops) if version else None)
    form.unit.choices = [SelectChoice(unit.kode, unit.nama) for unit in tops]
    if kind is CircularKind.PAKTA:
        for name in [field.name for field in form if QUESTION_FIELD.fullmatch(field.name)]:
            del form[name]
    return form


def fill(version: CircularVersion, units: tuple[UnitLine, ...], tops: list[UnitLine]) -> dict[str, Any]:
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
        form.unit_lain.errors = [f"Tidak ada unit dengan kode {unknown[0]}. Periksa kodenya pada halaman Pegawai"]
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


@bp.get("/edaran")
@manager
def overview() -> ResponseReturnValue:
    lines = issuing.list_circulars(current.session(), instansi_id=instansi_id())
    return render_template("edaran/daftar.html", lines=lines, kinds=KIND_WORDS)


@bp.get("/edaran/baru", defaults={"jenis": "edaran"})
@bp.get("/edaran/pakta-baru", defaults={"jenis": "pakta"})
@manager
def begin(jenis: str) -> ResponseReturnValue:
    return show_form(make_form(CircularKind(jenis)), CircularKind(jenis))


@bp.post("/edaran/baru", defaults={"jenis": "edaran"})
@bp.post("/edaran/pakta-baru", defaults={"jenis": "pakta"})
@manager
def draft_one(jenis: str) -> ResponseReturnValue:
    """Make a draft; a form that is sent twice finds the first one."""
    kind = CircularKind(jenis)
    form, session = make_form(kind), current.session()
    draft = as_draft(form) if form.validate() else None
    if draft is None:
        return show_form(form, kind)
    try:
        circular_id = issuing.create(session, current.act(), kind=kind, draft=draft)
    except FACTS as fact:
        session.rollback()
        show_fact(form, fact)
        return show_form(form, kind)
    session.commit()
    flash("Draf tersimpan. Belum ada yang melihatnya.", "success")
    return redirect(f"/edaran/{circular_id}/kelola", 303)


def show_form(
    form: DraftForm, kind: CircularKind, draft: CircularVersion | None = None, *, outdated: bool = False
) -> ResponseReturnValue:
    page = render_template(
        "edaran/isi.html",
        form=form,
        kind=kind,
        kinds=KIND_WORDS,
        draft=draft,
        version=stamp_of(draft) if draft else "",
        problems=[{"text": OUTDATED}] if outdated else None,
    )
    return page, 409 if outdated else 422 if form.errors else 200


@bp.get("/edaran/<int:circular_id>/kelola")
@manager
def manage(circular_id: int) -> ResponseReturnValue:
    return show(circular_id)


def show(circular_id: int, upload: FileForm | None = None) -> ResponseReturnValue:
    """Show the circular with its versions, and the upload that has to be corrected, if any."""
    found = find(circular_id)
    with reading_session() as reading:
        line = next(
            each
            for each in issuing.list_circulars(reading, instansi_id=instansi_id())
            if each.circular.id == circular_id
        )
        page = render_template(
            "edaran/kelola.html",
            found=found,
            done=line.done,
            kinds=KIND_WORDS,
            asn_kinds=ASN_KINDS,
            units=name_units(reading, found.newest),
            addressed=count_audience(reading, found.newest),
            objections=list_objections(reading, instansi_id=instansi_id(), circular_id=circular_id),
            upload=upload or FileForm(formdata=None),
            form=upload,
        )
    return page, 422 if upload else 200


@bp.get("/edaran/<int:circular_id>/kelola/ubah")
@manager
def edit(circular_id: int) -> ResponseReturnValue:
    found, draft = find_with_draft(circular_id)
    return show_form(make_form(found.kind, draft), found.kind, draft)


@bp.post("/edaran/<int:circular_id>/kelola/ubah")
@manager
def change(circular_id: int) -> ResponseReturnValue:
    found, shown = find_with_draft(circular_id)
    form, session = make_form(found.kind), current.session()
    draft = as_draft(form) if form.validate() else None
    if draft is None:
        return show_form(form, found.kind, shown)
    try:
        changed = issuing.change(session, current.act(), circular_id=circular_id, draft=draft, version=sent_version())
    except FACTS as fact:
        session.rollback()
        show_fact(form, fact)
        return show_form(form, found.kind, shown)
    except Outdated:
        session.rollback()
        stored = find_with_draft(circular_id)[1]
        show_stored(form, stored)
        return show_form(form, found.kind, stored, outdated=True)
    session.commit()
    told = f"Draf tersimpan. {tell_moved(circular_id, draft)}".strip()
    flash(told if changed else "Tidak ada yang berubah.", "success" if changed else "message")
    return redirect(f"/edaran/{circular_id}/kelola", 303)


def tell_moved(circular_id: int, sent: Draft) -> str:
    """Say which questions followed their paragraphs to other numbers than those that the form sent."""
    saved = load(find_with_draft(circular_id)[1].questions)
    moved = [
        f"Pertanyaan {at} mengikuti paragrafnya, yang sekarang nomor {new.paragraph}."
        for at, (old, new) in enumerate(zip(sent.questions, saved, strict=True), 1)
        if old.paragraph != new.paragraph
    ]
    return " ".join(moved)


def show_stored(form: DraftForm, stored: CircularVersion) -> None:
    """Show beside each field that differs what is stored, so that neither officer's words are lost unseen."""
    units = list_choices()
    values = fill(stored, units, list_tops(units))
    for field in form:
        value = values.get(field.name, "")
        if field.name in values and (field.data or "") != (value or ""):
            told = ", ".join(value) if isinstance(value, list) else str(value)
            field.errors = [STORED.format(told[:LONGEST_SHOWN] or "kosong")]


@bp.post("/edaran/<int:circular_id>/kelola/berkas")
@manager
def upload(circular_id: int) -> ResponseReturnValue:
    """Store the signed PDF of the draft; it is read and stored before the write begins."""
    find_with_draft(circular_id)
    form = FileForm()
    if not form.validate():
        return show(circular_id, form)
    try:
        pdf = files.read_pdf(form.berkas.data.read(files.MOST_BYTES + 1))
    except tuple(REFUSED) as fact:
        form.berkas.errors = [REFUSED[type(fact)]]
        return show(circular_id, form)
    hashed = files.keep_pdf(current.settings().document_dir, pdf)
    session = current.session()
    issuing.set_file(
        session, current.act(), circular_id=circular_id, hashed=hashed, pages=pdf.pages, size=len(pdf.content)
    )
    session.commit()
    flash("Naskah bertanda tangan tersimpan.", "success")
    return redirect(f"/edaran/{circular_id}/kelola", 303)


@bp.get("/edaran/<int:circular_id>/kelola/pratinjau")
@manager
def preview(circular_id: int) -> ResponseReturnValue:
    """Show the newest version as its readers will see it, with numbered paragraphs and keys."""
    found = find(circular_id)
    newest = found.newest
    earlier = found.versions[1] if len(found.versions) > 1 else None
    differences = compare(tuple(earlier.paragraphs), tuple(newest.paragraphs)) if earlier else ()
    return render_template(
        "edaran/pratinjau.html",
        found=found,
        kinds=KIND_WORDS,
        letters=LETTERS,
        questions=load(newest.questions),
        earlier=earlier,
        differences=differences,
        changed=changed_numbers(differences),
    )


@bp.post("/edaran/<int:circular_id>/kelola/versi-baru")
@manager
def renew(circular_id: int) -> ResponseReturnValue:
    find(circular_id)
    session = current.session()
    number = issuing.start_version(session, current.act(), circular_id=circular_id)
    session.commit()
    flash(f"Draf versi {number} dimulai dengan naskah versi sebelumnya.")
    return redirect(f"/edaran/{circular_id}/kelola/ubah", 303)


@bp.get("/edaran/<int:circular_id>/kelola/terbitkan")
@manager
def ask_to_publish(circular_id: int) -> ResponseReturnValue:
    return show_publishing(circular_id)


def show_publishing(circular_id: int, problem: str = "", status: int = 200) -> ResponseReturnValue:
    found, draft = find_with_draft(circular_id)
    with reading_session() as reading:
        addressed = count_audience(reading, draft)
        units = name_units(reading, draft)
    page = render_template(
        "edaran/terbitkan.html",
        found=found,
        draft=draft,
        kinds=KIND_WORDS,
        asn_kinds=ASN_KINDS,
        addressed=addressed,
        units=units,
        version=stamp_of(draft),
        problems=[{"text": problem}] if problem else None,
    )
    return page, status


@bp.post("/edaran/<int:circular_id>/kelola/terbitkan")
@manager
def publish(circular_id: int) -> ResponseReturnValue:
    """Publish the draft as the page showed it; a second identical form finds it published."""
    find(circular_id)
    session = current.session()
    try:
        published = issuing.publish(session, current.act(), circular_id=circular_id, version=sent_version())
    except issuing.NoDraft:
        session.rollback()
        flash("Versi ini sudah terbit. Tidak ada yang diterbitkan dua kali.")
    except tuple(NOT_READY) as fact:
        session.rollback()
        return show_publishing(circular_id, NOT_READY[type(fact)], 422)
    except Outdated:
        session.rollback()
        return show_publishing(
            circular_id, "Draf berubah setelah halaman Anda dibuka. Periksa lagi, lalu terbitkan", 409
        )
    else:
        session.commit()
        flash(f"Versi {published.number} terbit untuk {indonesian.number(published.audience or 0)} pegawai.", "success")
    return redirect(f"/edaran/{circular_id}/kelola", 303)


@bp.get("/edaran/<int:circular_id>/kelola/cabut")
@manager
def ask_to_withdraw(circular_id: int) -> ResponseReturnValue:
    return show_withdrawing(circular_id, ReasonForm(formdata=None))


def show_withdrawing(circular_id: int, form: ReasonForm) -> ResponseReturnValue:
    page = render_template("edaran/cabut.html", found=find(circular_id), form=form, kinds=KIND_WORDS)
    return page, 422 if form.errors else 200


@bp.post("/edaran/<int:circular_id>/kelola/cabut")
@manager
def withdraw(circular_id: int) -> ResponseReturnValue:
    find(circular_id)
    form, session = ReasonForm(), current.session()
    if not form.validate():
        return show_withdrawing(circular_id, form)
    new = issuing.withdraw(session, current.act(), circular_id=circular_id, reason=typed(form.alasan))
    session.commit()
    flash(
        "Naskah dicabut." if new else "Naskah ini sudah dicabut. Tidak ada yang berubah.",
        "success" if new else "message",
    )
    return redirect(f"/edaran/{circular_id}/kelola", 303)
