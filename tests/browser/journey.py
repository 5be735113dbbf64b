"""The steps of people on the pages, in the words that they read there."""

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pypdfium2
import zxingcpp
from playwright.sync_api import Locator, Page, expect

from netral.quiz.questions import Answer
from tests.browser.server import PASSWORD, RECOVERY_CODES

SCREENSHOTS = Path(__file__).parent / "screenshots"
# By login name, of which each server has its own.
unused: defaultdict[str, Iterator[str]] = defaultdict(lambda: iter(RECOVERY_CODES))


def sign_in(page: Page, login: str, target: str = "/mulai") -> None:
    """Sign in with the password and, where there is a second factor, one of its recovery codes."""
    page.goto(f"/masuk?lanjut={target}")
    give_the_password(page, login)
    if heading(page) == "Kode dari aplikasi autentikator":
        follow(page, "Pakai kode pemulihan")
        page.get_by_label("Kode pemulihan").fill(next(unused[login]))
        press(page, "Lanjut")


def give_the_password(page: Page, login: str, password: str = PASSWORD) -> None:
    """Fill in the sign-in page and wait for the next page, to which the script of the form leads on by itself."""
    page.get_by_label("NIP").fill(login)
    page.get_by_label("Kata sandi").fill(password)
    press(page, "Masuk")
    page.wait_for_url(lambda url: urlsplit(url).path != "/masuk")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()
    page.wait_for_load_state()


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()


def picture(page: Page, name: str) -> None:
    """Save a picture for people to look at, if `PICTURES` is set: tests/browser/screenshots/<name>.png."""
    if not os.environ.get("PICTURES"):
        return
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


PRACTISED = 3
FIRST_OF_EACH_GROUP = "all => all.filter((e, n) => all.findIndex(each => each.name === e.name) === n).map(e => e.id)"


def read_a_module(page: Page) -> None:
    """Go from Tugas saya through every page of the next module, with the practice on its first pages."""
    page.get_by_role("link", name=re.compile("^(Mulai|Lanjutkan): ")).click()
    for turned in range(20):
        if turned < PRACTISED and page.locator("form.practice:visible").count():
            practise(page)
        if page.get_by_role("button", name="Selesai membaca").count():
            press(page, "Selesai membaca")
            expect(page.get_by_text("Modul selesai dibaca.")).to_be_visible()
            return
        press(page, "Lanjut")
    raise AssertionError("a module without an end")


def practise(page: Page) -> None:
    """Answer the first practice question that is shown: the first option of every group, another one for every row."""
    practice = page.locator("form.practice:visible").first
    rows = practice.locator("[data-row]")
    for place in range(rows.count()):
        rows.nth(place).select_option(index=place + 1)
    firsts = practice.locator("input[type=radio]").evaluate_all(FIRST_OF_EACH_GROUP)
    for first in firsts:
        practice.locator(f'label[for="{first}"]').click()
    if not rows.count() and not firsts:
        practice.locator("label").first.click()
    practice.locator("button:not([type=button])").click()
    feedback = page.get_by_role("heading", name=re.compile("^(Sesuai|Sebagian sesuai|Belum sesuai)$"))
    expect(feedback.first).to_be_visible()


def start_the_exam(page: Page) -> None:
    page.goto("/ujian")
    page.get_by_label("Saya sudah membaca pemberitahuan ini").check()
    press(page, "Mulai ujian")


def choose(page: Page, slot: int, answer: Answer) -> None:
    """Choose radios, checkboxes and the conditions of "tergantung" by their labels, as a person would."""
    for field, values in answer.items():
        for value in values:
            control = page.locator(f'[name="s{slot}.{field}"]')
            if control.first.evaluate("control => control.tagName") == "SELECT":
                control.select_option(value)
            else:
                control = page.locator(f'[name="s{slot}.{field}"][value="{value}"]')
                if not control.is_checked():
                    control.locator("xpath=following-sibling::label").click()


def has_script(page: Page) -> bool:
    """Return whether the paper shows one question at a time."""
    return page.locator("[data-plain]").count() == 0


def answer_everything(page: Page, answers: dict[int, Answer]) -> None:
    """Answer a paper from its first question up to the review."""
    for slot in sorted(answers):
        if has_script(page):
            expect(caption(page)).to_have_text(f"Soal {slot} dari {len(answers)}")
        choose(page, slot, answers[slot])
        if has_script(page):
            press(page, "Simpan dan lanjutkan")
    if not has_script(page):
        press(page, "Tinjau dan kumpulkan")
    expect(page.get_by_role("heading", name="Tinjau sebelum mengumpulkan")).to_be_visible()


def caption(page: Page) -> Locator:
    """Return the place of the question that is shown."""
    return page.locator("[data-question]:not([hidden]) .caption")


def hand_in(page: Page) -> None:
    """Hand in from the review, which without a script has the last button as well."""
    onward = page.get_by_role("button", name="Lanjut ke pengumpulan")
    if onward.count():
        onward.click()
    press(page, "Kumpulkan jawaban")


def chosen(page: Page, slot: int) -> list[str]:
    """Return the values of the options that are selected for a question."""
    selected = page.locator(f'input[name^="s{slot}.jawaban"]:checked')
    values: list[str] = selected.evaluate_all("all => all.map(one => one.value)")
    return values


def sign_the_ikrar(page: Page) -> None:
    for box in page.locator('input[name="butir"]').all():
        box.check()
    press(page, "Tandatangani ikrar")


def read_qr(pdf: bytes) -> str:
    """Return the text of the one QR code on the page as it is printed, at 200 dpi."""
    with pypdfium2.PdfDocument(BytesIO(pdf)) as document:
        assert len(document) == 1
        found = zxingcpp.read_barcodes(document[0].render(scale=200 / 72).to_pil())
    assert [code.format for code in found] == [zxingcpp.BarcodeFormat.QRCode]
    return str(found[0].text)


def read_text(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(BytesIO(pdf)) as document:
        return " ".join(document[0].get_textpage().get_text_bounded().split())
