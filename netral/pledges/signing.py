"""The ikrar of a period: reading it, signing it, asking first, refusing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.database.tables import insert
from netral.errors import NetralError
from netral.learning.editions.models import Edition
from netral.learning.periods.enrolments import Enrolled, lock_enrolled, mark_pledged
from netral.pledges.models import PledgeVersion, Signature

POINTS = 4


class Outcome(StrEnum):
    SETUJU = "setuju"
    TANYA_DULU = "tanya-dulu"
    MENOLAK = "menolak"


Otherwise = Literal[Outcome.TANYA_DULU, Outcome.MENOLAK]
ACTIONS = {
    Outcome.SETUJU: "ikrar.signed",
    Outcome.TANYA_DULU: "ikrar.question_asked",
    Outcome.MENOLAK: "ikrar.refused",
}


class PointsUnticked(NetralError):
    """An agreement lacks ticks: each of the four points needs one. The arguments are the missing points."""


class IkrarClosed(NetralError):
    """The person has left the period, or it does not run and their time to sign after tutup is over or never began."""


class IkrarChanged(NetralError):
    """The page showed another text than the one to sign: the period moved to a newer edition since."""


class IkrarSigned(NetralError):
    """The ikrar is signed already; a signature cannot become a question or a refusal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeText:
    id: int
    judul: str
    versi: int
    hash: str
    opening: str
    points: tuple[str, ...]
    closing: str
    source: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The result of an answer. `new`: this call wrote it. After a new `SETUJU` a certificate may be due."""

    enrolment_id: int
    outcome: Outcome
    at: datetime
    new: bool


TEXT = select(
    PledgeVersion.id,
    PledgeVersion.judul,
    PledgeVersion.versi,
    PledgeVersion.text_hash,
    PledgeVersion.opening,
    PledgeVersion.points,
    PledgeVersion.closing,
    PledgeVersion.source,
)


def read_ikrar(session: Session, *, edition_id: int) -> PledgeText:
    """Return the text that the edition of the period pins."""
    pinned = TEXT.join(Edition, Edition.pledge_version_id == PledgeVersion.id).where(Edition.id == edition_id)
    return as_text(session.execute(pinned).one())


def read_own_ikrar(session: Session, enrolled: Enrolled) -> PledgeText:
    """Return the text that a person signed, or the one to sign."""
    agreed = (Signature.enrolment_id == enrolled.id) & (Signature.outcome == Outcome.SETUJU.value)
    signed = TEXT.join(Signature, Signature.pledge_version_id == PledgeVersion.id).where(agreed)
    row = session.execute(signed).one_or_none()
    return as_text(row) if row else read_ikrar(session, edition_id=enrolled.period.edition_id)


def as_text(row: Row[*tuple[Any, ...]]) -> PledgeText:
    return PledgeText(
        id=row.id,
        judul=row.judul,
        versi=row.versi,
        hash=row.text_hash,
        opening=row.opening,
        points=tuple(row.points),
        closing=row.closing,
        source=row.source,
    )


def find_answer(session: Session, enrolment_id: int) -> Answered | None:
    """Return the last answer of a person, which supersedes earlier ones."""
    statement = (
        select(Signature.outcome, Signature.at)
        .where(Signature.enrolment_id == enrolment_id)
        .order_by(Signature.id.desc())
        .limit(1)
    )
    row = session.execute(statement).one_or_none()
    return Answered(enrolment_id, Outcome(row.outcome), row.at, new=False) if row else None


def sign(
    session: Session, act: Act, *, asn_id: int, kode: str, ticked: frozenset[int], shown: int | None = None
) -> Answered:
    """Sign with points 1 to 4 all ticked; signing twice gives the same signature.

    `shown` is the id of the text on the page. Raises NotFound, IkrarChanged, PointsUnticked or IkrarClosed.
    """
    enrolled = lock_enrolled(session, asn_id=asn_id, kode=kode)
    answered = find_answer(session, enrolled.id)
    if answered is not None and answered.outcome is Outcome.SETUJU:
        return answered
    check_text(session, enrolled, shown)
    if missing := sorted(set(range(1, POINTS + 1)) - ticked):
        raise PointsUnticked(*missing)
    kept = keep(session, act, enrolled, Outcome.SETUJU, points=POINTS)
    mark_pledged(session, enrolled, now=act.now)
    return kept


def check_text(session: Session, enrolled: Enrolled, shown: int | None) -> None:
    """Raise IkrarChanged if the page showed another text than the one to be signed: nobody agrees to what they miss."""
    if shown not in {None, read_ikrar(session, edition_id=enrolled.period.edition_id).id}:
        raise IkrarChanged(shown)


def answer_otherwise(
    session: Session, act: Act, *, asn_id: int, kode: str, outcome: Otherwise, shown: int | None = None
) -> Answered:
    """Record a question or a refusal; signing stays possible. Repeating the same answer has no further effect.

    `shown` is the id of the text on the page. Raises NotFound, IkrarSigned, IkrarChanged or IkrarClosed.
    """
    enrolled = lock_enrolled(session, asn_id=asn_id, kode=kode)
    answered = find_answer(session, enrolled.id)
    if answered is not None and answered.outcome is outcome:
        return answered
    if enrolled.pledged_at is not None:
        raise IkrarSigned
    check_text(session, enrolled, shown)
    return keep(session, act, enrolled, outcome, points=0)


def keep(session: Session, act: Act, enrolled: Enrolled, outcome: Outcome, *, points: int) -> Answered:
    if not enrolled.may_sign(act.now):
        raise IkrarClosed
    period = enrolled.period
    values = {
        "instansi_id": period.instansi_id,
        "enrolment_id": enrolled.id,
        "pledge_version_id": read_ikrar(session, edition_id=period.edition_id).id,
        "outcome": outcome.value,
        "points_ticked": points,
        "at": act.now,
    }
    session.execute(insert(session, Signature).values(values))
    act = act.within(period.instansi_id)
    said = {"period": period.kode}
    record(session, act, action=ACTIONS[outcome], object_kind="enrolment", object_id=enrolled.id, detail=said)
    return Answered(enrolled.id, outcome, act.now, new=True)
