"""Tugas saya: /tugas, the steps of a period and the one thing to do now."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.certificates.issue.withheld import list_withheld
from netral.errors import NotFound
from netral.learning.exams.gates import Gate, Obstacle
from netral.learning.exams.pretests import PretestState, find_state
from netral.learning.exams.relearning import PageToRead
from netral.learning.exams.remembering import count_waiting
from netral.learning.exams.sittings import find_sitting, find_unsent
from netral.learning.periods.enrolments import Enrolled, list_enrolled
from netral.learning.periods.reading import PeriodState
from netral.learning.study.feeds import has_feeds
from netral.learning.study.progress import ModuleProgress
from netral.learning.tasks import Step, StepKind, StepStatus, Tasks, list_tasks
from netral.sosialisasi.holding import Meeting, MeetingState, list_meetings_of, was_there
from netral.web.edge import current
from netral.web.edge.access import requires, wants_json
from netral.web.edge.filters import hari_terakhir, sisa_hari, tanggal, tanggal_waktu
from netral.web.learner.learner import PeriodUnclear, asn_id, kode, link, named_kode, page_address

bp = Blueprint("tasks", __name__)

STATUS_WORDS = {
    StepStatus.NOT_STARTED: "Belum dimulai",
    StepStatus.UNDER_WAY: "Sedang dikerjakan",
    StepStatus.DONE: "Selesai",
    StepStatus.LOCKED: "Terkunci",
    StepStatus.LATE: "Terlambat",
}
PASSED_OVER = "Boleh dilewati"
NEXT_WORDS = {
    StepKind.EXAM: "Buka ujian",
    StepKind.PLEDGE: "Baca dan tandatangani ikrar",
    StepKind.CERTIFICATE: "Lihat sertifikat",
}
UNCLEAR = "Periode belum dipilih"
PATHS = {StepKind.EXAM: "/ujian", StepKind.PLEDGE: "/ikrar", StepKind.CERTIFICATE: "/sertifikat"}


@dataclass(frozen=True, slots=True)
class Row:
    """A step in the list."""

    kind: StepKind
    title: str
    status: str
    href: str | None
    hint: str


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """One line about a period of the person, with the address of its tasks; `left`: some task is open."""

    nama: str
    words: str
    href: str
    left: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The tasks of a period on the page; `next_text` and `next_href` are the one thing to do now, if any.

    `unsent_until`: the end of an attempt that is answered and not handed in. `runs_until`: of one that was given more
    time than the period had left. `renewed`: the content became another one after the person had begun.
    `to_remember`: how many short questions wait after passing; they are no task, and neither is the `pretest`.
    """

    tasks: Tasks
    progress: str
    line: PeriodLine
    rows: tuple[Row, ...]
    next_text: str | None
    next_href: str | None
    awaits_spelling: bool
    renewed: bool
    unsent_until: datetime | None
    runs_until: datetime | None
    has_feeds: bool
    to_remember: int
    pretest: PretestState | None


@bp.get("/tugas")
@requires(Permission.LEARN)
def overview() -> ResponseReturnValue:
    """Show all steps of the wanted period or of the only open one; of several open ones, the next step of each."""
    now, asked = current.now(), kode() if named_kode() else None
    own = list_enrolled(current.session(), asn_id=asn_id(), now=now)
    meetings = list_invitations()
    if not own:
        return render_template("tugas/kosong.html", meetings=meetings)
    left = [each for each in own if each.is_left_to_do(now) or find_end_after_tutup(each)]
    if asked is None and len(left) > 1:
        others = [tell_period(each) for each in own if each not in left]
        return render_template(
            "tugas/semua.html", boards=[make_board(each) for each in left], others=others, meetings=meetings
        )
    shown = next((each for each in own if asked in {None, each.period.kode}), None)
    if shown is None:
        raise NotFound(asked)
    others = [tell_period(each) for each in own if each is not shown]
    return render_template("tugas/daftar.html", board=make_board(shown), others=others, meetings=meetings)


def list_invitations() -> list[tuple[Meeting, bool, bool]]:
    """List the meetings that have not ended, each with whether it is open now, and whether the person is noted."""
    session, now = current.session(), current.now()
    found = []
    for meeting in list_meetings_of(session, asn_id=asn_id(), now=now):
        is_open = meeting.state(now) is MeetingState.OPEN
        found.append((meeting, is_open, is_open and was_there(session, meeting.id, asn_id=asn_id())))
    return found


