"""Issuing, revoking and reissuing: one step each inside the caller's transaction.

Every step locks the enrolment first, so that two requests that each complete one condition cannot miss each other;
then the running number of the instansi; the head of the audit chain is locked last, as the edge commits.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.certificates.issue.basis import Basis, find_basis, renew_basis
from netral.certificates.models import Certificate, CertificateSequence
from netral.certificates.paper.sheet import missing_glyphs
from netral.certificates.proof.identifiers import encode_identifier, format_number
from netral.certificates.proof.keys import KeyRing
from netral.certificates.proof.payload import Claims, commit
from netral.certificates.proof.signing import sign_claims
from netral.database.tables import insert
from netral.errors import NetralError, NotFound
from netral.learning.periods.enrolments import mark_completed, mark_incomplete
from netral.learning.periods.models import Enrolment
from netral.organisation.nik import mask_nik
from netral.versions import check_version

VALID, REVOKED, SUPERSEDED = "valid", "revoked", "superseded"


class CertificateNotValid(NetralError):
    """A certificate that is revoked or superseded already; the argument is its status."""


class NameUnprintable(NetralError):
    """The name has letters that the font of certificates lacks; the arguments are the name and these letters."""


class RevocationReasonMissing(NetralError):
    """A revocation is kept with its reason."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A valid certificate. `new`: this call issued it."""

    public_id: str
    nomor: str
    new: bool


def issue_if_complete(
    session: Session,
    *,
    enrolment_id: int,
    now: datetime,
    new_identifier: bytes,
    keyring: KeyRing,
    by: int | None = None,
) -> Issued | None:
    """Issue a certificate once a passed attempt and the signed ikrar are both there; return a valid one as it is.

    Two calls at once return the same certificate. Returns None while something is missing, while the name cannot be
    printed (`withheld.py`), and after a revocation: only BKPSDM gives a certificate back (`reissue`). Raises NotFound,
    NoSigningKey, PayloadTooLong.
    """
    lock_enrolment(session, enrolment_id)
    if known := find_valid(session, enrolment_id):
        return known
    if has_any(session, enrolment_id):
        return None
    basis = find_basis(session, enrolment_id)
    if basis is None or missing_glyphs(basis.name):
        return None
    issued = write_certificate(session, basis, now=now, identifier=new_identifier, keyring=keyring)
    if issued is None:
        return find_valid(session, enrolment_id)
    mark_completed(session, enrolment_id, now=now)
    note(session, "certificate.issued", basis.instansi_id, issued.public_id, now=now, by=by, nomor=issued.nomor)
    return issued


def revoke(
    session: Session,
    *,
    public_id: str,
    instansi_id: int | None,
    reason: str,
    now: datetime,
    by: int | None,
    version: str | None = None,
) -> None:
    """Revoke a certificate. `version`: of the status that the page showed; `instansi_id` None: of any instansi.

    Raises NotFound, Outdated, CertificateNotValid, RevocationReasonMissing.
    """
    if not reason.strip():
        raise RevocationReasonMissing
    certificate = lock_certificate(session, public_id, instansi_id)
    check_version(version, certificate.status)
    if certificate.status != VALID:
        raise CertificateNotValid(certificate.status)
    reason = mask_nik(reason.strip())
    withdraw(session, certificate, REVOKED, now=now, reason=reason)
    mark_incomplete(session, certificate.enrolment_id)
    said = {"nomor": certificate.nomor, "reason": reason}
    note(session, "certificate.revoked", certificate.instansi_id, public_id, now=now, by=by, **said)


def reissue(
    session: Session,
    *,
    public_id: str,
    instansi_id: int | None,
    now: datetime,
    new_identifier: bytes,
    keyring: KeyRing,
    by: int | None,
    version: str | None = None,
) -> Issued:
    """Issue a new certificate with the name, NIP and period as they are now; the old one becomes superseded.

    OPD, score, attempt and ikrar stay those of the first issue. A certificate that was revoked by mistake stays revoked
    and gets a successor. `version`: of the status that the page showed. Raises NotFound, Outdated, CertificateNotValid
    (it has a successor), NameUnprintable, NoSigningKey.
    """
    old = lock_certificate(session, public_id, instansi_id)
    check_version(version, old.status)
    was_valid = old.status == VALID
    if not was_valid and (old.status == SUPERSEDED or find_valid(session, old.enrolment_id)):
        raise CertificateNotValid(old.status)
    basis = renew_basis(session, old)
    if letters := missing_glyphs(basis.name):
        raise NameUnprintable(basis.name, "".join(sorted(letters)))
    if was_valid:
        withdraw(session, old, SUPERSEDED, now=now, reason="")
    issued = write_certificate(session, basis, now=now, identifier=new_identifier, keyring=keyring)
    if issued is None:
        raise CertificateNotValid(old.status)
    successor = select(Certificate.id).where(Certificate.public_id == issued.public_id).scalar_subquery()
    session.execute(update(Certificate).where(Certificate.id == old.id).values(successor_id=successor))
    mark_completed(session, old.enrolment_id, now=now)
    action = "certificate.superseded" if was_valid else "certificate.restored"
    said = {"nomor": old.nomor, "successor": issued.nomor}
    note(session, action, old.instansi_id, public_id, now=now, by=by, **said)
    note(session, "certificate.issued", old.instansi_id, issued.public_id, now=now, by=by, nomor=issued.nomor)
    return issued


