"""flask db, key, audit, and the duties of every command."""

import stat
from dataclasses import replace
from pathlib import Path

import click
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.cli import GROUPS
from netral.migrating import newest_revision
from netral.settings import Settings
from netral.web.application import create_app
from tests.certificates.test_auditing import tamper
from tests.cli.conftest import Run, read
from tests.factories import NOW


def commands() -> list[tuple[str, click.Command]]:
    return [
        (f"{group.name} {name}".strip(), command)
        for group in GROUPS
        for name, command in (group.commands.items() if isinstance(group, click.Group) else [("", group)])
    ]


@pytest.mark.parametrize("command", [command for _, command in commands()], ids=[name for name, _ in commands()])
def test_every_command_says_what_it_does(command: click.Command) -> None:
    assert command.help
    assert command.help.rstrip().endswith(".")
    assert "!" not in command.help


def test_a_migrated_database_is_up_to_date_and_migrating_again_is_harmless(run: Run) -> None:
    run("db", "upgrade")

    assert read(run("db", "check", "--json")) == {"newest": newest_revision(), "current": newest_revision()}


def test_an_unprepared_database_says_what_to_run(app: Flask, settings: Settings, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tidak' / 'ada.sqlite3'}"
    unprepared = create_app(replace(settings, database_url=url))
    for group in GROUPS:
        unprepared.cli.add_command(group)

    result = unprepared.test_cli_runner().invoke(args=["audit", "verify"])
    assert result.exit_code == 1
    assert result.stderr == (
        "Galat: Berkas basis data belum ada, atau pengguna ini tidak boleh membukanya. "
        "Periksa izinnya, atau jalankan: .venv/bin/flask db upgrade\n"
    )


def test_a_missing_table_says_what_to_run(run: Run, session: Session) -> None:
    session.execute(text("DROP TABLE audit_head"))

    assert "flask db upgrade" in run("audit", "verify", code=1).stderr


def test_keys_are_made_for_their_owner_and_never_overwritten(run: Run, settings: Settings) -> None:
    path = settings.secrets_dir / "session.key"
    run("key", "make")
    before = path.read_text(encoding="ascii")

    assert "Semua kunci sudah ada" in run("key", "make").stdout
    assert path.read_text(encoding="ascii") == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.secrets_dir.stat().st_mode) == 0o700


def test_a_changed_event_is_told_with_its_number(run: Run, session: Session) -> None:
    for _ in range(3):
        record(session, Act(None, NOW), action="user.made", object_kind="user", object_id=1)
        session.commit()
    assert "utuh, 3 catatan" in run("audit", "verify").stdout

    tamper(session, "UPDATE audit_event SET action = 'user.signed_in' WHERE sequence = 2")

    assert read(run("audit", "verify", "--json", code=1)) == [{"chain": 0, "length": 1, "broken_at": 2}]