def make_board(enrolled: Enrolled) -> Board:
    tasks = list_tasks(current.session(), enrolled, now=current.now())
    kode, step = enrolled.period.kode, tasks.next
    until = enrolled.period.sign_until if signs_late(enrolled) else None
    return Board(
        tasks=tasks,
        progress=tell_progress(tasks),
        line=tell_period(enrolled),
        rows=tuple(as_row(each, kode, until) for each in tasks.steps),
        awaits_spelling=awaits_spelling(enrolled),
        renewed=is_renewed(enrolled),
        unsent_until=find_end_unsent(tasks),
        runs_until=find_end_after_tutup(enrolled),
        has_feeds=has_feeds(current.session(), enrolled),
        to_remember=count_waiting(current.session(), enrolled, now=current.now()),
        pretest=find_state(current.session(), enrolled, now=current.now()),
        next_text=next_text(step) if step else None,
        next_href=next_href(step, kode) if step else None,
    )


def find_end_unsent(tasks: Tasks) -> datetime | None:
    """Return the end of the open attempt if everything in it is answered: the person may think that it is handed in."""
    closes_at, now = tasks.enrolled.period.closes_at, current.now()
    for step in tasks.steps:
        sitting = step.gate.sitting if step.gate else None
        if sitting and not sitting.is_overdue(closes_at, now) and find_unsent(current.session(), sitting.attempt_id):
            return sitting.end(closes_at)
    return None


def find_end_after_tutup(enrolled: Enrolled) -> datetime | None:
    """Return the end of an open attempt that goes on although its period is closed, as it was given more time."""
    now, closes_at = current.now(), enrolled.period.closes_at
    if enrolled.period.state(now) is not PeriodState.CLOSED or enrolled.passed_at is not None:
        return None
    sitting = find_sitting(current.session(), enrolled.id, None)
    if sitting is None or not sitting.is_open or sitting.is_overdue(closes_at, now):
        return None
    return sitting.end(closes_at)


def is_renewed(enrolled: Enrolled) -> bool:
    """Return whether the period moved to a newer edition while the person was learning, and they still are."""
    raised_at, started_at = enrolled.period.raised_at, enrolled.started_at
    learning = enrolled.is_left_to_do(current.now()) and enrolled.passed_at is None
    return learning and raised_at is not None and started_at is not None and started_at < raised_at


def awaits_spelling(enrolled: Enrolled) -> bool:
    """Return whether everything is done except a printable spelling of the name."""
    if enrolled.completed_at or not (enrolled.passed_at and enrolled.pledged_at):
        return False
    withheld = list_withheld(current.session(), instansi_id=current.instansi_id(), asn_id=asn_id())
    return enrolled.id in {each.enrolment_id for each in withheld}


def tell_period(enrolled: Enrolled) -> PeriodLine:
    now, period = current.now(), enrolled.period
    words = {
        PeriodState.UPCOMING: f"mulai {tanggal(period.opens_at)}",
        PeriodState.OPEN: f"tenggat {hari_terakhir(period.due_at)} ({sisa_hari(period.due_at, now)})",
        PeriodState.LATE: f"terlambat, masih dapat diselesaikan sampai {hari_terakhir(period.closes_at)}",
        PeriodState.CLOSED: f"ditutup {hari_terakhir(period.closes_at)}",
    }
    told = "selesai" if enrolled.completed_at else words[period.state(now)]
    if until := find_end_after_tutup(enrolled):
        told = f"ditutup; ujian Anda masih berjalan sampai {tanggal_waktu(until)}"
    if signs_late(enrolled):
        told = f"ditutup; ikrar masih dapat ditandatangani sampai {hari_terakhir(period.sign_until)}"
    left = enrolled.is_left_to_do(now) or until is not None
    return PeriodLine(period.nama, told, link("/tugas", period.kode), left)


def signs_late(enrolled: Enrolled) -> bool:
    """Return whether the period is over, and only the ikrar of somebody who passed in time may still be signed."""
    now = current.now()
    return enrolled.pledged_at is None and enrolled.may_sign(now) and not enrolled.may_learn(now)


def as_row(step: Step, kode: str, until: datetime | None) -> Row:
    title = (
        step.module.judul
        if step.module
        else {"ujian": "Ujian", "ikrar": "Ikrar", "sertifikat": "Sertifikat"}[step.kind]
    )
    open_to_all = step.status is not StepStatus.LOCKED or step.kind is StepKind.EXAM
    passed_over = step.module and step.module.mastered and not step.module.finished
    status = PASSED_OVER if passed_over else STATUS_WORDS[step.status]
    return Row(step.kind, title, status, href(step, kode) if open_to_all else None, hint(step, until))


