"""Checking and deciding a correction: the operator of the OPD advises, BKPSDM accepts or declines."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from netral.accounts.access import Reach
from netral.accounts.directory import covers
from netral.accounts.users import rename_logins
from netral.certificates.issue.basis import clean
from netral.certificates.issue.issuing import NameUnprintable, reissue
from netral.certificates.issue.withheld import find_unprintable, issue_withheld, list_withheld
from netral.certificates.models import Certificate
from netral.certificates.proof.keys import KeyRing
from netral.corrections.asking import CorrectionSettled, ask, note_step, settle, take_step
from netral.corrections.claims import OPEN, CorrectedField, State, Step
from netral.corrections.listing import get_within
from netral.corrections.models import Correction, CorrectionStep
from netral.errors import NetralError, NotFound
from netral.organisation.models import Asn, Opd
from netral.organisation.nik import mask_nik
from netral.organisation.registering import find_opd
from netral.organisation.writing import change_people, lock_organisation
from netral.roster.following import follow_roster
from netral.roster.importing import rename_users
from netral.versions import Outdated

NIP_PRINTED = 3


class OwnCorrection(NetralError):
    """Nobody checks or decides what he asked for himself."""


class CorrectionReasonMissing(NetralError):
    """A refusal is kept with its reason: the person reads it."""


class NipTaken(NetralError):
    """Somebody else of this instansi has this NIP; the argument is the name."""


class AskedAlready(NetralError):
    """The person has asked for another name already, undecided yet; the argument is the id of that correction."""


class UnitNotChosen(NetralError):
    """A person names a unit in words; which one of the tree is meant, the officer says."""


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides, how far that reaches, and with what certificates are issued anew."""

    user_id: int
    asn_id: int | None
    reaches: Sequence[Reach]


@dataclass(frozen=True, slots=True)
class Accepted:
    """Numbers of the certificates that were renewed, or issued at last, and whether the login has changed."""

    reissued: tuple[str, ...] = field(default=())
    issued: tuple[str, ...] = field(default=())
    renamed: bool = False


def check(
    session: Session,
    *,
    correction_id: int,
    decider: Decider,
    supports: bool,
    reason: str,
    now: datetime,
    version: str | None = None,
) -> None:
    """Record the operator's advice; the same advice again has no further effect. `version`: of what the page showed.

    Raises NotFound, OwnCorrection, CorrectionReasonMissing, CorrectionSettled, Outdated (also when advice is there).
    """
    if not supports and not reason.strip():
        raise CorrectionReasonMissing
    row = lock(session, correction_id, decider)
    step = Step.SUPPORTED if supports else Step.DOUBTED
    if is_taken(session, row, step, by=decider.user_id, reason=reason):
        return
    check_shown(session, row, decider, version)
    if row.state != State.ASKED:
        raise Outdated
    session.execute(update(Correction).where(Correction.id == row.id).values(state=State.CHECKED.value))
    take_step(session, row.id, row.instansi_id, step, now=now, by=decider.user_id, reason=reason.strip())
    action = "correction.supported" if supports else "correction.doubted"
    note_step(session, action, row.id, row.instansi_id, now=now, by=decider.user_id, field=row.field)


def decline(
    session: Session, *, correction_id: int, decider: Decider, reason: str, now: datetime, version: str | None = None
) -> None:
    """Decline a correction; the same refusal again has no further effect. `version`: of what the page showed.

    Raises NotFound, OwnCorrection, CorrectionReasonMissing, CorrectionSettled, Outdated.
    """
    if not reason.strip():
        raise CorrectionReasonMissing
    row = lock(session, correction_id, decider)
    by = decider.user_id
    if is_taken(session, row, Step.DECLINED, by=by, reason=reason):
        return
    check_shown(session, row, decider, version)
    settle(session, row, Step.DECLINED, State.DECLINED, now=now, by=by, reason=reason.strip())
    note_step(session, "correction.declined", row.id, row.instansi_id, now=now, by=by, field=row.field)


def accept(
    session: Session,
    *,
    correction_id: int,
    decider: Decider,
    opd_kode: str,
    now: datetime,
    new_identifier: Callable[[], bytes],
    keyring: KeyRing,
    version: str | None = None,
) -> Accepted:
    """Write what was asked for and all that follows from it: account, periods, certificates.

    The same decision again has no further effect. `opd_kode` only for a unit. `version`: of what the page showed.
    Raises NotFound, OwnCorrection, CorrectionSettled, Outdated, NipTaken, NameUnprintable, UnitNotChosen.
    """
    instansi_id = find_instansi_id(session, correction_id, decider)
    lock_organisation(session, instansi_id)
    row = lock(session, correction_id, decider)
    asn_id, by = row.asn_id, decider.user_id
    if row.field != CorrectedField.OPD and is_taken(session, row, Step.ACCEPTED, by=by):
        return Accepted()
    check_shown(session, row, decider, version)
    values = wanted(session, row, opd_kode)
    settle(session, row, Step.ACCEPTED, State.ACCEPTED, now=now, by=by)
    renamed = write(session, instansi_id, asn_id, values, now=now, by=by)
    renewed = renew_certificates(session, asn_id, now=now, by=by, new_identifier=new_identifier, keyring=keyring)
    issued = issue_withheld(
        session, instansi_id=instansi_id, now=now, new_identifier=new_identifier, keyring=lambda: keyring, by=by
    )
    count = len(renewed) + len(issued)
    said: dict[str, str | int] = {"field": row.field} | ({"reissued": count} if count else {})
    note_step(session, "correction.accepted", correction_id, instansi_id, now=now, by=by, **said)
    return Accepted(renewed, tuple(one.nomor for one in issued), renamed)


