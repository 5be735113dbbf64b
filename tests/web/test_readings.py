"""The text of a module by itself, /bacaan/<edisi>/<slug>: the one page that a device may keep."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.content.markdown import without_outward_links
from netral.learning.periods.models import Period
from tests.learning.make import make_exam, make_module, publish_small
from tests.web.conftest import Browser, enter

READING = "/bacaan/1/media-sosial"


@pytest.fixture
def siti(browser: Browser, session: Session) -> Browser:
    return enter(browser, session, make_exam(session).user_id)


def test_a_reading_tells_nothing_of_its_reader(siti: Browser, session: Session) -> None:
    user = session.query(User).one()
    module = siti.visit("/modul/media-sosial")
    assert module.links()["Baca modul ini dalam satu halaman, tanpa latihan"] == READING

    answer = siti.get(READING)
    page = siti.read(answer, 200)

    assert "Isi media-sosial 1" in page.words
    assert "Isi media-sosial 2" in page.words
    assert "Disimpan di perangkat ini pada 2 Mei 2029" in page.words
    assert [each.get("href") for each in page.all("a")] == ["#isi", "/modul/media-sosial"]
    assert not [name for name in ("form", "input", "fieldset") if page.all(name)]
    assert not [word for word in (user.nama, user.login, "data-person", "csrf", "Kabupaten") if word in answer.text]
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_reading_belongs_to_the_edition_of_a_period_and_leads_on_to_a_newer_one(
    siti: Browser, session: Session
) -> None:
    later = publish_small(session, modules=(make_module(pages=3),), practice=())
    session.commit()
    assert siti.get("/bacaan/2/media-sosial").status_code == 404
    assert siti.get("/bacaan/1/tidak-ada").status_code == 404

    session.execute(update(Period).values(edition_id=later.edition_id))
    session.commit()

    answer = siti.get(READING)
    assert (answer.status_code, answer.location) == (302, "/bacaan/2/media-sosial")
    assert "Isi media-sosial 3" in siti.visit(READING).words


def test_only_links_within_a_reading_are_left() -> None:
    html = '<p><a href="https://x.id" rel="y">Situs <em>x</em></a> <a class="istilah" href="#istilah-asn">ASN</a></p>'

    expected = '<p>Situs <em>x</em> <a class="istilah" href="#istilah-asn">ASN</a></p>'
    assert without_outward_links(html) == expected


def test_the_service_worker_may_work_on_readings_alone(browser: Browser) -> None:
    allowed = {}
    for name in ("bacaan.js", "page.js"):
        with browser.client.get(f"/static/{name}") as answer:
            allowed[name] = answer.headers.get("Service-Worker-Allowed")

    assert allowed == {"bacaan.js": "/bacaan/", "page.js": None}
