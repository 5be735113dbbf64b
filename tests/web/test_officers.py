"""/petugas: officers that BKPSDM names and revokes, one by one and by list, within its own instansi."""

from io import BytesIO

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.accounts.models import RoleGrant, User
from netral.audit.models import AuditEvent
from netral.organisation.models import Asn, Instansi, Opd
from tests.factories import make_asn, make_instansi, make_opd, make_user
from tests.roster.roster_generator import write_workbook
from tests.web.conftest import PASSWORD, Browser, Clock, give_role
from tests.web.officers import sign_in_officer
from tests.web.pages import Page

HEADINGS = ("NIP", "KODE OPD")


@pytest.fixture
def kesehatan(session: Session) -> Opd:
    return make_opd(session, kode="dinkes")


@pytest.fixture
def budi(session: Session, kesehatan: Opd) -> User:
    return make_user(session, asn=make_asn(session, opd=kesehatan, nama="Budi Santoso", nip="198501012010012417"))


@pytest.fixture
def dewi(browser: Browser, session: Session, budi: User) -> User:
    """Return Dewi of BKPSDM, who is signed in."""
    return sign_in_officer(browser, session, instansi=session.get_one(Instansi, budi.instansi_id))


def held(session: Session, user: User) -> list[tuple[str, int | None]]:
    session.rollback()
    statement = select(RoleGrant.role, RoleGrant.opd_id).where(
        RoleGrant.user_id == user.id, RoleGrant.revoked_at.is_(None)
    )
    return [(role, opd_id) for role, opd_id in session.execute(statement)]


def name(browser: Browser, user: User, status: int = 200, **fields: str) -> Page:
    return browser.send(f"/petugas/tunjuk/{user.id}", fields, status=status)


def test_bkpsdm_names_an_operator_and_revokes_them(
    browser: Browser, session: Session, dewi: User, budi: User, kesehatan: Opd
) -> None:
    assert "OPD tanpa operator: 1" in browser.visit("/petugas").words
    assert name(browser, budi, status=422, peran="operator_opd").heading == "Tunjuk Budi Santoso"

    page = name(browser, budi, peran="operator_opd", opd="dinkes")
    assert "Budi Santoso sekarang Operator OPD" in page.words
    assert "OPD tanpa operator" not in page.words
    assert held(session, budi) == [("operator_opd", kesehatan.id)]
    assert "sudah memegang peran itu" in name(browser, budi, status=409, peran="operator_opd", opd="dinkes").words

    place = next(href for href in page.links().values() if href.startswith("/petugas/cabut/"))
    assert held(session, budi), "the page that asks revokes nothing"
    browser.send(place, {"versi": "lama"}, status=409)
    browser.send(place, token_from=place)
    assert held(session, budi) == []
    session.rollback()
    acts = session.execute(select(AuditEvent.action, AuditEvent.actor_id).order_by(AuditEvent.id)).all()
    assert [tuple(each) for each in acts][-2:] == [("role.granted", dewi.id), ("role.revoked", dewi.id)]


@pytest.mark.parametrize("role", ["inspektorat", "bkpsdm", "pengelola", "peserta", "raja"])
def test_bkpsdm_names_no_officer_of_oversight(
    browser: Browser, session: Session, dewi: User, budi: User, role: str
) -> None:
    name(browser, budi, status=422, peran=role, opd="dinkes")

    assert held(session, budi) == []


def test_bkpsdm_revokes_no_officer_of_oversight(browser: Browser, session: Session, dewi: User, budi: User) -> None:
    give_role(session, budi, Role.INSPEKTORAT, instansi=session.get_one(Instansi, budi.instansi_id))
    grant_id = session.scalars(select(RoleGrant.id).where(RoleGrant.user_id == budi.id)).one()

    browser.send(f"/petugas/cabut/{grant_id}", status=404)
    assert held(session, budi) == [("inspektorat", None)]


def test_naming_asks_for_proof(browser: Browser, session: Session, dewi: User, budi: User, clock: Clock) -> None:
    clock.forward(minutes=11)

    assert "Kata sandi Anda" in name(browser, budi, status=422, peran="pimpinan").words
    assert held(session, budi) == []
    name(browser, budi, peran="pimpinan", sandi_lagi=PASSWORD, kode_lagi=browser.code())
    assert held(session, budi) == [("pimpinan", None)]


