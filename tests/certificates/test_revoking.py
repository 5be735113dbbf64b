"""Revoking and reissuing: nothing is deleted, nothing becomes valid again, the evidence stays."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.certificates.issue.issuing import CertificateNotValid, Issued, RevocationReasonMissing, reissue, revoke
from netral.certificates.issue.register import find_record
from netral.certificates.models import Certificate
from netral.certificates.proof.identifiers import encode_identifier
from netral.certificates.proof.verification import State, judge
from netral.errors import NotFound
from netral.learning.periods.models import Enrolment, Period
from netral.organisation.models import Asn
from netral.reporting.recounting import read_completions
from tests.certificates.rows import issue, make_issued
from tests.certificates.samples import IDENTIFIER, OTHER_IDENTIFIER, make_keyring, make_signer
from tests.factories import NOW, make_instansi, make_opd

LATER = NOW + timedelta(days=3)
PUBLIC_ID, OTHER_ID = encode_identifier(IDENTIFIER), encode_identifier(OTHER_IDENTIFIER)


def revoke_it(session: Session, public_id: str = PUBLIC_ID, reason: str = "Ujian dikerjakan orang lain") -> None:
    revoke(session, Act(None, LATER), public_id=public_id, reason=reason)
    session.commit()


def reissue_it(session: Session, public_id: str = PUBLIC_ID, identifier: bytes = OTHER_IDENTIFIER) -> Issued:
    issued = reissue(session, Act(None, LATER), make_signer(identifier), public_id=public_id)
    session.commit()
    return issued


def state_of(session: Session, public_id: str) -> State:
    return judge(find_record(session, public_id), None, now=LATER, keyring=make_keyring()).state


def happened(session: Session, public_id: str) -> list[str]:
    statement = select(AuditEvent.action).where(AuditEvent.object_id == public_id).order_by(AuditEvent.sequence)
    return list(session.scalars(statement))


def test_a_revoked_certificate_says_so_and_the_person_has_not_finished(session: Session) -> None:
    enrolment, _ = make_issued(session)
    revoke_it(session)

    assert state_of(session, PUBLIC_ID) is State.REVOKED
    assert session.get_one(Enrolment, enrolment.id).completed_at is None
    assert happened(session, PUBLIC_ID) == ["certificate.issued", "certificate.revoked"]
    assert session.scalars(select(Certificate.status_reason)).one() == "Ujian dikerjakan orang lain"


def test_a_revocation_needs_a_reason(session: Session) -> None:
    make_issued(session)

    with pytest.raises(RevocationReasonMissing):
        revoke_it(session, reason="  ")


def test_after_a_revocation_nothing_is_issued_by_itself(session: Session) -> None:
    enrolment, _ = make_issued(session)
    revoke_it(session)

    assert issue(session, enrolment, identifier=OTHER_IDENTIFIER) is None


@pytest.mark.parametrize("status", ["revoked", "superseded"])
def test_a_withdrawn_certificate_cannot_be_revoked(session: Session, status: str) -> None:
    make_issued(session)
    if status == "revoked":
        revoke_it(session)
    else:
        reissue_it(session)

    with pytest.raises(CertificateNotValid, match=status):
        revoke_it(session)


def test_a_certificate_of_another_instansi_is_not_found(session: Session) -> None:
    make_issued(session)
    other = make_instansi(session, kode="lain").id

    with pytest.raises(NotFound):
        revoke(session, Act(None, LATER, other), public_id=PUBLIC_ID, reason="x")
    with pytest.raises(NotFound):
        revoke_it(session, public_id=OTHER_ID)


def test_a_corrected_name_makes_a_new_certificate_and_supersedes_the_old(session: Session) -> None:
    enrolment, first = make_issued(session)
    asn = session.get_one(Asn, enrolment.asn_id)
    asn.nama, asn.nip = "Siti Aminah, S.KM.", "197001022005012456"
    issued = reissue_it(session)
    new = find_record(session, issued.public_id)

    assert (state_of(session, PUBLIC_ID), state_of(session, OTHER_ID)) == (State.SUPERSEDED, State.VALID)
    assert new is not None
    assert (new.nama, new.nip_akhir) == ("Siti Aminah, S.KM.", "456")
    assert (new.nomor.split("/")[0], new.issued_on) == ("2", date(2029, 5, 5))
    assert first.nomor.split("/")[0] == "1"


def test_a_reissue_continues_the_first_certificate(session: Session) -> None:
    enrolment, _ = make_issued(session)
    reissue_it(session)
    old, new = session.scalars(select(Certificate).order_by(Certificate.id)).all()

    assert old.successor_id == new.id
    assert (new.attempt_id, new.signature_id, new.score) == (old.attempt_id, old.signature_id, old.score)
    assert session.get_one(Enrolment, enrolment.id).completed_at == NOW
    assert read_completions(session, enrolment.period_id) == {enrolment.id: NOW}
    assert happened(session, PUBLIC_ID) == ["certificate.issued", "certificate.superseded"]
    assert happened(session, OTHER_ID) == ["certificate.issued"]


def test_a_mover_keeps_the_opd_of_issue(session: Session) -> None:
    enrolment, _ = make_issued(session)
    enrolment.current_opd_id = make_opd(session, nama="Dinas Pendidikan").id
    session.commit()
    reissue_it(session)

    assert set(session.scalars(select(Certificate.opd))) == {"Dinas Kesehatan"}


def test_an_extended_period_reaches_the_new_certificate(session: Session) -> None:
    enrolment, _ = make_issued(session)
    session.get_one(Period, enrolment.period_id).valid_until = date(2030, 6, 30)
    session.commit()
    reissue_it(session)

    assert list(session.scalars(select(Certificate.valid_until).order_by(Certificate.id))) == [
        date(2029, 12, 31),
        date(2030, 6, 30),
    ]


def test_a_certificate_revoked_by_mistake_gets_a_successor_and_stays_revoked(session: Session) -> None:
    enrolment, _ = make_issued(session)
    revoke_it(session)
    reissue_it(session)

    assert (state_of(session, PUBLIC_ID), state_of(session, OTHER_ID)) == (State.REVOKED, State.VALID)
    assert session.get_one(Enrolment, enrolment.id).completed_at == LATER
    assert read_completions(session, enrolment.period_id) == {enrolment.id: LATER}
    assert happened(session, PUBLIC_ID)[-1] == "certificate.restored"


def test_a_superseded_certificate_is_not_reissued(session: Session) -> None:
    make_issued(session)
    reissue_it(session)

    with pytest.raises(CertificateNotValid, match="superseded"):
        reissue_it(session, identifier=bytes(16))


def test_a_revoked_certificate_beside_a_valid_one_is_not_issued_again(session: Session) -> None:
    make_issued(session)
    revoke_it(session)
    reissue_it(session)

    with pytest.raises(CertificateNotValid, match="revoked"):
        reissue_it(session, identifier=bytes(16))


def test_the_database_refuses_to_make_a_revoked_certificate_valid(session: Session) -> None:
    make_issued(session)
    revoke_it(session)

    with pytest.raises(DBAPIError, match="does not become valid again"):
        session.execute(update(Certificate).values(status="valid", status_at=None))


def test_the_database_refuses_to_delete_a_certificate(session: Session) -> None:
    make_issued(session)

    with pytest.raises(DBAPIError, match="never deleted"):
        session.execute(Certificate.__table__.delete())  # type: ignore[attr-defined]  # declared as FromClause


def refuse(session: Session, public_id: str, message: str, **values: Any) -> None:
    with pytest.raises(DBAPIError, match=message), session.begin_nested():
        session.execute(update(Certificate).where(Certificate.public_id == public_id).values(values))


def test_the_database_keeps_time_reason_and_successor_of_a_withdrawal(session: Session) -> None:
    make_issued(session)
    own = session.scalars(select(Certificate.id)).one()
    refuse(session, PUBLIC_ID, "is fixed as it is withdrawn", status_reason="Belum ada")
    refuse(session, PUBLIC_ID, "and only one", successor_id=own)
    revoke_it(session)
    reissue_it(session)

    changes: tuple[dict[str, Any], ...] = ({"status_at": NOW}, {"status_reason": "Alasan lain"}, {"status_reason": ""})
    for values in changes:
        refuse(session, PUBLIC_ID, "is fixed as it is withdrawn", **values)
    for successor_id in (None, own):
        refuse(session, PUBLIC_ID, "and only one", successor_id=successor_id)
    refuse(session, PUBLIC_ID, "does not become valid again", status="superseded")
    refuse(session, OTHER_ID, "frozen at issue", id=own + 100)
    refuse(session, OTHER_ID, "and only one", successor_id=own)
