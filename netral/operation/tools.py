"""The programs of PostgreSQL that dump and restore: finding them, their versions, running them."""

import os
import re
import shutil
import subprocess

from sqlalchemy import URL, Engine

from netral.errors import NetralError

VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


class ToolMissing(NetralError):
    """A program of PostgreSQL (the argument) is not installed."""


class ToolTooOld(NetralError):
    """A program (first argument) is of an older version (second) than what it must read (third)."""


class ToolFailed(NetralError):
    """A program (first argument) ended with an error; the second is the first line it said."""


def find_tool(name: str) -> str:
    """Return the path of a program; raises ToolMissing."""
    found = shutil.which(name)
    if found is None:
        raise ToolMissing(name)
    return found


def check_version(name: str, *, at_least: int) -> None:
    """Check the version, since an older pg_dump refuses a newer server. Raises ToolMissing, ToolTooOld."""
    said = subprocess.run([find_tool(name), "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603  a program of PostgreSQL
    match = VERSION.search(said)
    version = int(match[1]) if match else 0
    if version < at_least:
        raise ToolTooOld(name, version, at_least)


def server_version(engine: Engine) -> int:
    """Return the major version, such as 17."""
    with engine.connect() as connection:
        return int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10_000


def run_tool(name: str, *arguments: str, url: URL) -> None:
    """Run a program on the database at `url`; the password is passed by the environment, where `ps` does not show it.

    Raises ToolMissing, ToolFailed.
    """
    command = [find_tool(name), *arguments, f"--dbname={connection_text(url)}"]
    environment = {**os.environ, "LC_ALL": "C", "PGPASSWORD": str(url.password or "")}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  likewise
    if result.returncode:
        raise ToolFailed(name, next(iter(result.stderr.splitlines()), f"kode {result.returncode}"))


def connection_text(url: URL) -> str:
    """Return the address in the syntax of libpq, without the password."""
    options = url.get_dialect()().create_connect_args(url.set(password=None))[1]
    return " ".join(f"{name}={quote(str(value))}" for name, value in options.items() if value is not None)


def quote(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
