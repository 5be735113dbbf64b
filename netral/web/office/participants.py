"""The people of a period at /periode/<kode>/peserta: exempting them, extra time, further attempts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from sqlalchemy.orm import Session
from wtforms import Field, StringField
from wtforms.validators import ValidationError

from netral.accounts.access import Permission
from netral.certificates.issue.register import list_own
from netral.certificates.proof.verification import USABLE, Record
from netral.extensions import reading_session
from netral.indonesian import within_sentence
from netral.learning.exams.extending import MOST_MINUTES, NoOpenAttempt, extend_person, give_percent, list_extensions
from netral.learning.exams.granting import (
    MOST_ATTEMPTS,
    AttemptOfNoUse,
    find_lasting_obstacle,
    grant_person,
    list_grants,
)
from netral.learning.exams.sittings import list_sittings
from netral.learning.periods import exemptions
from netral.learning.periods.enrolments import MOST_EXTRA_PERCENT, Standing, StandingUnchanged, get_enrolled
from netral.learning.periods.exemptions import ExemptionView, NotPdf, Paper, PaperTooLarge, PdfNotPlain, list_exemptions
from netral.learning.periods.participants import Participant, get_participant, list_changes, list_participants
from netral.learning.periods.reading import PeriodView
from netral.versions import Outdated, version_of
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.forms import DayField, Form, ReasonForm, at_most, range_field, reason_field, sent_version, typed
from netral.web.edge.headers import CONTENT_SECURITY_POLICY
from netral.web.edge.papers import state_of
from netral.web.edge.queries import page_number, without_page
from netral.web.edge.searching import asked_words
from netral.web.office.periods import find_period
from netral.words.extending import tell_grant, tell_no_use, tell_time_given

bp = Blueprint("participants", __name__)

STANDING_WORDS = {
    Standing.WAJIB: ("Wajib", ""),
    Standing.BEBAS: ("Dibebaskan", "warning"),
    Standing.KELUAR: ("Keluar", ""),
}
UNDOCUMENTED = "tanpa-dokumen"
STANDING_CHOICES = (
    ("", "Semua"),
    *((standing.value, words) for standing, (words, _) in STANDING_WORDS.items()),
    (UNDOCUMENTED, "Dibebaskan tanpa dokumen"),
)
CHANGE_WORDS = {
    "masuk": "Masuk",
    "pindah": "Pindah ke unit ini",
    "keluar": "Keluar",
    "bebas": "Dibebaskan",
    "kembali": "Pembebasan diakhiri",
}


REFUSED = {
    PaperTooLarge: "Berkas lebih dari 2 MB. Pindai lagi dengan mutu lebih rendah",
    NotPdf: "Berkas ini bukan PDF. Simpan dokumennya sebagai PDF, lalu unggah lagi",
    PdfNotPlain: "PDF ini memuat skrip, isian, atau lampiran. Cetak lagi menjadi PDF biasa, lalu unggah hasilnya",
}
PAPER_CHANGED = "Pembebasan ini berubah setelah halaman Anda dibuka, jadi dokumen yang Anda kirim belum disimpan."
NUMBER_FIRST = "Tulis nomor dokumennya, atau kosongkan tanggal dan berkasnya"


class EndingForm(Form):
    alasan = reason_field("Alasan mengakhiri", id="alasan-akhir")


class ExemptionForm(ReasonForm):
    nomor = StringField("Nomor dokumen", validators=[at_most(100, "Nomor dokumen")])
    tanggal = DayField("Tanggal dokumen")
    sampai = DayField("Dibebaskan sampai")
    berkas = FileField("Salinan dokumen (PDF)")

    def validate_nomor(self, field: Field) -> None:
        if not typed(field) and (self.tanggal.data or self.berkas.data):
            raise ValidationError(NUMBER_FIRST)

    def validate_tanggal(self, field: Field) -> None:
        if field.data and field.data > current.today():
            raise ValidationError("Tanggal dokumen belum lewat. Periksa lagi tanggalnya")

    def validate_sampai(self, field: Field) -> None:
        if field.data and field.data < current.today():
            raise ValidationError("Hari terakhir pembebasan sudah lewat. Tulis hari ini atau sesudahnya")

    def read_paper(self) -> Paper:
        """Return the document as typed and uploaded. Raises PaperTooLarge, NotPdf or PdfNotPlain."""
        sent = self.berkas.data.read(exemptions.MOST_BYTES + 1) if self.berkas.data else b""
        return Paper(
            document=typed(self.nomor),
            document_date=self.tanggal.data,
            valid_to=self.sampai.data,
            pdf=exemptions.read_pdf(sent) if sent else b"",
        )


STORED = "Tambahan waktu sekarang: {} persen. Simpan lagi bila isian Anda yang benar"


class ExtraTimeForm(Form):
    persen = range_field("Tambahan waktu (persen)", 0, MOST_EXTRA_PERCENT)


TWICE = "Formulir ini sudah diterima sebelumnya. Tidak ada yang diberikan dua kali."
NO_EXAM = "{} tidak sedang mengerjakan ujian, jadi waktunya tidak ditambah."
CHANGED = "Kesempatannya sudah diubah petugas lain. Kirim lagi bila tambahan ini masih perlu"


class AttemptsForm(Form):
    kesempatan = range_field("Kesempatan tambahan", 1, MOST_ATTEMPTS)
    alasan_kesempatan = reason_field()


class MinutesForm(Form):
    menit = range_field("Tambahan waktu (menit)", 1, MOST_MINUTES)
    alasan_menit = reason_field()


@bp.get("/periode/<kode>/peserta")
@requires(Permission.MANAGE_PERIODS)
def overview(kode: str) -> ResponseReturnValue:
    period = find_period(kode)
    words, standing = asked_words(), request.args.get("kedudukan", "")
    undocumented = standing == UNDOCUMENTED
    listing = list_participants(
        current.session(),
        instansi_id=period.instansi_id,
        period_id=period.id,
        words=words,
        standing=Standing(standing) if standing in set(Standing) else None,
        undocumented=undocumented,
        page=page_number(),
    )
    return render_template(
        "periode/peserta.html",
        period=period,
        listing=listing,
        words=words,
        standing=standing,
        standings=STANDING_WORDS,
        choices=STANDING_CHOICES,
        exempt=undocumented or standing == Standing.BEBAS,
        base=without_page(request),
    )


@bp.get("/periode/<kode>/peserta/<int:asn_id>")
@requires(Permission.MANAGE_PERIODS)
def detail(kode: str, asn_id: int) -> ResponseReturnValue:
    return show(*find_participant(kode, asn_id))


def find_participant(kode: str, asn_id: int) -> tuple[PeriodView, Participant]:
    """Find a participant of a period. Raises NotFound."""
    period = find_period(kode)
    with reading_session() as reading:
        person = get_participant(reading, instansi_id=period.instansi_id, period_id=period.id, asn_id=asn_id)
    return period, person


def show(
    period: PeriodView,
    person: Participant,
    *,
    reason: EndingForm | None = None,
    exemption: ExemptionForm | None = None,
    extra: ExtraTimeForm | None = None,
    attempts: AttemptsForm | None = None,
    minutes: MinutesForm | None = None,
    status: int = 422,
) -> ResponseReturnValue:
    """Show the page with the form that was sent and has to be corrected, if any, and answer with `status`."""
    with reading_session() as reading:
        changes = list_changes(reading, enrolment_id=person.enrolment_id)
        exam = read_exam(reading, period, person)
        listed = list_exemptions(reading, enrolment_id=person.enrolment_id)
    present = next((each for each in listed if each.ended_at is None), None)
    sent = reason or exemption or extra or attempts or minutes
    page = render_template(
        "periode/orang.html",
        period=period,
        person=person,
        changes=changes,
        papers=list_papers(period, person),
        exemptions=listed,
        present_version=version_of(present.id if present else None),
        exemption=exemption or fill_exemption(present),
        reason=reason or EndingForm(formdata=None),
        extra=extra or ExtraTimeForm(formdata=None, data={"persen": person.extra_time_percent}),
        version=version_of(person.extra_time_percent),
        attempts=attempts or AttemptsForm(formdata=None, data={"kesempatan": 1}),
        attempts_version=version_of(person.extra_attempts),
        minutes=minutes or MinutesForm(formdata=None, data={"menit": 15}),
        exam=exam,
        key=current.settings().new_seed(),
        form=sent,
        standings=STANDING_WORDS,
        kinds=CHANGE_WORDS,
    )
    return page, status if sent else 200


@dataclass(frozen=True, slots=True)
class ExamOfPerson:
    """How a person stands with the exam, never with which result. `ends_at`: of the attempt that runs, if one does.

    `useless`: why further attempts would open nothing, empty if they would. `given`: what was given, in words.
    """

    used: int
    most: int
    ends_at: datetime | None
    useless: str
    given: tuple[tuple[datetime, str, str], ...]


def list_papers(period: PeriodView, person: Participant) -> list[tuple[Record, bool]]:
    """List the person's certificates of this period, each with whether its file may be handed out."""
    with reading_session() as reading:
        records = list_own(reading, asn_id=person.asn_id)
    return [(record, state_of(record) in USABLE) for record in records if record.period_number == period.number]


