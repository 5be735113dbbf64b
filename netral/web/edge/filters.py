"""How numbers, days and times are written for people: 1.234 · 82,5 % · 2 Mei 2029 · 09.41 WITA."""

import hashlib
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask

from netral.web.edge import current

STATIC = Path(__file__).parent.parent / "static"
ZONE_NAMES = {7: "WIB", 8: "WITA", 9: "WIT"}


# A table of units says the same few numbers, and a page the same few days, many times over.
@lru_cache(maxsize=4096)
def angka(value: float) -> str:
    return str(format_decimal(value, locale="id"))


@lru_cache(maxsize=4096)
def persen(value: float | Fraction, digits: int = 1) -> str:
    """Write a percentage, given as a number of 100: `12,5 %`."""
    return f"{desimal(value, digits)} %"


def desimal(value: float | Fraction, digits: int = 1) -> str:
    """Write a number rounded down, so that 99,96 is never shown as 100."""
    scale = 10**digits
    floored = (Fraction(value) * scale).__floor__() / scale
    return str(format_decimal(floored, format=f"#,##0.{'#' * digits}", locale="id"))


def in_zone(value: datetime, zona: ZoneInfo | None = None) -> datetime:
    return value.astimezone(zona or current.zona())


def tanggal(value: date | datetime, zona: ZoneInfo | None = None) -> str:
    return write_day(in_zone(value, zona).date() if isinstance(value, datetime) else value)


@lru_cache(maxsize=1024)
def write_day(day: date) -> str:
    return str(format_date(day, "d MMMM y", locale="id"))


def waktu(value: datetime, zona: ZoneInfo | None = None) -> str:
    """The time of day with its zone: 09.41 WITA."""
    return write_time(value.replace(second=0, microsecond=0), zona or current.zona())


# On every page stands the minute that it was made in.
@lru_cache(maxsize=1024)
def write_time(minute: datetime, zona: ZoneInfo) -> str:
    local = minute.astimezone(zona)
    return f"{local:%H.%M} {zone_name(local)}"


def tanggal_waktu(value: datetime, zona: ZoneInfo | None = None) -> str:
    return f"{tanggal(value, zona)} pukul {waktu(value, zona)}"


def hari_terakhir(value: datetime, zona: ZoneInfo | None = None) -> str:
    """The last day before an end that is kept as the exclusive instant."""
    return tanggal(value - timedelta(microseconds=1), zona)


def sisa_hari(end: datetime, now: datetime) -> str:
    """Count the days left by the calendar, up to the last day: hari ini pukul 23.59 WITA, besok, 5 hari lagi."""
    last = end - timedelta(microseconds=1)
    days = (in_zone(last).date() - in_zone(now).date()).days
    if days > 1:
        return f"{angka(days)} hari lagi"
    return "besok" if days else f"hari ini pukul {waktu(last)}"


def dalam_kalimat(label: str) -> str:
    """As a label is written within a sentence: karier ASN, unit kerja; an abbreviation stays one."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def zone_name(local: datetime) -> str:
    offset = local.utcoffset()
    hours = int(offset.total_seconds() // 3600) if offset is not None else 0
    return ZONE_NAMES.get(hours, f"UTC{hours:+d}")


@cache
def version(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]


def static_url(name: str) -> str:
    """The address changes with the file, so browsers may keep it for a year."""
    return f"/static/{name}?v={version(name)}"


def init_filters(app: Flask) -> None:
    app.jinja_env.filters.update(
        angka=angka,
        persen=persen,
        desimal=desimal,
        tanggal=tanggal,
        waktu=waktu,
        tanggal_waktu=tanggal_waktu,
        hari_terakhir=hari_terakhir,
        sisa_hari=sisa_hari,
        dalam_kalimat=dalam_kalimat,
        # Of titles, and of the conditions of questions: the same few on many pages.
        striptags=lru_cache(maxsize=1024)(app.jinja_env.filters["striptags"]),
    )
    app.jinja_env.globals.update(static_url=static_url, zone_name=zone_name)
