"""The filters of templates: times in the zone of the page at hand, and addresses of static files."""

import hashlib
from datetime import date, datetime
from functools import cache
from pathlib import Path

from flask import Flask

from netral import indonesian
from netral.web.edge import current

STATIC = Path(__file__).parent.parent / "static"


def tanggal(value: date | datetime) -> str:
    return indonesian.day(indonesian.local_day(value, current.zona().key) if isinstance(value, datetime) else value)


def waktu(value: datetime) -> str:
    return indonesian.time(value, current.zona().key)


def tanggal_waktu(value: datetime) -> str:
    return indonesian.day_and_time(value, current.zona().key)


def hari_terakhir(end: datetime) -> str:
    return indonesian.day(indonesian.last_day(end, current.zona().key))


def sisa_hari(end: datetime, now: datetime) -> str:
    return indonesian.days_left(end, now, current.zona().key)


@cache
def version(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]


def static_url(name: str) -> str:
    """Return an address that changes with the file, so browsers may keep it for a year."""
    return f"/static/{name}?v={version(name)}"


def init_filters(app: Flask) -> None:
    app.jinja_env.filters.update(
        angka=indonesian.number,
        desimal=indonesian.rounded_down,
        dalam_kalimat=indonesian.within_sentence,
        lamanya=indonesian.duration,
        tanggal=tanggal,
        waktu=waktu,
        tanggal_waktu=tanggal_waktu,
        hari_terakhir=hari_terakhir,
        sisa_hari=sisa_hari,
    )
    app.jinja_env.globals.update(static_url=static_url, zone_name=indonesian.zone_name)
