"""How a fictitious person answers: mostly as the key says, sometimes not."""

from dataclasses import dataclass
from random import Random
from typing import assert_never

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.learning.models import Attempt, AttemptItem, QuestionVersion
from netral.quiz.answers import CHOICE_FIELD, condition_field, verdict_field
from netral.quiz.encoding import from_json
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

Form = dict[str, list[str]]
LUCK = 0.4


@dataclass(frozen=True, slots=True)
class Paper:
    """The questions of an open attempt by slot."""

    attempt_id: int
    questions: dict[int, Question]


class Answering:
    """Knows the questions once it has met them: decoding them for every paper would take longer than answering."""

    def __init__(self, session: Session, rng: Random) -> None:
        self.session = session
        self.rng = rng
        self.known: dict[int, Question] = {}

    def read_paper(self, *, enrolment_id: int, number: int) -> Paper:
        statement = (
            select(Attempt.id, AttemptItem.slot, AttemptItem.question_version_id)
            .join(Attempt, Attempt.id == AttemptItem.attempt_id)
            .where(Attempt.enrolment_id == enrolment_id, Attempt.number == number)
            .order_by(AttemptItem.slot)
        )
        rows = self.session.execute(statement).all()
        return Paper(rows[0].id, {row.slot: self.find(row.question_version_id) for row in rows})

    def find(self, version_id: int) -> Question:
        if version_id not in self.known:
            body = self.session.execute(
                select(QuestionVersion.body).where(QuestionVersion.id == version_id)
            ).scalar_one()
            self.known[version_id] = from_json(body)
        return self.known[version_id]

    def answer(self, question: Question, *, knows: bool) -> Form:
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

    def judge(self, question: BttQuestion, *, knows: bool) -> Form:
        form: Form = {}
        for number, situation in enumerate(question.situations, 1):
            verdict = situation.verdict if knows or self.rng.random() < LUCK else self.rng.choice(CONDUCT)
            form[verdict_field(number)] = [verdict.value]
            if verdict is Verdict.TERGANTUNG and question.condition_texts:
                form[condition_field(number)] = [self.choose_condition(question, situation, knows=knows)]
        return form

    def choose_condition(self, question: BttQuestion, situation: Situation, *, knows: bool) -> str:
        allowing = [condition.id for condition in situation.conditions if condition.allowed]
        return allowing[0] if knows and allowing else self.rng.choice(list(question.condition_texts))
