"""The packet of a unit on paper: a poster, an apel of five minutes, an attendance sheet, and who is not done.

It asks nobody what they think of a candidate: at the apel only hands are counted, on a practice question of a module,
which everybody may see; no exam question is ever printed.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from netral.certificates.issue.numbering import read_letterhead
from netral.certificates.paper.document import print_order
from netral.certificates.paper.sheet import font_dir, printable
from netral.certificates.proof.qr import draw_svg, encode_qr
from netral.errors import NetralError
from netral.indonesian import day, instant, last_day, number
from netral.learning.editions.models import EditionQuestion, ModulePage, ModuleVersion, QuestionVersion
from netral.learning.editions.passages import read_html
from netral.learning.editions.reading import read_rules
from netral.learning.periods.models import Enrolment, Period
from netral.learning.study.recalling import CHAIN, WRONG_EXAMPLE
from netral.organisation.models import NIP_AKHIR, Asn, Opd
from netral.quiz.kinds import from_json
from netral.quiz.kinds.btt import BttQuestion, Situation
from netral.quiz.questions import Verdict, chance
from netral.reporting.reports.completion import CompletionReport
from netral.reporting.reports.follow_up import list_all_unfinished, units_below

MOST_PEOPLE = 2_000
QR_MM = 90
MOST_PAGES = 500
TEMPLATE = Path(__file__).with_name("packet.typ")
ANSWERS = {Verdict.BOLEH: "boleh", Verdict.TIDAK: "tidak", Verdict.TERGANTUNG: "tergantung"}
UNFINISHED_ABOUT = "Daftar ini hanya untuk mengingatkan: tanpa nilai dan jawaban. Jangan ditempel di tempat umum."
DEMO_NOTE = "Salinan peragaan, bukan layanan sungguhan."
READ_ALOUD = "Bacakan satu situasi, hitung tangan, lalu bacakan berikutnya."
NO_QUESTION = "Modul edisi ini tidak punya soal latihan Boleh, Tidak, Tergantung. Pakai satu contoh dari modul."


class PacketTooLarge(NetralError):
    """The unit has more people than one packet takes; the arguments are both numbers in words for people."""


@dataclass(frozen=True, slots=True)
class Case:
    """A situation to judge at the apel, with the answer and its reason; `conditions` decide where it depends."""

    text: str
    answer: str
    reason: str
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Apel:
    """The script of five minutes, and its sources."""

    about: str
    steps: tuple[Step, ...]
    cases: tuple[Case, ...]
    answers_title: str
    sources: tuple[str, ...]
    closing: Step


@dataclass(frozen=True, slots=True)
class Poster:
    title: str
    call: str
    address: str
    due: str
    help: str
    note: str
    qr_label: str


@dataclass(frozen=True, slots=True)
class Group:
    """A unit's part of the attendance sheet; a row is number, name, last digits of the NIP, and room to sign."""

    unit: str
    rows: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """All texts in reading order."""

    title: str
    about: str
    issuer: str
    unit: str
    period: str
    as_of: str
    poster: Poster
    apel: Apel
    attendance: tuple[Group, ...]
    unfinished_about: str
    unfinished: tuple[tuple[str, ...], ...]


def read_packet(session: Session, report: CompletionReport, *, base_url: str, demo: bool = False) -> Packet:
    """Read the packet of the completion report's unit. Raises PacketTooLarge."""
    if report.total.wajib > MOST_PEOPLE:
        raise PacketTooLarge(number(report.total.wajib), number(MOST_PEOPLE))
    period, unit = report.period, report.top[0].unit
    letterhead = read_letterhead(session, instansi_id=period.instansi_id)
    unfinished = list_all_unfinished(session, report)
    counted = f"{number(len(unfinished))} dari {number(report.total.wajib)} pegawai wajib belum selesai."
    poster = write_poster(report, base_url=base_url, demo=demo)
    return Packet(
        title=f"Paket OPD: {unit.nama}",
        about=f"Poster, apel lima menit, daftar hadir, dan daftar tindak lanjut {period.nama}",
        issuer=f"{letterhead.issuer_name or letterhead.issuer_short} {period.instansi}",
        unit=unit.nama,
        period=period.nama,
        as_of=f"Data per {instant(report.as_of, period.zona)}",
        poster=poster,
        apel=read_apel(session, report, closing=f"{poster.due}. Bukalah {poster.address} hari ini juga."),
        attendance=read_attendance(session, report),
        unfinished_about=f"{counted} {UNFINISHED_ABOUT}",
        unfinished=tuple(
            (str(place), person.nama, person.nip_akhir or "tanpa NIP", person.unit, person.step_words, "")
            for place, person in enumerate(unfinished, 1)
        ),
    )


def write_poster(report: CompletionReport, *, base_url: str, demo: bool) -> Poster:
    period, address = report.period, urlsplit(base_url).netloc
    due = day(last_day(period.due_at, period.zona))
    return Poster(
        title="Netralitas ASN",
        call="Pelajari, lulus ujian, tandatangani ikrar.",
        address=address,
        due=f"{period.nama}: tenggat {due}",
        help="Masuk dengan NIP atau nama masuk Anda. Kode aktivasi ada pada operator kepegawaian unit Anda.",
        note=DEMO_NOTE if demo else f"Pindai kode, atau ketik {address} di peramban.",
        qr_label=f"Kode QR halaman awal, {base_url}",
    )


