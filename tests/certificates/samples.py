"""Certificates for tests: signed with the first test key of RFC 8032, whose secret half is public."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from netral.certificates.issue.issuing import Signer
from netral.certificates.proof.identifiers import encode_identifier
from netral.certificates.proof.keys import KeyRing, make_ring
from netral.certificates.proof.payload import LATEST, Claims, Frame, commit, encode_digits
from netral.certificates.proof.verification import Record

SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
OTHER_SEED = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
IDENTIFIER = bytes.fromhex("0123456789abcdeffedcba9876543210")
OTHER_IDENTIFIER = bytes.fromhex("00112233445566778899aabbccddeeff")
EDITION_HASH = "5f" * 32
BASE_URL = "https://netralitas.contohkab.example"
NOON = datetime(2029, 6, 1, 4, 0, tzinfo=UTC)
"""12.00 WITA on 1 June 2029, while the certificate of `make_record` is valid."""


def make_keyring(seed: bytes = SEED) -> KeyRing:
    return make_ring(Ed25519PrivateKey.from_private_bytes(seed))


def make_signer(identifier: bytes = IDENTIFIER, keyring: KeyRing | None = None) -> Signer:
    return Signer(lambda: identifier, lambda: keyring or make_keyring())


def make_claims(**more: Any) -> Claims:
    where = {"opd": "Dinas Kesehatan", "nomor": "12/NETRAL-ASN/BKPSDM/V/2029", "edition_hash": EDITION_HASH}
    commitment = commit(**where, more=() if more.get("version") == 1 else ("", ""))
    claims = Claims("Siti Aminah, S.KM.", date(2029, 5, 2), date(2029, 12, 31), 3, 85, commitment)
    return replace(claims, **more)


def make_frame(claims: Claims | None = None, *, identifier: bytes = IDENTIFIER) -> Frame:
    return make_keyring().sign_claims(claims or make_claims(), identifier=identifier)


def make_digits(claims: Claims | None = None, *, identifier: bytes = IDENTIFIER) -> str:
    return encode_digits(make_frame(claims, identifier=identifier))


def make_record(*, identifier: bytes = IDENTIFIER, keyring: KeyRing | None = None, **more: Any) -> Record:
    """Return the certificate of Siti, signed after `more` took effect; change a row afterwards with `replace`."""
    unsigned = Record(
        public_id=encode_identifier(identifier),
        nama="Siti Aminah, S.KM.",
        nip_akhir="000",
        opd="Dinas Kesehatan",
        nomor="12/NETRAL-ASN/BKPSDM/V/2029",
        instansi="Kabupaten Contoh",
        periode="Pilkada 2029",
        period_number=3,
        score=85,
        issued_on=date(2029, 5, 2),
        valid_until=date(2029, 12, 31),
        edition_hash=EDITION_HASH,
        format_version=LATEST,
        payload=b"",
        key_id="",
        signed=b"",
        issued_at=datetime(2029, 5, 2, 2, 20, tzinfo=UTC),
        status="valid",
        status_at=None,
        zona="Asia/Makassar",
    )
    record = replace(unsigned, **more)
    frame = (keyring or make_keyring()).sign_claims(record.claims, identifier=identifier)
    return replace(record, payload=frame.payload, key_id=frame.key_id.hex(), signed=frame.signature)
