"""A module is one document: read page by page with a script, whole without one, and no page read is forgotten."""

import json
import re
import time
from email.utils import formatdate
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error, Page, Request, Route, expect
from sqlalchemy import select

from netral.learning.editions.models import ModuleVersion
from netral.learning.periods.models import Enrolment
from netral.learning.study.models import PageReached
from tests.browser.conftest import DESKTOP, Open
from tests.browser.journey import follow, give_the_password, heading, picture, practise, press, sign_in
from tests.browser.learners import Learner
from tests.browser.server import KODE, Server
from tests.browser.test_ended_session import end_session

pytestmark = pytest.mark.browser

FEEDBACK = re.compile("^(Sesuai|Sebagian sesuai|Belum sesuai)$")
DAY = 24 * 3600
UNSENT = "Belum tersimpan. Menunggu sambungan."


class Reader:
    """A learner on page 1 of the first module, whose pages count from 1 to `last`; `begins`: one stands before them."""

    def __init__(self, server: Server, page: Page, name: str, *, at: str = "") -> None:
        self.learner, self.page = Learner(server, name), page
        with server.session() as session:
            statement = select(ModuleVersion.slug, ModuleVersion.page_count).order_by(ModuleVersion.position)
            self.slug, self.last = session.execute(statement).first() or ("", 0)
        self.posts: list[str] = []
        page.on("request", self.note)
        sign_in(page, self.learner.login, f"/modul/{self.slug}")
        self.begins = page.locator(".page[id='0']").count()
        if at:
            page.goto(f"/modul/{self.slug}?periode={KODE}{at}")
        elif page.locator(".page[id='0'] button[data-to]:visible").count():
            press(page, "Lanjut")

    def note(self, request: Request) -> None:
        if request.method == "POST" and urlsplit(request.url).path == f"/modul/{self.slug}":
            self.posts.append(request.post_data or "")

    def reached(self) -> list[int]:
        with self.learner.server.session() as session:
            own = select(Enrolment.id).where(Enrolment.asn_id == self.learner.asn_id(session))
            statement = select(PageReached.number).where(PageReached.enrolment_id.in_(own)).order_by(PageReached.number)
            return list(session.scalars(statement))

    def every_page(self) -> list[int]:
        return list(range(1, self.last + 1))

    def turn_to_the_end(self) -> None:
        for number in range(2, self.last + 1):
            press(self.page, "Lanjut")
            self.expect_page(number)

    def expect_page(self, number: int) -> None:
        expect(self.page.locator(f".page[id='{number}']")).to_be_visible()
        expect(self.page.locator(".page:visible")).to_have_count(1)

    def expect_done(self) -> None:
        expect(self.page.get_by_text("Modul selesai dibaca.")).to_be_visible()
        expect(self.page.get_by_text(f"{self.last} halaman dibaca", exact=True)).to_be_visible()

    def wait_until_sent(self) -> None:
        self.page.wait_for_function("() => !Object.keys(localStorage).some(key => key.startsWith('netral:baca:'))")


def cut(page: Page) -> None:
    page.context.set_offline(True)


def mend(page: Page) -> None:
    page.context.set_offline(False)


def test_a_module_is_read_with_one_request_and_recorded_with_another(server: Server, open_page: Open) -> None:
    reader = Reader(server, open_page(), "Siti")
    asked: list[str] = []
    reader.page.on("request", lambda request: asked.append(f"{request.method} {urlsplit(request.url).path}"))

    reader.turn_to_the_end()
    press(reader.page, "Selesai membaca")
    reader.expect_done()

    assert reader.reached() == reader.every_page()
    assert [each for each in asked if "/static/" not in each and "/gambar/" not in each] == [
        f"POST /modul/{reader.slug}",
        "GET /tugas",
    ]