def read_exam(session: Session, period: PeriodView, person: Participant) -> ExamOfPerson:
    enrolled = get_enrolled(session, asn_id=person.asn_id, kode=period.kode)
    sittings = list_sittings(session, enrolled.id)
    open_one = next((each for each in sittings if each.is_open), None)
    obstacle = find_lasting_obstacle(enrolled, current.now())
    zona = current.name_zona()
    times = [
        (each.at, tell_time_given(each, zona, whose=f"Waktu percobaan {each.number}"), each.by)
        for each in list_extensions(session, enrolment_id=enrolled.id)
    ]
    grants = [
        (each.at, tell_grant(each, whom="Mendapat"), each.by) for each in list_grants(session, enrolment_id=enrolled.id)
    ]
    return ExamOfPerson(
        used=len(sittings),
        most=enrolled.max_attempts,
        ends_at=open_one.end(period.closes_at) if open_one else None,
        useless=tell_no_use(obstacle) if obstacle else "",
        given=tuple((at, text, by or "sistem") for at, text, by in sorted(times + grants, key=lambda each: each[0])),
    )


def fill_exemption(present: ExemptionView | None) -> ExemptionForm:
    """Return the form, filled with the document of the present exemption."""
    if present is None:
        return ExemptionForm(formdata=None)
    days = {"tanggal": present.document_date, "sampai": present.valid_to}
    return ExemptionForm(formdata=None, data={"alasan": present.reason, "nomor": present.document, **days})


