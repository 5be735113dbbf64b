"""flask db, flask key, flask health and flask audit: preparing an installation and checking its health."""

import os
import secrets
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import make_url

from netral import migrating
from netral.audit.events import list_chains, verify_chain
from netral.certificates.proof.keys import SigningKeyExists, make_key
from netral.cli.commands import Command, Group, answer, json_option, now, session, settings
from netral.extensions import db
from netral.indonesian import rounded_down
from netral.jobs.queue import SWEEP, enlist
from netral.operation.health import GIBIBYTE, examine
from netral.words.health import ALARMS, as_document

db_group = Group("db", help="Basis data.")
key = Group("key", help="Kunci rahasia: cookie dan tanda tangan sertifikat.")
audit = Group("audit", help="Jejak audit.")
SESSION_KEY = "session.key"


@db_group.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bawa basis data ke revisi terbaru. Aman diulang."""
    url = settings().database_url
    if settings().embedded:
        Path(str(make_url(url).database)).parent.mkdir(parents=True, exist_ok=True)
    migrating.upgrade(url, revision)
    if revision == "head":
        enlist(session(), SWEEP, now=now())
        session().commit()
    click.echo(f"Basis data {make_url(url).render_as_string(hide_password=True)} mutakhir.")


@db_group.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Kembalikan basis data ke revisi tertentu."""
    migrating.downgrade(settings().database_url, revision)
    click.echo(f"Basis data kembali ke revisi {revision}.")


@db_group.command("check")
@json_option
def check(as_json: bool) -> None:
    """Apakah basis data sudah mutakhir? Keluar 1 bila belum."""
    newest, current = migrating.newest_revision(), migrating.current_revision(db.engine)
    answer(
        {"newest": newest, "current": current},
        as_json=as_json,
        text="Basis data mutakhir." if newest == current else f"Basis data di revisi {current}, terbaru {newest}.",
    )
    if newest != current:
        raise click.exceptions.Exit(1)


@key.command("make")
def make_keys() -> None:
    """Buat kunci yang belum ada. Kunci yang sudah ada tidak pernah ditimpa."""
    made = make_missing_keys()
    click.echo(f"Kunci dibuat: {', '.join(made)}." if made else "Semua kunci sudah ada.")


def make_missing_keys() -> list[str]:
    """Make missing keys and return the names of those that were made."""
    directory = settings().secrets_dir
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    directory.chmod(0o700)
    return [name for name, done in (("sesi", make_session_key()), ("sertifikat", make_certificate_key())) if done]


def make_session_key() -> bool:
    path = settings().secrets_dir / SESSION_KEY
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
    return True


def make_certificate_key() -> bool:
    try:
        make_key(settings().secrets_dir)
    except SigningKeyExists:
        return False
    return True


@click.command("health", cls=Command)
@json_option
@with_appcontext
def health(as_json: bool) -> None:
    """Periksa basis data, migrasi, disk, jam, dan kunci. Keluar 1 bila ada yang perlu ditangani."""
    place = settings()
    found = examine(db.engine, data_dir=place.data_dir, secrets_dir=place.secrets_dir, now=now())
    well = f"Sehat. Ruang kosong {rounded_down(found.space.free / GIBIBYTE)} GiB, revisi {found.revision}."
    answer(
        {"status": "sehat" if found.well else "terganggu", **as_document(found)},
        as_json=as_json,
        text="\n".join(ALARMS[alarm] for alarm in found.alarms) or well,
    )
    if not found.well:
        raise click.exceptions.Exit(1)


@audit.command("verify")
@json_option
def verify(as_json: bool) -> None:
    """Hitung ulang setiap rantai. Keluar 1 bila ada yang terputus."""
    verdicts = [verify_chain(session(), chain) for chain in list_chains(session())]
    broken = [verdict for verdict in verdicts if verdict.broken_at is not None]
    lines = [
        f"Rantai {verdict.chain or 'instalasi'}: "
        + (f"terputus pada catatan {verdict.broken_at}" if verdict.broken_at else f"utuh, {verdict.length} catatan")
        for verdict in verdicts
    ]
    value = [{"chain": item.chain, "length": item.length, "broken_at": item.broken_at} for item in verdicts]
    answer(value, as_json=as_json, text="\n".join(lines) or "Belum ada catatan.")
    if broken:
        raise click.exceptions.Exit(1)
