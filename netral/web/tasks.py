"""Tugas saya and the modules: /tugas, /modul/<slug>/<n>."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.extensions import writing_connection
from netral.learning.enrolments import Enrolled, find_enrolled, get_enrolled
from netral.learning.gates import Gate, Obstacle
from netral.learning.periods import PeriodState
from netral.learning.practice import read_page
from netral.learning.progress import NothingChosen, answer_practice, list_modules, may_learn, reach_page
from netral.learning.rules import read_rules
from netral.learning.tasks import Step, StepKind, StepStatus, list_tasks
from netral.web import current
from netral.web.access import requires
from netral.web.filters import tanggal_waktu
from netral.web.learner import asn_id, kode, link

bp = Blueprint("tasks", __name__)

STATUS_WORDS = {
    StepStatus.NOT_STARTED: "Belum dimulai",
    StepStatus.UNDER_WAY: "Sedang dikerjakan",
    StepStatus.DONE: "Selesai",
    StepStatus.LOCKED: "Terkunci",
    StepStatus.LATE: "Terlambat",
}
NEXT_WORDS = {
    StepKind.EXAM: "Buka ujian",
    StepKind.PLEDGE: "Baca dan tandatangani ikrar",
    StepKind.CERTIFICATE: "Lihat sertifikat",
}
PATHS = {StepKind.EXAM: "/ujian", StepKind.PLEDGE: "/ikrar", StepKind.CERTIFICATE: "/sertifikat"}


@dataclass(frozen=True, slots=True)
class Row:
    """A step as it is listed."""

    kind: StepKind
    title: str
    status: str
    href: str | None
    hint: str


@bp.get("/tugas")
@requires(Permission.LEARN)
def overview() -> ResponseReturnValue:
    reader, now = current.reader(), current.now()
    enrolled = find_enrolled(reader, asn_id=asn_id(), kode=kode(), now=now)
    if enrolled is None:
        return render_template("tugas/kosong.html")
    tasks = list_tasks(reader, enrolled, now=now)
    step = tasks.next
    return render_template(
        "tugas/daftar.html",
        tasks=tasks,
        period=enrolled.period,
        late=enrolled.period.state(now) is PeriodState.LATE and not enrolled.completed_at,
        closed=enrolled.period.state(now) is PeriodState.CLOSED,
        rows=[as_row(each) for each in tasks.steps],
        next_text=next_text(step) if step else None,
        next_href=href(step) if step else None,
        days_left=max(0, (enrolled.period.due_at - now).days),
    )


def as_row(step: Step) -> Row:
    title = (
        step.module.judul
        if step.module
        else {"ujian": "Ujian", "ikrar": "Ikrar", "sertifikat": "Sertifikat"}[step.kind]
    )
    open_to_all = step.status is not StepStatus.LOCKED or step.kind is StepKind.EXAM
    return Row(step.kind, title, STATUS_WORDS[step.status], href(step) if open_to_all else None, hint(step))


def href(step: Step) -> str:
    if step.module:
        return link(f"/modul/{step.module.slug}/{step.module.next_page}")
    return link(PATHS[step.kind])


def next_text(step: Step) -> str:
    if step.module:
        return f"{'Lanjutkan' if step.module.reached else 'Mulai'}: {step.module.judul}"
    if step.kind is StepKind.EXAM and step.gate and step.gate.sitting:
        return "Lanjutkan ujian"
    return NEXT_WORDS[step.kind]


def hint(step: Step) -> str:
    if step.module:
        return (
            f"Sekitar {step.module.minutes} menit, {step.module.reached} dari {step.module.page_count} halaman dibaca"
        )
    if step.kind is StepKind.CERTIFICATE:
        return "" if step.status is StepStatus.DONE else "Terbit setelah Anda lulus ujian dan menandatangani ikrar"
    return explain(step.gate) if step.gate else ""


def explain(gate: Gate) -> str:
    """Why the exam does not open, and what opens it."""
    until = tanggal_waktu(gate.until) if gate.until else ""
    words = {
        Obstacle.LEFT: "Anda tercatat sudah keluar dari periode ini",
        Obstacle.NOT_YET_OPEN: f"Terbuka mulai {until}",
        Obstacle.CLOSED: "Periode ini sudah ditutup",
        Obstacle.NO_ATTEMPTS_LEFT: "Kesempatan Anda habis. Hubungi operator kepegawaian OPD Anda",
        Obstacle.MODULES_FIRST: f"Terbuka setelah semua modul dibaca sampai akhir, tinggal {len(gate.modules_left)}",
        Obstacle.COOLDOWN: f"Dapat diulang mulai {until}",
    }
    return words.get(gate.obstacle, "") if gate.obstacle else ""


@bp.get("/modul/<slug>")
@requires(Permission.LEARN)
def module(slug: str) -> ResponseReturnValue:
    """Where this person left off."""
    enrolled = enrolment()
    found = next((each for each in list_modules(current.reader(), enrolled) if each.slug == slug), None)
    return redirect(link(f"/modul/{slug}/{found.next_page if found else 1}"))


@bp.get("/modul/<slug>/<int:n>")
@requires(Permission.LEARN)
def page(slug: str, n: int) -> ResponseReturnValue:
    return show_page(slug, n)


def show_page(slug: str, n: int, problem: tuple[int, str] | None = None) -> ResponseReturnValue:
    reader, enrolled = current.reader(), enrolment()
    view = read_page(reader, enrolled, slug=slug, number=n)
    citations = {citation for each in view.practice if each.review for citation in each.review.rules}
    body = render_template(
        "modul/halaman.html",
        view=view,
        rules=read_rules(reader, edition_id=enrolled.period.edition_id, citations=citations),
        counts=may_learn(enrolled, current.now()),
        problem=problem,
        problems=[{"text": problem[1], "target": f"soal-{problem[0]}-jawaban"}] if problem else None,
    )
    return body, 422 if problem else 200


@bp.post("/modul/<slug>/<int:n>")
@requires(Permission.LEARN)
def reach(slug: str, n: int) -> ResponseReturnValue:
    """Marks this page as reached and goes on to where the button says."""
    with writing_connection() as writer:
        reached = reach_page(writer, asn_id=asn_id(), kode=kode(), slug=slug, number=n, now=current.now())
        writer.commit()
    if not reached.is_last:
        return redirect(link(f"/modul/{slug}/{n + 1}"), 303)
    flash(
        "Modul selesai dibaca."
        if reached.counted
        else "Periode ini tidak sedang berjalan, jadi bacaan Anda tidak dicatat.",
        "success",
    )
    return redirect(link("/tugas"), 303)


@bp.post("/modul/<slug>/<int:n>/latihan/<int:position>")
@requires(Permission.LEARN)
def practise(slug: str, n: int, position: int) -> ResponseReturnValue:
    session = current.session()
    try:
        answer_practice(
            session,
            asn_id=asn_id(),
            kode=kode(),
            slug=slug,
            page=n,
            position=position,
            form=request.form.to_dict(flat=False),
            now=current.now(),
        )
    except NothingChosen:
        session.rollback()
        return show_page(slug, n, (position, "Pilih jawaban dahulu"))
    session.commit()
    return redirect(link(f"/modul/{slug}/{n}") + f"#soal-{position}-umpan", 303)


def enrolment() -> Enrolled:
    return get_enrolled(current.reader(), asn_id=asn_id(), kode=kode(), now=current.now())
