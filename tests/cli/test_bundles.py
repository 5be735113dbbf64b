"""The ZIP of a unit's certificates: each certificate once, whenever a worker was killed, under a harmless name."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.certificates.models import Certificate
from netral.certificates.paper.files import pdf_path
from netral.certificates.proof.keys import load_keys
from netral.cli.commands import session as writing
from netral.cli.exports import pack_certificates
from netral.exports import bundles
from netral.exports.bundles import INDEX, NAME, NoCertificates, order_bundle, read_wanted
from netral.jobs.models import Job
from netral.jobs.queue import claim
from netral.learning.periods.models import Period
from netral.organisation.models import Asn, Opd
from netral.settings import Settings
from tests.certificates.rows import issue, make_complete
from tests.cli.conftest import Run
from tests.factories import NOW, make_opd, make_period


@pytest.fixture
def dinas(session: Session) -> Opd:
    return make_opd(session)


@pytest.fixture
def period(session: Session, dinas: Opd) -> Period:
    return make_period(session)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "BATCH", 2)


def make_certificates(session: Session, settings: Settings, period: Period, opd: Opd, *names: str) -> None:
    ring = load_keys(settings.secrets_dir)
    first = len(session.scalars(select(Certificate)).all())
    for number, nama in enumerate(names, start=first + 1):
        enrolment = make_complete(session, period=period, opd=opd, nama=nama)
        issue(session, enrolment, identifier=number.to_bytes(16), keyring=ring)
        session.commit()


def order(session: Session, opd: Opd, period: Period) -> int:
    act = Act(None, NOW, period.instansi_id)
    wanted = read_wanted(session, instansi_id=period.instansi_id, period_id=period.id, opd_id=opd.id)
    job_id = order_bundle(session, act, wanted)
    session.commit()
    return job_id


def read_zip(settings: Settings, job_id: int) -> dict[str, bytes]:
    with ZipFile(settings.job_dir / str(job_id) / NAME) as archive:
        assert archive.testzip() is None
        assert len(set(archive.namelist())) == len(archive.namelist())
        return {name: archive.read(name) for name in archive.namelist()}


def read_index(files: dict[str, bytes]) -> list[dict[str, Any]]:
    head, *rows = load_workbook(BytesIO(files[INDEX]))["Data"].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def test_the_zip_has_each_certificate_once_and_an_index(
    run: Run, session: Session, settings: Settings, dinas: Opd, period: Period
) -> None:
    below = make_opd(session, parent=dinas, nama="Puskesmas Hulu")
    elsewhere = make_opd(session, nama="Dinas Sosial")
    make_certificates(session, settings, period, dinas, "Siti Aminah", "Budi Santoso", "Siti Aminah")
    make_certificates(session, settings, period, below, "Citra Dewi")
    make_certificates(session, settings, period, elsewhere, "Orang Lain")
    session.execute(update(Asn).where(Asn.nama == "Budi Santoso").values(active=False))
    session.execute(update(Certificate).where(Certificate.nama == "Citra Dewi").values(status="revoked", status_at=NOW))

    job_id = order(session, dinas, period)
    run("worker", "--once")

    files = read_zip(settings, job_id)
    rows = read_index(files)
    assert sorted(files.keys() - {INDEX}) == [
        "1-NETRAL-ASN-BKPSDM-V-2029_Siti-Aminah.pdf",
        "2-NETRAL-ASN-BKPSDM-V-2029_Budi-Santoso.pdf",
        "3-NETRAL-ASN-BKPSDM-V-2029_Siti-Aminah.pdf",
    ]
    assert [(row["Nama"], row["Status"], row["Berkas"] in files) for row in rows] == [
        ("Budi Santoso", "Berlaku", True),
        ("Citra Dewi", "Dicabut", False),
        ("Siti Aminah", "Berlaku", True),
        ("Siti Aminah", "Berlaku", True),
    ]
    assert all(row["Tautan periksa"].startswith(f"{settings.base_url}/v/") for row in rows)
    session.rollback()
    job = session.get_one(Job, job_id)
    assert (job.state, job.done, job.total, job.result) == ("done", 4, 4, {"certificates": 3, "left_out": 1})
    assert all(row.pdf_hash for row in session.scalars(select(Certificate).where(Certificate.nama == "Siti Aminah")))


def test_a_killed_worker_repeats_one_step_and_doubles_nothing(
    run: Run, app: Flask, session: Session, settings: Settings, dinas: Opd, period: Period
) -> None:
    make_certificates(session, settings, period, dinas, "Siti Aminah", "Budi Santoso", "Citra Dewi")
    job_id = order(session, dinas, period)
    claimed = claim(session, now=NOW)
    assert claimed is not None
    session.rollback()

    stored = pdf_path(settings.certificate_dir, read_public_id(session, "Siti Aminah"))
    half = settings.job_dir / str(job_id) / NAME
    with app.app_context():  # steps whose writes are lost, as when their worker is killed
        pack_certificates(claimed)
        before = stored.stat().st_mtime_ns
        writing().rollback()
        last = pack_certificates(replace(claimed, done=2, total=3))
    half.unlink()
    half.with_suffix(".part").write_bytes(b"half of it")

    run("worker", "--once")

    assert (last.done, last.total) == (3, 3)
    files = read_zip(settings, job_id)
    assert len(files) == 4
    assert stored.stat().st_mtime_ns == before
    assert sorted(row["Berkas"] for row in read_index(files)) == sorted(files.keys() - {INDEX})
    assert [path.name for path in half.parent.iterdir()] == [NAME]


def read_public_id(session: Session, nama: str) -> str:
    found = session.scalars(select(Certificate.public_id).where(Certificate.nama == nama)).one()
    session.rollback()
    return found


def test_names_of_people_lead_nowhere_and_hide_no_other_file(
    run: Run, session: Session, settings: Settings, dinas: Opd, period: Period, tmp_path: Path
) -> None:
    make_certificates(session, settings, period, dinas, "../../Siti", "Budi\x07 <b>", "M" * 99)
    job_id = order(session, dinas, period)
    run("worker", "--once")

    names = read_zip(settings, job_id).keys() - {INDEX}
    assert len(names) == 3
    assert all(set(name) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") for name in names)
    assert all(".." not in name and len(name) < 200 for name in names)


def test_two_names_that_fold_alike_are_told_apart() -> None:
    taken: set[str] = set()
    names = ["1_Siti.pdf", "1_siti.pdf", "1_Siti.pdf"]

    assert [bundles.name_once(name, taken) for name in names] == ["1_Siti.pdf", "1_siti-2.pdf", "1_Siti-3.pdf"]


def test_an_altered_file_is_left_out_and_named(
    run: Run, session: Session, settings: Settings, dinas: Opd, period: Period
) -> None:
    make_certificates(session, settings, period, dinas, "Siti Aminah", "Budi Santoso")
    first = order(session, dinas, period)
    run("worker", "--once")
    pdf_path(settings.certificate_dir, read_public_id(session, "Budi Santoso")).write_bytes(b"%PDF-1.7 other")
    again = order(session, dinas, period)
    run("worker", "--once")

    assert len(read_zip(settings, first)) == 3
    rows = {row["Nama"]: row for row in read_index(read_zip(settings, again))}
    assert rows["Budi Santoso"]["Berkas"] in {None, ""}
    assert "telah berubah" in rows["Budi Santoso"]["Keterangan"]
    assert rows["Siti Aminah"]["Berkas"]


def test_an_order_for_nothing_is_refused_and_two_orders_are_one_job(
    session: Session, settings: Settings, dinas: Opd, period: Period
) -> None:
    with pytest.raises(NoCertificates):
        order(session, dinas, period)
    make_certificates(session, settings, period, dinas, "Siti Aminah")

    assert order(session, dinas, period) == order(session, dinas, period)
