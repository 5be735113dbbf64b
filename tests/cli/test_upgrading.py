"""make upgrade on a database that people filled with the first version: nothing of theirs changes."""

import shlex
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, inspect, text
from sqlalchemy.orm import Session

from netral.audit.events import Act, list_chains, verify_chain
from netral.certificates.issue.issuing import Signer, issue_if_complete
from netral.certificates.proof.keys import load_keys
from netral.extensions import db
from netral.migrating import current_revision, downgrade, newest_revision
from netral.operation.archive import unpack
from netral.operation.contents import count_rows
from netral.pledges.publishing import publish
from netral.settings import ROOT, Settings
from tests.certificates.rows import make_complete
from tests.cli.conftest import Run, read
from tests.factories import NOW
from tests.operation.conftest import programs
from tests.shipped import freeze_shipped
from tests.test_migrations import triggers
from tests.web.conftest import Clock

__all__ = ["programs"]

FIRST = "0001"
# Content names days by which it must be reviewed.
CONTENT_DAY = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def filled(
    run: Run, session: Session, settings: Settings, app: Flask, engine: Engine, clock: Clock, database_url: str
) -> Engine:
    """Return content, Siti, her exam, her certificate and the audit trail as the first version kept them."""
    clock.now = CONTENT_DAY
    publish(session, Act(None, NOW), freeze_shipped())
    enrolment = make_complete(session)
    keyring = load_keys(settings.secrets_dir)
    issue_if_complete(session, Act(None, NOW), Signer(lambda: bytes(16), lambda: keyring), enrolment_id=enrolment.id)
    session.commit()
    session.close()
    engine.dispose()
    with app.app_context():
        db.engine.dispose()
    downgrade(database_url, FIRST)
    return engine


def steps(settings: Settings) -> Iterator[list[str]]:
    """The flask commands that `make upgrade` would run, in its order."""
    told = subprocess.run(
        ["make", "-n", "--no-print-directory", "upgrade", f"NETRAL_DATA_DIR={settings.data_dir}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for line in told.stdout.splitlines():
        words = shlex.split(line)
        if words and words[0] == ".venv/bin/flask":
            yield words[1:]


def test_an_upgrade_keeps_every_row_and_guard(
    run: Run, filled: Engine, settings: Settings, session: Session, tmp_path: Path
) -> None:
    with filled.connect() as connection:
        before = count_rows(connection)
    guards = triggers(filled)
    folder = settings.data_dir / "cadangan"
    folder.mkdir()
    filled.dispose()

    commands = list(steps(settings))
    assert [command[0] for command in commands] == ["backup", "db", "content"]
    for command in commands:
        run(*command)

    assert current_revision(filled) == newest_revision()
    with filled.connect() as connection:
        after = count_rows(connection)
    backup_noted = {"audit_event": before["audit_event"] + 1}
    assert {table: after[table] for table in before} == before | backup_noted
    assert guards <= triggers(filled)
    assert all(verify_chain(session, chain).broken_at is None for chain in list_chains(session))
    assert read(run("certificate", "audit", "--json")) == []
    (made,) = folder.iterdir()
    (tmp_path / "isi").mkdir()
    manifest = unpack(made, tmp_path / "isi")
    assert (manifest.revision, manifest.counts) == (FIRST, before)


def test_the_backup_of_an_older_version_is_restored_and_brought_up(
    run: Run, filled: Engine, settings: Settings, session: Session, tmp_path: Path
) -> None:
    run("backup", str(tmp_path / "lama.tar"))
    session.close()
    filled.dispose()

    run("restore", str(tmp_path / "lama.tar"), "--replace")

    assert current_revision(filled) == newest_revision()
    with filled.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM certificate")) == 1
        assert "certificate" in inspect(connection).get_table_names()