def href(step: Step, kode: str) -> str:
    if step.module:
        return page_address(step.module.slug, step.module.next_page, kode)
    return link(PATHS[step.kind], kode)


@bp.app_errorhandler(PeriodUnclear)
def ask_period(fact: PeriodUnclear) -> ResponseReturnValue:
    """Ask which period an unclear form is meant for. Nothing was written.

    The page holds the sent form and sends it again, with the period whose button is pressed.
    """
    current.session().rollback()
    if wants_json():
        return jsonify(error=UNCLEAR, message="Muat ulang halaman ini, lalu kirim lagi."), 422
    sent = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    return render_template("tugas/periode.html", title=UNCLEAR, fitting=fact.args, sent=sent), 422


def next_href(step: Step, kode: str) -> str:
    """Return the address of the next step; after a failed attempt that of the first page to read again."""
    page = first_to_read(step)
    return page_address(page.slug, page.number, kode) if page else href(step, kode)


def first_to_read(step: Step) -> PageToRead | None:
    if step.gate is None or step.gate.obstacle is not Obstacle.LEARN_AGAIN:
        return None
    return step.gate.to_read[0]


def next_text(step: Step) -> str:
    if step.module:
        return f"{'Lanjutkan' if step.module.reached else 'Mulai'}: {step.module.judul}"
    if page := first_to_read(step):
        return f"Baca lagi: {page.title}"
    if step.kind is StepKind.EXAM and step.gate and step.gate.sitting:
        return "Lanjutkan ujian"
    return NEXT_WORDS[step.kind]


def hint(step: Step, until: datetime | None = None) -> str:
    """Return what to know about a step. `until`: the end of signing after tutup, if the person may."""
    if step.module:
        return "Boleh dibaca, tidak wajib: Anda sudah lulus" if step.optional else tell_reading(step.module)
    if step.kind is StepKind.PLEDGE and until:
        return f"Periode sudah ditutup. Masih dapat ditandatangani sampai {hari_terakhir(until)}"
    if step.kind is StepKind.CERTIFICATE:
        return "" if step.status is StepStatus.DONE else "Terbit setelah Anda lulus ujian dan menandatangani ikrar"
    return explain(step.gate) if step.gate else ""


def tell_progress(tasks: Tasks) -> str:
    """Say how much is done, and how long reading the rest takes."""
    due = [step for step in tasks.steps if not step.optional and step.status is not StepStatus.DONE]
    minutes = sum(step.module.minutes_left for step in due if step.module)
    done = f"{tasks.done} dari {tasks.most} tugas selesai"
    return f"{done} · sekitar {minutes} menit membaca lagi" if minutes else done


def tell_reading(module: ModuleProgress) -> str:
    """Say how far a module was read. It is done after its last page; skipped pages are mentioned, but not required."""
    passed_over = module.page_count - module.reached
    if module.mastered and not module.finished:
        return "Sudah Anda kuasai pada tes awal"
    if not module.finished:
        left = f"{module.minutes_left} menit lagi" if module.reached else f"{module.minutes} menit"
        return f"Sekitar {left}, {module.reached} dari {module.page_count} halaman dibaca"
    if passed_over:
        return f"Dibaca sampai halaman terakhir, {passed_over} halaman dilewati"
    return f"{module.page_count} halaman dibaca"


NO_ATTEMPTS_LEFT = (
    "Kesempatan Anda habis. {} dapat memberi kesempatan tambahan; mintalah lewat operator kepegawaian OPD Anda"
)


def explain(gate: Gate) -> str:
    """Explain why the exam does not open, and how to open it."""
    until = tanggal_waktu(gate.until) if gate.until else ""
    words = {
        Obstacle.LEFT: "Anda tercatat sudah keluar dari periode ini",
        Obstacle.NOT_YET_OPEN: f"Terbuka mulai {until}",
        Obstacle.CLOSED: "Periode ini sudah ditutup",
        Obstacle.NO_ATTEMPTS_LEFT: NO_ATTEMPTS_LEFT.format(current.office_name()),
        Obstacle.MODULES_FIRST: f"Terbuka setelah semua modul dibaca sampai akhir, tinggal {len(gate.modules_left)}",
        Obstacle.LEARN_AGAIN: f"Terbuka setelah {len(gate.to_read)} halaman tentang soal yang belum sesuai dibaca lagi",
        Obstacle.COOLDOWN: f"Dapat diulang mulai {until}",
    }
    return words.get(gate.obstacle, "") if gate.obstacle else ""
