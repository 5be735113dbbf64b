"""Checking and deciding a correction: the operator of the OPD advises, BKPSDM accepts or declines."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from netral.accounts.access import Reach
from netral.accounts.directory import covers
from netral.accounts.users import OwnMatter, rename_logins
from netral.audit.events import Act
from netral.certificates.issue.issuing import NameUnprintable, Signer, reissue_changed
from netral.certificates.issue.withheld import find_unprintable, issue_withheld, list_withheld
from netral.corrections.asking import CorrectionSettled, ask, note_step, settle, take_step
from netral.corrections.claims import OPEN, CorrectedField, State, Step
from netral.corrections.listing import get_within
from netral.corrections.models import Correction, CorrectionStep
from netral.errors import NetralError, NotFound
from netral.organisation.instansi import find_opd, lock_instansi
from netral.organisation.models import Asn, Opd
from netral.organisation.numbers import mask_nik
from netral.organisation.writing import change_people
from netral.roster.applying import rename_users
from netral.roster.following import follow_roster
from netral.versions import Outdated


class CorrectionReasonMissing(NetralError):
    """A refusal needs a reason, which the person reads."""


class NipTaken(NetralError):
    """Somebody else of this instansi has this NIP; the argument is the name."""


class AskedAlready(NetralError):
    """The person has already asked for another name, still undecided; the argument is the id of that correction."""


class UnitNotChosen(NetralError):
    """The person named a unit in words, and the officer did not choose the one of the tree that is meant."""


@dataclass(frozen=True, slots=True)
class Decider:
    """An officer who decides: the act that is recorded, the officer's own entry on the roster, and their reach."""

    act: Act
    asn_id: int | None
    reaches: Sequence[Reach]


@dataclass(frozen=True, slots=True)
class Accepted:
    """The numbers of certificates that were renewed or, at last, issued, and whether the login has changed."""

    reissued: tuple[str, ...] = field(default=())
    issued: tuple[str, ...] = field(default=())
    renamed: bool = False


def check(
    session: Session, decider: Decider, *, correction_id: int, supports: bool, reason: str, version: str | None = None
) -> None:
    """Record the operator's advice; the same advice again has no further effect. `version`: of what the page showed.

    Raises NotFound, OwnMatter, CorrectionReasonMissing, CorrectionSettled, Outdated (also when advice is there).
    """
    if not supports and not reason.strip():
        raise CorrectionReasonMissing
    row, act = lock(session, decider, correction_id)
    step = Step.SUPPORTED if supports else Step.DOUBTED
    if is_taken(session, act, row, step, reason=reason):
        return
    check_shown(session, row, decider, version)
    if row.state != State.ASKED:
        raise Outdated
    session.execute(update(Correction).where(Correction.id == row.id).values(state=State.CHECKED.value))
    take_step(session, act, row.id, step, reason=reason.strip())
    note_step(session, act, "correction.supported" if supports else "correction.doubted", row.id, field=row.field)


def decline(session: Session, decider: Decider, *, correction_id: int, reason: str, version: str | None = None) -> None:
    """Decline a correction; the same refusal again has no further effect. `version`: of what the page showed.

    Raises NotFound, OwnMatter, CorrectionReasonMissing, CorrectionSettled, Outdated.
    """
    if not reason.strip():
        raise CorrectionReasonMissing
    row, act = lock(session, decider, correction_id)
    if is_taken(session, act, row, Step.DECLINED, reason=reason):
        return
    check_shown(session, row, decider, version)
    settle(session, act, row, Step.DECLINED, State.DECLINED, reason=reason.strip())
    note_step(session, act, "correction.declined", row.id, field=row.field)


