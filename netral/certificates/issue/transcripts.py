"""Making and reading transcripts."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.certificates.issue.basis import clean
from netral.certificates.issue.issuing import Signer
from netral.certificates.issue.register import as_record, list_own, select_records
from netral.certificates.models import Certificate
from netral.certificates.models import Transcript as TranscriptRow
from netral.certificates.proof.identifiers import encode_identifier
from netral.certificates.proof.keys import KeyRing
from netral.certificates.proof.payload import BadPayload
from netral.certificates.proof.transcript import (
    Entry,
    Listing,
    Transcript,
    encode_listing,
    judge_entry,
    judge_then,
    read_listing,
    signed_listing,
)
from netral.certificates.proof.verification import Record
from netral.database.tables import insert
from netral.errors import NetralError, NotFound
from netral.organisation.models import Asn, Instansi
from netral.organisation.numbers import last_digits, mask_nik

ROW, INSTANSI = TranscriptRow.__table__, Instansi.__table__
NAMES = tuple(field.name for field in fields(Transcript))
COLUMNS = tuple(INSTANSI.c.zona if name == "zona" else ROW.c[name] for name in NAMES)


class NothingToList(NetralError):
    """The person has no certificate of that year that stands; the argument is the year."""


@dataclass(frozen=True, slots=True)
class MadeTranscript:
    """`new`: this call made it."""

    public_id: str
    new: bool


def list_of_year(session: Session, *, asn_id: int, year: int) -> tuple[Record, ...]:
    """List a person's certificates that were issued in a year, the first one first."""
    own = (each for each in list_own(session, asn_id=asn_id) if each.issued_on.year == year)
    return tuple(sorted(own, key=lambda each: each.issued_at))


def make_transcript(
    session: Session, act: Act, signer: Signer, *, asn_id: int, year: int, reason: str = ""
) -> MadeTranscript:
    """Sign the list of a person's certificates of a year that stand now. The same list of a day is made once.

    `reason`: of an officer who opens somebody's transcript, which is recorded each time. Raises NotFound,
    NothingToList, NoSigningKey.
    """
    person = session.execute(
        select(Asn.nama, Asn.nip, Asn.instansi_id, Instansi.nama.label("instansi"), Instansi.zona)
        .join(Instansi, Instansi.id == Asn.instansi_id)
        .where(Asn.id == asn_id, Asn.instansi_id == act.instansi_id)
    ).one_or_none()
    if person is None:
        raise NotFound("asn", asn_id)
    listing = Listing(
        nama=clean(person.nama),
        nip_akhir=last_digits(person.nip),
        instansi=clean(person.instansi),
        year=year,
        made_on=act.now.astimezone(ZoneInfo(person.zona)).date(),
        certificates=choose_standing(session, act, signer.keyring(), asn_id=asn_id, year=year),
    )
    made = write_transcript(session, act, signer, listing, asn_id=asn_id)
    if made.new or reason:
        detail: dict[str, Any] = {"year": year, "count": len(listing.certificates)}
        detail |= {"reason": mask_nik(reason.strip())} if reason else {}
        record(
            session, act, action="transcript.made", object_kind="transcript", object_id=made.public_id, detail=detail
        )
    return made


def choose_standing(session: Session, act: Act, keyring: KeyRing, *, asn_id: int, year: int) -> tuple[str, ...]:
    records = list_of_year(session, asn_id=asn_id, year=year)
    entries = [judge_entry(each, now=act.now, keyring=keyring) for each in records]
    standing = tuple(entry.record.public_id for entry in entries if entry.stands)
    if not standing:
        raise NothingToList(year)
    return standing


def write_transcript(session: Session, act: Act, signer: Signer, listing: Listing, *, asn_id: int) -> MadeTranscript:
    identifier, keyring, payload = signer.new_identifier(), signer.keyring(), encode_listing(listing)
    key_id = keyring.signing_key_id
    public_id = encode_identifier(identifier)
    digest = hashlib.sha256(f"{act.actor_id}\n".encode() + payload).hexdigest()
    values = {
        "public_id": public_id,
        "instansi_id": act.instansi_id,
        "asn_id": asn_id,
        "year": listing.year,
        "nama": listing.nama,
        "nip_akhir": listing.nip_akhir,
        "instansi": listing.instansi,
        "made_on": listing.made_on,
        "made_at": act.now,
        "made_by": act.actor_id,
        "digest": digest,
        "payload": payload,
        "key_id": key_id.hex(),
        "signed": keyring.sign(signed_listing(key_id=key_id, identifier=identifier, payload=payload)),
    }
    once = insert(session, TranscriptRow).values(values).on_conflict_do_nothing(index_elements=["asn_id", "digest"])
    if session.scalars(once.returning(TranscriptRow.id)).one_or_none() is not None:
        return MadeTranscript(public_id, new=True)
    known = select(TranscriptRow.public_id).where(TranscriptRow.asn_id == asn_id, TranscriptRow.digest == digest)
    return MadeTranscript(session.scalars(known).one(), new=False)


def select_transcripts() -> Select[*tuple[Any, ...]]:
    return select(*COLUMNS).select_from(ROW.join(INSTANSI, INSTANSI.c.id == ROW.c.instansi_id))


def as_transcript(row: Sequence[Any]) -> Transcript:
    return Transcript(**dict(zip(NAMES, row, strict=True)))


def find_transcript(session: Session, public_id: str) -> Transcript | None:
    row = session.execute(select_transcripts().where(ROW.c.public_id == public_id)).one_or_none()
    return None if row is None else as_transcript(row)


def list_made(session: Session, *, asn_id: int, by: int) -> tuple[Transcript, ...]:
    """List the transcripts of a person that this user has made, the newest first."""
    own = select_transcripts().where(ROW.c.asn_id == asn_id, ROW.c.made_by == by)
    return tuple(map(as_transcript, session.execute(own.order_by(ROW.c.made_at.desc(), ROW.c.id.desc()))))


def find_made(session: Session, public_id: str, *, by: int) -> Transcript:
    """Return a transcript that this user has made. Raises NotFound."""
    own = select_transcripts().where(ROW.c.public_id == public_id, ROW.c.made_by == by)
    row = session.execute(own).one_or_none()
    if row is None:
        raise NotFound("transkrip", public_id)
    return as_transcript(row)


def find_holder(session: Session, public_id: str) -> int:
    """Return the id of the person whose certificate this is."""
    return session.scalars(select(Certificate.asn_id).where(Certificate.public_id == public_id)).one()


def read_records(session: Session, transcript: Transcript, keyring: KeyRing) -> tuple[Record, ...]:
    """Return the listed certificates in their order. Raises BadPayload unless the list is intact."""
    listing = read_listing(transcript, keyring)
    rows = session.execute(select_records().where(Certificate.public_id.in_(listing.certificates)))
    found = {each.public_id: each for each in map(as_record, rows)}
    if found.keys() != set(listing.certificates):
        raise BadPayload("a certificate is missing")
    return tuple(found[public_id] for public_id in listing.certificates)


def read_entries(session: Session, transcript: Transcript, keyring: KeyRing) -> tuple[Entry, ...]:
    """Return the listed certificates as they were when the list was made. Raises BadPayload."""
    records = read_records(session, transcript, keyring)
    return tuple(judge_then(each, then=transcript.made_at, keyring=keyring) for each in records)