@pytest.mark.parametrize("text", ["417", "198501012010012417", "santoso", "petugas-luar"])
def test_people_are_found_by_the_end_of_their_nip_name_and_login(
    browser: Browser, session: Session, dewi: User, budi: User, text: str
) -> None:
    make_user(
        session, login="petugas-luar", nama="Santoso dari Luar", instansi=session.get_one(Instansi, dewi.instansi_id)
    )
    page = browser.send("/cari", {"ke": "/petugas/tunjuk", "cari": text})

    assert ("Budi Santoso" in page.words) is (text != "petugas-luar")
    assert ("Santoso dari Luar" in page.words) is (text in {"petugas-luar", "santoso"})


def send_list(browser: Browser, *rows: tuple[str, str], status: int = 200) -> Page:
    fields = {
        "csrf_token": browser.token("/petugas/daftar"),
        "berkas": (BytesIO(write_workbook([HEADINGS, *rows])), "operator.xlsx"),
    }
    sent = browser.open("/petugas/daftar", method="POST", data=fields, content_type="multipart/form-data")
    return browser.read(sent, status)


def test_a_list_is_shown_first_and_applied_as_a_whole(
    browser: Browser, session: Session, dewi: User, budi: User, kesehatan: Opd
) -> None:
    perhubungan = make_opd(session, nama="Dinas Perhubungan", kode="dishub")
    citra = make_user(session, asn=make_asn(session, opd=perhubungan, nama="Citra Maharani"))
    rows = ((budi.login, "dinkes"), (budi.login, "dishub"), (citra.login, "dishub"))

    shown = send_list(browser, *rows)
    assert "3 baris dibaca, 3 akan ditunjuk" in shown.words
    assert budi.login not in shown.text
    assert held(session, budi) == held(session, citra) == []
    sent = {"baris": shown.value("baris")}
    assert "3 operator ditunjuk" in browser.send("/petugas/daftar/terapkan", sent).words
    assert sorted(held(session, budi)) == [("operator_opd", kesehatan.id), ("operator_opd", perhubungan.id)]
    assert "0 operator ditunjuk. 3 lainnya" in browser.send("/petugas/daftar/terapkan", sent).words


def test_one_bad_row_refuses_the_whole_list(
    browser: Browser, session: Session, dewi: User, budi: User, kesehatan: Opd
) -> None:
    elsewhere = make_opd(session, instansi=make_instansi(session, kode="lain"), kode="lain-1")
    stranger = make_user(session, asn=make_asn(session, opd=elsewhere))
    rows = ((budi.login, "dinkes"), ("", "dinkes"), (budi.login, "lain-1"), (stranger.login, "dinkes"))

    page = send_list(browser, *rows, (budi.login, "dinkes"), status=422)

    assert "4 hal perlu diperbaiki" in page.words
    assert "NIP kosong" in page.words
    assert "Tidak ada OPD dengan kode ini" in page.words
    assert "Tidak ada pegawai aktif dengan NIP ini" in page.words
    assert "sudah ada di baris 2" in page.words
    assert page.value("baris") is None
    assert held(session, budi) == []


def test_a_list_of_others_is_not_applied(browser: Browser, session: Session, dewi: User, kesehatan: Opd) -> None:
    elsewhere = make_opd(session, instansi=make_instansi(session, kode="lain"), kode="lain-1")
    stranger = make_user(session, asn=make_asn(session, opd=elsewhere))

    for pairs in (f"{stranger.id}:{kesehatan.id}", f"{dewi.id}:{elsewhere.id}", "a:b", "1", "9:9:9"):
        browser.send("/petugas/daftar/terapkan", {"baris": pairs}, status=409)
    assert held(session, stranger) == []


def test_a_file_that_is_no_list_is_refused_beside_its_field(browser: Browser, dewi: User) -> None:
    fields = {"csrf_token": browser.token("/petugas/daftar"), "berkas": (BytesIO(b"%PDF-1.7"), "operator.pdf")}
    sent = browser.open("/petugas/daftar", method="POST", data=fields, content_type="multipart/form-data")

    assert "Berkas harus .xlsx atau .csv" in browser.read(sent, 422).words


