"""How figures, days and instants are written in charts, files and messages: 1.234 · 69,3 % · 2 Mei 2029 10.00 WITA."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

NOTHING = "–"


def number(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def percent(tenths: int | None) -> str:
    """From tenths of a percent: 693 is `69,3 %`. A dash where there is no share."""
    return NOTHING if tenths is None else f"{decimal(tenths)} %"


def change(tenths: int | None) -> str:
    """From tenths of a percentage point: 61 is `+6,1`."""
    return NOTHING if tenths is None else f"+{decimal(tenths)}"


def decimal(tenths: int) -> str:
    return f"{number(tenths // 10)},{tenths % 10}"


def day(value: date) -> str:
    return str(format_date(value, "d MMMM y", locale="id"))


def instant(at: datetime, zona: str) -> str:
    """The day and the time with the zone's own name: WIB, WITA or WIT."""
    local = at.astimezone(ZoneInfo(zona))
    return f"{day(local.date())} {local:%H.%M} {local.tzname()}"


def last_day(end: datetime, zona: str) -> date:
    """The last day before an end that is kept as the exclusive instant."""
    return (end - timedelta(microseconds=1)).astimezone(ZoneInfo(zona)).date()
