"""A name that a certificate cannot print, from the learner's last step to the certificate."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.certificates.models import Certificate
from netral.organisation.models import Asn, Instansi, Opd, RosterImport
from netral.organisation.writing import change_people
from tests.factories import NOW, make_instansi
from tests.learning.make import make_exam, pass_exam
from tests.roster.roster_generator import lay_out, make_person, write_workbook
from tests.web.conftest import Browser, enter
from tests.web.officers import sign_in_officer, sign_in_operator
from tests.web.test_roster import upload_file

TICKS = {"butir": ["1", "2", "3", "4"]}
JAVANESE = "ꦱꦸꦭꦶꦱ꧀ꦠꦾꦮꦠꦶ Sulistyawati"


@dataclass
class Office:
    """A person who passed and signed with a name in Javanese letters, and Dewi of BKPSDM, each at a browser."""

    learner: Browser
    dewi: Browser
    asn_id: int


@pytest.fixture
def office(session: Session, open_browser: Callable[[], Browser]) -> Office:
    exam = make_exam(session)
    pass_exam(session, exam)
    change_people(session, [(exam.asn_id, {"nama": JAVANESE})], now=NOW)
    learner, dewi = open_browser(), open_browser()
    enter(learner, session, exam.user_id)
    learner.send("/ikrar", TICKS)
    sign_in_officer(dewi, session, instansi=session.get_one(Instansi, exam.instansi_id))
    return Office(learner, dewi, exam.asn_id)


def names(session: Session) -> list[str]:
    session.commit()
    return list(session.scalars(select(Certificate.nama).order_by(Certificate.id)))


def test_a_learner_keeps_what_they_achieved_and_reads_what_is_awaited(office: Office, session: Session) -> None:
    assert names(session) == []
    for path in ("/tugas", "/sertifikat"):
        words = office.learner.visit(path).words
        assert "huruf Latin lebih dahulu" in words, path
        assert "Belum ada sertifikat" not in words
    assert office.learner.get("/sertifikat.pdf").status_code == 404


def test_bkpsdm_is_asked_and_the_certificate_follows_the_spelling(office: Office, session: Session) -> None:
    page = office.dewi.visit("/koreksi")
    assert page.links()["Koreksi data (1)"] == "/koreksi"
    path = page.links()[JAVANESE]
    assert "Sertifikatnya belum terbit" in office.dewi.visit(path).words

    page = office.dewi.send(path, {"nama": "Sulistyawati, S.Pd."})

    assert "Nama diperbarui (Sulistyawati, S.Pd.). Sertifikat terbit: 1/NETRAL-ASN/BKPSDM/V/2029." in page.words
    assert "Menunggu ejaan nama" not in page.words
    assert names(session) == ["Sulistyawati, S.Pd."]
    assert "Sulistyawati, S.Pd." in office.learner.visit("/sertifikat").words
    assert "huruf Latin" not in office.learner.visit("/tugas").words


def test_the_second_officer_who_spells_a_name_reads_both_names(office: Office, session: Session) -> None:
    path = f"/koreksi/ejaan/{office.asn_id}"
    office.dewi.send(path, {"nama": "Sulistyawati, S.Pd."})

    page = office.dewi.send(path, {"nama": "Sulis Tyawati"})

    assert '"Sulistyawati, S.Pd."' in page.words
    assert 'tidak disimpan: "Sulis Tyawati"' in page.words
    assert names(session) == ["Sulistyawati, S.Pd."]
    office.dewi.visit(path, status=404)


@pytest.mark.parametrize(
    ("nama", "said"),
    [
        ("", "Tulis namanya"),
        ("\u200b ", "Tulis namanya"),
        ("ꦱꦸ", "huruf Latin"),
        (JAVANESE, "huruf Latin"),
        ("123", "tidak dapat dipakai"),
    ],
)
def test_another_name_that_cannot_be_printed_is_refused(office: Office, session: Session, nama: str, said: str) -> None:
    page = office.dewi.send(f"/koreksi/ejaan/{office.asn_id}", {"nama": nama}, status=422)

    assert said in page.words
    assert names(session) == []


def test_the_person_may_propose_the_spelling(office: Office, session: Session) -> None:
    refused = office.learner.send("/profil/koreksi", {"isian": "nama", "benar": "ꦱꦸ Lis"}, status=422)
    assert "Tulis nama dengan huruf Latin" in refused.words
    office.learner.send("/profil/koreksi", {"isian": "nama", "benar": "Sulistyawati"})

    page = office.dewi.send(f"/koreksi/ejaan/{office.asn_id}", {"nama": "Sulis Tyawati"})
    assert "sudah mengajukan perbaikan namanya" in page.words
    assert page.heading == f"Koreksi nama: {JAVANESE}"
    assert names(session) == []

    correction = page.all("form")[-2].get("action")
    path = correction.removesuffix("/terima")
    assert "Sertifikat baru terbit: 1/NETRAL" in office.dewi.send(correction, token_from=path).words
    assert names(session) == ["Sulistyawati"]


def test_the_next_roster_brings_the_certificate(office: Office, session: Session) -> None:
    person = session.get_one(Asn, office.asn_id)
    opd = session.get_one(Opd, person.opd_id).nama
    data = write_workbook(lay_out([make_person(1, nip=person.nip or "", nama="Sulistyawati", opd=opd, unit=opd)]))
    upload_file(office.dewi, data, "pegawai.xlsx")
    import_id = session.scalars(select(RosterImport.id)).one()
    page = office.dewi.send(f"/pegawai/impor/{import_id}/terapkan")

    assert "1 sertifikat yang menunggu ejaan nama sekarang terbit" in page.words
    assert names(session) == ["Sulistyawati"]


def test_the_spelling_page_is_for_bkpsdm_of_that_instansi_alone(
    office: Office, session: Session, open_browser: Callable[[], Browser]
) -> None:
    elsewhere, budi = open_browser(), open_browser()
    sign_in_officer(elsewhere, session, Role.BKPSDM, instansi=make_instansi(session, kode="lain"))
    sign_in_operator(budi, session, session.get_one(Opd, session.get_one(Asn, office.asn_id).opd_id))

    assert JAVANESE not in elsewhere.visit("/koreksi").text
    elsewhere.visit(f"/koreksi/ejaan/{office.asn_id}", status=404)
    elsewhere.send(f"/koreksi/ejaan/{office.asn_id}", {"nama": "Lain"}, status=404)
    assert JAVANESE not in budi.visit("/koreksi").text
    budi.visit(f"/koreksi/ejaan/{office.asn_id}", status=403)
