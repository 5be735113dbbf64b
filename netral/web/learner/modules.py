"""Reading a module, which is one document: /modul/<slug>, its pages as #2, #3, ..., and the practice on them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from flask import Blueprint, flash, get_template_attribute, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from netral.accounts.access import Permission
from netral.extensions import reading_session
from netral.learning.editions.reading import RuleView, list_numbers, read_rules
from netral.learning.exams.attempts import view_pages_to_read
from netral.learning.periods.enrolments import Enrolled, get_enrolled
from netral.learning.study.practice import FoundPractice, PracticePlace, PracticeQuestion, find_practice, read_module
from netral.learning.study.progress import NothingChosen, PracticeChanged, answer_practice, reach_pages, read_again
from netral.learning.study.recalling import choose_opening
from netral.quiz.questions import Answer, Citation
from netral.web.edge import current
from netral.web.edge.access import requires, wants_json
from netral.web.edge.forms import sent_version
from netral.web.edge.queries import read_number
from netral.web.learner.learner import asn_id, kode, link, page_address

bp = Blueprint("modules", __name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of an answer to a practice question; `prefix` is that of the ids of its form, `sent` what was chosen.

    `changed`: the answer was to an earlier question in the same place.
    """

    prefix: str
    sent: Answer
    changed: bool = False

    @property
    def text(self) -> str:
        if self.changed:
            return "Soal ini diperbarui setelah halaman Anda dibuka. Baca dan jawab yang ini"
        return "Lengkapi jawaban dahulu" if self.sent else "Pilih jawaban dahulu"


@dataclass(frozen=True, slots=True)
class Opening:
    """Questions of earlier modules at the beginning of the module `slug`; `versions` tells the next page which.

    Only those `answered` on these pages show an answer: the others are to be remembered.
    """

    slug: str
    versions: tuple[int, ...]
    answered: frozenset[int] = frozenset()
    questions: tuple[PracticeQuestion, ...] = ()

    @property
    def sent(self) -> str:
        """Return what the next page is told, such as `12.15x.19`: the marked one is answered."""
        return ".".join(f"{version}{'x' * (version in self.answered)}" for version in self.versions)

    def shown(self, found: FoundPractice) -> PracticeQuestion:
        return found.answered(found.answer if found.version_id in self.answered else {})


def sent_opening(values: Mapping[str, str]) -> Opening | None:
    """Return the opening that a form belongs to, without its questions."""
    return read_sent(values["dari"], values.get("ingat", "")) if "dari" in values else None


def read_sent(slug: str, text: str) -> Opening:
    parts = [(number, part) for part in text.split(".") if (number := read_number(part.rstrip("x")))]
    answered = frozenset(number for number, part in parts if part.endswith("x"))
    return Opening(slug, tuple(number for number, _ in parts), answered)


def prefix_of(place: PracticePlace, opening: Opening | None) -> str:
    """Return what the ids of a question's form begin with: the same question may stand on a page twice."""
    kind = f"ingat-{place.slug}" if opening else "soal"
    return f"{kind}-{place.page}-{place.position}-"


@bp.get("/modul/<slug>")
@requires(Permission.LEARN)
def document(slug: str) -> ResponseReturnValue:
    return show(slug)


@bp.get("/modul/<slug>/<int:n>")
@bp.get("/modul/<slug>/cetak")
@requires(Permission.LEARN)
def earlier_address(slug: str, n: int = 1) -> ResponseReturnValue:
    """Redirect an address from before a module was one document to its page there; the same document is printed."""
    return redirect(page_address(slug, n))


def show(slug: str, problem: Problem | None = None) -> ResponseReturnValue:
    with reading_session() as reading:
        enrolled = get_enrolled(reading, asn_id=asn_id(), kode=kode())
        view = read_module(reading, enrolled, slug=slug)
        opening = read_opening(reading, enrolled, slug)
        to_read = view_pages_to_read(reading, enrolled)
        (edition,) = list_numbers(reading, [enrolled.period.edition_id])
    body = render_template(
        "modul/dokumen.html",
        view=view,
        opening=opening,
        period=enrolled.period,
        reading=url_for("readings.show", edition=edition, slug=slug),
        rules=rules_of(enrolled, [*opening.questions, *(each for page in view.pages for each in page.practice)]),
        to_read={page.number for page in to_read if page.slug == slug},
        problem=problem,
        problems=[{"text": problem.text, "target": f"{problem.prefix}jawaban"}] if problem else None,
    )
    return body, 422 if problem else 200


def read_opening(reader: Session, enrolled: Enrolled, slug: str) -> Opening:
    """Return the opening with its questions: those that the last page showed, if the address or the form names them."""
    before = read_sent(slug, request.values.get("ingat", ""))
    found = choose_opening(reader, enrolled, slug=slug, day=current.today(), again=before.versions)
    versions = tuple(each.version_id for each in found)
    return Opening(slug, versions, before.answered, tuple(map(before.shown, found)))


