"""flask serve: the server, after a look at whether it can start."""

import gc
import json
import os

import click
from flask import current_app
from flask.cli import with_appcontext
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server as Granian

from netral import migrating
from netral.certificates.keys import load_keys
from netral.cli.commands import Refusal, settings
from netral.cli.operation import SESSION_KEY
from netral.demo.marker import is_demo
from netral.errors import NetralError
from netral.extensions import db
from netral.settings import ROOT, Settings

WORKERS = 2
# Each half-sent body holds a thread, for as long as its sender likes: sixty of them, even if all reach one worker,
# leave enough for the others. Threads are started as they are needed.
THREADS = 96
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
    serve_forever(settings())


def serve_forever(place: Settings) -> None:
    """The workers are forked from this process, which has the application loaded: they share what stays as it is."""
    db.engine.dispose()
    os.chdir(ROOT)
    server = Granian(
        "app:app",
        address=place.host,
        port=place.port,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        backlog=1024,
        workers_kill_timeout=STOP_SECONDS,
        respawn_failed_workers=True,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        websockets=False,
        log_level=LogLevels.error,
        log_dictconfig=None if place.demo else json.loads(LOG.read_text(encoding="utf-8")),
    )
    for name in current_app.jinja_env.list_templates():
        current_app.jinja_env.get_template(name)
    # What is loaded now is never collected: looking at it would copy its pages into each worker.
    gc.collect()
    gc.freeze()
    server.serve()


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
