"""/pengelola for the operator of the installation: numbers and states, no names of people."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from netral import migrating
from netral.accounts.access import Role
from netral.audit.events import Act, record
from netral.jobs.models import Job
from netral.jobs.queue import enqueue
from netral.operation.health import Alarm
from netral.organisation.models import Instansi
from netral.settings import Settings
from netral.web.office import installation
from netral.words.health import ALARMS
from tests.factories import NOW
from tests.learning.make import make_exam
from tests.web.conftest import Browser
from tests.web.officers import sign_in_officer


@pytest.fixture
def putu(browser: Browser, session: Session) -> Browser:
    """Sign in Putu, who operates an installation in which Siti learns."""
    make_exam(session)
    sign_in_officer(browser, session, Role.PENGELOLA, instansi=None, nama="Putu")
    return browser


def test_instansi_are_listed_with_numbers_and_nobodys_name(putu: Browser) -> None:
    page = putu.visit("/pengelola")

    assert "Kabupaten Contoh contoh Asia/Makassar 1 1 1" in page.words
    assert "Siti" not in page.words
    assert "Edisi 1" in page.words


def test_the_database_is_named_with_its_version_and_revision(
    putu: Browser, session: Session, settings: Settings
) -> None:
    page = putu.visit("/pengelola")

    assert ("SQLite (tertanam) 3." if settings.embedded else "PostgreSQL 1") in page.words
    assert f"{migrating.newest_revision()}, mutakhir" in page.words
    session.rollback()


def test_a_pending_migration_comes_with_the_command_that_ends_it(putu: Browser, session: Session) -> None:
    newest = session.scalar(text("SELECT version_num FROM alembic_version"))
    session.execute(text("UPDATE alembic_version SET version_num = '0000'"))

    page = putu.visit("/pengelola")

    session.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest})
    session.commit()
    assert ALARMS[Alarm.MIGRATION_PENDING] in page.words


def test_a_missing_key_is_said_with_the_command_that_makes_it(putu: Browser, settings: Settings) -> None:
    assert "Ada, dengan 1 kunci publik" in putu.visit("/pengelola").words
    (settings.secrets_dir / "certificate-signing.pem").unlink()

    page = putu.visit("/pengelola")
    assert ALARMS[Alarm.NO_SIGNING_KEY] in page.words
    assert "Belum dibuat. Jalankan .venv/bin/flask key make" in page.words


def test_a_key_that_everybody_may_read_is_pointed_out(settings: Settings) -> None:
    (settings.secrets_dir / "certificate-signing.pem").chmod(0o644)

    assert "chmod 600" in installation.describe_signing_key(settings.secrets_dir)


def test_the_page_says_whether_this_is_a_demo(putu: Browser, app: Flask, settings: Settings) -> None:
    assert "Produksi" in putu.visit("/pengelola").words
    app.extensions["netral.settings"] = replace(settings, demo=True)

    assert "Salinan contoh dengan data rekaan" in putu.visit("/pengelola").words


def test_nobody_else_may_enter(session: Session, open_browser: Callable[[], Browser]) -> None:
    make_exam(session)
    instansi = session.scalars(select(Instansi)).one()
    for role in (Role.BKPSDM, Role.INSPEKTORAT, Role.PENYUNTING):
        browser = open_browser()
        sign_in_officer(browser, session, role, instansi=instansi, nama=role.value)
        assert browser.get("/pengelola").status_code == 403


def test_the_last_backup_and_background_work_are_told(putu: Browser, session: Session) -> None:
    record(session, Act(None, NOW), action="backup.made", object_kind="backup", object_id="netral.tar")
    enqueue(session, Act(None, NOW), "sweep", {})
    session.get_one(Job, enqueue(session, Act(None, NOW), "sweep", {})).state = "failed"

    page = putu.visit("/pengelola")

    assert "Cadangan terakhir 2 Mei 2029 pukul 10.00" in page.words
    assert "Pekerjaan menunggu 1" in page.words
    assert "Pekerjaan gagal 1" in page.words
    assert "Tidak ada cadangan dalam 26 jam" not in page.words


def test_a_backup_that_is_too_old_is_pointed_out(putu: Browser) -> None:
    assert "Tidak ada cadangan dalam 26 jam terakhir" in putu.visit("/pengelola").words
