"""The base of all commands: a group whose facts become one sentence, and the settings and session of a command."""

import errno
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache, partial
from typing import IO, Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from netral.certificates.issue.issuing import Signer
from netral.certificates.paper.sheet import missing_glyphs
from netral.certificates.proof.keys import load_keys
from netral.errors import NetralError, NotFound
from netral.extensions import db
from netral.folding import clean, fold_signs
from netral.settings import Settings
from netral.words.facts import WORDING

UNPREPARED = "Basis data belum disiapkan atau belum mutakhir. Jalankan: .venv/bin/flask db upgrade"
# Part of a database's message -> its meaning for the reader; the first that occurs in the message is used.
DATABASE = {
    "no such table": UNPREPARED,
    "does not exist": UNPREPARED,
    "unable to open database file": "Berkas basis data belum ada, atau pengguna ini tidak boleh membukanya. "
    "Periksa izinnya, atau jalankan: .venv/bin/flask db upgrade",
    "readonly database": "Basis data hanya dapat dibaca pengguna ini. Periksa izin berkas dan foldernya.",
    "not a database": "Berkas pada NETRAL_DATABASE_URL bukan basis data SQLite.",
    "password authentication failed": "PostgreSQL menolak sandi pada NETRAL_DATABASE_URL.",
    "connection failed": "PostgreSQL pada NETRAL_DATABASE_URL tidak menjawab. Periksa alamat dan servernya.",
    "connection timeout": "PostgreSQL pada NETRAL_DATABASE_URL tidak menjawab. Periksa alamat dan jaringannya.",
    "failed to resolve host": "Nama host pada NETRAL_DATABASE_URL tidak dikenal. Periksa ejaannya.",
    "invalid connection option": "NETRAL_DATABASE_URL memuat pilihan yang tidak dikenal di belakang tanda tanya.",
}
SYSTEM = {
    errno.ENOSPC: "Disk penuh. Kosongkan ruang, lalu ulangi.",
    errno.EDQUOT: "Jatah disk habis. Kosongkan ruang, lalu ulangi.",
    errno.ENOENT: "Berkas atau folder {0} tidak ada.",
    errno.EACCES: "Pengguna ini tidak diizinkan membuka {0}.",
    errno.EPERM: "Pengguna ini tidak diizinkan mengubah {0}.",
    errno.EROFS: "{0} ada di tempat yang hanya dapat dibaca.",
    errno.ENOTDIR: "{0} bukan folder.",
    errno.EEXIST: "{0} sudah ada.",
    errno.ENAMETOOLONG: "Nama {0} terlalu panjang.",
    errno.ELOOP: "{0} menunjuk ke dirinya sendiri.",
    errno.EISDIR: "{0} adalah folder.",
}


class Refusal(click.ClickException):
    """A refusal: one sentence on stderr, exit code 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"Galat: {self.message}", file=file, err=True)


class BadUsage(Refusal):
    """The command line cannot be understood: exit code 2."""

    exit_code = 2


@contextmanager
def told() -> Iterator[None]:
    """Turn a fact into exit code 1 and its sentence on stderr; nothing has been written then."""
    try:
        yield
    except NetralError as fact:
        raise Refusal(say(fact)) from fact
    except DBAPIError as error:
        raise Refusal(say_database(error)) from error
    except OSError as error:
        raise Refusal(say_system(error)) from error
    except click.UsageError as error:
        raise BadUsage(say_usage(error)) from error


@contextmanager
def told_at_once() -> Iterator[None]:
    """Handle errors as `told` does, where no command runs yet that would show the sentence."""
    try:
        with told():
            yield
    except Refusal as refusal:
        refusal.show()
        raise SystemExit(refusal.exit_code) from refusal


class Group(AppGroup):
    """Several commands of one kind, as in `flask period open`."""

    def invoke(self, ctx: click.Context) -> Any:
        with told():
            return super().invoke(ctx)


class Command(click.Command):
    """A command that stands alone, as `flask backup`."""

    def make_context(self, *arguments: Any, **more: Any) -> click.Context:
        with told():
            return super().make_context(*arguments, **more)

    def invoke(self, ctx: click.Context) -> Any:
        with told():
            return super().invoke(ctx)


def say(fact: NetralError) -> str:
    if isinstance(fact, NotFound):
        kind, name = (*(str(part) for part in fact.args), "", "")[:2]
        return f"Tidak ditemukan: {kind} {name}".strip() + "."
    words = WORDING.get(type(fact))
    return words[2].format(*fact.args) if words else f"{type(fact).__name__}: {', '.join(map(str, fact.args))}"


def say_usage(error: click.UsageError) -> str:
    """Translate a usage error, since click's own sentences are English."""
    help_path = f"{error.ctx.command_path} --help" if error.ctx else "flask --help"
    return f"{describe_usage(error)} Bantuan: {help_path}"


def describe_usage(error: click.UsageError) -> str:
    match error:
        case click.MissingParameter(param=click.Parameter() as param):
            return f"{param.get_error_hint(error.ctx) if error.ctx else param.name} wajib diisi."
        case click.NoSuchOption():
            return f"Opsi {error.option_name} tidak dikenal."
        case click.BadParameter(param=click.Parameter(type=click.Choice() as choice) as param):
            return f"Nilai untuk {param.opts[0]} harus salah satu dari: {', '.join(map(str, choice.choices))}."
        case click.BadParameter(param=click.Parameter(type=click.types.IntParamType()) as param):
            return f"Nilai untuk {param.opts[0]} harus bilangan bulat."
        case click.BadParameter(param=click.Parameter() as param):
            return f"Nilai untuk {param.opts[0]}: {error.message}"
        case _:
            return "Perintah tidak dikenal atau isiannya berlebih."


def say_database(error: DBAPIError) -> str:
    text = str(error.orig)
    known = (words for sign, words in DATABASE.items() if sign in text)
    return next(known, f"Basis data menolak atau tidak menjawab: {text.partition(chr(10))[0]}")


def say_system(error: OSError) -> str:
    words = SYSTEM.get(error.errno or 0)
    return words.format(error.filename or "berkas") if words else f"Sistem menolak: {error.strerror or error}"


def settings() -> Settings:
    found: Settings = current_app.extensions["netral.settings"]
    return found


def session() -> Session:
    return db.session()


def now() -> datetime:
    return settings().now()


def signer() -> Signer:
    """Return the signer of certificates; its keys are read once, when the first certificate is signed."""
    return Signer(settings().new_identifier, cache(partial(load_keys, settings().secrets_dir)))


def answer(value: dict[str, Any] | list[Any], *, as_json: bool, text: str) -> None:
    """Print one sentence for people, or only JSON on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False) if as_json else text)


class FoldedText(click.ParamType[str]):
    """Text typed or pasted on a command line, cleaned. `printed`: certificates must be able to show every letter."""

    name = "text"

    def __init__(self, fold: Callable[[str], str], *, printed: bool = False) -> None:
        self.fold = fold
        self.printed = printed

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = self.fold(value)
        if self.printed and (letters := missing_glyphs(text)):
            signs = "".join(sorted(letters))
            self.fail(f"Sertifikat tidak dapat mencetak {signs}. Tulis dengan huruf Latin.", param, ctx)
        return text


CODE, LINE, PRINTED = FoldedText(fold_signs), FoldedText(clean), FoldedText(clean, printed=True)
json_option = click.option("--json", "as_json", is_flag=True, help="Hanya JSON pada keluaran.")
instansi_option = click.option(
    "--instansi", "instansi_kode", type=CODE, metavar="KODE", help="Wajib bila ada beberapa instansi."
)
