"""Barriers between a person and a page, found in the page itself. Each function returns those it found."""

from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from tests.browser.conftest import DESKTOP, PHONE

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES_OF_PLACES = ["color-contrast", "scrollable-region-focusable", "target-size"]
SMALL_PHONE = ViewportSize(width=320, height=640)
THUMB = 44
"""CSS pixels that a target measures at least, so that a thumb hits it."""

# WCAG 2.2, 1.4.12: text may be set like this without losing anything.
SPACING = """
* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }
"""

# A link within a sentence is as tall as its line (WCAG 2.2, 2.5.8 excepts it); controls off the page or for machines
# are no targets; a box is as large as its label, a link as its row.
SMALL_TARGETS = """least => {
  const inSentence = e => e.tagName === "A" && getComputedStyle(e).display === "inline";
  const covered = e => getComputedStyle(e, "::after").position === "absolute" ? [e.offsetParent] : [];
  const area = e => {
    const boxes = [e, ...(e.labels || []), ...covered(e)].map(each => each.getBoundingClientRect());
    return [Math.max(...boxes.map(b => b.right)) - Math.min(...boxes.map(b => b.left)),
            Math.max(...boxes.map(b => b.bottom)) - Math.min(...boxes.map(b => b.top))];
  };
  return [...document.querySelectorAll("a[href], button, summary, select, textarea, input:not([type=hidden])")]
    .filter(e => e.checkVisibility({visibilityProperty: true}) && !e.closest(".visually-hidden, .skip-link"))
    .filter(e => !inSentence(e) && Math.min(...area(e)) < least - 0.5)
    .map(e => `${e.outerHTML.slice(0, 120)} ${area(e).map(Math.round)}`);
}"""

BEYOND_THE_EDGE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")]
    .filter(e => e.getBoundingClientRect().right > width && !e.closest(".table-region"))
    .map(e => `beyond the edge: ${e.outerHTML.slice(0, 120)}`);
}"""

# Text that its own box cuts off.
CUT_OFF = """() => [...document.querySelectorAll("main *")]
  .filter(e => e.childElementCount === 0 && e.textContent.trim())
  .filter(e => e.checkVisibility() && !e.closest(".visually-hidden"))
  .filter(e => ["hidden", "clip"].includes(getComputedStyle(e).overflowX) && e.scrollWidth > e.clientWidth + 1)
  .map(e => e.outerHTML.slice(0, 120))"""

# A table on a phone is a column of cards, or narrow enough; one within a text scrolls in its box.
SIDEWAYS = """() => [...document.querySelectorAll(".table-region[role=region]")]
  .filter(e => e.scrollWidth > e.clientWidth + 1)
  .map(e => `sideways: ${e.getAttribute("aria-label")}`)"""

# A date with its button, for which eight times the size of the letters is too little.
NARROW_DATES = """() => [...document.querySelectorAll("input[type=date]")]
  .filter(e => e.checkVisibility() && e.getBoundingClientRect().width < 10 * parseFloat(getComputedStyle(e).fontSize))
  .map(e => `date cut off: ${e.outerHTML.slice(0, 120)}`)"""

# Controls in the order of the page; in a group of radio buttons, which is of one form, the keyboard stops at one.
STOPS = """() => {
  const controls = "a[href], button, summary, select, textarea, input:not([type=hidden]), [tabindex='0']";
  return [...document.querySelectorAll(controls)]
    .filter(e => e.checkVisibility({visibilityProperty: true}) && !e.disabled)
    .filter(e => {
      if (e.type !== "radio") return true;
      const mine = [...(e.form || document).querySelectorAll(`input[type=radio][name="${CSS.escape(e.name)}"]`)];
      const stop = mine.find(each => each.checked) || mine[0];
      return e === stop;
    })
    .map((e, number) => (e.dataset.stop = number, e.outerHTML.slice(0, 100)));
}"""
# From here on every control that gets the focus is noted, with whether that shows.
FROM_THE_TOP = """() => {
  document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute("tabindex");
  const ring = s => s.outlineStyle !== "none" && s.outlineWidth !== "0px" || s.boxShadow !== "none";
  if (!window.met) document.addEventListener("focusin", ({ target: e }) => {
    const style = getComputedStyle(e), label = e.labels && e.labels[0] ? getComputedStyle(e.labels[0]) : style;
    window.met.push([e.dataset.stop === undefined ? null : Number(e.dataset.stop), [style, label].some(ring)]);
  });
  window.met = [];
}"""

# With the reader's own colours, a control is recognised by its edge.
WITHOUT_EDGE = """() => [...document.querySelectorAll(
    ".button, .input, .map-cell, input:not([type=hidden]), select, textarea")]
  .filter(e => e.checkVisibility({visibilityProperty: true, opacityProperty: true}))
  .filter(e => !["radio", "checkbox", "file"].includes(e.type) && !e.classList.contains("quiet"))
  .filter(e => getComputedStyle(e).borderTopStyle === "none" || !parseFloat(getComputedStyle(e).borderTopWidth))
  .map(e => e.outerHTML.slice(0, 120))"""


def find_violations(page: Page, rules: list[str] = RULES) -> list[str]:
    """Return the violations that axe finds, of the rules with these names or tags."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(Axe().axe_script)
    answer = page.evaluate("options => axe.run(options)", {"runOnly": rules, "resultTypes": ["violations"]})
    assert answer["testEngine"]["name"] == "axe-core"
    found = answer["violations"]
    return [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]


