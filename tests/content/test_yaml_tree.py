"""YAML from strangers is read within bounds."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netral.content.files import MAX_BYTES
from netral.content.yaml_forms import BadYaml, Entry, Mapping, Scalar, Sequence, read_yaml
from tests.measuring import measure

LAUGHS = "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n"


def test_every_scalar_is_text_and_knows_its_line() -> None:
    tree = read_yaml("versi: 1.10\nacak: no\nhari:\n  - 2027-03-01\n", first_line=2)

    assert tree == Mapping(
        (
            Entry("versi", 2, Scalar("1.10", 2)),
            Entry("acak", 3, Scalar("no", 3)),
            Entry("hari", 4, Sequence((Scalar("2027-03-01", 5),), 5)),
        ),
        2,
    )


def test_an_empty_text_is_nothing() -> None:
    assert read_yaml("# hanya catatan\n") is None


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        (LAUGHS, 1, "Y02"),
        ("a: 1\nb: *a\n", 2, "Y02"),
        ("a: !!python/object/apply:os.system ['ls']\n", 1, "Y02"),
        ("a: !x 1\n", 1, "Y02"),
        ("[" * 100_000, 1, "Y03"),
        ("{a: " * 100_000, 1, "Y03"),
        ("- " * 100_000, 1, "Y03"),
        ("a: " + "x" * 500_000, 1, "Y03"),
        ("a: [" + "x," * 100_000 + "]", 1, "Y03"),
        ("a: 1\nb: 2\na: 3\n", 3, "Y04"),
        ("a: 1\n--- \nb: 2\n", 2, "Y05"),
        ("? [a, b]\n: 1\n", 1, "Y05"),
        ("a: b\n\tc: d\n", 2, "Y01"),
        ("a: 'x\n", 2, "Y01"),
        ("a: \x00\n", 1, "Y01"),
        ("%YAML 9.9\n---\na: 1\n", 1, "Y01"),
        ("judul: Netral: apa itu?\n", 1, "F00"),
    ],
)
def test_tricks_and_mistakes_are_refused_with_one_sentence(text: str, line: int, code: str) -> None:
    with pytest.raises(BadYaml) as refused:
        read_yaml(text)

    assert (refused.value.line, refused.value.code) == (line, code)
    assert len(refused.value.message) < 300


def test_a_colon_in_a_value_is_answered_with_the_repair() -> None:
    with pytest.raises(BadYaml) as refused:
        read_yaml("id: a\njudul: Netralitas: apa itu?\n", first_line=2)

    assert refused.value.line == 3
    assert refused.value.message == ('"judul" memuat tanda ": ". Beri tanda kutip: judul: "Netralitas: apa itu?"')


hostile = st.text(st.sampled_from(list("ab:-?[]{}&*!|>'\"%@`#,. \n\t\x85\u2028\ufeff\x00")), max_size=80)


@given(hostile | st.text(max_size=80))
def test_any_text_is_a_tree_or_one_refusal(text: str) -> None:
    refusal: BadYaml | None = None
    try:
        read_yaml(text)
    except BadYaml as refused:
        refusal = refused

    assert refusal is None or (refusal.line >= 1 and refusal.message)


# Their cost is measured in a separate process: in this one, the memory of other tests may be collected meanwhile.
LARGE = (
    "[",
    "{a: ",
    "- ",
    "? ",
    "a: {b: [c, ",
    "- - ",
    "x, ",
    "a\n",
    "\U0001f600",
    "'",
    "&a ",
    "!x ",
    "%a\n",
    "---\n",
    ": ",
)


def read_large(_: bytes) -> None:
    for piece in LARGE:
        with suppress(BadYaml):
            read_yaml((piece * MAX_BYTES)[:MAX_BYTES])


def test_the_largest_text_costs_little() -> None:
    assert measure("tests.content.test_yaml_tree:read_large", b"").bounded
