"""Meetings in the browser: the officer calls one and shows the code, people type it, operators call the roll."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.organisation.models import Asn, Instansi, Opd
from netral.pledges.publishing import publish
from netral.sosialisasi.holding import find_meeting
from netral.sosialisasi.models import HandPoll, Sosialisasi
from netral.sosialisasi.polling import list_cases
from tests.factories import NOW, make_asn, make_instansi, make_opd, make_user
from tests.shipped import freeze_shipped
from tests.web.conftest import Browser, enter
from tests.web.officers import sign_in_officer, sign_in_operator

FORM = {
    "judul": "Apel Senin",
    "tempat": "Halaman kantor bupati",
    "pembicara": "Dewi",
    "tanggal": "02/05/2029",
    "mulai": "10.00",
    "selesai": "11:30",
    "periode": "",
}


@pytest.fixture
def dinas(session: Session) -> Opd:
    return make_opd(session, kode="dinkes")


@pytest.fixture
def siti(session: Session, dinas: Opd) -> Asn:
    return make_asn(session, nama="Siti Aminah", opd=dinas)


@pytest.fixture
def meeting_id(browser: Browser, session: Session, dinas: Opd, siti: Asn) -> int:
    sign_in_officer(browser, session, instansi=session.get_one(Instansi, dinas.instansi_id))
    answer = browser.post("/sosialisasi/baru", {**FORM, "opd": "dinkes"}, token_from="/sosialisasi/baru")
    return int(answer.location.rsplit("/", 1)[1])


def code(session: Session, dinas: Opd, meeting_id: int, now: datetime = NOW) -> str:
    return find_meeting(session, meeting_id, instansi_id=dinas.instansi_id).code(now)


def test_a_person_types_the_code_from_the_screen(
    browser: Browser, open_browser: Callable[[], Browser], session: Session, dinas: Opd, siti: Asn, meeting_id: int
) -> None:
    screen = browser.get(f"/sosialisasi/{meeting_id}/layar")
    shown = code(session, dinas, meeting_id)
    assert f"{shown[:3]} {shown[3:]}" in screen.text
    assert screen.headers["Refresh"] == "60"

    phone = enter(open_browser(), session, make_user(session, asn=siti).id)
    tasks = phone.visit("/tugas")
    assert "Sosialisasi: Apel Senin" in tasks.words
    assert f"/hadir/{meeting_id}" in tasks.links().values()
    assert "Kode ini tidak cocok" in phone.send(f"/hadir/{meeting_id}", {"kode": "000000"}, status=422).words
    typed = f"{shown[:3]} {shown[3:]}"
    assert "Kehadiran Anda tercatat" in phone.send(f"/hadir/{meeting_id}", {"kode": typed}).words
    assert "1 dari 1 orang" in browser.visit(f"/sosialisasi/{meeting_id}").words
    assert "Kehadiran Anda tercatat." in phone.visit("/tugas").words


def test_before_a_meeting_nobody_is_led_to_a_code_that_does_not_show_yet(
    browser: Browser, open_browser: Callable[[], Browser], session: Session, dinas: Opd, siti: Asn
) -> None:
    sign_in_officer(browser, session, instansi=session.get_one(Instansi, dinas.instansi_id))
    browser.send("/sosialisasi/baru", {**FORM, "tanggal": "09/05/2029", "opd": "dinkes"})
    meeting_id = session.scalars(select(Sosialisasi.id)).one()

    phone = enter(open_browser(), session, make_user(session, asn=siti).id)
    tasks = phone.visit("/tugas")
    assert "Kehadiran dicatat di acara" in tasks.words
    assert f"/hadir/{meeting_id}" not in tasks.links().values()
    page = phone.send(f"/hadir/{meeting_id}", {"kode": "123456"}, token_from="/profil", status=422)
    assert "mulai 30 menit sebelum acara" in page.words
    assert "#kode" not in page.links().values()


def test_mistakes_of_the_form_are_told_beside_their_fields(browser: Browser, session: Session, dinas: Opd) -> None:
    sign_in_officer(browser, session, instansi=session.get_one(Instansi, dinas.instansi_id))

    page = browser.send("/sosialisasi/baru", {**FORM, "mulai": "pagi"}, status=422)
    assert "Tulis jam seperti 08.30" in page.words
    page = browser.send("/sosialisasi/baru", {**FORM, "selesai": "09.00", "opd": "dinkes"}, status=422)
    assert "Jam selesai harus setelah jam mulai" in page.words
    assert "Pilih sedikitnya satu unit" in browser.send("/sosialisasi/baru", FORM, status=422).words
    page = browser.send(
        "/sosialisasi/baru", {**FORM, "mulai": "06.00", "selesai": "19.00", "opd": "dinkes"}, status=422
    )
    assert "paling lama 12 jam sesudahnya" in page.words
    page = browser.send("/sosialisasi/baru", {**FORM, "opd": "dihapus"}, status=422)
    assert "Pilih salah satu dari daftar" in page.words
    assert "not a valid choice" not in page.words


def test_a_meeting_of_a_day_gone_by_is_kept_and_changes_no_more(browser: Browser, session: Session, dinas: Opd) -> None:
    sign_in_officer(browser, session, instansi=session.get_one(Instansi, dinas.instansi_id))

    past = {**FORM, "tanggal": "02/05/2028", "opd": "dinkes"}
    page = browser.send("/sosialisasi/baru", past)
    assert "Sosialisasi tersimpan." in page.words
    assert "melihatnya di Tugas saya" not in page.words
    place = f"/sosialisasi/{session.scalars(select(Sosialisasi.id)).one()}"
    for action in ("ubah", "batal"):
        assert "sudah selesai atau sudah dibatalkan" in browser.visit(f"{place}/{action}").words
        page = browser.send(
            f"{place}/{action}", {**past, "alasan": "Hujan", "versi": "lama"}, token_from="/sosialisasi"
        )
        assert "Tidak ada yang berubah" in page.words


def test_below_a_single_root_the_offices_are_invited_one_by_one(browser: Browser, session: Session, dinas: Opd) -> None:
    """The personnel system's own export puts everybody below one unit."""
    make_opd(session, kode="pkm", parent=dinas)
    make_opd(session, kode="pkm-ruang", parent=session.scalars(select(Opd).where(Opd.kode == "pkm")).one())
    sign_in_officer(browser, session, instansi=session.get_one(Instansi, dinas.instansi_id))

    page = browser.get("/sosialisasi/baru").text
    assert [f'value="{kode}"' in page for kode in ("dinkes", "pkm", "pkm-ruang")] == [True, True, False]


