"""The people of a period at /periode/<kode>/peserta, and the page of one with the forms for what they may be given."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from sqlalchemy.orm import Session
from wtforms import Field, StringField
from wtforms.validators import ValidationError

from netral.accounts.access import Permission
from netral.certificates.issue.register import list_own
from netral.certificates.proof.verification import USABLE, Record
from netral.extensions import reading_session
from netral.learning.exams.extending import MOST_MINUTES, list_extensions
from netral.learning.exams.granting import MOST_ATTEMPTS, find_lasting_obstacle, list_grants
from netral.learning.exams.sittings import list_sittings
from netral.learning.periods import exemptions
from netral.learning.periods.enrolments import MOST_EXTRA_PERCENT, Standing, get_enrolled
from netral.learning.periods.exemptions import ExemptionView, Paper, list_exemptions
from netral.learning.periods.participants import Participant, get_participant, list_changes, list_participants
from netral.learning.periods.reading import PeriodView
from netral.versions import version_of
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.forms import DayField, Form, ReasonForm, at_most, range_field, reason_field, typed
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


class ExtraTimeForm(Form):
    persen = range_field("Tambahan waktu (persen)", 0, MOST_EXTRA_PERCENT)


class AttemptsForm(Form):
    kesempatan = range_field("Kesempatan tambahan", 1, MOST_ATTEMPTS)
    alasan_kesempatan = reason_field()

    @property
    def asked(self) -> dict[str, Any]:
        return {"attempts": self.kesempatan.data or 0, "reason": typed(self.alasan_kesempatan)}


class MinutesForm(Form):
    menit = range_field("Tambahan waktu (menit)", 1, MOST_MINUTES)
    alasan_menit = reason_field()

    @property
    def asked(self) -> dict[str, Any]:
        return {"minutes": self.menit.data or 0, "reason": typed(self.alasan_menit)}


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


def show(period: PeriodView, person: Participant, sent: Form | None = None, status: int = 422) -> ResponseReturnValue:
    """Show the page with the form that was sent and has to be corrected, if any, and answer with `status`."""
    with reading_session() as reading:
        changes = list_changes(reading, enrolment_id=person.enrolment_id)
        exam = read_exam(reading, period, person)
        listed = list_exemptions(reading, enrolment_id=person.enrolment_id)
    present = next((each for each in listed if each.ended_at is None), None)
    page = render_template(
        "periode/orang.html",
        period=period,
        person=person,
        own=person.asn_id == current.actor().asn_id,
        changes=changes,
        papers=list_papers(period, person),
        exemptions=listed,
        present_version=version_of(present.id if present else None),
        exemption=sent_or_new(sent, ExemptionForm, **(tell_exemption(present) if present else {})),
        reason=sent_or_new(sent, EndingForm),
        extra=sent_or_new(sent, ExtraTimeForm, persen=person.extra_time_percent),
        version=version_of(person.extra_time_percent),
        attempts=sent_or_new(sent, AttemptsForm, kesempatan=1),
        attempts_version=version_of(person.extra_attempts),
        minutes=sent_or_new(sent, MinutesForm, menit=15),
        exam=exam,
        key=current.settings().new_seed(),
        form=sent,
        standings=STANDING_WORDS,
        kinds=CHANGE_WORDS,
    )
    return page, status if sent else 200


def sent_or_new(sent: Form | None, form: type[Form], **data: Any) -> Form:
    """Return the form that was sent if it is of this kind, else a new one that proposes the data."""
    return sent if isinstance(sent, form) else form(formdata=None, data=data)


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


def tell_exemption(present: ExemptionView) -> dict[str, Any]:
    """Return the values of the form that show the document of an exemption."""
    days = {"tanggal": present.document_date, "sampai": present.valid_to}
    return {"alasan": present.reason, "nomor": present.document} | days
