"""/instansi/penerbit: the issuer's name and the numbers of later certificates."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from netral.organisation.models import Instansi
from tests.factories import make_instansi
from tests.web.conftest import Browser
from tests.web.officers import sign_in_officer

PAGE = "/instansi/penerbit"
OFFICE = {
    "penerbit": "Badan Kepegawaian Daerah",
    "singkatan": "BKD",
    "templat": "{klasifikasi}/{urut}/{unit}/{bulan}/{tahun}",
    "klasifikasi": "800.1",
}


def test_the_next_number_is_shown_before_and_after_it_is_saved(browser: Browser, session: Session) -> None:
    instansi = make_instansi(session)
    sign_in_officer(browser, session, instansi=instansi)
    assert "1/NETRAL-ASN/BKPSDM/V/2029" in browser.visit(PAGE).words

    seen = browser.send(PAGE, {**OFFICE, "aksi": "lihat"}, token_from=PAGE).words
    session.refresh(instansi)
    assert "akan bernomor 800.1/1/BKD/05/2029" in seen
    assert instansi.issuer_short == "BKPSDM"

    saved = browser.send(PAGE, OFFICE, token_from=PAGE).words
    assert "Nomor berikutnya 800.1/1/BKD/05/2029" in saved
    assert "Badan Kepegawaian Daerah Kabupaten Contoh" in saved


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("singkatan", " ", "Isi singkatan penerbit"),
        ("penerbit", "Badan 😀", "Ada huruf yang tidak dapat dicetak: 😀"),
        ("templat", "{klasifikasi}/{tahun}", "harus memuat {urut} tepat satu kali"),
        ("templat", "{urut}/{nip}", "Isian {nip} tidak dikenal"),
        ("templat", "{urut}#", "Tanda # tidak dapat dipakai"),
        ("klasifikasi", "", "tetapi isinya kosong"),
    ],
)
def test_an_unusable_setting_is_explained(
    browser: Browser, session: Session, field: str, value: str, told: str
) -> None:
    sign_in_officer(browser, session, instansi=make_instansi(session))

    assert told in browser.send(PAGE, {**OFFICE, field: value}, token_from=PAGE, status=422).words


def test_an_old_page_is_told_what_was_saved_since(browser: Browser, session: Session) -> None:
    instansi = make_instansi(session)
    sign_in_officer(browser, session, instansi=instansi)
    page = browser.visit(PAGE)
    session.get_one(Instansi, instansi.id).issuer_short = "BKPP"
    session.commit()

    form = {**OFFICE, "csrf_token": page.hidden(PAGE)["csrf_token"], "versi": page.value("versi")}
    answer = browser.open(PAGE, method="POST", data=form)
    assert answer.status_code == 409
    assert "Tersimpan sekarang: BKPP" in answer.text


def test_pages_speak_of_the_office_by_its_name(
    browser: Browser, session: Session, open_browser: Callable[[], Browser]
) -> None:
    instansi = make_instansi(session)
    instansi.issuer_short = "Biro SDM"
    sign_in_officer(browser, session, instansi=instansi)

    for page in (browser.visit("/bantuan"), open_browser().visit("/bantuan"), browser.visit("/profil")):
        assert "BKPSDM" not in page.words
    assert "diimpor oleh Biro SDM" in open_browser().visit("/bantuan").words
