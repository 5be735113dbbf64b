"""Data saya keliru, from the person's page over the operator's to BKPSDM's."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.codes import issue_codes
from netral.accounts.models import User
from netral.audit.events import Act
from netral.certificates.models import Certificate
from netral.corrections.models import Correction
from netral.organisation.models import Asn, Instansi, Opd
from tests.factories import NOW, make_asn, make_opd, make_user
from tests.learning.make import make_exam, pass_exam
from tests.web.conftest import PASSWORD, Browser, Clock, enter, give_password
from tests.web.officers import sign_in_officer, sign_in_operator

TICKS = {"butir": ["1", "2", "3", "4"]}
NAME = {"isian": "nama", "benar": "Siti Aminah Putri", "keterangan": "Sesuai akta"}
NIP = "198501012010012003"


@dataclass
class Office:
    """Siti with a certificate, Budi of her OPD, Dewi of BKPSDM, each at a browser."""

    siti: Browser
    budi: Browser
    dewi: Browser

    def ask(self, session: Session, **form: str) -> str:
        """Ask for a correction and return its address for officers."""
        self.siti.send("/profil/koreksi", {**NAME, **form})
        session.commit()
        return f"/koreksi/{session.scalars(select(Correction.id).order_by(Correction.id.desc())).first()}"


@pytest.fixture
def office(session: Session, open_browser: Callable[[], Browser]) -> Office:
    exam = make_exam(session)
    pass_exam(session, exam)
    siti = open_browser()
    enter(siti, session, exam.user_id)
    siti.send("/ikrar", TICKS)
    budi, dewi = open_browser(), open_browser()
    sign_in_operator(budi, session, session.get_one(Opd, exam.opd_id))
    sign_in_officer(dewi, session, instansi=session.get_one(Instansi, exam.instansi_id))
    return Office(siti, budi, dewi)


def test_a_wrong_name_goes_its_way_to_a_new_certificate(office: Office, session: Session) -> None:
    path = office.ask(session)
    assert "Menunggu operator OPD" in office.siti.visit("/profil/koreksi").words
    assert "Koreksi data (1)" in office.budi.visit("/koreksi").links()
    assert "Siti Aminah, Nama" in office.budi.visit("/koreksi").links()

    office.budi.send(f"{path}/periksa", {"pendapat": "dukung", "alasan": "Cocok dengan SK"}, token_from=path)
    assert "Koreksi data" in office.budi.visit("/dasbor").links()
    shown = office.dewi.visit(path).words
    assert "Didukung operator OPD, 2 Mei 2029 pukul 10.00 WITA, oleh Budi Santoso. Catatan: Cocok dengan SK" in shown

    assert "Sertifikat baru terbit: 2/" in office.dewi.send(f"{path}/terima", token_from=path).words
    mine = office.siti.visit("/profil/koreksi").words
    assert "Diterima, 2 Mei 2029" in mine
    assert "Budi Santoso" not in mine
    assert "Siti Aminah Putri" in office.siti.visit("/sertifikat").words
    assert "Siti Aminah Putri" in office.siti.visit("/profil").words
    assert "Siti Aminah Putri, Nama" in office.dewi.visit("/koreksi?selesai=ya").links()


def test_a_correction_sent_twice_is_neither_doubled_nor_lost(office: Office, session: Session) -> None:
    path = office.ask(session)
    assert "sudah ada dan sedang diproses" in office.siti.send("/profil/koreksi", NAME).words
    for _ in range(2):
        office.dewi.send(f"{path}/terima", token_from=path)

    assert len(session.scalars(select(Correction)).all()) == 1
    assert sorted(session.scalars(select(Certificate.status))) == ["superseded", "valid"]
    assert (
        "Permintaan ini sudah selesai"
        in office.dewi.send(f"{path}/tolak", {"alasan": "Keliru"}, status=409, token_from=path).words
    )


def test_a_refusal_needs_a_reason_that_the_person_reads(office: Office, session: Session) -> None:
    path = office.ask(session)
    assert office.budi.send(f"{path}/periksa", {"pendapat": "ragu"}, status=422, token_from=path).title.startswith(
        "Galat: "
    )
    assert office.dewi.send(f"{path}/tolak", {"alasan": " "}, status=422, token_from=path).title.startswith("Galat: ")
    office.budi.send(f"{path}/periksa", {"pendapat": "ragu", "alasan": "Akta belum ada"}, token_from=path)
    office.dewi.send(f"{path}/tolak", {"alasan": "Lampirkan akta kepada operator"}, token_from=path)

    mine = office.siti.visit("/profil/koreksi").words
    assert "Akta belum ada" in mine
    assert "Lampirkan akta kepada operator" in mine
    assert session.scalars(select(Asn.nama).order_by(Asn.id)).first() == "Siti Aminah"


def test_a_unit_is_chosen_by_the_officer(office: Office, session: Session) -> None:
    opd = session.scalars(select(Opd)).one()
    make_opd(session, nama="Puskesmas Hulu", kode="pkm-hulu", parent=opd)
    path = office.ask(session, isian="opd", benar="Puskesmas Hulu")

    assert "Pilih unit kerja yang dimaksud" in office.dewi.send(f"{path}/terima", status=422, token_from=path).words
    assert "– Puskesmas Hulu" in office.dewi.visit(path).words
    office.dewi.send(f"{path}/terima", {"unit": "pkm-hulu"}, token_from=path)
    assert "Puskesmas Hulu" in office.siti.visit("/profil").words


def test_a_nip_stands_in_full_only_while_it_is_checked(office: Office, session: Session) -> None:
    path = office.ask(session, isian="nip", benar="19850101 201001 2 003")
    assert NIP in office.budi.visit(path).words
    assert NIP not in office.budi.visit("/koreksi").words
    siti = session.scalars(select(User.id).order_by(User.id)).first()
    issue_codes(session, Act(None, NOW), user_ids=[siti or 0], new_code=lambda: "ABCDE23456")
    assert "mulai sekarang ia masuk dengan NIP yang benar" in office.dewi.send(f"{path}/terima", token_from=path).words

    assert NIP not in office.dewi.visit(path).words
    assert NIP in office.siti.visit("/profil").words
    new = {"nip": NIP, "kode": "ABCDE23456", "kata_sandi": "teh tawar di teras kantor"}
    assert "Kata sandi Anda tersimpan" in office.siti.send("/aktivasi", new, token_from="/aktivasi").words


def test_accepting_a_correction_asks_for_password_and_code(office: Office, session: Session, clock: Clock) -> None:
    path = office.ask(session)
    clock.forward(minutes=11)
    assert office.dewi.send(f"{path}/terima", status=422, token_from=path).title.startswith("Galat: ")
    assert session.scalars(select(Asn.nama).order_by(Asn.id)).first() == "Siti Aminah"

    office.dewi.send(f"{path}/terima", {"sandi_lagi": PASSWORD, "kode_lagi": office.dewi.code()}, token_from=path)
    assert "Siti Aminah Putri" in office.siti.visit("/profil").words


def test_an_impossible_claim_is_explained_beside_its_field(office: Office) -> None:
    for form, told in (
        ({"isian": ""}, "Pilih isian yang keliru"),
        ({"benar": " "}, "Tulis isi yang benar"),
        ({"benar": "Siti Aminah"}, "sama dengan yang sudah tercatat"),
        ({"isian": "nip", "benar": "1985"}, "NIP terdiri dari 18 angka"),
    ):
        page = office.siti.send("/profil/koreksi", {**NAME, **form}, status=422)
        assert told in page.words


def test_another_operator_finds_nothing_and_nobody_decides_alone(
    office: Office, session: Session, open_browser: Callable[[], Browser]
) -> None:
    path = office.ask(session)
    assert "permintaan Anda sendiri" not in office.budi.visit(path).words + office.dewi.visit(path).words
    citra = open_browser()
    sign_in_operator(citra, session, make_opd(session, nama="Dinas Sosial"))
    assert "Siti" not in citra.visit("/koreksi").words
    citra.visit(path, status=404)
    citra.send(f"{path}/periksa", {"pendapat": "dukung"}, status=404)
    office.budi.send(f"{path}/terima", status=403)

    office.budi.send("/profil/koreksi", {**NAME, "benar": "Budi Santoso Wijaya"})
    own = session.scalars(select(Correction.id).order_by(Correction.id.desc())).first()
    assert "Ini permintaan Anda sendiri" in office.budi.visit(f"/koreksi/{own}").words
    office.budi.send(f"/koreksi/{own}/periksa", {"pendapat": "dukung"}, status=409)


def test_a_request_is_taken_back_by_its_owner_only(
    office: Office, session: Session, open_browser: Callable[[], Browser]
) -> None:
    path = office.ask(session)
    rudi = give_password(session, make_user(session, asn=make_asn(session, nama="Rudi Hartono")))
    other = open_browser()
    other.sign_in(rudi.login)
    other.send(f"/profil{path}/tarik", status=404)
    office.siti.send(f"/profil{path}/tarik")

    assert "Ditarik kembali" in office.siti.visit("/profil/koreksi").words
    assert "Tidak ada permintaan yang menunggu" in office.budi.visit("/koreksi").words