@bp.post("/periode/<kode>/peserta/<int:asn_id>/bebaskan")
@requires(Permission.MANAGE_PERIODS)
def grant_exemption(kode: str, asn_id: int) -> ResponseReturnValue:
    return take_exemption(kode, asn_id, exemptions.grant_exemption, "{} dibebaskan dari periode ini.")


@bp.post("/periode/<kode>/peserta/<int:asn_id>/dokumen")
@requires(Permission.MANAGE_PERIODS)
def complete_exemption(kode: str, asn_id: int) -> ResponseReturnValue:
    service = partial(exemptions.complete_exemption, version=sent_version())
    return take_exemption(kode, asn_id, service, "Dokumen pembebasan {} tersimpan.")


def take_exemption(kode: str, asn_id: int, service: Callable[..., None], told: str) -> ResponseReturnValue:
    """Read the document before the write begins, then exempt or complete."""
    period, person = find_participant(kode, asn_id)
    form = ExemptionForm()
    if not form.validate():
        return show(period, person, exemption=form)
    try:
        paper = form.read_paper()
    except tuple(REFUSED) as fact:
        form.berkas.errors = [REFUSED[type(fact)]]
        return show(period, person, exemption=form)
    return change_standing(period, person, form, partial(service, paper=paper), told)


@bp.get("/periode/<kode>/peserta/<int:asn_id>/pembebasan/<int:exemption_id>.pdf")
@requires(Permission.MANAGE_PERIODS)
def exemption_file(kode: str, asn_id: int, exemption_id: int) -> ResponseReturnValue:
    """Send the document of an exemption as a download that no browser keeps and in which nothing runs."""
    period = find_period(kode)
    content = exemptions.read_file(
        current.session(), instansi_id=period.instansi_id, kode=kode, asn_id=asn_id, exemption_id=exemption_id
    )
    name = f"pembebasan-{exemption_id}.pdf"
    response = send_file(BytesIO(content), mimetype="application/pdf", as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; sandbox"
    return response


@bp.post("/periode/<kode>/peserta/<int:asn_id>/akhiri")
@requires(Permission.MANAGE_PERIODS)
def withdraw_exemption(kode: str, asn_id: int) -> ResponseReturnValue:
    period, person = find_participant(kode, asn_id)
    form = EndingForm()
    if not form.validate():
        return show(period, person, reason=form)
    told = "Pembebasan {} diakhiri. Periode ini wajib lagi."
    return change_standing(period, person, form, exemptions.withdraw_exemption, told)


def change_standing(
    period: PeriodView, person: Participant, form: ReasonForm | EndingForm, service: Callable[..., None], told: str
) -> ResponseReturnValue:
    """Change the standing; a second identical form changes nothing and is told the present state."""
    session, kode, asn_id = current.session(), period.kode, person.asn_id
    try:
        service(session, current.act(), asn_id=asn_id, kode=kode, reason=typed(form.alasan))
    except StandingUnchanged as fact:
        session.rollback()
        standing = within_sentence(STANDING_WORDS[fact.args[0]][0])
        flash(
            f"Tidak ada yang berubah: kedudukan {person.nama} sudah {standing}. "
            f'Alasan yang Anda tulis tidak disimpan: "{typed(form.alasan)}"'
        )
    except Outdated:
        session.rollback()
        flash(PAPER_CHANGED, "warning")
    else:
        session.commit()
        flash(told.format(person.nama), "success")
    return redirect(f"/periode/{kode}/peserta/{asn_id}", 303)


@bp.post("/periode/<kode>/peserta/<int:asn_id>/waktu")
@requires(Permission.MANAGE_PERIODS)
def extend_time(kode: str, asn_id: int) -> ResponseReturnValue:
    period, person = find_participant(kode, asn_id)
    form, session = ExtraTimeForm(), current.session()
    if not form.validate():
        return show(period, person, extra=form)
    try:
        reached = give_percent(
            session, current.act(), asn_id=asn_id, kode=kode, percent=form.persen.data or 0, version=sent_version()
        )
    except Outdated:
        session.rollback()
        period, person = find_participant(kode, asn_id)
        form.persen.errors = [STORED.format(person.extra_time_percent)]
        return show(period, person, extra=form, status=409)
    session.commit()
    also = ", juga untuk ujian yang sedang dikerjakan" if reached else ", untuk percobaan yang dimulai sesudah ini"
    flash(f"Tambahan waktu {person.nama}: {form.persen.data} persen{also}.")
    return redirect(f"/periode/{kode}/peserta/{asn_id}", 303)


@bp.post("/periode/<kode>/peserta/<int:asn_id>/kesempatan")
@requires(Permission.MANAGE_PERIODS)
def give_attempts(kode: str, asn_id: int) -> ResponseReturnValue:
    period, person = find_participant(kode, asn_id)
    form, session = AttemptsForm(), current.session()
    if not form.validate():
        return show(period, person, attempts=form)
    asked: dict[str, Any] = {"attempts": form.kesempatan.data or 0, "reason": typed(form.alasan_kesempatan)}
    asked |= {"asn_id": asn_id, "kode": kode, "key": sent_key(), "version": sent_version()}
    try:
        given = grant_person(session, current.act(), **asked)
    except Outdated:
        session.rollback()
        form.kesempatan.errors = [CHANGED]
        return show(*find_participant(kode, asn_id), attempts=form, status=409)
    except AttemptOfNoUse as fact:
        session.rollback()
        flash(f"{tell_no_use(fact.args[0])}, jadi tidak ada kesempatan yang ditambahkan.")
    else:
        session.commit()
        flash(f"{person.nama} mendapat {form.kesempatan.data} kesempatan tambahan." if given else TWICE, "success")
    return redirect(f"/periode/{kode}/peserta/{asn_id}", 303)


@bp.post("/periode/<kode>/peserta/<int:asn_id>/menit")
@requires(Permission.MANAGE_PERIODS)
def give_minutes(kode: str, asn_id: int) -> ResponseReturnValue:
    period, person = find_participant(kode, asn_id)
    form, session = MinutesForm(), current.session()
    if not form.validate():
        return show(period, person, minutes=form)
    asked: dict[str, Any] = {"minutes": form.menit.data or 0, "reason": typed(form.alasan_menit)}
    try:
        given = extend_person(session, current.act(), asn_id=asn_id, kode=kode, key=sent_key(), **asked)
    except NoOpenAttempt:
        session.rollback()
        flash(NO_EXAM.format(person.nama))
    else:
        session.commit()
        flash(f"Waktu ujian {person.nama} ditambah {form.menit.data} menit." if given else TWICE, "success")
    return redirect(f"/periode/{kode}/peserta/{asn_id}", 303)


def sent_key() -> str:
    """Return the key of the officer's form, for which the page draws a number each time that it is shown."""
    return f"{current.actor().user_id}-{request.form.get('kunci', '')}"[:40]
