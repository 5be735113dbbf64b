"""The exam's script and every possible answer of a server: the test gives the browser each page and answer."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, Route, expect

from netral.quiz.questions import lay_out
from netral.web.edge.filters import STATIC
from tests.web.test_macros import MULTIPLE, environment

pytestmark = pytest.mark.browser

PAPER = "/ujian/kerjakan?periode=pilkada"
SIZE = 8
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
SAVED_AT = "2026-11-24T01:41:00+00:00"
BEGUN = datetime(2026, 11, 24, 1, 41, tzinfo=UTC)
PORTAL = "<!doctype html><title>Wi-Fi Bandara</title><h1>Selamat datang</h1>"


@dataclass(frozen=True)
class Foreign:
    """An answer that a machine between the phone and the server gives in the server's place."""

    status: int
    body: str = PORTAL
    kind: str = "text/html"
    location: str | None = None


@dataclass
class Scripted:
    """The server's part: `status` answers the next saves; every request is recorded in order.

    `foreign`, if set, answers everything instead. While `held` is a list, requests wait in it
    for the test. `now` is the server's time, `ends_at` the end of a timed exam.
    """

    status: int = 200
    foreign: Foreign | None = None
    now: datetime = BEGUN
    ends_at: datetime | None = None
    shown: int = 0
    newer: dict[str, Any] | None = None
    stored: dict[int, int] = field(default_factory=dict)
    saves: list[dict[str, list[str]]] = field(default_factory=list)
    handed_in: int = 0
    held: list[tuple[Route, Request]] | None = None

    def answer(self, route: Route, request: Request) -> None:
        path = urlsplit(request.url).path
        if self.held is not None:
            self.held.append((route, request))
        elif self.foreign:
            to = {"Location": self.foreign.location} if self.foreign.location else {}
            headers = {"Content-Type": self.foreign.kind, **to}
            route.fulfill(status=self.foreign.status, body=self.foreign.body, headers=headers)
        elif path.startswith("/static/"):
            file = STATIC / path.removeprefix("/static/")
            route.fulfill(body=file.read_text(), content_type=KINDS[file.suffix])
        elif request.method == "POST" and path.endswith("kumpulkan"):
            self.handed_in += 1
            route.fulfill(body="<title>Hasil</title><h1>Hasil</h1>", content_type="text/html")
        elif request.method == "POST":
            self.save(route, request, int(path.rsplit("/", 1)[1]))
        else:
            route.fulfill(body=self.page(), content_type="text/html")

    def page(self) -> str:
        """Draw a paper of equal questions, as a person in Makassar is shown it."""
        self.shown += 1
        face = lay_out(MULTIPLE, by_place=False).face()
        about = {"face": face, "answer": {}, "doubtful": False, "complete": False, "saved_at": None, "seconds": 0}
        questions = [
            SimpleNamespace(slot=slot, sequence=self.stored.get(slot, 0), **about) for slot in range(1, SIZE + 1)
        ]
        paper = SimpleNamespace(
            questions=questions,
            unanswered=list(range(1, SIZE + 1)),
            limited=self.ends_at is not None,
            ends_at=self.ends_at,
            enrolled=SimpleNamespace(period=SimpleNamespace(nama="Pilkada")),
        )
        return (
            environment()
            .get_template("ujian/kerjakan.html")
            .render(
                paper=paper,
                attempt_key="p1",
                size=SIZE,
                states={each.slot: ("belum",) for each in questions},
                counts={"terjawab": 0, "ragu": 0, "belum": SIZE},
                shown={each.slot: "" for each in questions},
                now=self.now,
                zona=ZoneInfo("Asia/Makassar"),
                person_mark="siti",
            )
        )

    def save(self, route: Route, request: Request, slot: int) -> None:
        fields = parse_qs(request.post_data or "")
        self.saves.append(fields)
        body: dict[str, Any] = {"saved": True, "seq": int(fields["urutan"][0]), "saved_at": SAVED_AT, "answer": {}}
        if self.ends_at:
            body["ends_at"] = self.ends_at.isoformat()
        body.update(self.newer or {})
        if self.status == 409:
            body["saved"] = False
        elif self.status != 200:
            body = {"error": "Judul", "message": "Penjelasan."}
        else:
            self.stored[slot] = int(body["seq"])
        headers = {"Content-Type": "application/json", "Date": format_datetime(self.now, usegmt=True)}
        route.fulfill(status=self.status, body=json.dumps(body), headers=headers)


@pytest.fixture
def server() -> Scripted:
    return Scripted()


@pytest.fixture
def context(chromium: Browser, server: Scripted) -> Iterator[BrowserContext]:
    context = chromium.new_context(base_url="http://netral.test", viewport={"width": 360, "height": 740})
    context.set_default_timeout(10_000)
    context.route("**/*", server.answer)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto(f"{PAPER}#7")
    return page


