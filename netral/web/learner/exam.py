"""The exam: /ujian, one question a page, review, handing in, result."""

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from itertools import chain
from typing import Any

from flask import Blueprint, current_app, flash, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.extensions import reading_connection, writing_connection
from netral.learning.exams.attempts import start_attempt, view_gate
from netral.learning.exams.closing import submit
from netral.learning.exams.exam_pages import (
    AttemptNotOpen,
    OpenAttempt,
    QuestionPage,
    SlotState,
    read_question,
    read_review,
)
from netral.learning.exams.gates import Obstacle
from netral.learning.exams.results import ResultPending, read_result
from netral.learning.exams.saving import BadSequence, Saved, SaveOutcome, SentAnswer, close_late, save_response
from netral.learning.periods.enrolments import accept_notice, get_enrolled
from netral.web.edge import current
from netral.web.edge.access import requires, wants_json
from netral.web.edge.completing import finish
from netral.web.edge.filters import waktu
from netral.web.edge.kinds import words_of
from netral.web.edge.queries import read_number
from netral.web.learner.learner import asn_id, kode, link, sent_attempt
from netral.web.learner.tasks import explain
from netral.words.questions import INDICATORS

bp = Blueprint("exam", __name__)


@bp.get("/ujian")
@requires(Permission.LEARN)
def intro() -> ResponseReturnValue:
    return show_intro()


