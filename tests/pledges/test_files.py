"""Uploaded PDF: read in a process of its own, stored once by their hash, and never sent when altered."""

import zlib
from pathlib import Path

import pytest

from netral.demo.circulars import make_pdf
from netral.pledges.circulars.files import PdfLost, PdfUnreadable, find_pdf, keep_pdf, path_of, read_pdf

ENTRIES = 9_000_000


def make_swelling(megabytes: int) -> bytes:
    """Return a small PDF whose table of objects unpacks to so many megabytes."""
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()
    head = b"<< /Type /XRef /Size %d /W [1 4 2] /Root 1 0 R /Filter /FlateDecode /Length %d >>" % (ENTRIES, len(packed))
    out = b"%PDF-1.5\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    return out + b"4 0 obj\n%s\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (head, packed, len(out))


def test_a_pdf_is_stored_once_and_found_by_its_hash(tmp_path: Path) -> None:
    pdf = read_pdf(make_pdf("Contoh"))

    hashed = [keep_pdf(tmp_path / "edaran", pdf) for _ in range(2)]

    assert (pdf.pages, hashed[0]) == (1, hashed[1])
    assert find_pdf(tmp_path / "edaran", hashed[0]) == pdf.content
    assert [path.name for path in (tmp_path / "edaran").iterdir()] == [f"{pdf.hash}.pdf"]


def test_an_altered_or_lost_file_is_not_sent(tmp_path: Path) -> None:
    hashed = keep_pdf(tmp_path, read_pdf(make_pdf("Contoh")))
    path_of(tmp_path, hashed).write_bytes(b"%PDF- altered")

    for name in (hashed, "0" * 64):
        with pytest.raises(PdfLost):
            find_pdf(tmp_path, name)


def test_a_pdf_that_swells_is_refused_and_the_next_one_is_read() -> None:
    with pytest.raises(PdfUnreadable):
        read_pdf(make_swelling(600))

    assert read_pdf(make_pdf("Contoh")).pages == 1
