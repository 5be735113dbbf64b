"""/pengawasan and /ringkasan: reading only, samples that are recorded, a page of aggregates without names."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.access import SUBTREE_ROLES, Role
from netral.audit.models import AuditEvent
from netral.learning.periods.models import Period
from netral.organisation.models import Instansi, Opd
from netral.reporting.counts import State
from tests.factories import NOW, make_instansi, make_opd, make_period
from tests.reporting.makers import DAY, make_indicator_tally, make_person
from tests.web.conftest import Browser
from tests.web.officers import sign_in_officer, sign_in_operator
from tests.web.pages import Page

SEED = 7  # what `settings.new_seed` gives in tests


@pytest.fixture
def dinas(session: Session) -> Opd:
    return make_opd(session, kode="dinkes")


@pytest.fixture
def period(session: Session, dinas: Opd) -> Period:
    period = make_period(session, kode="pilkada-2029")
    satpol = make_opd(session, kode="satpol", nama="Satpol PP")
    make_person(session, opd=dinas, period=period, nama="Siti Aminah", state=State.COMPLETED)
    make_person(session, opd=satpol, period=period, nama="Yohanes Lende", state=State.PASSED_ONLY)
    make_person(session, opd=satpol, period=period, nama="Ujang Sutisna", state=State.NOT_STARTED)
    return period


@pytest.fixture
def instansi(session: Session, dinas: Opd) -> Instansi:
    return session.get_one(Instansi, dinas.instansi_id)


def draw(browser: Browser) -> Page:
    return browser.send("/pengawasan/sampel?periode=pilkada-2029", {})


def test_the_inspektorat_reads_and_has_nothing_to_change(
    browser: Browser, session: Session, period: Period, instansi: Instansi
) -> None:
    sign_in_officer(browser, session, Role.INSPEKTORAT, instansi=instansi)

    page = browser.visit("/pengawasan")

    assert "Akses baca saja" in page.words
    assert "33,3 %" in page.words
    posting = {form.get("action") for form in page.all("form") if form.get("method") == "post"}
    assert posting == {"/keluar", "/pengawasan/sampel?periode=pilkada-2029"}


def test_a_sample_shows_traces_and_its_seed_and_is_recorded(
    browser: Browser, session: Session, period: Period, instansi: Instansi
) -> None:
    officer = sign_in_officer(browser, session, Role.INSPEKTORAT, instansi=instansi)

    page = draw(browser)

    assert "Siti Aminah" in page.words
    assert f"Nomor undian {SEED}" in page.words
    assert "CONTOH/2029" in page.words
    assert "Hanya langkah satu peserta" in browser.visit(page.links()["Siti Aminah"]).words
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "sample.drawn")).one()
    assert (event.chain, event.actor_id, event.object_id) == (instansi.id, officer.id, f"pilkada-2029/{SEED}")


def test_a_sample_that_nobody_drew_cannot_be_opened(
    browser: Browser, session: Session, period: Period, instansi: Instansi
) -> None:
    sign_in_officer(browser, session, Role.INSPEKTORAT, instansi=instansi)

    assert browser.get(f"/pengawasan/sampel/{SEED}").status_code == 404
    assert browser.get(f"/pengawasan/sampel/{SEED}/daftar.xlsx").status_code == 404


def test_a_sample_is_downloaded_with_how_it_was_drawn(
    browser: Browser, session: Session, period: Period, instansi: Instansi
) -> None:
    sign_in_officer(browser, session, Role.INSPEKTORAT, instansi=instansi)
    draw(browser)

    book = load_workbook(BytesIO(browser.get(f"/pengawasan/sampel/{SEED}/daftar.xlsx").data))

    assert sorted(str(row[0]) for row in book["Data"].iter_rows(2, values_only=True)) == [
        "Siti Aminah",
        "Ujang Sutisna",
        "Yohanes Lende",
    ]
    assert ("Nomor undian", str(SEED)) in list(book["Keterangan"].iter_rows(values_only=True))


def test_a_sample_of_another_instansi_does_not_exist(
    browser: Browser, session: Session, period: Period, instansi: Instansi
) -> None:
    sign_in_officer(browser, session, Role.INSPEKTORAT, instansi=instansi)
    draw(browser)
    browser.send("/keluar")
    other = make_instansi(session, kode="lain")
    make_period(session, instansi=other, kode="pilkada-2029")
    sign_in_officer(browser, session, Role.INSPEKTORAT, instansi=other, nama="Orang Lain")

    assert browser.get(f"/pengawasan/sampel/{SEED}").status_code == 404


@pytest.mark.parametrize("role", [Role.BKPSDM, Role.PIMPINAN])
def test_only_the_inspektorat_draws_samples(
    browser: Browser, session: Session, period: Period, instansi: Instansi, role: Role
) -> None:
    sign_in_officer(browser, session, role, instansi=instansi)

    assert browser.get("/pengawasan").status_code == 403
    assert browser.post("/pengawasan/sampel", {}).status_code == 403


@pytest.mark.parametrize("role", [Role.PIMPINAN, Role.INSPEKTORAT, Role.BKPSDM])
def test_the_summary_says_where_to_act_without_naming_anybody(
    browser: Browser, session: Session, period: Period, instansi: Instansi, role: Role
) -> None:
    sign_in_officer(browser, session, role, instansi=instansi)

    page = browser.visit("/ringkasan")

    assert "1 dari 3 pegawai" in page.words
    assert "29 hari" in page.words
    assert "Minta pimpinan Satpol PP menugaskan pegawainya" in page.words
    for name in ("Siti Aminah", "Yohanes Lende", "Ujang Sutisna"):
        assert name not in page.text


def test_shares_of_few_people_are_hidden_and_the_weakest_is_named(
    browser: Browser, session: Session, period: Period, instansi: Instansi, dinas: Opd
) -> None:
    for indicator, people, points in (("kampanye", 5, 0), ("partai", 4, 2), ("karier", 5, 5)):
        make_indicator_tally(session, period, dinas, indicator, people=people, points=points)
    sign_in_officer(browser, session, Role.PIMPINAN, instansi=instansi)

    page = browser.visit("/ringkasan")

    assert "Kegiatan kampanye 0,0 % ▼ terlemah 5" in page.words
    assert "Hubungan dengan partai politik kurang dari 5 pegawai: tidak ditampilkan 4" in page.words
    assert "Jadikan kegiatan kampanye bahan sosialisasi berikutnya" in page.words


def test_after_the_tenggat_the_summary_counts_the_days_since(
    browser: Browser, session: Session, period: Period, instansi: Instansi, dinas: Opd
) -> None:
    late = make_period(session, kode="lama", due_at=NOW - 3 * DAY, opens_at=NOW - 30 * DAY)
    make_person(session, opd=dinas, period=late)
    sign_in_officer(browser, session, Role.PIMPINAN, instansi=instansi)

    words = browser.visit("/ringkasan?periode=lama").words

    assert "Lewat tenggat 3 hari" in words


def test_without_a_period_each_page_says_so(browser: Browser, session: Session, instansi: Instansi) -> None:
    sign_in_officer(browser, session, Role.INSPEKTORAT, instansi=instansi)

    for path in ("/pengawasan", "/ringkasan", "/sertifikat-terbit"):
        assert "Belum ada periode" in browser.visit(path).words


@pytest.mark.parametrize("role", [role for role in Role if role not in SUBTREE_ROLES | {Role.PESERTA}])
def test_before_the_first_period_every_page_of_the_menu_and_of_the_reports_opens(
    browser: Browser, session: Session, instansi: Instansi, role: Role
) -> None:
    sign_in_officer(browser, session, role, instansi=None if role is Role.PENGELOLA else instansi)

    places = {**browser.visit("/profil").links(), **browser.visit("/laporan").links()}
    for place in {href for href in places.values() if href.startswith("/")}:
        browser.visit(place)


def test_before_the_first_period_a_unit_says_so(browser: Browser, session: Session, dinas: Opd) -> None:
    sign_in_operator(browser, session, dinas)

    page = browser.visit(f"/opd/{dinas.kode}")
    assert page.heading == dinas.nama
    assert "Belum ada periode" in page.words
