"""flask certificate revoke, reissue, audit."""

import pytest
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.certificates.issue.issuing import Signer, issue_if_complete
from netral.certificates.proof.identifiers import encode_identifier
from netral.certificates.proof.keys import load_keys
from netral.settings import Settings
from tests.certificates.rows import make_complete
from tests.certificates.test_auditing import tamper
from tests.cli.conftest import Run, read
from tests.factories import NOW

IDENTIFIER = bytes(range(16))
CODE = encode_identifier(IDENTIFIER)


@pytest.fixture(autouse=True)
def issued(session: Session, settings: Settings) -> None:
    """Sign with the key of this installation."""
    enrolment = make_complete(session)
    keyring = load_keys(settings.secrets_dir)
    issue_if_complete(session, Act(None, NOW), Signer(lambda: IDENTIFIER, lambda: keyring), enrolment_id=enrolment.id)
    session.commit()


def test_a_certificate_is_revoked_for_a_reason_and_once(run: Run) -> None:
    assert "wajib diisi" in run("certificate", "revoke", CODE, code=2).stderr
    assert "Tuliskan alasan" in run("certificate", "revoke", CODE, "--alasan", " ", code=1).stderr

    assert read(run("certificate", "revoke", CODE.lower(), "--alasan", "Keliru", "--json")) == {
        "id": CODE,
        "state": "revoked",
    }
    assert "revoked" in run("certificate", "revoke", CODE, "--alasan", "Keliru", code=1).stderr


def test_a_certificate_is_replaced(run: Run) -> None:
    replaced = read(run("certificate", "reissue", CODE, "--alasan", "Gelar diperbaiki", "--json"))

    assert replaced["replaces"] == CODE
    assert replaced["id"] != CODE
    assert read(run("certificate", "audit", "--json")) == []


@pytest.mark.parametrize(("code", "told"), [("bukan kode", "bukan kode sertifikat"), ("0" * 26, "Tidak ditemukan")])
def test_an_unknown_certificate_is_refused(run: Run, code: str, told: str) -> None:
    assert told in run("certificate", "reissue", code, "--alasan", "Keliru", code=1).stderr


def test_an_altered_certificate_is_found(run: Run, session: Session) -> None:
    assert "cocok" in run("certificate", "audit").stdout

    tamper(session, "UPDATE certificate SET nama = 'Orang Lain'")

    assert f"{CODE}: isinya tidak cocok" in run("certificate", "audit", code=1).stdout
