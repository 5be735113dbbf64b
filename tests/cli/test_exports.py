"""flask siasn and flask certificate grades; and the worker that makes the PDFs of a part."""

import csv
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.certificates.issue.issuing import Signer, issue_if_complete, revoke
from netral.certificates.models import Certificate
from netral.certificates.proof.keys import load_keys
from netral.cli.exports import STEP
from netral.exports.siasn import SIASN, make_parts
from netral.jobs.models import Job
from netral.jobs.queue import enqueue
from netral.learning.periods.models import Period
from netral.organisation.models import Asn
from netral.settings import Settings
from tests.certificates.rows import make_complete
from tests.cli.conftest import Run, read
from tests.exports.conftest import HOURS, SIASN_ID
from tests.factories import NOW, make_period, the_instansi

EXPORT = ("siasn", "export", "--periode", "pilkada-2029")


@pytest.fixture
def period(session: Session, settings: Settings) -> Period:
    """Three people of a period have certificates, signed with the key of this installation."""
    the_instansi(session).siasn_id = SIASN_ID
    period = make_period(session, kode="pilkada-2029", **HOURS)
    keyring = load_keys(settings.secrets_dir)
    for number, nama in enumerate(("Siti", "Budi", "=Citra"), start=1):
        enrolment = make_complete(session, period=period, nama=nama)
        signer = Signer(lambda number=number: number.to_bytes(16, "big"), lambda: keyring)  # type: ignore[misc]
        issue_if_complete(session, Act(None, NOW), signer, enrolment_id=enrolment.id)
    session.commit()
    return period


def names_in(path: Path) -> list[str]:
    with ZipFile(path) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_a_part_is_a_workbook_and_a_zip_of_certificates(
    run: Run, period: Period, session: Session, tmp_path: Path
) -> None:
    written = read(run(*EXPORT, "--out", str(tmp_path / "out"), "--json"))["files"]

    workbook, archive = map(Path, written)
    rows = list(load_workbook(BytesIO(workbook.read_bytes()))["Data"].iter_rows())
    assert [cell.value for cell in rows[0]][:13] == [
        *("pnsOrangId", "instansiId", "institusiPenyelenggara", "jenisDiklatId", "jenisKursus"),
        *("jenisKursusSertipikat", "jumlahJam", "lokasiId", "namaKursus", "nomorSertipikat", "tahunKursus"),
        *("tanggalKursus", "tanggalSelesaiKursus"),
    ]
    nips = session.scalars(select(Asn.nip).order_by(Asn.id)).all()
    assert [row[13].value for row in rows[1:]] == nips
    assert rows[3][14].value == "=Citra"
    numbers = {rows[0][place].value for place, cell in enumerate(rows[1]) if cell.data_type == "n"}
    assert numbers == {"jumlahJam", "tahunKursus"}
    assert {cell.data_type for row in rows[1:] for cell in row} <= {"s", "n"}
    assert names_in(archive) == [row[15].value for row in rows[1:]]
    assert (archive.stat().st_mode & 0o777, workbook.stat().st_mode & 0o777) == (0o600, 0o600)


def test_an_export_that_was_killed_goes_on_where_it_stopped(
    run: Run, period: Period, session: Session, settings: Settings, tmp_path: Path
) -> None:
    make_parts(session, Act(None, NOW, period.instansi_id), kode=period.kode)
    out = tmp_path / "out"
    workbook, archive = map(Path, read(run(*EXPORT, "--out", str(out), "--json"))["files"])
    whole, made = archive.read_bytes(), {path: path.stat().st_mtime_ns for path in settings.certificate_dir.iterdir()}
    archive.unlink()
    (out / f".{archive.name}.halved").write_bytes(whole[:1000])
    kept = workbook.stat().st_mtime_ns
    next(iter(made)).unlink()

    assert read(run(*EXPORT, "--out", str(out), "--json"))["files"] == [str(archive)]
    assert archive.read_bytes() == whole
    assert workbook.stat().st_mtime_ns == kept
    assert sorted(path.name for path in out.iterdir()) == sorted([archive.name, workbook.name])
    assert sum(path.stat().st_mtime_ns != made[path] for path in settings.certificate_dir.iterdir()) == 1


def test_what_is_marked_as_sent_is_not_written_again(
    run: Run, period: Period, session: Session, tmp_path: Path
) -> None:
    run(*EXPORT, "--out", str(tmp_path / "a"))
    assert "Bagian 1: 3 sertifikat, siap diunduh" in run("siasn", "list", "--periode", period.kode).stdout
    run("siasn", "sent", "--periode", period.kode, "--bagian", "1")
    assert "sudah ditandai dikirim" in run("siasn", "sent", "--periode", period.kode, "--bagian", "1", code=1).stderr

    first = session.scalars(select(Certificate).order_by(Certificate.id)).first()
    assert first
    revoke(session, Act(None, NOW, period.instansi_id), public_id=first.public_id, reason="Keliru")
    written = read(run(*EXPORT, "--out", str(tmp_path / "b"), "--json"))["files"]
    assert [Path(path).name for path in written] == ["siasn-koreksi-pilkada-2029.xlsx"]


def test_without_the_number_of_the_instansi_nothing_is_written(
    run: Run, period: Period, session: Session, tmp_path: Path
) -> None:
    the_instansi(session).siasn_id = ""

    assert "Pengaturan instansi" in run(*EXPORT, "--out", str(tmp_path / "out"), code=1).stderr
    assert not (tmp_path / "out").exists()


def test_the_worker_makes_the_pdfs_of_a_part(run: Run, period: Period, session: Session, settings: Settings) -> None:
    act = Act(None, NOW, period.instansi_id)
    make_parts(session, act, kode=period.kode)
    enqueue(session, act, SIASN, {"period_id": period.id}, key=str(period.id))

    run("worker", "--once")
    session.rollback()
    job = session.scalars(select(Job).where(Job.kind == SIASN)).one()
    assert (job.state, job.done, job.total, job.fault) == ("done", 3, 3, None)
    assert len(list(settings.certificate_dir.iterdir())) == 3 <= STEP
    assert None not in session.scalars(select(Certificate.pdf_hash)).all()


def test_grades_are_written_for_moodle(run: Run, period: Period, session: Session, tmp_path: Path) -> None:
    file = tmp_path / "nilai.csv"
    run("certificate", "grades", "--moodle", "--periode", period.kode, "--kursus", "NETRAL-1", "--out", str(file))

    rows = list(csv.DictReader(StringIO(file.read_text(encoding="utf-8"))))
    assert [row["username"] for row in rows] == session.scalars(select(Asn.nip).order_by(Asn.id)).all()
    assert {(row["course"], row["grade"]) for row in rows} == {("NETRAL-1", "100")}
    assert all("/v/" in row["feedback"] for row in rows)
