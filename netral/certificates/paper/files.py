"""The stored PDF: made once and never changed afterwards.

The caller calls, outside a write transaction, `read_or_make_pdf`; then, when the record has no hash yet, `keep_hash` in
a short transaction of its own. A crash in between is harmless: the next view finds the file and keeps its hash.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from netral.certificates.models import Certificate
from netral.certificates.paper.document import make_pdf
from netral.certificates.proof.verification import Record
from netral.errors import NetralError
from netral.storing import read_file, store_once


class PdfAltered(NetralError):
    """The stored file differs from the one that was first handed out, or is lost and cannot be made identically."""


@dataclass(frozen=True, slots=True)
class StoredPdf:
    content: bytes
    hash: str


def read_or_make_pdf(
    directory: Path, record: Record, *, base_url: str, demo: bool = False, emblem: bytes | None = None
) -> StoredPdf:
    """Return the stored PDF, made now if there is none; only for a record that is not tampered.

    Raises PdfAltered, SheetUnprintable.
    """
    path = pdf_path(directory, record.public_id)
    content = read_file(path)
    if content is None:
        made = make_pdf(record, base_url=base_url, demo=demo, emblem=emblem)
        check_hash(record, made)
        content = store_once(path, made)
    check_hash(record, content)
    return StoredPdf(content, hash_of(content))


def keep_hash(session: Session, public_id: str, stored: StoredPdf) -> None:
    """Record the hash once; raises PdfAltered when another one stands."""
    unset = (Certificate.public_id == public_id) & Certificate.pdf_hash.is_(None)
    session.execute(update(Certificate).where(unset).values(pdf_hash=stored.hash))
    kept = session.scalars(select(Certificate.pdf_hash).where(Certificate.public_id == public_id)).one()
    if kept != stored.hash:
        raise PdfAltered(public_id)


def pdf_path(directory: Path, public_id: str) -> Path:
    return directory / f"{public_id}.pdf"


def check_hash(record: Record, content: bytes) -> None:
    if record.pdf_hash is not None and record.pdf_hash != hash_of(content):
        raise PdfAltered(record.public_id)


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
