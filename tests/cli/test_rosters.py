"""flask opd import and flask roster import."""

import json
import os
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.audit.events import Act
from netral.certificates.models import Certificate
from netral.jobs.models import Job
from netral.learning.periods.models import Enrolment, EnrolmentChange
from netral.organisation.models import Asn, Opd, RosterImport
from netral.roster.applying import Upload
from netral.roster.planning import plan_roster
from netral.roster.previews import Answers, apply_later, discard_preview, keep_preview
from netral.roster.reading import read_roster_file
from netral.roster.tables import WIDE_UPLOAD
from tests.cli.conftest import Run, read
from tests.factories import NOW, make_asn, make_enrolment, make_instansi, make_opd, make_period, make_user, the_instansi
from tests.reporting.makers import make_attempt, make_signature
from tests.roster.roster_generator import (
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
    assert document == {
        "added": 2,
        "updated": 0,
        "unchanged": 0,
        "moved": 0,
        "missing": 0,
        "errors": [],
        "deactivated": 0,
        "new_units": ["Dinas Kesehatan", "Sekretariat, Dinas Kesehatan"],
        "nip_changed": [],
        "kept": {},
        "questions": [],
        "warnings": [],
    }
    assert [(sheet["name"], sheet["rows"]) for sheet in reading["sheets"]] == [("DATA PEGAWAI", 2)]
    assert [column["heading"] for column in reading["columns_not_used"]] == ["NO"]
    assert set(session.scalars(select(User.login))) == {SITI.nip, BUDI.nip}


def test_a_name_that_cannot_be_printed_is_a_warning(run: Run, tmp_path: Path) -> None:
    file = save(tmp_path, make_person(1, nama="ꦱꦸ Lis"), BUDI)

    document = read(run("roster", "import", file, "--create-units", "--dry-run", "--json"))
    text = run("roster", "import", file, "--create-units").output

    (warning,) = document["warnings"]
    assert (warning["row"], warning["column"], warning["value"]) == (FIRST_ROW, "NAMA LENGKAP", "ꦱꦸ Lis")
    assert "tidak terbit sebelum nama ini ditulis dengan huruf Latin" in warning["message"]
    assert warning["message"] in text


def test_a_name_that_can_be_printed_now_brings_the_certificate(run: Run, session: Session, tmp_path: Path) -> None:
    run("roster", "import", save(tmp_path, make_person(1, nama="ꦱꦸ Lis")), "--create-units")
    finish(session, session.scalars(select(Asn)).one())

    run("roster", "import", save(tmp_path, make_person(1, nama="Sulis")))
    run("roster", "import", save(tmp_path, make_person(1, nama="Sulis, S.Pd.")))

    session.rollback()
    assert session.scalars(select(Certificate.nama)).all() == ["Sulis"]


def finish(session: Session, asn: Asn) -> None:
    """Let these people pass and sign."""
    enrolment = make_enrolment(session, asn=asn, period=make_period(session), passed_at=NOW, pledged_at=NOW)
    make_attempt(session, enrolment)
    make_signature(session, enrolment)
    session.commit()


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


def test_missing_people_stay_unless_deactivation_is_asked_for(run: Run, session: Session, tmp_path: Path) -> None:
    run("roster", "import", save(tmp_path, SITI, BUDI), "--create-units")
    file = save(tmp_path, SITI)

    assert read(run("roster", "import", file, "--json"))["missing"] == 1
    assert set(session.scalars(select(Asn.active))) == {True}
    document = read(run("roster", "import", file, "--deactivate-missing", "--confirm", "1", "--json"))

    assert document["deactivated"] == 1
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

    result = run("roster", "import", file, "--deactivate-missing", "--confirm", "1")

    assert f"Periode {period.kode}: 1 masuk, 1 pindah, 1 keluar, 0 kembali." in result.stdout
    kinds = session.scalars(select(EnrolmentChange.kind).order_by(EnrolmentChange.kind)).all()
    assert kinds == ["keluar", "masuk", "pindah"]
    assert session.scalars(select(Enrolment).where(Enrolment.asn_id == siti.id)).one().current_opd_id == other.id


@pytest.mark.parametrize("confirm", [(), ("--confirm", "2")])
def test_many_missing_people_are_deactivated_only_by_their_number(
    run: Run, session: Session, tmp_path: Path, confirm: tuple[str, ...]
) -> None:
    run("roster", "import", save(tmp_path, SITI, BUDI), "--create-units")
    command = ("roster", "import", save(tmp_path, SITI), "--deactivate-missing")

    refused = run(*command, *confirm, code=1)

    assert refused.stderr == (
        "Galat: 1 pegawai akan dinonaktifkan; bila benar, tambahkan --confirm 1. Belum ada yang diterapkan.\n"
    )
    assert set(session.scalars(select(Asn.active))) == {True}
    assert "1 pegawai akan dinonaktifkan. Jumlah ini wajib diketik: --confirm 1." in run(*command, "--dry-run").stdout
    assert "1 pegawai dinonaktifkan." in run(*command, "--confirm", "1").stdout


def test_a_number_without_anybody_to_deactivate_is_bad_usage(run: Run, session: Session, tmp_path: Path) -> None:
    result = run("roster", "import", save(tmp_path, SITI), "--confirm", "1", code=2)

    assert "--confirm hanya dipakai bersama --deactivate-missing." in result.stderr


def test_units_that_are_made_are_named_and_counted(run: Run, session: Session, tmp_path: Path) -> None:
    file = save(tmp_path, SITI, make_person(2, unit="Bidang Program"))

    told = run("roster", "import", file, "--create-units", "--dry-run").stdout

    assert "3 unit baru akan dibuat:\n- Dinas Kesehatan\n- Sekretariat, Dinas Kesehatan\n" in told
    assert "3 unit baru dibuat:" in run("roster", "import", file, "--create-units").stdout


def test_a_unit_that_resembles_a_known_one_is_refused_with_its_name(run: Run, session: Session, tmp_path: Path) -> None:
    make_opd(session, nama="Dinas Kesehatan")
    make_opd(session, nama="Kecamatan Muara Lestari")
    people = [make_person(1, opd="DINKES", unit=""), make_person(2, opd="KEC. MUARA LESTARI", unit="")]

    told = run("roster", "import", save(tmp_path, *people), "--create-units", code=1).stdout

    assert "'DINKES'. Mirip unit Dinas Kesehatan, jadi tidak dibuat." in told
    assert "'KEC. MUARA LESTARI'. Mirip unit Kecamatan Muara Lestari, jadi tidak dibuat." in told
    assert count(session, Opd) == 2


def test_a_list_that_names_only_the_instansi_is_refused_with_the_repair(
    run: Run, session: Session, tmp_path: Path
) -> None:
    file = save(tmp_path, make_person(1, opd="Pemerintah Kab. Contoh", unit="Seksi Pelayanan Medik"))

    told = run("roster", "import", file, "--create-units", code=1).stdout

    assert "Pemerintah Kab. Contoh adalah instansi sendiri. Tambahkan kolom PERANGKAT DAERAH" in told
    assert (count(session, Asn), count(session, Opd)) == (0, 0)


def save_rows(path: Path, *rows: tuple[str, ...]) -> str:
    file = path / "pegawai.csv"
    file.write_bytes(write_csv([("NIP", "NIP LAMA", "NAMA", "JENIS ASN", "PERANGKAT DAERAH", "EMAIL"), *rows]))
    return str(file)


OLD_NIP, NEW_NIP = "198102022006022000", "198102022026122000"


def test_a_changed_nip_is_one_person_who_signs_in_with_the_new_one(run: Run, session: Session, tmp_path: Path) -> None:
    dinas = make_opd(session, nama="Dinas Kesehatan")
    rina = make_asn(session, opd=dinas, nip=OLD_NIP, nama="Rina Wati", jenis="PPPK")
    make_user(session, asn=rina)
    file = save_rows(tmp_path, (NEW_NIP, OLD_NIP, "Rina Wati", "PNS", "Dinas Kesehatan", ""))

    told = run("roster", "import", file, "--dry-run").stdout
    document = read(run("roster", "import", file, "--json"))

    assert "NIP berubah: Rina Wati, …06022000 menjadi …26122000." in told
    assert (document["added"], document["updated"], document["missing"]) == (0, 1, 0)
    assert document["nip_changed"] == [
        {"sheet": "pegawai", "row": 2, "nama": "Rina Wati", "before": "…06022000", "after": "…26122000"}
    ]
    assert session.scalars(select(User.login)).all() == [NEW_NIP]


def test_a_nip_that_may_have_changed_is_asked_about(run: Run, session: Session, tmp_path: Path) -> None:
    make_asn(session, opd=make_opd(session, nama="Dinas Kesehatan"), nip=OLD_NIP, nama="Rina Wati")
    file = save_rows(tmp_path, (NEW_NIP, "", "Rina Wati, S.E.", "PNS", "Dinas Kesehatan", ""))

    (question,) = read(run("roster", "import", file, "--dry-run", "--json"))["questions"]

    assert question["row"] == 2
    assert "Mungkin orang yang sama dengan Rina Wati, Dinas Kesehatan (NIP berakhiran …06022000)" in question["message"]
    assert question["message"] in run("roster", "import", file, "--dry-run").stdout


def test_blank_cells_erase_nothing_and_are_counted(run: Run, session: Session, tmp_path: Path) -> None:
    dinas = make_opd(session, nama="Dinas Kesehatan")
    make_asn(session, opd=dinas, nip=OLD_NIP, nama="Rina Wati", email="rina@contohkab.example")
    file = save_rows(tmp_path, (OLD_NIP, "", "Rina Wati", "PNS", "Dinas Kesehatan", ""))

    told = run("roster", "import", file).stdout

    assert "Sel kosong di berkas: 1 surel. Yang sudah tercatat tidak dihapus." in told
    assert session.scalars(select(Asn.email)).all() == ["rina@contohkab.example"]


def test_a_file_that_is_no_table_is_refused_with_a_sentence(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "surat.pdf"
    file.write_bytes(b"%PDF-1.7")

    assert "Berkas harus .xlsx atau .csv" in run("roster", "import", str(file), code=1).stderr
    assert "tidak dapat dibaca" in run("roster", "import", str(tmp_path / "tidak-ada.xlsx"), code=1).stderr


def test_a_pipe_is_read_no_further_than_a_file_may_be_long(run: Run, tmp_path: Path) -> None:
    pipe = tmp_path / "pegawai.csv"
    os.mkfifo(pipe)
    cut_off = Event()
    writer = Thread(target=write_too_much, args=(pipe, cut_off))
    writer.start()

    told = run("roster", "import", str(pipe), code=1).stderr

    writer.join()
    assert "Berkas melebihi 20 MB" in told
    assert cut_off.is_set()


def write_too_much(pipe: Path, cut_off: Event) -> None:
    try:
        with pipe.open("wb") as stream:
            stream.write(bytes(4 * WIDE_UPLOAD))
    except BrokenPipeError:
        cut_off.set()


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


def test_the_tree_of_siasn_comes_in_by_its_ids(run: Run, session: Session, tmp_path: Path) -> None:
    file = tmp_path / "unor.csv"
    rows = [("A2", "Seksi Gizi", "A1"), ("A1", "Dinas Kesehatan", "A0"), ("A0", "Pemerintah Kab. Contoh", "")]
    file.write_bytes(write_csv([("ID", "NAMA_UNOR", "ID_ATASAN"), *rows]))

    told = run("opd", "import", str(file)).stdout

    assert "2 OPD ditambahkan" in told
    assert {opd.unor_id: opd.parent_id is None for opd in session.scalars(select(Opd))} == {"A1": True, "A2": False}


def test_a_file_without_units_is_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "opd.csv"
    file.write_bytes(write_csv([("kode", "nama", "jenis", "induk")]))

    assert "tidak ada unit" in run("opd", "import", str(file), code=1).stderr


@pytest.mark.parametrize("kode", ["dinas kesehatan", "..", "-"])
def test_a_bad_kode_refuses_the_tree(run: Run, session: Session, tmp_path: Path, kode: str) -> None:
    file = tmp_path / "opd.csv"
    file.write_bytes(write_csv([("kode", "nama", "jenis", "induk"), (kode, "Dinas", "opd", "")]))

    result = run("opd", "import", str(file), code=1)

    assert f"Baris 2, kolom kode: '{kode}'." in result.stdout
    assert count(session, Opd) == 0


def leave_to_worker(session: Session, *people: Person) -> int:
    """Keep a preview and press Terapkan as a page does for many people."""
    instansi_id = the_instansi(session).id
    reading = read_roster_file(write_workbook(lay_out(people)), "pegawai.xlsx", today=NOW.date())
    planned = plan_roster(session, instansi_id=instansi_id, reading=reading, create_units=True)
    import_id = keep_preview(
        session,
        plan=planned,
        reading=reading,
        upload=Upload("pegawai.xlsx", "0" * 64),
        now=NOW,
        by=None,
        answers=Answers(create_units=True),
    )
    act = Act(None, NOW, instansi_id)
    apply_later(session, act, import_id=import_id, deactivate_missing=False, confirmed=None)
    session.commit()
    return import_id


def test_the_worker_applies_an_import_once(run: Run, session: Session) -> None:
    import_id = leave_to_worker(session, make_person(1), make_person(2))

    for _ in range(2):
        run("worker", "--once")

    session.rollback()
    assert session.get_one(RosterImport, import_id).state == "diterapkan"
    assert len(session.scalars(select(Asn)).all()) == len(session.scalars(select(User)).all()) == 2
    job = session.scalars(select(Job).where(Job.kind == "roster")).one()
    assert (job.state, job.done, job.total, job.result) == ("done", 2, 2, {"state": "diterapkan"})


def test_the_worker_applies_nothing_that_was_not_shown(run: Run, session: Session) -> None:
    import_id = leave_to_worker(session, make_person(1), make_person(2))
    make_asn(session, opd=make_opd(session, nama="Lain"), nip=make_person(1).nip)

    run("worker", "--once")

    session.rollback()
    kept = session.get_one(RosterImport, import_id)
    assert (kept.state, kept.summary["shown"]["added"], kept.summary["counts"]["added"]) == ("pratinjau", 2, 1)
    assert len(session.scalars(select(Asn)).all()) == 1


def test_the_worker_leaves_a_preview_alone_that_was_discarded(run: Run, session: Session) -> None:
    import_id = leave_to_worker(session, make_person(1))
    discard_preview(session, instansi_id=the_instansi(session).id, import_id=import_id)

    run("worker", "--once")

    session.rollback()
    job = session.scalars(select(Job).where(Job.kind == "roster")).one()
    assert (job.state, job.result) == ("done", {"state": "dibatalkan"})
    assert count(session, Asn) == 0


def test_the_worker_applies_an_import_after_a_discarded_one_that_still_waits(run: Run, session: Session) -> None:
    discarded = leave_to_worker(session, make_person(1))
    discard_preview(session, instansi_id=the_instansi(session).id, import_id=discarded)
    import_id = leave_to_worker(session, make_person(1), make_person(2))

    run("worker", "--once")

    session.rollback()
    assert session.get_one(RosterImport, import_id).state == "diterapkan"
    assert count(session, Asn) == 2


def test_people_who_may_be_known_ones_are_added_only_as_new(run: Run, session: Session, tmp_path: Path) -> None:
    make_asn(session, opd=make_opd(session, nama="Dinas Kesehatan"), nip=OLD_NIP, nama="Rina Wati")
    file = save_rows(tmp_path, (NEW_NIP, "", "Rina Wati", "PNS", "Dinas Kesehatan", ""))

    told = run("roster", "import", file).stdout
    added = read(run("roster", "import", file, "--as-new", "--json"))["added"]

    assert "1 baris belum diterapkan karena mungkin orang yang sudah tercatat" in told
    assert added == 1
