"""From the bank of an edition to the paper of one attempt."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from netral.learning.editions.models import EditionQuestion, QuestionVersion
from netral.learning.exams.models import Attempt, AttemptItem
from netral.learning.periods.models import Enrolment
from netral.organisation.kinds import AsnKind
from netral.organisation.models import Asn
from netral.quiz.blueprint import Blueprint
from netral.quiz.drawing import PoolItem, audiences_of, draw_paper
from netral.quiz.encoding import from_json, from_text
from netral.quiz.layouts import Layout, lay_out
from netral.quiz.questions import Audience

AUDIENCES = {
    AsnKind.PNS: Audience.PNS,
    AsnKind.PPPK: Audience.PPPK,
    AsnKind.PPPK_PW: Audience.PPPK,
    AsnKind.PPNPN: Audience.PPNPN,
}


@dataclass(frozen=True, slots=True)
class BankItem:
    version_id: int
    item: PoolItem


@dataclass(frozen=True, slots=True)
class DrawnItem:
    slot: int
    version_id: int
    option_order: tuple[str, ...]


# By question id and hash of its content, which is never changed.
KNOWN: dict[tuple[str, str], PoolItem] = {}


def load_bank(session: Session, edition_id: int) -> Iterator[BankItem]:
    """Every start draws from the whole bank: what drawing needs to know of a question is worked out once."""
    statement = (
        select(QuestionVersion.id, QuestionVersion.question_id, QuestionVersion.content_hash)
        .join(EditionQuestion, EditionQuestion.question_version_id == QuestionVersion.id)
        .where(EditionQuestion.edition_id == edition_id, EditionQuestion.module_slug.is_(None))
    )
    found = {row.id: (row.question_id, row.content_hash) for row in session.execute(statement)}
    if unknown := [version_id for version_id, content in found.items() if content not in KNOWN]:
        bodies = select(QuestionVersion.id, QuestionVersion.body).where(QuestionVersion.id.in_(unknown))
        KNOWN.update({found[row.id]: PoolItem.of(from_json(row.body)) for row in session.execute(bodies)})
    for version_id, content in found.items():
        yield BankItem(version_id, KNOWN[content])


def load_pool(session: Session, edition_id: int) -> tuple[PoolItem, ...]:
    return tuple(entry.item for entry in load_bank(session, edition_id))


def draw_for(
    session: Session, *, enrolment_id: int, edition_id: int, blueprint: Blueprint, seed: int
) -> tuple[DrawnItem, ...]:
    """What the person has not met yet comes first, and only what is for such as he. Raises PoolTooSmall."""
    bank = {entry.item.question_id: entry for entry in load_bank(session, edition_id)}
    pool = [entry.item for entry in bank.values()]
    audience = find_audience(session, enrolment_id) if audiences_of(pool) != (None,) else None
    seen, missed = met_before(session, enrolment_id)
    paper = draw_paper(pool, blueprint, seed, audience=audience, seen=seen, missed=missed)
    return tuple(DrawnItem(item.slot, bank[item.question_id].version_id, item.option_order) for item in paper)


def read_layout(row: Row[*tuple[Any, ...]]) -> Layout:
    """Lay out the question of a row with `body`, `option_order`, and the `seed` and `by_place` of its attempt."""
    question = from_text(row.body)
    if not row.by_place:
        return lay_out(question, row.option_order, by_place=False)
    return lay_out(question, row.option_order, seed=row.seed)


def find_audience(session: Session, enrolment_id: int) -> Audience:
    statement = select(Asn.jenis).join(Enrolment, Enrolment.asn_id == Asn.id).where(Enrolment.id == enrolment_id)
    return AUDIENCES[AsnKind(session.execute(statement).scalar_one())]


def met_before(session: Session, enrolment_id: int) -> tuple[frozenset[str], frozenset[str]]:
    """Questions of earlier attempts, and those of them that did not earn the whole point."""
    statement = (
        select(QuestionVersion.question_id, AttemptItem.points_numerator, AttemptItem.points_denominator)
        .join(AttemptItem, AttemptItem.question_version_id == QuestionVersion.id)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .where(Attempt.enrolment_id == enrolment_id)
    )
    rows = session.execute(statement).all()
    return (
        frozenset(row.question_id for row in rows),
        frozenset(row.question_id for row in rows if row.points_numerator != row.points_denominator),
    )
