"""Numbers, days and times as Indonesian writes them: 1.234 · 69,3 % · 2 Mei 2029 · pukul 10.00 WITA.

Instants are told in a zone given by its IANA name. Nothing here knows a request: `netral/web/edge/filters.py` adds the
zone of the page at hand.
"""

import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import floor
from zoneinfo import ZoneInfo

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
ZONE_NAMES = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Ujung_Pandang": "WITA",
    "Asia/Jayapura": "WIT",
}
DAY_FIRST = re.compile(r"(\d{1,2})(?: ?[-/.] ?| )(\d{1,2}|[a-z]{3,9})(?: ?[-/.] ?| )(\d{4})", re.IGNORECASE)
YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
READ_YEARS = range(1900, 2200)
"""The years of days that people type; others are slips, such as 0027, and the last of all days has no day after it."""

NOTHING = "–"
MINUS = "\u2212"


def number(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def decimal(tenths: int) -> str:
    sign = MINUS if tenths < 0 else ""
    return f"{sign}{number(abs(tenths) // 10)},{abs(tenths) % 10}"


def rounded_down(value: float | Fraction) -> str:
    """Write at most one decimal, rounded down, so that 99,96 is never shown as 100."""
    return decimal(floor(value * 10)).removesuffix(",0")


def percent(tenths: int | None) -> str:
    """Write tenths of a percent: 693 is `69,3 %`. A dash where there is no share."""
    return NOTHING if tenths is None else f"{decimal(tenths)} %"


def hundredths(value: float | None) -> str:
    """Write a number with two decimals: 0.314 is `0,31`. A dash where there is none."""
    if value is None:
        return NOTHING
    return f"{value:.2f}".replace("-0.00", "0.00").replace(".", ",").replace("-", MINUS)


def change(tenths: int | None) -> str:
    """Write tenths of a percentage point: 61 is `+6,1`, -61 is `−6,1`."""
    return NOTHING if tenths is None else f"{'' if tenths < 0 else '+'}{decimal(tenths)}"


def day(value: date) -> str:
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def read_day(text: str) -> date | None:
    """Read a day as people type it and as browsers send it: 31/05/2029, 31.5.2029, 31 Mei 2029, 2029-05-31.

    Returns none for what is no day of the calendar, for two digits of a year, and outside `READ_YEARS`.
    """
    if found := YEAR_FIRST.fullmatch(text.strip()):
        year, month, of_month = map(int, found.groups())
    elif found := DAY_FIRST.fullmatch(text.strip()):
        of_month, month, year = int(found[1]), read_month(found[2]), int(found[3])
    else:
        return None
    with suppress(ValueError):
        return date(year, month, of_month) if year in READ_YEARS else None
    return None


def read_month(text: str) -> int:
    """Return the number of a month, named in full or by its beginning; 0 for what is none."""
    if text.isdigit():
        return int(text)
    named = (number for number, name in enumerate(MONTHS, 1) if name.casefold().startswith(text.casefold()))
    return next(named, 0)


def zone_name(zona: str) -> str:
    """Return WIB, WITA or WIT; a zone beyond Indonesia keeps its IANA name."""
    return ZONE_NAMES.get(zona, zona)


def local_day(at: datetime, zona: str) -> date:
    return at.astimezone(ZoneInfo(zona)).date()


def time(at: datetime, zona: str) -> str:
    """Write the time of day with its zone: `09.41 WITA`."""
    return f"{at.astimezone(ZoneInfo(zona)):%H.%M} {zone_name(zona)}"


def instant(at: datetime, zona: str) -> str:
    """Write `2 Mei 2029 10.00 WITA`, as files and tables have it."""
    return f"{day(local_day(at, zona))} {time(at, zona)}"


def day_and_time(at: datetime, zona: str) -> str:
    """Write `2 Mei 2029 pukul 10.00 WITA`, as sentences have it."""
    return f"{day(local_day(at, zona))} pukul {time(at, zona)}"


def last_day(end: datetime, zona: str) -> date:
    """Return the last day before an end that is kept as the exclusive instant."""
    return local_day(end - timedelta(microseconds=1), zona)


def days_left(end: datetime, now: datetime, zona: str) -> str:
    """Count by the calendar up to the last day: `hari ini pukul 23.59 WITA`, `besok`, `5 hari lagi`."""
    days = (last_day(end, zona) - local_day(now, zona)).days
    if days > 1:
        return f"{number(days)} hari lagi"
    return "besok" if days else f"hari ini pukul {time(end - timedelta(microseconds=1), zona)}"


def duration(lasted: timedelta | None) -> str:
    """Write how long something took, rounded down: `12 menit`, `3 jam`, `5 hari`; a line where it is not known."""
    if lasted is None:
        return NOTHING
    minutes = max(0, int(lasted.total_seconds()) // 60)
    if minutes < 1:
        return "kurang dari 1 menit"
    hours, days = minutes // 60, minutes // (24 * 60)
    return f"{number(days)} hari" if days > 1 else f"{hours} jam" if hours else f"{minutes} menit"


def within_sentence(label: str) -> str:
    """Return a label as written within a sentence: karier ASN, unit kerja; abbreviations keep their capitals."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]