def spell(
    session: Session,
    *,
    asn_id: int,
    nama: str,
    note: str,
    decider: Decider,
    now: datetime,
    new_identifier: Callable[[], bytes],
    keyring: KeyRing,
) -> Accepted:
    """Give a person a name that a certificate can print: asked for and accepted in one step, with all that follows.

    `nama` as `read_claim` returns it. Raises NotFound unless a certificate still waits for the name, so that the first
    of two officers counts; NothingToCorrect, AskedAlready, and what `accept` raises.
    """
    instansi_id = session.scalars(select(Asn.instansi_id).where(Asn.id == asn_id)).one()
    lock_organisation(session, instansi_id)
    if not list_withheld(session, instansi_id=instansi_id, asn_id=asn_id):
        raise NotFound("ejaan", asn_id)
    asked = ask(
        session, asn_id=asn_id, field=CorrectedField.NAMA, proposed=nama, note=note, now=now, by=decider.user_id
    )
    if not asked.new:
        raise AskedAlready(asked.correction_id)
    return accept(
        session,
        correction_id=asked.correction_id,
        decider=decider,
        opd_kode="",
        now=now,
        new_identifier=new_identifier,
        keyring=keyring,
    )


def wanted(session: Session, row: Correction, opd_kode: str) -> dict[str, Any]:
    """Columns of `Asn`."""
    if row.field == CorrectedField.OPD:
        if not opd_kode:
            raise UnitNotChosen
        return {"opd_id": find_opd(session, instansi_id=row.instansi_id, kode=opd_kode).id}
    if row.field == CorrectedField.NIP:
        other = select(Asn.nama).where(
            Asn.instansi_id == row.instansi_id, Asn.nip == row.proposed, Asn.id != row.asn_id
        )
        if taken := session.scalars(other).first():
            raise NipTaken(taken)
    if row.field == CorrectedField.NAMA and (letters := find_unprintable(row.proposed)):
        raise NameUnprintable(row.proposed, letters)
    return {row.field: row.proposed}


def write(
    session: Session, instansi_id: int, asn_id: int, values: dict[str, Any], *, now: datetime, by: int | None
) -> bool:
    """As an import of the roster would: the person, the account, and the periods that are not over.

    Whether the login changed.
    """
    before = session.scalars(select(Asn.nip).where(Asn.id == asn_id)).one()
    change_people(session, [(asn_id, values)], now=now)
    if "nama" in values:
        rename_users(session, [asn_id])
    if "opd_id" in values:
        follow_roster(session, instansi_id=instansi_id, now=now, by=by)
    return "nip" in values and rename_logins(session, [(asn_id, before, values["nip"])]) == 1


def renew_certificates(
    session: Session,
    asn_id: int,
    *,
    now: datetime,
    by: int | None,
    new_identifier: Callable[[], bytes],
    keyring: KeyRing,
) -> tuple[str, ...]:
    """Of those that still count, the ones that print another name or other digits than the roster says now."""
    person = session.execute(select(Asn.nama, Asn.nip).where(Asn.id == asn_id)).one()
    printed = (clean(person.nama), (person.nip or "")[-NIP_PRINTED:])
    statement = select(Certificate).where(Certificate.asn_id == asn_id, Certificate.status == "valid")
    stale = [
        (row.public_id, row.instansi_id)
        for row in session.scalars(statement.order_by(Certificate.id))
        if (row.nama, row.nip_akhir) != printed and (row.valid_until is None or row.valid_until >= now.date())
    ]
    return tuple(
        reissue(
            session,
            public_id=public_id,
            instansi_id=instansi_id,
            now=now,
            new_identifier=new_identifier(),
            keyring=keyring,
            by=by,
        ).nomor
        for public_id, instansi_id in stale
    )


def is_taken(session: Session, row: Correction, step: Step, *, by: int, reason: str = "") -> bool:
    """Return whether exactly this step was the last one, as after a button was pressed twice."""
    statement = (
        select(CorrectionStep.kind, CorrectionStep.by_user_id, CorrectionStep.reason)
        .where(CorrectionStep.correction_id == row.id)
        .order_by(CorrectionStep.id.desc())
    )
    return session.execute(statement).first() == (step.value, by, mask_nik(reason.strip()))


def check_shown(session: Session, row: Correction, decider: Decider, version: str | None) -> None:
    """Raise CorrectionSettled, or Outdated if the page showed something else. `row` must be locked."""
    if row.state not in OPEN:
        raise CorrectionSettled(row.state)
    if version is not None and version != get_within(session, reaches=decider.reaches, correction_id=row.id).version:
        raise Outdated


def lock(session: Session, correction_id: int, decider: Decider) -> Correction:
    """The row as it is once nobody else can change it. Raises NotFound, OwnCorrection."""
    find_instansi_id(session, correction_id, decider)
    statement = select(Correction).where(Correction.id == correction_id).with_for_update()
    row = session.scalars(statement.execution_options(populate_existing=True)).one()
    if row.asn_id == decider.asn_id:
        raise OwnCorrection
    return row


def find_instansi_id(session: Session, correction_id: int, decider: Decider) -> int:
    """Raises NotFound beyond reach, as for none."""
    statement = (
        select(Correction.instansi_id)
        .join(Asn, Asn.id == Correction.asn_id)
        .join(Opd, Opd.id == Asn.opd_id)
        .where(Correction.id == correction_id, covers(decider.reaches))
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound("correction", correction_id)
    return found
