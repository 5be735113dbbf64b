"""A machine on which somebody types the commands of a guide; every absolute path lies in a folder of the test."""

import re
import shlex
import subprocess
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from netral.cli import register_commands
from netral.extensions import db
from netral.settings import ROOT, Settings
from netral.web.application import create_app

BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FLASK = ".venv/bin/flask"
# These commands are run, without root, on paths of the test.
PROGRAMS = {"tar", "rm", "install", "ls"}
# These commands are known but not run.
SYSTEM = {
    "apt-get",
    "cd",
    "certbot",
    "chmod",
    "chown",
    "cp",
    "createdb",
    "curl",
    "git",
    "journalctl",
    "ln",
    "make",
    "nginx",
    "psql",
    "sh",
    "sudoedit",
    "systemctl",
    "useradd",
}
# Content names days by which it must be reviewed.
CONTENT_DAY = datetime(2026, 12, 1, tzinfo=UTC)


def blocks(text: str) -> list[str]:
    return BLOCK.findall(text)


def commands(block: str) -> list[str]:
    """Return commands, one a line, without the explanations beside them."""
    return [line.partition("   #")[0].strip() for line in block.splitlines() if line.strip()]


def without_owner(words: list[str]) -> list[str]:
    """Return a command without its owner, since only root can give files to another user."""
    owners = {at + more for at, word in enumerate(words) if word in {"-o", "-g"} for more in (0, 1)}
    return [word for at, word in enumerate(words) if at not in owners]


@dataclass
class Machine:
    """A machine. `ran` lists the flask commands that were run, `said` is the last answer."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)
    said: str = ""
    now: datetime = CONTENT_DAY

    def __post_init__(self) -> None:
        for folder in ("etc", "opt", "root", "usr/local/bin", "var/backups", "var/lib/netral"):
            (self.root / folder).mkdir(parents=True)

    def place(self, word: str) -> str:
        """Return the place of a guide's path in the test; other words unchanged."""
        name, equals, path = word.rpartition("=")
        if not path.startswith("/"):
            return word
        if path.startswith("/opt/netral/docs"):
            return f"{name}{equals}{ROOT}{path.removeprefix('/opt/netral')}"
        return f"{name}{equals}{self.root}{path}"

    def type(self, command: str) -> None:
        words = [self.variables.get(word.strip("$"), word) for word in shlex.split(command)]
        if words[0] == "export":
            self.environment |= dict(self.place(word).split("=", 1) for word in words[1:])
        elif re.match(r"[A-Z]+=\$", command):
            self.variables[words[0].partition("=")[0]] = self.newest_backup()
        elif words[0] == FLASK:
            self.flask(words[1:], self.environment)
        elif words[:2] == ["sudo", "netral"]:
            self.flask(words[2:], self.service_environment())
        elif FLASK in words and "env" in words:
            at = words.index(FLASK)
            given = words[words.index("env") + 1 : at]
            self.flask(words[at + 1 :], dict(self.place(word).split("=", 1) for word in given))
        else:
            self.system([word for word in words if word != "sudo"])

    def flask(self, words: list[str], environment: dict[str, str]) -> None:
        self.now += timedelta(minutes=1)
        app = create_app(replace(Settings.from_environment(environment), now=lambda: self.now))
        register_commands(app)
        result = app.test_cli_runner().invoke(args=[self.place(word) for word in words])
        with app.app_context():
            db.engine.dispose()
        assert result.exit_code == 0, (words, result.output, result.exception)
        self.ran.append(" ".join(words[:2]))
        self.said = result.stdout

    def system(self, words: list[str]) -> None:
        if words[0] == "-u":  # another user than root, here the same
            words = words[2:]
        if words[0] in PROGRAMS:
            subprocess.run([self.place(word) for word in without_owner(words)], check=True, capture_output=True)
        else:
            assert words[0] in SYSTEM, words

    def service_environment(self) -> dict[str, str]:
        text = (self.root / "etc/netral/netral.env").read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if line and not line.startswith("#")]
        return dict(self.place(line).split("=", 1) for line in lines)

    def newest_backup(self) -> str:
        name = max(path.name for path in (self.root / "var/backups/netral").glob("netral-*.tar"))
        return f"/var/backups/netral/{name}"
