"""A backup comes back whole, on SQLite and PostgreSQL, or nothing changes."""

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, make_url, select, text
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.certificates.issue.register import find_record
from netral.certificates.paper.files import keep_hash, pdf_path, read_or_make_pdf
from netral.certificates.proof.keys import KeyRing
from netral.database.engines import make_engine
from netral.operation.archive import Manifest
from netral.operation.backing_up import back_up
from netral.operation.contents import count_rows
from netral.operation.embedded import DatabaseDamaged, DatabaseInUse
from netral.operation.restoring import (
    BackupFromNewer,
    BackupOfOtherKind,
    Place,
    Restored,
    RestoredUnfit,
    TargetNotEmpty,
    restore,
)
from netral.operation.served import maintenance
from netral.organisation.models import Asn
from netral.pledges.circulars.files import Pdf, keep_pdf
from tests.certificates.rows import make_issued
from tests.certificates.samples import BASE_URL, make_keyring
from tests.certificates.test_auditing import tamper
from tests.factories import NOW, make_asn, make_instansi, make_opd
from tests.test_migrations import triggers


@pytest.fixture
def certificates(tmp_path: Path) -> Path:
    return tmp_path / "lama" / "sertifikat"


@pytest.fixture
def archive(session: Session, engine: Engine, tmp_path: Path, certificates: Path) -> Path:
    """Return a backup with Siti, her certificate, its stored PDF, and an audit event of the installation."""
    _, issued = make_issued(session)
    found = find_record(session, issued.public_id)
    assert found
    stored = read_or_make_pdf(certificates, found, base_url=BASE_URL)
    keep_hash(session, issued.public_id, stored)
    keep_pdf(certificates.with_name("edaran"), Pdf(b"%PDF- of a circular", 1))
    record(session, Act(None, NOW), action="user.made", object_kind="user", object_id=1)
    session.commit()
    path = tmp_path / "cadangan.tar"
    make(engine, path, certificates)
    return path


def make(engine: Engine, path: Path, certificates: Path) -> Manifest:
    return back_up(
        engine, path, certificate_dir=certificates, document_dir=certificates.with_name("edaran"), demo=False, now=NOW
    )


def bring_back(archive: Path, target: Place, **more: Any) -> Restored:
    values: dict[str, Any] = {"keyring": make_keyring(), "now": NOW} | more
    return restore(archive, target, **values)


def count(url: str) -> dict[str, int]:
    engine = make_engine(url)
    with engine.connect() as connection:
        counts = count_rows(connection)
    engine.dispose()
    return counts


def guards(url: str) -> set[str]:
    engine = make_engine(url)
    found = triggers(engine)
    engine.dispose()
    return found


def test_everything_comes_back_and_proves_itself(
    archive: Path, target: Place, database_url: str, certificates: Path
) -> None:
    restored = bring_back(archive, target)

    assert restored.verdict.fits
    assert restored.verdict.signatures_checked
    assert count(target.database_url) == restored.manifest.counts == count(database_url)
    assert guards(target.database_url) == guards(database_url)
    files = {path.name: path.read_bytes() for path in certificates.iterdir()}
    assert len(files) == 1
    assert {path.name: path.read_bytes() for path in target.certificate_dir.iterdir()} == files
    documents = [path.read_bytes() for path in target.document_dir.iterdir()]
    assert documents == [b"%PDF- of a circular"]
    assert {path.name for path in target.data_dir.iterdir()} <= {"netral.sqlite3", "sertifikat", "edaran"}


def test_data_gives_way_only_when_asked_for(archive: Path, target: Place, session: Session) -> None:
    bring_back(archive, target)
    stranger = pdf_path(target.certificate_dir, "0" * 26)
    stranger.write_bytes(b"of a certificate that was issued later")
    unknown = keep_pdf(target.document_dir, Pdf(b"of a circular that was published later", 1))

    with pytest.raises(TargetNotEmpty):
        bring_back(archive, target)
    assert stranger.exists()

    assert bring_back(archive, target, replace=True).verdict.fits
    assert not stranger.exists()
    assert unknown not in {path.stem for path in target.document_dir.iterdir()}


def test_a_database_in_use_is_not_replaced(archive: Path, target: Place) -> None:
    bring_back(archive, target)
    engine = make_engine(target.database_url)
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        with pytest.raises(DatabaseInUse):
            bring_back(archive, target, replace=True)
        assert connection.scalar(select(func.count(Asn.id))) == 1
    engine.dispose()


