"""The proof: the content of a drawn PDF, and PDFs that are not handed out."""

import io
import re
from collections.abc import Callable

import pikepdf
import pytest

from netral.certificates.paper.document import make_pdf, make_record_qr
from netral.certificates.paper.typesetting import check
from netral.working import Refused
from tests.certificates.samples import BASE_URL, make_record

TEXT = make_record_qr(make_record(), base_url=BASE_URL).text
# The white square and the modules, each within a matrix of its own.
DRAWN = re.compile(rb"q 1\.626436 0 0 -1\.626436 .*?Q\s", re.DOTALL)
INK = re.compile(rb"0\.117\S* \S+ \S+ scn (?=4 4 m)")


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return make_pdf(make_record(), base_url=BASE_URL)


def redraw(pdf: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Return the same file with its page's content changed."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        page = document.pages[0]
        content = page.Contents.read_bytes()
        changed = change(content)
        assert changed != content
        page.Contents = document.make_stream(changed)
        document.save(out)
    return out.getvalue()


def test_a_file_says_what_its_code_says(pdf: bytes) -> None:
    check(pdf, TEXT)
    with pytest.raises(Refused, match="unreadable"):
        check(pdf, TEXT + "0")


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "no code": lambda content: INK.sub(b"1 1 1 scn ", content),
    "half of it": lambda content: re.sub(rb"\d+ (\d+) m \d+ \1 l \d+ [2-4]\d l \d+ [2-4]\d l\s+h", b"", content),
    "into the quiet zone": lambda content: content.replace(
        b"4 4 m 11 4 l 11 5 l 4 5 l", b"0 4 m 11 4 l 11 9 l 0 9 l", 1
    ),
    "smaller": lambda content: content.replace(b"1.626436", b"1.526436"),
    "pale": lambda content: INK.sub(b"0.8 0.8 0.8 scn ", content),
    "twice": lambda content: content + b"\nq 1 0 0 1 -300 300 cm " + b"".join(DRAWN.findall(content)) + b" Q",
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_damaged_code_is_refused(pdf: bytes, name: str) -> None:
    with pytest.raises(Refused, match="unreadable"):
        check(redraw(pdf, CHANGES[name]), TEXT)


def test_a_second_page_is_refused(pdf: bytes) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.add_blank_page()
        document.save(out)

    with pytest.raises(Refused, match="more than one page"):
        check(out.getvalue(), TEXT)
