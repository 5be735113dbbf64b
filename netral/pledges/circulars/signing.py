"""Signing a pakta integritas: by oneself, or on paper at an apel as an officer records it; and objecting to the latter.

Neither is the ikrar of a period, without which there is no certificate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, exists, select, update
from sqlalchemy.orm import Session

from netral.accounts.access import Reach
from netral.accounts.directory import covers
from netral.accounts.users import OwnMatter, refuse_own_matter
from netral.audit.events import Act
from netral.database.tables import change_rows, insert
from netral.errors import NetralError, NotFound
from netral.organisation.models import Asn, Opd
from netral.pledges.circulars.audience import is_addressed
from netral.pledges.circulars.issuing import CircularKind, note
from netral.pledges.circulars.models import STANDING_ONLY, Circular, CircularVersion, PactSignature, Signing
from netral.pledges.circulars.reading import CircularClosed, find_own, list_current, lock_own

MOST_PEOPLE = 1000


class Method(StrEnum):
    SENDIRI = "sendiri"
    ACARA = "acara"


class NobodyPresent(NetralError):
    """Nobody who may be recorded was chosen."""


class DayAhead(NetralError):
    """The signing would be on a day that has not come yet (the argument)."""


class DayBeforeText(NetralError):
    """The signing would be on a day before that of the text (the argument)."""


class ObjectionDecided(NetralError):
    """The objection was decided already, or there is none."""


class OwnSignature(NetralError):
    """The person signed it themselves, so there is nothing that an officer recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Apel:
    """The facts of a signing at an apel."""

    opd_kode: str
    held_on: date
    place: str
    witness_name: str
    witness_title: str
    file_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Attendant:
    """A person of the unit on the list of an apel. `signed`: a signature of theirs stands already."""

    asn_id: int
    nama: str
    opd: str
    signed: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many signatures a signing added, and how many of the chosen had one already."""

    added: int
    before: int


@dataclass(frozen=True, slots=True)
class SigningLine:
    """A row of the list of signings, with how many signatures of it stand."""

    signing: Signing
    opd: str
    people: int


@dataclass(frozen=True, slots=True)
class Objection:
    signature: PactSignature
    nama: str
    opd: str
    signing: Signing


def sign_alone(session: Session, act: Act, *, asn_id: int, circular_id: int, shown: int | None) -> bool:
    """Sign the version on the page; return False if a signature stands already.

    Raises NotFound, CircularClosed, CircularChanged.
    """
    own = lock_own(session, act, asn_id=asn_id, circular_id=circular_id, shown=shown)
    if own.kind is not CircularKind.PAKTA:
        raise NotFound("pakta", circular_id)
    values = {
        "instansi_id": own.version.instansi_id,
        "version_id": own.version.id,
        "asn_id": asn_id,
        "method": Method.SENDIRI.value,
        "at": act.now,
        "decision_reason": "",
    }
    added = add_signatures(session, [values])
    if added:
        note(session, act.within(own.version.instansi_id), "pact.signed", circular_id, number=own.version.number)
    return bool(added)


def add_signatures(session: Session, rows: Sequence[dict[str, object]]) -> int:
    """Add signatures of people who have none under the version; return how many."""
    statement = insert(session, PactSignature).values(list(rows))
    once = statement.on_conflict_do_nothing(index_elements=["version_id", "asn_id"], index_where=STANDING_ONLY)
    return change_rows(session, once)


def list_pacts(session: Session, *, instansi_id: int, reaches: Sequence[Reach]) -> tuple[CircularVersion, ...]:
    """List the texts in force that address anybody within reach, by title."""
    found = [each for each, kind in list_current(session, instansi_id) if kind is CircularKind.PAKTA]
    within = (each for each in found if meets(session, each, reaches))
    return tuple(sorted(within, key=lambda each: (each.title, each.id)))


def meets(session: Session, version: CircularVersion, reaches: Sequence[Reach]) -> bool:
    """Return whether the units that a version addresses and a reach have any in common."""
    within = [reach.opd_path for reach in reaches if reach.instansi_id == version.instansi_id]
    if not version.units or None in within:
        return bool(within)
    paths = session.scalars(select(Opd.path).where(Opd.id.in_(version.units))).all()
    return any(path.startswith(own or "") or (own or "").startswith(path) for path in paths for own in within)


def find_pact(session: Session, *, instansi_id: int, reaches: Sequence[Reach], circular_id: int) -> CircularVersion:
    """Return the text in force that addresses anybody within reach. Raises NotFound."""
    for each in list_pacts(session, instansi_id=instansi_id, reaches=reaches):
        if each.circular_id == circular_id:
            return each
    raise NotFound("pakta", circular_id)


def find_unit(session: Session, *, reaches: Sequence[Reach], kode: str) -> Opd:
    """Return a unit within reach. Raises NotFound."""
    unit = session.scalars(select(Opd).where(Opd.kode == kode, covers(reaches))).first()
    if unit is None:
        raise NotFound("opd", kode)
    return unit


def list_attendants(session: Session, version: CircularVersion, unit: Opd) -> tuple[Attendant, ...]:
    """List the people of a unit's subtree whom the text addresses, by name; at most one more than may be recorded."""
    signed = exists().where(
        PactSignature.version_id == version.id, PactSignature.asn_id == Asn.id, PactSignature.annulled_at.is_(None)
    )
    rows = session.execute(
        select_attendants(session, version, unit)
        .add_columns(Asn.nama, Opd.nama, signed)
        .order_by(Asn.nama, Asn.id)
        .limit(MOST_PEOPLE + 1)
    )
    return tuple(Attendant(*row) for row in rows)


