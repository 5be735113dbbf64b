"""The answers of fictitious people: mostly by the key, sometimes not."""

from dataclasses import dataclass
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.learning.editions.models import BODY, QuestionVersion
from netral.learning.exams.models import Attempt, AttemptItem
from netral.learning.exams.sittings import read_layout
from netral.quiz.questions import Answer, Field, Layout, Question

LUCK = 0.4


@dataclass(frozen=True, slots=True)
class Paper:
    """The questions of an open attempt by slot, as its pages show them."""

    attempt_id: int
    layouts: dict[int, Layout]


class Answering:
    def __init__(self, session: Session, rng: Random) -> None:
        self.session = session
        self.rng = rng

    def read_paper(self, *, enrolment_id: int, number: int) -> Paper:
        statement = (
            select(Attempt.id, Attempt.seed, Attempt.by_place, AttemptItem.slot, AttemptItem.option_order, BODY)
            .join(Attempt, Attempt.id == AttemptItem.attempt_id)
            .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
            .where(Attempt.enrolment_id == enrolment_id, Attempt.number == number)
            .order_by(AttemptItem.slot)
        )
        rows = self.session.execute(statement).all()
        return Paper(rows[0].id, {row.slot: read_layout(row) for row in rows})

    def answer(self, question: Question, *, knows: bool) -> Answer:
        """Return the right answer, or a random one that does not earn the whole point."""
        right = question.right_answer()
        guess = right
        while not knows and question.grade(guess) == 1:
            guess = {field.kept_as: self.guess(field, right) for field in question.fields()}
        return guess

    def guess(self, field: Field, right: Answer) -> list[str]:
        lucky = field.kept_as in right and self.rng.random() < LUCK
        return right[field.kept_as] if lucky else [self.rng.choice(field.ids)]
