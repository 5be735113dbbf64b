"""flask backup and flask restore as an operator types them."""

import errno
import os
import sqlite3 as elsewhere  # noqa: TID251  of a file that nobody else has open
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from netral.cli import register_commands
from netral.cli.commands import say_system
from netral.demo.marker import is_demo, mark_demo
from netral.operation.backing_up import name_of, prune
from netral.organisation.models import RosterImport
from netral.settings import Settings
from netral.web.application import create_app
from tests.cli.conftest import Run, read
from tests.factories import NOW, make_asn
from tests.operation.conftest import programs
from tests.web.conftest import Clock

__all__ = ["programs"]


@pytest.fixture
def file(run: Run, session: Session, tmp_path: Path) -> Path:
    make_asn(session)
    path = tmp_path / "cadangan.tar"
    run("backup", str(path))
    return path


def restore_elsewhere(settings: Settings, file: Path, *options: str) -> tuple[Result, Path]:
    """Restore on another machine with the embedded database, to which the keys were copied."""
    folder = settings.data_dir / "lain"
    place = replace(settings, data_dir=folder, database_url=f"sqlite:///{folder / 'netral.sqlite3'}")
    other = create_app(place)
    register_commands(other)
    return other.test_cli_runner().invoke(args=["restore", str(file), *options]), folder


def test_a_backup_says_what_it_holds_and_is_never_overwritten(run: Run, session: Session, tmp_path: Path) -> None:
    make_asn(session)
    path = tmp_path / "cadangan.tar"

    told = read(run("backup", str(path), "--json"))

    assert told["file"] == str(path)
    assert told["rows"] == 3
    assert told["certificates"] == 0
    assert "sudah ada dan tidak ditimpa" in run("backup", str(path), code=1).stderr
    assert "wajib diisi" in run("backup", code=2).stderr
    assert "tidak ada" in run("backup", str(tmp_path / "tidak" / "ada.tar"), code=1).stderr


def test_a_backup_holds_nothing_that_was_deleted(run: Run, session: Session, tmp_path: Path) -> None:
    upload = RosterImport(
        instansi_id=make_asn(session).instansi_id, file_name="a.csv", file_hash="0", state="pratinjau",
        uploaded_at=NOW - timedelta(days=2), rows=[["Jalan Rahasia"] * 10_000], problems=[], summary={},
    )  # fmt: skip
    session.add(upload)
    session.commit()
    path = tmp_path / "cadangan.tar"

    run("period", "sweep")
    run("backup", str(path))

    assert b"Jalan Rahasia" not in path.read_bytes()


def test_a_timer_keeps_the_newest_and_touches_no_other_file(
    run: Run, session: Session, tmp_path: Path, clock: Clock
) -> None:
    make_asn(session)
    folder = tmp_path / "cadangan"
    folder.mkdir()
    (folder / "netral-lama.tar").write_text("milik orang lain", encoding="utf-8")
    kept = []
    for _ in range(3):
        kept.append(Path(read(run("backup", "--keep", "2", str(folder), "--json"))["file"]).name)
        clock.forward(hours=1)

    assert kept[0] == "netral-20290502T020000Z.tar"
    assert {path.name for path in folder.iterdir()} == {"netral-lama.tar", *kept[1:]}
    assert "paling sedikit 1" in run("backup", "--keep", "0", str(folder), code=1).stderr


def test_names_sort_by_time() -> None:
    assert name_of(NOW) == "netral-20290502T020000Z.tar"


def test_pruning_leaves_what_is_not_ours(tmp_path: Path) -> None:
    for name in ("netral-20290502T020000Z.tar.part", "x-netral-20290502T020000Z.tar", "netral-2029.tar"):
        (tmp_path / name).touch()

    assert prune(tmp_path, 1) == []


def test_a_backup_is_restored_elsewhere(run: Run, settings: Settings, file: Path) -> None:
    if not settings.embedded:
        assert "sqlite" in restore_elsewhere(settings, file)[0].stderr
        return
    result, folder = restore_elsewhere(settings, file, "--json")

    assert result.exit_code == 0, result.output
    assert read(result)["signatures_checked"]
    with elsewhere.connect(folder / "netral.sqlite3") as database:
        assert database.execute("SELECT nama FROM asn").fetchall() == [("Siti Aminah",)]
        assert database.execute("SELECT action FROM audit_event").fetchall() == [("installation.restored",)]


def test_existing_data_are_not_replaced_unasked(run: Run, app: Flask, session: Session, file: Path) -> None:
    session.close()

    assert "--replace" in run("restore", str(file), code=1).stderr


def test_a_file_that_is_no_backup_is_refused(run: Run, tmp_path: Path, session: Session, file: Path) -> None:
    session.close()
    (tmp_path / "lain.tar").write_text("bukan cadangan", encoding="utf-8")

    assert "bukan cadangan Netral" in run("restore", str(tmp_path / "lain.tar"), "--replace", code=1).stderr
    assert "tidak ada" in run("restore", str(tmp_path / "tidak-ada.tar"), "--replace", code=1).stderr


def test_a_demo_stays_a_demo(run: Run, settings: Settings, session: Session, tmp_path: Path) -> None:
    make_asn(session)
    mark_demo(settings.data_dir)
    run("backup", str(tmp_path / "contoh.tar"))

    if settings.embedded:
        assert is_demo(restore_elsewhere(settings, tmp_path / "contoh.tar")[1])


def test_an_older_or_missing_pg_dump_is_told_in_one_sentence(
    run: Run, settings: Settings, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if settings.embedded:
        return
    folder = tmp_path / "alat"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    assert "pg_dump tidak ditemukan" in run("backup", str(tmp_path / "a.tar"), code=1).stderr

    old = folder / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n", encoding="utf-8")
    old.chmod(0o755)
    told = run("backup", str(tmp_path / "a.tar"), code=1).stderr
    assert "versi 9 lebih lama" in told
    assert told.count("\n") == 1
    assert not (tmp_path / "a.tar").exists()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_an_error_of_the_system_is_one_sentence(number: int) -> None:
    told = say_system(OSError(number, os.strerror(number), "/data/netral"))

    assert told
    assert ("Disk penuh" in told) == (number == errno.ENOSPC)
