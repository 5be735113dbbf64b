"""Reading and practising: repeatable, kept, and shown as the steps of Tugas saya."""

import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.errors import NotFound
from netral.learning.periods.enrolments import accept_notice, get_enrolled
from netral.learning.study.models import PageReached, PracticeAnswer
from netral.learning.study.practice import ModuleView, PracticePlace, find_practice, read_module, share_minutes
from netral.learning.study.progress import NothingChosen, answer_practice, reach_pages
from netral.learning.tasks import StepKind, StepStatus, Tasks, list_tasks
from netral.pledges.signing import sign
from netral.quiz.questions import Answer, Verdict, as_sent
from tests.factories import NOW
from tests.learning.make import Exam, get_enrolment, later, make_exam, pass_exam, start
from tests.quiz.make import make_verdict

MODULE = "media-sosial"


def reach(session: Session, exam: Exam, *numbers: int, days: int = 0) -> bool:
    reached = reach_pages(session, slug=MODULE, numbers=numbers, now=later(days=days), **exam.who)
    session.commit()
    assert reached.finished == (2 in numbers)
    return reached.counted


def see_module(session: Session, exam: Exam) -> ModuleView:
    return read_module(session, get_enrolled(session, **exam.who), slug=MODULE)


def answer(session: Session, exam: Exam, chosen: Answer, *, position: int = 1, days: int = 0) -> bool:
    """Answer with the page's values for the given ids of the source."""
    enrolled = get_enrolled(session, **exam.who)
    place = PracticePlace(MODULE, 1, position)
    found = find_practice(session, enrolled, place)
    form = as_sent(found.layout, chosen)
    practice = answer_practice(session, place, form=form, now=later(days=days), **exam.who)
    session.commit()
    assert practice.review is not None
    return practice.review.correct


def see_tasks(session: Session, exam: Exam, *, days: int = 0) -> Tasks:
    enrolled = get_enrolled(session, **exam.who)
    return list_tasks(session, enrolled, now=later(days=days))


def statuses(tasks: Tasks) -> list[str]:
    return [step.status.value for step in tasks.steps]


def test_a_page_is_reached_once_and_begins_the_work(session: Session) -> None:
    exam = make_exam(session)

    assert [reach(session, exam, 1), reach(session, exam, 1, days=1)] == [True, True]

    assert session.scalars(select(PageReached.reached_at)).all() == [NOW]
    assert get_enrolment(session, exam).started_at == NOW


def test_only_pages_of_the_edition_are_reached(session: Session) -> None:
    exam = make_exam(session)

    for slug, numbers in ((MODULE, [1, 3]), (MODULE, [0]), (MODULE, []), ("tidak-ada", [1])):
        with pytest.raises(NotFound):
            reach_pages(session, slug=slug, numbers=numbers, now=NOW, **exam.who)
    assert session.scalars(select(PageReached)).all() == []


def test_reading_outside_the_period_counts_for_nothing(session: Session) -> None:
    exam = make_exam(session)

    assert [reach(session, exam, 1, days=days) for days in (-5, 90)] == [False, False]
    assert get_enrolment(session, exam).started_at is None


def test_the_last_practice_answer_is_kept_and_explained(session: Session) -> None:
    exam = make_exam(session)

    assert not answer(session, exam, {"jawaban": ["a"]})
    assert answer(session, exam, {"jawaban": ["b"]}, days=1)

    kept = session.scalars(select(PracticeAnswer)).one()
    assert (kept.answer, kept.answered_at) == ({"jawaban": ["b"]}, later(days=1))
    assert get_enrolment(session, exam).started_at == NOW


def test_a_practice_question_hides_its_key_until_it_is_answered(session: Session) -> None:
    exam = make_exam(session)
    answer(session, exam, {"jawaban": ["b"]})

    page = see_module(session, exam).pages[0]

    assert [question.review is not None for question in page.practice] == [True, False]
    assert "UMPAN" not in repr(page.practice[1])


def test_practice_without_a_choice_is_not_an_answer(session: Session) -> None:
    exam = make_exam(session)

    with pytest.raises(NothingChosen):
        answer(session, exam, {})
    with pytest.raises(NotFound):
        answer(session, exam, {"jawaban": ["a"]}, position=3)


def test_half_a_verdict_is_not_an_answer(session: Session) -> None:
    exam = make_exam(session, practice=[make_verdict(Verdict.TIDAK, "dukungan")])

    with pytest.raises(NothingChosen):
        answer(session, exam, {"jawaban": ["tidak"]})
    session.rollback()
    assert not answer(session, exam, {"jawaban": ["tidak"], "syarat": ["tertutup"]})
    assert answer(session, exam, {"jawaban": ["tidak"], "syarat": ["dukungan"]})


