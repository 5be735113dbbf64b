"""An empty production instance with a clock of its own, and the people who work with it in their own browsers."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pyotp
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response, ViewportSize, expect

from netral import indonesian
from netral.settings import ROOT
from tests.browser.barriers import find_overflow, find_violations
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.journey import heading, picture
from tests.browser.server import PASSWORD, Server, free_port
from tests.faults.shifting import Shifted, give_clock

ZONE = ZoneInfo("Asia/Makassar")
SLOW_SECONDS = 2.0
"""From here on a page is told in the table beside the steps."""

PATIENCE = 60_000
"""Milliseconds to wait for a page of a busy machine."""

STEP = 30
"""Seconds for which a code of an authenticator is shown."""


@dataclass
class Week:
    """The instance, its clock, and what happened: seconds per step, faults of pages, slow pages."""

    server: Server
    clock: Shifted
    chromium: Browser
    name: str
    ahead: timedelta = timedelta()
    steps: list[tuple[str, float]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    slow: list[tuple[float, str]] = field(default_factory=list)
    looked_at: set[tuple[str, str]] = field(default_factory=set)
    away: bool = False

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def set_clock(self, moment: datetime) -> None:
        assert moment >= self.now(), "the clock of a week goes forward"
        self.ahead = timedelta(seconds=round((moment - datetime.now(UTC)).total_seconds()))
        self.clock.shift(self.ahead)

    def flask(self, *words: str) -> str:
        """Run a command as the README tells it, and return what it says."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", *words],
            cwd=ROOT,
            env=self.server.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        yield
        self.steps.append((name, time.monotonic() - started))

    def table(self) -> str:
        total = sum(seconds for _, seconds in self.steps)
        lines = [f"{self.name}: {len(self.steps)} steps in {total / 60:.1f} minutes"]
        lines += [f"{seconds:8.1f} s  {name}" for name, seconds in self.steps]
        lines += [f"{seconds:8.1f} s  page {address}" for seconds, address in sorted(self.slow, reverse=True)[:12]]
        return "\n".join(lines)


@contextmanager
def empty_instance(name: str, database_url: str, data_dir: Path, chromium: Browser) -> Iterator[Week]:
    """Yield an instance in which nothing was done yet, not even `flask db upgrade`."""
    port = free_port()
    server = Server(f"http://127.0.0.1:{port}", database_url, data_dir, port, {}, options=("--worker",))
    data_dir.mkdir(parents=True, exist_ok=True)
    server.environment |= production_environment(server)
    week = Week(server, give_clock(server), chromium, name)
    with (data_dir / "server.log").open("wb") as log:
        server.log = log.fileno()
        try:
            yield week
        finally:
            if server.process and server.process.poll() is None:
                server.kill()


def production_environment(server: Server) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("NETRAL_")}
    return inherited | {
        "PORT": str(server.port),
        "NETRAL_DATABASE_URL": server.database_url,
        "NETRAL_DATA_DIR": str(server.data_dir),
        "NETRAL_BASE_URL": server.url,
        "FLASK_APP": "app.py",
    }


