"""Fictitious people at work: events in the order of their time, carried out by the ordinary services.

Saving twenty answers and reaching every page would take minutes for a thousand people. So only thorough people do this
through the services; for the others, rows of these two kinds are written at once.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.audit.events import Act
from netral.certificates.issue.issuing import Signer, issue_if_complete
from netral.database.tables import insert
from netral.learning.editions.models import BODY, EditionQuestion, ModuleVersion, QuestionVersion
from netral.learning.exams.attempts import start_attempt
from netral.learning.exams.closing import submit
from netral.learning.exams.models import Attempt, AttemptItem, Response
from netral.learning.exams.pretest_items import list_items
from netral.learning.exams.pretests import SentItem, start_pretest, submit_pretest
from netral.learning.exams.saving import SentAnswer, save_response
from netral.learning.exams.sittings import read_layout
from netral.learning.periods.enrolments import accept_notice, get_enrolled, mark_started
from netral.learning.periods.models import Enrolment
from netral.learning.periods.reading import PeriodView
from netral.learning.study.models import PageReached
from netral.learning.study.progress import reach_pages
from netral.pledges.signing import sign
from netral.quiz.questions import Answer, Field, Layout, Question, as_sent

COMMIT_EVERY = 200
POINTS = frozenset({1, 2, 3, 4})
SECONDS_PER_QUESTION = 30
# Chance that a field of a wrong answer is right all the same.
LUCK = 0.4
# The share of people who take the pre-test, what they know then of what they know later, and how often they are sure of
# a right answer and of a wrong one.
TRIES, BEFORE, SURE_RIGHT, SURE_WRONG = 0.15, 0.6, 0.7, 0.35


class Step(StrEnum):
    TRY = "try"
    READ = "read"
    START = "start"
    FINISH = "finish"
    SIGN = "sign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person of the example. `knows`: share of answers by the key. `signs`: does not leave the ikrar open."""

    asn_id: int
    user_id: int
    enrolment_id: int
    knows: float
    signs: bool = True
    retries: bool = True
    thorough: bool = False


