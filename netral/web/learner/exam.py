"""The exam: /ujian, the paper as one document, handing in, result."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, flash, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from netral.accounts.access import Permission
from netral.extensions import reading_session
from netral.learning.exams.attempts import start_attempt, view_gate
from netral.learning.exams.closing import submit
from netral.learning.exams.exam_pages import AttemptNotOpen, Paper, PaperQuestion, read_paper
from netral.learning.exams.extending import Extension, list_time_given
from netral.learning.exams.gates import Obstacle
from netral.learning.exams.granting import list_grants
from netral.learning.exams.results import Result, ResultPending, read_result
from netral.learning.exams.saving import BadSequence, Saved, SaveOutcome, SentAnswer, close_late, save_response
from netral.learning.periods.enrolments import accept_notice, get_enrolled
from netral.quiz.blueprint import KeysShown
from netral.web.edge import current
from netral.web.edge.access import requires, wants_json
from netral.web.edge.completing import finish
from netral.web.edge.filters import hari_terakhir, waktu
from netral.web.edge.queries import read_number
from netral.web.edge.tracing import trace
from netral.web.learner.learner import asn_id, kode, link, sent_attempt
from netral.web.learner.tasks import explain
from netral.words.extending import tell_grant, tell_time_given
from netral.words.questions import INDICATORS

bp = Blueprint("exam", __name__)

FLAG = "ragu"
# Fields of a question that are not part of a choice.
ABOUT_QUESTION = frozenset({"urutan", "semula", "lama"})
MOST_SECONDS = 600


@bp.get("/ujian")
@requires(Permission.LEARN)
def intro() -> ResponseReturnValue:
    return show_intro()


def show_intro(problem: str | None = None) -> ResponseReturnValue:
    now = current.now()
    with reading_session() as reading:
        enrolled = get_enrolled(reading, asn_id=asn_id(), kode=kode())
        gate = view_gate(reading, enrolled, now=now)
        time_given = list_time_given(reading, gate.sitting, enrolment_id=enrolled.id)
        grants = (
            list_grants(reading, enrolment_id=enrolled.id) if enrolled.extra_attempts and not enrolled.passed_at else ()
        )
    body = render_template(
        "ujian/mulai.html",
        enrolled=enrolled,
        period=enrolled.period,
        gate=gate,
        ends_at=gate.sitting.end(enrolled.period.closes_at) if gate.sitting else None,
        given=[*tell_times(time_given), *(tell_grant(each, whom="Anda mendapat") for each in grants)],
        may_start=gate.obstacle in {None, Obstacle.NOTICE_UNREAD},
        why_not=explain(gate),
        needs_notice=enrolled.notice_read_at is None,
        size=enrolled.period.blueprint.size,
        problem=problem,
        problems=[{"text": problem, "target": "pemberitahuan-dibaca"}] if problem else None,
    )
    return body, 422 if problem else 200


@bp.post("/ujian/mulai")
@requires(Permission.LEARN)
def start() -> ResponseReturnValue:
    """Start the clock or continue: a second click leads to the same attempt."""
    session, act = current.session(), current.act()
    if request.form.get("pemberitahuan") == "dibaca":
        accept_notice(session, act, asn_id=asn_id(), kode=kode())
    started = start_attempt(session, act, asn_id=asn_id(), kode=kode(), seed=current.settings().new_seed())
    finish(started.closed)
    session.commit()
    if started.number is None:
        if started.obstacle is Obstacle.NOTICE_UNREAD:
            return show_intro("Baca pemberitahuan privasi, lalu centang bahwa Anda sudah membacanya")
        return redirect(link("/ujian"), 303)
    return redirect(link("/ujian/kerjakan"), 303)


@bp.get("/ujian/kerjakan")
@requires(Permission.LEARN)
def paper() -> ResponseReturnValue:
    """Show the whole paper as one form; a script turns its questions one by one and saves each change by itself."""
    return show("ujian/kerjakan.html")


@bp.get("/ujian/tinjau")
@requires(Permission.LEARN)
def review() -> ResponseReturnValue:
    """Show the saved answers and the button that hands them in, for browsers without a script."""
    return show("ujian/tinjau.html")


def show(template: str) -> ResponseReturnValue:
    now = current.now()
    try:
        found = read_paper(current.session(), asn_id=asn_id(), kode=kode(), now=now)
    except AttemptNotOpen as fact:
        return lead_away(fact)
    states = {each.slot: state_words(each) for each in found.questions}
    return render_template(
        template,
        paper=found,
        attempt_key=key_of(found),
        size=len(found.questions),
        states=states,
        given=tell_times(found.time_given),
        counts={"terjawab": 0, "ragu": 0, "belum": 0} | Counter(chain.from_iterable(states.values())),
        shown={each.slot: urlencode(list_choices(each)) for each in found.questions},
        now=now,
        zona=current.zona(),
    )


def tell_times(extensions: Iterable[Extension]) -> list[str]:
    return [tell_time_given(each, current.name_zona(), whose="Waktu Anda") for each in extensions]


def state_words(question: PaperQuestion) -> tuple[str, ...]:
    """Return the words for the state of a question; doubt is added whether or not it is answered."""
    return ("terjawab" if question.answer else "belum", *(["ragu"] if question.doubtful else []))


def list_choices(question: PaperQuestion) -> list[tuple[str, str]]:
    """Return the fields that a browser sends for a question as it is shown."""
    chosen = [(name, value) for name, values in question.answer.items() for value in values]
    return [*chosen, *([(FLAG, "1")] if question.doubtful else [])]


def key_of(paper: Paper) -> str:
    """Return a key that no other attempt has, under which the browser files its queue."""
    return f"{paper.enrolled.id}-{paper.number}"


@bp.get("/ujian/<int:n>")
@requires(Permission.LEARN)
def question(n: int) -> ResponseReturnValue:
    return lead_to(n)


@bp.get("/ujian/kumpulkan")
@requires(Permission.LEARN)
def confirm() -> ResponseReturnValue:
    return redirect(link("/ujian/tinjau"))


def lead_to(n: int) -> ResponseReturnValue:
    return redirect(f"{link('/ujian/kerjakan')}#{n}", 302 if request.method == "GET" else 303)


@bp.post("/ujian/<int:n>")
@requires(Permission.LEARN)
def save(n: int) -> ResponseReturnValue:
    """Save one question. A script is answered with JSON; a form was kept while its session had ended."""
    (saved,) = save_all([read_sent(n, request.form)])
    if wants_json():
        return as_json(saved)
    if saved.outcome is SaveOutcome.CLOSED:
        return lead_to_result(saved)
    tell_newer([saved])
    return lead_to(n)


@bp.post("/ujian/kerjakan")
@requires(Permission.LEARN)
def save_paper() -> ResponseReturnValue:
    """Save every question that was changed on the page of a paper, all or none; without a script."""
    saved = save_all(read_changed(request.form))
    if saved and saved[0].outcome is SaveOutcome.CLOSED:
        return lead_to_result(saved[0])
    if newer := tell_newer(saved):
        return lead_to(newer[0])
    if request.form.get("aksi") == "tinjau":
        return redirect(link("/ujian/tinjau"), 303)
    flash(f"Jawaban tersimpan{at(saved[-1])}." if saved else "Tidak ada jawaban yang berubah.", "success")
    return redirect(link("/ujian/kerjakan"), 303)


def save_all(sent: Sequence[SentAnswer]) -> list[Saved]:
    """Save answers of one attempt in one transaction, which also closes an attempt that is overdue."""
    session, now = current.session(), current.now()
    saved = [save_response(session, each, asn_id=asn_id(), kode=kode(), now=now) for each in sent]
    session.commit()
    if saved and saved[-1].overdue:
        finish(close_late(session, current.act(), saved[-1].number, asn_id=asn_id(), kode=kode()))
        session.commit()
    return saved


def read_changed(form: MultiDict[str, str]) -> list[SentAnswer]:
    """Return the questions of a paper whose choice differs from the one that its page showed.

    The fields of question 3 begin with `s3.`; `s3.semula` holds those that a browser would have sent for it unchanged.
    """
    return [read_sent(n, own) for n, own in split_paper(form.items(multi=True)) if is_changed(own)]


def split_paper(fields: Iterable[tuple[str, str]]) -> list[tuple[int, MultiDict[str, str]]]:
    """Return the fields of each question of a paper by its number, without their prefixes."""
    found: dict[int, MultiDict[str, str]] = {}
    for name, value in fields:
        prefix, _, own = name.partition(".")
        n = read_number(prefix[1:]) if prefix.startswith("s") and own else None
        if n is not None:
            found.setdefault(n, MultiDict()).add(own, value)
    return sorted(found.items())


def is_changed(own: MultiDict[str, str]) -> bool:
    """Return whether the choice differs from the one shown; a question without `semula` is none of our pages."""
    if "semula" not in own:
        return False
    chosen = [(name, value) for name, value in own.items(multi=True) if value and name not in ABOUT_QUESTION]
    return sorted(chosen) != sorted(parse_qsl(own["semula"]))


def read_sent(n: int, fields: MultiDict[str, str]) -> SentAnswer:
    enrolment_id, number = sent_attempt()
    return SentAnswer(
        slot=n,
        form={name: fields.getlist(name) for name in fields},
        doubtful=fields.get(FLAG) == "1",
        sequence=read_sequence(fields.get("urutan", "")),
        seconds=read_seconds(fields.get("lama", "")),
        number=number,
        enrolment_id=enrolment_id,
    )


def read_sequence(text: str) -> int | None:
    """Return the sequence of the form, None where it has none. Raises BadSequence."""
    number = read_number(text)
    if text and number is None:
        raise BadSequence(text)
    return number


def read_seconds(text: str) -> int | None:
    """Return how long the question was on the screen, None for an unusable value, which must not cost the answer."""
    seconds = read_number(text)
    return seconds if seconds is not None and seconds <= MOST_SECONDS else None


def as_json(saved: Saved) -> ResponseReturnValue:
    body = {
        "saved": saved.outcome is SaveOutcome.SAVED,
        "seq": saved.sequence,
        "saved_at": saved.saved_at.isoformat() if saved.saved_at else None,
        "answer": saved.answer,
        "ends_at": saved.ends_at.isoformat(),
    }
    return jsonify(body), 409 if saved.outcome is SaveOutcome.CLOSED else 200


def at(saved: Saved) -> str:
    return f" pukul {waktu(saved.saved_at)}" if saved.saved_at else ""


def lead_to_result(saved: Saved) -> ResponseReturnValue:
    flash("Ujian ini sudah ditutup. Jawaban terakhir tidak ikut tersimpan.", "warning")
    return redirect(link(f"/hasil/{saved.number}"), 303)


def tell_newer(saved: Sequence[Saved]) -> list[int]:
    """Tell the person the questions for which the server has a newer answer, which stays, and return them."""
    stale = [each for each in saved if each.outcome is SaveOutcome.STALE]
    for each in stale:
        told = f"Jawaban soal {each.slot} diubah dari perangkat lain{at(each)}. Yang tampil adalah jawaban terbaru."
        flash(told, "warning")
    return [each.slot for each in stale]


@bp.post("/ujian/kumpulkan")
@requires(Permission.LEARN)
def hand_in() -> ResponseReturnValue:
    """Hand in. A second click, or the same form after a restart, leads to the same result."""
    session = current.session()
    enrolment_id, number = sent_attempt()
    closing = submit(session, current.act(), asn_id=asn_id(), kode=kode(), number=number, enrolment_id=enrolment_id)
    finish(closing)
    if closing.new and closing.passed:
        trace("ujian")
    session.commit()
    return redirect(link(f"/hasil/{closing.number}"), 303)


@bp.get("/hasil/<int:no>")
@requires(Permission.LEARN)
def result(no: int) -> ResponseReturnValue:
    try:
        found = read_result(current.session(), asn_id=asn_id(), kode=kode(), number=no, now=current.now())
    except ResultPending as fact:
        return show_time_over(no) if fact.overdue else redirect(link("/ujian"))
    return render_template(
        "ujian/hasil.html",
        result=found,
        period=found.enrolled.period,
        attempt_key=f"{found.enrolled.id}-{no}",
        keys_hint=tell_keys(found),
        now=current.now(),
        names=INDICATORS,
        indicators=[
            (indicator, grade, [item for item in found.items if item.indicator is indicator])
            for indicator, grade in found.by_indicator.items()
        ],
    )


def tell_keys(found: Result) -> str:
    """Say when the result will hold the right answers."""
    period = found.enrolled.period
    if period.keys_shown == KeysShown.HABIS:
        return "Jawaban yang sesuai ditampilkan setelah Anda lulus atau kesempatan habis."
    closed = f"setelah periode ditutup, {hari_terakhir(period.closes_at)}"
    if found.passed and period.keys_shown == KeysShown.TENGGAT:
        return f"Jawaban yang sesuai ditampilkan setelah tenggat, {hari_terakhir(period.due_at)}."
    return f"Jawaban yang sesuai ditampilkan {closed}."


def lead_away(fact: AttemptNotOpen) -> ResponseReturnValue:
    """Redirect without an open attempt: to its result, to the page that closes an overdue one, or to the beginning."""
    if fact.number is None:
        return redirect(link("/ujian"))
    if fact.overdue:
        return show_time_over(fact.number)
    return redirect(link(f"/hasil/{fact.number}"))


def show_time_over(number: int) -> ResponseReturnValue:
    """Show that the time is over, with the button that closes the attempt: a GET writes nothing."""
    return render_template("ujian/habis.html", number=number)