def select_attendants(session: Session, version: CircularVersion, unit: Opd) -> Select[*tuple[Any, ...]]:
    below = Opd.path.startswith(unit.path, autoescape=True)
    return select(Asn.id).join(Opd, Opd.id == Asn.opd_id).where(is_addressed(session, version), below)


def record_apel(
    session: Session,
    act: Act,
    *,
    reaches: Sequence[Reach],
    circular_id: int,
    shown: int | None,
    apel: Apel,
    present: frozenset[int],
    today: date,
) -> Recorded:
    """Record that the people present signed on paper; those with a signature keep the one they have.

    The same form sent again finds the signatures there and records nothing. `shown`: the version on the page. People
    beyond the unit or the audience are left out. Raises NotFound, CircularClosed, NobodyPresent, DayAhead,
    DayBeforeText.
    """
    version = find_pact(session, instansi_id=act.instansi_id or 0, reaches=reaches, circular_id=circular_id)
    session.scalars(select(Circular.id).where(Circular.id == circular_id).with_for_update()).one()
    if shown != version.id:
        raise CircularClosed(circular_id)
    if apel.held_on > today:
        raise DayAhead(apel.held_on)
    if apel.held_on < version.dated:
        raise DayBeforeText(version.dated)
    unit = find_unit(session, reaches=reaches, kode=apel.opd_kode)
    people = [each for each in list_attendants(session, version, unit) if each.asn_id in present]
    if not people:
        raise NobodyPresent
    fresh = [each.asn_id for each in people if not each.signed]
    if fresh:
        signing = keep_signing(session, act, version, unit, apel)
        add_signatures(session, [as_signature(act, version, signing.id, asn_id) for asn_id in fresh])
        note(session, act, "pact.signed_at_apel", circular_id, number=version.number, kode=unit.kode, count=len(fresh))
    return Recorded(len(fresh), len(people) - len(fresh))


def keep_signing(session: Session, act: Act, version: CircularVersion, unit: Opd, apel: Apel) -> Signing:
    signing = Signing(
        instansi_id=version.instansi_id,
        version_id=version.id,
        opd_id=unit.id,
        held_on=apel.held_on,
        place=apel.place,
        witness_name=apel.witness_name,
        witness_title=apel.witness_title,
        file_hash=apel.file_hash,
        recorded_at=act.now,
        recorded_by=act.actor_id,
    )
    session.add(signing)
    session.flush()
    return signing


def as_signature(act: Act, version: CircularVersion, signing_id: int, asn_id: int) -> dict[str, object]:
    return {
        "instansi_id": version.instansi_id,
        "version_id": version.id,
        "asn_id": asn_id,
        "method": Method.ACARA.value,
        "signing_id": signing_id,
        "at": act.now,
        "decision_reason": "",
    }


