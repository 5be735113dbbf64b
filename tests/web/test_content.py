"""The authors' pages /konten and /soal: the state of the files, publishing, previews, questions with their keys."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.accounts.models import User
from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.content.comparing import compare_modules
from netral.content.edition import freeze
from netral.content.library import read_library
from netral.learning.editions.models import Edition
from netral.pledges.publishing import publish
from netral.settings import ROOT, Settings
from netral.web.office import content
from tests.databases import SqliteFactory
from tests.factories import NOW, make_instansi, make_opd
from tests.learning.make import make_frozen, make_module, publish_small
from tests.shipped import freeze_shipped
from tests.web.conftest import Browser, Clock
from tests.web.officers import sign_in_officer, sign_in_operator

# Content names days by which it must be reviewed: these tests are about pages, not about today's date.
CONTENT_DAY = datetime(2026, 12, 1, 2, tzinfo=UTC)


@pytest.fixture
def database_url(sqlite_factory: SqliteFactory) -> Iterator[str]:
    """Return a database of one kind: these pages show files, and publishing has tests of its own on both."""
    with sqlite_factory.database() as url:
        yield url


@pytest.fixture
def clock() -> Clock:
    return Clock(CONTENT_DAY)


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """Return settings with a copy of the content, which a test may change."""
    shutil.copytree(ROOT / "content", tmp_path / "isi")
    return replace(settings, content_dir=tmp_path / "isi")


@pytest.fixture
def gita(browser: Browser, session: Session) -> Browser:
    sign_in_officer(browser, session, Role.PENYUNTING, instansi=make_instansi(session), nama="Gita")
    return browser


def change(settings: Settings, path: str, old: str, new: str) -> None:
    file = settings.content_dir / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def a_module(settings: Settings) -> str:
    return min(file.name for file in (settings.content_dir / "modul").glob("*.md"))


def publish_files(gita: Browser) -> None:
    fingerprint = gita.visit("/konten/terbitkan").value("sidik")
    gita.send("/konten/terbitkan", {"sidik": fingerprint})


def count_editions(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Edition)) or 0


def test_before_the_first_edition_the_page_says_so(gita: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netral.content.library.check_legs", lambda *_: None)
    monkeypatch.setattr("netral.content.library.check_fairness", lambda *_: None)

    words = gita.visit("/konten").words

    assert "Belum ada edisi yang terbit." in words
    assert "Tidak ada galat dan tidak ada peringatan." in words


def test_publishing_shows_first_and_then_publishes_what_was_shown(gita: Browser, session: Session) -> None:
    page = gita.visit("/konten/terbitkan")
    assert page.heading == "Terbitkan edisi 1?"
    assert "Edisi yang terbit tidak dapat diubah atau dihapus." in page.words
    assert count_editions(session) == 0

    page = gita.send("/konten/terbitkan", {"sidik": page.value("sidik")})

    assert "Edisi 1 terbit." in page.words
    assert "Isi berkas sama dengan edisi 1." in page.words
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "edition.published")).one()
    assert event.actor_id == session.scalars(select(User.id).where(User.nama == "Gita")).one()


def test_publishing_twice_makes_one_edition(gita: Browser, session: Session) -> None:
    fingerprint = gita.visit("/konten/terbitkan").value("sidik")
    gita.send("/konten/terbitkan", {"sidik": fingerprint})
    page = gita.send("/konten/terbitkan", {"sidik": fingerprint})

    assert "Isi tidak berubah sejak edisi 1" in page.words
    assert count_editions(session) == 1
    assert gita.visit("/konten/terbitkan").heading == "Tidak ada yang perlu diterbitkan"


def test_files_that_change_after_they_were_shown_are_not_published_unseen(
    gita: Browser, session: Session, settings: Settings
) -> None:
    fingerprint = gita.visit("/konten/terbitkan").value("sidik")
    change(settings, f"modul/{a_module(settings)}", "\n## ", "\n## Baru: ")

    page = gita.send("/konten/terbitkan", {"sidik": fingerprint}, status=409)

    assert "Berkas berubah sejak Anda membuka halaman ini. Belum ada yang terbit." in page.words
    assert page.value("sidik") != fingerprint
    assert count_editions(session) == 0


def test_differences_to_the_newest_edition_are_named(gita: Browser, settings: Settings) -> None:
    publish_files(gita)
    change(settings, f"modul/{a_module(settings)}", "\n## ", "\n## Baru: ")
    change(settings, "bank/umum.md", "### [", "### [diganti-")
    change(settings, "linimasa/1-masa-kampanye.md", "Anda PNS", "Anda seorang PNS")

    words = gita.visit("/konten").words

    assert "Modul berubah (1)" in words
    assert "Soal baru (1): diganti-" in words
    assert "Soal tidak lagi dipakai (1)" in words
    assert "Lini masa berubah (1): pagi-sebelum-apel" in words


def test_a_galat_is_shown_with_its_place_and_stops_publishing(
    gita: Browser, session: Session, settings: Settings
) -> None:
    change(settings, "bank/umum.md", "jenis: ", "jenis: aneh-")

    page = gita.visit("/konten")
    assert "bank/umum.md:" in page.words
    assert "Isi belum dapat diterbitkan." in page.words
    assert "Terbitkan edisi baru" not in page.links()

    page = gita.send("/konten/terbitkan", {"sidik": "0" * 64}, status=422)
    assert page.heading == "Isi belum dapat diterbitkan"
    assert count_editions(session) == 0


def test_shipped_questions_in_use_are_warned_of(gita: Browser) -> None:
    assert "soal ujian yang akan terbit berasal dari bank bawaan" in gita.visit("/konten/terbitkan").words
    publish_files(gita)

    assert "soal ujian yang dipakai edisi ini berasal dari bank bawaan" in gita.visit("/konten").words


def test_questions_of_ones_own_are_not_warned_of(gita: Browser, session: Session) -> None:
    publish_small(session)

    assert "bank bawaan" not in gita.visit("/konten").words


def test_the_demo_uses_the_shipped_bank_without_a_warning(
    gita: Browser, session: Session, app: Flask, settings: Settings
) -> None:
    app.extensions["netral.settings"] = replace(settings, demo=True)
    publish_files(gita)

    assert "bank bawaan" not in gita.visit("/konten").words


def test_modules_are_compared_by_what_a_reader_sees() -> None:
    frozen = make_frozen(modules=(make_module("satu"), make_module("dua", position=2)))
    pages = tuple((page.title, page.html) for page in frozen.modules[0].pages)

    found = compare_modules(frozen, {"satu": pages, "dua": (("Lain", "<p>Lain</p>"),), "tiga": pages})

    assert (found.new, found.changed, found.retired) == ((), ("dua",), ("tiga",))


def test_a_preview_is_marked_and_shows_the_files_or_an_edition(gita: Browser, settings: Settings) -> None:
    publish_files(gita)
    name = a_module(settings)
    library = read_library(settings.content_dir, today=CONTENT_DAY.date())
    module = next(module for module in library.modules if module.path == f"modul/{name}")
    address = f"/konten/modul/{module.head.id}"
    change(settings, f"modul/{name}", "\n## ", "\n## Baru: ")

    written, published = gita.visit(address), gita.visit(f"{address}?edisi=1")

    titles = [[" ".join("".join(each.itertext()).split()) for each in page.all("h2")] for page in (written, published)]
    assert len(titles[0]) == len(titles[1]) == len(module.pages)
    assert [each.startswith("Baru: ") for each in titles[0]] == [True] + [False] * (len(module.pages) - 1)
    assert not any(each.startswith("Baru: ") for each in titles[1])
    assert "Pratinjau Seperti tertulis di berkas saat ini" in written.words
    assert "Pratinjau Seperti terbit pada edisi 1." in published.words


def test_a_preview_of_nothing_is_not_found(gita: Browser, session: Session) -> None:
    publish_small(session)

    for path in ("tidak-ada", "tidak-ada?edisi=1", "media-sosial?edisi=7"):
        gita.visit(f"/konten/modul/{path}", status=404)


@pytest.fixture
def published(gita: Browser, session: Session) -> Browser:
    """Publish the product's own content as edition 1."""
    publish(session, Act(None, NOW), freeze_shipped())
    return gita


