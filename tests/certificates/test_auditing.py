"""The audit of all certificates finds changes made by somebody with access to the database."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.certificates.issue.auditing import Fault, Finding, audit_certificates
from netral.certificates.issue.issuing import revoke
from netral.certificates.issue.register import find_record
from netral.certificates.paper.files import keep_hash, pdf_path, read_or_make_pdf
from tests.certificates.rows import make_issued
from tests.certificates.samples import BASE_URL, OTHER_IDENTIFIER, OTHER_SEED, make_keyring
from tests.factories import NOW, make_instansi

TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname || ' ON ' || tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal",
}


def look(session: Session, directory: Path, **more: Any) -> list[Finding]:
    values: dict[str, Any] = {"keyring": make_keyring(), "now": NOW, "directory": directory} | more
    return audit_certificates(session, **values)


def tamper(session: Session, *statements: str) -> None:
    """Change rows as the owner of the database can: the guards are only triggers."""
    name = session.get_bind().dialect.name
    for trigger in session.scalars(text(TRIGGERS[name])).all():
        session.execute(text(f"DROP TRIGGER {trigger}"))
    for statement in statements:
        session.execute(text(statement))
    session.commit()


def test_honest_certificates_give_no_finding(session: Session, tmp_path: Path) -> None:
    _, issued = make_issued(session)
    make_issued(session, identifier=OTHER_IDENTIFIER)
    revoke(session, Act(None, NOW), public_id=issued.public_id, reason="Salah orang")
    session.commit()

    assert look(session, tmp_path) == []


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE certificate SET nama = 'Budi'", Fault.TAMPERED),
        ("UPDATE certificate SET valid_until = '2039-12-31'", Fault.TAMPERED),
        ("UPDATE certificate SET key_id = 'zzzzzzzz'", Fault.TAMPERED),
        ("UPDATE attempt SET passed = false", Fault.NOT_PASSED),
        ("UPDATE signature SET outcome = 'menolak'", Fault.NOT_SIGNED),
        ("DELETE FROM audit_event", Fault.NOT_RECORDED),
        ("UPDATE certificate SET status = 'revoked', status_at = '2029-05-02 02:00:00'", Fault.STATUS_NOT_RECORDED),
    ],
)
def test_a_change_behind_our_back_is_found(session: Session, tmp_path: Path, statement: str, fault: Fault) -> None:
    _, issued = make_issued(session)
    tamper(session, statement)

    assert look(session, tmp_path) == [Finding(issued.public_id, fault)]


def test_a_revocation_taken_back_is_found(session: Session, tmp_path: Path) -> None:
    _, issued = make_issued(session)
    revoke(session, Act(None, NOW), public_id=issued.public_id, reason="Salah orang")
    session.commit()
    tamper(session, "UPDATE certificate SET status = 'valid', status_at = NULL")

    assert look(session, tmp_path) == [Finding(issued.public_id, Fault.STATUS_NOT_RECORDED)]


def test_a_certificate_signed_with_a_strange_key_is_found(session: Session, tmp_path: Path) -> None:
    _, issued = make_issued(session)

    assert look(session, tmp_path, keyring=make_keyring(OTHER_SEED)) == [Finding(issued.public_id, Fault.TAMPERED)]


def test_a_removed_certificate_leaves_a_gap(session: Session, tmp_path: Path) -> None:
    enrolment, _ = make_issued(session)
    make_issued(session, identifier=OTHER_IDENTIFIER)
    instansi_id = enrolment.instansi_id
    tamper(session, "DELETE FROM certificate WHERE sequence = 1")

    assert look(session, tmp_path) == [Finding(f"{instansi_id}/1", Fault.NUMBER_MISSING)]


@pytest.mark.parametrize(("spoil", "fault"), [("lost", Fault.PDF_LOST), ("altered", Fault.PDF_ALTERED)])
def test_a_stored_file_that_changed_is_found(session: Session, tmp_path: Path, spoil: str, fault: Fault) -> None:
    _, issued = make_issued(session)
    record = find_record(session, issued.public_id)
    assert record is not None
    keep_hash(session, issued.public_id, read_or_make_pdf(tmp_path, record, base_url=BASE_URL))
    session.commit()
    assert look(session, tmp_path) == []
    path = pdf_path(tmp_path, issued.public_id)
    if spoil == "lost":
        path.unlink()
    else:
        path.write_bytes(b"%PDF-")

    assert look(session, tmp_path) == [Finding(issued.public_id, fault)]


def test_one_instansi_can_be_looked_through_alone(session: Session, tmp_path: Path) -> None:
    make_issued(session)
    other = make_instansi(session, kode="lain")
    tamper(session, "UPDATE certificate SET nama = 'Budi'")

    assert look(session, tmp_path, instansi_id=other.id) == []
