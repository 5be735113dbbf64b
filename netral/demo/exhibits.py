"""Certificates in each state that a verifier can meet."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.certificates.issue.issuing import reissue, revoke
from netral.certificates.models import Certificate
from netral.certificates.proof.verification import State
from netral.demo.acting import Means
from netral.organisation.writing import change_people

REVOKED_FOR = "Diterbitkan atas nama orang yang keliru (contoh)."


@dataclass(frozen=True, slots=True)
class Exhibit:
    """`id` is the public identifier of 26 characters."""

    id: str
    state: str


def make_exhibits(
    session: Session, means: Means, *, earlier_id: int, upcoming_id: int, current_id: int, now: datetime, by: int
) -> tuple[Exhibit, ...]:
    """Return the exhibits, the valid one first. Revokes one certificate of the current period and reissues another."""
    valid, revoked, corrected = first_certificates(session, current_id, 3)
    act = Act(by, now - timedelta(minutes=50), revoked.instansi_id)
    revoke(session, act, public_id=revoked.public_id, reason=REVOKED_FOR)
    correct_name(session, corrected, now=now - timedelta(minutes=31))
    act = Act(by, now - timedelta(minutes=30), corrected.instansi_id)
    reissue(session, act, means.signer, public_id=corrected.public_id)
    (expired,) = first_certificates(session, earlier_id, 1)
    (not_yet,) = first_certificates(session, upcoming_id, 1)
    return (
        Exhibit(valid.public_id, State.VALID.value),
        Exhibit(expired.public_id, State.EXPIRED.value),
        Exhibit(corrected.public_id, State.SUPERSEDED.value),
        Exhibit(revoked.public_id, State.REVOKED.value),
        Exhibit(not_yet.public_id, State.NOT_YET_VALID.value),
    )


def first_certificates(session: Session, period_id: int, count: int) -> list[Certificate]:
    statement = select(Certificate).where(Certificate.period_id == period_id, Certificate.status == "valid")
    return list(session.scalars(statement.order_by(Certificate.id).limit(count)))


def correct_name(session: Session, certificate: Certificate, *, now: datetime) -> None:
    """Correct a name on the roster as BKPSDM does before reissuing: a title was left out."""
    name = f"{certificate.nama.split(',')[0]}, S.Sos., M.Si."
    change_people(session, [(certificate.asn_id, {"nama": name})], now=now)
