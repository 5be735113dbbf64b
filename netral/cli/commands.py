"""What all commands share: a group whose facts become one sentence, and the settings and session of a command."""

import json
from datetime import datetime
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from netral.errors import NetralError, NotFound
from netral.extensions import db
from netral.settings import Settings
from netral.web.wording import WORDING


class Group(AppGroup):
    """A fact ends a command with exit code 1 and its sentence on stderr; nothing has been written then."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except NetralError as fact:
            raise click.ClickException(say(fact)) from fact
        except DBAPIError as error:
            raise click.ClickException(say_database(error)) from error


def say(fact: NetralError) -> str:
    if isinstance(fact, NotFound):
        kind, name = (*(str(part) for part in fact.args), "", "")[:2]
        return f"Tidak ditemukan: {kind} {name}".strip() + "."
    words = WORDING.get(type(fact))
    return words[2].format(*fact.args) if words else f"{type(fact).__name__}: {', '.join(map(str, fact.args))}"


def say_database(error: DBAPIError) -> str:
    text = str(error.orig)
    if "no such table" in text or "does not exist" in text:
        return "Basis data belum disiapkan atau belum mutakhir. Jalankan: .venv/bin/flask db upgrade"
    return f"Basis data menolak atau tidak menjawab: {text.splitlines()[0]}"


def settings() -> Settings:
    found: Settings = current_app.extensions["netral.settings"]
    return found


def session() -> Session:
    return db.session()


def now() -> datetime:
    return settings().now()


def answer(value: dict[str, Any] | list[Any], *, as_json: bool, text: str) -> None:
    """One sentence for people, or JSON alone on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False) if as_json else text)


json_option = click.option("--json", "as_json", is_flag=True, help="Hanya JSON pada keluaran.")
instansi_option = click.option("--instansi", "instansi_kode", metavar="KODE", help="Wajib bila ada beberapa instansi.")
