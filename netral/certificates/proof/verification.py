"""Judging a certificate by its stored row, its QR code and the current day. Pure functions."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from netral.certificates.proof.identifiers import decode_identifier
from netral.certificates.proof.keys import KeyRing
from netral.certificates.proof.payload import (
    DOMAINS,
    LATEST,
    BadPayload,
    Claims,
    Frame,
    commit,
    decode_claims,
    decode_digits,
    signed_message,
)
from netral.learning.periods.diklat import name_kind

# A phone or server a little behind must not call a certificate of this minute "not yet valid".
EARLY = timedelta(seconds=120)


class State(StrEnum):
    """The answer for somebody who checks. `TOO_MANY` and `UNAVAILABLE` are decided before anything is judged."""

    VALID = "valid"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    TAMPERED = "tampered"
    NOT_YET_VALID = "not_yet_valid"
    UNKNOWN = "unknown"
    MALFORMED = "malformed"
    TOO_MANY = "too_many"
    UNAVAILABLE = "unavailable"


class Integrity(StrEnum):
    """Keutuhan. `STORED`: the code came without a fragment, so only the stored signature was checked."""

    MATCHED = "matched"
    STORED = "stored"
    BROKEN = "broken"
    UNCHECKED = "unchecked"


class Standing(StrEnum):
    """Status."""

    CURRENT = "current"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    UNCHECKED = "unchecked"


class Issuer(StrEnum):
    """Penerbit: whether the signature was made with a key of ours."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """The frozen part of a certificate that people are shown. Fields have the names of their columns.

    `zona` is an IANA name; it belongs to the instansi and is not frozen.
    """

    nama: str
    nip_akhir: str
    opd: str
    instansi: str
    periode: str
    period_number: int
    score: int | None
    valid_until: date | None
    edition_hash: str
    zona: str
    signatory_name: str = ""
    signatory_title: str = ""
    emblem: str | None = None
    jp: int | None = None
    jp_dasar: str = ""
    jenis_diklat: int | None = None

    def claim(self, *, nomor: str, issued_on: date, version: int = LATEST) -> Claims:
        """Return the signed part, once the certificate has a number and a day."""
        more = () if version == 1 else (str(self.jenis_diklat or ""), self.jp_dasar)
        commitment = commit(opd=self.opd, nomor=nomor, edition_hash=self.edition_hash, more=more)
        until, number = self.valid_until, self.period_number
        return Claims(self.nama, issued_on, until, number, self.score, commitment, self.jp, version)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Printed):
    """A certificate as it is stored. If nobody altered it, it signs exactly its own `claims`."""

    public_id: str
    nomor: str
    issued_on: date
    format_version: int
    payload: bytes
    key_id: str
    signed: bytes
    issued_at: datetime
    status: str
    status_at: datetime | None
    pdf_hash: str | None = None

    @property
    def claims(self) -> Claims:
        return self.claim(nomor=self.nomor, issued_on=self.issued_on, version=self.format_version)

    @property
    def frame(self) -> Frame:
        """Return the frame. A damaged key id becomes empty: no key has it, so the record is judged as tampered."""
        try:
            key_id = bytes.fromhex(self.key_id)
        except ValueError:
            key_id = b""
        return Frame(key_id, self.payload, self.signed, self.format_version)


@dataclass(frozen=True, slots=True)
class Checks:
    """The three questions that are always answered apart: is it intact, does it stand, is it ours."""

    integrity: Integrity = Integrity.UNCHECKED
    standing: Standing = Standing.UNCHECKED
    issuer: Issuer = Issuer.UNCHECKED


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer. It has the record only if its personal data may be shown: never if tampered, unknown or malformed."""

    state: State
    checked_at: datetime
    checks: Checks = Checks()
    record: Record | None = None

    @property
    def status_on(self) -> date | None:
        """Return the day a certificate was revoked or superseded, in the zone of its instansi."""
        if self.record is None or self.record.status_at is None:
            return None
        return self.record.status_at.astimezone(ZoneInfo(self.record.zona)).date()