def here(page: Page) -> Locator:
    """Return the question that is shown."""
    return page.locator("[data-question]:not([hidden])")


def choose(page: Page, name: str) -> None:
    here(page).get_by_text(f"Pilihan {name}").click()


def queued(page: Page) -> list[str]:
    keys: list[str] = page.evaluate("Object.keys(localStorage)")
    return sorted(keys)


def expect_status(page: Page, text: str) -> None:
    expect(page.locator("[data-status]")).to_have_text(text)


def test_a_choice_is_saved_and_the_time_is_that_of_the_instansi(page: Page, server: Scripted) -> None:
    choose(page, "b")

    expect_status(page, "Tersimpan pukul 09.41 WITA")
    about = {"periode": ["pilkada"], "percobaan": ["p1"], "urutan": ["1"]}
    (saved,) = server.saves
    assert saved.pop("lama")[0] in {"0", "1", "2"}
    assert saved == {"jawaban": ["b"], "csrf_token": ["token"], **about}
    assert queued(page) == []


def test_the_page_itself_then_posts_a_later_sequence(page: Page) -> None:
    choose(page, "b")
    expect_status(page, "Tersimpan pukul 09.41 WITA")

    assert page.locator('[name="s7.urutan"]').input_value() == "2"


def test_a_newer_answer_from_elsewhere_is_shown(page: Page, server: Scripted) -> None:
    server.newer = {"saved": False, "seq": 9, "answer": {"jawaban": ["c", "d"]}}
    choose(page, "a")

    expect_status(page, "Jawaban soal 7 diubah dari perangkat lain pukul 09.41 WITA.")
    assert here(page).locator('input[name="s7.jawaban"]:checked').evaluate_all("all => all.map(one => one.value)") == [
        "c",
        "d",
    ]
    assert page.locator('[name="s7.urutan"]').input_value() == "10"


def test_the_same_answer_sent_twice_alarms_nobody(page: Page, server: Scripted) -> None:
    server.newer = {"saved": False, "seq": 9, "answer": {"jawaban": ["a"]}}
    choose(page, "a")

    expect_status(page, "Tersimpan pukul 09.41 WITA")


@pytest.mark.parametrize(
    ("status", "text", "left"),
    [
        (
            400,
            "Halaman ini terlalu lama terbuka. Jawaban Anda masih ada di ponsel ini; muat ulang halaman. Muat ulang",
            1,
        ),
        (
            401,
            "Sesi Anda berakhir. Jawaban disimpan di ponsel ini dan dikirim setelah Anda masuk lagi. Masuk lagi",
            1,
        ),
        (409, "Ujian sudah ditutup. Jawaban terakhir tidak ikut tersimpan. Lihat hasil", 0),
        (503, "Gagal tersimpan. Jawaban ada di ponsel ini dan dikirim lagi otomatis.", 1),
    ],
)
def test_a_refused_save_is_told_and_kept(page: Page, server: Scripted, status: int, text: str, left: int) -> None:
    server.status = status
    choose(page, "a")

    expect_status(page, text)
    assert len(queued(page)) == left


def test_a_failed_save_is_tried_again_by_itself(page: Page, server: Scripted) -> None:
    server.status = 503
    choose(page, "a")
    expect_status(page, "Gagal tersimpan. Jawaban ada di ponsel ini dan dikirim lagi otomatis.")
    server.status = 200

    expect_status(page, "Tersimpan pukul 09.41 WITA")
    assert queued(page) == []


def test_a_choice_without_signal_outlives_its_page(page: Page, context: BrowserContext, server: Scripted) -> None:
    context.set_offline(True)
    context.unroute_all()
    choose(page, "d")
    expect_status(page, "Belum tersimpan. Menunggu sambungan.")
    expect(page.locator("[data-offline]")).to_be_visible()
    page.close()
    context.set_offline(False)
    context.route("**/*", server.answer)

    again = context.new_page()
    again.goto(f"{PAPER}#7")

    expect_status(again, "Tersimpan pukul 09.41 WITA")
    expect(here(again).get_by_label("Pilihan d")).to_be_checked()
    assert [save["jawaban"] for save in server.saves] == [["d"]]


def test_the_queue_of_another_attempt_goes_out_under_its_own_name(page: Page, server: Scripted) -> None:
    """A page of an earlier version, which did not store the period, left the queue."""
    page.evaluate(
        """localStorage.setItem("netral:p0:3", JSON.stringify(
            {action: "/ujian/3", sequence: 1, fields: [["jawaban", "a"]], at: 0}))"""
    )
    page.goto("about:blank")
    page.goto(f"{PAPER}#8")
    choose(page, "b")

    expect_status(page, "Tersimpan pukul 09.41 WITA")
    assert [(save["percobaan"], save["jawaban"]) for save in server.saves] == [(["p0"], ["a"]), (["p1"], ["b"])]
    assert queued(page) == []