def test_questions_are_listed_50_a_page(published: Browser) -> None:
    first, second = published.visit("/soal"), published.visit("/soal?halaman=2")

    assert "halaman 1 dari" in first.words
    assert len(first.all("tr")) == 51
    assert not set(question_ids(first.links().values())) & set(question_ids(second.links().values()))


def question_ids(addresses: Iterable[str]) -> list[str]:
    return [address for address in addresses if address.startswith("/soal/") and address != "/soal/rapor"]


def test_questions_are_filtered_by_indicator_use_and_words(published: Browser) -> None:
    everything = total(published, "/soal")

    assert total(published, "/soal?dipakai=bank") + total(published, "/soal?dipakai=latihan") == everything
    assert 0 < total(published, "/soal?indikator=kampanye&dipakai=bank") < total(published, "/soal?dipakai=bank")
    assert total(published, "/soal?indikator=ngawur") == everything
    assert "Tidak ada soal yang cocok." in published.visit("/soal?cari=zzzz").words


def total(browser: Browser, path: str) -> int:
    words = browser.visit(path).words.split()
    return int(words[words.index("soal,") - 1] if "soal," in words else words[words.index("soal.") - 1])


def test_a_question_is_shown_whole(gita: Browser, session: Session) -> None:
    publish_small(session)

    words = gita.visit("/soal/kampanye-tunggal").words
    assert "Halaman ini memuat kunci. Jangan dibagikan." in words
    assert "Kunci" in words
    assert "Pengecoh" in words

    words = gita.visit("/soal/kampanye-btt").words
    assert "Situasi 1." in words
    assert "tidak boleh." in words


def test_a_question_that_is_not_in_the_newest_edition_is_not_found(gita: Browser, session: Session) -> None:
    gita.visit("/soal/kampanye-tunggal", status=404)
    publish_small(session)
    gita.visit("/soal/tidak-ada", status=404)


def test_keys_are_for_authors_alone(session: Session, open_browser: Callable[[], Browser]) -> None:
    publish_small(session)
    instansi = make_instansi(session)
    operator, overseer, officer = open_browser(), open_browser(), open_browser()
    sign_in_operator(operator, session, make_opd(session, instansi=instansi))
    sign_in_officer(overseer, session, Role.INSPEKTORAT, instansi=instansi)
    sign_in_officer(officer, session, Role.BKPSDM, instansi=instansi)

    for browser in (operator, overseer, officer):
        for path in ("/konten", "/konten/terbitkan", "/konten/modul/media-sosial", "/soal", "/soal/kampanye-tunggal"):
            assert browser.get(path).status_code == 403, path
        assert browser.post("/konten/terbitkan").status_code == 403


def test_the_shipped_content_can_be_compared_on_any_day() -> None:
    shipped = content.read_shipped()

    assert shipped
    assert shipped.hash == freeze(read_library(ROOT / "content", today=date(2026, 12, 1))).hash
