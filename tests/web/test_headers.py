"""The headers of responses."""

import gzip
import re
from itertools import product

import pytest
from sqlalchemy.orm import Session

from tests.learning.make import KODE, make_exam, start
from tests.web.conftest import Browser, enter

PACKED = {"Accept-Encoding": "gzip, deflate"}


def test_a_page_is_compressed_for_browsers_that_accept_gzip(browser: Browser) -> None:
    plain = browser.client.get("/bantuan")
    packed = browser.client.get("/bantuan", headers=PACKED)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_a_page_that_could_repeat_what_was_asked_is_never_packed(browser: Browser) -> None:
    """BREACH: the length would reveal how much of a guess stands in the page."""
    asked = [
        browser.client.get("/masuk?next=/tebakan", headers=PACKED),
        browser.client.get("/v/tebakan", headers=PACKED),
        browser.client.post("/masuk", headers=PACKED, data={"login": "tebakan"}),
    ]

    assert [response.headers.get("Content-Encoding") for response in asked] == [None, None, None]


@pytest.fixture
def siti(browser: Browser, session: Session) -> Browser:
    exam = make_exam(session)
    start(session, exam)
    return enter(browser, session, exam.user_id)


@pytest.mark.parametrize("path", ["/tugas", "/modul/media-sosial", "/ujian", "/ikrar"])
def test_a_page_of_a_period_is_packed(siti: Browser, path: str) -> None:
    assert siti.open(f"{path}?periode={KODE}", headers=PACKED).headers["Content-Encoding"] == "gzip"


def test_no_page_that_is_packed_repeats_a_guess(siti: Browser) -> None:
    """Every page that a learner can open, with a period or another value of a stranger's choice in its address."""
    paths = {str(rule) for rule in siti.client.application.url_map.iter_rules() if "GET" in (rule.methods or ())}
    filled = {re.sub("<[^>]*>", "1", path.replace("<slug>", "media-sosial")) for path in paths}
    queries = ("periode=tebakan", f"periode={KODE}&periode=tebakan", f"periode={KODE}&lain=tebakan", "lain=tebakan")

    for path, query in product(sorted(filled), queries):
        answer = siti.open(f"{path}?{query}", headers=PACKED)
        assert answer.headers.get("Content-Encoding") is None, (path, query)
