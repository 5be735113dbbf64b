"""Every page has an example: browsers look at every page, not only at those that somebody thought of."""

import re

from flask import Flask
from werkzeug.exceptions import NotFound

from tests.browser.places import IN_THE_MIDDLE, NO_PAGES, PLACES


def test_every_page_has_an_example_for_the_browser(app: Flask) -> None:
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    shown = {endpoint for places in PLACES.values() for place in places for endpoint in find_endpoint(app, place)}

    assert sorted(pages - shown - set(IN_THE_MIDDLE) - set(NO_PAGES)) == []
    assert sorted((set(IN_THE_MIDDLE) | set(NO_PAGES)) - pages) == [], "what is left out stands no more"


def find_endpoint(app: Flask, place: str) -> set[str]:
    path = re.sub(r"\{[^}]*\}", "1", place).split("?")[0]
    try:
        return {app.url_map.bind("localhost").match(path)[0]}
    except NotFound:
        return set()
