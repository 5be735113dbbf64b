"""Asking for a correction of one's own data, and taking that back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.corrections.claims import OPEN, CorrectedField, State, Step
from netral.corrections.models import OPEN_ONLY, Correction, CorrectionStep
from netral.database.tables import change_rows, insert
from netral.errors import NetralError, NotFound
from netral.organisation.models import Asn, Opd
from netral.organisation.numbers import mask_nik

MOST_IN_A_DAY = 10


class NothingToCorrect(NetralError):
    """The roster has this value already."""


class TooManyCorrections(NetralError):
    """The person has asked for ten corrections within a day."""


class CorrectionSettled(NetralError):
    """The correction was decided or taken back already; the argument is its state or, if that is unknown, its field."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A correction that was asked for. `new` is false when one of the same field is already open: it is that one."""

    correction_id: int
    new: bool


def ask(session: Session, act: Act, *, asn_id: int, field: CorrectedField, proposed: str, note: str) -> Asked:
    """Ask for a correction. `proposed` as `read_claim` returns it.

    Raises NotFound, NothingToCorrect, TooManyCorrections, CorrectionSettled.
    """
    person = session.execute(
        select(Asn.instansi_id, Asn.nama, Asn.nip, Asn.jabatan, Opd.nama.label("opd"))
        .join(Opd, Opd.id == Asn.opd_id)
        .where(Asn.id == asn_id)
    ).one_or_none()
    if person is None:
        raise NotFound("asn", asn_id)
    if getattr(person, field.value) == proposed:
        raise NothingToCorrect(field)
    check_flood(session, asn_id, act.now)
    values = {
        "instansi_id": person.instansi_id,
        "asn_id": asn_id,
        "field": field.value,
        "proposed": proposed,
        "note": mask_nik(note),
        "state": State.ASKED.value,
        "asked_at": act.now,
    }
    statement = insert(session, Correction).values(values)
    statement = statement.on_conflict_do_nothing(index_elements=["asn_id", "field"], index_where=OPEN_ONLY)
    made = session.scalars(statement.returning(Correction.id)).one_or_none()
    if made is None:
        return Asked(find_open(session, asn_id, field), new=False)
    act = act.within(person.instansi_id)
    take_step(session, act, made, Step.ASKED)
    note_step(session, act, "correction.asked", made, field=field.value)
    return Asked(made, new=True)


def check_flood(session: Session, asn_id: int, now: datetime) -> None:
    recent = select(func.count()).where(Correction.asn_id == asn_id, Correction.asked_at > now - timedelta(days=1))
    if (session.scalar(recent) or 0) >= MOST_IN_A_DAY:
        raise TooManyCorrections


def find_open(session: Session, asn_id: int, field: CorrectedField) -> int:
    """Return the open correction. Raises CorrectionSettled when it has just been settled."""
    statement = select(Correction.id).where(Correction.asn_id == asn_id, Correction.field == field.value, OPEN_ONLY)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise CorrectionSettled(field)
    return found


def withdraw(session: Session, act: Act, *, correction_id: int, asn_id: int) -> None:
    """Take one's own correction back; calling it twice has no further effect. Raises NotFound, CorrectionSettled."""
    mine = select(Correction).where(Correction.id == correction_id, Correction.asn_id == asn_id)
    row = session.scalars(mine.with_for_update()).one_or_none()
    if row is None:
        raise NotFound("correction", correction_id)
    act = act.within(row.instansi_id)
    if settle(session, act, row, Step.WITHDRAWN, State.WITHDRAWN):
        note_step(session, act, "correction.withdrawn", row.id, field=row.field)


def settle(session: Session, act: Act, row: Correction, step: Step, state: State, *, reason: str = "") -> bool:
    """Settle a locked row; return False if exactly this was done before. Raises CorrectionSettled."""
    if row.state == state.value:
        return False
    if row.state not in OPEN:
        raise CorrectionSettled(row.state)
    values = {"state": state.value} | ({"proposed": ""} if row.field == CorrectedField.NIP else {})
    session.execute(update(Correction).where(Correction.id == row.id).values(values))
    take_step(session, act, row.id, step, reason=reason)
    return True


def take_step(session: Session, act: Act, correction_id: int, step: Step, *, reason: str = "") -> bool:
    """Take a step; return False if it was taken before. The act must be of the instansi of the correction."""
    values = {
        "instansi_id": act.instansi_id,
        "correction_id": correction_id,
        "kind": step.value,
        "at": act.now,
        "by_user_id": act.actor_id,
        "reason": mask_nik(reason),
    }
    return change_rows(session, insert(session, CorrectionStep).values(values).on_conflict_do_nothing()) == 1


def note_step(session: Session, act: Act, action: str, correction_id: int, **detail: str | int) -> None:
    """Record a step without the value itself: the trail does not repeat names and NIPs."""
    record(session, act, action=action, object_kind="correction", object_id=correction_id, detail=detail)
