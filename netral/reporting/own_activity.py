"""The last things that happened with a person's account, for their own eyes: others may have acted in their name."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session, aliased

from netral.accounts.models import OneTimeCode, User
from netral.learning.exams.models import Attempt
from netral.learning.periods.models import Enrolment
from netral.pledges.models import Signature

MOST = 10


class Happened(StrEnum):
    CODE_MADE = "kode-dibuat"
    CODE_USED = "kode-dipakai"
    EXAM_STARTED = "ujian-mulai"
    EXAM_CLOSED = "ujian-selesai"
    IKRAR = "ikrar"


FINISHED = frozenset({Happened.EXAM_CLOSED, Happened.IKRAR})


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that happened. `by`: the maker of a code, none for the command line and for everything else."""

    at: datetime
    what: Happened
    by: str | None


def list_activities(session: Session, *, user_id: int) -> tuple[Activity, ...]:
    """List the last ten things, the newest first."""
    maker, nobody = aliased(User), literal(None, User.nama.type)
    codes = select(OneTimeCode.created_at, literal(Happened.CODE_MADE.value), maker.nama).outerjoin(
        maker, maker.id == OneTimeCode.created_by
    )
    used = select(OneTimeCode.used_at, literal(Happened.CODE_USED.value), nobody).where(
        OneTimeCode.used_at.is_not(None)
    )
    mine = select(Enrolment.id).join(User, User.asn_id == Enrolment.asn_id).where(User.id == user_id)
    started = select(Attempt.started_at, literal(Happened.EXAM_STARTED.value), nobody)
    closed = select(Attempt.closed_at, literal(Happened.EXAM_CLOSED.value), nobody).where(
        Attempt.closed_at.is_not(None)
    )
    signed = select(Signature.at, literal(Happened.IKRAR.value), nobody).where(Signature.outcome == "setuju")
    everything = union_all(
        codes.where(OneTimeCode.user_id == user_id),
        used.where(OneTimeCode.user_id == user_id, OneTimeCode.used_at.is_not(None)),
        started.where(Attempt.enrolment_id.in_(mine)),
        closed.where(Attempt.enrolment_id.in_(mine), Attempt.closed_at.is_not(None)),
        signed.where(Signature.enrolment_id.in_(mine)),
    ).subquery("everything")
    at, what, by = everything.c
    rows = session.execute(select(at, what, by).order_by(at.desc(), what).limit(MOST))
    found = [Activity(moment, Happened(kind), name) for moment, kind, name in rows]
    order = list(Happened)
    return tuple(sorted(found, key=lambda each: (each.at, order.index(each.what)), reverse=True))
