"""One town for all tests of this folder, on both databases; and a browser on an empty application."""

from collections.abc import Iterator

import pytest

from tests.databases import chosen_databases
from tests.security.town import Town, found_town
from tests.web.conftest import app, browser, clock, open_app, open_browser, settings

__all__ = ["app", "browser", "clock", "open_app", "open_browser", "settings"]


@pytest.fixture(scope="package", params=chosen_databases())
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    factory = request.getfixturevalue(f"{request.param}_factory")
    with factory.database() as url, found_town(url, tmp_path_factory.mktemp("kota")) as town:
        yield town