def test_people_of_another_instansi_are_not_found(
    browser: Browser, session: Session, dewi: User, kesehatan: Opd
) -> None:
    elsewhere = make_opd(session, instansi=make_instansi(session, kode="lain"), kode="lain-1")
    stranger = make_user(session, asn=make_asn(session, opd=elsewhere, nama="Sena Lain"))
    give_role(session, stranger, Role.OPERATOR_OPD, opd=elsewhere)
    grant_id = session.scalars(select(RoleGrant.id).where(RoleGrant.user_id == stranger.id)).one()

    browser.visit(f"/petugas/tunjuk/{stranger.id}", status=404)
    browser.visit(f"/petugas/cabut/{grant_id}", status=404)
    assert "Sena" not in browser.visit("/petugas/tunjuk?cari=sena").words
    assert "Sena" not in browser.visit("/petugas").words


@pytest.mark.parametrize(
    ("account", "found"),
    [("tanpa-operator", {"Sari"}), ("petugas", {"Budi"}), ("operator_opd", {"Budi"}), ("pimpinan", set())],
)
def test_the_list_of_people_is_narrowed_by_operator_and_role(
    browser: Browser, session: Session, dewi: User, budi: User, kesehatan: Opd, account: str, found: set[str]
) -> None:
    sari: Asn = make_asn(session, opd=make_opd(session, nama="Dinas Sosial"), nama="Sari")
    siti: Asn = make_asn(session, opd=make_opd(session, nama="Puskesmas Hulu", parent=kesehatan), nama="Siti")
    give_role(session, budi, Role.OPERATOR_OPD, opd=kesehatan)
    words = browser.visit(f"/pegawai?akun={account}").words

    assert {each for each in ("Budi", sari.nama, siti.nama) if f"{each} " in words.partition("Tindakan")[2]} == found


@pytest.mark.parametrize(
    ("nip", "said"),
    [
        ("1.98E+17", "NIP terbaca sebagai angka dan kehilangan digit"),
        ("1,98501E+17", "NIP terbaca sebagai angka dan kehilangan digit"),
        ("19850101201001241", "NIP harus 18 angka, ini 17"),
        ("dewi", "NIP hanya boleh berisi angka"),
        ("198501012010012418", "Tidak ada pegawai aktif dengan NIP ini"),
    ],
)
def test_a_list_says_what_is_wrong_with_a_nip(
    browser: Browser, dewi: User, kesehatan: Opd, nip: str, said: str
) -> None:
    assert said in send_list(browser, (nip, "dinkes"), status=422).words


def test_a_kode_may_begin_with_a_capital_as_spreadsheets_like_it(
    browser: Browser, session: Session, dewi: User, budi: User, kesehatan: Opd
) -> None:
    for kode in ("GANDA", "ganda"):
        make_opd(session, kode=kode)

    assert "1 akan ditunjuk" in send_list(browser, (budi.login, "Dinkes")).words
    assert "1 akan ditunjuk" in send_list(browser, (budi.login, "ganda")).words
    assert "Tidak ada OPD dengan kode ini" in send_list(browser, (budi.login, "Ganda"), status=422).words


@pytest.mark.parametrize("role", [Role.INSPEKTORAT, Role.PENGELOLA])
def test_bkpsdm_gives_no_role_to_those_who_oversee_it(
    browser: Browser, session: Session, dewi: User, budi: User, kesehatan: Opd, role: Role
) -> None:
    """A change of role would end their sessions, their codes and what they have proposed."""
    give_role(session, budi, role, instansi=session.get_one(Instansi, budi.instansi_id))
    session.commit()
    before = held(session, budi)

    page = name(browser, budi, peran="pimpinan", opd="", status=409)
    assert "Budi Santoso memegang peran Inspektorat atau pengelola" in page.words
    assert "Pilih orang lain" in send_list(browser, (budi.login, "dinkes"), status=422).words
    browser.send("/petugas/daftar/terapkan", {"baris": f"{budi.id}:{kesehatan.id}"}, status=409)
    assert held(session, budi) == before


def test_an_operator_who_moved_is_seen_on_the_list(
    browser: Browser, session: Session, dewi: User, budi: User, kesehatan: Opd
) -> None:
    give_role(session, budi, Role.OPERATOR_OPD, opd=kesehatan)
    session.commit()
    assert "bekerja di" not in browser.read(browser.open("/petugas"), 200).words

    perhubungan = make_opd(session, nama="Dinas Perhubungan", kode="dishub")
    session.get_one(Asn, budi.asn_id).opd_id = perhubungan.id
    session.commit()

    assert "(bekerja di Dinas Perhubungan)" in browser.read(browser.open("/petugas"), 200).words
