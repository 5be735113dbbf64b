"""The signed PDF of a circular and the scanned sheet of a signing: checked as it comes in, stored by its SHA-256."""

import hashlib
import re
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from netral.apart import WorkFailed, WorkRefused, Workshop
from netral.errors import NetralError
from netral.storing import read_file, store_once

MOST_BYTES = 5 * 1024 * 1024
MOST_PAGES = 100
START = b"%PDF-"
# A reader accepts the mark of a PDF only near the beginning of the file.
STARTS_WITHIN = 1024
NAME = re.compile(r"[0-9a-f]{64}\.pdf")
COUNTER = Workshop(Path(__file__).with_name("page_counter.py"), seconds=10, idle=2)


class PdfTooLarge(NetralError):
    """The upload has more than 5 MiB or 100 pages."""


class PdfUnreadable(NetralError):
    """The upload is no PDF, is damaged, has a password or no page."""


class PdfLost(NetralError):
    """The stored file is missing or differs from the one that was uploaded; the argument is its hash."""


@dataclass(frozen=True, slots=True)
class Pdf:
    content: bytes
    pages: int

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def read_pdf(data: bytes) -> Pdf:
    """Read an upload; its pages are counted in a process of its own. Raises PdfTooLarge, PdfUnreadable."""
    if len(data) > MOST_BYTES:
        raise PdfTooLarge(len(data))
    if START not in data[:STARTS_WITHIN]:
        raise PdfUnreadable
    try:
        pages = int(COUNTER.order({"content": b64encode(data).decode()}))
    except (WorkRefused, WorkFailed) as error:
        raise PdfUnreadable from error
    if not pages:
        raise PdfUnreadable
    if pages > MOST_PAGES:
        raise PdfTooLarge(pages)
    return Pdf(data, pages)


def keep_pdf(directory: Path, pdf: Pdf) -> str:
    """Store the file, once, and return its hash. Called before the write that names it, so that none is missing."""
    store_once(path_of(directory, pdf.hash), pdf.content)
    return pdf.hash


def find_pdf(directory: Path, hashed: str) -> bytes:
    """Return the stored file. Raises PdfLost."""
    content = read_file(path_of(directory, hashed))
    if content is None or hashlib.sha256(content).hexdigest() != hashed:
        raise PdfLost(hashed)
    return content


def path_of(directory: Path, hashed: str) -> Path:
    return directory / f"{hashed}.pdf"