STATE_OF_STANDING = {
    Standing.CURRENT: State.VALID,
    Standing.NOT_YET: State.NOT_YET_VALID,
    Standing.EXPIRED: State.EXPIRED,
    Standing.SUPERSEDED: State.SUPERSEDED,
    Standing.REVOKED: State.REVOKED,
}


def judge(record: Record | None, digits: str | None, *, now: datetime, keyring: KeyRing) -> Verdict:
    """Return the first that holds of: unknown, tampered, revoked, superseded, not yet valid, expired, valid.

    The stored signature is verified over the stored claims, so an altered row is tampered.
    """
    if record is None:
        return Verdict(State.UNKNOWN, now)
    integrity, issuer = check_record(record, keyring)
    if digits is not None and integrity is Integrity.STORED:
        integrity, issuer = check_fragment(record, digits, keyring)
    if integrity is Integrity.BROKEN:
        return Verdict(State.TAMPERED, now, Checks(integrity, issuer=issuer))
    standing = find_standing(record, now)
    return Verdict(STATE_OF_STANDING[standing], now, Checks(integrity, standing, issuer), record)


@lru_cache(maxsize=256)
def check_record(record: Record, keyring: KeyRing) -> tuple[Integrity, Issuer]:
    """Judge whether the signature fits the stored payload, and the payload fits the columns.

    Cached by the whole record, because the page and its script ask one after the other. An altered row is another key.
    """
    issuer = check_issuer(record.public_id, record.frame, keyring)
    if issuer is Issuer.CONFIRMED and says_the_same(record):
        return Integrity.STORED, issuer
    return Integrity.BROKEN, issuer


def says_the_same(record: Record) -> bool:
    try:
        return decode_claims(record.payload, version=record.format_version) == record.claims
    except (BadPayload, ValueError):
        return False


def check_fragment(record: Record, digits: str, keyring: KeyRing) -> tuple[Integrity, Issuer]:
    """Judge whether the QR code carries the stored payload, signed for this very address."""
    try:
        frame = decode_digits(digits)
    except BadPayload:
        return Integrity.BROKEN, Issuer.UNCONFIRMED
    issuer = check_issuer(record.public_id, frame, keyring)
    same = issuer is Issuer.CONFIRMED and frame.payload == record.payload
    return (Integrity.MATCHED if same else Integrity.BROKEN), issuer


def check_issuer(public_id: str, frame: Frame, keyring: KeyRing) -> Issuer:
    if frame.version not in DOMAINS:
        return Issuer.UNCONFIRMED
    identifier = decode_identifier(public_id)
    message = signed_message(version=frame.version, key_id=frame.key_id, identifier=identifier, payload=frame.payload)
    return Issuer.CONFIRMED if keyring.verify(frame.key_id, frame.signature, message) else Issuer.UNCONFIRMED


def find_standing(record: Record, now: datetime) -> Standing:
    """Judge the status by the days of the instansi's zone; a certificate is valid to the end of its last day."""
    zone = ZoneInfo(record.zona)
    if record.status != "valid":
        return Standing(record.status)
    if (now + EARLY).astimezone(zone).date() < record.issued_on:
        return Standing.NOT_YET
    if record.valid_until is not None and now.astimezone(zone).date() > record.valid_until:
        return Standing.EXPIRED
    return Standing.CURRENT


def as_document(verdict: Verdict, public_id: str) -> dict[str, Any]:
    """Return the body of `/v/<id>.json`; personal fields are absent when there is no record to show."""
    document = {
        "id": public_id,
        "state": verdict.state.value,
        "checked_at": verdict.checked_at.isoformat(timespec="seconds"),
    }
    record = verdict.record
    if record is None:
        return document
    return document | {
        "nomor": record.nomor,
        "nama": record.nama,
        "nip_akhir": record.nip_akhir,
        "opd": record.opd,
        "periode": record.periode,
        "nilai": record.score,
        "jp": record.jp,
        "jp_dasar": record.jp_dasar or None,
        "jenis_diklat": name_kind(record.jenis_diklat) or None,
        "terbit": record.issued_on.isoformat(),
        "berlaku_sampai": record.valid_until.isoformat() if record.valid_until else None,
    }