def test_every_page_says_its_place_and_takes_the_focus(server: Server, open_page: Open) -> None:
    reader = Reader(server, open_page(), "Joko")
    page = reader.page
    expect(page).to_have_title(re.compile(f"^.+ – {re.escape(heading(page))} – Netralitas ASN$"))
    first = page.title()
    press(page, "Lanjut")

    focused = page.locator(":focus")
    expect(focused).to_have_attribute("id", "judul-2")
    described = page.locator(f"[id='{focused.get_attribute('aria-describedby')}']")
    expect(described).to_contain_text(f"Halaman 2 dari {reader.last} · sekitar ")
    expect(described.get_by_role("progressbar")).to_have_attribute("value", "2")
    expect(described).to_be_in_viewport()
    assert page.title() != first
    assert page.title().startswith(focused.inner_text())


def test_the_buttons_of_the_browser_turn_pages_back_and_forth(server: Server, open_page: Open) -> None:
    reader = Reader(server, open_page(), "Lina")
    page = reader.page
    press(page, "Lanjut")
    press(page, "Lanjut")
    assert urlsplit(page.url).fragment == "3"

    page.go_back()
    reader.expect_page(2)
    page.go_back()
    reader.expect_page(1)
    page.go_forward()
    reader.expect_page(2)
    press(page, "Sebelumnya")
    reader.expect_page(1)
    page.reload()
    reader.expect_page(1)


@pytest.mark.parametrize("damaged", ["#%", "#%E0%A4%A", "#tidak-ada"])
def test_a_damaged_address_shows_one_page_and_turns_to_others(server: Server, open_page: Open, damaged: str) -> None:
    reader = Reader(server, open_page(), "Lina", at=damaged)
    expect(reader.page.locator(".page:visible")).to_have_count(1)

    reader.page.evaluate("location.hash = '2'")
    reader.expect_page(2)


def test_a_letter_in_the_feedback_stands_apart_from_its_option(server: Server, open_page: Open) -> None:
    page = Reader(server, open_page(), "Putri").page
    practise(page)
    letters = page.locator(".reviewed-text .letter:visible")
    assert letters.count() > 0
    assert not any(letters.evaluate_all("letters => letters.map(letter => letter.scrollWidth > letter.clientWidth)"))


def test_a_module_opens_where_its_reader_left_off(server: Server, open_page: Open) -> None:
    reader = Reader(server, open_page(), "Made")
    page = reader.page
    press(page, "Lanjut")
    press(page, "Lanjut")
    follow(page, "Tugas saya")
    expect(page.get_by_text(f"2 dari {reader.last} halaman dibaca")).to_be_visible()

    page.get_by_role("link", name="Lanjutkan: ").click()
    reader.expect_page(3)
    page.goto(f"/modul/{reader.slug}")
    reader.expect_page(3)


def test_pages_that_are_passed_over_do_not_count_as_read(server: Server, open_page: Open) -> None:
    reader = Reader(server, open_page(), "Nur")
    page = reader.page
    press(page, "Lanjut")
    page.get_by_text("Daftar isi modul").click()
    expect(page.get_by_text("(sudah dibaca)").locator("visible=true")).to_have_count(1)
    page.locator("[data-contents] a").last.click()
    reader.expect_page(reader.last)
    expect(page.locator("[data-contents] [aria-current]")).to_have_attribute("href", f"#{reader.last}")
    press(page, "Selesai membaca")

    skipped = reader.last - 2
    expect(page.get_by_text(f"Dibaca sampai halaman terakhir, {skipped} halaman dilewati")).to_be_visible()
    assert reader.reached() == [1, reader.last]


def test_reading_goes_on_without_a_signal_and_is_recorded_when_it_is_back(server: Server, open_page: Open) -> None:
    reader = Reader(server, open_page(), "Oki")
    page = reader.page
    cut(page)
    expect(page.locator("[data-offline]")).to_be_visible()
    picture(page, "modul-tanpa-sambungan")
    reader.turn_to_the_end()
    press(page, "Selesai membaca")
    expect(page.locator("[data-status]")).to_have_text(UNSENT)
    assert reader.reached() == []

    mend(page)

    reader.expect_done()
    assert reader.reached() == reader.every_page()