@dataclass
class Person:
    """Somebody with a browser of their own, a password, and a telephone with an authenticator where they need one."""

    week: Week
    name: str
    login: str
    page: Page
    secret: str = ""
    used_step: int = 0

    def opens(self, address: str) -> None:
        self.page.goto(address)
        self.looks()

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.looks()

    def follows(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("link", name=name, exact=isinstance(name, str)).first.click()
        self.looks()

    def turns_to(self, name: str) -> None:
        """Choose from the menu, which may say how much waits there, unfolding it where the entry is folded."""
        label = re.compile(rf"^{re.escape(name)}( \([0-9]+\))?$")
        link = self.page.get_by_role("navigation", name="Menu utama").get_by_role("link", name=label)
        for fold in self.page.locator("header summary:visible").all():
            if not link.locator("visible=true").count():
                fold.click()
        link.locator("visible=true").first.click()
        self.looks()

    def sends(self, button: str, **values: str) -> None:
        """Fill fields, by their names, of the form that has this button, and press it."""
        press = self.page.get_by_role("button", name=button, exact=True).first
        form = self.page.locator("form").filter(has=press).first
        for name, value in values.items():
            form.locator(f'[name="{name}"]').fill(value)
        press.click()
        self.looks()

    def types(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).first.fill(text)

    def chooses(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).first.select_option(label=text)

    def ticks(self, label: str) -> None:
        self.page.get_by_label(label, exact=True).first.check(force=True)

    def searches(self, words: str, *, field: str, button: str) -> None:
        """Search with the form of the page."""
        self.page.get_by_label(field, exact=True).fill(words)
        self.presses(button)

    def unfolds(self, summary: str | re.Pattern[str]) -> None:
        self.page.locator("summary").filter(has_text=summary).first.click()

    def reads(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_role("main").get_by_text(text).locator("visible=true").first).to_be_visible(
            timeout=PATIENCE
        )

    def does_not_read(self, text: str) -> None:
        assert text not in self.page.get_by_role("main").inner_text()

    def arrives_at(self, title: str | re.Pattern[str]) -> None:
        expect(self.page.locator("h1")).to_have_text(title, timeout=PATIENCE)
        self.looks()

    def sends_file(self, label: str, file: Path) -> None:
        self.page.get_by_label(label, exact=True).set_input_files(file)

    def downloads(self, act: Callable[[], None]) -> bytes:
        with self.page.expect_download(timeout=120_000) as waiting:
            act()
        return Path(waiting.value.path()).read_bytes()

    def clicks_link(self, name: str | re.Pattern[str]) -> Callable[[], None]:
        return self.page.get_by_role("link", name=name).first.click

    # With the keyboard only.

    def reaches(self, control: Locator) -> None:
        """Press Tab until the control has the focus."""
        for _ in range(200):
            if control.evaluate("control => control === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches {control}")

    def types_over(self, label: str, text: str) -> None:
        self.reaches(self.page.get_by_label(label, exact=True).first)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def types_day(self, label: str, day: datetime) -> None:
        """Type a day in the order of this browser's own language, which shows in the control."""
        control, at = self.page.get_by_label(label, exact=True).first, day.astimezone(ZONE)
        self.reaches(control)
        for order in ("%d%m%Y", "%m%d%Y"):
            self.page.keyboard.type(at.strftime(order))
            if control.input_value() == sent(day):
                return
            for _ in range(2):
                self.page.keyboard.press("ArrowLeft")
        raise AssertionError(f"{label} holds {control.input_value()}")

    def enters(self, role: str, name: str | re.Pattern[str]) -> None:
        """Reach a link or a button, and press Enter on it."""
        control = self.page.get_by_role("link" if role == "link" else "button", name=name).first
        self.reaches(control)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.looks()

    # Signing in.

    def sets_password(self, code: str) -> None:
        self.opens("/aktivasi")
        self.types("NIP atau nama masuk", self.login)
        self.types("Kode sekali pakai", code)
        self.types("Kata sandi baru", PASSWORD)
        self.presses("Simpan dan masuk")
        self.leaves("/aktivasi")

    def signs_in(self) -> None:
        self.opens("/masuk")
        self.types("NIP atau nama masuk", self.login)
        self.types("Kata sandi", PASSWORD)
        self.presses("Masuk")
        self.leaves("/masuk")
        if self.secret:
            self.types("Kode enam angka dari aplikasi autentikator", self.code())
            self.presses("Lanjut")
            self.leaves("/masuk/kode")

    def leaves(self, path: str) -> None:
        """Wait for the next page, to which the script of a form leads on by itself."""
        self.page.wait_for_url(lambda url: urlsplit(url).path != path)
        self.looks()

    def installs_authenticator(self) -> None:
        if self.page.get_by_label("Kata sandi Anda").count():
            self.types("Kata sandi Anda", PASSWORD)
        self.presses("Mulai memasang")
        address = self.page.get_by_role("link", name="Tambahkan ke aplikasi di ponsel ini").get_attribute("href")
        self.secret = pyotp.parse_uri(address or "").secret
        self.types("Kode enam angka dari aplikasi autentikator", self.code())
        self.presses("Pasang autentikator")
        self.presses("Buat kode pemulihan")
        self.arrives_at("Kode pemulihan Anda")
        self.follows("Kode sudah saya simpan")

    def code(self) -> str:
        """Return what the telephone shows; if that was used, wait in the week's own time until it shows the next."""
        if int(self.week.now().timestamp()) // STEP <= self.used_step:
            self.week.set_clock(datetime.fromtimestamp((self.used_step + 1) * STEP + 1, UTC))
        self.used_step = int(self.week.now().timestamp()) // STEP
        return pyotp.TOTP(self.secret).at(self.week.now())

    def proves(self) -> None:
        """Give password and code once more where the page asks for them."""
        if self.page.get_by_label("Kata sandi Anda").count():
            self.types("Kata sandi Anda", PASSWORD)
        if self.page.get_by_label("Kode enam angka dari aplikasi autentikator").count():
            self.types("Kode enam angka dari aplikasi autentikator", self.code())

    # Looking.

    def looks(self) -> None:
        """Look for barriers on a page that this person has not looked at, and keep a picture of it."""
        self.page.wait_for_load_state()
        place = (self.name, place_of(self.page))
        if place in self.week.looked_at:
            return
        self.week.looked_at.add(place)
        number = len(self.week.looked_at)
        picture(self.page, f"week/{number:03d}-{self.name.split()[0].lower()}-{slug(place[1])}")
        barriers = [*find_violations(self.page), *find_overflow(self.page)]
        self.week.faults += [f"{self.name} {place[1]}: {barrier}" for barrier in barriers]


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60]


