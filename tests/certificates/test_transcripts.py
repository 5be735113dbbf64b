"""A transcript: a frozen, signed list; its paper; and the present state of what it lists."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.certificates.issue.auditing import Fault, Finding, audit_certificates
from netral.certificates.issue.issuing import Signer, revoke
from netral.certificates.issue.transcripts import (
    NothingToList,
    find_transcript,
    make_transcript,
    read_entries,
    read_records,
)
from netral.certificates.models import Transcript as TranscriptRow
from netral.certificates.paper.transcript_sheet import make_transcript_pdf, make_transcript_sheet
from netral.certificates.proof.payload import BadPayload
from netral.certificates.proof.transcript import Transcript, judge_entry, sum_hours
from netral.certificates.proof.verification import State
from netral.errors import NotFound
from netral.learning.periods.models import Enrolment
from netral.organisation.models import Asn
from tests.certificates.rows import issue, make_issued
from tests.certificates.samples import BASE_URL, OTHER_IDENTIFIER, OTHER_SEED, make_keyring
from tests.certificates.test_auditing import tamper
from tests.factories import NOW, make_asn, make_enrolment, make_instansi, make_opd, make_period
from tests.reporting.makers import make_attempt, make_signature

HOURS: dict[str, Any] = {"jp": 3, "jp_dasar": "Kurikulum 2029", "jenis_diklat": 16}
identifiers = count(1000)
SIGNER = Signer(lambda: next(identifiers).to_bytes(16, "big"), make_keyring)


@pytest.fixture
def siti(session: Session) -> Enrolment:
    """Siti has two certificates of 2029: one with 3 JP, one of a period without JP."""
    enrolment, _ = make_issued(session, period=make_period(session, **HOURS))
    again = make_enrolment(
        session, asn=session.get_one(Asn, enrolment.asn_id), period=make_period(session, print_score=False)
    )
    make_attempt(session, again)
    make_signature(session, again)
    issue(session, again, identifier=OTHER_IDENTIFIER, now=NOW + timedelta(minutes=1))
    session.commit()
    return enrolment


def act(siti: Enrolment, **later: float) -> Act:
    return Act(None, NOW + timedelta(minutes=2) + timedelta(**later), siti.instansi_id)


def make(session: Session, siti: Enrolment, **later: float) -> Transcript:
    made = make_transcript(session, act(siti, **later), SIGNER, asn_id=siti.asn_id, year=2029)
    session.commit()
    found = find_transcript(session, made.public_id)
    assert found
    return found


def test_a_transcript_lists_what_is_printed_on_the_certificates(session: Session, siti: Enrolment) -> None:
    transcript = make(session, siti)
    entries = read_entries(session, transcript, make_keyring())
    sheet = make_transcript_sheet(transcript, entries, base_url=BASE_URL)

    until = "Berlaku sampai 31 Desember 2029"
    assert sheet.rows == (
        ("Netralitas ASN, Pilkada 2029", "1/NETRAL-ASN/BKPSDM/V/2029", "2 Mei 2029", until, "3", "100"),
        ("Netralitas ASN, Pilkada 2029", "2/NETRAL-ASN/BKPSDM/V/2029", "2 Mei 2029", until, "–", "–"),
    )
    assert sheet.total == "Jumlah JP pada sertifikat yang tercantum: 3 JP"


def test_the_paper_has_one_page_and_one_code_that_is_its_address(session: Session, siti: Enrolment) -> None:
    transcript = make(session, siti)
    entries = read_entries(session, transcript, make_keyring())
    pdf = make_transcript_pdf(transcript, entries, base_url=BASE_URL)

    document = pypdfium2.PdfDocument(BytesIO(pdf))
    (code,) = zxingcpp.read_barcodes(document[0].render(scale=2).to_pil())
    assert len(document) == 1
    assert code.text == f"{BASE_URL}/v/t/{transcript.public_id}"
    assert pdf == make_transcript_pdf(transcript, entries, base_url=BASE_URL)


def test_a_crowded_list_goes_on_to_further_pages_and_ends_with_its_code(session: Session, siti: Enrolment) -> None:
    transcript = make(session, siti)
    (entry, _) = read_entries(session, transcript, make_keyring())
    long = replace(entry, record=replace(entry.record, periode="Pemilihan Wali Nagari " * 4 + "W" * 60))

    pdf = make_transcript_pdf(replace(transcript, nama="Wi " * 66), (long,) * 30, base_url=BASE_URL, demo=True)
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    last = document[len(document) - 1]
    assert len(document) > 1
    assert "Jumlah JP" in last.get_textpage().get_text_range()
    assert len(zxingcpp.read_barcodes(last.render(scale=2).to_pil())) == 1


def test_a_revocation_afterwards_changes_the_state_and_not_the_paper(session: Session, siti: Enrolment) -> None:
    transcript = make(session, siti)
    before = read_entries(session, transcript, make_keyring())
    revoke(session, act(siti, hours=1), public_id=before[0].record.public_id, reason="Keliru")
    session.commit()

    then = read_entries(session, transcript, make_keyring())
    records = read_records(session, transcript, make_keyring())
    now = tuple(judge_entry(each, now=act(siti, hours=2).now, keyring=make_keyring()) for each in records)
    assert [entry.state for entry in then] == [State.VALID, State.VALID]
    assert [entry.state for entry in now] == [State.REVOKED, State.VALID]
    assert (sum_hours(then), sum_hours(now)) == (3, 0)
    sheets = [make_transcript_sheet(transcript, entries, base_url=BASE_URL) for entries in (before, then)]
    assert sheets[0] == sheets[1]


def test_the_same_list_of_a_day_is_made_once(session: Session, siti: Enrolment) -> None:
    first = make(session, siti)

    assert make(session, siti, hours=1) == first
    assert make(session, siti, days=1) != first


def test_two_requests_at_once_make_one_transcript(engine: Engine, session: Session, siti: Enrolment) -> None:
    who, asn_id = act(siti), siti.asn_id
    session.commit()

    def ask(_: int) -> str:
        with Session(engine) as own:
            made = make_transcript(own, who, SIGNER, asn_id=asn_id, year=2029)
            own.commit()
            return made.public_id

    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(ask, range(3)))) == 1
    assert session.scalar(select(func.count()).select_from(TranscriptRow)) == 1


def test_a_year_without_a_certificate_has_no_transcript(session: Session, siti: Enrolment) -> None:
    with pytest.raises(NothingToList):
        make_transcript(session, act(siti), SIGNER, asn_id=siti.asn_id, year=2028)


def test_a_person_of_another_instansi_is_not_found(session: Session, siti: Enrolment) -> None:
    other = make_asn(session, opd=make_opd(session, instansi=make_instansi(session, kode="lain")))

    with pytest.raises(NotFound):
        make_transcript(session, act(siti), SIGNER, asn_id=other.id, year=2029)


@pytest.mark.parametrize(
    "changed",
    [
        {"nama": "Budi"},
        {"nip_akhir": "123"},
        {"instansi": "Kabupaten Lain"},
        {"year": 2030},
        {"public_id": "0" * 26},
        {"key_id": "bukan heks"},
        {"signed": bytes(64)},
        {"payload": b"\x80"},
    ],
)
def test_an_altered_row_is_not_believed(session: Session, siti: Enrolment, changed: dict[str, Any]) -> None:
    with pytest.raises(BadPayload):
        read_records(session, replace(make(session, siti), **changed), make_keyring())


def test_a_list_that_a_stranger_signed_is_not_ours(session: Session, siti: Enrolment) -> None:
    with pytest.raises(BadPayload):
        read_records(session, make(session, siti), make_keyring(OTHER_SEED))


def test_an_audit_finds_an_altered_list(session: Session, siti: Enrolment, tmp_path: Path) -> None:
    transcript = make(session, siti)

    def audit() -> list[Finding]:
        return audit_certificates(session, keyring=make_keyring(), now=act(siti).now, directory=tmp_path)

    assert audit() == []
    tamper(session, "UPDATE transcript SET year = 2030")
    assert audit() == [Finding(transcript.public_id, Fault.TAMPERED)]


def test_the_database_keeps_a_transcript_as_it_was_made(session: Session, siti: Enrolment) -> None:
    make(session, siti)

    with pytest.raises(DBAPIError, match="transcript is immutable"):
        session.execute(text("UPDATE transcript SET nama = 'Budi'"))