def list_signings(session: Session, *, reaches: Sequence[Reach], version_id: int) -> tuple[SigningLine, ...]:
    """List the signings of a version within reach, the latest first."""
    rows = session.execute(
        select(Signing, Opd.nama)
        .join(Opd, Opd.id == Signing.opd_id)
        .where(Signing.version_id == version_id, covers(reaches))
        .order_by(Signing.id.desc())
    )
    standing = select(PactSignature.signing_id).where(
        PactSignature.version_id == version_id, PactSignature.annulled_at.is_(None)
    )
    signed = list(session.scalars(standing))
    return tuple(SigningLine(signing, opd, signed.count(signing.id)) for signing, opd in rows)


def get_signing(session: Session, signature: PactSignature) -> Signing:
    """Return the signing at which an officer recorded a signature. Raises OwnSignature."""
    if signature.signing_id is None:
        raise OwnSignature
    return session.get_one(Signing, signature.signing_id)


def object_to(session: Session, act: Act, *, asn_id: int, circular_id: int) -> None:
    """Say that one did not sign at the apel; saying it again has no further effect. BKPSDM decides.

    Raises NotFound, OwnSignature, ObjectionDecided.
    """
    own = find_own(session, asn_id=asn_id, circular_id=circular_id)
    if own.signature is None:
        raise NotFound("pakta", circular_id)
    if own.signature.method == Method.SENDIRI:
        raise OwnSignature
    if own.signature.decided_at is not None:
        raise ObjectionDecided
    mine = (PactSignature.id == own.signature.id) & PactSignature.objected_at.is_(None)
    if change_rows(session, update(PactSignature).where(mine).values(objected_at=act.now)):
        note(session, act.within(own.version.instansi_id), "pact.objected", circular_id, number=own.version.number)


def select_objections(instansi_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(PactSignature, Asn.nama, Opd.nama, Signing)
        .join(Asn, Asn.id == PactSignature.asn_id)
        .join(Opd, Opd.id == Asn.opd_id)
        .join(Signing, Signing.id == PactSignature.signing_id)
        .join(CircularVersion, CircularVersion.id == PactSignature.version_id)
        .where(PactSignature.instansi_id == instansi_id, PactSignature.objected_at.is_not(None))
    )


def list_objections(session: Session, *, instansi_id: int, circular_id: int) -> tuple[Objection, ...]:
    """List the objections that wait for a decision, the oldest first."""
    waiting = select_objections(instansi_id).where(
        CircularVersion.circular_id == circular_id, PactSignature.decided_at.is_(None)
    )
    rows = session.execute(waiting.order_by(PactSignature.objected_at, PactSignature.id))
    return tuple(Objection(*row) for row in rows)


def get_objection(session: Session, *, instansi_id: int, signature_id: int) -> tuple[Objection, int]:
    """Return an objection, decided or not, and the id of its circular. Raises NotFound."""
    wanted = select_objections(instansi_id).where(PactSignature.id == signature_id)
    row = session.execute(wanted.add_columns(CircularVersion.circular_id)).one_or_none()
    if row is None:
        raise NotFound("keberatan", signature_id)
    return Objection(*row[:4]), row[4]


def decide(session: Session, act: Act, *, signature_id: int, accepted: bool, reason: str) -> int:
    """Decide an objection and return the id of the circular: accepted, the signature is annulled.

    The officer who recorded the signature may accept, but not decline. Raises NotFound, OwnMatter, ObjectionDecided.
    """
    statement = select(PactSignature).where(
        PactSignature.id == signature_id, PactSignature.instansi_id == act.instansi_id
    )
    row = session.scalars(statement.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if row is None or row.objected_at is None:
        raise NotFound("keberatan", signature_id)
    if row.decided_at is not None:
        raise ObjectionDecided
    refuse_own_matter(session, act, asn_id=row.asn_id)
    if not accepted and act.actor_id in {get_signing(session, row).recorded_by} - {None}:
        raise OwnMatter
    values = {"decided_at": act.now, "decided_by": act.actor_id, "decision_reason": reason}
    annulled = {"annulled_at": act.now} if accepted else {}
    session.execute(update(PactSignature).where(PactSignature.id == signature_id).values(**values, **annulled))
    circular_id = session.get_one(CircularVersion, row.version_id).circular_id
    action = "pact.objection_accepted" if accepted else "pact.objection_declined"
    note(session, act, action, circular_id, reason=reason)
    return circular_id