JSON = "application/json"
OTHERS = [
    Foreign(200),
    Foreign(302, location="http://portal.test/masuk"),
    Foreign(307, location="/masuk"),
    *(Foreign(status) for status in (400, 401, 403, 404, 409, 429, 500, 502, 503, 511)),
    *(
        Foreign(409, body, JSON)
        for body in ("{}", "null", '{"error": "Conflict", "message": "busy"}', '{"saved": true}')
    ),
    *(Foreign(200, body, JSON) for body in ("", "null", "[]", "{}", '{"saved": "ya"}', '{"status": "ok"}', "true")),
    Foreign(200, '{"saved": false}', JSON),
    Foreign(200, '{"saved": false, "seq": 0, "answer": {}}', JSON),
    Foreign(200, '{"saved": true, "seq": 7, "answer": {}}', JSON),
    Foreign(401, '{"message": "Unauthorized"}', JSON),
    Foreign(503, "{}", JSON),
]


@pytest.mark.parametrize("foreign", OTHERS, ids=lambda each: f"{each.status}-{each.body[:20]}")
def test_a_foreign_answer_does_not_count_as_saved(page: Page, server: Scripted, foreign: Foreign) -> None:
    server.foreign = foreign
    choose(page, "b")
    expect_status(page, "Belum tersimpan. Menunggu sambungan.")
    expect(page.locator("[data-offline]")).to_be_visible()
    assert queued(page) == ["netral:p1:7"]
    expect(here(page).get_by_label("Pilihan b")).to_be_checked()

    server.foreign = None
    page.evaluate("dispatchEvent(new Event('online'))")

    expect_status(page, "Tersimpan pukul 09.41 WITA")
    assert [save["jawaban"] for save in server.saves] == [["b"]]
    assert queued(page) == []


def test_saving_behind_a_portal_is_retried_by_itself(page: Page, server: Scripted) -> None:
    server.foreign = Foreign(200)
    choose(page, "b")
    expect_status(page, "Belum tersimpan. Menunggu sambungan.")
    server.foreign = None

    expect_status(page, "Tersimpan pukul 09.41 WITA")


def test_handing_in_waits_for_what_is_still_queued(page: Page, server: Scripted) -> None:
    server.status = 401
    choose(page, "a")
    expect(page.locator("[data-status]")).to_contain_text("Sesi Anda berakhir")
    page.evaluate("location.hash = 'kumpulkan'")
    expect(page.locator("[data-status]")).to_contain_text("Sesi Anda berakhir")
    server.status = 200
    page.get_by_role("button", name="Kumpulkan jawaban").click()

    expect(page).to_have_title("Hasil")
    assert server.handed_in == 1
    assert server.saves[-1]["jawaban"] == ["a"]
    assert queued(page) == []


def test_handing_in_after_the_session_has_ended_leads_to_signing_in(page: Page, server: Scripted) -> None:
    server.status = 401
    choose(page, "a")
    page.evaluate("location.hash = 'kumpulkan'")
    page.get_by_role("button", name="Kumpulkan jawaban").click()

    expect(page.locator("[data-status]")).to_contain_text("Sesi Anda berakhir")
    expect(page.get_by_role("link", name="Masuk lagi")).to_be_visible()
    assert len(queued(page)) == 1


def test_the_review_has_no_button_that_leads_to_itself(page: Page) -> None:
    to_review = page.get_by_role("button", name="Tinjau semua jawaban").locator("visible=true")
    page.locator(".map-fold summary").click()
    expect(to_review).to_have_count(1)
    to_review.click()
    expect(page.get_by_role("heading", name="Tinjau sebelum mengumpulkan")).to_be_visible()
    page.locator(".map-fold summary").click()
    expect(to_review).to_have_count(0)

    page.get_by_role("button", name="Lanjut ke pengumpulan").click()
    expect(page.get_by_role("button", name="Kembali meninjau")).to_be_visible()


def test_a_double_press_hands_in_once(page: Page, server: Scripted) -> None:
    page.evaluate("location.hash = 'kumpulkan'")
    page.get_by_role("button", name="Kumpulkan jawaban").dblclick(no_wait_after=True)

    expect(page).to_have_title("Hasil")
    assert server.handed_in == 1


def wait_for_held(page: Page, server: Scripted) -> tuple[Route, Request]:
    """Return the next request of the page that the server holds back."""
    for _ in range(200):
        if server.held:
            return server.held.pop()
        page.wait_for_timeout(50)
    raise AssertionError("nothing was asked for")


