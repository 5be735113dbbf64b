"""The pre-test of a period that offers one: a few questions before reading, never a must, without a mark.

Its questions are drawn from the bank by the same rules as a paper of the exam, about half as many. Practice would have
kept the bank whole, but is easier or harder than the exam in a way that nobody knows, so the difference of the two
would measure the questions too. The price is small: neither those questions nor their twins come in that person's
exam, which takes others as long as there are any, and a period is only opened with a pre-test if there are. Their keys
are never shown here.

It can be taken until something was read, practised or sat. Nobody but its person learns of it: it moves no state of the
enrolment, is no event of the audit trail, and reports have sums.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from netral.database.tables import Reader, insert
from netral.errors import NetralError, NotFound
from netral.learning.editions.models import Edition, ModuleVersion
from netral.learning.editions.reading import RuleView, load_bank, view_rule
from netral.learning.exams.attempts import DrawnItem, as_drawn, find_audience
from netral.learning.exams.pretest_items import AnsweredItem, list_items
from netral.learning.exams.relearning import PageToRead, choose_pages, name_pages
from netral.learning.periods.enrolments import Enrolled, get_enrolled, lock_enrolled
from netral.learning.study.models import Pretest, PretestItem
from netral.quiz.blueprint import plan_pretest
from netral.quiz.drawing import audiences_of, draw_paper
from netral.quiz.grading import Grade
from netral.quiz.questions import Face, Indicator, Remark, accept


class PretestState(StrEnum):
    OFFERED = "offered"
    OPEN = "open"
    SENT = "sent"


class NothingAnswered(NetralError):
    """Not one question of the pre-test was answered: nothing is written."""


@dataclass(frozen=True, slots=True)
class SentItem:
    """The fields of one question as a form sent them. `sure`: the person said so."""

    form: Mapping[str, Sequence[str]]
    sure: bool


@dataclass(frozen=True, slots=True)
class PretestQuestion:
    """A question as its page shows it, without its key."""

    slot: int
    face: Face


@dataclass(frozen=True, slots=True)
class Misconception:
    """A question that was answered wrong and for sure: the feedback of what was chosen and its rules, not the key."""

    slot: int
    stem: str
    remarks: tuple[Remark, ...]
    rules: tuple[RuleView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PretestResult:
    """The result, for its person alone. `mastered`: slug and title of the modules that they may pass over.

    `to_read`: few pages that teach the rules of all misconceptions.
    """

    enrolled: Enrolled
    by_indicator: Mapping[Indicator, Grade]
    mastered: tuple[tuple[str, str], ...]
    misconceptions: tuple[Misconception, ...]
    to_read: tuple[PageToRead, ...]


def find_state(reader: Reader, enrolled: Enrolled, *, now: datetime) -> PretestState | None:
    """Return the state of the pre-test; None where there is nothing to take and nothing to look at."""
    if not enrolled.period.pretest:
        return None
    kept = select(Pretest.id, Pretest.submitted_at).where(Pretest.enrolment_id == enrolled.id)
    row = reader.execute(kept).one_or_none()
    if row is not None and row.submitted_at is not None:
        return PretestState.SENT
    if enrolled.started_at is not None or not enrolled.may_learn(now):
        return None
    return PretestState.OFFERED if row is None else PretestState.OPEN


def start_pretest(session: Session, *, asn_id: int, kode: str, seed: int, now: datetime) -> PretestState | None:
    """Draw the questions, or find those that are drawn already; return the state then. Raises NotFound, PoolTooSmall.

    They are kept from here on, so that the exam avoids what was seen even if no answer is sent.
    """
    enrolled = lock_enrolled(session, asn_id=asn_id, kode=kode)
    state = find_state(session, enrolled, now=now)
    if state is not PretestState.OFFERED:
        return state
    about = {
        "instansi_id": enrolled.period.instansi_id,
        "enrolment_id": enrolled.id,
        "seed": seed,
        "started_at": now,
    }
    pretest_id = session.execute(insert(session, Pretest).values(about).returning(Pretest.id)).scalar_one()
    paper = draw_for(session, enrolled, seed=seed)
    session.execute(
        insert(session, PretestItem), [{"pretest_id": pretest_id, "sure": False} | asdict(item) for item in paper]
    )
    return PretestState.OPEN


def draw_for(session: Session, enrolled: Enrolled, *, seed: int) -> tuple[DrawnItem, ...]:
    bank = load_bank(session, enrolled.period.edition_id)
    pool = list(bank.values())
    audience = find_audience(session, enrolled.id) if audiences_of(pool) != (None,) else None
    paper = draw_paper(pool, plan_pretest(enrolled.period.blueprint), seed, audience=audience)
    return as_drawn(paper, bank)


def read_questions(reader: Reader, enrolled: Enrolled) -> tuple[PretestQuestion, ...]:
    """Return the questions of the person's open pre-test, without keys."""
    return tuple(PretestQuestion(item.slot, item.layout.face()) for item in list_items(reader, enrolled.id))