def show_intro(problem: str | None = None) -> ResponseReturnValue:
    reader, now = current.reader(), current.now()
    enrolled = get_enrolled(reader, asn_id=asn_id(), kode=kode())
    gate = view_gate(reader, enrolled, now=now)
    body = render_template(
        "ujian/mulai.html",
        enrolled=enrolled,
        period=enrolled.period,
        gate=gate,
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
    """The clock starts here, or goes on: a second click leads to the same attempt."""
    session, now, who = current.session(), current.now(), current.actor().user_id
    if request.form.get("pemberitahuan") == "dibaca":
        accept_notice(session, asn_id=asn_id(), kode=kode(), now=now, by=who)
    started = start_attempt(session, asn_id=asn_id(), kode=kode(), now=now, seed=current.settings().new_seed(), by=who)
    finish(started.closed)
    session.commit()
    if started.number is None:
        if started.obstacle is Obstacle.NOTICE_UNREAD:
            return show_intro("Baca pemberitahuan privasi, lalu centang bahwa Anda sudah membacanya")
        return redirect(link("/ujian"), 303)
    return redirect(link("/ujian/1"), 303)


@bp.get("/ujian/<int:n>")
@requires(Permission.LEARN)
def question(n: int) -> ResponseReturnValue:
    try:
        page = read_question(current.reader(), asn_id=asn_id(), kode=kode(), slot=n, now=current.now())
    except AttemptNotOpen as fact:
        return lead_away(fact)
    return show(page)


def show(
    page: QuestionPage, problem: str | None = None, answer: Mapping[str, list[str]] | None = None
) -> ResponseReturnValue:
    states = [state_words(state) for state in page.attempt.slots]
    body = render_template(
        "ujian/soal.html",
        page=page,
        attempt=page.attempt,
        attempt_key=key_of(page.attempt),
        answer=page.answer if answer is None else answer,
        size=len(states),
        counts={"terjawab": 0, "ragu": 0, "belum": 0} | Counter(chain.from_iterable(states)),
        cells="".join([draw_cell(slot, words, slot == page.slot) for slot, words in enumerate(states, 1)]),
        now=current.now(),
        zona=current.zona(),
        problem=problem,
        problems=[{"text": problem, "target": "jawaban"}] if problem else None,
    )
    return body, 422 if problem else 200


def state_words(state: SlotState) -> tuple[str, ...]:
    """Return the words for the state of a question; doubt is added whether or not it is answered."""
    return ("terjawab" if state.answered else "belum", *(["ragu"] if state.doubtful else []))


@lru_cache(maxsize=1024)
def draw_cell(slot: int, states: tuple[str, ...], current: bool) -> str:  # noqa: FBT001  as the macro takes it
    """The map of every page is made of the same few: each is drawn once."""
    macros: Any = current_app.jinja_env.get_template("macros/question.html").module
    return str(macros.map_cell(slot, states, current=current))


def key_of(attempt: OpenAttempt) -> str:
    """What no other attempt has; the queue in the browser is filed under it."""
    return f"{attempt.enrolled.id}-{attempt.number}"


@bp.post("/ujian/<int:n>")
@requires(Permission.LEARN)
def save(n: int) -> ResponseReturnValue:
    """Saves whatever button was pressed; the same address answers a script with JSON."""
    sent, now = read_sent(n), current.now()
    with reading_connection() as reader, writing_connection() as writer:
        saved = save_response(writer, sent, asn_id=asn_id(), kode=kode(), now=now, reader=reader)
        writer.commit()
    if saved.overdue:
        session, who = current.session(), current.actor().user_id
        finish(close_late(session, saved.number, asn_id=asn_id(), kode=kode(), now=now, by=who))
        session.commit()
    if wants_json():
        return as_json(saved)
    if saved.outcome is SaveOutcome.CLOSED:
        flash("Ujian ini sudah ditutup. Jawaban terakhir tidak ikut tersimpan.", "warning")
        return redirect(link(f"/hasil/{saved.number}"), 303)
    if saved.outcome is SaveOutcome.STALE:
        flash(f"Jawaban soal ini diubah dari perangkat lain{at(saved)}. Yang tampil adalah jawaban terbaru.", "warning")
        return redirect(link(f"/ujian/{n}"), 303)
    return go_on(n, saved)


def read_sent(n: int) -> SentAnswer:
    form, (enrolment_id, number) = request.form, sent_attempt()
    return SentAnswer(
        slot=n,
        form={name: form.getlist(name) for name in form},
        doubtful=form.get("ragu") == "1",
        sequence=read_sequence(form.get("urutan", "")),
        number=number,
        enrolment_id=enrolment_id,
    )


def read_sequence(text: str) -> int | None:
    """Return the sequence of the form, None where it has none. Raises BadSequence."""
    number = read_number(text)
    if text and number is None:
        raise BadSequence(text)
    return number


def as_json(saved: Saved) -> ResponseReturnValue:
    body = {
        "saved": saved.outcome is SaveOutcome.SAVED,
        "seq": saved.sequence,
        "saved_at": saved.saved_at.isoformat() if saved.saved_at else None,
        "answer": saved.answer,
    }
    return jsonify(body), 409 if saved.outcome is SaveOutcome.CLOSED else 200


def at(saved: Saved) -> str:
    return f" pukul {waktu(saved.saved_at)}" if saved.saved_at else ""


def go_on(n: int, saved: Saved) -> ResponseReturnValue:
    """To where the pressed button says; without a choice `maju` stays and says what is missing."""
    action = request.form.get("aksi", "maju")
    last = saved.last
    if action == "maju" and not saved.complete:
        with reading_connection() as reader:
            page = read_question(reader, asn_id=asn_id(), kode=kode(), slot=n, now=current.now())
        return show(page, f"{words_of(page.face.kind).INCOMPLETE}, atau tekan Lewatkan soal ini")
    if action.startswith("ke:") and (chosen := read_number(action[3:])) is not None:
        return redirect(link(f"/ujian/{min(max(1, chosen), last)}"), 303)
    if action == "mundur":
        return redirect(link(f"/ujian/{max(1, n - 1)}"), 303)
    if action == "tinjau" or n >= last:
        return redirect(link("/ujian/tinjau"), 303)
    return redirect(link(f"/ujian/{n + 1}"), 303)


@bp.get("/ujian/tinjau")
@requires(Permission.LEARN)
def review() -> ResponseReturnValue:
    try:
        attempt, lines = read_review(current.reader(), asn_id=asn_id(), kode=kode(), now=current.now())
    except AttemptNotOpen as fact:
        return lead_away(fact)
    return render_template("ujian/tinjau.html", attempt=attempt, attempt_key=key_of(attempt), lines=lines)


@bp.get("/ujian/kumpulkan")
@requires(Permission.LEARN)
def confirm() -> ResponseReturnValue:
    try:
        attempt, _ = read_review(current.reader(), asn_id=asn_id(), kode=kode(), now=current.now())
    except AttemptNotOpen as fact:
        return lead_away(fact)
    return render_template("ujian/kumpulkan.html", attempt=attempt, attempt_key=key_of(attempt))


@bp.post("/ujian/kumpulkan")
@requires(Permission.LEARN)
def hand_in() -> ResponseReturnValue:
    """Idempotent: a second click, or the same form after a restart, lands on the same result."""
    session = current.session()
    enrolment_id, number = sent_attempt()
    closing = submit(
        session,
        asn_id=asn_id(),
        kode=kode(),
        number=number,
        enrolment_id=enrolment_id,
        now=current.now(),
        by=current.actor().user_id,
    )
    finish(closing)
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
        now=current.now(),
        indicators=[
            (INDICATORS[indicator], grade, [item for item in found.items if item.indicator is indicator])
            for indicator, grade in found.by_indicator.items()
        ],
    )


def lead_away(fact: AttemptNotOpen) -> ResponseReturnValue:
    """No open attempt: to its result, to the page that closes what ran out of time, or to the beginning."""
    if fact.number is None:
        return redirect(link("/ujian"))
    if fact.overdue:
        return show_time_over(fact.number)
    return redirect(link(f"/hasil/{fact.number}"))


def show_time_over(number: int) -> ResponseReturnValue:
    """Show that the time is over, with the button that closes the attempt: a GET writes nothing."""
    return render_template("ujian/habis.html", number=number)