@dataclass(order=True, slots=True)
class Event:
    at: datetime
    order: int
    step: Step = field(compare=False)
    person: Person = field(compare=False)
    number: int = field(compare=False, default=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """The arguments that services need from outside."""

    signer: Signer
    rng: Random


class Stage:
    """One period and its planned events."""

    def __init__(self, session: Session, period: PeriodView, means: Means) -> None:
        self.session = session
        self.period = period
        self.means = means
        mistaken = find_mistaken(session, period.edition_id)
        self.answering = Answering(session, means.rng, mistaken=mistaken)
        # Apart from the stream of chances that plans the stories.
        self.guessing = Answering(session, Random(period.id), mistaken=mistaken)
        self.events: list[Event] = []
        self.order = 0
        self.pages = list_pages(session, period.edition_id)
        self.doing = {
            Step.TRY: self.try_first,
            Step.READ: self.read,
            Step.START: self.start,
            Step.FINISH: self.finish,
            Step.SIGN: self.sign,
        }

    def plan(self, step: Step, person: Person, at: datetime, number: int = 1) -> None:
        self.order += 1
        heapq.heappush(self.events, Event(at, self.order, step, person, number))

    def play(self, *, until: datetime) -> None:
        """Carry out the events up to a moment; later ones stay planned."""
        done = 0
        while self.events and self.events[0].at <= until:
            event = heapq.heappop(self.events)
            self.doing[event.step](event)
            done += 1
            if done % COMMIT_EVERY == 0:
                self.session.commit()
        self.session.commit()

    def tries_first(self) -> bool:
        """Draw whether a person takes the pre-test, if the period offers one."""
        return self.period.pretest and self.guessing.rng.random() < TRIES

    def try_first(self, event: Event) -> None:
        person, rng = event.person, self.guessing.rng
        whose: dict[str, Any] = {"asn_id": person.asn_id, "kode": self.period.kode, "now": event.at}
        start_pretest(self.session, seed=rng.getrandbits(48), **whose)
        sent = {}
        for item in list_items(self.session, person.enrolment_id):
            knows = rng.random() < BEFORE * person.knows
            answer = self.guessing.answer(item.layout.question, knows=knows)
            sure = rng.random() < (SURE_RIGHT if knows else SURE_WRONG)
            sent[item.slot] = SentItem(as_sent(item.layout, answer), sure)
        submit_pretest(self.session, sent, **whose)

    def read(self, event: Event) -> None:
        """Reach every page: for a thorough person by the service, for others at once."""
        person, kode = event.person, self.period.kode
        if person.thorough:
            for slug, last in self.pages:
                every = range(1, last + 1)
                reach_pages(self.session, asn_id=person.asn_id, kode=kode, slug=slug, numbers=every, now=event.at)
        else:
            rows = [
                {
                    "instansi_id": self.period.instansi_id,
                    "enrolment_id": person.enrolment_id,
                    "module_slug": slug,
                    "number": number,
                    "reached_at": event.at,
                }
                for slug, last in self.pages
                for number in range(1, last + 1)
            ]
            self.session.execute(insert(self.session, PageReached), rows)
            mark_started(self.session, get_enrolled(self.session, asn_id=person.asn_id, kode=kode), now=event.at)
        accept_notice(self.session, Act(person.user_id, event.at), asn_id=person.asn_id, kode=kode)

    def start(self, event: Event) -> None:
        person, rng = event.person, self.means.rng
        begun = start_attempt(
            self.session,
            Act(person.user_id, event.at),
            asn_id=person.asn_id,
            kode=self.period.kode,
            seed=rng.getrandbits(48),
        )
        if begun.number is not None:
            minutes = rng.uniform(15, 40)
            self.plan(Step.FINISH, person, event.at + timedelta(minutes=minutes), begun.number)

    def finish(self, event: Event) -> None:
        person = event.person
        self.save(person, event)
        closing = submit(
            self.session,
            Act(person.user_id, event.at),
            asn_id=person.asn_id,
            kode=self.period.kode,
            number=event.number,
        )
        if closing.passed and person.signs:
            self.plan(Step.SIGN, person, event.at + timedelta(minutes=self.means.rng.uniform(2, 12)))
        elif not closing.passed and person.retries:
            self.plan(Step.START, person, event.at + timedelta(hours=self.means.rng.choice((2, 3, 24, 25, 48))))

    def save(self, person: Person, event: Event) -> None:
        """Save the answers: of a thorough person one by one, as a page does; of others at once, to save minutes."""
        paper = self.answering.read_paper(enrolment_id=person.enrolment_id, number=event.number)
        first = event.at - timedelta(seconds=SECONDS_PER_QUESTION * len(paper.layouts))
        answers = {
            slot: self.answering.answer(layout.question, knows=self.means.rng.random() < person.knows)
            for slot, layout in paper.layouts.items()
        }
        if person.thorough:
            for slot, answer in answers.items():
                at = first + timedelta(seconds=SECONDS_PER_QUESTION * slot)
                form = as_sent(paper.layouts[slot], answer)
                sent = SentAnswer(slot=slot, form=form, sequence=slot, number=event.number)
                save_response(self.session, sent, asn_id=person.asn_id, kode=self.period.kode, now=at)
            return
        rows = [
            {
                "attempt_id": paper.attempt_id,
                "slot": slot,
                "answer": answer,
                "doubtful": False,
                "sequence": slot,
                "saved_at": first + timedelta(seconds=SECONDS_PER_QUESTION * slot),
            }
            for slot, answer in answers.items()
        ]
        self.session.execute(insert(self.session, Response), rows)

    def sign(self, event: Event) -> None:
        person = event.person
        sign(self.session, Act(person.user_id, event.at), asn_id=person.asn_id, kode=self.period.kode, ticked=POINTS)
        self.issue(person, event.at)

    def issue(self, person: Person, at: datetime) -> None:
        act = Act(person.user_id, at)
        issue_if_complete(self.session, act, self.means.signer, enrolment_id=person.enrolment_id)


def list_pages(session: Session, edition_id: int) -> Sequence[tuple[str, int]]:
    """Return slug and number of pages of every module, in order of teaching."""
    statement = select(ModuleVersion.slug, ModuleVersion.page_count).where(ModuleVersion.edition_id == edition_id)
    return [(row.slug, row.page_count) for row in session.execute(statement.order_by(ModuleVersion.position))]


def find_mistaken(session: Session, edition_id: int) -> str | None:
    """Return the exam question whose key counts as wrong: people who know answer against it, and authors find it."""
    statement = (
        select(QuestionVersion.question_id)
        .join(EditionQuestion, EditionQuestion.question_version_id == QuestionVersion.id)
        .where(EditionQuestion.edition_id == edition_id, EditionQuestion.module_slug.is_(None))
        .order_by(EditionQuestion.position)
    )
    return session.scalars(statement.limit(1)).first()


def find_enrolled(session: Session, period_id: int) -> dict[int, tuple[int, int]]:
    """Return ASN id -> enrolment id and user id."""
    statement = (
        select(Enrolment.asn_id, Enrolment.id, User.id.label("user_id"))
        .join(User, User.asn_id == Enrolment.asn_id)
        .where(Enrolment.period_id == period_id)
    )
    return {row.asn_id: (row.id, row.user_id) for row in session.execute(statement)}


@dataclass(frozen=True, slots=True)
class Paper:
    """The questions of an open attempt by slot, as its pages show them."""

    attempt_id: int
    layouts: dict[int, Layout]


class Answering:
    """Answers as a fictitious person would: mostly as the key says, sometimes not."""

    def __init__(self, session: Session, rng: Random, *, mistaken: str | None) -> None:
        self.session = session
        self.rng = rng
        self.mistaken = mistaken

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
        """Return the answer of the key, or a random one that does not earn the whole point.

        For the mistaken question it is the other way round.
        """
        if question.id == self.mistaken:
            knows = not knows
        right = question.right_answer()
        guess = right
        while not knows and question.grade(guess) == 1:
            guess = {field.kept_as: self.guess(field, right) for field in question.fields()}
        return guess

    def guess(self, field: Field, right: Answer) -> list[str]:
        lucky = field.kept_as in right and self.rng.random() < LUCK
        return right[field.kept_as] if lucky else [self.rng.choice(field.ids)]
