"""Searching the lists of officers: by name without its signs, by NIP that stands in no address and no log."""

import pytest
from sqlalchemy.orm import Session

from netral.organisation.models import Asn, Instansi, Opd
from tests.factories import make_asn, make_enrolment, make_opd, make_period, make_user
from tests.web.conftest import Browser, give_password
from tests.web.officers import sign_in_officer, sign_in_operator

NIP = "198501012010012000"


@pytest.fixture
def maruf(session: Session) -> Asn:
    asn = make_asn(session, nama="Ahmad Ma’ruf, S.Ag.", nip=NIP)
    make_asn(session, nama="Eva Andrée")
    make_enrolment(session, asn=asn, period=make_period(session, kode="pilkada"))
    session.commit()
    return asn


@pytest.fixture
def dewi(browser: Browser, session: Session, maruf: Asn) -> Browser:
    sign_in_officer(browser, session, instansi=session.get_one(Instansi, maruf.instansi_id))
    return browser


def opd_of(session: Session, asn: Asn) -> Opd:
    return session.get_one(Opd, asn.opd_id)


def lists(session: Session, asn: Asn) -> list[str]:
    return ["/pegawai", "/periode/pilkada/peserta", f"/opd/{opd_of(session, asn).kode}"]


@pytest.mark.parametrize("text", ["Ma'ruf", "maruf", "MA’RUF", NIP, "NIP. 19850101 201001 2 000", "20100120"])
def test_every_list_of_people_can_be_searched(dewi: Browser, session: Session, maruf: Asn, text: str) -> None:
    for path in lists(session, maruf):
        words = dewi.send("/cari", {"ke": path, "cari": text}).words

        assert "Ahmad Ma’ruf" in words, path
        assert "Eva Andrée" not in words, path


@pytest.mark.parametrize("text", ["000", "NON-0019", "non-00"])
def test_people_are_found_by_the_end_of_their_nip_and_by_their_login(
    dewi: Browser, session: Session, maruf: Asn, text: str
) -> None:
    make_user(session, asn=maruf)
    tono = make_asn(session, nama="Tono", number="19")
    tono.nip = None
    make_user(session, asn=tono, login="non-0019")
    words = dewi.send("/cari", {"ke": "/pegawai", "cari": text}).words

    assert ("Ahmad Ma’ruf" in words) is (text == "000")
    assert ("Tono" in words) is (text != "000")


@pytest.mark.parametrize("text", [NIP, "1985 0101", f"Ahmad {NIP}"])
def test_a_number_stands_neither_in_the_address_nor_in_a_link(dewi: Browser, text: str) -> None:
    sent = dewi.post("/cari", {"ke": "/pegawai", "cari": text, "opd": "", "akun": ""})
    assert sent.status_code == 303
    assert sent.location.startswith("/pegawai?nomor=")
    assert "1985" not in sent.location

    page = dewi.visit(sent.location)
    assert "Ahmad Ma’ruf" in page.words
    assert page.value("cari") == text
    assert not [href for href in page.links().values() if "1985" in href]


def test_an_address_with_a_number_leads_to_one_without(dewi: Browser) -> None:
    answer = dewi.get(f"/pegawai?opd=&cari={NIP}&halaman=1")

    assert answer.status_code == 303
    assert NIP not in answer.location
    assert "Ahmad Ma’ruf" in dewi.visit(answer.location).words


def test_a_number_is_in_no_line_of_the_log(dewi: Browser, capfd: pytest.CaptureFixture[str]) -> None:
    capfd.readouterr()
    dewi.send("/cari", {"ke": "/pegawai", "cari": NIP})
    dewi.visit(f"/pegawai?cari={NIP}")

    logged = capfd.readouterr().err
    assert '"route": "/cari"' in logged
    assert NIP not in logged


def test_a_sealed_number_opens_only_for_its_searcher(
    dewi: Browser, browser: Browser, session: Session, maruf: Asn
) -> None:
    address = dewi.post("/cari", {"ke": "/pegawai", "cari": NIP}).location
    dewi.send("/keluar")
    sign_in_operator(browser, session, opd_of(session, maruf))

    browser.visit(address, status=404)
    browser.visit("/pegawai?nomor=rusak", status=404)


def test_a_name_stays_in_the_address_with_what_else_was_chosen(dewi: Browser, session: Session, maruf: Asn) -> None:
    kode = opd_of(session, maruf).kode
    sent = dewi.post("/cari", {"ke": "/pegawai", "cari": " Ma’ruf\u200b ", "opd": kode})

    assert sent.location == f"/pegawai?opd={kode}&cari=Ma%E2%80%99ruf"


def test_an_operator_finds_nobody_beyond_their_opd(browser: Browser, session: Session, maruf: Asn) -> None:
    sign_in_operator(browser, session, make_opd(session, nama="Dinas Perhubungan"))

    assert "Ahmad" not in browser.send("/cari", {"ke": "/pegawai", "cari": NIP}).words


@pytest.mark.parametrize("target", ["//jahat.example", "https://jahat.example", "", "jahat"])
def test_a_search_never_leads_to_another_site(dewi: Browser, target: str) -> None:
    assert dewi.post("/cari", {"ke": target, "cari": "x"}).status_code == 400


def test_people_without_an_active_account_are_listed_by_themselves(dewi: Browser, session: Session, maruf: Asn) -> None:
    make_user(session, asn=maruf)
    give_password(session, make_user(session, asn=make_asn(session, nama="Citra Maharani")))

    words = dewi.send("/cari", {"ke": "/pegawai", "akun": "belum-aktif"}).words
    assert "Ahmad Ma’ruf" in words
    assert "Citra Maharani" not in words


def test_a_search_for_signs_alone_finds_nobody(dewi: Browser) -> None:
    assert "Tidak ada pegawai yang cocok" in dewi.visit("/pegawai?cari=...").words
