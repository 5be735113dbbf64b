"""flask serve: the server, after a look at whether it can start."""

import os
import sys

import click
from flask.cli import with_appcontext

from netral import migrating
from netral.certificates.keys import load_keys
from netral.cli.commands import Refusal, settings
from netral.cli.operation import SESSION_KEY
from netral.demo.marker import is_demo
from netral.errors import NetralError
from netral.extensions import db
from netral.settings import ROOT

WORKERS = 2
# Half-sent requests hold a thread each: with 16 or more they cannot stop the others.
THREADS = 32
# Whoever sends half a request and waits would hold a stop, or a restart, for ever.
STOP_SECONDS = 8
HEADER_MILLISECONDS = 10_000
# The server's own lines look like ours.
LOG = ROOT / "netral" / "web" / "server_log.json"


class NotReady(NetralError):
    """Something must be done before serving; the argument is the sentence with the command to run."""


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Jalankan server. Keluar 1 bila ada yang belum siap, dengan perintah yang perlu dijalankan."""
    try:
        check_ready()
    except NotReady as fact:
        raise Refusal(str(fact)) from fact
    db.engine.dispose()
    address = settings()
    arguments = [
        *("granian", "--interface", "wsgi", "--host", address.host, "--port", str(address.port)),
        *("--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--backlog", "1024"),
        *("--workers-kill-timeout", str(STOP_SECONDS), "--http1-header-read-timeout", str(HEADER_MILLISECONDS)),
        *("--respawn-failed-workers", "--no-ws", "--log-level", "error"),
        *(() if address.demo else ("--log-config", str(LOG))),
        "app:app",
    ]
    os.chdir(ROOT)
    os.environ["PYTHONPATH"] = str(ROOT)
    os.execv(os.path.join(os.path.dirname(sys.executable), "granian"), arguments)  # noqa: S606, PTH118, PTH120  our own server


def check_ready() -> None:
    """Raises NotReady with the one thing to do first."""
    place = settings()
    if is_demo(place.data_dir) and not place.demo:
        raise NotReady(
            "Folder data ini berisi data contoh dan tidak dapat dipakai sebagai layanan. Pakai NETRAL_DATA_DIR lain."
        )
    if not (place.secrets_dir / SESSION_KEY).is_file():
        raise NotReady("Kunci rahasia belum dibuat. Jalankan: .venv/bin/flask key make")
    if load_keys(place.secrets_dir).private is None:
        raise NotReady("Kunci sertifikat belum dibuat. Jalankan: .venv/bin/flask key make")
    if place.embedded and not (place.data_dir / "netral.sqlite3").exists() and "netral.sqlite3" in place.database_url:
        raise NotReady("Basis data belum ada. Jalankan: .venv/bin/flask db upgrade")
    if migrating.current_revision(db.engine) != migrating.newest_revision():
        raise NotReady("Ada migrasi yang tertunda. Jalankan: .venv/bin/flask db upgrade")
