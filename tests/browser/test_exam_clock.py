"""The time left is the server's, however the phone's own clock is set and however long the phone sleeps."""

from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.test_autosave import BEGUN, PAPER, Foreign, Scripted, choose, context, expect_status, server

__all__ = ["context", "server"]

pytestmark = pytest.mark.browser

# The clocks of the phone: `phone.set` moves the one that people see; `phone.sleep` leaves the steady one behind.
PHONE = """(() => {
  let wall = 0, steady = 0;
  const [date, now] = [Date.now.bind(Date), performance.now.bind(performance)];
  Date.now = () => date() + wall;
  performance.now = () => now() + steady;
  const look = () => document.dispatchEvent(new Event("visibilitychange"));
  window.phone = {
    set: (minutes) => { wall += minutes * 60000; look(); },
    sleep: (minutes) => { wall += minutes * 60000; look(); },
    pass: (minutes) => { wall += minutes * 60000; steady += minutes * 60000; look(); },
  };
})()"""


@pytest.fixture
def page(context: BrowserContext, server: Scripted) -> Page:
    """Open a question with half an hour left."""
    server.ends_at = BEGUN + timedelta(minutes=30)
    page = context.new_page()
    page.add_init_script(PHONE)
    page.goto(f"{PAPER}#7")
    expect_left(page, "30 menit")
    return page


def expect_left(page: Page, text: str) -> None:
    expect(page.locator("[data-remaining]")).to_have_text(text)


def spend(page: Page, server: Scripted, minutes: int, how: str = "pass") -> None:
    server.now += timedelta(minutes=minutes)
    page.evaluate(f"phone.{how}({minutes})")


def test_time_passes_without_asking_the_server(page: Page, server: Scripted) -> None:
    spend(page, server, 12)

    expect_left(page, "18 menit")
    assert server.shown == 1


@pytest.mark.parametrize("minutes", [-60, 60])
def test_a_phone_whose_clock_is_set_shows_the_same_time_left(page: Page, server: Scripted, minutes: int) -> None:
    with page.expect_response(lambda response: "/ujian/kerjakan" in response.url):
        page.evaluate(f"phone.set({minutes})")
    expect_left(page, "30 menit")
    spend(page, server, 20)

    expect_left(page, "10 menit")
    assert server.shown == 2  # it was asked once, and that answer is enough


def test_a_phone_that_slept_shows_what_is_left_after_it(page: Page, server: Scripted) -> None:
    spend(page, server, 20, "sleep")

    expect_left(page, "10 menit")


def test_a_phone_that_slept_too_long_loads_the_page_that_says_so(page: Page, server: Scripted) -> None:
    with page.expect_event("load"):
        spend(page, server, 31, "sleep")

    expect_left(page, "habis")


def test_the_page_is_loaded_again_when_the_time_ends(page: Page, server: Scripted) -> None:
    spend(page, server, 29)
    expect_left(page, "kurang dari 1 menit")

    with page.expect_event("load"):
        spend(page, server, 2)


def test_at_five_minutes_a_queue_is_told_to_arrive_before_the_end(page: Page, server: Scripted) -> None:
    server.foreign = Foreign(502)
    choose(page, "b")
    expect_status(page, "Belum tersimpan. Menunggu sambungan.")
    spend(page, server, 26)

    told = page.locator("[data-clock-status]")
    expect(told).to_contain_text("jawaban harus sampai di server sebelum waktu habis")
    expect(told).to_have_class("offline")
    server.foreign = None
    page.evaluate("dispatchEvent(new Event('online'))")
    expect_status(page, "Tersimpan pukul 09.41 WITA")
    page.evaluate("phone.pass(0)")
    expect(told).to_have_class("visually-hidden")


def test_at_five_minutes_without_a_queue_only_readers_are_told(page: Page, server: Scripted) -> None:
    spend(page, server, 26)

    told = page.locator("[data-clock-status]")
    expect(told).to_have_text("Sisa waktu 5 menit. Jawaban Anda sudah tersimpan.")
    expect(told).to_have_class("visually-hidden")


def test_the_time_left_comes_from_the_next_save_and_not_from_a_portal(page: Page, server: Scripted) -> None:
    server.foreign = Foreign(200)
    with page.expect_response(lambda response: "/ujian/kerjakan" in response.url):
        spend(page, server, 20, "sleep")
    expect_left(page, "30 menit")
    server.foreign = None

    choose(page, "b")

    expect_status(page, "Tersimpan pukul 09.41 WITA")
    page.evaluate("phone.pass(0)")
    expect_left(page, "10 menit")


def test_more_time_arrives_with_the_next_save(page: Page, server: Scripted) -> None:
    server.ends_at = BEGUN + timedelta(minutes=45)

    choose(page, "b")

    expect_status(page, "Tersimpan pukul 09.41 WITA")
    expect(page.locator("[data-until]")).to_have_text(" pukul 10.26 WITA")
    page.evaluate("phone.pass(0)")
    expect_left(page, "45 menit")
    assert server.shown == 1
