"""/usulan: two officers decide, so that those who are overseen hold no key of those who oversee."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.accounts.models import OneTimeCode, Proposal, RoleGrant, SecondFactor, User
from netral.organisation.models import Instansi
from tests.factories import make_asn, make_instansi, make_opd, make_user
from tests.web.conftest import PASSWORD, Browser, Clock, give_password, give_role
from tests.web.officers import arrive, sign_in_officer
from tests.web.pages import Page

Open = Callable[[], Browser]


@pytest.fixture
def instansi(session: Session) -> Instansi:
    return make_instansi(session)


@pytest.fixture
def eka(session: Session, instansi: Instansi) -> User:
    """Return Eka, an inspector who stands on the roster, as in a small pemda."""
    asn = make_asn(session, opd=make_opd(session, nama="Inspektorat", kode="insp"), nama="Eka Pratama")
    return give_role(session, give_password(session, make_user(session, asn=asn)), Role.INSPEKTORAT, instansi=instansi)


@pytest.fixture
def dewi(browser: Browser, session: Session, instansi: Instansi, eka: User) -> Browser:
    sign_in_officer(browser, session, instansi=instansi)
    return browser


@pytest.fixture
def putu(open_browser: Open, session: Session) -> Browser:
    browser = open_browser()
    sign_in_officer(browser, session, Role.PENGELOLA, instansi=None, nama="Putu")
    return browser


def propose(browser: Browser, user: User, what: str, status: int = 200) -> Page:
    return browser.send(f"/usulan/baru/{user.id}", {"hal": what, "alasan": "ponselnya hilang"}, status=status)


def place_of(session: Session) -> str:
    session.rollback()
    return f"/usulan/{session.scalars(select(Proposal.id).order_by(Proposal.id.desc())).first()}"


def confirm(browser: Browser, place: str, status: int = 200, **fields: str) -> Page:
    return browser.send(place, {"tindakan": "setujui", **fields}, status=status)


def count(session: Session, table: type) -> int:
    session.rollback()
    return len(session.scalars(select(table)).all())


def test_bkpsdm_cannot_become_inspektorat_alone(
    dewi: Browser, session: Session, eka: User, open_browser: Open, instansi: Instansi
) -> None:
    """Walk the way that once led from BKPSDM to the pages of the Inspektorat."""
    codes = f"/pegawai/{eka.asn_id}/kode"
    for place in (codes, f"/pegawai/{eka.asn_id}/autentikator"):
        assert place not in dewi.visit("/pegawai").links().values()
        assert "memerlukan dua petugas" in dewi.visit(place, status=409).words
        dewi.send(place, {"terakhir": "0", "gugur": "0"}, status=409)
    assert "Eka" not in dewi.send("/pegawai/kode", {"opd": "insp", "terakhir": "0", "gugur": "0"}, status=409).words
    assert count(session, OneTimeCode) == 0
    assert session.get(SecondFactor, eka.id)

    for what in ("kode", "autentikator"):
        propose(dewi, eka, what)
        confirm(dewi, place_of(session), status=409)
    citra = open_browser()
    sign_in_officer(citra, session, instansi=instansi, nama="Citra")
    for proposal_id in session.scalars(select(Proposal.id)).all():
        assert "Setujui" not in citra.visit(f"/usulan/{proposal_id}").words
        confirm(citra, f"/usulan/{proposal_id}", status=403)
    assert count(session, OneTimeCode) == 0
    assert session.get(SecondFactor, eka.id)


def test_a_new_inspector_is_named_by_two_and_nobody_s_old_password_is_left(
    dewi: Browser, putu: Browser, session: Session, instansi: Instansi, open_browser: Open
) -> None:
    opd = make_opd(session, nama="Dinas Sosial")
    siti = give_password(session, make_user(session, asn=make_asn(session, opd=opd, nama="Siti Aminah")))
    login = siti.login
    assert "Kode sekali pakai" not in dewi.visit(f"/usulan/baru/{siti.id}").words
    propose(dewi, siti, "inspektorat")
    place = place_of(session)
    assert "Menunggu petugas lain" in putu.visit("/usulan").words

    page = confirm(putu, place)
    code = re.search(r"KODE\d{6}", page.words)
    assert code
    assert "NIP Anda" in page.words
    again = confirm(putu, place, status=409)
    assert "Disetujui oleh Putu" in again.words
    assert code[0] not in again.text
    stranger = open_browser()
    stranger.send("/masuk", {"nip": login, "kata_sandi": PASSWORD}, status=422)
    stranger.send("/aktivasi", {"nip": login, "kode": code[0], "kata_sandi": PASSWORD}, token_from="/aktivasi")
    assert stranger.visit("/pengawasan").heading == "Pasang autentikator"


def test_both_officers_and_the_person_see_the_proposal(
    dewi: Browser, putu: Browser, session: Session, eka: User, open_browser: Open
) -> None:
    propose(dewi, eka, "kode")
    place = place_of(session)
    own = open_browser()
    arrive(own, eka)

    for browser, label in ((dewi, "Usulan"), (putu, "Usulan (1)"), (own, "Usulan")):
        page = browser.visit("/usulan")
        assert place in page.links().values()
        assert page.links()[label] == "/usulan"
    assert "Dewi mengusulkan" in own.visit("/profil").words
    assert "Setujui" in putu.visit(place).words
    assert "Setujui" not in own.visit(place).words
    confirm(own, place, status=409)
    assert "Yang dapat menyetujui: Pengelola." in dewi.visit(place).words
    dewi.send(place, {"tindakan": "tarik"})
    assert "Ditarik kembali" in putu.visit(place).words
    confirm(putu, place, status=409)
    assert count(session, OneTimeCode) == 0


def test_a_proposal_that_nobody_may_confirm_yet_says_who_makes_such_an_officer(
    dewi: Browser, session: Session, instansi: Instansi, open_browser: Open
) -> None:
    propose(dewi, make_user(session, instansi=instansi, nama="Siti"), "inspektorat")
    place, nobody = place_of(session), "Belum ada orangnya: minta pemilik mesin membuat akunnya"
    assert nobody in dewi.visit(place).words

    sign_in_officer(open_browser(), session, Role.PENGELOLA, instansi=None, nama="Putu")

    assert nobody not in dewi.visit(place).words


def test_a_proposal_ends_after_72_hours(
    dewi: Browser, putu: Browser, session: Session, eka: User, clock: Clock, open_browser: Open
) -> None:
    propose(dewi, eka, "kode")
    place = place_of(session)
    clock.forward(hours=72)
    late = open_browser()
    arrive(late, session.scalars(select(User).where(User.nama == "Putu")).one())

    assert "Lewat 72 jam" in late.visit(place).words
    assert "Lewat 72 jam" in confirm(late, place, status=409).words
    assert count(session, OneTimeCode) == 0


def test_proposing_and_confirming_ask_for_proof(
    dewi: Browser, putu: Browser, session: Session, eka: User, clock: Clock
) -> None:
    clock.forward(minutes=11)
    proof = {"sandi_lagi": PASSWORD, "kode_lagi": dewi.code()}
    assert "Kata sandi Anda" in propose(dewi, eka, "kode", status=422).words
    assert count(session, Proposal) == 0
    dewi.send(f"/usulan/baru/{eka.id}", {"hal": "kode", "alasan": "lupa", **proof})
    place = place_of(session)

    assert "Kata sandi Anda" in confirm(putu, place, status=422).words
    assert count(session, OneTimeCode) == 0
    putu.send(place, {"tindakan": "setujui", **proof})
    assert count(session, OneTimeCode) == 1


def test_the_same_proposal_is_made_once(dewi: Browser, session: Session, eka: User) -> None:
    propose(dewi, eka, "kode")
    again = propose(dewi, eka, "kode", status=409)

    assert place_of(session) in again.links().values()
    assert count(session, Proposal) == 1


def test_a_confirmation_that_is_sent_twice_at_once_makes_one_code(
    dewi: Browser, putu: Browser, session: Session, eka: User
) -> None:
    propose(dewi, eka, "kode")
    place = place_of(session)
    sent = {"tindakan": "setujui", "csrf_token": putu.token(place)}
    cookie = putu.client.get_cookie("netral")
    assert cookie

    def press(_: int) -> int:
        client = putu.client.application.test_client()
        client.set_cookie("netral", cookie.value)
        return client.post(place, data=sent).status_code

    session.commit()
    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(press, range(4))) == [200, 409, 409, 409]
    assert count(session, OneTimeCode) == 1


def test_a_proposal_about_an_account_that_was_switched_off_waits_for_nobody(
    dewi: Browser, putu: Browser, session: Session, eka: User
) -> None:
    propose(dewi, eka, "kode")
    eka.active = False

    assert "Usulan" in putu.visit("/pengelola").links()
    assert "Setujui" not in putu.visit(place_of(session)).words
    confirm(putu, place_of(session), status=404)


@pytest.mark.parametrize("role", [Role.BKPSDM, Role.INSPEKTORAT])
def test_officers_of_another_instansi_find_no_proposal(
    dewi: Browser, session: Session, eka: User, open_browser: Open, role: Role
) -> None:
    propose(dewi, eka, "kode")
    place = place_of(session)
    stranger = open_browser()
    sign_in_officer(stranger, session, role, instansi=make_instansi(session, kode="lain"), nama="Gita")

    assert place not in stranger.visit("/usulan").links().values()
    stranger.visit(place, status=404)
    confirm(stranger, place, status=404)
    stranger.visit(f"/usulan/baru/{eka.id}", status=404)


def test_a_pengelola_finds_and_proposes_people_of_the_chosen_instansi(
    putu: Browser, session: Session, instansi: Instansi, eka: User
) -> None:
    other = make_instansi(session, kode="lain", nama="Kabupaten Lain")
    make_user(session, asn=make_asn(session, opd=make_opd(session, instansi=other), nama="Sena Lain"))
    page = putu.visit("/pengelola/petugas?instansi=contoh")
    assert "Eka Pratama" in page.words
    assert "Putu" in page.words

    found = putu.send("/cari", {"ke": "/pengelola/petugas", "instansi": "lain", "cari": "sena"})
    assert "Sena Lain" in found.words
    assert "Eka" not in found.words
    putu.visit("/pengelola/petugas?instansi=tidak-ada", status=404)


def test_a_pengelola_revokes_an_inspector_only_while_another_one_oversees(
    putu: Browser, session: Session, instansi: Instansi, eka: User
) -> None:
    """Otherwise one person could end all oversight; two name the successor first."""
    grant_id = session.scalars(select(RoleGrant.id).where(RoleGrant.user_id == eka.id)).one()
    place = f"/pengelola/petugas/cabut/{grant_id}"
    assert "Petugas terakhir" in putu.send(place, status=409, token_from=place).heading
    keeper = session.scalars(select(RoleGrant.id).where(RoleGrant.role == "pengelola")).one()
    last = f"/pengelola/petugas/cabut/{keeper}"
    assert "Petugas terakhir" in putu.send(last, status=409, token_from=last).heading

    give_role(session, make_user(session, nama="Fitri", instansi=instansi), Role.INSPEKTORAT, instansi=instansi)
    session.commit()
    putu.send(place, token_from=place)

    session.rollback()
    assert session.get_one(RoleGrant, grant_id).revoked_at
