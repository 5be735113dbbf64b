"""Numbers of certificates: written from a template, bounded, and each of them once."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from netral.certificates.proof import numbers
from netral.certificates.proof.numbers import LONGEST_NUMBER, Numbering, NumberUnusable

FIRST = "{urut}/{klasifikasi}/{unit}/{romawi}/{tahun}"
PIECES = ["{klasifikasi}", "{unit}", "{bulan}", "{romawi}", "{tahun}", "/", "-", ".", "A", "1", "II"]
beside = st.lists(st.sampled_from(PIECES), max_size=4).map("".join)
ends = st.sampled_from(["", "/", "-", " "])
templates = st.tuples(beside, ends, st.just("{urut}"), ends, beside).map("".join)
texts = st.sampled_from(["BKD", "800.1", "1", "I/1", "Biro SDM"])
months = st.tuples(st.integers(1, 12), st.integers(2024, 2031))


def make_numbering(template: str = FIRST, *, classification: str = "NETRAL-ASN", unit: str = "BKPSDM") -> Numbering:
    return Numbering(template=template, classification=classification, unit=unit)


def is_usable(numbering: Numbering) -> bool:
    try:
        numbering.check()
    except NumberUnusable:
        return False
    return True


usable = st.builds(make_numbering, templates, classification=texts, unit=texts).filter(is_usable)


@pytest.mark.parametrize(
    ("template", "number"),
    [
        (FIRST, "12/NETRAL-ASN/BKPSDM/V/2029"),
        ("{klasifikasi}/{urut}/{unit}/{bulan}/{tahun}", "NETRAL-ASN/12/BKPSDM/05/2029"),
        ("No. {urut}", "No. 12"),
    ],
)
def test_the_number_is_written_as_the_template_says(template: str, number: str) -> None:
    numbering = make_numbering(template)
    numbering.check()

    assert numbering.write(12, month=5, year=2029) == number


@pytest.mark.parametrize(
    ("numbering", "fact"),
    [
        (make_numbering("{klasifikasi}/{tahun}"), numbers.NumberWithoutSequence),
        (make_numbering("{urut}/{urut}"), numbers.NumberWithoutSequence),
        (make_numbering("{urut}/{nip}"), numbers.NumberFieldUnknown),
        (make_numbering("{urut}{tahun}"), numbers.NumberSequenceAdjoined),
        (make_numbering("1{urut}/A"), numbers.NumberSequenceAdjoined),
        (make_numbering("{urut}{klasifikasi}", classification="7"), numbers.NumberSequenceAdjoined),
        (make_numbering("{urut}/{klasifikasi}", classification=""), numbers.NumberFieldEmpty),
        (make_numbering("{urut}/\u202eABC"), numbers.NumberSignUnusable),
        (make_numbering("{urut}/{unit}", unit="B\nKD"), numbers.NumberSignUnusable),
        (make_numbering("{urut}/{"), numbers.NumberSignUnusable),
        (make_numbering("{urut}/" + "A" * 50), numbers.NumberTooLong),
    ],
)
def test_a_template_that_cannot_keep_numbers_apart_is_refused(numbering: Numbering, fact: type[NumberUnusable]) -> None:
    with pytest.raises(fact):
        numbering.check()


@given(usable, st.integers(1, 2**31 - 1), st.integers(1, 2**31 - 1), months, months)
def test_two_running_numbers_never_look_alike(
    numbering: Numbering, one: int, other: int, this: tuple[int, int], that: tuple[int, int]
) -> None:
    assume(one != other)
    first, second = (
        numbering.write(one, month=this[0], year=this[1]),
        numbering.write(other, month=that[0], year=that[1]),
    )

    assert first != second
    assert len(first) <= LONGEST_NUMBER
    assert first.isascii()
    assert first.isprintable()


@given(st.lists(st.tuples(usable, st.lists(months, min_size=1, max_size=12)), min_size=2, max_size=5))
def test_no_number_comes_twice_however_often_the_template_changes(
    course: list[tuple[Numbering, list[tuple[int, int]]]],
) -> None:
    """The course is that of `change_letterhead`: a change under which an issued number could return is refused."""
    issued: list[str] = []
    numbering = course[0][0]
    for wanted, dates in course:
        if not any(wanted.may_repeat(number, last=len(issued)) for number in issued):
            numbering = wanted
        for month, year in dates:
            issued.append(numbering.write(len(issued) + 1, month=month, year=year))

    assert len(set(issued)) == len(issued)


def test_a_template_whose_months_look_like_running_numbers_may_repeat() -> None:
    by_month = make_numbering("{bulan}/{urut}/{tahun}")

    assert by_month.may_repeat("12/11/2029", last=2) is True
    assert by_month.may_repeat("12/11/2029", last=11) is False
    assert by_month.may_repeat("13/11/2029", last=2) is False
