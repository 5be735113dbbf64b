"""Tes awal: /tes-awal, a few questions before reading, which nobody has to answer."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.extensions import reading_session
from netral.learning.exams.pretests import (
    NothingAnswered,
    PretestState,
    SentItem,
    find_state,
    read_questions,
    read_result,
    start_pretest,
    submit_pretest,
)
from netral.learning.periods.enrolments import Enrolled, get_enrolled
from netral.learning.study.progress import list_modules
from netral.quiz.blueprint import plan_pretest
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.learner.exam import split_paper
from netral.web.learner.learner import asn_id, kode, link, page_address
from netral.words.questions import INDICATORS

bp = Blueprint("pretests", __name__)

CERTAINTY = "yakin"
NOTHING = "Jawab sedikitnya satu soal, atau lewati tes awal"
TOO_LATE = "Anda sudah mulai belajar, jadi tes awal tidak dikirim lagi. Ini tidak memengaruhi apa pun."


@bp.get("/tes-awal")
@requires(Permission.LEARN)
def overview() -> ResponseReturnValue:
    """Show what it is about, its questions, or its result; lead to the tasks where there is none of these."""
    with reading_session() as reading:
        enrolled = get_enrolled(reading, asn_id=asn_id(), kode=kode())
        state = find_state(reading, enrolled, now=current.now())
    if state is None:
        return redirect(link("/tugas"))
    return {PretestState.OFFERED: show_offer, PretestState.OPEN: show_questions, PretestState.SENT: show_result}[state](
        enrolled
    )


def show_offer(enrolled: Enrolled) -> ResponseReturnValue:
    size = plan_pretest(enrolled.period.blueprint).size
    return render_template("tes-awal/mulai.html", period=enrolled.period, size=size, skip=skip_address(enrolled))


def show_questions(enrolled: Enrolled, problem: str | None = None) -> ResponseReturnValue:
    with reading_session() as reading:
        questions = read_questions(reading, enrolled)
    body = render_template(
        "tes-awal/kerjakan.html",
        period=enrolled.period,
        questions=questions,
        skip=skip_address(enrolled),
        problem=problem,
        problems=[{"text": problem, "target": f"s{questions[0].slot}.jawaban"}] if problem else None,
    )
    return body, 422 if problem else 200


def show_result(enrolled: Enrolled) -> ResponseReturnValue:
    with reading_session() as reading:
        result = read_result(reading, asn_id=asn_id(), kode=kode())
    indicators = [(INDICATORS[indicator], grade) for indicator, grade in result.by_indicator.items()]
    return render_template("tes-awal/hasil.html", period=enrolled.period, result=result, indicators=indicators)


def skip_address(enrolled: Enrolled) -> str:
    """Return where people go who pass over it: to the first module."""
    with reading_session() as reading:
        first = next(iter(list_modules(reading, enrolled)), None)
    return page_address(first.slug, 1) if first else link("/tugas")


@bp.post("/tes-awal/mulai")
@requires(Permission.LEARN)
def start() -> ResponseReturnValue:
    """Draw the questions; a second click leads to the same."""
    session, seed = current.session(), current.settings().new_seed()
    start_pretest(session, asn_id=asn_id(), kode=kode(), seed=seed, now=current.now())
    session.commit()
    return redirect(link("/tes-awal"), 303)


@bp.post("/tes-awal")
@requires(Permission.LEARN)
def send() -> ResponseReturnValue:
    """Keep all answers at once; a second click leads to the same result."""
    session = current.session()
    sent = {
        n: SentItem({name: own.getlist(name) for name in own}, own.get(CERTAINTY) == "ya")
        for n, own in split_paper(request.form.items(multi=True))
    }
    try:
        state = submit_pretest(session, sent, asn_id=asn_id(), kode=kode(), now=current.now())
    except NothingAnswered:
        session.rollback()
        return show_questions(get_enrolled(session, asn_id=asn_id(), kode=kode()), NOTHING)
    session.commit()
    if state is None:
        flash(TOO_LATE, "warning")
    return redirect(link("/tes-awal"), 303)