def find_overflow(page: Page) -> list[str]:
    """Return whether the page scrolls sideways, and text that is cut off."""
    return [*page.evaluate(BEYOND_THE_EDGE), *page.evaluate(CUT_OFF), *page.evaluate(NARROW_DATES)]


def find_overflow_when_spaced(page: Page) -> list[str]:
    # Not a <style>, which the page's own policy forbids.
    page.evaluate(
        "css => { const s = new CSSStyleSheet(); s.replaceSync(css); document.adoptedStyleSheets = [s]; }", SPACING
    )
    found = find_overflow(page)
    page.evaluate("document.adoptedStyleSheets = []")
    return found


def find_small_targets(page: Page) -> list[str]:
    return list(page.evaluate(SMALL_TARGETS, THUMB))


def find_unreachable(page: Page) -> list[str]:
    """Return controls that Tab does not reach in the order of the page, or whose focus does not show."""
    stops = page.evaluate(STOPS)
    page.evaluate(FROM_THE_TOP)
    for _ in range(len(stops)):
        page.keyboard.press("Tab")
    focused = page.evaluate("window.met")
    met = [number for number, _ in focused]
    unseen = [f"focus is not seen on {stops[number]}" for number, shown in focused if number is not None and not shown]
    if met == list(range(len(stops))):
        return unseen
    missed = [stops[number] for number in range(len(stops)) if number not in met]
    return [*(f"not reached: {each}" for each in missed), f"order {met}", *unseen]


def find_edgeless_controls(page: Page) -> list[str]:
    page.emulate_media(forced_colors="active")
    found = list(page.evaluate(WITHOUT_EDGE))
    page.emulate_media(forced_colors="none")
    return found


def check(page: Page, *, thumbs: bool) -> None:
    """Check at three widths; the narrowest also stands for a small window at 200 %.

    A page has the same elements at 320 and at 360 pixels, so only what their places decide is checked at both.
    """
    found: dict[object, list[str]] = {}
    for size, rules in ((SMALL_PHONE, RULES), (PHONE, RULES_OF_PLACES), (DESKTOP, RULES)):
        page.set_viewport_size(size)
        found[size["width"]] = [*find_violations(page, rules), *find_overflow(page)]
    page.set_viewport_size(SMALL_PHONE)
    found["spaced"] = find_overflow_when_spaced(page)
    page.set_viewport_size(PHONE)
    found["tables"] = page.evaluate(SIDEWAYS)
    found["own colours"] = find_edgeless_controls(page)
    if thumbs:
        found["thumbs"] = find_small_targets(page)
        found["keyboard"] = find_unreachable(page)
    assert {where: what for where, what in found.items() if what} == {}, found


def check_place(page: Page, address: str, *, status: int, thumbs: bool) -> None:
    answer = page.goto(address)
    assert answer
    assert answer.status == status
    assert page.locator("h1").count() == 1
    check(page, thumbs=thumbs)


def check_fault(page: Page, fault: Callable[[Page], None], *, thumbs: bool) -> None:
    """Check the page after a mistake of a person on a phone."""
    page.set_viewport_size(PHONE)
    fault(page)
    page.wait_for_load_state()
    assert page.title().startswith("Galat: ")
    check(page, thumbs=thumbs)
