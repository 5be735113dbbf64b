"""The questions of earlier modules that a module opens with."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from netral.learning.periods.enrolments import get_enrolled
from netral.learning.study.practice import PracticePlace, find_practice
from netral.learning.study.progress import answer_practice
from netral.learning.study.recalling import choose_opening
from tests.factories import NOW, make_asn
from tests.learning.make import (
    Exam,
    freeze_question,
    join,
    make_exam,
    make_frozen,
    make_module,
    right,
    wrong,
)
from tests.quiz.make import make_single

FIRST, SECOND = "media-sosial", "foto"
TODAY = date(2029, 5, 2)


@pytest.fixture
def exam(session: Session, monkeypatch: pytest.MonkeyPatch) -> Exam:
    """Return an exam on two modules; the first has five practice questions on two pages, and two about stories."""
    first = make_module(FIRST, pages=4)
    chain = replace(first.pages[2], title="Rangkaian: satu undangan")
    wrong_example = replace(first.pages[3], html='<blockquote class="keliru"><p>Ia hadir.</p></blockquote>')
    modules = (replace(first, pages=(*first.pages[:2], chain, wrong_example)), make_module(SECOND, position=2))
    practice = [
        freeze_question(make_single(id=f"latihan-{number}", stem=f"Soal {number}"), number, module=FIRST, page=page)
        for number, page in enumerate((1, 1, 1, 2, 2, 3, 4), 1)
    ]
    frozen = make_frozen(modules=modules, practice=())
    whole = replace(frozen, questions=(*practice, *frozen.questions))
    monkeypatch.setattr("tests.learning.make.make_frozen", lambda **_: whole)
    return make_exam(session)


def opening(
    session: Session, exam: Exam, *, slug: str = SECOND, days: int = 0, again: tuple[int, ...] = ()
) -> list[str]:
    enrolled = get_enrolled(session, **exam.who)
    found = choose_opening(session, enrolled, slug=slug, day=TODAY + timedelta(days=days), again=again)
    return [f"{each.layout.question.id} {each.page}/{each.position}" for each in found]


def practise(session: Session, exam: Exam, place: str, *, correctly: bool) -> None:
    page, position = map(int, place.rsplit(maxsplit=1)[-1].split("/"))
    at = PracticePlace(FIRST, page, position)
    layout = find_practice(session, get_enrolled(session, **exam.who), at).layout
    answer_practice(session, at, form=(right if correctly else wrong)(layout), now=NOW, **exam.who)
    session.commit()


def test_the_first_module_opens_with_nothing_and_later_ones_with_three(session: Session, exam: Exam) -> None:
    assert opening(session, exam, slug=FIRST) == []
    found = opening(session, exam)

    assert len(set(found)) == 3
    places = {"latihan-1 1/1", "latihan-2 1/2", "latihan-3 1/3", "latihan-4 2/1", "latihan-5 2/2"}
    assert set(found) < places


def test_a_person_has_the_same_questions_all_day_and_others_on_other_days(session: Session, exam: Exam) -> None:
    days = [opening(session, exam, days=number) for number in range(10)]
    colleague = join(session, exam, make_asn(session))

    assert opening(session, exam) == days[0]
    assert len({tuple(each) for each in days}) > 1
    assert [opening(session, colleague, days=number) for number in range(10)] != days


def test_what_was_missed_comes_first_and_what_was_known_last(session: Session, exam: Exam) -> None:
    for place in ("1/1", "1/2"):
        practise(session, exam, place, correctly=True)
    practise(session, exam, "2/2", correctly=False)

    for days in range(5):
        found = opening(session, exam, days=days)
        assert found[0] == "latihan-5 2/2"
        assert set(found) == {"latihan-3 1/3", "latihan-4 2/1", "latihan-5 2/2"}


def test_the_questions_of_a_page_stay_while_they_are_answered(session: Session, exam: Exam) -> None:
    enrolled = get_enrolled(session, **exam.who)
    versions = tuple(each.version_id for each in choose_opening(session, enrolled, slug=SECOND, day=TODAY))
    before = opening(session, exam)

    practise(session, exam, before[0], correctly=True)

    assert opening(session, exam) != before
    assert opening(session, exam, again=versions) == before
    assert opening(session, exam, again=(*versions[:2], 10**6)) == opening(session, exam)


def test_an_opening_takes_one_statement_once_its_questions_are_known(
    session: Session, exam: Exam, engine: Engine
) -> None:
    enrolled = get_enrolled(session, **exam.who)
    opening(session, exam)
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *arguments: asked.append(arguments[2]))

    choose_opening(session, enrolled, slug=SECOND, day=TODAY)

    assert len(asked) == 1
