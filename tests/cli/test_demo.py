"""flask demo: when example data are refused, begun anew, and shown. Loading itself is tested in tests/demo."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from netral.cli import register_commands
from netral.cli.demo import PASSWORD, begin_anew, describe
from netral.demo.accounts import DemoAccount
from netral.demo.exhibits import Exhibit
from netral.demo.loading import Loaded
from netral.demo.marker import is_demo, mark_demo
from netral.demo.records import write_records
from netral.extensions import db
from netral.migrating import upgrade
from netral.settings import Settings
from netral.web.application import create_app
from tests.cli.conftest import Run
from tests.factories import make_instansi

SITI = DemoAccount(
    role="peserta",
    nip="198001012005012000",
    password=PASSWORD,
    nama="Siti Aminah",
    opd="Dinas Kesehatan",
    periode="contoh",
    status="baru",
)
LOADED = Loaded((SITI,), (Exhibit("0" * 26, "valid"),))


def change(app: Flask, **values: object) -> Settings:
    settings: Settings = app.extensions["netral.settings"]
    app.extensions["netral.settings"] = changed = replace(settings, **values)  # type: ignore[arg-type]  # by name
    return changed


@pytest.mark.parametrize("command", ["load", "prepare"])
def test_example_data_is_loaded_only_when_asked_for(run: Run, settings: Settings, command: str) -> None:
    assert "NETRAL_DEMO=1" in run("demo", command, code=1).stderr
    assert not is_demo(settings.data_dir)


def test_example_data_goes_into_the_embedded_database_only(run: Run, app: Flask) -> None:
    change(app, demo=True)

    assert "NETRAL_DATABASE_URL" in run("demo", "load", code=1).stderr


def test_nothing_to_show_says_what_to_run(run: Run) -> None:
    assert "make run" in run("demo", "show", code=1).stderr


def test_accounts_and_a_certificate_are_told(run: Run, settings: Settings) -> None:
    write_records(settings.data_dir, LOADED)

    told = run("demo", "show").stdout
    assert SITI.nip in told
    assert f"http://127.0.0.1:8000/v/{'0' * 26}" in told
    assert PASSWORD in "\n".join(describe(LOADED, "http://127.0.0.1:8000", settings.data_dir))


def test_leftovers_of_an_interrupted_loading_are_deleted(settings: Settings) -> None:
    mark_demo(settings.data_dir)
    (settings.data_dir / "netral.sqlite3").write_bytes(b"")
    (settings.data_dir / "lain.txt").write_text("tetap", encoding="utf-8")

    begin_anew(settings.data_dir)

    assert not is_demo(settings.data_dir)
    assert {path.name for path in settings.data_dir.iterdir() if path.is_file()} == {"lain.txt"}


def test_a_database_that_somebody_works_with_is_not_touched(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "layanan"
    folder.mkdir()
    url = f"sqlite:///{folder / 'netral.sqlite3'}"
    app = create_app(replace(settings, database_url=url, data_dir=folder, secrets_dir=folder / "secrets", demo=True))
    register_commands(app)
    upgrade(url)
    with app.app_context():
        make_instansi(db.session())
        db.session.commit()

    result = app.test_cli_runner().invoke(args=["demo", "prepare"])

    assert result.exit_code == 1
    assert "Basis data ini sudah berisi" in result.stderr
    assert not is_demo(folder)
    assert not (folder / "secrets").exists()


def test_a_demo_folder_does_not_serve(run: Run, settings: Settings, session: Session) -> None:
    make_instansi(session)
    mark_demo(settings.data_dir)

    assert "data contoh" in run("serve", code=1).stderr
