"""The proof: what a PDF says by its QR code, and what is not handed out."""

import re
import zlib
from collections.abc import Callable

import pytest

from netral.certificates.paper.checking import FIGURE, count_pages, prove, read_modules, read_streams
from netral.certificates.paper.document import make_pdf, make_record_qr
from netral.certificates.proof.qr import QrUnreadable
from tests.certificates.samples import BASE_URL, make_record

QR = make_record_qr(make_record(), base_url=BASE_URL)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return make_pdf(make_record(), base_url=BASE_URL)


def redraw(pdf: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The same file with its page's content changed."""
    (content,) = (stream for stream in read_streams(pdf) if FIGURE.search(stream))
    changed = change(content)
    assert changed != content
    start = next(
        found.end()
        for found in re.finditer(rb"(?<!end)stream\r?\n", pdf)
        if pdf[found.end() : found.end() + 1] == b"x" and FIGURE.search(inflate(pdf[found.end() :]))
    )
    end = pdf.index(b"\nendstream", start)
    return pdf[:start] + zlib.compress(changed) + pdf[end:]


def inflate(content: bytes) -> bytes:
    return zlib.decompressobj().decompress(content)


def test_the_modules_on_the_paper_are_those_of_the_code(pdf: bytes) -> None:
    (figure,) = (found for stream in read_streams(pdf) for found in FIGURE.finditer(stream))

    assert read_modules(figure["path"], int(figure["width"])) == QR.modules
    prove(pdf, QR.text)


def test_a_file_that_says_something_else_is_refused(pdf: bytes) -> None:
    with pytest.raises(QrUnreadable):
        prove(pdf, QR.text + "0")


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "no figure": lambda content: content.replace(b"1 scn", b"0 scn"),
    "half of it": lambda content: re.sub(rb"\d+ (\d+) m \d+ \1 l \d+ [2-4]\d l \d+ [2-4]\d l\s+h", b"", content),
    "no rectangle": lambda content: content.replace(b"4 4 m 11 4 l 11 5 l", b"4 4 m 11 5 l", 1),
    "into the quiet zone": lambda content: content.replace(
        b"4 4 m 11 4 l 11 5 l 4 5 l", b"0 4 m 11 4 l 11 5 l 0 5 l", 1
    ),
    "smaller": lambda content: content.replace(b"1.626436", b"1.526436"),
    "pale": lambda content: re.sub(rb"0\.117\S* \S+ \S+ scn (?=4 4 m)", b"0.8 0.8 0.8 scn ", content),
    "twice": lambda content: content + b"\n" + FIGURE.search(content)[0],  # type: ignore[index]  # it is there
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_damaged_code_is_refused(pdf: bytes, name: str) -> None:
    with pytest.raises(QrUnreadable):
        prove(redraw(pdf, CHANGES[name]), QR.text)


def test_pages_are_counted_without_the_outline(pdf: bytes) -> None:
    assert count_pages(pdf) == 1
    assert count_pages(pdf.replace(b"/Count 1/Kids", b"/Count 2/Kids")) == 2
