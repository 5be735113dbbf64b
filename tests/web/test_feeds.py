"""Lini Masa, walked without a script: one decision, one consequence, counts for the person alone, and no trace."""

from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from netral.accounts.models import KeptForm, LoginSession
from netral.learning.editions.models import Edition
from netral.quiz.feeds import Worth
from tests.factories import NOW
from tests.learning.make import KODE, make_exam
from tests.quiz.make import make_feed, make_post
from tests.web.conftest import Browser, enter
from tests.web.pages import Page

PAIRED = (make_post(pair="poster", account="Tim X"), make_post(Worth.AMAN, pair="poster"))
FEED = make_feed(*PAIRED, make_post(Worth.RISIKO))
ADDRESS = f"/lini-masa/pagi?periode={KODE}"
LABEL = "SIMULASI. Akun, nama, dan partai di halaman ini rekaan."
LIKE, LEAVE, KEEP = "1", "2", "3"
WRITING = ("insert", "update", "delete", "replace", "create", "begin immediate")


def sign_in(browser: Browser, session: Session, *feeds: Any) -> Browser:
    exam = make_exam(session, feeds=feeds)
    return enter(browser, session, exam.user_id)


@pytest.fixture
def siti(browser: Browser, session: Session) -> Browser:
    """Sign Siti in; the edition has a feed of a post that is a signal, a harmless one and a contested one."""
    return sign_in(browser, session, FEED)


def press(siti: Browser, page: Page, *, status: int = 200, **pressed: str) -> Page:
    """Send the form of a page as a browser without scripts does, with what was chosen or pressed."""
    form = next(each for each in page.all("form") if each.get("action") == ADDRESS)
    hidden = [(each.get("name"), each.get("value")) for each in form.iter("input") if each.get("type") == "hidden"]
    data: dict[str, Any] = {name: [value for each, value in hidden if each == name] for name, _ in hidden}
    return siti.read(siti.open(ADDRESS, method="POST", data=data | pressed), status)


def walk(siti: Browser, *choices: str) -> Page:
    page = siti.visit(ADDRESS)
    for choice in choices:
        page = press(siti, press(siti, page, tindakan=choice), langkah="lanjut")
    return page


def test_a_post_is_shown_decided_and_followed_by_its_consequence(siti: Browser) -> None:
    lists = siti.visit(siti.visit("/tugas").links()["Latihan lini masa"])
    first = siti.visit(lists.links()["Pagi"])
    told = press(siti, first, tindakan=LIKE)
    second = press(siti, told, langkah="lanjut")

    assert first.words.count(LABEL) == 2
    assert "Unggahan 1 dari 3" in first.words
    assert "CERITA" not in first.text
    assert told.heading == "Yang terjadi kemudian"
    assert "Tindakan ini dilarang bagi ASN" in told.words
    assert "CERITA suka" in told.words
    assert "SKB 9/2022 Lampiran II A4: Dilarang menyukai unggahan." in told.words
    assert f"/modul/media-sosial?periode={KODE}#1" in told.links().values()
    assert told.words.count(LABEL) == 2
    assert "Unggahan 2 dari 3" in second.words


def test_the_end_tells_hits_and_false_alarms_in_words(siti: Browser) -> None:
    end = walk(siti, LIKE, KEEP, LIKE)

    assert end.heading == "Hasil untuk Anda sendiri"
    assert "Dari 1 unggahan yang tidak boleh ditanggapi ASN, 0 Anda lewati" in end.words
    assert "Dari 1 unggahan yang boleh ditanggapi, 1 Anda perlakukan seperti terlarang." in end.words
    assert "1 pilihan Anda tidak dihitung" in end.words
    assert f"/modul/media-sosial?periode={KODE}#1" in end.links().values()
    assert "Yang hampir sama" in end.words


def test_the_end_of_a_walk_without_mistakes_names_none(siti: Browser) -> None:
    end = walk(siti, LEAVE, LIKE, LEAVE)

    assert "1 Anda lewati atau Anda simpan buktinya. Tidak ada yang terlewat." in end.words
    assert "0 Anda perlakukan seperti terlarang. Anda tidak terlalu hati-hati." in end.words
    assert "Yang hampir sama" not in end.words


def test_nothing_is_written_and_no_address_names_a_choice(siti: Browser, statements: list[str]) -> None:
    siti.visit("/tugas")
    statements.clear()
    end = walk(siti, LIKE, LEAVE, LIKE)

    assert end.heading == "Hasil untuk Anda sendiri"
    assert statements
    assert [each for each in statements if each.lower().startswith(WRITING)] == []
    forms = [form for form in end.all("form") + siti.visit(ADDRESS).all("form") if form.get("action") != "/keluar"]
    assert [form.get("action") for form in forms if form.get("method") != "post"] == []
    assert all("pilihan" not in address and "tindakan" not in address for address in end.links().values())


def test_no_choice_is_the_one_problem_of_the_page(siti: Browser) -> None:
    page = press(siti, press(siti, siti.visit(ADDRESS), tindakan=LIKE), langkah="lanjut")
    again = press(siti, page, status=422)

    assert again.title.startswith("Galat: ")
    assert again.links()["Pilih satu tindakan"] == "#tindakan"
    assert "Unggahan 2 dari 3" in again.words


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"pilihan": ["9"]}, "tidak cocok"),
        ({"pilihan": ["1", "x"]}, "tidak cocok"),
        ({"pilihan": ["1"] * 4}, "tidak cocok"),
        ({"pilihan": ["1"] * 3, "tindakan": "1"}, "tidak cocok"),
        ({"tindakan": ["1", "2"]}, "tidak cocok"),
        ({"tindakan": "<b>"}, "tidak cocok"),
        ({"tindakan": "1", "versi": "lain"}, "sudah diperbarui"),
        ({"tindakan": "1", "versi": ""}, "sudah diperbarui"),
    ],
)
def test_a_form_that_fits_no_walk_begins_anew_in_one_sentence(siti: Browser, sent: dict[str, Any], told: str) -> None:
    token = siti.token("/profil")
    answer = siti.open(ADDRESS, method="POST", data={"csrf_token": token, "versi": FEED.version} | sent)
    page = siti.read(answer, 422)

    assert told in page.words
    assert page.words.count("mulai lagi dari unggahan pertama") == 1
    assert "Unggahan 1 dari 3" in page.words


def test_a_choice_that_comes_after_the_session_is_not_kept(siti: Browser, session: Session) -> None:
    page = siti.visit(ADDRESS)
    form = {"csrf_token": page.token(), "versi": FEED.version, "tindakan": LIKE}
    session.execute(update(LoginSession).values(ended_at=NOW))
    answer = siti.open(ADDRESS, method="POST", data=form)
    session.rollback()

    assert answer.status_code == 302
    assert session.scalar(select(func.count()).select_from(KeptForm)) == 0


def test_an_edition_from_before_there_were_feeds_stays_readable(browser: Browser, session: Session) -> None:
    siti = sign_in(browser, session)

    assert session.scalar(select(Edition.feeds)) is None
    assert "Latihan lini masa" not in siti.visit("/tugas").links()
    assert "belum memuat lini masa" in siti.visit("/lini-masa").words
    siti.visit(ADDRESS, 404)


def test_a_feed_of_no_edition_is_404(siti: Browser) -> None:
    siti.visit(f"/lini-masa/lain?periode={KODE}", 404)
