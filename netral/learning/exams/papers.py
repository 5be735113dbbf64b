"""From the bank of an edition to the paper of one attempt."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from netral.learning.editions.models import QuestionVersion
from netral.learning.editions.reading import load_bank
from netral.learning.exams.models import Attempt, AttemptItem
from netral.learning.periods.models import Enrolment
from netral.organisation.kinds import AsnKind
from netral.organisation.models import Asn
from netral.quiz.blueprint import Blueprint
from netral.quiz.drawing import audiences_of, draw_paper
from netral.quiz.encoding import from_text
from netral.quiz.layouts import Layout, lay_out
from netral.quiz.questions import Audience

AUDIENCES = {
    AsnKind.PNS: Audience.PNS,
    AsnKind.PPPK: Audience.PPPK,
    AsnKind.PPPK_PW: Audience.PPPK,
    AsnKind.PPNPN: Audience.PPNPN,
}


@dataclass(frozen=True, slots=True)
class DrawnItem:
    slot: int
    version_id: int
    option_order: tuple[str, ...]


def draw_for(
    session: Session, *, enrolment_id: int, edition_id: int, blueprint: Blueprint, seed: int
) -> tuple[DrawnItem, ...]:
    """Draw a paper of questions for this kind of ASN, those not met yet first. Raises PoolTooSmall."""
    bank = load_bank(session, edition_id)
    pool = list(bank.values())
    version_of = {item.question_id: version_id for version_id, item in bank.items()}
    audience = find_audience(session, enrolment_id) if audiences_of(pool) != (None,) else None
    seen, missed = met_before(session, enrolment_id)
    paper = draw_paper(pool, blueprint, seed, audience=audience, seen=seen, missed=missed)
    return tuple(DrawnItem(item.slot, version_of[item.question_id], item.option_order) for item in paper)


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
