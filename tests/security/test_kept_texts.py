"""A NIK typed into a text that is kept, such as a reason or a note, is masked before it is kept."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.certificates.issue.issuing import revoke
from netral.certificates.models import Certificate
from netral.corrections.asking import ask
from netral.corrections.claims import CorrectedField
from netral.corrections.models import Correction
from netral.learning.periods.enrolments import exempt
from netral.learning.periods.models import EnrolmentChange
from tests.certificates.rows import make_issued
from tests.factories import NOW, make_asn
from tests.learning.make import make_exam

TYPED = "NIK Siti 9999010101990001"
KEPT = "NIK Siti 16 angka"


def details(session: Session) -> str:
    session.commit()
    return str(session.scalars(select(AuditEvent.detail)).all())


def test_a_nik_in_the_reason_of_an_exemption_is_masked(session: Session) -> None:
    exam = make_exam(session)

    exempt(session, Act(None, NOW, exam.instansi_id), reason=TYPED, **exam.who)

    assert KEPT in details(session)
    assert session.scalars(select(EnrolmentChange.reason)).one() == KEPT
    assert TYPED not in details(session)


def test_a_nik_in_the_reason_of_a_revocation_is_masked(session: Session) -> None:
    _, issued = make_issued(session)

    revoke(session, Act(None, NOW), public_id=issued.public_id, reason=TYPED)

    assert KEPT in details(session)
    assert session.scalars(select(Certificate.status_reason)).one() == KEPT


def test_a_nik_in_the_note_of_a_correction_is_masked(session: Session) -> None:
    asn = make_asn(session)

    asked = ask(session, Act(None, NOW), asn_id=asn.id, field=CorrectedField.NAMA, proposed="Siti", note=TYPED)

    assert session.get_one(Correction, asked.correction_id).note == KEPT