@pytest.mark.parametrize(("name", "finished"), [("Putri", False), ("Rahmat", True)])
def test_pages_read_without_a_signal_outlive_the_tab(
    server: Server, open_page: Open, name: str, *, finished: bool
) -> None:
    reader = Reader(server, open_page(), name)
    page = reader.page
    cut(page)
    reader.turn_to_the_end()
    if finished:
        press(page, "Selesai membaca")
        expect(page.locator("[data-status]")).to_have_text(UNSENT)
    page.close()
    mend(page)

    reader.page = page.context.new_page()
    reader.page.goto("/tugas")

    read = reader.every_page() if finished else reader.every_page()[:-1]
    words = f"{reader.last} halaman dibaca" if finished else f"{reader.last - 1} dari {reader.last} halaman dibaca"
    expect(reader.page.get_by_text(re.compile(f"(^|, ){words}$"))).to_be_visible()
    assert reader.reached() == read
    assert reader.page.evaluate("Object.keys(localStorage)") == []


def test_a_portal_takes_nothing_that_was_read(server: Server, open_page: Open) -> None:
    reader = Reader(server, open_page(), "Sari")
    page = reader.page
    page.route("**/modul/*", answer_as_a_portal)
    reader.turn_to_the_end()
    press(page, "Selesai membaca")
    expect(page.locator("[data-status]")).to_have_text(UNSENT)

    page.unroute_all()

    reader.expect_done()
    assert reader.reached() == reader.every_page()


def answer_as_a_portal(route: Route) -> None:
    route.fulfill(status=200, body='{"saved": true}', content_type="application/json")


def test_progress_is_sent_at_most_once_a_minute_and_when_the_reader_leaves(server: Server, open_page: Open) -> None:
    page = open_page()
    page.clock.install()
    reader = Reader(server, page, "Tono")
    for number in (2, 3, 4):
        press(page, "Lanjut")
        reader.expect_page(number)
    assert reader.posts == []

    page.clock.fast_forward("01:01")
    reader.wait_until_sent()
    assert (len(reader.posts), reader.reached()) == (1, [1, 2, 3])
    press(page, "Lanjut")
    page.clock.fast_forward("00:30")
    assert len(reader.posts) == 1
    page.goto("/bantuan")
    reader.wait_until_sent()

    assert reader.reached() == [1, 2, 3, 4]


def test_a_session_that_ended_while_reading_loses_nothing(server: Server, open_page: Open) -> None:
    reader = Reader(server, open_page(), "Umi")
    page = reader.page
    reader.turn_to_the_end()
    page.context.clear_cookies()
    press(page, "Selesai membaca")
    expect(page.locator("[data-status]")).to_contain_text("Sesi Anda berakhir.")
    assert reader.reached() == []

    follow(page, "Masuk lagi")
    sign_in(page, reader.learner.login, f"/modul/{reader.slug}?periode={KODE}")

    reader.expect_done()
    assert reader.reached() == reader.every_page()


def test_the_keyboard_reads_and_practises(server: Server, open_page: Open) -> None:
    reader = Reader(server, open_page(DESKTOP), "Vina")
    page = reader.page
    for number in range(2, reader.last + 1):
        press_by_keyboard(page, "Lanjut")
        reader.expect_page(number)
        expect(page.locator(":focus")).to_have_attribute("id", f"judul-{number}")
        practice = page.locator(".page:visible form.practice")
        place = practice.evaluate_all(FIRST_WITH_ONE_CHOICE)
        if place >= 0 and not page.locator(".feedback:visible").count():
            practice.nth(place).locator("input[type=radio]").first.focus()
            page.keyboard.press("Space")
            page.keyboard.press("Enter")
            expect(page.locator(".feedback:focus")).to_be_visible()
    press_by_keyboard(page, "Selesai membaca")

    reader.expect_done()


# The place of the first practice question that one radio button answers, -1 where there is none.
FIRST_WITH_ONE_CHOICE = """forms => forms.findIndex((form) => {
  const names = new Set([...form.querySelectorAll("input:not([type=hidden]), select")].map((field) => field.name));
  return names.size === 1 && form.querySelector("input[type=radio]");
})"""


def press_by_keyboard(page: Page, name: str) -> None:
    """Tab from the focus to the button of this name, and press Enter."""
    button = page.get_by_role("button", name=name, exact=True)
    for _ in range(60):
        if button.evaluate("button => button === document.activeElement"):
            return page.keyboard.press("Enter")
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} is not reached")