def test_a_module_is_all_its_pages_with_their_place_and_practice(session: Session) -> None:
    exam = make_exam(session)
    reach(session, exam, 1)

    view = see_module(session, exam)

    assert (view.judul, [page.title for page in view.pages]) == ("Media sosial", ["Halaman 1", "Halaman 2"])
    assert [(page.number, page.reached, page.minutes_left) for page in view.pages] == [(1, True, 4), (2, False, 2)]
    assert [[(each.page, each.position) for each in page.practice] for page in view.pages] == [[(1, 1), (1, 2)], []]


def test_the_first_page_takes_as_long_as_its_module() -> None:
    pages = (1, 1, 1)  # of 40 seconds each, rounded up

    assert [share_minutes(2, pages[place:], pages) for place in range(3)] == [2, 2, 1]


def test_a_module_of_another_edition_is_not_found(session: Session) -> None:
    exam = make_exam(session)

    with pytest.raises(NotFound):
        read_module(session, get_enrolled(session, **exam.who), slug="tidak-ada")


def test_a_module_is_read_with_three_statements_however_many_pages_it_has(session: Session, engine: Engine) -> None:
    exam = make_exam(session)
    enrolled = get_enrolled(session, **exam.who)
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *arguments: asked.append(arguments[2]))

    read_module(session, enrolled, slug=MODULE)

    assert len(asked) == 3


def test_pages_are_reached_together_and_those_passed_over_are_known(session: Session) -> None:
    exam = make_exam(session)

    reach(session, exam, 2)
    passed_over = see_tasks(session, exam).steps[0].module
    reach(session, exam, 1, 2, days=1)
    whole = see_tasks(session, exam).steps[0].module

    assert passed_over
    assert whole
    assert (passed_over.finished, passed_over.reached, passed_over.next_page) == (True, 1, 1)
    assert (whole.finished, whole.reached) == (True, 2)
    assert session.scalars(select(PageReached.reached_at).order_by(PageReached.number)).all() == [later(days=1), NOW]


def test_tasks_begin_with_the_module_and_a_locked_exam(session: Session) -> None:
    exam = make_exam(session, modules_first=True)

    tasks = see_tasks(session, exam)

    assert statuses(tasks) == ["belum-dimulai", "terkunci", "belum-dimulai", "terkunci"]
    assert tasks.next is not None
    assert tasks.next.kind is StepKind.MODULE


def test_a_module_is_under_way_until_its_last_page(session: Session) -> None:
    exam = make_exam(session, modules_first=True)

    reach(session, exam, 1)
    begun = see_tasks(session, exam).steps[0]
    assert begun.module is not None
    assert (begun.status, begun.module.next_page) == (StepStatus.UNDER_WAY, 2)

    reach(session, exam, 2)
    tasks = see_tasks(session, exam)
    assert statuses(tasks)[:2] == ["selesai", "belum-dimulai"]
    assert tasks.next is not None
    assert tasks.next.kind is StepKind.EXAM


def test_an_unfinished_task_after_the_tenggat_is_late(session: Session) -> None:
    exam = make_exam(session)
    reach(session, exam, 1)

    assert statuses(see_tasks(session, exam, days=40)) == ["terlambat", "terlambat", "terlambat", "terkunci"]


def test_after_the_end_everything_unfinished_is_locked(session: Session) -> None:
    exam = make_exam(session)

    tasks = see_tasks(session, exam, days=90)

    assert statuses(tasks) == ["terkunci"] * 4
    assert tasks.next is None


def test_exam_and_ikrar_are_done_when_passed_and_signed(session: Session) -> None:
    exam = make_exam(session)
    start(session, exam)
    assert statuses(see_tasks(session, exam))[1] == "sedang-dikerjakan"
    pass_exam(session, exam)
    sign(session, Act(exam.user_id, NOW), ticked=frozenset({1, 2, 3, 4}), **exam.who)

    tasks = see_tasks(session, exam)

    assert statuses(tasks) == ["belum-dimulai", "selesai", "selesai", "terkunci"]
    assert tasks.done == 2


def test_the_privacy_notice_is_accepted_once(session: Session) -> None:
    exam = make_exam(session, notice=False)
    for days in (0, 1):
        accept_notice(session, exam.act(later(days=days)), **exam.who)
        session.commit()

    assert get_enrolment(session, exam).notice_read_at == NOW


def test_a_page_costs_one_row_however_often_it_is_read(session: Session) -> None:
    exam = make_exam(session)
    for _ in range(3):
        reach(session, exam, 2)

    assert session.scalar(select(func.count()).select_from(PageReached)) == 1
