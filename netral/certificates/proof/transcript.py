"""A transcript: the signed list of a person's certificates of one year, and whether it is intact. Pure functions.

The list only names certificates. What each of them says, and whether it still counts, is judged by its own signature
and status whenever the list is looked at.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import cbor2

from netral.certificates.proof.identifiers import IDENTIFIER_BYTES, decode_identifier, encode_identifier
from netral.certificates.proof.keys import KeyRing
from netral.certificates.proof.payload import EPOCH, BadPayload
from netral.certificates.proof.verification import Record, State, judge

DOMAIN = b"netral-transkrip-v1\0"
STANDING = frozenset({State.VALID, State.EXPIRED, State.NOT_YET_VALID})
"""The states of a certificate that was neither withdrawn nor altered; only such are put on a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The signed part: the person as named on the day, the year, and the identifiers of the certificates."""

    nama: str
    nip_akhir: str
    instansi: str
    year: int
    made_on: date
    certificates: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A transcript as it is stored. `zona` belongs to the instansi."""

    public_id: str
    year: int
    nama: str
    nip_akhir: str
    instansi: str
    made_on: date
    made_at: datetime
    payload: bytes
    key_id: str
    signed: bytes
    zona: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A certificate on a transcript, with its state at the moment asked for."""

    record: Record
    state: State

    @property
    def stands(self) -> bool:
        return self.state in STANDING


def encode_listing(listing: Listing) -> bytes:
    """Return a CBOR array in deterministic encoding."""
    identifiers = [decode_identifier(public_id) for public_id in listing.certificates]
    day = (listing.made_on - EPOCH).days
    array = [listing.nama, listing.nip_akhir, listing.instansi, listing.year, day, identifiers]
    return cbor2.dumps(array, canonical=True)


def signed_listing(*, key_id: bytes, identifier: bytes, payload: bytes) -> bytes:
    """Return the bytes that are signed."""
    return DOMAIN + key_id + identifier + payload


def read_listing(transcript: Transcript, keyring: KeyRing) -> Listing:
    """Return the list, once its signature fits and it says the same as the columns. Raises BadPayload."""
    try:
        key_id, identifier = bytes.fromhex(transcript.key_id), decode_identifier(transcript.public_id)
    except ValueError as error:
        raise BadPayload("key id") from error
    message = signed_listing(key_id=key_id, identifier=identifier, payload=transcript.payload)
    if not keyring.verify(key_id, transcript.signed, message):
        raise BadPayload("signature")
    listing = Listing(
        nama=transcript.nama,
        nip_akhir=transcript.nip_akhir,
        instansi=transcript.instansi,
        year=transcript.year,
        made_on=transcript.made_on,
        certificates=tuple(map(encode_identifier, read_identifiers(cbor2.loads(transcript.payload)))),
    )
    if encode_listing(listing) != transcript.payload:
        raise BadPayload("not what the columns say")
    return listing


def read_identifiers(array: Any) -> list[bytes]:
    identifiers = array[-1] if type(array) is list and array else None
    if type(identifiers) is not list or not all(type(each) is bytes for each in identifiers):
        raise BadPayload("identifiers")
    if any(len(each) != IDENTIFIER_BYTES for each in identifiers):
        raise BadPayload("identifiers")
    return identifiers


def judge_entry(record: Record, *, now: datetime, keyring: KeyRing) -> Entry:
    return Entry(record, judge(record, None, now=now, keyring=keyring).state)


def judge_then(record: Record, *, then: datetime, keyring: KeyRing) -> Entry:
    """Judge a certificate as it was at an earlier moment, before later withdrawals."""
    later = record.status_at is not None and record.status_at > then
    earlier = replace(record, status="valid", status_at=None) if later else record
    return judge_entry(earlier, now=then, keyring=keyring)


def sum_hours(entries: tuple[Entry, ...]) -> int:
    """Return the sum of the JP printed on those certificates that stand. It claims no duty of anybody."""
    return sum(entry.record.jp or 0 for entry in entries if entry.stands)
