"""Figures and times as people here write them."""

from datetime import UTC, date, datetime

import pytest

from netral.reporting.figures import change, instant, last_day, number, percent

MIDNIGHT_WITA = datetime(2029, 5, 31, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tenths", "text"), [(None, "–"), (0, "0,0 %"), (693, "69,3 %"), (999, "99,9 %"), (1000, "100,0 %")]
)
def test_a_percent_has_a_decimal_comma(tenths: int | None, text: str) -> None:
    assert percent(tenths) == text


def test_a_change_has_a_sign() -> None:
    assert (change(61), change(0), change(None)) == ("+6,1", "+0,0", "–")


def test_thousands_have_a_full_stop() -> None:
    assert number(1234567) == "1.234.567"


@pytest.mark.parametrize(
    ("zona", "text"),
    [
        ("Asia/Jakarta", "31 Mei 2029 23.00 WIB"),
        ("Asia/Makassar", "1 Juni 2029 00.00 WITA"),
        ("Asia/Jayapura", "1 Juni 2029 01.00 WIT"),
    ],
)
def test_an_instant_names_its_zone(zona: str, text: str) -> None:
    assert instant(MIDNIGHT_WITA, zona) == text


def test_the_last_day_lies_before_an_exclusive_end() -> None:
    assert last_day(MIDNIGHT_WITA, "Asia/Makassar") == date(2029, 5, 31)
