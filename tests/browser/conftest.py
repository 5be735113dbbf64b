"""A real browser before a real server, at a phone's width and a desktop's."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, ViewportSize, expect, sync_playwright

from netral.web.edge import packing
from netral.web.edge.filters import STATIC
from tests.browser.journey import sign_in
from tests.browser.places import NOBODY, Town, settle
from tests.browser.server import Server, fill, make_server
from tests.databases import PostgresqlFactory, SqliteFactory, chosen_databases

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
)
expect.set_options(timeout=15_000)
PHONE = ViewportSize(width=360, height=740)
DESKTOP = ViewportSize(width=1280, height=900)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def compressed_static() -> None:
    """Pack static files as installing does, so that nobody is sent the packed form of an older file."""
    files = [file for file in STATIC.iterdir() if file.suffix in packing.WORTH_PACKING]
    if not all(is_newer(file.with_name(f"{file.name}.gz"), file) for file in files):
        packing.main()


def is_newer(file: Path, than: Path) -> bool:
    return file.exists() and file.stat().st_mtime >= than.stat().st_mtime


@pytest.fixture(scope="module")
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, compressed_static: None
) -> Iterator[Server]:
    """Return a filled server for the tests of one module, on the first database that is asked for."""
    factory: SqliteFactory | PostgresqlFactory = request.getfixturevalue(f"{chosen_databases()[0]}_factory")
    with factory.database() as url:
        server = make_server(url, tmp_path_factory.mktemp("data"))
        fill(server)
        try:
            server.start()
            yield server
        finally:
            server.kill()


Open = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser, server: Server) -> Iterator[Open]:
    """Open a browser window: `open_page(width, javascript=False)`. Errors of scripts and of CSP fail the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_one(size: ViewportSize = PHONE, *, javascript: bool = True) -> Page:
        context = chromium.new_context(
            base_url=server.url,
            viewport=size,
            java_script_enabled=javascript,
            locale="id-ID",
            timezone_id="Asia/Makassar",
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


Visit = Callable[[str], Page]


@pytest.fixture(scope="module")
def town(server: Server) -> Town:
    return settle(server)


@pytest.fixture(scope="module")
def visit(chromium: Browser, town: Town) -> Iterator[Visit]:
    """Return the window of a person, signed in once, on the screen of a phone."""
    pages: dict[str, Page] = {}

    def window_of(name: str) -> Page:
        if name not in pages:
            context = chromium.new_context(base_url=town.server.url, viewport=PHONE, locale="id-ID")
            context.set_default_timeout(15_000)
            pages[name] = context.new_page()
            if name != NOBODY:
                sign_in(pages[name], town.server.logins[name])
        pages[name].emulate_media(media="screen")
        pages[name].set_viewport_size(PHONE)
        return pages[name]

    yield window_of
    for page in pages.values():
        page.context.close()
