"""What a response says beside its page."""

import gzip

from tests.web.conftest import Browser

PACKED = {"Accept-Encoding": "gzip, deflate"}


def test_a_page_is_packed_for_who_can_unpack_it(browser: Browser) -> None:
    plain = browser.client.get("/bantuan")
    packed = browser.client.get("/bantuan", headers=PACKED)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_a_page_that_could_repeat_what_was_asked_is_never_packed(browser: Browser) -> None:
    """BREACH: its length would tell how much of a guess stands in it."""
    asked = [
        browser.client.get("/masuk?next=/tebakan", headers=PACKED),
        browser.client.get("/v/tebakan", headers=PACKED),
        browser.client.post("/masuk", headers=PACKED, data={"login": "tebakan"}),
    ]

    assert [response.headers.get("Content-Encoding") for response in asked] == [None, None, None]