def accept(
    session: Session, decider: Decider, signer: Signer, *, correction_id: int, opd_kode: str, version: str | None = None
) -> Accepted:
    """Write the wanted value and update all that follows from it: account, periods, certificates.

    The same decision again has no further effect. `opd_kode` only for a unit. `version`: of what the page showed.
    Raises NotFound, OwnMatter, CorrectionSettled, Outdated, NipTaken, NameUnprintable, UnitNotChosen.
    """
    instansi_id = find_instansi_id(session, decider, correction_id)
    lock_instansi(session, instansi_id)
    row, act = lock(session, decider, correction_id)
    if row.field != CorrectedField.OPD and is_taken(session, act, row, Step.ACCEPTED):
        return Accepted()
    check_shown(session, row, decider, version)
    values, field, asn_id = wanted(session, row, opd_kode), row.field, row.asn_id
    settle(session, act, row, Step.ACCEPTED, State.ACCEPTED)
    renamed = write(session, act, instansi_id, asn_id, values)
    renewed = reissue_changed(session, act, signer, asn_id=asn_id)
    issued = issue_withheld(session, act, signer)
    count = len(renewed) + len(issued)
    said: dict[str, str | int] = {"field": field} | ({"reissued": count} if count else {})
    note_step(session, act, "correction.accepted", correction_id, **said)
    return Accepted(renewed, tuple(one.nomor for one in issued), renamed)


def spell(session: Session, decider: Decider, signer: Signer, *, asn_id: int, nama: str, note: str) -> Accepted:
    """Give a person a name that a certificate can print: asked for and accepted in one step, with all that follows.

    `nama` as `read_claim` returns it. Raises NotFound unless a certificate still waits for the name, so that the first
    of two officers counts; NothingToCorrect, AskedAlready, and the errors of `accept`.
    """
    instansi_id = session.scalars(select(Asn.instansi_id).where(Asn.id == asn_id)).one()
    lock_instansi(session, instansi_id)
    if not list_withheld(session, instansi_id=instansi_id, asn_id=asn_id):
        raise NotFound("ejaan", asn_id)
    asked = ask(session, decider.act, asn_id=asn_id, field=CorrectedField.NAMA, proposed=nama, note=note)
    if not asked.new:
        raise AskedAlready(asked.correction_id)
    return accept(session, decider, signer, correction_id=asked.correction_id, opd_kode="")


def wanted(session: Session, row: Correction, opd_kode: str) -> dict[str, Any]:
    """Return the columns of `Asn` with the wanted values."""
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


def write(session: Session, act: Act, instansi_id: int, asn_id: int, values: dict[str, Any]) -> bool:
    """Change a person as an import of the roster would: the entry, the account, and the periods that are not over.

    Returns whether the login changed.
    """
    before = session.scalars(select(Asn.nip).where(Asn.id == asn_id)).one()
    change_people(session, [(asn_id, values)], now=act.now)
    if "nama" in values:
        rename_users(session, [asn_id])
    if "opd_id" in values:
        follow_roster(session, instansi_id=instansi_id, now=act.now, by=act.actor_id)
    return "nip" in values and rename_logins(session, [(asn_id, before, values["nip"])]) == 1


def is_taken(session: Session, act: Act, row: Correction, step: Step, *, reason: str = "") -> bool:
    """Return whether exactly this step was the last one, as after pressing a button twice."""
    statement = (
        select(CorrectionStep.kind, CorrectionStep.by_user_id, CorrectionStep.reason)
        .where(CorrectionStep.correction_id == row.id)
        .order_by(CorrectionStep.id.desc())
    )
    return session.execute(statement).first() == (step.value, act.actor_id, mask_nik(reason.strip()))


def check_shown(session: Session, row: Correction, decider: Decider, version: str | None) -> None:
    """Raise CorrectionSettled, or Outdated if the page showed something else. `row` must be locked."""
    if row.state not in OPEN:
        raise CorrectionSettled(row.state)
    if version is not None and version != get_within(session, reaches=decider.reaches, correction_id=row.id).version:
        raise Outdated


def lock(session: Session, decider: Decider, correction_id: int) -> tuple[Correction, Act]:
    """Return the row once it is locked, and the act as one of its instansi.

    Raises NotFound, OwnMatter.
    """
    find_instansi_id(session, decider, correction_id)
    statement = select(Correction).where(Correction.id == correction_id).with_for_update()
    row = session.scalars(statement.execution_options(populate_existing=True)).one()
    if row.asn_id == decider.asn_id:
        raise OwnMatter
    return row, decider.act.within(row.instansi_id)


def find_instansi_id(session: Session, decider: Decider, correction_id: int) -> int:
    """Return the instansi of a correction. Raises NotFound if there is none within reach."""
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