def test_without_a_script_a_module_is_read_from_top_to_bottom(server: Server, open_page: Open) -> None:
    reader = Reader(server, open_page(javascript=False), "Wawan")
    page = reader.page
    expect(page.locator(".page:visible")).to_have_count(reader.last + reader.begins)
    expect(page.get_by_role("button", name="Lanjut", exact=True)).to_have_count(0)
    practise(page)
    assert re.fullmatch(r"soal-\d+-1-umpan", urlsplit(page.url).fragment)
    picture(page, "modul-tanpa-javascript")
    page.goto(f"/modul/{reader.slug}/3")
    assert urlsplit(page.url).fragment == "3"
    expect(page.locator("#judul-3")).to_be_in_viewport()
    press(page, "Selesai membaca")

    reader.expect_done()
    assert reader.reached() == reader.every_page()


def test_a_term_opens_its_meaning_in_place_by_keyboard(server: Server, open_page: Open) -> None:
    page = Reader(server, open_page(), "Tono").page
    term = page.locator(".page:visible a.istilah").first
    expect(term).to_have_attribute("aria-expanded", "false")
    address = page.url
    for key in ("Enter", "Space"):
        term.focus()
        page.keyboard.press(key)
        expect(page.locator(".page:visible .meaning")).to_have_count(1 if key == "Enter" else 0)
    assert page.url == address
    expect(page.locator("[data-terms]")).to_be_hidden()


def test_without_a_script_a_term_leads_to_its_meaning(server: Server, open_page: Open) -> None:
    page = Reader(server, open_page(javascript=False), "Tono").page
    page.locator("a.istilah").first.click()

    meaning = page.locator("dt:target + dd")
    expect(meaning).to_be_in_viewport()
    expect(meaning).not_to_be_empty()


def test_a_module_opens_with_questions_that_do_not_count(server: Server, open_page: Open) -> None:
    reader = Reader(server, open_page(), "Putri")
    page, before = reader.page, reader.reached()
    with server.session() as session:
        later = session.scalars(select(ModuleVersion.slug).order_by(ModuleVersion.position.desc())).first()
    page.goto(f"/modul/{later}?periode={KODE}")
    reader.expect_page(0)
    practise(page)
    expect(page.locator(".feedback:visible:focus")).to_have_count(1)
    press(page, "Lanjut")
    reader.expect_page(1)
    follow(page, "Tugas saya")

    assert reader.reached() == before


KEPT = """async () => {
  const found = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const { url } of await cache.keys()) found[new URL(url).pathname] = await (await cache.match(url)).text();
  }
  return found;
}"""
AS_OLD = """async ([path, date]) => {
  const cache = await caches.open((await caches.keys())[0]);
  await cache.put(path, new Response("<h1>Lama</h1>", { headers: { date, "content-type": "text/html" } }));
}"""


def keep_the_reading(reader: Reader) -> str:
    """Keep the module that is open, and return the address of its reading, which is shown."""
    press(reader.page, "Simpan untuk dibaca tanpa sinyal")
    reader.page.wait_for_url("**/bacaan/**")
    expect(reader.page.get_by_text("Disimpan di perangkat ini pada ")).to_be_visible()
    return urlsplit(reader.page.url).path


def expect_nothing_kept(page: Page) -> None:
    page.wait_for_function("async () => !(await caches.keys()).length")


def test_a_kept_reading_opens_without_a_signal_and_goes_with_its_reader(server: Server, open_page: Open) -> None:
    reader = Reader(server, open_page(), "Rahmat")
    page = reader.page
    address = keep_the_reading(reader)
    picture(page, "bacaan-disimpan")
    reader.learner.has_started_the_exam()
    page.goto("/ujian/kerjakan")
    expect(page.locator("form[data-paper]")).to_be_visible()
    kept: dict[str, str] = page.evaluate(KEPT)
    assert [path for path in kept if not path.startswith(("/static/", "/gambar/"))] == [address]
    assert not [word for word in ("Rahmat", reader.learner.login, "csrf", "<form") if word in kept[address]]

    cut(page)
    page.goto(address)
    assert page.evaluate("document.styleSheets[0].cssRules.length") > 100
    for image in page.locator("article img").all():
        image.scroll_into_view_if_needed()
        page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=image.element_handle())
    page.locator("a.istilah").first.click()
    expect(page.locator(".meaning")).to_have_count(1)
    mend(page)

    page.goto("/profil")
    page.locator(".nav-fold > summary").click()
    press(page, "Keluar")
    expect(page.get_by_text("Anda sudah keluar.")).to_be_visible()
    expect_nothing_kept(page)
    cut(page)
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        page.goto(address)


