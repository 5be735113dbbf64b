"""Numbers, days and times as Indonesians write them."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from netral.indonesian import (
    change,
    day,
    day_and_time,
    days_left,
    duration,
    instant,
    last_day,
    number,
    percent,
    read_day,
    rounded_down,
    within_sentence,
    zone_name,
)

MIDNIGHT_WITA = datetime(2029, 5, 31, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tenths", "text"), [(None, "–"), (0, "0,0 %"), (693, "69,3 %"), (999, "99,9 %"), (1000, "100,0 %")]
)
def test_a_percent_has_a_decimal_comma(tenths: int | None, text: str) -> None:
    assert percent(tenths) == text


def test_a_change_has_a_sign() -> None:
    assert (change(61), change(0), change(-61), change(None)) == ("+6,1", "+0,0", "\u22126,1", "–")


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


@pytest.mark.parametrize(
    ("value", "text"),
    [(Fraction(19999, 200), "99,9"), (Fraction(20), "20"), (12.34, "12,3"), (1234.5, "1.234,5"), (0, "0")],
)
def test_a_rounded_number_is_never_too_large(value: Fraction | float, text: str) -> None:
    assert rounded_down(value) == text


def test_each_month_has_its_name() -> None:
    months = [day(date(2029, month, 2)).split()[1] for month in range(1, 13)]

    assert months[:6] == ["Januari", "Februari", "Maret", "April", "Mei", "Juni"]
    assert months[6:] == ["Juli", "Agustus", "September", "Oktober", "November", "Desember"]


def test_a_sentence_tells_the_hour_of_a_day() -> None:
    assert day_and_time(MIDNIGHT_WITA, "Asia/Makassar") == "1 Juni 2029 pukul 00.00 WITA"


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (timedelta(1501), "1.500 hari lagi"),
        (timedelta(2), "besok"),
        (timedelta(1), "hari ini pukul 23.59 WITA"),
    ],
)
def test_days_are_counted_up_to_the_last_one(before: timedelta, text: str) -> None:
    assert days_left(MIDNIGHT_WITA, MIDNIGHT_WITA - before, "Asia/Makassar") == text


def test_a_foreign_zone_keeps_its_name() -> None:
    assert [zone_name(zona) for zona in ("Asia/Pontianak", "Asia/Singapore")] == ["WIB", "Asia/Singapore"]


@pytest.mark.parametrize(
    ("label", "within"),
    [("Karier ASN", "karier ASN"), ("NIP", "NIP"), ("Unit kerja", "unit kerja"), ("", "")],
)
def test_a_label_within_a_sentence_keeps_its_abbreviations(label: str, within: str) -> None:
    assert within_sentence(label) == within


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "–"), (-5, "kurang dari 1 menit"), (59, "kurang dari 1 menit"), (60, "1 menit"), (3599, "59 menit"),
     (3600, "1 jam"), (47 * 3600, "47 jam"), (48 * 3600, "2 hari")],
)  # fmt: skip
def test_a_duration_is_rounded_down(seconds: int | None, words: str) -> None:
    assert duration(None if seconds is None else timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    "text",
    [
        "2029-05-31",
        "31/05/2029",
        "31-5-2029",
        "31.05.2029",
        "31. 5. 2029",
        "31 Mei 2029",
        "31 MEI 2029",
        " 31 mei 2029",
    ],
)
def test_a_day_is_read_as_people_type_it(text: str) -> None:
    assert read_day(text) == date(2029, 5, 31)


def test_a_month_is_read_by_its_beginning() -> None:
    assert read_day("1 agu 2029") == read_day("01 Agustus 2029") == date(2029, 8, 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "besok",
        "31/02/2029",
        "31/05/29",
        "5/2029",
        "05/31/2029",
        "0027-05-31",
        "9999-12-31",
        "31 M 2029",
        "1 xyz 2029",
    ],
)
def test_what_is_no_day_is_not_guessed(text: str) -> None:
    assert read_day(text) is None
