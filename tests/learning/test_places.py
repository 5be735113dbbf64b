"""Forms of an attempt send places of display; attempts that began before the migration go on with their letters."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from netral.learning.exams.exam_pages import read_paper as read_open_paper
from netral.learning.exams.models import Attempt, Response
from netral.learning.exams.results import read_result
from netral.learning.periods.enrolments import get_enrolled
from netral.learning.study.practice import list_practice
from netral.migrating import downgrade, upgrade
from netral.quiz.kinds.btt import BttFace, BttQuestion, BttReview
from netral.quiz.questions import Layout
from tests.factories import NOW, make_asn
from tests.learning.make import Exam, answer_all, hand_in, join, make_exam, read_paper, right, save, start

BEFORE = "0009"


def papers(session: Session, exam: Exam) -> Iterator[tuple[int, Layout]]:
    """Return the papers of several people, so that every kind of question is among them."""
    for number in range(8):
        person = join(session, exam, make_asn(session, nama=f"Peserta {number}"))
        start(session, person, seed=number)
        yield from read_paper(session, person).items()


def test_no_value_of_a_new_attempt_is_an_id_of_the_source(session: Session) -> None:
    for _, layout in papers(session, make_exam(session)):
        assert all(re.fullmatch("[1-9]", value) for field in layout.fields() for value in field.ids)


def test_situations_of_new_attempts_stand_in_several_orders(session: Session) -> None:
    layouts = [layout for _, layout in papers(session, make_exam(session))]

    assert {layout.parts for layout in layouts if isinstance(layout.question, BttQuestion)} == {(1, 2), (2, 1)}


def test_an_answer_is_told_and_shown_as_it_was_sent(session: Session) -> None:
    exam = make_exam(session)
    start(session, exam)

    for slot, layout in read_paper(session, exam).items():
        form = right(layout)
        assert save(session, exam, slot, form).answer == form
        assert read_open_paper(session, now=NOW, **exam.who).questions[slot - 1].answer == form


def test_a_review_shows_the_situations_in_the_order_of_the_form(session: Session) -> None:
    exam = make_exam(session, attempts=1)
    for number in range(8):
        person = join(session, exam, make_asn(session, nama=f"Peserta {number}"))
        start(session, person, seed=number)
        faces = [each.face for each in read_open_paper(session, now=NOW, **person.who).questions]
        hand_in(session, person)

        for face, item in zip(faces, read_result(session, number=1, now=NOW, **person.who).items, strict=True):
            assert item.review is not None
            if isinstance(face, BttFace):
                assert isinstance(item.review, BttReview)
                assert [each.text for each in face.situations] == [each.text for each in item.review.situations]


def test_practice_sends_places_and_keeps_the_order_of_its_situations(session: Session) -> None:
    exam = make_exam(session)
    enrolled = get_enrolled(session, **exam.who)

    for found in list_practice(session, enrolled, slug="media-sosial"):
        assert found.layout.by_place
        assert list(found.layout.parts) == sorted(found.layout.parts)


def test_an_attempt_that_was_open_at_the_migration_goes_on_with_its_letters(
    session: Session, engine: Engine, database_url: str
) -> None:
    exam = make_exam(session)
    start(session, exam)
    session.close()
    engine.dispose()
    downgrade(database_url, BEFORE)
    upgrade(database_url)

    paper = read_paper(session, exam)
    assert not any(layout.by_place for layout in paper.values())
    answer_all(session, exam)
    kept = {row.slot: row.answer for row in session.scalars(select(Response))}
    assert kept == {slot: right(layout) for slot, layout in paper.items()}
    assert hand_in(session, exam).passed


def test_how_the_forms_of_an_attempt_are_read_never_changes(session: Session) -> None:
    exam = make_exam(session)
    start(session, exam)

    with pytest.raises(DatabaseError, match="fixed as it starts"):
        session.execute(update(Attempt).values(by_place=False))
    session.rollback()
