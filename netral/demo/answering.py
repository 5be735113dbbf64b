"""How a fictitious person answers: mostly as the key says, sometimes not."""

from dataclasses import dataclass
from random import Random
from typing import assert_never

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.learning.editions.models import BODY, QuestionVersion
from netral.learning.exams.models import Attempt, AttemptItem
from netral.learning.exams.sittings import read_layout
from netral.quiz.answers import CHOICE_FIELD, Answer, condition_field, verdict_field
from netral.quiz.layouts import Layout
from netral.quiz.questions import (
    CONDUCT,
    BttQuestion,
    ChoiceQuestion,
    MultipleChoice,
    Question,
    SingleChoice,
    Situation,
    TrueFalse,
    Verdict,
)

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
        match question:
            case BttQuestion():
                return self.judge(question, knows=knows)
            case SingleChoice() | MultipleChoice() | TrueFalse():
                return {CHOICE_FIELD: self.choose(question, knows=knows)}
            case _:
                assert_never(question)

    def choose(self, question: ChoiceQuestion, *, knows: bool) -> list[str]:
        right = [option.id for option in question.options if option.correct]
        wrong = [option.id for option in question.options if not option.correct]
        return right if knows or not wrong else [self.rng.choice(wrong)]

    def judge(self, question: BttQuestion, *, knows: bool) -> Answer:
        answer: Answer = {}
        for number, situation in enumerate(question.situations, 1):
            verdict = situation.verdict if knows or self.rng.random() < LUCK else self.rng.choice(CONDUCT)
            answer[verdict_field(number)] = [verdict.value]
            if verdict is Verdict.TERGANTUNG and question.condition_texts:
                answer[condition_field(number)] = [self.choose_condition(question, situation, knows=knows)]
        return answer

    def choose_condition(self, question: BttQuestion, situation: Situation, *, knows: bool) -> str:
        allowing = [condition.id for condition in situation.conditions if condition.allowed]
        return allowing[0] if knows and allowing else self.rng.choice(list(question.condition_texts))
