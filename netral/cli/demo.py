"""flask demo ...: the filled example, for `make run` only."""

from collections import Counter
from pathlib import Path

import click
from sqlalchemy.orm import Session

from netral import migrating
from netral.accounts.passwords import hash_password
from netral.cli.commands import Group, now, settings, signer
from netral.cli.operation import make_missing_keys
from netral.demo.accounts import DemoAccount
from netral.demo.loading import Loaded, Outside, check_empty, load
from netral.demo.marker import DemoNeedsEmbedded, DemoNotAsked, DemoNotLoaded, is_demo, mark_demo
from netral.demo.records import ACCOUNTS, is_complete, read_records, write_records
from netral.extensions import db, reading_session

demo = Group("demo", help="Data contoh; hanya dengan NETRAL_DEMO=1.")
# The password is public, but it opens nothing except invented data.
PASSWORD = "kopi pagi di teras kantor"  # noqa: S105  of the example
DATABASE_FILES = ("netral.sqlite3", "netral.sqlite3-wal", "netral.sqlite3-shm")


@demo.command("prepare")
def prepare() -> None:
    """Siapkan kunci, basis data, dan data contoh, lalu tampilkan akunnya. Aman diulang."""
    load_once()
    show_records()


@demo.command("load")
def load_command() -> None:
    """Muat data contoh ke basis data kosong. Tidak melakukan apa-apa bila sudah dimuat."""
    load_once()


@demo.command("show")
def show() -> None:
    """Tampilkan akun contoh dan alamat sebuah sertifikat."""
    show_records()


def load_once() -> None:
    """Load the example unless it is loaded. Raises DemoNotAsked, DemoNeedsEmbedded or DatabaseNotEmpty."""
    place = settings()
    if not place.demo:
        raise DemoNotAsked
    if not place.embedded or place.database_url != f"sqlite:///{place.data_dir / 'netral.sqlite3'}":
        raise DemoNeedsEmbedded
    place.data_dir.mkdir(parents=True, exist_ok=True)
    if is_demo(place.data_dir) and not is_complete(place.data_dir):
        begin_anew(place.data_dir)
    if not is_demo(place.data_dir) and (place.data_dir / DATABASE_FILES[0]).exists():
        refuse_data()
    make_missing_keys()
    migrating.upgrade(place.database_url)
    if not is_demo(place.data_dir):
        fill()


def refuse_data() -> None:
    """Refuse a database with data before it is migrated. Raises DatabaseNotEmpty."""
    if migrating.current_revision(db.engine) is None:
        return
    with reading_session() as reading:
        check_empty(reading)


def begin_anew(data_dir: Path) -> None:
    """Delete the leftovers of an interrupted loading, which are nobody's data."""
    for name in (*DATABASE_FILES, "demo"):
        (data_dir / name).unlink(missing_ok=True)


def fill() -> None:
    place = settings()
    click.echo("Memuat data contoh: sekitar satu menit, hanya sekali.", err=True)
    outside = Outside(
        content_dir=place.content_dir,
        document_dir=place.document_dir,
        signer=signer(),
        password=PASSWORD,
        password_hash=hash_password(PASSWORD, person="contoh"),
        now=now(),
        begun=lambda: mark_demo(place.data_dir),
    )
    with Session(db.engine) as session:
        loaded = load(session, outside)
    write_records(place.data_dir, loaded)


def show_records() -> None:
    place = settings()
    if not is_complete(place.data_dir):
        raise DemoNotLoaded
    click.echo("\n".join(describe(read_records(place.data_dir), place.base_url, place.data_dir)))


def describe(loaded: Loaded, base_url: str, data_dir: Path) -> list[str]:
    """Show one account for each role and each state of learning; the file lists them all."""
    shown: dict[tuple[str, str], DemoAccount] = {}
    for account in loaded.accounts:
        shown.setdefault((account.role, account.status), account)
    counts = Counter(account.role for account in loaded.accounts)
    return [
        f"Data contoh di {base_url} · kata sandi semua akun: {PASSWORD}",
        *(
            f"  {account.role:<13} {account.nip:<19} {account.nama}, {account.opd}"
            + (f" ({account.status})" if account.role == "peserta" else "")
            for account in shown.values()
        ),
        f"  {counts['peserta']} akun peserta dan lainnya: {data_dir / ACCOUNTS}",
        f"  Sertifikat contoh: {base_url}/v/{loaded.certificates[0].id}",
    ]
