"""flask opd import and flask roster import."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.learning.models import Enrolment, EnrolmentChange
from netral.organisation.models import Asn, Opd
from tests.cli.conftest import Run, read
from tests.factories import make_asn, make_enrolment, make_instansi, make_opd, make_period
from tests.organisation.roster_generator import (
    FIRST_ROW,
    Person,
    SheetLayout,
    lay_out,
    make_people,
    make_person,
    write_csv,
    write_sheets,
    write_workbook,
)

SITI = make_person(1, nama="Siti Aminah")
BUDI = make_person(2, nama="Budi Santoso")


@pytest.fixture(autouse=True)
def instansi(session: Session) -> None:
    make_instansi(session)


def save(path: Path, *people: Person) -> str:
    file = path / "pegawai.xlsx"
    file.write_bytes(write_workbook(lay_out(people)))
    return str(file)


def count(session: Session, table: type[Any]) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_roster_comes_in_with_accounts(run: Run, session: Session, tmp_path: Path) -> None:
    file = save(tmp_path, SITI, BUDI)

    document = read(run("roster", "import", file, "--create-units", "--json"))

    reading = document.pop("reading")
    assert document == {"added": 2, "updated": 0, "unchanged": 0, "moved": 0, "missing": 0, "errors": []}
    assert [(sheet["name"], sheet["rows"]) for sheet in reading["sheets"]] == [("DATA PEGAWAI", 2)]
    assert [column["heading"] for column in reading["columns_not_used"]] == ["NO"]
    assert set(session.scalars(select(User.login))) == {SITI.nip, BUDI.nip}


def test_importing_again_changes_nothing(run: Run, session: Session, tmp_path: Path) -> None:
    file = save(tmp_path, SITI, BUDI)
    run("roster", "import", file, "--create-units")

    document = read(run("roster", "import", file, "--json"))

    assert (document["added"], document["unchanged"]) == (0, 2)


def test_a_dry_run_tells_and_writes_nothing(run: Run, session: Session, tmp_path: Path) -> None:
    document = read(run("roster", "import", save(tmp_path, SITI), "--create-units", "--dry-run", "--json"))

    assert document["added"] == 1
    assert (count(session, Asn), count(session, Opd)) == (0, 0)


def test_one_bad_row_refuses_the_file_and_is_named(run: Run, session: Session, tmp_path: Path) -> None:
    file = save(tmp_path, SITI, make_person(2, nip="1,98E+17"))

    result = run("roster", "import", file, "--create-units", "--json", code=1)

    (error,) = json.loads(result.stdout)["errors"]
    assert (error["row"], error["column"], error["value"]) == (FIRST_ROW + 1, "NIP", "1,98E+17")
    assert "kehilangan digit" in error["message"]
    assert result.stderr == "Galat: 1 baris perlu diperbaiki, jadi belum ada yang diterapkan.\n"
    assert count(session, Asn) == 0


def test_bad_rows_are_skipped_when_asked(run: Run, session: Session, tmp_path: Path) -> None:
    file = save(tmp_path, SITI, make_person(2, nip="1985"))

    document = read(run("roster", "import", file, "--create-units", "--skip-errors", "--json"))

    assert (document["added"], len(document["errors"])) == (1, 1)
    assert count(session, Asn) == 1


def test_an_unknown_unit_is_suggested_and_not_made(run: Run, session: Session, tmp_path: Path) -> None:
    make_opd(session, nama="Dinas Kesehatan")

    result = run("roster", "import", save(tmp_path, make_person(1, opd="Dinkes", unit="")), code=1)

    assert f"Baris {FIRST_ROW}, kolom PERANGKAT DAERAH: 'Dinkes'" in result.stdout
    assert "Maksud Anda: Dinas Kesehatan?" in result.stdout
    assert count(session, Opd) == 1


def test_who_is_missing_stays_unless_asked(run: Run, session: Session, tmp_path: Path) -> None:
    run("roster", "import", save(tmp_path, SITI, BUDI), "--create-units")
    file = save(tmp_path, SITI)

    assert read(run("roster", "import", file, "--json"))["missing"] == 1
    assert set(session.scalars(select(Asn.active))) == {True}
    run("roster", "import", file, "--deactivate-missing")

    session.rollback()
    assert dict(session.execute(select(Asn.nip, Asn.active)).all()) == {SITI.nip: True, BUDI.nip: False}


def test_an_open_period_follows_the_roster(run: Run, session: Session, tmp_path: Path) -> None:
    dinas = make_opd(session, nama="Dinas Kesehatan")
    other = make_opd(session, nama="Dinas Sosial")
    siti, budi = make_asn(session, opd=dinas, nip=SITI.nip), make_asn(session, opd=dinas, nip=BUDI.nip)
    period = make_period(session)
    for person in (siti, budi):
        make_enrolment(session, asn=person, period=period)
    file = save(tmp_path, make_person(1, opd="Dinas Sosial", unit=""), make_person(3, opd="Dinas Sosial", unit=""))

    result = run("roster", "import", file, "--deactivate-missing")

    assert f"Periode {period.kode}: 1 masuk, 1 pindah, 1 keluar, 0 kembali." in result.stdout
    kinds = session.scalars(select(EnrolmentChange.kind).order_by(EnrolmentChange.kind)).all()
    assert kinds == ["keluar", "masuk", "pindah"]
    assert session.scalars(select(Enrolment).where(Enrolment.asn_id == siti.id)).one().current_opd_id == other.id


def test_a_file_that_is_no_table_is_refused_with_a_sentence(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "surat.pdf"
    file.write_bytes(b"%PDF-1.7")

    assert "Berkas harus .xlsx atau .csv" in run("roster", "import", str(file), code=1).stderr
    assert "tidak dapat dibaca" in run("roster", "import", str(tmp_path / "tidak-ada.xlsx"), code=1).stderr


def test_the_reading_is_told_in_text_and_in_json(run: Run, session: Session, tmp_path: Path) -> None:
    make_opd(session, nama="Dinas Kesehatan")
    headings = ("NIP", "NAMA", "GOL", "UNIT KERJA", "KEDUDUKAN HUKUM")
    siti, budi = ((one.nip, one.nama, "III/a", "Dinas Kesehatan") for one in (SITI, BUDI))
    file = tmp_path / "pegawai.xlsx"
    dinkes = SheetLayout("DINKES", [headings, (*siti, "Aktif")])
    rsud = SheetLayout("RSUD", [headings, (*budi, "Meninggal")])
    file.write_bytes(write_sheets(dinkes, rsud, SheetLayout("REKAP", [["x"]])))

    told = run("roster", "import", str(file), "--dry-run").stdout
    reading = read(run("roster", "import", str(file), "--dry-run", "--json"))["reading"]

    assert "Lembar RSUD: 1 baris dibaca" in told
    assert "Lembar REKAP tidak dibaca" in told
    assert "RSUD 2 (Meninggal)" in told
    assert [sheet["name"] for sheet in reading["sheets"]] == ["DINKES", "RSUD"]
    assert reading["sheets_not_read"] == [{"name": "REKAP", "reason": "no_headings"}]
    assert [(one["sheet"], one["row"], one["value"]) for one in reading["ended"]] == [("RSUD", 2, "Meninggal")]


@pytest.mark.parametrize("options", [[], ["--deactivate-missing"], ["--skip-errors", "--deactivate-missing"]])
def test_a_file_without_people_deactivates_nobody(
    run: Run, session: Session, tmp_path: Path, options: list[str]
) -> None:
    run("roster", "import", save(tmp_path, SITI, BUDI), "--create-units")

    result = run("roster", "import", save(tmp_path), *options, code=1)

    assert "tidak ada pegawai yang masih aktif" in result.stderr
    session.rollback()
    assert set(session.scalars(select(Asn.active))) == {True}


def test_a_nik_is_not_repeated(run: Run, tmp_path: Path) -> None:
    file = save(tmp_path, make_person(1, nip="9999010101990001"))

    for result in (run("roster", "import", file, code=1), run("roster", "import", file, "--json", code=1)):
        assert "16 angka" in result.stdout
        assert "9999010101990001" not in result.stdout + result.stderr


def test_a_larger_roster_is_applied(run: Run, session: Session, tmp_path: Path) -> None:
    file = save(tmp_path, *make_people(600))

    assert read(run("roster", "import", file, "--create-units", "--json"))["added"] == 600
    assert (count(session, Asn), count(session, User)) == (600, 600)


def test_the_tree_of_opd_comes_in(run: Run, session: Session, tmp_path: Path) -> None:
    file = tmp_path / "opd.csv"
    file.write_bytes(write_csv([("kode", "nama", "jenis", "induk"), ("dinkes", "Dinas Kesehatan", "opd", "")]))

    document = read(run("opd", "import", str(file), "--json"))
    assert document.pop("reading")["sheets"][0]["rows"] == 1
    assert document == {"added": 1, "updated": 0, "unchanged": 0, "errors": []}
    assert "1 tetap" in run("opd", "import", str(file)).stdout


def test_the_tree_of_siasn_is_told_which_columns_it_needs(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "unor.csv"
    file.write_bytes(write_csv([("ID", "NAMA_UNOR", "ID_ATASAN"), ("A1", "Dinas Kesehatan", "")]))

    said = run("opd", "import", str(file), code=1).stderr

    assert "seperti kode, nama, jenis, induk. Yang ditemukan: ID, NAMA_UNOR, ID_ATASAN." in said


def test_a_file_without_units_is_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "opd.csv"
    file.write_bytes(write_csv([("kode", "nama", "jenis", "induk")]))

    assert "tidak ada unit" in run("opd", "import", str(file), code=1).stderr


def test_a_bad_kode_refuses_the_tree(run: Run, session: Session, tmp_path: Path) -> None:
    file = tmp_path / "opd.csv"
    file.write_bytes(write_csv([("kode", "nama", "jenis", "induk"), ("dinas kesehatan", "Dinas", "opd", "")]))

    result = run("opd", "import", str(file), code=1)

    assert "Baris 2, kolom kode: 'dinas kesehatan'." in result.stdout
    assert count(session, Opd) == 0