def read_attendance(session: Session, report: CompletionReport) -> tuple[Group, ...]:
    """Return the people who are wajib, by unit in the order of the tree and then by name."""
    statement = (
        select(Opd.path, Opd.nama.label("unit"), Asn.nama, NIP_AKHIR)
        .select_from(Enrolment)
        .join(Asn, Asn.id == Enrolment.asn_id)
        .join(Opd, Opd.id == Enrolment.current_opd_id)
        .where(
            Enrolment.period_id == report.period.period_id,
            Enrolment.standing == "wajib",
            Enrolment.current_opd_id.in_(units_below(report)),
        )
        .order_by(Opd.path, func.lower(Asn.nama), Enrolment.id)
    )
    groups = groupby(session.execute(statement), key=lambda row: (row.path, row.unit))
    return tuple(
        Group(
            unit,
            tuple((str(place), row.nama, row.nip_akhir or "tanpa NIP", "") for place, row in enumerate(rows, 1)),
        )
        for (_, unit), rows in groups
    )


def read_apel(session: Session, report: CompletionReport, *, closing: str) -> Apel:
    """Return the script, around one practice question of the period's edition; a unit keeps its question."""
    edition_id = session.scalars(select(Period.edition_id).where(Period.id == report.period.period_id)).one()
    found = choose_question(session, edition_id, seed=(report.period.kode, report.top[0].unit.kode))
    question, module = found or (None, "")
    rules = read_rules(session, edition_id=edition_id, citations=question.rules if question else ())
    task = read_html(question.stem).all if question else NO_QUESTION
    return Apel(
        about=(
            "Untuk pemimpin apel. Siapkan satu orang yang menghitung tangan. Catat jumlahnya saja, tanpa nama. "
            "Jangan menanyakan pilihan politik siapa pun."
        ),
        steps=(
            Step(
                "Menit 1: pembuka",
                ("Lima menit ini kita melatih satu hal: mengenali tindakan yang netral dan yang tidak.",),
            ),
            Step("Menit 2 dan 3: angkat tangan", (task, READ_ALOUD)),
        ),
        cases=tuple(map(as_case, question.situations)) if question else (),
        answers_title="Menit 4: jawabannya",
        sources=tuple(f"{rule.label}. {rule.text}".strip() for rule in rules.values())
        + ((f"Soal latihan dari modul {module}.",) if module else ()),
        closing=Step("Menit 5: penutup", ("Yang ragu bertanya dahulu sebelum bertindak.", closing)),
    )


def as_case(situation: Situation) -> Case:
    conditions = (
        f"{condition.text}: {'boleh' if condition.allowed else 'tidak boleh'}" for condition in situation.conditions
    )
    return Case(
        text=read_html(situation.text).all,
        answer=ANSWERS[situation.verdict],
        reason=read_html(situation.feedback).all,
        conditions=tuple(read_html(words).all for words in conditions),
    )


def choose_question(session: Session, edition_id: int, *, seed: tuple[str, str]) -> tuple[BttQuestion, str] | None:
    """Return a practice question that stands without its page, and the title of its module; never one of the bank."""
    page = (ModulePage.module_version_id == ModuleVersion.id) & (ModulePage.number == EditionQuestion.page)
    same = ModuleVersion.edition_id == EditionQuestion.edition_id
    statement = (
        select(QuestionVersion.question_id, QuestionVersion.body, ModuleVersion.judul)
        .join(EditionQuestion, EditionQuestion.question_version_id == QuestionVersion.id)
        .join(ModuleVersion, same & (ModuleVersion.slug == EditionQuestion.module_slug))
        .join(ModulePage, page)
        .where(
            EditionQuestion.edition_id == edition_id,
            QuestionVersion.kind == BttQuestion.kind,
            ~ModulePage.title.startswith(CHAIN),
            ~ModulePage.html.contains(WRONG_EXAMPLE),
        )
    )
    rows = session.execute(statement).all()
    chosen = min(rows, key=lambda row: chance(*seed, row.question_id), default=None)
    return None if chosen is None else (cast("BttQuestion", from_json(chosen.body)), chosen.judul)


def make_pdf(packet: Packet, *, base_url: str, created: datetime) -> bytes:
    """Return the packet as PDF, once the QR code of its poster was read back. Raises SheetUnprintable, WorkFailed."""
    qr = encode_qr(base_url)
    inputs = {
        "packet": json.dumps(make_printable(asdict(packet)), ensure_ascii=False),
        "qr": draw_svg(qr, label=packet.poster.qr_label),
        "qr-width": f"{QR_MM * qr.width / len(qr.modules)}",
    }
    return print_order(
        {
            "template": str(TEMPLATE),
            "inputs": inputs,
            "fonts": str(font_dir()),
            "issued": int(created.timestamp()),
            "text": qr.text,
            "qr_mm": QR_MM,
            "qr_page": 0,
            "pages": MOST_PAGES,
        }
    )


def make_printable(value: Any) -> Any:
    """Return the same data with every sign that the font lacks replaced, as on certificates."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {name: make_printable(part) for name, part in value.items()}
    if isinstance(value, Iterable):
        return [make_printable(part) for part in value]
    return value