def lock_enrolment(session: Session, enrolment_id: int) -> None:
    locked = session.scalars(select(Enrolment.id).where(Enrolment.id == enrolment_id).with_for_update(key_share=True))
    if locked.one_or_none() is None:
        raise NotFound(enrolment_id)


def lock_certificate(session: Session, public_id: str, instansi_id: int | None) -> Certificate:
    """The row as it is once nobody else can change it."""
    wanted = select(Certificate).where(Certificate.public_id == public_id)
    if instansi_id is not None:
        wanted = wanted.where(Certificate.instansi_id == instansi_id)
    found = session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFound(public_id)
    lock_enrolment(session, found.enrolment_id)
    session.refresh(found)
    return found


def find_valid(session: Session, enrolment_id: int) -> Issued | None:
    statement = select(Certificate.public_id, Certificate.nomor).where(
        Certificate.enrolment_id == enrolment_id, Certificate.status == VALID
    )
    row = session.execute(statement).one_or_none()
    return None if row is None else Issued(row.public_id, row.nomor, new=False)


def has_any(session: Session, enrolment_id: int) -> bool:
    found = select(Certificate.id).where(Certificate.enrolment_id == enrolment_id).limit(1)
    return session.scalars(found).one_or_none() is not None


def withdraw(session: Session, certificate: Certificate, status: str, *, now: datetime, reason: str) -> None:
    values = {"status": status, "status_at": now, "status_reason": reason}
    session.execute(update(Certificate).where(Certificate.id == certificate.id).values(values))


def take_number(session: Session, instansi_id: int) -> int:
    """The next number of the instansi; its row is locked until the transaction ends, so no number is lost."""
    first = insert(session, CertificateSequence).values(instansi_id=instansi_id, last=1)
    statement = first.on_conflict_do_update(
        index_elements=["instansi_id"], set_={"last": CertificateSequence.last + 1}
    ).returning(CertificateSequence.last)
    return int(session.scalars(statement).one())


def write_certificate(
    session: Session, basis: Basis, *, now: datetime, identifier: bytes, keyring: KeyRing
) -> Issued | None:
    """None when somebody else's valid certificate stands already."""
    sequence = take_number(session, basis.instansi_id)
    issued_on = basis.day_of(now)
    nomor = format_number(sequence, month=issued_on.month, year=issued_on.year)
    commitment = commit(opd=basis.opd, nomor=nomor, edition_hash=basis.edition_hash)
    claims = Claims(basis.name, issued_on, basis.valid_until, basis.period_number, basis.score, commitment)
    frame = sign_claims(claims, identifier=identifier, keyring=keyring)
    public_id = encode_identifier(identifier)
    values = as_columns(basis) | {
        "public_id": public_id,
        "sequence": sequence,
        "nomor": nomor,
        "issued_on": issued_on,
        "payload": frame.payload,
        "key_id": frame.key_id.hex(),
        "signed": frame.signature,
        "issued_at": now,
        "status": VALID,
    }
    one_valid = {"index_elements": ["period_id", "asn_id"], "index_where": text("status = 'valid'")}
    statement = insert(session, Certificate).values(values).on_conflict_do_nothing(**one_valid)
    written = session.scalars(statement.returning(Certificate.id)).one_or_none()
    return None if written is None else Issued(public_id, nomor, new=True)


def as_columns(basis: Basis) -> dict[str, Any]:
    return {
        "instansi_id": basis.instansi_id,
        "period_id": basis.period_id,
        "enrolment_id": basis.enrolment_id,
        "asn_id": basis.asn_id,
        "attempt_id": basis.attempt_id,
        "signature_id": basis.signature_id,
        "nama": basis.name,
        "nip_akhir": basis.nip_last,
        "opd": basis.opd,
        "instansi": basis.instansi,
        "periode": basis.period,
        "period_number": basis.period_number,
        "score": basis.score,
        "valid_until": basis.valid_until,
        "edition_hash": basis.edition_hash,
        "pledge_hash": basis.pledge_hash,
        "signatory_name": basis.signatory_name,
        "signatory_title": basis.signatory_title,
        "emblem": basis.emblem,
        "status_reason": "",
    }


def note(
    session: Session, action: str, instansi_id: int, public_id: str, *, now: datetime, by: int | None, **detail: str
) -> None:
    record(
        session, Act(by, now, instansi_id), action=action, object_kind="certificate", object_id=public_id, detail=detail
    )
