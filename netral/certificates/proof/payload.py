"""The content of a QR code: signed claims as decimal digits, and their strict reader (docs/spec-qr.md).

Certificates are issued in the latest version of the format. Those of earlier versions are read and verified forever.
"""

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import cbor2

from netral.certificates.proof.identifiers import encode_identifier
from netral.errors import NetralError

LATEST = 2
# What differs between the versions of the format: the beginning of the signed message, and the number of claims.
DOMAINS = {1: b"netral-qr-v1\0", 2: b"netral-qr-v2\0"}
CLAIM_COUNTS = {1: 6, 2: 7}
KEY_ID_BYTES = 4
SIGNATURE_BYTES = 64
COMMITMENT_BYTES = 8
MOST_DIGITS = 1_000
GROUP_BYTES = 7
GROUP_DIGITS = 17
TAIL_DIGITS = {1: 3, 2: 5, 3: 8, 4: 10, 5: 13, 6: 15}
TAIL_BYTES = {digits: size for size, digits in TAIL_DIGITS.items()} | {0: 0}
EPOCH = date(1970, 1, 1)
LAST_DAY = (date.max - EPOCH).days
LARGEST_NUMBER = 2**31 - 1
MOST_JP = 99


class BadPayload(NetralError):
    """Digits or bytes that are not a payload in its one canonical form; the argument says what is wrong."""


class PayloadTooLong(NetralError):
    """Claims whose digits would not fit into a QR text; in practice a name of over 300 bytes."""


@dataclass(frozen=True, slots=True)
class Claims:
    """The signed part. Days are calendar days in the zone of the instansi; the score is in percent, rounded down.

    `jp`: jam pelajaran, for which version 1 has no place.
    """

    nama: str
    issued_on: date
    valid_until: date | None
    period_number: int
    score: int | None
    commitment: bytes
    jp: int | None = None
    version: int = LATEST


@dataclass(frozen=True, slots=True)
class Frame:
    """The binary content of the digits; the signature, right or wrong, is over `signed_message`."""

    key_id: bytes
    payload: bytes
    signature: bytes
    version: int = LATEST


def commit(*, opd: str, nomor: str, edition_hash: str, more: tuple[str, ...] = ()) -> bytes:
    """Return 8 bytes that tie printed texts and the content to the signature without carrying them.

    `more`: the kind of training and the basis of its JP, which version 2 ties as well.
    """
    fields = (opd, nomor, edition_hash, *more)
    if any("\n" in field for field in fields):
        raise ValueError("a line break inside a field would make the commitment ambiguous")
    return hashlib.sha256("\n".join(fields).encode()).digest()[:COMMITMENT_BYTES]


def encode_claims(claims: Claims) -> bytes:
    """Return P: a CBOR array of six or seven items in deterministic encoding (RFC 8949 section 4.2.1)."""
    if claims.version == 1 and claims.jp is not None:
        raise ValueError("version 1 has no place for JP")
    until = claims.valid_until
    array = [
        unicodedata.normalize("NFC", claims.nama),
        (claims.issued_on - EPOCH).days,
        (until - EPOCH).days if until else 0,
        claims.period_number,
        claims.score,
        claims.commitment,
        claims.jp,
    ]
    return cbor2.dumps(array[: CLAIM_COUNTS[claims.version]], canonical=True)


def decode_claims(payload: bytes, *, version: int) -> Claims:
    """Decode strictly, the inverse of `encode_claims`: anything it would not have written raises BadPayload."""
    try:
        array = cbor2.loads(payload)
    except (cbor2.CBORError, ValueError, TypeError, ArithmeticError, RecursionError) as error:
        raise BadPayload("not CBOR") from error
    claims = read_array(array, version)
    if encode_claims(claims) != payload:
        raise BadPayload("not canonical")
    return claims


def read_array(array: Any, version: int) -> Claims:
    if type(array) is not list or len(array) != CLAIM_COUNTS.get(version):
        raise BadPayload("not an array of the claims of this version")
    nama, issued, until, period_number, score, commitment, *more = array
    jp = more[0] if more else None
    if type(nama) is not str or not nama:
        raise BadPayload("nama")
    if not is_between(issued, 1, LAST_DAY) or not is_between(until, 0, LAST_DAY):
        raise BadPayload("day")
    if not is_between(period_number, 1, LARGEST_NUMBER):
        raise BadPayload("period")
    if score is not None and not is_between(score, 0, 100):
        raise BadPayload("score")
    if type(commitment) is not bytes or len(commitment) != COMMITMENT_BYTES:
        raise BadPayload("commitment")
    if jp is not None and not is_between(jp, 1, MOST_JP):
        raise BadPayload("jp")
    valid_until = EPOCH + timedelta(days=until) if until else None
    issued_on = EPOCH + timedelta(days=issued)
    return Claims(nama, issued_on, valid_until, period_number, score, commitment, jp, version)


def is_between(value: Any, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most


def signed_message(*, version: int, key_id: bytes, identifier: bytes, payload: bytes) -> bytes:
    """Return the bytes that are signed. They include the identifier, so that a fragment fits one address only."""
    return DOMAINS[version] + key_id + identifier + payload


def encode_digits(frame: Frame) -> str:
    """Return version, key id, P and signature as decimal digits: 7 bytes in 17 digits; raises PayloadTooLong."""
    content = bytes([frame.version]) + frame.key_id + frame.payload + frame.signature
    groups = (content[start : start + GROUP_BYTES] for start in range(0, len(content), GROUP_BYTES))
    digits = "".join(str(int.from_bytes(group, "big")).zfill(count_digits(len(group))) for group in groups)
    if len(digits) > MOST_DIGITS:
        raise PayloadTooLong(len(digits))
    return digits


def count_digits(size: int) -> int:
    return GROUP_DIGITS if size == GROUP_BYTES else TAIL_DIGITS[size]


def decode_digits(digits: str) -> Frame:
    """Decode strictly, the inverse of `encode_digits`; raises BadPayload. The claims are not read: verify first."""
    if not digits.isascii() or not digits.isdigit() or len(digits) > MOST_DIGITS:
        raise BadPayload("digits")
    tail = len(digits) % GROUP_DIGITS
    if tail not in TAIL_BYTES:
        raise BadPayload("length")
    content = b"".join(decode_group(digits[at : at + GROUP_DIGITS]) for at in range(0, len(digits), GROUP_DIGITS))
    if len(content) <= 1 + KEY_ID_BYTES + SIGNATURE_BYTES:
        raise BadPayload("length")
    version, start = content[0], 1 + KEY_ID_BYTES
    if version not in DOMAINS:
        raise BadPayload("version")
    return Frame(content[1:start], content[start:-SIGNATURE_BYTES], content[-SIGNATURE_BYTES:], version)


def decode_group(digits: str) -> bytes:
    size = GROUP_BYTES if len(digits) == GROUP_DIGITS else TAIL_BYTES[len(digits)]
    value = int(digits)
    if value >= 256**size:
        raise BadPayload("value")
    return value.to_bytes(size, "big")


def make_qr_text(*, base_url: str, identifier: bytes, frame: Frame) -> str:
    """Return the text of the QR code: the address, lower-case except for the identifier, and signed claims behind #."""
    return f"{make_address(base_url, encode_identifier(identifier))}#{encode_digits(frame)}"


def make_address(base_url: str, public_id: str) -> str:
    """Return the address that may be shared: it carries no personal data."""
    return f"{base_url.rstrip('/')}/v/{public_id}"