def test_an_invitation_ends_the_name_of_the_speaker_with_one_full_stop(
    browser: Browser, session: Session, dinas: Opd
) -> None:
    sign_in_officer(browser, session, instansi=session.get_one(Instansi, dinas.instansi_id))

    page = browser.send("/sosialisasi/baru", {**FORM, "pembicara": "Wahyu, S.E.", "opd": "dinkes"})
    assert "bersama Wahyu, S.E. Bawa ponsel" in page.words


def test_a_meeting_is_changed_and_called_off(browser: Browser, session: Session, meeting_id: int) -> None:
    place = f"/sosialisasi/{meeting_id}"
    changed = browser.send(
        f"{place}/ubah", {**FORM, "judul": "Apel Selasa", "opd": "dinkes"}, token_from=f"{place}/ubah"
    )
    assert changed.heading == "Apel Selasa"
    stale = {**FORM, "opd": "dinkes", "versi": "lama"}
    assert "Petugas lain mengubah" in browser.send(f"{place}/ubah", stale, status=409).words

    assert "Sosialisasi dibatalkan" in browser.send(f"{place}/batal", {"alasan": "Hujan"}).words
    assert "Tidak ada yang berubah" in browser.send(f"{place}/batal", {"alasan": "Hujan"}).words


def test_an_operator_calls_the_roll_of_their_own_unit(
    browser: Browser, open_browser: Callable[[], Browser], session: Session, dinas: Opd, siti: Asn, meeting_id: int
) -> None:
    other = make_asn(session, nama="Citra", opd=make_opd(session, kode="dishub"))
    operator = open_browser()
    sign_in_operator(operator, session, dinas)
    place = f"/sosialisasi/{meeting_id}"

    other_operator = open_browser()
    sign_in_operator(other_operator, session, session.get_one(Opd, other.opd_id))
    assert "Unit Anda tidak diundang" in other_operator.visit(place).words
    assert "1 orang dicatat hadir" in operator.send(f"{place}/absen", {"orang": str(siti.id)}).words
    operator.send(f"{place}/absen", {"orang": str(other.id)}, status=404)
    assert "Kehadiran dicoret" in operator.send(f"{place}/coret", {"orang": str(siti.id)}).words
    assert operator.get(f"{place}/ubah").status_code == 403


def test_a_roll_call_leads_back_to_its_part_of_the_list(
    browser: Browser, session: Session, dinas: Opd, siti: Asn, meeting_id: int
) -> None:
    for place in range(51):
        make_asn(session, nama=f"Pegawai {place:02}", opd=dinas)
    page = browser.visit(f"/sosialisasi/{meeting_id}?kehadiran=belum&halaman=2")
    action = next(form.get("action") for form in page.all("form") if form.get("id") == "absen")
    assert action == f"/sosialisasi/{meeting_id}/absen?kehadiran=belum&halaman=2"

    answer = browser.post(action, {"orang": str(siti.id)}, token_from=f"/sosialisasi/{meeting_id}")
    assert answer.location == f"/sosialisasi/{meeting_id}?kehadiran=belum&halaman=2"
    assert "1 orang dicatat hadir" in browser.visit(answer.location).words


