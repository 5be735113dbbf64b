"""A week of a circular: issued on Monday, read by everybody of an OPD, changed on Friday, and counted rightly.

The clock of the server is set; people meet it at a phone's width with a script, without one, and by keyboard.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, ViewportSize, expect
from sqlalchemy import select

from bench.visitor import Visitor
from netral.demo.circulars import make_pdf
from netral.pledges.circulars.models import Circular
from tests.browser.barriers import check
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.journey import follow, picture, press, sign_in, unused
from tests.browser.server import LEARNERS, OFFICERS, PASSWORD
from tests.databases import PostgresqlFactory, SqliteFactory, chosen_databases
from tests.faults.shifting import Shifted, running_shifted

pytestmark = [pytest.mark.browser, pytest.mark.long]

ZONE = ZoneInfo("Asia/Makassar")
PATIENCE = 120
TITLE = "Netralitas selama masa kampanye"
PEOPLE = tuple(name.split()[0] for name in (*LEARNERS, *OFFICERS))
"""Everybody of Dinas Kesehatan; Rudi of Dinas Sosial is addressed as well and never looks."""
READ_ON_TUESDAY = PEOPLE[3:11]
READ_ON_THURSDAY = PEOPLE[11:]
READ_AGAIN = PEOPLE[3:13]
TEXT = (
    "Pegawai ASN menjaga netralitas selama masa kampanye.",
    "Pegawai ASN tidak menyukai unggahan pasangan calon di media sosial.",
    "Pertanyaan disampaikan kepada operator kepegawaian OPD masing-masing.",
)
NEWER = (
    *TEXT[:2],
    "Pertanyaan disampaikan kepada operator kepegawaian OPD atau BKPSDM pada jam layanan.",
    "Berlaku segera.",
)
FORM = {
    "Judul": TITLE,
    "Nomor": "800/12/BKPSDM/2029",
    "Nama penanda tangan": "Ratna Dewanti",
    "Jabatan penanda tangan": "Sekretaris Daerah",
    "Bunyi pertanyaan 1": "Bolehkah menyukai unggahan pasangan calon?",
    "Pilihan A, pertanyaan 1": "Boleh di luar jam kerja",
    "Pilihan B, pertanyaan 1": "Tidak",
    "Penjelasan, pertanyaan 1": "Menyukai unggahan termasuk yang tidak dilakukan.",
    "Paragraf, pertanyaan 1": "2",
    "Bunyi pertanyaan 2": "Kepada siapa pertanyaan disampaikan?",
    "Pilihan A, pertanyaan 2": "Tim kampanye",
    "Pilihan B, pertanyaan 2": "Operator kepegawaian OPD",
    "Penjelasan, pertanyaan 2": "Edaran menyebut operator kepegawaian OPD.",
    "Paragraf, pertanyaan 2": "3",
}


@dataclass
class Week:
    """A server whose clock is set to a morning of the week, and a browser before it. `monday` is at 08.00."""

    shifted: Shifted
    chromium: Browser
    monday: datetime

    def turn_to(self, days: int) -> None:
        """Set the clock of the server to the morning so many days after Monday. Sessions of before have ended then."""
        self.shifted.shift(self.monday + timedelta(days=days) - datetime.now(ZONE))

    @contextmanager
    def person(self, name: str, size: ViewportSize = PHONE, *, javascript: bool = True) -> Iterator[Page]:
        """Yield the window of a person who has just signed in."""
        context = self.chromium.new_context(
            base_url=self.shifted.server.url, viewport=size, java_script_enabled=javascript, locale="id-ID"
        )
        context.set_default_timeout(1000 * PATIENCE)
        page = context.new_page()
        sign_in(page, self.shifted.server.logins[name])
        yield page
        context.close()

    def visitor(self, name: str) -> Visitor:
        """Return a person over HTTP who has just signed in, with a recovery code where there is a second factor."""
        visitor, login = Visitor(self.shifted.server.port, patience=PATIENCE), self.shifted.server.logins[name]
        visitor.get("/masuk")
        visitor.post("/masuk", {"nip": login, "kata_sandi": PASSWORD})
        if "/masuk/kode" in visitor.get("/mulai").text:
            visitor.get("/masuk/kode-pemulihan")
            visitor.post("/masuk/kode-pemulihan", {"kode": next(unused[login])})
        return visitor

    def circular_id(self) -> int:
        with self.shifted.server.session() as session:
            return session.scalars(select(Circular.id)).one()


@pytest.fixture(params=chosen_databases())
def week(request: pytest.FixtureRequest, tmp_path: Path, chromium: Browser, compressed_static: None) -> Iterator[Week]:
    factory: SqliteFactory | PostgresqlFactory = request.getfixturevalue(f"{request.param}_factory")
    with factory.database() as url, running_shifted(url, tmp_path) as shifted:
        tomorrow = datetime.now(ZONE).date() + timedelta(days=1)
        week = Week(shifted, chromium, datetime.combine(tomorrow, time(8), ZONE))
        week.turn_to(0)
        shifted.server.start()
        yield week


@pytest.mark.timeout(1200)
def test_a_circular_is_read_by_an_opd_and_changed_within_a_week(week: Week) -> None:
    with week.person("Dewi", DESKTOP) as dewi:
        she_issues_a_circular(dewi, week.monday)
    address = f"/edaran/{week.circular_id()}"
    with week.person("Siti") as siti:
        she_reads_it_with_one_wrong_answer(siti)

    week.turn_to(1)
    with week.person("Joko", javascript=False) as joko:
        he_reads_it_without_a_script(joko)
    for name in READ_ON_TUESDAY:
        acknowledge(week.visitor(name), address, {"soal-0": "1", "soal-1": "1"})

    week.turn_to(3)
    with week.person("Lina") as lina:
        she_reads_it_by_keyboard(lina)
    for name in READ_ON_THURSDAY:
        acknowledge(week.visitor(name), address, {"soal-0": "1", "soal-1": "1"})
    with week.person("Dewi", DESKTOP) as dewi:
        # Of 42 first answers Siti gave one wrong and Joko two. One person read on Monday, 9 on Tuesday, 11 on Thursday.
        she_finds_in_the_report(dewi, "Dinas Kesehatan 21 21 21 100,0 % 92,8 % 3")
        she_finds_in_the_report(dewi, "Dinas Sosial 1 0 0 0,0 % – –")

    week.turn_to(4)
    with week.person("Dewi", DESKTOP) as dewi:
        she_issues_a_newer_version(dewi)
    with week.person("Siti") as siti:
        she_is_asked_about_the_changes_only(siti)

    week.turn_to(5)
    for name in READ_AGAIN:
        acknowledge(week.visitor(name), address, {"soal-1": "1"})
    with week.person("Dewi", DESKTOP) as dewi:
        she_finds_in_the_report(dewi, "Dinas Kesehatan 21 11 11 52,3 % 100,0 % 1")


def she_issues_a_circular(page: Page, monday: datetime) -> None:
    find_circulars(page)
    follow(page, "Tulis Surat Edaran")
    for label, value in FORM.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("Tanggal naskah").fill(f"{monday:%Y-%m-%d}")
    page.get_by_label("Tenggat").fill(f"{monday + timedelta(days=13):%Y-%m-%d}")
    page.get_by_label("Naskah", exact=True).fill("\n\n".join(TEXT))
    for number in ("1", "2"):
        page.get_by_label(f"Pilihan yang sesuai, pertanyaan {number}").select_option(label="B")
    picture(page, "edaran-tulis")
    press(page, "Simpan draf")
    expect(page.get_by_text("Draf tersimpan. Belum ada yang melihatnya.")).to_be_visible()
    picture(page, "edaran-draf")
    upload_the_signed_one(page, "Unggah berkas")
    follow(page, "Pratinjau")
    picture(page, "edaran-pratinjau")
    follow(page, "Terbitkan versi 1")
    picture(page, "edaran-terbitkan")
    press(page, "Terbitkan")
    expect(page.get_by_text("Versi 1 terbit untuk 22 pegawai.")).to_be_visible()
    picture(page, "edaran-terbit")


def find_circulars(page: Page) -> None:
    page.get_by_role("navigation").get_by_text("Lainnya").click()
    follow(page, "Surat Edaran")


def upload_the_signed_one(page: Page, button: str) -> None:
    pdf = FilePayload(name="naskah.pdf", mimeType="application/pdf", buffer=make_pdf(f"Naskah {button}"))
    page.get_by_label("Naskah bertanda tangan").set_input_files(pdf)
    press(page, button)
    expect(page.get_by_text("Naskah bertanda tangan tersimpan.")).to_be_visible()


def she_reads_it_with_one_wrong_answer(page: Page) -> None:
    picture(page, "siti-tugas")
    follow(page, TITLE)
    picture(page, "siti-edaran")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Unduh naskah bertanda tangan").click()
    assert Path(waiting.value.path()).read_bytes().startswith(b"%PDF")
    press(page, "Buka naskah")
    picture(page, "siti-edaran-terbuka")
    press(page, "Kirim")
    expect(page.get_by_role("link", name="Jawab pertanyaan 1")).to_be_visible()
    picture(page, "siti-edaran-kosong")
    answer(page, "Boleh di luar jam kerja", "Operator kepegawaian OPD")
    expect(page.get_by_text("1 jawaban belum sesuai")).to_be_visible()
    expect(page.get_by_role("blockquote")).to_have_text(TEXT[1])
    picture(page, "siti-edaran-belum-sesuai")
    check(page, thumbs=True)
    answer(page, "Tidak")
    expect(page.get_by_text("Pernyataan Anda tercatat")).to_be_visible()
    picture(page, "siti-edaran-selesai")


def answer(page: Page, *options: str) -> None:
    """Choose options by their labels, tick the statement and send."""
    for option in options:
        page.get_by_label(option, exact=True).check()
    page.get_by_label("Saya sudah membaca dan memahami").check()
    press(page, "Kirim")


def he_reads_it_without_a_script(page: Page) -> None:
    follow(page, TITLE)
    press(page, "Buka naskah")
    answer(page, "Boleh di luar jam kerja", "Tim kampanye")
    expect(page.get_by_text("2 jawaban belum sesuai")).to_be_visible()
    picture(page, "joko-edaran-belum-sesuai")
    answer(page, "Tidak", "Operator kepegawaian OPD")
    expect(page.get_by_text("Pernyataan Anda tercatat")).to_be_visible()


def she_reads_it_by_keyboard(page: Page) -> None:
    page.goto("/tugas")
    go_to(page, page.get_by_role("link", name=TITLE))
    page.keyboard.press("Enter")
    go_to(page, page.get_by_role("button", name="Buka naskah"))
    page.keyboard.press("Enter")
    for option in ("Boleh di luar jam kerja", "Tim kampanye"):
        # Tab stops at the first option of a question; the arrow moves on to the second and chooses it.
        go_to(page, page.get_by_label(option, exact=True))
        page.keyboard.press("ArrowDown")
    go_to(page, page.get_by_label("Saya sudah membaca dan memahami"))
    page.keyboard.press("Space")
    picture(page, "lina-edaran")
    go_to(page, page.get_by_role("button", name="Kirim"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Pernyataan Anda tercatat")).to_be_visible()


MOST_STOPS = 60


def go_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the focus is there."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab does not reach {wanted}")


def acknowledge(visitor: Visitor, address: str, answers: dict[str, str]) -> None:
    """Open a circular, answer and acknowledge it over HTTP."""
    visitor.get(address)
    page = visitor.post(f"{address}/buka", {})
    (shown,) = set(re.findall(r'name="naskah" value="(\d+)"', page.text))
    told = visitor.post(address, {**answers, "paham": "ya", "naskah": shown})
    assert "Pernyataan Anda tercatat" in told.text


def she_finds_in_the_report(page: Page, row: str) -> None:
    page.goto("/laporan/edaran")
    picture(page, f"laporan-edaran-{len(row)}")
    rows = page.get_by_role("row").all_inner_texts()
    assert row in [" ".join(text.split()) for text in rows]


def she_issues_a_newer_version(page: Page) -> None:
    find_circulars(page)
    follow(page, TITLE)
    press(page, "Tulis versi 2")
    page.get_by_label("Naskah", exact=True).fill("\n\n".join(NEWER))
    press(page, "Simpan draf")
    upload_the_signed_one(page, "Unggah berkas")
    follow(page, "Pratinjau")
    expect(page.get_by_text("Diubah: paragraf 3")).to_be_visible()
    expect(page.get_by_text("Ditambahkan: paragraf 4")).to_be_visible()
    picture(page, "edaran-pratinjau-2")
    follow(page, "Terbitkan versi 2")
    picture(page, "edaran-terbitkan-2")
    press(page, "Terbitkan")
    expect(page.get_by_text("Versi 2 terbit untuk 22 pegawai.")).to_be_visible()
    picture(page, "edaran-terbit-2")


def she_is_asked_about_the_changes_only(page: Page) -> None:
    expect(page.get_by_text("Versi baru: hanya perubahannya yang ditanyakan")).to_be_visible()
    picture(page, "siti-tugas-2")
    follow(page, TITLE)
    picture(page, "siti-edaran-2")
    press(page, "Buka yang berubah")
    expect(page.locator("ins").first).to_contain_text("atau BKPSDM pada jam layanan.")
    expect(page.get_by_text(FORM["Bunyi pertanyaan 2"])).to_be_visible()
    expect(page.get_by_text(FORM["Bunyi pertanyaan 1"])).to_have_count(0)
    picture(page, "siti-edaran-2-terbuka")
    check(page, thumbs=True)
    answer(page, "Operator kepegawaian OPD")
    expect(page.get_by_text("Pernyataan Anda tercatat")).to_be_visible()
    picture(page, "siti-edaran-2-selesai")
