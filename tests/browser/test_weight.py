"""The cost of a page on a weak signal: bytes on the wire and requests, on the first visit."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PHONE
from tests.browser.journey import sign_in
from tests.browser.places import LEARNERS, NOBODY, PLACES, Town
from tests.browser.server import KODE

pytestmark = pytest.mark.browser

KILO = 1000
# The page, its style, its icon, the two scripts of every page, and those of a module: opening, parts, its own.
# And one picture, as those of pages that are not shown wait. Scripts and pictures are kept for a year.
MOST_REQUESTS = 9


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


@pytest.fixture
def page(chromium: Browser, town: Town) -> Iterator[Page]:
    context = chromium.new_context(base_url=town.server.url, viewport=PHONE)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", [name for name in (NOBODY, *LEARNERS) if name in PLACES])
def test_every_page_is_light_on_a_first_visit(name: str, page: Page, town: Town) -> None:
    """Public and learners' pages are light; a verdict on a certificate is lighter still, for strangers' sake."""
    if name != NOBODY:
        sign_in(page, town.server.logins[name])
    meter = Meter()
    meter.watch(page)
    heavy = []
    for place in PLACES[name]:
        meter.bytes, meter.hosts = 0, []
        page.goto(town.address(place), wait_until="networkidle")
        most = 25 if place.startswith("/v") else 40
        assert set(meter.hosts) == {urlsplit(town.server.url).netloc}, place
        assert meter.bytes > 1 * KILO, place
        assert page.evaluate("document.fonts.size") == 0
        if meter.bytes > most * KILO or len(meter.hosts) > MOST_REQUESTS:
            heavy.append(f"{place}: {meter.bytes / KILO:.1f} kB in {len(meter.hosts)} requests")

    assert heavy == []


def test_a_paper_is_light(page: Page, town: Town) -> None:
    """All twenty questions are one transfer; turning to later ones costs nothing more."""
    sign_in(page, town.server.logins["Joko"])
    page.goto(f"/ujian/kerjakan?periode={KODE}", wait_until="networkidle")
    size = page.evaluate("performance.getEntriesByType('navigation')[0].encodedBodySize")
    sys.stdout.write(f"paper of {page.locator('[data-question]').count()} questions: {size / KILO:.1f} kB\n")

    assert 1 * KILO < size <= 20 * KILO


def test_a_module_is_light(page: Page, town: Town) -> None:
    """All its pages travel packed, though the address names a period."""
    sign_in(page, town.server.logins["Siti"])
    answer = page.goto(town.address("/modul/{module}?periode=" + KODE))

    assert answer
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.request.sizes()["responseBodySize"] <= 25 * KILO


# The slow connection of Lighthouse: 150 ms there and back, 1.6 Mbit/s down, 0.75 up; a processor a quarter as fast.
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
MOST_MILLISECONDS = 2500
LARGEST_PAINT = """() => new Promise(resolve =>
  new PerformanceObserver(list => resolve(list.getEntries().at(-1).startTime))
    .observe({type: "largest-contentful-paint", buffered: true}))"""
MOST_SHIFT = 0.05
SHIFT = """() => new Promise(resolve => {
  let shift = 0;
  new PerformanceObserver(list => list.getEntries().forEach(entry => { shift += entry.value; }))
    .observe({type: "layout-shift", buffered: true});
  requestAnimationFrame(() => setTimeout(() => resolve(shift)));
})"""


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "place"),
    [
        (NOBODY, "/"),
        (NOBODY, "/v/{certificate}"),
        ("Siti", "/tugas"),
        ("Siti", "/modul/{module}"),
        ("Siti", "/modul/{module}#4"),
        ("Joko", "/ujian/kerjakan"),
    ],
)
def test_a_page_shows_itself_soon_on_a_slow_phone(name: str, place: str, page: Page, town: Town) -> None:
    if name != NOBODY:
        sign_in(page, town.server.logins[name])
    cdp = page.context.new_cdp_session(page)
    cdp.send("Network.enable")
    cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})
    cdp.send("Network.emulateNetworkConditions", SLOW)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": 4})

    page.goto(town.address(place), wait_until="networkidle")

    assert page.evaluate(LARGEST_PAINT) <= MOST_MILLISECONDS
    assert page.evaluate(SHIFT) <= MOST_SHIFT
