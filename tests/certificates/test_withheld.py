"""A name that the font lacks never becomes a certificate: it waits for a spelling, and then is issued once."""

from collections.abc import Iterator
from itertools import count

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.certificates.issue.issuing import Issued, NameUnprintable, Signer, reissue, revoke
from netral.certificates.issue.register import find_record
from netral.certificates.issue.withheld import issue_withheld, list_withheld
from netral.certificates.models import Certificate
from netral.certificates.paper.sheet import REPLACEMENT, make_sheet
from netral.certificates.proof.keys import KeyRing, NoSigningKey
from netral.learning.periods.models import Enrolment
from netral.organisation.writing import change_people
from tests.certificates.rows import issue, make_complete, make_issued
from tests.certificates.samples import make_keyring, make_signer
from tests.factories import NOW, make_instansi, the_instansi

JAVANESE = "ꦱꦸꦭꦶꦱ꧀ꦠꦾꦮꦠꦶ Sulistyawati"
NAMES = [JAVANESE, "ᬓᬢᬸᬢ᭄ Suarta", "محمد Yusuf", "李 Mei", "Siti \U00020000", "Siti 😀"]


def make_finished(session: Session, *, nama: str = JAVANESE) -> Enrolment:
    """Make a person who passed and signed, with the summaries that these steps keep."""
    enrolment = make_complete(session, nama=nama)
    enrolment.passed_at = enrolment.pledged_at = NOW
    session.commit()
    return enrolment


def issue_all(session: Session, *, keyring: KeyRing | None = None) -> tuple[Issued, ...]:
    numbers: Iterator[int] = count(50)
    signer = Signer(lambda: next(numbers).to_bytes(16, "big"), lambda: keyring or make_keyring())
    issued = issue_withheld(session, Act(None, NOW, the_instansi(session).id), signer)
    session.commit()
    return issued


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_cannot_be_printed_is_not_issued(session: Session, name: str) -> None:
    enrolment = make_finished(session, nama=name)

    assert issue(session, enrolment) is None
    assert session.scalars(select(Certificate)).all() == []
    kept = session.get_one(Enrolment, enrolment.id)
    assert kept.passed_at
    assert kept.pledged_at
    assert kept.completed_at is None
    (waiting,) = list_withheld(session, instansi_id=enrolment.instansi_id)
    assert (waiting.asn_id, waiting.nama) == (enrolment.asn_id, name)
    assert set(waiting.letters) <= set(name)


def test_a_withheld_certificate_is_issued_once_when_the_name_is_corrected(session: Session) -> None:
    enrolment = make_finished(session)
    issue(session, enrolment)
    assert issue_all(session) == ()

    change_people(session, [(enrolment.asn_id, {"nama": "Sulistyawati"})], now=NOW)
    (issued,) = issue_all(session)

    record = find_record(session, issued.public_id)
    assert record
    assert make_sheet(record, base_url="https://netral.example").nama == "Sulistyawati"
    assert issue_all(session) == ()
    assert list_withheld(session, instansi_id=enrolment.instansi_id) == ()
    assert session.get_one(Enrolment, enrolment.id).completed_at == NOW


def test_a_revoked_certificate_is_not_brought_back(session: Session) -> None:
    enrolment, issued = make_issued(session)
    revoke(session, Act(None, NOW), public_id=issued.public_id, reason="Keliru")
    session.commit()

    assert issue_all(session) == ()
    assert list_withheld(session, instansi_id=enrolment.instansi_id) == ()


def test_a_certificate_is_not_replaced_by_one_that_cannot_be_printed(session: Session) -> None:
    enrolment, issued = make_issued(session)
    change_people(session, [(enrolment.asn_id, {"nama": JAVANESE})], now=NOW)

    with pytest.raises(NameUnprintable):
        reissue(session, Act(None, NOW), make_signer(bytes(16)), public_id=issued.public_id)
    session.rollback()
    assert session.scalars(select(Certificate.status)).all() == ["valid"]


def test_a_withheld_certificate_is_not_listed_for_another_instansi(session: Session) -> None:
    waiting = make_finished(session)
    elsewhere = make_instansi(session, kode="lain")

    assert list_withheld(session, instansi_id=elsewhere.id) == ()
    assert list_withheld(session, instansi_id=waiting.instansi_id, asn_id=waiting.asn_id + 1) == ()
    assert len(list_withheld(session, instansi_id=waiting.instansi_id, asn_id=waiting.asn_id)) == 1


def test_a_missing_signing_key_fails_only_when_a_certificate_is_due(session: Session) -> None:
    keyless = KeyRing(private=None, public=make_keyring().public)
    enrolment = make_finished(session)
    assert issue_all(session, keyring=keyless) == ()

    change_people(session, [(enrolment.asn_id, {"nama": "Sulistyawati"})], now=NOW)
    with pytest.raises(NoSigningKey):
        issue_all(session, keyring=keyless)


@pytest.mark.parametrize("name", ["Ｓｉｔｉ　Ａｍｉｎａｈ", "Siti\u200b Aminah", "𝐒𝐢𝐭𝐢 Aminah", "Siti\ufe0f Aminah"])
def test_styled_letters_are_printed_as_plain_ones(session: Session, name: str) -> None:
    _, issued = make_issued(session, nama=name)

    record = find_record(session, issued.public_id)
    assert record
    sheet = make_sheet(record, base_url="https://netral.example")
    assert sheet.nama == "Siti Aminah"
    assert REPLACEMENT not in sheet.nama
