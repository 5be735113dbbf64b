"""People who are about to get a certificate."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.certificates.issue.issuing import Issued, issue_if_complete
from netral.certificates.proof.keys import KeyRing
from netral.learning.periods.models import Enrolment, Period
from tests.certificates.samples import IDENTIFIER, make_signer
from tests.factories import NOW, make_asn, make_enrolment, make_period
from tests.reporting.makers import make_attempt, make_signature


def make_enrolled(session: Session, *, period: Period | None = None, **more: Any) -> Enrolment:
    """Make Siti in a period, with nothing done yet."""
    asn = make_asn(session, **more)
    return make_enrolment(session, asn=asn, period=period or make_period(session))


def make_complete(session: Session, *, period: Period | None = None, **more: Any) -> Enrolment:
    """Make Siti, who passed with everything right and signed; nothing is issued yet. Committed."""
    enrolment = make_enrolled(session, period=period, **more)
    make_attempt(session, enrolment)
    make_signature(session, enrolment)
    session.commit()
    return enrolment


def issue(
    session: Session,
    enrolment: Enrolment,
    *,
    identifier: bytes = IDENTIFIER,
    keyring: KeyRing | None = None,
    now: datetime = NOW,
    by: int | None = None,
) -> Issued | None:
    return issue_if_complete(session, Act(by, now), make_signer(identifier, keyring), enrolment_id=enrolment.id)


def make_issued(session: Session, *, identifier: bytes = IDENTIFIER, **more: Any) -> tuple[Enrolment, Issued]:
    """Make Siti with her certificate. Committed."""
    enrolment = make_complete(session, **more)
    issued = issue(session, enrolment, identifier=identifier)
    assert issued is not None
    session.commit()
    return enrolment, issued
