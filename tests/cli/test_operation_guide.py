"""README.md and docs/operasi.md, followed to the letter by somebody who is not root; the samples beside them."""

import configparser
import re
import shlex
import subprocess
from pathlib import Path

import click
import pytest

from netral.cli import GROUPS
from netral.cli.serving import STOP_SECONDS
from netral.operation.health import Alarm
from netral.settings import ROOT, Settings
from netral.words.health import ALARMS
from tests.cli.operator import FLASK, Machine, blocks, commands
from tests.roster.roster_generator import lay_out, make_people, write_workbook

README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "operasi.md").read_text(encoding="utf-8")
SAMPLES = ROOT / "docs" / "operasi"
UNITS = sorted(path.name for path in SAMPLES.iterdir() if path.suffix in {".service", ".timer"})
SHORT = ["sudo", "netral"]
BINARY = "/opt/netral/.venv/bin/flask"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.chdir(tmp_path)
    return Machine(tmp_path)


def parse(words: list[str]) -> None:
    """Check that the command exists and takes these options; nothing is run."""
    group: click.Command = click.Group("flask", commands={each.name or "": each for each in GROUPS})
    context = click.Context(group)
    while isinstance(group, click.Group):
        name, found, words = group.resolve_command(context, words)
        assert found is not None, words
        context = found.make_context(
            name, list(words), parent=context, resilient_parsing=isinstance(found, click.Group)
        )
        group = found


def read_unit(name: str) -> configparser.ConfigParser:
    unit = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # as the documentation of configparser does it
    unit.read_string((SAMPLES / name).read_text(encoding="utf-8"))
    return unit


def test_the_production_block_of_the_readme_ends_ready_to_serve(machine: Machine) -> None:
    (machine.root / "pegawai.xlsx").write_bytes(write_workbook(lay_out(make_people(5))))
    (block,) = [block for block in blocks(README) if "key make" in block]

    lines = commands(block)
    assert (lines[0], lines[-1]) == ("make install", "make serve")
    for line in lines[1:-1]:
        machine.type(line)

    assert machine.ran[-1] == "period open"
    machine.type(".venv/bin/flask health --json")
    assert '"status": "sehat"' in machine.said


def test_the_operation_guide_is_followed_from_a_bare_machine_to_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    machine = Machine(tmp_path / "lama")
    before, _, after = GUIDE.partition("ke mesin baru.")
    for block in blocks(before):
        for command in commands(block):
            machine.type(command)
    assert {"key make", "user create", "backup --keep", "certificate audit", "health --json"} <= set(machine.ran)
    assert machine.ran.count("restore $CADANGAN") + machine.ran.count("audit verify") >= 2

    other = Machine(tmp_path / "baru", now=machine.now)
    for file in ("root/netral-kunci.tar", "var/backups/netral/pindah.tar"):
        (other.root / "root" / Path(file).name).write_bytes((machine.root / file).read_bytes())
    (other.root / "etc/netral").mkdir()
    (other.root / "var/backups/netral").mkdir()
    (other.root / "etc/netral/netral.env").write_bytes((machine.root / "etc/netral/netral.env").read_bytes())
    for block in blocks(after):
        for command in commands(block):
            other.type(command)
    assert other.ran == ["restore /var/backups/netral/pindah.tar", "health"]


def test_every_flask_command_that_is_written_down_exists_with_its_options() -> None:
    found = []
    for line in [line for text in (README, GUIDE) for block in blocks(text) for line in commands(block)]:
        words = shlex.split(line)
        start = next((at for at, word in enumerate(words) if word == FLASK or words[at - 1 : at + 1] == SHORT), None)
        if start is not None:
            parse(words[start + 1 :])
            found.append(words[start + 1])

    assert {"backup", "restore", "health", "key", "db", "period", "roster", "user"} <= set(found)


def test_every_make_target_that_is_written_down_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    lines = [line for text in (README, GUIDE) for block in blocks(text) for line in commands(block)]
    named = {found[1] for line in lines if (found := re.search(r"make (?:-C /opt/netral )?([a-z-]+)'?$", line))}

    assert {"install", "serve", "upgrade"} <= named <= targets


def test_every_setting_that_is_written_down_is_read() -> None:
    known = set(re.findall(r'"(NETRAL_\w+)"', (ROOT / "netral" / "settings.py").read_text(encoding="utf-8")))
    files = [GUIDE, README, *(path.read_text(encoding="utf-8") for path in SAMPLES.iterdir())]

    assert set(re.findall(r"NETRAL_\w+", "\n".join(files))) <= known


def test_the_settings_of_the_sample_are_usable(machine: Machine) -> None:
    machine.system(["install", "-d", "/etc/netral"])
    machine.system(["install", "-m", "0640", "/opt/netral/docs/operasi/netral.env", "/etc/netral/netral.env"])

    settings = Settings.from_environment(machine.service_environment())
    assert settings.secure
    assert settings.proxy_hops == 1


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_starts_what_there_is_and_has_little_freedom(name: str) -> None:
    unit = read_unit(name)
    if name.endswith(".timer"):
        assert name.replace(".timer", ".service") in UNITS
        assert unit["Timer"]["OnCalendar"]
        return
    service = unit["Service"]
    program, *words = shlex.split(service["ExecStart"])
    assert program == BINARY
    parse(words)
    assert service["User"] == "netral"
    for setting, value in {"NoNewPrivileges": "yes", "ProtectSystem": "strict", "CapabilityBoundingSet": ""}.items():
        assert service[setting] == value
    assert "/var/lib/netral" in service["ReadWritePaths"]


def test_the_service_is_given_the_time_that_it_takes_to_stop() -> None:
    assert int(read_unit("netral.service")["Service"]["TimeoutStopSec"]) > STOP_SECONDS


def test_every_unit_is_in_the_guide() -> None:
    assert all(name in GUIDE for name in UNITS)


def test_the_script_that_runs_a_command_is_sound() -> None:
    subprocess.run(["sh", "-n", SAMPLES / "netral"], check=True)


def test_the_sample_of_nginx_has_the_lines_that_the_server_needs() -> None:
    text = (SAMPLES / "nginx.conf").read_text(encoding="utf-8")

    for line in (
        "proxy_set_header X-Forwarded-For   $remote_addr;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        "proxy_request_buffering on;",
        "return 301 https://$host$request_uri;",
        "access_log off;",
    ):
        assert line in text
    assert text.count("{") == text.count("}")


def test_every_alarm_is_explained_in_its_own_words() -> None:
    for alarm in Alarm:
        assert f"| `{alarm.value}` | {ALARMS[alarm]} |" in GUIDE


def test_every_event_is_explained() -> None:
    source = (ROOT / "netral" / "web" / "edge" / "request_lines.py").read_text(encoding="utf-8")
    events = set(re.findall(r'(?:return|netral_event =|"netral_event",) "(\w+)"', source)) | {"request", "error"}

    assert {"signed_in", "sign_in_failed", "refused", "limited", "failed"} <= events
    for event in events:
        assert f"`{event}`" in GUIDE, event