def test_a_page_that_a_save_overtook_shows_what_was_saved(page: Page, server: Scripted) -> None:
    """The page is drawn before the save arrives, and reaches the phone after the save was acknowledged."""
    choose(page, "a")
    expect_status(page, "Tersimpan pukul 09.41 WITA")
    other = page.context.new_page()
    other.goto("/static/favicon.svg")
    server.held = []
    choose(page, "b")
    save = wait_for_held(page, server)
    page.evaluate("setTimeout(() => location.reload())")
    reload, _ = wait_for_held(page, server)
    drawn = server.page()
    server.held = None
    server.answer(*save)
    other.wait_for_function("localStorage.length === 0", polling=100)
    with page.expect_event("load"):
        reload.fulfill(body=drawn, content_type="text/html")

    expect(here(page).get_by_label("Pilihan a")).to_be_checked()
    expect(here(page).get_by_label("Pilihan b")).to_be_checked()
    choose(page, "c")
    expect_status(page, "Tersimpan pukul 09.41 WITA")
    assert [(save["urutan"], save["jawaban"]) for save in server.saves] == [
        (["1"], ["a"]),
        (["2"], ["a", "b"]),
        (["3"], ["a", "b", "c"]),
    ]
    page.reload()
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_a_double_press_does_not_hand_in_over_answers_that_wait(page: Page, server: Scripted) -> None:
    """A double press is over before anybody has read that something would be lost."""
    server.status = 503
    choose(page, "a")
    expect_status(page, "Gagal tersimpan. Jawaban ada di ponsel ini dan dikirim lagi otomatis.")
    page.evaluate("location.hash = 'kumpulkan'")
    button = page.get_by_role("button", name="Kumpulkan jawaban")
    button.click(click_count=2, delay=20)
    button.click(no_wait_after=True)
    expect(page.locator("[data-status]")).to_contain_text("Tekan sekali lagi hanya bila jawaban itu boleh hilang.")

    assert server.handed_in == 0
    page.wait_for_timeout(1000)
    button.click()
    expect(page).to_have_title("Hasil")


def test_a_choice_after_the_warning_is_waited_for_as_well(page: Page, server: Scripted) -> None:
    server.status = 503
    choose(page, "a")
    page.evaluate("location.hash = 'kumpulkan'")
    page.get_by_role("button", name="Kumpulkan jawaban").click()
    expect(page.locator("[data-status]")).to_contain_text("Tekan sekali lagi hanya bila jawaban itu boleh hilang.")
    page.wait_for_timeout(1000)
    page.evaluate("location.hash = '6'")
    choose(page, "b")
    page.evaluate("location.hash = 'kumpulkan'")
    page.get_by_role("button", name="Kumpulkan jawaban").click()
    expect(page.locator("[data-status]")).to_contain_text("Tekan sekali lagi hanya bila jawaban itu boleh hilang.")
    assert server.handed_in == 0

    server.status = 200
    page.get_by_role("button", name="Kumpulkan jawaban").click()

    expect(page).to_have_title("Hasil")
    assert sorted(save["jawaban"] for save in server.saves[-2:]) == [["a"], ["b"]]


def test_a_full_phone_still_saves(page: Page, server: Scripted) -> None:
    """An answer that does not fit into the storage of the phone waits on the page itself."""
    page.evaluate(
        """() => { for (let size = 4000000; size >= 1; size = Math.floor(size / 2))
        try { for (let n = 0; ; n++) localStorage["x" + size + "." + n] = "x".repeat(size); } catch (error) {} }"""
    )
    server.status = 503
    choose(page, "a")
    expect_status(page, "Gagal tersimpan. Jawaban ada di ponsel ini dan dikirim lagi otomatis.")
    server.status = 200

    expect_status(page, "Tersimpan pukul 09.41 WITA")
    assert server.saves[-1]["jawaban"] == ["a"]


def test_what_another_tab_chooses_while_a_save_is_on_its_way_is_sent(page: Page, server: Scripted) -> None:
    other = page.context.new_page()
    other.goto(f"{PAPER}#7")
    server.held = []
    choose(page, "a")
    first = wait_for_held(page, server)
    expect(here(other).get_by_label("Pilihan a")).to_be_checked()
    choose(other, "b")
    wait_for_held(other, server)[0].abort()
    expect_status(other, "Belum tersimpan. Menunggu sambungan.")
    expect(here(page).get_by_label("Pilihan b")).to_be_checked()
    other.close()
    server.held = None
    server.answer(*first)

    expect_status(page, "Tersimpan pukul 09.41 WITA")
    page.wait_for_function("localStorage.length === 0")
    assert [save["jawaban"] for save in server.saves] == [["a"], ["a", "b"]]