def rules_of(enrolled: Enrolled, practice: Iterable[PracticeQuestion]) -> dict[Citation, RuleView]:
    """Return the rules behind the reasons of answered questions."""
    citations = {citation for each in practice if each.review for citation in each.review.rules}
    with reading_session() as reading:
        return read_rules(reading, edition_id=enrolled.period.edition_id, citations=citations)


@bp.post("/modul/<slug>")
@requires(Permission.LEARN)
def record(slug: str) -> ResponseReturnValue:
    """Record the pages that were read (`halaman`), as the script tells them and as Selesai membaca does.

    A script gets the number of its message back (`urutan`), which tells our answer from that of a captive portal.
    """
    session = current.session()
    numbers = [read_number(text) or 0 for text in request.form.getlist("halaman")]
    reached = reach_pages(
        session, asn_id=asn_id(), kode=kode(), slug=slug, numbers=numbers, now=current.now(), shown=shown_edition()
    )
    session.commit()
    if reached.counted and not reached.finished and reached.moved:
        flash("Isi periode ini diperbarui saat Anda membaca. Yang Anda baca tercatat; lanjutkan dari daftar ini.")
    elif reached.finished and reached.counted:
        flash("Modul selesai dibaca.", "success")
    elif reached.finished:
        flash("Periode ini tidak sedang berjalan, jadi bacaan Anda tidak dicatat.", "warning")
    if wants_json():
        return jsonify(saved=True, seq=read_number(request.form.get("urutan", "")))
    return redirect(link("/tugas"), 303)


def shown_edition() -> int | None:
    """Return the edition that the form's page showed; pages from before it was named say nothing."""
    return read_number(request.args.get("edisi", ""))


@bp.post("/modul/<slug>/<int:n>/lagi")
@requires(Permission.LEARN)
def record_again(slug: str, n: int) -> ResponseReturnValue:
    """Record that a page was read again after a failed attempt, and lead to the next such page or to the exam."""
    session = current.session()
    counted = read_again(
        session, asn_id=asn_id(), kode=kode(), slug=slug, number=n, now=current.now(), shown=shown_edition()
    )
    session.commit()
    if not counted:
        flash("Periode ini tidak sedang berjalan, jadi bacaan Anda tidak dicatat.", "warning")
        return redirect(page_address(slug, n), 303)
    with reading_session() as reading:
        left = view_pages_to_read(reading, get_enrolled(reading, asn_id=asn_id(), kode=kode()))
    if not left:
        flash("Semua halaman yang perlu sudah Anda baca lagi.", "success")
        return redirect(link("/ujian"), 303)
    flash(f"Tercatat. Tinggal {len(left)} halaman.", "success")
    return redirect(page_address(left[0].slug, left[0].number), 303)


@bp.post("/modul/<slug>/<int:n>/latihan/<int:position>")
@requires(Permission.LEARN)
def practise(slug: str, n: int, position: int) -> ResponseReturnValue:
    """Keep the answer and show its points: to a script only the question, drawn anew.

    A question that opened another module is shown there.
    """
    session, form = current.session(), request.form.to_dict(flat=False)
    place, version = PracticePlace(slug, n, position), read_number(sent_version())
    opening = sent_opening(request.form)
    prefix, shown_in = prefix_of(place, opening), opening.slug if opening else slug
    try:
        answered = answer_practice(
            session, place, asn_id=asn_id(), kode=kode(), form=form, now=current.now(), shown=version
        )
    except (NothingChosen, PracticeChanged) as fact:
        session.rollback()
        problem = as_problem(prefix, fact)
        return draw_alone(find_shown(place, opening), opening, problem) if wants_json() else show(shown_in, problem)
    session.commit()
    if opening:
        opening = replace(opening, answered=opening.answered | {answered.version_id})
    if wants_json():
        return draw_alone(answered, opening)
    again = opening.sent if opening else None
    return redirect(url_for(".document", slug=shown_in, periode=kode(), ingat=again, _anchor=f"{prefix}umpan"), 303)


def as_problem(prefix: str, fact: NothingChosen | PracticeChanged) -> Problem:
    return Problem(prefix, fact.sent) if isinstance(fact, NothingChosen) else Problem(prefix, {}, changed=True)


def find_shown(place: PracticePlace, opening: Opening | None) -> PracticeQuestion:
    with reading_session() as reading:
        enrolled = get_enrolled(reading, asn_id=asn_id(), kode=kode())
        found = find_practice(reading, enrolled, place)
    return opening.shown(found) if opening else found.answered(found.answer)


def draw_alone(
    question: PracticeQuestion, opening: Opening | None, problem: Problem | None = None
) -> ResponseReturnValue:
    with reading_session() as reading:
        enrolled = get_enrolled(reading, asn_id=asn_id(), kode=kode())
    practice = get_template_attribute("modul/latihan.html", "practice")
    html = practice(question, rules_of(enrolled, [question]), problem, opening)
    return jsonify(html=str(html)), 422 if problem else 200