def test_a_reading_is_kept_for_fourteen_days_and_until_its_next_edition(server: Server, open_page: Open) -> None:
    reader = Reader(server, open_page(), "Joko")
    page = reader.page
    address = keep_the_reading(reader)
    earlier, other = f"/bacaan/0/{reader.slug}", "/bacaan/1/lain"
    page.evaluate(AS_OLD, [earlier, formatdate(usegmt=True)])
    page.evaluate(AS_OLD, [other, formatdate(time.time() - 13 * DAY, usegmt=True)])
    cut(page)
    page.goto(other)
    assert heading(page) == "Lama"
    page.evaluate(AS_OLD, [other, formatdate(time.time() - 15 * DAY, usegmt=True)])
    with pytest.raises(Error, match=r"ERR_FAILED|ERR_INTERNET_DISCONNECTED"):
        page.goto(other)
    mend(page)

    page.goto(address)

    kept: dict[str, str] = page.evaluate(KEPT)
    assert address in kept
    assert not {earlier, other} & kept.keys()


@pytest.mark.parametrize("ended", [True, False])
def test_somebody_else_finds_no_kept_reading(server: Server, open_page: Open, *, ended: bool) -> None:
    """Not after the session has ended, nor where it was replaced without a word."""
    reader = Reader(server, open_page(), "Lina")
    page = reader.page
    address = keep_the_reading(reader)
    page.context.clear_cookies()
    if ended:
        page.goto(address)
        assert heading(page) == "Masuk"
    else:
        other = open_page()
        sign_in(other, Learner(server, "Made").login)
        page.context.add_cookies(
            [{"name": each["name"], "value": each["value"], "url": server.url} for each in other.context.cookies()]
        )
        page.goto("/tugas")

    expect_nothing_kept(page)


VOICES = """voices => {
  window.spoken = [];
  window.silenced = 0;
  const speech = { getVoices: () => voices };
  speech.speak = (part) => window.spoken.push(part);
  speech.cancel = () => { window.silenced += 1; };
  Object.defineProperty(window, "speechSynthesis", { value: speech });
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
}"""
LAST_WORDS = "window.spoken[window.spoken.length - 1].text"


def with_voices(page: Page, *voices: tuple[str, bool]) -> Page:
    """Give the page these voices (language, on the device), which are heard by `window.spoken`."""
    found = [{"lang": lang, "localService": local} for lang, local in voices]
    page.add_init_script(f"({VOICES})({json.dumps(found)})")
    return page


def test_a_page_is_read_aloud_by_a_voice_of_the_device(server: Server, open_page: Open) -> None:
    page = Reader(server, with_voices(open_page(), ("en-US", True), ("id_ID", True)), "Made").page
    press_by_keyboard(page, "Bacakan")
    shown = page.locator(".page:visible article")
    assert page.evaluate(LAST_WORDS) == shown.locator("h2").inner_text()
    picture(page, "modul-dibacakan")
    press(page, "Jeda")
    assert page.evaluate("window.silenced") > 0
    before = page.evaluate("window.spoken.length")
    press(page, "Lanjutkan")
    assert page.evaluate("[window.spoken.length, window.spoken[window.spoken.length - 2].text]") == [
        before + 1,
        page.evaluate(LAST_WORDS),
    ]

    while page.locator("button:visible", has_text="Jeda").count():
        page.evaluate("window.spoken[window.spoken.length - 1].onend()")

    heard = " ".join(page.evaluate("window.spoken.map(part => part.text)"))
    assert shown.locator("p").last.evaluate("text => text.firstChild.textContent") in heard
    assert not [
        word for word in ("Bacakan", "Periksa jawaban", *shown.locator("cite").all_inner_texts()) if word in heard
    ]
    press(page, "Bacakan")
    press(page, "Lanjut")
    expect(page.locator("[data-speech]:visible")).to_have_text("Bacakan")
    count = page.evaluate("window.spoken.length")
    page.evaluate("window.spoken[window.spoken.length - 1].onend()")
    assert page.evaluate("window.spoken.length") == count


