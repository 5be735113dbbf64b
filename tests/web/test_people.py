"""/pegawai: the list of an officer's people, and the codes printed for them."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.accounts.models import OneTimeCode, User
from netral.organisation.models import Asn, Instansi, Opd
from tests.factories import make_asn, make_instansi, make_opd, make_user
from tests.web.conftest import PASSWORD, Browser, Clock, give_role
from tests.web.officers import sign_in_officer, sign_in_operator
from tests.web.pages import Page


@pytest.fixture
def kesehatan(session: Session) -> Opd:
    return make_opd(session, kode="dinkes")


@pytest.fixture
def siti(session: Session, kesehatan: Opd) -> Asn:
    asn = make_asn(session, opd=kesehatan)
    make_user(session, asn=asn)
    session.commit()
    return asn


def make_codes(browser: Browser, place: str, *, status: int = 200, **fields: str) -> Page:
    """Read the page that asks, and press its button."""
    asked = browser.visit(place)
    sent = {**named(asked), "opd": asked.value("opd"), **fields}
    return browser.send(place.partition("?")[0], sent, status=status, token_from=place)


def named(asked: Page) -> dict[str, str | None]:
    """Return the codes that the page knows of."""
    return {name: asked.value(name) for name in ("terakhir", "gugur")}


def code_on(page: Page) -> str:
    found = re.search(r"KODE\d{6}", page.words)
    assert found
    return found[0]


def instansi_of(session: Session, opd: Opd) -> Instansi:
    return session.get_one(Instansi, opd.instansi_id)


def test_an_operator_reads_names_of_their_opd_and_no_nip(
    browser: Browser, session: Session, kesehatan: Opd, siti: Asn
) -> None:
    make_asn(session, opd=make_opd(session, nama="Dinas Perhubungan"), nama="Citra Maharani")
    sign_in_operator(browser, session, kesehatan)

    page = browser.visit("/pegawai")

    assert "Siti Aminah" in page.words
    assert "Citra Maharani" not in page.words
    assert "Dinas Perhubungan" not in page.words
    assert siti.nip
    assert siti.nip not in page.text
    assert not re.search(r"\d{6}", page.words)


def test_the_link_to_the_import_is_for_bkpsdm_only(browser: Browser, session: Session, kesehatan: Opd) -> None:
    sign_in_operator(browser, session, kesehatan)
    assert "/pegawai/impor" not in browser.visit("/pegawai").text
    browser.send("/keluar")
    sign_in_officer(browser, session, instansi=instansi_of(session, kesehatan))
    assert "/pegawai/impor" in browser.visit("/pegawai").text


def test_a_search_that_finds_nobody_says_so(browser: Browser, session: Session, kesehatan: Opd) -> None:
    sign_in_operator(browser, session, kesehatan)

    assert "Tidak ada pegawai yang cocok" in browser.visit("/pegawai?cari=zzz&opd=dinkes&halaman=7").words


def test_an_opd_of_others_is_not_found(browser: Browser, session: Session, kesehatan: Opd) -> None:
    elsewhere = make_opd(session, instansi=make_instansi(session, kode="lain"), kode="lain-1")
    make_user(session, asn=make_asn(session, opd=elsewhere))
    sign_in_officer(browser, session, instansi=instansi_of(session, kesehatan))

    browser.visit("/pegawai?opd=lain-1", status=404)
    browser.send("/pegawai/kode", {"opd": "lain-1"}, status=404)
    browser.send("/pegawai/kode", {}, status=404)
    assert session.scalars(select(OneTimeCode)).all() == []


def test_a_person_out_of_reach_is_not_found(browser: Browser, session: Session, kesehatan: Opd, siti: Asn) -> None:
    perhubungan = make_opd(session, nama="Dinas Perhubungan")
    sign_in_operator(browser, session, perhubungan)

    browser.send(f"/pegawai/{siti.id}/kode", status=404)


def test_a_printed_code_activates_the_account(browser: Browser, session: Session, kesehatan: Opd, siti: Asn) -> None:
    sign_in_operator(browser, session, kesehatan)
    page = make_codes(browser, f"/pegawai/{siti.id}/kode")
    assert siti.nip
    assert siti.nip not in page.text
    browser.send("/keluar")

    browser.post("/aktivasi", {"nip": siti.nip, "kode": code_on(page), "kata_sandi": PASSWORD}, token_from="/aktivasi")
    assert browser.visit("/profil").heading == "Profil saya"


def test_the_sheet_of_an_opd_is_grouped_by_unit_and_leaves_out_people_with_a_password(
    browser: Browser, session: Session, kesehatan: Opd, siti: Asn
) -> None:
    puskesmas = make_opd(session, nama="Puskesmas Hulu", parent=kesehatan)
    make_user(session, asn=make_asn(session, opd=puskesmas, nama="Sari Dewi"))
    sign_in_operator(browser, session, kesehatan)

    page = make_codes(browser, "/pegawai/kode?opd=dinkes")

    assert page.heading == "2 kode sekali pakai"
    assert [element.text for element in page.all("h2")] == ["Dinas Kesehatan", "Puskesmas Hulu"]
    assert "Budi Santoso" not in page.words.replace("Budi Santoso Keluar", "")
    assert "Kode hanya tampil sekali" in page.words


def test_when_everybody_has_a_password_there_is_nothing_to_print(
    browser: Browser, session: Session, kesehatan: Opd
) -> None:
    sign_in_operator(browser, session, kesehatan)

    assert "sudah punya kata sandi" in browser.send("/pegawai/kode", {"opd": "dinkes"}, status=409).words


def test_an_operator_gets_no_code_for_an_officer_of_bkpsdm(browser: Browser, session: Session, kesehatan: Opd) -> None:
    dewi = make_user(session, asn=make_asn(session, opd=kesehatan, nama="Dewi Lestari"))
    give_role(session, dewi, Role.BKPSDM, instansi=instansi_of(session, kesehatan))
    sign_in_operator(browser, session, kesehatan)

    page = browser.send(f"/pegawai/{dewi.asn_id}/kode", status=409)

    assert "Mintalah kodenya kepada BKPSDM" in page.words
    assert "Kode hanya dari petugas di atasnya" in browser.visit("/pegawai").words


def test_looking_at_the_page_that_asks_makes_no_code(
    browser: Browser, session: Session, kesehatan: Opd, siti: Asn
) -> None:
    sign_in_operator(browser, session, kesehatan)

    assert f"/pegawai/{siti.id}/kode" in browser.visit("/pegawai").links().values()
    assert browser.visit(f"/pegawai/{siti.id}/kode").heading == "Buat kode untuk Siti Aminah?"
    assert browser.visit("/pegawai/kode?opd=dinkes").heading == "Cetak kode untuk Dinas Kesehatan?"
    assert session.scalars(select(OneTimeCode)).all() == []


@pytest.mark.parametrize("place", ["/pegawai/kode?opd=dinkes", "/pegawai/{siti}/kode"])
def test_a_form_that_is_sent_again_leaves_the_printed_codes_good(
    browser: Browser, session: Session, kesehatan: Opd, siti: Asn, place: str
) -> None:
    sign_in_operator(browser, session, kesehatan)
    place = place.format(siti=siti.id)
    old = browser.visit(place)
    code = code_on(make_codes(browser, place))
    sent = {**named(old), "opd": old.value("opd")}
    again = browser.send(place.partition("?")[0], sent, status=409)

    assert "sudah dibuat" in again.heading
    assert "1 kode masih berlaku" in again.words
    assert "oleh Budi Santoso" in again.words
    assert "Siti Aminah 2 Mei 2029 pukul 10.00 WITA Budi Santoso Masih berlaku" in again.words
    assert code not in again.text
    browser.send(place.partition("?")[0], {"opd": "dinkes"}, status=422)
    redeemed = {"nip": siti.nip, "kode": code, "kata_sandi": PASSWORD}
    browser.send("/keluar")
    assert browser.post("/aktivasi", redeemed, token_from="/aktivasi").status_code == 303


def test_asking_for_codes_once_more_makes_new_ones(
    browser: Browser, session: Session, kesehatan: Opd, siti: Asn
) -> None:
    sign_in_operator(browser, session, kesehatan)
    place = f"/pegawai/{siti.id}/kode"

    assert code_on(make_codes(browser, place)) != code_on(make_codes(browser, place))


def test_no_code_ends_that_the_page_has_not_named(
    browser: Browser, session: Session, kesehatan: Opd, siti: Asn
) -> None:
    sign_in_operator(browser, session, kesehatan)
    place = f"/pegawai/{siti.id}/kode"
    make_codes(browser, place)

    assert "Buat kode baru; 1 kode lama gugur" in browser.visit(place).words
    make_codes(browser, place, gugur="0", status=409)
    assert len(session.scalars(select(OneTimeCode)).all()) == 1


def test_a_form_that_is_sent_twice_at_once_makes_one_sheet(
    browser: Browser, session: Session, kesehatan: Opd, siti: Asn
) -> None:
    sign_in_operator(browser, session, kesehatan)
    asked = browser.visit("/pegawai/kode?opd=dinkes")
    sent = {**named(asked), "opd": "dinkes", "csrf_token": asked.token()}
    cookie = browser.client.get_cookie("netral")
    assert cookie

    def press(_: int) -> int:
        client = browser.client.application.test_client()
        client.set_cookie("netral", cookie.value)
        return client.post("/pegawai/kode", data=sent).status_code

    session.commit()
    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(press, range(4))) == [200, 409, 409, 409]
    assert len(session.scalars(select(OneTimeCode).where(OneTimeCode.user_id == user_of(session, siti).id)).all()) == 1


def user_of(session: Session, asn: Asn) -> User:
    return session.scalars(select(User).where(User.asn_id == asn.id)).one()


@pytest.mark.parametrize("place", ["/pegawai/kode?opd=dinkes", "/pegawai/{eka}/kode"])
def test_a_code_for_an_officer_asks_its_maker_for_proof(
    browser: Browser, session: Session, kesehatan: Opd, siti: Asn, clock: Clock, place: str
) -> None:
    instansi = instansi_of(session, kesehatan)
    eka = make_user(session, asn=make_asn(session, opd=kesehatan, nama="Eka Pratama"))
    give_role(session, eka, Role.PENYUNTING, instansi=instansi)
    sign_in_officer(browser, session, instansi=instansi)
    clock.forward(minutes=11)
    place = place.format(eka=eka.asn_id)

    assert "Eka Pratama memegang peran petugas" in browser.visit(place).words
    assert "Kata sandi Anda" in make_codes(browser, place, status=422).words
    assert session.scalars(select(OneTimeCode)).all() == []
    assert code_on(make_codes(browser, f"/pegawai/{siti.id}/kode")), "nobody else's code asks for it"
    make_codes(browser, place, sandi_lagi=PASSWORD, kode_lagi=browser.code())
    assert session.scalars(select(OneTimeCode).where(OneTimeCode.user_id == eka.id)).one()


def test_an_old_slip_opens_no_officer_s_account(
    browser: Browser, open_browser: Callable[[], Browser], session: Session, kesehatan: Opd, siti: Asn
) -> None:
    sign_in_operator(browser, session, kesehatan)
    code = code_on(make_codes(browser, f"/pegawai/{siti.id}/kode"))
    give_role(session, user_of(session, siti), Role.BKPSDM, instansi=instansi_of(session, kesehatan))

    sent = {"nip": siti.nip, "kode": code, "kata_sandi": PASSWORD}
    page = open_browser().send("/aktivasi", sent, status=422, token_from="/aktivasi")
    assert "Minta kode baru" in page.words
