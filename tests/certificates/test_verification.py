"""Every state, in its order, and every way to forge one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from netral.certificates.proof.payload import encode_claims, encode_digits
from netral.certificates.proof.verification import (
    Checks,
    Integrity,
    Issuer,
    Record,
    Standing,
    State,
    Verdict,
    as_document,
    judge,
)
from tests.certificates.samples import (
    NOON,
    OTHER_IDENTIFIER,
    OTHER_SEED,
    make_claims,
    make_digits,
    make_frame,
    make_keyring,
    make_record,
)


def check(record: Record | None, digits: str | None = None, now: datetime = NOON) -> Verdict:
    return judge(record, digits, now=now, keyring=make_keyring())


def alter(record: Record, changed: dict[str, Any]) -> Record:
    return replace(record, **changed)


def test_an_untouched_certificate_is_valid() -> None:
    verdict = check(make_record())

    assert verdict.state is State.VALID
    assert verdict.checks == Checks(Integrity.STORED, Standing.CURRENT, Issuer.CONFIRMED)
    assert verdict.record == make_record()


def test_with_its_own_fragment_the_paper_is_checked_too() -> None:
    verdict = check(make_record(), make_digits())

    assert (verdict.state, verdict.checks.integrity) == (State.VALID, Integrity.MATCHED)


def test_a_missing_certificate_is_unknown_whatever_the_fragment_says() -> None:
    assert check(None) == Verdict(State.UNKNOWN, NOON)
    assert check(None, make_digits()) == Verdict(State.UNKNOWN, NOON)


@pytest.mark.parametrize(
    "changed",
    [
        {"nama": "Siti Aminah, M.KM."},
        {"nama": "Siti Aminah, S.KM.\u200b"},
        {"issued_on": date(2029, 5, 3)},
        {"valid_until": date(2030, 12, 31)},
        {"valid_until": None},
        {"period_number": 4},
        {"score": 86},
        {"score": None},
        {"jp": 3},
        {"jp_dasar": "Keputusan Bupati Nomor 1"},
        {"jenis_diklat": 16},
        {"format_version": 1},
        {"format_version": 9},
        {"opd": "Dinas Pendidikan"},
        {"opd": "Dinas\nKesehatan"},
        {"nomor": "13/NETRAL-ASN/BKPSDM/V/2029"},
        {"edition_hash": "60" * 32},
        {"payload": encode_claims(make_claims(nama="Budi"))},
        {"payload": b"\x00"},
        {"key_id": "00000000"},
        {"key_id": "bukan heks"},
        {"signed": b"\x00" * 64},
        {"signed": b""},
        {"public_id": "0" * 26},
    ],
)
def test_an_altered_row_is_tampered_and_shows_nobody(changed: dict[str, Any]) -> None:
    verdict = check(alter(make_record(), changed))

    assert verdict.state is State.TAMPERED
    assert verdict.record is None


def test_every_altered_byte_of_the_stored_frame_is_tampered() -> None:
    record = make_record()
    for field in ("payload", "signed"):
        stored: bytes = getattr(record, field)
        for at in range(len(stored)):
            spoilt = stored[:at] + bytes([stored[at] ^ 1]) + stored[at + 1 :]
            assert check(alter(record, {field: spoilt})).state is State.TAMPERED
    for digit in range(len(record.key_id)):
        spoilt_id = record.key_id[:digit] + "7" + record.key_id[digit + 1 :]
        assert check(alter(record, {"key_id": spoilt_id})).state is State.TAMPERED


def test_every_altered_digit_of_the_fragment_is_tampered() -> None:
    digits = make_digits()
    for at in range(len(digits)):
        spoilt = digits[:at] + str((int(digits[at]) + 1) % 10) + digits[at + 1 :]
        assert check(make_record(), spoilt).state is State.TAMPERED


@pytest.mark.parametrize("digits", ["", "1", "bukan-angka", make_digits() + "000", make_digits()[:-1], "1" * 1001])
def test_a_malformed_fragment_is_tampered(digits: str) -> None:
    assert check(make_record(), digits).state is State.TAMPERED


def test_the_fragment_of_another_certificate_is_tampered() -> None:
    other = make_digits(make_claims(nama="Budi Santoso"), identifier=OTHER_IDENTIFIER)

    assert check(make_record(), other).state is State.TAMPERED


def test_other_claims_signed_for_the_same_address_are_tampered() -> None:
    verdict = check(make_record(), make_digits(make_claims(score=100)))

    assert verdict.checks == Checks(Integrity.BROKEN, issuer=Issuer.CONFIRMED)
    assert verdict.state is State.TAMPERED


def test_a_stranger_s_key_is_not_ours() -> None:
    forged = make_record(keyring=make_keyring(OTHER_SEED))
    verdict = check(forged, encode_digits(forged.frame))

    assert verdict.checks == Checks(Integrity.BROKEN, issuer=Issuer.UNCONFIRMED)
    assert verdict.state is State.TAMPERED


@pytest.mark.parametrize(("status", "state"), [("revoked", State.REVOKED), ("superseded", State.SUPERSEDED)])
def test_a_withdrawn_certificate_says_so_and_when(status: str, state: State) -> None:
    withdrawn = make_record(status=status, status_at=datetime(2029, 5, 31, 16, 30, tzinfo=UTC))
    verdict = check(withdrawn)

    assert verdict.state is state
    assert verdict.status_on == date(2029, 6, 1)


def test_the_worst_state_wins() -> None:
    long_after = NOON + timedelta(days=3650)
    revoked = make_record(status="revoked", status_at=NOON)

    assert check(revoked, now=long_after).state is State.REVOKED
    assert check(replace(revoked, nama="Budi"), now=long_after).state is State.TAMPERED


@pytest.mark.parametrize(
    ("zone", "last_second"),
    [
        ("Asia/Jakarta", datetime(2029, 12, 31, 16, 59, 59, tzinfo=UTC)),
        ("Asia/Makassar", datetime(2029, 12, 31, 15, 59, 59, tzinfo=UTC)),
        ("Asia/Jayapura", datetime(2029, 12, 31, 14, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_certificate_is_valid_to_the_end_of_its_last_day_where_it_was_issued(
    zone: str, last_second: datetime
) -> None:
    record = make_record(zona=zone)

    assert check(record, now=last_second).state is State.VALID
    assert check(record, now=last_second + timedelta(seconds=1)).state is State.EXPIRED


def test_a_certificate_without_a_last_day_does_not_expire() -> None:
    assert check(make_record(valid_until=None), now=NOON + timedelta(days=3650)).state is State.VALID


def test_a_certificate_is_not_valid_before_the_day_of_issue() -> None:
    midnight = datetime(2029, 5, 1, 16, 0, tzinfo=UTC)

    assert check(make_record(), now=midnight - timedelta(seconds=121)).state is State.NOT_YET_VALID
    assert check(make_record(), now=midnight - timedelta(seconds=120)).state is State.VALID


def test_the_document_shows_what_is_printed() -> None:
    document = as_document(check(make_record()), make_record().public_id)

    assert document == {
        "id": make_record().public_id,
        "state": "valid",
        "checked_at": "2029-06-01T04:00:00+00:00",
        "nomor": "12/NETRAL-ASN/BKPSDM/V/2029",
        "nama": "Siti Aminah, S.KM.",
        "nip_akhir": "000",
        "opd": "Dinas Kesehatan",
        "periode": "Pilkada 2029",
        "nilai": 85,
        "jp": None,
        "jp_dasar": None,
        "jenis_diklat": None,
        "terbit": "2029-05-02",
        "berlaku_sampai": "2029-12-31",
    }


TRAINING: dict[str, Any] = {"jp": 3, "jp_dasar": "Keputusan Kepala BKPSDM Nomor 12 Tahun 2029", "jenis_diklat": 16}


def test_the_document_shows_the_hours_with_their_basis() -> None:
    document = as_document(check(make_record(**TRAINING)), make_record().public_id)

    assert (document["state"], document["jp"], document["jenis_diklat"]) == ("valid", 3, "E-learning")
    assert document["jp_dasar"] == TRAINING["jp_dasar"]


@pytest.mark.parametrize("changed", [{"jp": 30}, {"jp": None}, {"jp_dasar": "Kurikulum"}, {"jenis_diklat": 3}])
def test_altered_hours_are_tampered(changed: dict[str, Any]) -> None:
    assert check(alter(make_record(**TRAINING), changed)).state is State.TAMPERED


def test_a_certificate_of_version_1_is_verified_forever() -> None:
    first = make_record(format_version=1)

    assert check(first, encode_digits(first.frame)).state is State.VALID
    assert check(alter(first, {"format_version": 2})).state is State.TAMPERED
    assert check(alter(first, {"jp": 3})).state is State.TAMPERED


def test_the_document_of_a_forgery_names_nobody() -> None:
    document = as_document(check(replace(make_record(), nama="Budi")), make_record().public_id)

    assert set(document) == {"id", "state", "checked_at"}


def test_a_frame_is_kept_as_it_was_signed() -> None:
    assert make_record().frame == make_frame()