def test_a_damaged_file_of_a_database_is_left_for_whoever_can_still_read_it(archive: Path, target: Place) -> None:
    if target.database_url.startswith("postgresql"):
        return
    path = target.data_dir / "netral.sqlite3"
    path.parent.mkdir()
    path.write_bytes(b"bukan basis data" * 1000)

    with pytest.raises(DatabaseDamaged):
        bring_back(archive, target, replace=True)
    assert path.read_bytes().startswith(b"bukan")


def test_leftovers_of_a_killed_restore_go_with_the_next(archive: Path, target: Place) -> None:
    if target.database_url.startswith("sqlite"):
        return
    url = make_url(target.database_url)
    left = f"{str(url.database)[:40]}_pulih_{'0' * 12}"
    with maintenance(url) as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{left}"')
        bring_back(archive, target)
        assert not connection.exec_driver_sql("SELECT 1 FROM pg_database WHERE datname LIKE '%%\\_pulih\\_%%'").all()


def test_a_backup_that_was_made_during_work_has_all_that_was_acknowledged_before(
    session: Session, engine: Engine, tmp_path: Path, target: Place, certificates: Path
) -> None:
    instansi = make_instansi(session)
    opd = make_opd(session, instansi=instansi)
    session.commit()
    acknowledged, stop = [0], threading.Event()

    def work() -> None:
        with Session(engine) as busy:
            while not stop.is_set():
                make_asn(busy, opd=busy.merge(opd))
                busy.commit()
                acknowledged[0] += 1

    worker = threading.Thread(target=work)
    worker.start()
    while acknowledged[0] < 5:
        stop.wait(0.01)
    before = acknowledged[0]
    manifest = make(engine, tmp_path / "cadangan.tar", certificates)
    stop.set()
    worker.join()

    assert before <= manifest.counts["asn"] <= acknowledged[0]
    bring_back(tmp_path / "cadangan.tar", target)
    assert count(target.database_url) == manifest.counts


def test_a_backup_holds_no_secret(archive: Path) -> None:
    content = archive.read_bytes()

    assert b"PRIVATE KEY" not in content
    assert b"session.key" not in content


def test_a_changed_backup_is_found_before_anything_is_touched(
    archive: Path, session: Session, engine: Engine, tmp_path: Path, target: Place, certificates: Path
) -> None:
    tamper(session, "UPDATE certificate SET nama = 'Orang Lain'", "UPDATE audit_event SET action = 'lain'")
    spoiled = tmp_path / "berubah.tar"
    make(engine, spoiled, certificates)

    with pytest.raises(RestoredUnfit) as fact:
        bring_back(spoiled, target)
    assert fact.value.args[0].broken_chains
    assert {finding.fault for finding in fact.value.args[0].findings} >= {"tampered"}
    assert not any(target.certificate_dir.glob("*"))

    assert not bring_back(spoiled, target, despite_findings=True).verdict.fits
    assert count(target.database_url)["certificate"] == 1


def test_without_any_key_the_signatures_wait(archive: Path, target: Place) -> None:
    restored = bring_back(archive, target, keyring=KeyRing(()))

    assert restored.verdict.fits
    assert not restored.verdict.signatures_checked


def test_a_backup_of_a_newer_version_is_refused(
    session: Session, engine: Engine, tmp_path: Path, target: Place, certificates: Path
) -> None:
    newest = session.scalar(text("SELECT version_num FROM alembic_version"))
    session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    session.commit()
    make(engine, tmp_path / "baru.tar", certificates)
    session.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest})
    session.commit()

    with pytest.raises(BackupFromNewer):
        bring_back(tmp_path / "baru.tar", target)


def test_a_backup_does_not_change_its_kind_of_database(archive: Path, target: Place, database_url: str) -> None:
    other = "postgresql+psycopg://nobody@127.0.0.1:1/x" if database_url.startswith("sqlite") else "sqlite:////tmp/x/y"
    place = Place(
        database_url=other,
        data_dir=target.data_dir,
        certificate_dir=target.certificate_dir,
        document_dir=target.document_dir,
    )

    with pytest.raises(BackupOfOtherKind):
        bring_back(archive, place, replace=True)
