"""A NIK is found however it is written, and nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netral.organisation.numbers import MASK, mask_nik, mask_number
from tests.roster.roster_generator import make_nip


@pytest.mark.parametrize(
    "text",
    [
        "9999010101990001",
        "99990101\u200b01990001",
        "\u20689999 0101\u00a00199 0001\u2069",
        "9999\u20130101\u20130199\u20130001",
        "NIK 9999010101990001",
        "9999010101990001 (Siti)",
        "9999 0101 0199 0001",
        "999901 010199 0001",
        "99.99.01.010199.0001",
        "9999-0101-0199-0001",
        "Siti 9999/0101/0199/0001",
        "Siti 9999_0101_0199_0001",
        "9.99901010199000E+15",
        "9,9990101E15",
    ],
)
def test_a_nik_is_masked_wherever_it_stands(text: str) -> None:
    masked = mask_nik(text)

    assert MASK in masked
    assert "9990101" not in masked.replace(" ", "")
    assert mask_nik(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "198501012010012000",
        "19850101 201001 2 000",
        "19850101/201001/2/000",
        "1.98501012010012E+17",
        "0812-3456-7890",
        "Siti, S.Kep.",
        "",
        "TMT 01-01-2020",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert mask_nik(text) == mask_number(text) == text


@pytest.mark.parametrize("text", ["99 99 01 01 01 99 00 01", "'9999010101990001", "99990101019900.01"])
def test_a_number_cell_is_judged_by_its_count_of_digits(text: str) -> None:
    assert MASK in mask_number(text)


@given(st.integers(0, 20_000_000))
def test_no_nip_is_taken_for_a_nik(number: int) -> None:
    assert mask_number(make_nip(number)) == make_nip(number)