@pytest.mark.parametrize("voices", [(), (("id-ID", False), ("en-ID", True), ("in-x", False))])
def test_without_a_voice_of_the_device_nothing_is_read_aloud(
    server: Server, open_page: Open, voices: tuple[tuple[str, bool], ...]
) -> None:
    page = Reader(server, with_voices(open_page(), *voices), "Made").page

    expect(page.locator("[data-speech]:visible")).to_have_count(0)


def open_practice(server: Server, page: Page, name: str) -> Page:
    """Open the first page of the module that has practice."""
    reader = Reader(server, page, name)
    while not page.locator("form.practice:visible").count():
        press(reader.page, "Lanjut")
    return page


def test_practice_is_answered_in_its_place(server: Server, open_page: Open) -> None:
    page = open_practice(server, open_page(), "Yanti")
    address = page.url
    page.evaluate("window.sameDocument = true")
    press(page, "Periksa jawaban")
    missing = page.get_by_text("Pilih jawaban dahulu")
    expect(missing).to_be_visible()
    focused = page.locator(":focus")
    expect(focused).to_have_attribute("id", re.compile("-jawaban$"))
    group = focused.locator("xpath=ancestor::fieldset[1]")
    assert str(missing.get_attribute("id")) in str(group.get_attribute("aria-describedby"))
    assert page.title().startswith("Galat: ")
    picture(page, "latihan-tanpa-pilihan")

    practise(page)

    expect(page.locator(".feedback:focus").get_by_role("heading", name=FEEDBACK)).to_be_visible()
    expect(missing).to_have_count(0)
    assert not page.title().startswith("Galat: ")
    assert (page.url, page.evaluate("window.sameDocument")) == (address, True)
    picture(page, "latihan-umpan-balik")
    page.reload()
    expect(page.locator(".feedback:visible")).to_have_count(1)


def test_practice_without_a_signal_says_so_and_keeps_the_choice(server: Server, open_page: Open) -> None:
    page = open_practice(server, open_page(), "Zahra")
    cut(page)
    choice = page.locator("form.practice:visible").first.locator("input:not([type=hidden])").first
    choice.check(force=True)
    press(page, "Periksa jawaban")
    expect(page.get_by_role("alert")).to_have_text(
        "Jawaban belum terkirim. Periksa sambungan, lalu tekan tombol ini lagi."
    )
    expect(choice).to_be_checked()

    mend(page)
    press(page, "Periksa jawaban")

    expect(page.locator(".feedback:focus")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_practice_after_the_session_ended_waits_for_signing_in(server: Server, open_page: Open) -> None:
    page = open_practice(server, open_page(), "Zahra")
    learner = Learner(server, "Zahra")
    end_session(learner)
    practice = page.locator("form.practice:visible").first
    practice.locator("label").last.click()
    practice.get_by_role("button").click()
    page.wait_for_url("**/masuk**")

    give_the_password(page, learner.login)
    assert heading(page) == "Isian Anda belum diproses"
    press(page, "Kirim sekarang")

    expect(page.locator(".feedback:visible")).to_have_count(1)


def test_the_whole_module_is_printed_whatever_page_is_open(server: Server, open_page: Open) -> None:
    reader = Reader(server, open_page(), "Wawan", at="#2")
    reader.expect_page(2)
    with_script = reader.page
    with_script.emulate_media(media="print")
    plain = Reader(server, open_page(javascript=False), "Wawan").page
    plain.emulate_media(media="print")

    for page in (with_script, plain):
        expect(page.locator(".page:visible")).to_have_count(reader.last + reader.begins)
        expect(
            page.locator("form.practice:visible, .feedback:visible, .buttons:visible, progress:visible")
        ).to_have_count(0)
        expect(page.locator(".print-head")).to_contain_text("Pilkada Kabupaten Contoh")
    expect(with_script.get_by_text("Cetak modul")).to_be_hidden()
