"""A setting that cannot be used ends every command with one sentence and exit code 1, before anything is done."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from netral.certificates.proof.keys import make_key
from netral.cli import GROUPS, register_commands
from netral.settings import ROOT, Settings
from netral.web.application import create_app
from tests.content.make import write_content

DATABASE = "NETRAL_DATABASE_URL"
WRONG = (
    ("NETRAL_BASE_URL", "https://netral.contohkab.example/netral"),
    ("PORT", "abc"),
    ("NETRAL_PROXY_HOPS", "ya"),
    (DATABASE, "mysql://a/b"),
    (DATABASE, "postgresql://netral:s3man@gka@127.0.0.1/netral"),
)
# Root may look into every folder and write to it; without its capabilities it has the rights of anybody else.
AS_ANYBODY = ("setpriv", "--bounding-set=-all", "--inh-caps=-all") if os.geteuid() == 0 else ()


def flask(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `.venv/bin/flask ...` with the usual settings and these changes."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("NETRAL_") and name != "PORT"}
    return subprocess.run(
        [*AS_ANYBODY, sys.executable, "-m", "flask", *words],
        cwd=ROOT,
        env=bare | {"FLASK_APP": "app.py"} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def assert_one_sentence(ended: subprocess.CompletedProcess[str], *parts: str) -> None:
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1), ended.stderr
    assert all(part in ended.stderr for part in ("Galat: ", *parts)), ended.stderr
    assert "s3man" not in ended.stderr
    assert len(ended.stderr) < 250


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_setting_is_one_sentence(name: str, value: str, tmp_path: Path) -> None:
    assert_one_sentence(flask("serve", **{"NETRAL_DATA_DIR": str(tmp_path), name: value}), f"Setelan {name} ")


@pytest.mark.parametrize("command", ["--help", "run", "backup", "db"])
def test_every_command_names_a_wrong_setting(command: str) -> None:
    """Every command loads the application first."""
    assert_one_sentence(flask(command, PORT="abc"), "Setelan PORT ")


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """Return a folder with keys; any right that a test takes away is given back afterwards."""
    folder = tmp_path / "data"
    make_key(folder / "secrets")
    (folder / "secrets" / "session.key").write_text("ab" * 32)
    yield folder
    for path in (folder, folder / "secrets"):
        path.chmod(0o700)


def test_a_key_that_cannot_be_read_is_one_sentence(data: Path) -> None:
    key = data / "secrets" / "session.key"
    key.chmod(0)

    assert_one_sentence(flask("db", "check", NETRAL_DATA_DIR=str(data)), "tidak diizinkan", str(key))


@pytest.mark.parametrize("command", [("serve",), ("key", "make")])
def test_a_folder_that_may_not_be_opened_is_one_sentence(data: Path, command: tuple[str, ...]) -> None:
    data.chmod(0)

    assert_one_sentence(flask(*command, NETRAL_DATA_DIR=str(data)), "tidak diizinkan", str(data))


@pytest.mark.parametrize("command", [("serve",), ("db", "upgrade")])
def test_a_folder_that_may_not_be_written_is_one_sentence(data: Path, command: tuple[str, ...]) -> None:
    assert flask("db", "upgrade", NETRAL_DATA_DIR=str(data)).returncode == 0
    data.chmod(0o500)

    assert_one_sentence(flask(*command, NETRAL_DATA_DIR=str(data)), "Periksa izin")


def list_commands(command: click.Command, *path: str) -> Iterator[list[str]]:
    """Yield the words of every command below this one, with something typed wherever something is required."""
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from list_commands(below, *path, name)
        return
    words = [*path]
    for param in command.params:
        if param.required:
            typed = str(param.type.choices[0]) if isinstance(param.type, click.Choice) else "2031-01-01"
            words += [typed] if isinstance(param, click.Argument) else [param.opts[0], typed]
    yield words


def find_wrong_database(kind: str, tmp_path: Path) -> str:
    if kind == "unreachable":
        return "postgresql://netral:s3mangka@127.0.0.1:1/netral"
    if kind == "option":
        return "postgresql://netral:s3mangka@127.0.0.1/netral?s3mangka=s3mangka"
    path = tmp_path / "bukan.sqlite3"
    path.write_text("bukan basis data, melainkan catatan" if kind == "no database" else "")
    return f"sqlite:///{path}"


@pytest.mark.parametrize("kind", ["unreachable", "option", "no database", "empty"])
def test_no_command_fails_on_a_database_that_cannot_be_used(kind: str, data: Path, tmp_path: Path) -> None:
    """Some commands need none, and `db upgrade` fills an empty one; none ends with a fault or tells the password."""
    url = find_wrong_database(kind, tmp_path)
    content = {"NETRAL_CONTENT_DIR": str(write_content(tmp_path))}
    app = create_app(Settings.from_environment({DATABASE: url, "NETRAL_DATA_DIR": str(data)} | content))
    register_commands(app)
    for group in GROUPS:
        for words in list_commands(group, str(group.name)):
            if words == ["content", "preview"]:
                continue  # it serves files until it is stopped, and asks no database
            if words in (["serve"], ["worker"]) and kind == "empty":
                continue  # by now `db upgrade` has prepared it, so that the command would run until it is stopped
            result = app.test_cli_runner().invoke(args=words)
            assert isinstance(result.exception, SystemExit | None), (words, result.exception)
            assert "s3man" not in result.output
            assert "Traceback" not in result.output
