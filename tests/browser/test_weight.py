"""What a page costs on a weak signal: bytes on the wire and requests, on the first visit."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PHONE
from tests.browser.journey import sign_in
from tests.browser.places import NOBODY, Town, settle
from tests.browser.server import Server

pytestmark = pytest.mark.browser

KILO = 1000


@dataclass
class Meter:
    """Adds up what the browser's network counts, headers included."""

    bytes: float = 0
    hosts: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        cdp = page.context.new_cdp_session(page)
        cdp.send("Network.enable")
        cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})
        cdp.on("Network.requestWillBeSent", self.asked)
        cdp.on("Network.loadingFinished", self.loaded)

    def asked(self, event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("http"):
            self.hosts.append(urlsplit(event["request"]["url"]).netloc)

    def loaded(self, event: dict[str, Any]) -> None:
        self.bytes += event["encodedDataLength"]


@pytest.fixture(scope="module")
def town(server: Server) -> Town:
    return settle(server)


@pytest.fixture
def page(chromium: Browser, town: Town) -> Iterator[Page]:
    context = chromium.new_context(base_url=town.server.url, viewport=PHONE)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    ("name", "place", "most", "requests"),
    [
        (NOBODY, "/", 40, 4),
        (NOBODY, "/masuk", 40, 4),
        (NOBODY, "/bantuan", 40, 4),
        (NOBODY, "/privasi", 40, 4),
        ("Siti", "/profil/koreksi", 40, 4),
        (NOBODY, "/v/{certificate}", 25, 4),
        ("Siti", "/tugas", 40, 4),
        ("Siti", "/modul/{module}/{practice}", 40, 4),
        ("Siti", "/hasil/1", 40, 4),
        ("Joko", "/ujian", 40, 4),
        ("Joko", "/ujian/{btt}", 40, 4),
        ("Joko", "/ujian/tinjau", 40, 4),
        ("Lina", "/ikrar", 40, 4),
    ],
)
def test_a_first_visit_is_light(page: Page, town: Town, name: str, place: str, most: int, requests: int) -> None:
    if name != NOBODY:
        sign_in(page, town.server.logins[name])
    meter = Meter()
    meter.watch(page)

    page.goto(town.address(place), wait_until="networkidle")

    assert set(meter.hosts) == {urlsplit(town.server.url).netloc}
    assert len(meter.hosts) <= requests
    assert 1 * KILO < meter.bytes <= most * KILO
    assert page.evaluate("document.fonts.size") == 0
