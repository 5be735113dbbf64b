"""The steps of an ordering move by their buttons and by their numbers; drawn without a server."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from netral.quiz.questions import lay_out
from netral.web.edge.filters import STATIC
from tests.browser.conftest import PHONE
from tests.quiz.make import make_ordering
from tests.web.test_macros import draw

pytestmark = pytest.mark.browser


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Draw the steps Langkah 3, 1, 4 and 2, none with a place yet. `window.changes` counts what would be saved."""
    question = draw("question.question", "face", face=lay_out(make_ordering(3, 1, 4, 2)).face()).text
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    page.set_content(f"<main><form>{question}</form></main>")
    page.evaluate("window.changes = 0; document.querySelector('form').addEventListener('change', () => changes++)")
    for script in ("page.js", "parts.js"):
        page.add_script_tag(path=STATIC / script)
    yield page
    context.close()


def steps(page: Page) -> list[str]:
    return [text.removeprefix("Langkah ") for text in page.locator("li .label").all_inner_texts()]


def places(page: Page) -> list[str]:
    return [control.input_value() for control in page.locator("select").all()]


def test_a_step_moves_by_its_buttons_keeps_the_focus_and_says_its_place(page: Page) -> None:
    assert (steps(page), places(page)) == (["3", "1", "4", "2"], [""] * 4)
    page.get_by_role("button", name="Naik: Langkah 1").focus()
    page.keyboard.press("Enter")

    assert (steps(page), places(page)) == (["1", "3", "4", "2"], ["1", "2", "3", "4"])
    expect(page.get_by_role("button", name="Naik: Langkah 1")).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("Langkah 1: urutan 1 dari 4")

    page.keyboard.press("Enter")
    page.get_by_role("button", name="Turun: Langkah 3").click()
    page.get_by_role("button", name="Turun: Langkah 3").click()

    assert (steps(page), places(page)) == (["1", "4", "2", "3"], ["1", "2", "3", "4"])
    assert page.evaluate("changes") == 4


def test_a_step_moves_to_the_number_that_is_chosen_for_it(page: Page) -> None:
    page.get_by_label("Langkah 2").select_option("1")
    page.get_by_label("Langkah 3").select_option("4")

    assert (steps(page), places(page)) == (["2", "1", "4", "3"], ["1", "2", "3", "4"])
    expect(page.get_by_role("status")).to_have_text("Langkah 3: urutan 4 dari 4")


def test_steps_that_were_given_places_before_stand_in_their_order(page: Page) -> None:
    page.evaluate("document.querySelectorAll('select').forEach((choice, index) => { choice.value = 4 - index; })")
    page.evaluate("netral.sort(document)")

    assert steps(page) == ["2", "4", "1", "3"]
