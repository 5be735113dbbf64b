"""A wrong question is never drawn again and earns everybody the whole point; no pass is ever taken away."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.audit.models import AuditEvent
from netral.errors import NotFound
from netral.learning.editions.models import QuestionWithdrawal
from netral.learning.exams.closing import Closing
from netral.learning.exams.results import read_result
from netral.learning.exams.withdrawing import (
    QuestionWithdrawn,
    preview_withdrawal,
    regrade,
    withdraw_question,
)
from netral.learning.periods.enrolments import ReasonMissing
from netral.quiz.drawing import PoolTooSmall
from tests.factories import NOW, make_asn
from tests.learning.make import (
    Exam,
    get_attempts,
    get_enrolment,
    hand_in,
    join,
    later,
    make_exam,
    pass_exam,
    read_paper,
    right,
    save,
    start,
    wrong,
)


def withdraw(session: Session, exam: Exam, question_id: str) -> tuple[Closing, ...]:
    """Withdraw a question and grade everything anew; return the papers that changed."""
    withdraw_question(session, exam.act(later(hours=1)), question_id=question_id, reason="Kuncinya keliru")
    session.commit()
    changed: list[Closing] = []
    while batch := regrade(session, exam.act(later(hours=1)), most=1):
        session.commit()
        changed += batch
    session.commit()
    return tuple(changed)


def miss_one(session: Session, exam: Exam) -> str:
    """Answer everything right but the first question, which fails at 80 of 100; return its id."""
    start(session, exam)
    paper = read_paper(session, exam)
    for slot, layout in paper.items():
        save(session, exam, slot, wrong(layout) if slot == 1 else right(layout))
    return paper[1].question.id


def test_a_closed_paper_gets_the_whole_point_and_may_pass(session: Session) -> None:
    exam = make_exam(session)
    question_id = miss_one(session, exam)
    hand_in(session, exam)

    preview = preview_withdrawal(session, question_id=question_id, now=NOW)
    (closing,) = withdraw(session, exam, question_id)

    assert (preview.open_papers, preview.closed_papers, preview.passing) == (0, 1, 1)
    assert (closing.passed, closing.new) == (True, True)
    (attempt,) = get_attempts(session, exam)
    assert (attempt.passed, attempt.points_numerator) == (True, 4)
    assert get_enrolment(session, exam).passed_at == later(hours=1)
    result = read_result(session, number=1, now=later(hours=2), **exam.who)
    assert [item.slot for item in result.items if item.withdrawn] == [1]


def test_an_open_paper_is_graded_with_the_whole_point(session: Session) -> None:
    exam = make_exam(session)
    question_id = miss_one(session, exam)

    assert withdraw(session, exam, question_id) == ()
    assert hand_in(session, exam).passed


def test_a_pass_stays_and_grading_twice_changes_nothing(session: Session) -> None:
    exam = make_exam(session)
    pass_exam(session, exam)
    question_id = read_paper(session, exam)[1].question.id

    assert withdraw(session, exam, question_id) == ()
    assert get_enrolment(session, exam).passed_at == NOW
    assert regrade(session, exam.act(later(hours=2))) == ()


def test_a_withdrawn_question_is_not_drawn_again(session: Session) -> None:
    exam = make_exam(session)
    withdraw(session, exam, "partai-tunggal")

    for number in range(8):
        person = join(session, exam, make_asn(session, nama=f"Peserta {number}"))
        start(session, person, seed=number)
        assert "partai-tunggal" not in {each.question.id for each in read_paper(session, person).values()}


def test_a_withdrawal_needs_a_reason_a_question_and_enough_others(session: Session) -> None:
    exam = make_exam(session)

    with pytest.raises(ReasonMissing):
        withdraw_question(session, exam.act(NOW), question_id="partai-tunggal", reason=" ")
    with pytest.raises(NotFound):
        withdraw(session, exam, "latihan-1")
    withdraw(session, exam, "partai-tunggal")
    with pytest.raises(QuestionWithdrawn):
        withdraw(session, exam, "partai-tunggal")
    withdraw(session, exam, "partai-jamak")
    withdraw(session, exam, "partai-bs")
    with pytest.raises(PoolTooSmall):
        withdraw(session, exam, "partai-btt")


def test_the_trail_tells_the_reason_and_no_result(session: Session) -> None:
    exam = make_exam(session)
    question_id = miss_one(session, exam)
    hand_in(session, exam)
    withdraw(session, exam, question_id)

    actions = ("question.withdrawn", "attempt.regraded")
    events = session.scalars(select(AuditEvent).where(AuditEvent.action.in_(actions)).order_by(AuditEvent.id)).all()

    assert [event.detail for event in events] == [
        {"question": question_id, "reason": "Kuncinya keliru"},
        {"period": "pilkada-2029", "number": 1},
    ]


def test_a_withdrawal_is_settled_when_nothing_waits_any_more(session: Session) -> None:
    exam = make_exam(session)
    question_id = miss_one(session, exam)
    hand_in(session, exam)
    withdraw(session, exam, question_id)
    regrade(session, exam.act(later(hours=3)))

    assert session.scalars(select(QuestionWithdrawal.settled_at)).all() == [later(hours=3)]
