"""Dewi and Hana have the same page open; the second to save is told, and sees the stored and the typed values."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pytest
from PIL import Image
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.accounts.models import User
from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.certificates.models import Certificate
from netral.corrections.asking import ask
from netral.corrections.claims import CorrectedField
from netral.corrections.models import Correction, CorrectionStep
from netral.learning.periods.models import Enrolment
from netral.organisation.instansi import Profile, as_profile, change_profile
from netral.organisation.models import Asn, Instansi, Opd, RosterImport
from netral.versions import Outdated
from tests.factories import NOW, make_asn, make_instansi, make_opd, make_user
from tests.learning.make import KODE, Exam, make_exam, pass_exam
from tests.roster.roster_generator import make_nip, write_csv
from tests.web.conftest import Browser, give_password, give_role
from tests.web.officers import sign_in_officer, sign_in_operator
from tests.web.pages import Page

OpenBrowser = Callable[[], Browser]


@dataclass
class Office:
    """Dewi and Hana, both of BKPSDM, in one instansi with a period in which Siti has passed."""

    dewi: Browser
    hana: Browser
    exam: Exam

    @property
    def person(self) -> str:
        return f"/periode/{KODE}/peserta/{self.exam.asn_id}"


@pytest.fixture
def office(session: Session, open_browser: OpenBrowser) -> Office:
    exam = make_exam(session)
    pass_exam(session, exam)
    dewi, hana = open_browser(), open_browser()
    instansi = session.get_one(Instansi, exam.instansi_id)
    sign_in_officer(dewi, session, instansi=instansi)
    sign_in_officer(hana, session, instansi=instansi, nama="Hana Pertiwi")
    return Office(dewi, hana, exam)


def ask_for(session: Session, asn_id: int, field: CorrectedField = CorrectedField.NAMA, proposed: str = "") -> str:
    """Return the address of the request for officers."""
    asked = ask(session, Act(None, NOW), asn_id=asn_id, field=field, proposed=proposed or "Siti Aminah Putri", note="")
    session.commit()
    return f"/koreksi/{asked.correction_id}"


def typed(page: Page, name: str) -> str | None:
    area = next((each for each in page.all("textarea") if each.get("name") == name), None)
    return page.value(name) if area is None else "".join(area.itertext()).strip()


SETTINGS = {
    "nama": "Kabupaten Contoh",
    "zona": "Asia/Makassar",
    "telepon": "0411 555 0101",
    "jam": "08.00 sampai 16.00",
}


def test_the_second_save_of_old_settings_shows_both_values_and_then_counts(office: Office, session: Session) -> None:
    old = office.dewi.visit("/instansi").hidden("/instansi")
    office.hana.send("/instansi", SETTINGS, token_from="/instansi")

    refused = office.dewi.send("/instansi", SETTINGS | old | {"telepon": "0411 555 0202"}, status=409)

    assert refused.title.startswith("Galat: ")
    assert "Pengaturan ini berubah setelah halaman Anda dibuka" in refused.words
    assert "Tersimpan sekarang: 0411 555 0101." in refused.words
    assert typed(refused, "telepon") == "0411 555 0202"
    assert session.scalars(select(Instansi.contact_phone)).one() == "0411 555 0101"

    again = SETTINGS | refused.hidden("/instansi") | {"telepon": "0411 555 0202"}
    assert "Pengaturan instansi tersimpan." in office.dewi.send("/instansi", again).words
    session.commit()
    assert session.scalars(select(Instansi.contact_phone)).one() == "0411 555 0202"


def test_the_same_settings_twice_are_no_conflict(office: Office) -> None:
    old = office.dewi.visit("/instansi").hidden("/instansi")
    office.hana.send("/instansi", SETTINGS, token_from="/instansi")

    assert "Tidak ada yang berubah." in office.dewi.send("/instansi", SETTINGS | old).words


def test_settings_without_a_version_are_refused(office: Office, session: Session) -> None:
    office.dewi.send("/instansi", SETTINGS, status=409)

    assert session.scalars(select(Instansi.contact_phone)).one() == ""


def test_one_of_two_saves_at_once_counts(session: Session, engine: Engine) -> None:
    """The version is compared once nobody else can write, not at the time of the request."""
    instansi = make_instansi(session)
    shown, instansi_id = as_profile(instansi), instansi.id
    session.commit()

    def save(hours: str) -> bool:
        with Session(engine) as own:
            try:
                change_profile(
                    own,
                    instansi_id=instansi_id,
                    profile=replace(shown, contact_hours=hours),
                    zone_is_fixed=False,
                    now=NOW,
                    by=None,
                    version=shown.version,
                )
            except Outdated:
                return False
            own.commit()
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(save, ["07.00", "08.00", "09.00", "10.00"])) == [False, False, False, True]


def test_every_value_of_the_settings_is_part_of_their_version() -> None:
    profile = Profile(nama="Kabupaten Contoh", zona="Asia/Makassar")
    versions = {replace(profile, **{name: "lain"}).version for name in Profile.__dataclass_fields__}

    assert len(versions | {profile.version}) == len(Profile.__dataclass_fields__) + 1


def send_emblem(browser: Browser, colour: str, hidden: dict[str, str], *, status: int = 200) -> Page:
    out = io.BytesIO()
    Image.new("RGB", (200, 240), colour).save(out, "PNG")
    picture = (io.BytesIO(out.getvalue()), "lambang.png")
    return browser.send("/instansi/lambang", hidden | {"berkas": picture}, status=status)


def test_an_emblem_that_somebody_else_has_set_is_neither_replaced_nor_removed_unseen(
    office: Office, session: Session
) -> None:
    send_emblem(office.hana, "red", office.hana.visit("/instansi").hidden("/instansi/lambang"))
    old = office.dewi.visit("/instansi")
    send_emblem(office.hana, "blue", office.hana.visit("/instansi").hidden("/instansi/lambang"))
    stored = session.scalars(select(Instansi.emblem)).one()

    refused = send_emblem(office.dewi, "green", old.hidden("/instansi/lambang"), status=409)
    kept = office.dewi.send("/instansi/lambang/hapus", old.hidden("/instansi/lambang/hapus"), status=409)

    assert "Lambang berubah setelah halaman Anda dibuka" in refused.words
    assert "jadi lambang tidak dihapus" in kept.words
    assert all(f"/lambang/{stored}.png" in {each.get("src") for each in page.all("img")} for page in (refused, kept))
    session.commit()
    assert session.scalars(select(Instansi.emblem)).one() == stored

    office.dewi.send("/instansi/lambang/hapus", kept.hidden("/instansi/lambang/hapus"))
    session.commit()
    assert session.scalars(select(Instansi.emblem)).one() is None


def test_extra_time_that_somebody_else_has_given_is_shown_before_it_is_changed(
    office: Office, session: Session
) -> None:
    action = f"{office.person}/waktu"
    old = office.dewi.visit(office.person).hidden(action)
    office.hana.send(action, {"persen": "25"}, token_from=office.person)

    refused = office.dewi.send(action, old | {"persen": "50"}, status=409)

    assert "Tersimpan sekarang: 25." in refused.words
    assert typed(refused, "persen") == "50"
    office.dewi.send(action, refused.hidden(action) | {"persen": "50"})
    session.commit()
    assert session.scalars(select(Enrolment.extra_time_percent)).one() == 50
    actions = session.scalars(select(AuditEvent.action).where(AuditEvent.action.contains("extra_time"))).all()
    assert len(actions) == 2


def test_a_second_exemption_says_that_its_reason_is_not_kept(office: Office) -> None:
    office.hana.send(f"{office.person}/bebaskan", {"alasan": "Cuti besar"})

    page = office.dewi.send(f"{office.person}/bebaskan", {"alasan": "Tugas belajar"})

    assert "Tidak ada yang berubah: kedudukan Siti Aminah sudah dibebaskan." in page.words
    assert 'Alasan yang Anda tulis tidak disimpan: "Tugas belajar"' in page.words
    assert "Alasan: Cuti besar" in page.words


def test_a_decision_on_an_old_page_shows_the_one_that_stands_and_what_was_written(
    office: Office, session: Session
) -> None:
    path = ask_for(session, office.exam.asn_id)
    old = office.dewi.visit(path)
    office.hana.send(f"{path}/tolak", {"alasan": "Tidak ada akta"}, token_from=path)

    accepted = office.dewi.send(f"{path}/terima", old.hidden(f"{path}/terima"), status=409)
    declined = office.dewi.send(f"{path}/tolak", old.hidden(f"{path}/tolak") | {"alasan": "Beda dengan SK"}, status=409)

    for page in (accepted, declined):
        assert "Permintaan ini sudah selesai setelah halaman Anda dibuka" in page.words
        assert "oleh Hana Pertiwi. Catatan: Tidak ada akta" in page.words
    assert 'Yang Anda tulis: "Beda dengan SK"' in declined.words
    assert session.get_one(Asn, office.exam.asn_id).nama == "Siti Aminah"


def test_a_decision_without_sight_of_the_advice_or_the_roster_is_refused(office: Office, session: Session) -> None:
    path = ask_for(session, office.exam.asn_id)
    old = office.dewi.visit(path).hidden(f"{path}/terima")
    session.get_one(Asn, office.exam.asn_id).nama = "Siti Aminah, S.Kep."

    refused = office.dewi.send(f"{path}/terima", old, status=409)

    assert "Permintaan ini berubah setelah halaman Anda dibuka" in refused.words
    assert "Siti Aminah, S.Kep." in refused.words
    office.dewi.send(f"{path}/terima", refused.hidden(f"{path}/terima"))
    session.commit()
    assert session.get_one(Asn, office.exam.asn_id).nama == "Siti Aminah Putri"


def test_the_second_of_two_accepted_units_is_refused(office: Office, session: Session) -> None:
    sosial = make_opd(session, nama="Dinas Sosial", kode="dinsos")
    make_opd(session, nama="Dinas Perhubungan", kode="dishub")
    path = ask_for(session, office.exam.asn_id, CorrectedField.OPD, "Dinas Sosial")
    old = office.dewi.visit(path).hidden(f"{path}/terima")
    office.hana.send(f"{path}/terima", {"unit": "dinsos"}, token_from=path)

    office.dewi.send(f"{path}/terima", old | {"unit": "dishub"}, status=409)

    session.commit()
    assert session.get_one(Asn, office.exam.asn_id).opd_id == sosial.id


def test_a_second_opinion_is_not_lost_in_silence(office: Office, session: Session, open_browser: OpenBrowser) -> None:
    opd = session.get_one(Opd, session.get_one(Asn, office.exam.asn_id).opd_id)
    path = ask_for(session, office.exam.asn_id)
    budi, rahmat = open_browser(), open_browser()
    sign_in_operator(budi, session, opd)
    rahmat.enter(give_operator(session, opd, "Rahmat Hidayat").login, target="/profil")
    old = rahmat.visit(path).hidden(f"{path}/periksa")
    budi.send(f"{path}/periksa", {"pendapat": "dukung", "alasan": "Cocok dengan SK"}, token_from=path)

    refused = rahmat.send(f"{path}/periksa", old | {"pendapat": "ragu", "alasan": "Beda dengan akta"}, status=409)

    assert "oleh Budi Santoso. Catatan: Cocok dengan SK" in refused.words
    assert 'Yang Anda tulis: "Beda dengan akta"' in refused.words
    assert session.scalars(select(CorrectionStep.kind).order_by(CorrectionStep.id)).all() == ["diajukan", "didukung"]


def give_operator(session: Session, opd: Opd, nama: str) -> User:
    user = give_password(session, make_user(session, asn=make_asn(session, opd=opd, nama=nama)))
    return give_role(session, user, Role.OPERATOR_OPD, opd=opd)


@pytest.mark.parametrize("step", [("tolak", {"alasan": "Tidak ada akta"}), ("terima", {})])
def test_a_button_that_is_pressed_twice_is_no_conflict(
    office: Office, session: Session, step: tuple[str, dict[str, str]]
) -> None:
    path = ask_for(session, office.exam.asn_id)
    action = f"{path}/{step[0]}"
    old = office.dewi.visit(path).hidden(action)
    for _ in range(2):
        office.dewi.send(action, old | step[1])

    assert session.scalars(select(Correction.state)).one() in {"ditolak", "diterima"}
    assert len(session.scalars(select(CorrectionStep.id)).all()) == 2


def make_certificate(session: Session, office: Office, open_browser: OpenBrowser) -> str:
    siti = open_browser()
    siti.enter(give_password(session, session.get_one(User, office.exam.user_id)).login)
    siti.send("/ikrar", {"butir": ["1", "2", "3", "4"]})
    return f"/sertifikat-terbit/{session.scalars(select(Certificate.public_id)).one()}"


def test_a_revoked_certificate_is_not_reissued_from_an_old_page(
    office: Office, session: Session, open_browser: OpenBrowser
) -> None:
    """Reissuing a valid certificate renews it; reissuing a revoked one takes the revocation back."""
    place = make_certificate(session, office, open_browser)
    reason = {"alasan": "Gelar diperbaiki"}
    old = office.dewi.visit(f"{place}/ganti").hidden(f"{place}/ganti") | reason
    office.hana.send(f"{place}/cabut", {"alasan": "Ujian dikerjakan orang lain"}, token_from=f"{place}/cabut")

    refused = office.dewi.send(f"{place}/ganti", old, status=409)

    assert "Sertifikat ini sudah dicabut pada 2 Mei 2029" in refused.words
    assert session.scalars(select(Certificate.status)).all() == ["revoked"]
    office.dewi.send(f"{place}/ganti", refused.hidden(f"{place}/ganti") | reason)
    session.commit()
    assert sorted(session.scalars(select(Certificate.status))) == ["revoked", "valid"]


def test_a_reissued_certificate_is_not_revoked_from_an_old_page(
    office: Office, session: Session, open_browser: OpenBrowser
) -> None:
    place = make_certificate(session, office, open_browser)
    old = office.dewi.visit(f"{place}/cabut").hidden(f"{place}/cabut")
    office.hana.send(f"{place}/ganti", {"alasan": "Gelar diperbaiki"}, token_from=f"{place}/ganti")

    refused = office.dewi.send(f"{place}/cabut", old | {"alasan": "Salah orang"}, status=409)

    assert "Sertifikat ini sudah diganti pada 2 Mei 2029" in refused.words
    assert typed(refused, "alasan") == "Salah orang"
    assert sorted(session.scalars(select(Certificate.status))) == ["superseded", "valid"]


def test_two_who_apply_one_import_at_once_both_see_the_result(office: Office, session: Session) -> None:
    place = "/pegawai/impor"
    opd = session.get_one(Opd, session.scalars(select(Asn.opd_id)).one()).nama
    file = write_csv([("NIP", "NAMA", "JENIS ASN", "PERANGKAT DAERAH"), (make_nip(7), "Budi Santoso", "PNS", opd)])
    sent = {"csrf_token": office.dewi.token(place), "berkas": (io.BytesIO(file), "pegawai.csv")}
    office.dewi.open(place, method="POST", data=sent, content_type="multipart/form-data")
    address = f"{place}/{session.scalars(select(RosterImport.id)).one()}/terapkan"
    forms = [(browser, browser.visit(address).hidden(address)) for browser in (office.dewi, office.hana)]

    with ThreadPoolExecutor(2) as pool:
        pages = list(pool.map(lambda one: one[0].send(address, one[1]), forms))

    assert [("1 ditambahkan" in page.words) for page in pages] == [True, True]
    session.rollback()
    assert len(session.scalars(select(Asn).where(Asn.nama == "Budi Santoso")).all()) == 1
