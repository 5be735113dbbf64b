"""Issuing, revoking and reissuing: one step each inside the caller's transaction.

Every step locks the enrolment first, so that two requests that each complete one condition cannot miss each other;
then the running number of the instansi; the head of the audit chain is locked last, as the edge commits.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.certificates.issue.basis import Basis, clean, find_basis, renew_basis
from netral.certificates.issue.numbering import read_letterhead
from netral.certificates.issue.register import is_held_by
from netral.certificates.models import Certificate, CertificateSequence
from netral.certificates.paper.sheet import missing_glyphs
from netral.certificates.proof.identifiers import encode_identifier
from netral.certificates.proof.keys import KeyRing
from netral.database.tables import insert
from netral.errors import NetralError, NotFound
from netral.learning.periods.enrolments import mark_completed, mark_incomplete
from netral.learning.periods.models import Enrolment
from netral.organisation.models import Asn
from netral.organisation.numbers import last_digits, mask_nik
from netral.versions import check_version

VALID, REVOKED, SUPERSEDED = "valid", "revoked", "superseded"


class CertificateNotValid(NetralError):
    """The certificate is revoked or superseded already; the argument is its status."""


class NameUnprintable(NetralError):
    """The name has letters that the font of certificates lacks; the arguments are the name and these letters."""


class RevocationReasonMissing(NetralError):
    """A revocation needs a reason, and none was given."""


@dataclass(frozen=True, slots=True)
class Signer:
    """The source of identifiers (16 random bytes each) and the keys; both are asked only when something is issued."""

    new_identifier: Callable[[], bytes]
    keyring: Callable[[], KeyRing]


@dataclass(frozen=True, slots=True)
class Issued:
    """A valid certificate. `new`: this call issued it."""

    public_id: str
    nomor: str
    new: bool


def issue_if_complete(session: Session, act: Act, signer: Signer, *, enrolment_id: int) -> Issued | None:
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
    if basis is None or missing_glyphs(basis.nama):
        return None
    issued = write_certificate(session, act, signer, basis)
    if issued is None:
        return find_valid(session, enrolment_id)
    mark_completed(session, enrolment_id, now=act.now)
    note(session, act.within(basis.instansi_id), "certificate.issued", issued.public_id, nomor=issued.nomor)
    return issued


def revoke(session: Session, act: Act, *, public_id: str, reason: str, version: str | None = None) -> None:
    """Revoke a certificate of the instansi of the act, or of any instansi if the act has none.

    `version`: of the status that the page showed.

    Raises NotFound, Outdated, CertificateNotValid, RevocationReasonMissing.
    """
    if not reason.strip():
        raise RevocationReasonMissing
    certificate = lock_certificate(session, public_id, act.instansi_id)
    check_version(version, certificate.status)
    if certificate.status != VALID:
        raise CertificateNotValid(certificate.status)
    reason = mask_nik(reason.strip())
    withdraw(session, certificate, REVOKED, now=act.now, reason=reason)
    mark_incomplete(session, certificate.enrolment_id)
    act = act.within(certificate.instansi_id)
    note(session, act, "certificate.revoked", public_id, nomor=certificate.nomor, reason=reason)


def reissue(
    session: Session, act: Act, signer: Signer, *, public_id: str, reason: str = "", version: str | None = None
) -> Issued:
    """Issue a new certificate with the name, NIP, period and JP as they are now; the old one becomes superseded.

    OPD, score, attempt and ikrar stay those of the first issue. A certificate that was revoked by mistake stays revoked
    and gets a successor. Instansi and `version` as for `revoke`. Raises NotFound, Outdated, CertificateNotValid
    (it has a successor), NameUnprintable, NoSigningKey.
    """
    old = lock_certificate(session, public_id, act.instansi_id)
    check_version(version, old.status)
    was_valid = old.status == VALID
    if not was_valid and (old.status == SUPERSEDED or find_valid(session, old.enrolment_id)):
        raise CertificateNotValid(old.status)
    basis, reason = renew_basis(session, old), mask_nik(reason.strip())
    if letters := missing_glyphs(basis.nama):
        raise NameUnprintable(basis.nama, "".join(sorted(letters)))
    if was_valid:
        withdraw(session, old, SUPERSEDED, now=act.now, reason=reason)
    issued = write_certificate(session, act, signer, basis)
    if issued is None:
        raise CertificateNotValid(old.status)
    successor = select(Certificate.id).where(Certificate.public_id == issued.public_id).scalar_subquery()
    session.execute(update(Certificate).where(Certificate.id == old.id).values(successor_id=successor))
    mark_completed(session, old.enrolment_id, now=act.now)
    act = act.within(old.instansi_id)
    action = "certificate.superseded" if was_valid else "certificate.restored"
    told = {"reason": reason} if reason else {}
    note(session, act, action, public_id, nomor=old.nomor, successor=issued.nomor, **told)
    note(session, act, "certificate.issued", issued.public_id, nomor=issued.nomor)
    return issued


def reissue_changed(session: Session, act: Act, signer: Signer, *, asn_id: int) -> tuple[str, ...]:
    """Reissue the valid certificates of a person that print another name or NIP than the roster has by now.

    Returns the new numbers.
    """
    person = session.execute(select(Asn.nama, Asn.nip).where(Asn.id == asn_id)).one()
    printed = (clean(person.nama), last_digits(person.nip))
    statement = select(Certificate).where(is_held_by(asn_id), Certificate.status == VALID)
    stale = [
        row.public_id
        for row in session.scalars(statement.order_by(Certificate.id))
        if (row.nama, row.nip_akhir) != printed and (row.valid_until is None or row.valid_until >= act.now.date())
    ]
    return tuple(reissue(session, act, signer, public_id=public_id).nomor for public_id in stale)


def lock_enrolment(session: Session, enrolment_id: int) -> None:
    locked = session.scalars(select(Enrolment.id).where(Enrolment.id == enrolment_id).with_for_update(key_share=True))
    if locked.one_or_none() is None:
        raise NotFound(enrolment_id)


def lock_certificate(session: Session, public_id: str, instansi_id: int | None) -> Certificate:
    """Return the row once it is locked against changes."""
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
    """Return the next number of the instansi; its row is locked until the transaction ends, so no number is lost."""
    first = insert(session, CertificateSequence).values(instansi_id=instansi_id, last=1)
    statement = first.on_conflict_do_update(
        index_elements=["instansi_id"], set_={"last": CertificateSequence.last + 1}
    ).returning(CertificateSequence.last)
    return int(session.scalars(statement).one())


def write_certificate(session: Session, act: Act, signer: Signer, basis: Basis) -> Issued | None:
    """Write a certificate; return None when another call has issued a valid one meanwhile."""
    sequence, identifier = take_number(session, basis.instansi_id), signer.new_identifier()
    public_id = encode_identifier(identifier)
    issued_on = act.now.astimezone(ZoneInfo(basis.zona)).date()
    numbering = read_letterhead(session, instansi_id=basis.instansi_id).numbering  # stands while the number is locked
    nomor = numbering.write(sequence, month=issued_on.month, year=issued_on.year)
    frame = signer.keyring().sign_claims(basis.claim(nomor=nomor, issued_on=issued_on), identifier=identifier)
    frozen = {name: value for name, value in asdict(basis).items() if name in Certificate.__table__.c}
    values = frozen | {
        "public_id": public_id,
        "sequence": sequence,
        "nomor": nomor,
        "issued_on": issued_on,
        "format_version": frame.version,
        "payload": frame.payload,
        "key_id": frame.key_id.hex(),
        "signed": frame.signature,
        "issued_at": act.now,
        "status": VALID,
    }
    one_valid = {"index_elements": ["period_id", "asn_id"], "index_where": text("status = 'valid'")}
    statement = insert(session, Certificate).values(values).on_conflict_do_nothing(**one_valid)
    written = session.scalars(statement.returning(Certificate.id)).one_or_none()
    return None if written is None else Issued(public_id, nomor, new=True)


def note(session: Session, act: Act, action: str, public_id: str, **detail: str) -> None:
    record(session, act, action=action, object_kind="certificate", object_id=public_id, detail=detail)