def test_hands_need_three_counts(browser: Browser, session: Session, meeting_id: int, published: str) -> None:
    place = f"/sosialisasi/{meeting_id}/tangan"
    page = browser.visit(f"{place}?kasus={published}")
    assert "Bacakan kepada peserta apel" in page.words

    page = browser.send(place, {"kasus": published, "boleh": "3", "tidak": ""}, status=422)
    assert "Isi ketiga hitungan" in page.words
    page = browser.send(place, {"kasus": published, "boleh": "3", "tidak": "20", "tergantung": "0"})
    assert "Boleh 3, Tidak 20, Tergantung 0" in page.words


def test_hands_are_refused_with_the_reason(
    browser: Browser, session: Session, dinas: Opd, meeting_id: int, published: str
) -> None:
    place = f"/sosialisasi/{meeting_id}/tangan"
    counts = {"boleh": "3", "tidak": "20", "tergantung": "100000"}
    assert "paling banyak 100.000 tangan" in browser.send(place, {**counts, "kasus": published}, status=422).words
    assert "Perkara itu tidak lagi ditawarkan" in browser.send(place, {**counts, "kasus": "9-9"}, status=422).words

    later = {**FORM, "tanggal": "09/05/2029", "opd": "dinkes"}
    address = browser.post("/sosialisasi/baru", later, token_from="/sosialisasi/baru").location
    told = "Kehadiran dan tangan dicatat mulai 30 menit sebelum acara"
    assert told in browser.visit(f"{address}/tangan?kasus={published}").words
    assert told in browser.send(f"{address}/tangan", {**counts, "kasus": published}, token_from=address).words

    browser.send(f"{address}/batal", {"alasan": "Hujan"})
    assert "dibatalkan, jadi tidak ada yang dicatat" in browser.send(f"{address}/absen", {}, token_from=address).words
    assert "dibatalkan, jadi tidak ada kode" in browser.visit(f"{address}/layar").words
    assert not session.scalar(select(func.count(HandPoll.id)))


def test_a_form_sent_twice_calls_one_meeting_and_counts_hands_once(
    browser: Browser, session: Session, meeting_id: int, published: str
) -> None:
    again = browser.post("/sosialisasi/baru", {**FORM, "opd": "dinkes"}, token_from="/sosialisasi/baru")
    assert again.location == f"/sosialisasi/{meeting_id}"

    place = f"/sosialisasi/{meeting_id}/tangan"
    for _ in range(2):
        browser.send(place, {"kasus": published, "boleh": "3", "tidak": "20", "tergantung": "0"}, token_from=place)
    assert session.scalar(select(func.count(HandPoll.id))) == 1
    browser.send(place, {"kasus": published, "boleh": "1", "tidak": "22", "tergantung": "0"}, token_from=place)
    assert session.scalar(select(func.count(HandPoll.id))) == 2


def test_somebody_who_is_not_invited_is_told_so_and_noted_by_name(
    browser: Browser, open_browser: Callable[[], Browser], session: Session, dinas: Opd, meeting_id: int
) -> None:
    citra = make_asn(session, nama="Citra", opd=make_opd(session, kode="dishub"))
    phone = enter(open_browser(), session, make_user(session, asn=citra).id)

    assert "Acara ini tidak mengundang unit Anda" in phone.visit(f"/hadir/{meeting_id}").words
    sent = {"kode": code(session, dinas, meeting_id)}
    refused = phone.send(f"/hadir/{meeting_id}", sent, token_from="/profil", status=403)
    assert "minta petugas OPD Anda mencatat kehadiran Anda" in refused.words

    assert f'id="orang-{citra.id}"' not in browser.visit(f"/sosialisasi/{meeting_id}").text
    assert f'id="orang-{citra.id}"' in browser.visit(f"/sosialisasi/{meeting_id}?cari=citra").text


@pytest.fixture
def published(session: Session) -> str:
    publish(session, Act(None, datetime(2029, 1, 1, tzinfo=UTC)), freeze_shipped())
    return list_cases(session)[0].key


def test_a_meeting_of_another_office_does_not_exist(
    open_browser: Callable[[], Browser],
    session: Session,
    meeting_id: int,
) -> None:
    stranger = open_browser()
    sign_in_officer(stranger, session, instansi=make_instansi(session, kode="lain", nama="Kabupaten Lain"), nama="Eva")

    for page in ("", "/layar", "/ubah", "/batal", "/tangan"):
        stranger.visit(f"/sosialisasi/{meeting_id}{page}", 404)
