"""The duties of every page, checked on every page that a test loads."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lxml import html
from werkzeug.test import TestResponse

FORBIDDEN = ("{{", "{%", "Traceback", "None</", "undefined")
HTML = html.HTMLParser(remove_comments=True)
NAMELESS = {"hidden", "submit", "button"}


@dataclass
class Page:
    text: str

    @cached_property
    def tree(self) -> Any:
        return html.document_fromstring(self.text or "<body></body>", HTML, ensure_head_body=True)

    def all(self, path: str) -> list[Any]:
        return list(self.tree.iterfind(f".//{path}"))

    @property
    def title(self) -> str:
        return "".join(self.all("title")[0].itertext())

    @property
    def heading(self) -> str:
        return " ".join("".join(self.all("h1")[0].itertext()).split())

    @property
    def words(self) -> str:
        """Return all visible words in one line."""
        body = self.all("body")[0]
        return " ".join(" ".join(body.itertext()).split())

    def token(self) -> str:
        return str(self.value("csrf_token"))

    def value(self, name: str) -> str | None:
        return next((element.get("value") for element in self.all("input") if element.get("name") == name), None)

    def hidden(self, action: str) -> dict[str, str]:
        """Return the hidden fields of the first form with this address."""
        form = next((form for form in self.all("form") if form.get("action") == action), None)
        fields = [] if form is None else [each for each in form.iter("input") if each.get("type") == "hidden"]
        return {each.get("name"): each.get("value", "") for each in fields}

    def links(self) -> dict[str, str]:
        return {" ".join("".join(element.itertext()).split()): element.get("href", "") for element in self.all("a")}


def check_page(response: TestResponse) -> Page:
    page = Page(response.text)
    assert response.mimetype == "text/html", response.mimetype
    assert page.tree.get("lang") == "id"
    assert len(page.all("h1")) == 1, [element.text for element in page.all("h1")]
    assert page.title.strip()
    ids = Counter(element.get("id") for element in page.tree.iter() if element.get("id"))
    assert not [name for name, times in ids.items() if times > 1], ids
    check_controls(page)
    for word in FORBIDDEN:
        assert word not in response.text, word
    assert "!" not in page.words, page.words
    # Search in the visible words: a random token may hold these letters.
    assert "Ups" not in page.words, page.words
    assert not [element for element in page.tree.iter() if element.get("style") or element.get("onclick")]
    return page


def check_controls(page: Page) -> None:
    labelled = {element.get("for") for element in page.all("label")}
    wrapped = {control for label in page.all("label") for control in label.iter()}
    for name in ("input", "select", "textarea"):
        for control in page.all(name):
            if control.get("type") in NAMELESS or control in wrapped:
                continue
            named = control.get("id") in labelled or control.get("aria-label") or control.get("aria-labelledby")
            assert named, f"no label for {control.get('name')}"
    for form in page.all("form"):
        assert form.get("action"), "a form names its address"