def place_of(page: Page) -> str:
    """Return the kind of page: its path without numbers, and its heading where one address has several."""
    path = re.sub(r"/(\d+|[0-9a-z]{26})\b", "/#", urlsplit(page.url).path)
    return f"{path} {re.sub('[0-9.]+', '#', heading(page))}"


def meets(week: Week, name: str, login: str, size: ViewportSize = DESKTOP) -> Person:
    """Return a person with a new browser, whose complaints and slow pages the week keeps."""
    context = week.chromium.new_context(
        base_url=week.server.url, viewport=size, locale="id-ID", timezone_id="Asia/Makassar", has_touch=size is PHONE
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()

    def hear(message: ConsoleMessage) -> None:
        # The status of an answer is judged below.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text and not week.away:
            week.faults.append(f"{name} {urlsplit(page.url).path}: {message.text}")

    def judge(answer: Response) -> None:
        if answer.status >= 400:
            week.faults.append(f"{name} {urlsplit(answer.url).path}: status {answer.status}")

    def measure(request: Request) -> None:
        seconds = request.timing["responseEnd"] / 1000
        if request.is_navigation_request() and seconds > SLOW_SECONDS:
            week.slow.append((seconds, f"{request.method} {re.sub(r'/[0-9]+', '/#', urlsplit(request.url).path)}"))

    page.on("console", hear)
    page.on("pageerror", lambda error: week.faults.append(f"{name} {urlsplit(page.url).path}: {error}"))
    page.on("response", judge)
    page.on("requestfinished", measure)
    return Person(week, name, login, page)


def sent(day: datetime) -> str:
    """Return a day as a browser sends it: 2026-12-07."""
    return day.astimezone(ZONE).date().isoformat()


def shown(day: datetime) -> str:
    """Return a day as pages show it: 7 Desember 2026."""
    return indonesian.day(day.astimezone(ZONE).date())