def submit_pretest(
    session: Session, sent: Mapping[int, SentItem], *, asn_id: int, kode: str, now: datetime
) -> PretestState | None:
    """Keep all answers in one step; return the state then. A second call changes nothing.

    None: something was read meanwhile, so the answers would no longer show what was known before. Raises NotFound,
    NothingAnswered or AnswerNotOffered.
    """
    enrolled = lock_enrolled(session, asn_id=asn_id, kode=kode)
    state = find_state(session, enrolled, now=now)
    if state is not PretestState.OPEN:
        return state
    items = [take(item, sent.get(item.slot)) for item in list_items(session, enrolled.id)]
    if not any(item.answer for item in items):
        raise NothingAnswered
    rows = [{"id": item.item_id, "answer": item.answer, "sure": item.sure} for item in items]
    session.execute(update(PretestItem), rows)
    modules = {row.slug: row.indicators for row in list_modules(session, enrolled)}
    done = {"submitted_at": now, "mastered": find_mastered(items, modules)}
    session.execute(update(Pretest).where(Pretest.enrolment_id == enrolled.id).values(done))
    return PretestState.SENT


def take(item: AnsweredItem, sent: SentItem | None) -> AnsweredItem:
    """Return the question with what was sent for it; somebody can be sure only of an answer."""
    answer = accept(item.layout, sent.form) if sent else {}
    return replace(item, answer=answer, sure=bool(sent and sent.sure and answer))


def find_mastered(items: Iterable[AnsweredItem], modules: Mapping[str, Collection[str]]) -> list[str]:
    """Return the modules, given with their indicators, of which every question was answered right and for sure.

    Questions belong to indicators, as a rule is often taught by several modules. A module of which nothing was asked is
    not mastered.
    """
    judged = [item for item in items if not item.withdrawn]
    asked = {item.indicator.value for item in judged}
    doubtful = {item.indicator.value for item in judged if item.points < 1 or not item.sure}
    known = asked - doubtful
    return [slug for slug, indicators in modules.items() if indicators and known.issuperset(indicators)]


def read_result(session: Session, *, asn_id: int, kode: str) -> PretestResult:
    """Return the result of a pre-test that was sent. Raises NotFound."""
    enrolled = get_enrolled(session, asn_id=asn_id, kode=kode)
    kept = select(Pretest.mastered).where(Pretest.enrolment_id == enrolled.id, Pretest.submitted_at.is_not(None))
    row = session.execute(kept).one_or_none()
    if row is None or not enrolled.period.pretest:
        raise NotFound("tes-awal")
    norms = session.scalar(select(Edition.norms).where(Edition.id == enrolled.period.edition_id)) or {}
    items = [item for item in list_items(session, enrolled.id) if not item.withdrawn]
    misconceptions = tuple(as_misconception(item, norms) for item in items if item.sure_wrong)
    teaching = [rule.pages for each in misconceptions for rule in each.rules]
    return PretestResult(
        enrolled=enrolled,
        by_indicator=grade_by_indicator(items),
        mastered=tuple(
            (each.slug, each.judul) for each in list_modules(session, enrolled) if each.slug in row.mastered
        ),
        misconceptions=misconceptions,
        to_read=name_pages(session, enrolled.period.edition_id, choose_pages(teaching, ())),
    )


def as_misconception(item: AnsweredItem, norms: Mapping[str, Any]) -> Misconception:
    question = item.layout.question
    rules = tuple(view_rule(norms, citation) for citation in question.rules)
    return Misconception(item.slot, question.stem, question.remarks(item.answer), rules)


def grade_by_indicator(items: Sequence[AnsweredItem]) -> dict[Indicator, Grade]:
    found = {each: [item.points for item in items if item.indicator is each] for each in Indicator}
    return {each: Grade(sum(points, Fraction(0)), len(points)) for each, points in found.items() if points}


def list_modules(session: Session, enrolled: Enrolled) -> Sequence[Row[Any]]:
    """Return slug, title and indicators of the modules, in the order of teaching."""
    columns: tuple[Any, ...] = (ModuleVersion.slug, ModuleVersion.judul, ModuleVersion.indicators)
    edition = ModuleVersion.edition_id == enrolled.period.edition_id
    return session.execute(select(*columns).where(edition).order_by(ModuleVersion.position)).all()
