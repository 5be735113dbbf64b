"""The pre-test: once, before reading, of questions that the exam avoids; what was known may be passed over."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.learning.editions.models import QuestionVersion, QuestionWithdrawal
from netral.learning.exams.attempts import met_in_pretest, view_gate
from netral.learning.exams.counting import SHARE, count_afresh, count_noted
from netral.learning.exams.gates import Obstacle
from netral.learning.exams.models import AttemptItem, GainTally
from netral.learning.exams.pretest_items import AnsweredItem, list_items
from netral.learning.exams.pretests import (
    NothingAnswered,
    PretestState,
    SentItem,
    find_state,
    read_result,
    start_pretest,
    submit_pretest,
)
from netral.learning.periods.enrolments import Enrolled, get_enrolled
from netral.learning.study.models import PretestItem
from netral.learning.study.progress import list_modules, reach_pages
from netral.learning.tasks import StepStatus, list_tasks
from netral.quiz.drawing import PoolTooSmall
from netral.quiz.questions import Indicator
from tests.factories import NOW, make_asn
from tests.learning.make import Exam, answer_all, hand_in, join, make_exam, pass_exam, right, start, wrong


@pytest.fixture
def exam(session: Session) -> Exam:
    return make_exam(session, pretest=True, modules_first=True)


def enrolled_in(session: Session, exam: Exam) -> Enrolled:
    session.rollback()
    return get_enrolled(session, **exam.who)


def begin(session: Session, exam: Exam, seed: int = 7) -> list[AnsweredItem]:
    start_pretest(session, **exam.who, seed=seed, now=NOW)
    session.commit()
    return list_items(session, enrolled_in(session, exam).id)


def send(
    session: Session, exam: Exam, *, mistaken: frozenset[Indicator] = frozenset(), sure: bool = True
) -> PretestState | None:
    """Take the pre-test, wrong in some indicators."""
    sent = {
        item.slot: SentItem(wrong(item.layout) if item.indicator in mistaken else right(item.layout), sure)
        for item in begin(session, exam)
    }
    state = submit_pretest(session, sent, **exam.who, now=NOW)
    session.commit()
    return state


def test_a_module_whose_indicator_was_right_and_sure_need_not_be_read(session: Session, exam: Exam) -> None:
    assert view_gate(session, enrolled_in(session, exam), now=NOW).obstacle is Obstacle.MODULES_FIRST

    assert send(session, exam, mistaken=frozenset({Indicator.PARTAI})) is PretestState.SENT

    enrolled = enrolled_in(session, exam)
    assert enrolled.started_at is None
    assert [module.mastered for module in list_modules(session, enrolled)] == [True]
    assert view_gate(session, enrolled, now=NOW).obstacle is None
    assert list_tasks(session, enrolled, now=NOW).steps[0].status is StepStatus.DONE


def test_right_but_doubtful_answers_master_nothing(session: Session, exam: Exam) -> None:
    send(session, exam, sure=False)

    result = read_result(session, **exam.who)
    assert (result.mastered, result.misconceptions) == ((), ())
    assert all(grade.points == grade.out_of == 2 for grade in result.by_indicator.values())
    assert view_gate(session, enrolled_in(session, exam), now=NOW).obstacle is Obstacle.MODULES_FIRST


def test_wrong_and_sure_is_told_by_what_was_chosen_unless_the_question_was_withdrawn(
    session: Session, exam: Exam
) -> None:
    send(session, exam, mistaken=frozenset({Indicator.KAMPANYE}))
    told = read_result(session, **exam.who).misconceptions

    assert len(told) == 2
    assert all(each.stem.endswith("kampanye") for each in told)
    version_id = session.scalar(select(PretestItem.question_version_id).where(PretestItem.slot == told[0].slot))
    session.add(QuestionWithdrawal(question_version_id=version_id, withdrawn_at=NOW, reason="keliru"))
    session.flush()
    assert [each.slot for each in read_result(session, **exam.who).misconceptions] == [told[1].slot]


def test_it_is_taken_once_and_only_before_anything_was_read(session: Session, exam: Exam) -> None:
    first = [item.item_id for item in begin(session, exam)]
    assert [item.item_id for item in begin(session, exam, seed=8)] == first
    with pytest.raises(NothingAnswered):
        submit_pretest(session, {}, **exam.who, now=NOW)
    assert send(session, exam) is PretestState.SENT
    assert send(session, exam, mistaken=frozenset(Indicator)) is PretestState.SENT
    assert len(read_result(session, **exam.who).misconceptions) == 0

    late = join(session, exam, make_asn(session))
    items = begin(session, late)
    reach_pages(session, **late.who, slug="media-sosial", numbers=[1], now=NOW)
    sent = {item.slot: SentItem(right(item.layout), sure=True) for item in items}
    assert submit_pretest(session, sent, **late.who, now=NOW) is None
    assert not any(item.answer for item in list_items(session, enrolled_in(session, late).id))


def test_a_period_offers_none_unless_it_says_so_and_none_after_it_closed(session: Session, exam: Exam) -> None:
    enrolled = enrolled_in(session, exam)
    assert find_state(session, enrolled, now=NOW) is PretestState.OFFERED
    assert find_state(session, enrolled, now=NOW + timedelta(days=90)) is None


def test_a_period_without_a_pretest_offers_none(session: Session) -> None:
    assert find_state(session, enrolled_in(session, make_exam(session)), now=NOW) is None


@pytest.mark.parametrize("seed", range(4))
def test_the_exam_asks_nothing_that_the_pretest_showed(session: Session, seed: int) -> None:
    exam = make_exam(session, pretest=True)
    shown = begin(session, exam, seed=seed)
    start(session, exam, seed=seed)

    asked = session.scalars(
        select(QuestionVersion.question_id).join(AttemptItem, AttemptItem.question_version_id == QuestionVersion.id)
    ).all()
    assert len(shown) == 6
    assert met_in_pretest(session, enrolled_in(session, exam).id) == {item.layout.question.id for item in shown}
    assert not {item.layout.question.id for item in shown} & set(asked)


def test_a_bank_that_cannot_keep_both_apart_opens_no_period_with_a_pretest(session: Session) -> None:
    with pytest.raises(PoolTooSmall):
        make_exam(session, pretest=True, quotas={Indicator.PARTAI: 3})


def test_gains_are_those_of_people_who_answered_every_question_before(session: Session) -> None:
    exam = make_exam(session, pretest=True)
    send(session, exam, mistaken=frozenset({Indicator.PARTAI, Indicator.UMUM}))
    pass_exam(session, exam)
    other = join(session, exam, make_asn(session))
    known = [item for item in begin(session, other, seed=9) if item.indicator is not Indicator.UMUM]
    sent = {item.slot: SentItem(right(item.layout), sure=False) for item in known}
    submit_pretest(session, sent, **other.who, now=NOW)
    start(session, other)
    answer_all(session, other, correctly=False)
    hand_in(session, other)
    pass_exam(session, join(session, exam, make_asn(session)))

    kept = count(session, exam)

    assert kept["umum"] == (1, 0, SHARE, SHARE**2, 2, 2)
    assert kept["kampanye"] == (2, 2 * SHARE, SHARE, SHARE**2, 4, 0)
    # Together, 2 of 4 questions were known before: kampanye weighs half, as in the exam.
    assert kept[""] == (1, SHARE // 2, SHARE, (SHARE // 2) ** 2, 6, 4)
    count_afresh(session, period_id=exam.period_id)
    assert count(session, exam) == kept


def count(session: Session, exam: Exam) -> dict[str, tuple[int, ...]]:
    count_noted(session, period_id=exam.period_id)
    session.commit()
    rows = session.scalars(select(GainTally)).all()
    return {
        row.indicator: (row.people, row.before, row.after, row.squares, row.answers, row.sure_wrong) for row in rows
    }
