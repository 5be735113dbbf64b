"""flask serve: the server, started once its requirements are met."""

import ctypes
import errno
import gc
import json
import os
import socket
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from sqlalchemy import make_url
from sqlalchemy.orm import configure_mappers

from netral import migrating
from netral.certificates.proof.keys import load_keys
from netral.cli.beating import beat_in_children
from netral.cli.commands import Command, Refusal, settings
from netral.cli.operation import SESSION_KEY
from netral.database.hot import Prepared
from netral.demo.marker import is_demo
from netral.errors import NetralError
from netral.extensions import db
from netral.settings import ROOT, Settings

WORKERS = 2
# A half-sent body holds a thread for as long as its sender likes, and a person who signs in may wait in one for up to
# ten seconds: some seventy at most (`netral/accounts/passwords.py` and `limits.py`). Even if sixty such bodies reach
# one worker, enough threads are left for others. Threads are started as they are needed.
THREADS = 160
# A client that sends half a request and then waits would otherwise delay a stop or a restart for ever.
STOP_SECONDS = 8
HEADER_MILLISECONDS = 10_000
# The server writes its own lines in the format of ours.
LOG = ROOT / "netral" / "web" / "server_log.json"
# Modules that pages import only where they need them, so that commands start faster.
LOADED_LATER = ("PIL.ImageFile", "encodings.idna", "zxingcpp")
# The values are those of malloc.h.
M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
LARGE, ARENAS = 1024 * 1024, 2


UNBOUND = "NETRAL_HOST {host} bukan alamat mesin ini. Pakai 127.0.0.1 atau 0.0.0.0."
TAKEN = {
    errno.EADDRINUSE: "Porta {port} sedang dipakai layanan lain. Hentikan dahulu, atau pakai porta lain: PORT=8080",
    errno.EACCES: "Pengguna ini tidak diizinkan memakai porta {port}. Pakai porta 1024 ke atas: PORT=8080",
}


class NotReady(NetralError):
    """Something must be done before serving; the argument is the sentence with the command to run."""


@click.command("serve", cls=Command)
@click.option("--worker", "with_worker", is_flag=True, help="Jalankan juga pekerja latar, bila tidak ada layanannya.")
@with_appcontext
def serve(with_worker: bool) -> None:
    """Jalankan server. Keluar 1 bila ada yang belum siap, dengan perintah yang perlu dijalankan."""
    try:
        check_ready()
        keep_port(settings().host, settings().port)
    except NotReady as fact:
        raise Refusal(str(fact)) from fact
    if with_worker:
        command = [sys.executable, "-m", "flask", "worker", "--parent", str(os.getpid())]
        subprocess.Popen(command, cwd=ROOT)  # noqa: S603  our own program
    serve_forever(settings())


def keep_port(host: str, port: int) -> None:
    """Refuse this port to any other server until the last of our processes has ended. Raises NotReady.

    Each worker listens on a socket of its own, all on one port (SO_REUSEPORT), so the system would also let in the
    workers of a second server. This socket is bound while it is the only one, before it admits others, and never
    listens; this process and its workers inherit it.
    """
    guard = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    guard.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections that just ended must not hold the port
    try:
        guard.bind((host, port))
    except OSError as error:
        raise NotReady(TAKEN.get(error.errno or 0, UNBOUND).format(host=host, port=port)) from error
    guard.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
    guard.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    guard.detach()


def serve_forever(place: Settings) -> None:
    """Serve until a signal ends it. The workers are forked from this process and share what it has loaded."""
    db.engine.dispose()
    os.chdir(ROOT)
    give_back()
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
    load_the_rest()
    # Loaded objects are never collected: the collector would copy their pages into each worker.
    gc.collect()
    gc.freeze()
    beat_in_children(current_app.app_context)
    server.serve()


def give_back() -> None:
    """Make glibc return large blocks to the system.

    It would keep the 19 MiB of a password's hash for the next one, in each of the heaps that its threads have.
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(M_MMAP_THRESHOLD, LARGE)
        library.mallopt(M_ARENA_MAX, ARENAS)


def load_the_rest() -> None:
    """Load the modules and data that each worker would otherwise load for itself at its first request."""
    for name in current_app.jinja_env.list_templates():
        current_app.jinja_env.get_template(name)
    current_app.url_map.update()
    configure_mappers()
    for statement in Prepared.known:
        statement.plan(db.engine.dialect)
    for name in LOADED_LATER:
        import_module(name)


def check_ready() -> None:
    """Check the requirements of serving; raises NotReady with the first missing one."""
    place = settings()
    if is_demo(place.data_dir) and not place.demo:
        raise NotReady(
            "Folder data ini berisi data contoh dan tidak dapat dipakai sebagai layanan. Pakai NETRAL_DATA_DIR lain."
        )
    if place.data_dir.exists() and not os.access(place.data_dir, os.W_OK | os.X_OK):
        raise NotReady(f"Folder data {place.data_dir} tidak boleh ditulis pengguna ini. Periksa izinnya.")
    if not (place.secrets_dir / SESSION_KEY).is_file():
        raise NotReady("Kunci rahasia belum dibuat. Jalankan: .venv/bin/flask key make")
    if load_keys(place.secrets_dir).private is None:
        raise NotReady("Kunci sertifikat belum dibuat. Jalankan: .venv/bin/flask key make")
    if place.embedded and not Path(str(make_url(place.database_url).database)).exists():
        raise NotReady("Basis data belum ada. Jalankan: .venv/bin/flask db upgrade")
    if migrating.current_revision(db.engine) != migrating.newest_revision():
        raise NotReady("Ada migrasi yang tertunda. Jalankan: .venv/bin/flask db upgrade")
