"""A NIP is text of 18 digits; damage by a spreadsheet or a person is recognised."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netral.organisation.numbers import NipFault, judge_nip, shorten_apart, strip_nip
from tests.roster.roster_generator import make_nip

TODAY = date(2029, 5, 2)


def judge(text: str) -> NipFault | None:
    problem = judge_nip(strip_nip(text), today=TODAY)
    return problem.fault if problem else None


@pytest.mark.parametrize(
    "text",
    [
        "198501012010012000",
        "19850101 201001 2 000",
        "19850101.201001.2.000",
        "19850101-201001-2-000",
        "'198501012010012000",
        "’198501012010012000",
        '"198501012010012000"',
        "198501012010012000\u00a0",
        "\ufeff198501012010012000\u200b",
        "198501012010012000.0",
        "198501012010012000,00",
        "NIP. 198501012010012000",
        "NIP: 19850101 201001 2 000",
        "NI PPPK 198501012010012000",
    ],
)
def test_grouping_and_quoting_do_not_matter(text: str) -> None:
    assert judge(text) is None
    assert strip_nip(text) == "198501012010012000"


@pytest.mark.parametrize("text", ["1,98501E+17", "1.98501E+17", "1,98E+17", "2E+17", "1.98501012010012E+17", "1,98e17"])
def test_a_number_that_lost_its_digits_is_named(text: str) -> None:
    assert judge(text) is NipFault.DAMAGED


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", NipFault.MISSING),
        ("19850101201001200", NipFault.LENGTH),
        ("130123456", NipFault.LENGTH),
        ("1985010120100120000", NipFault.LENGTH),
        ("19850101201001200O", NipFault.CHARACTERS),
        ("١٩٨٥٠١٠١٢٠١٠٠١٢٠٠٠", NipFault.CHARACTERS),
        ("198502302010012000", NipFault.BIRTH_DATE),
        ("185001012010012000", NipFault.BIRTH_DATE),
        ("202001012010012000", NipFault.BIRTH_DATE),
        ("198501012010013000", NipFault.SEX_DIGIT),
    ],
)
def test_each_fault_of_a_nip_is_named(text: str, reason: NipFault) -> None:
    assert judge(text) is reason


@given(st.integers(0, 99))
def test_digits_13_and_14_are_never_a_reason(code: int) -> None:
    assert judge(f"198501012024{code:02d}1000") is None


@given(st.integers(0, 20_000_000))
def test_every_nip_of_a_made_up_roster_is_accepted(number: int) -> None:
    assert judge(make_nip(number)) is None


@given(st.text())
def test_any_text_is_judged_without_an_error(text: str) -> None:
    judge(text)


def test_two_nips_side_by_side_show_where_they_differ() -> None:
    assert shorten_apart("198102022006022002", "198102022026122002") == ("…06022002", "…26122002")
    assert shorten_apart("198102022006022001", "198102022006022002") == ("…001", "…002")
    assert shorten_apart("198102022006022001", "197002022006022001") == ("…2006022001", "…2006022001")
    assert shorten_apart("", "198102022006022002") == ("", "…002")
