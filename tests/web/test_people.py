"""/pegawai: the list of an officer's people, and the codes printed for them."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.accounts.models import OneTimeCode
from netral.organisation.models import Asn, Instansi, Opd
from tests.factories import make_asn, make_instansi, make_opd, make_user
from tests.web.conftest import PASSWORD, Browser, give_role
from tests.web.officers import sign_in_officer, sign_in_operator


@pytest.fixture
def kesehatan(session: Session) -> Opd:
    return make_opd(session, kode="dinkes")


@pytest.fixture
def siti(session: Session, kesehatan: Opd) -> Asn:
    asn = make_asn(session, opd=kesehatan)
    make_user(session, asn=asn)
    session.commit()
    return asn


def instansi_of(session: Session, opd: Opd) -> Instansi:
    return session.get_one(Instansi, opd.instansi_id)


def test_an_operator_reads_names_of_his_opd_and_no_nip(
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
    page = browser.send(f"/pegawai/{siti.id}/kode")
    code = re.search(r"KODE\d{6}", page.words)
    assert code
    assert siti.nip
    assert siti.nip not in page.text
    browser.send("/keluar")

    browser.post("/aktivasi", {"nip": siti.nip, "kode": code[0], "kata_sandi": PASSWORD}, token_from="/aktivasi")
    assert browser.visit("/profil").heading == "Profil saya"


def test_the_sheet_of_an_opd_is_grouped_by_unit_and_leaves_out_who_has_a_password(
    browser: Browser, session: Session, kesehatan: Opd, siti: Asn
) -> None:
    puskesmas = make_opd(session, nama="Puskesmas Hulu", parent=kesehatan)
    make_user(session, asn=make_asn(session, opd=puskesmas, nama="Sari Dewi"))
    sign_in_operator(browser, session, kesehatan)

    page = browser.send("/pegawai/kode", {"opd": "dinkes"})

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
