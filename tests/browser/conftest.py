"""A real browser before a real server, at a phone's width and a desktop's."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.browser.server import PASSWORD, Server, fill, make_server
from tests.databases import PostgresqlFactory, SqliteFactory, chosen_databases

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
)
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
SCREENSHOTS = Path(__file__).parent / "screenshots"


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
    yield browser
    browser.close()


@pytest.fixture(params=chosen_databases()[:1])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """A filled server of this test's own; on SQLite, except where a test asks for both."""
    factory: SqliteFactory | PostgresqlFactory = request.getfixturevalue(f"{request.param}_factory")
    with factory.database() as url:
        server = make_server(url, tmp_path)
        fill(server)
        server.start()
        yield server
        server.stop()


Open = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser, server: Server) -> Iterator[Open]:
    """Open a browser window: `open_page(width, javascript=False)`. Errors of scripts and of CSP fail the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_one(size: dict[str, int] = PHONE, *, javascript: bool = True) -> Page:
        context = chromium.new_context(
            base_url=server.url,
            viewport={"width": size["width"], "height": size["height"]},
            java_script_enabled=javascript,
            locale="id-ID",
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: note(message.type, message.text))
        return page

    def note(kind: str, text: str) -> None:
        if kind == "error" and "Content Security Policy" in text:
            complaints.append(text)

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


def sign_in(page: Page, login: str) -> None:
    page.goto("/masuk")
    page.get_by_label("NIP").fill(login)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.wait_for_load_state()


def picture(page: Page, name: str) -> None:
    """For people to look at: tests/browser/screenshots/<name>.png."""
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
