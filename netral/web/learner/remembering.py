"""Ingat kembali: /ingat, three short questions some time after passing, answered one by one."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.extensions import reading_session
from netral.learning.exams.remembering import choose_questions, is_asked, list_coming
from netral.learning.periods.enrolments import get_enrolled
from netral.learning.study.practice import PracticePlace
from netral.learning.study.progress import NothingChosen, PracticeChanged, answer_practice
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.forms import sent_version
from netral.web.edge.queries import read_number
from netral.web.learner.learner import asn_id, kode, link
from netral.web.learner.modules import Problem, as_problem, rules_of

bp = Blueprint("remembering", __name__)


@bp.get("/ingat")
@requires(Permission.LEARN)
def overview() -> ResponseReturnValue:
    return draw()


@bp.post("/ingat/<slug>/<int:n>/<int:position>")
@requires(Permission.LEARN)
def practise(slug: str, n: int, position: int) -> ResponseReturnValue:
    """Keep the answer to this question of a module's page, and show its points."""
    session, form, prefix = current.session(), request.form.to_dict(flat=False), f"ingat-{slug}-{n}-{position}-"
    place = PracticePlace(slug, n, position)
    try:
        answer_practice(
            session,
            place,
            asn_id=asn_id(),
            kode=kode(),
            form=form,
            now=current.now(),
            shown=read_number(sent_version()),
            counts=is_asked,
        )
    except (NothingChosen, PracticeChanged) as fact:
        session.rollback()
        return draw(as_problem(prefix, fact))
    session.commit()
    return redirect(f"{link('/ingat')}#{prefix}umpan", 303)


def draw(problem: Problem | None = None) -> ResponseReturnValue:
    with reading_session() as reading:
        enrolled = get_enrolled(reading, asn_id=asn_id(), kode=kode())
        found = choose_questions(reading, enrolled, now=current.now())
    questions = [each.answered(each.answer) for each in found]
    body = render_template(
        "ingat/soal.html",
        questions=questions,
        left=sum(each.review is None for each in questions),
        coming=list_coming(enrolled, now=current.now()),
        rules=rules_of(enrolled, questions),
        problem=problem,
        problems=[{"text": problem.text, "target": f"{problem.prefix}jawaban"}] if problem else None,
    )
    return body, 422 if problem else 200
