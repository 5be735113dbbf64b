"""Identifiers: one spelling for machines, many for people."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netral.certificates.proof.identifiers import (
    ALPHABET,
    Code,
    MalformedCode,
    SeveralCodes,
    decode_identifier,
    encode_identifier,
    group_code,
    read_code,
)

identifiers = st.binary(min_size=16, max_size=16)
CODE = "014D2PF2DBSQQZXQ5TK1V58CGG"
MISTYPED = [
    "",
    "-",
    CODE[:-1],
    CODE + "0",
    "8" + CODE[1:],
    "U" + CODE[1:],
    CODE[:-1] + "*",
    "https://x/v/",
    "/v/",
    "a" * 5000,
]


@given(identifiers)
def test_an_identifier_survives_its_spelling(identifier: bytes) -> None:
    public_id = encode_identifier(identifier)

    assert len(public_id) == 26
    assert set(public_id) <= set(ALPHABET)
    assert decode_identifier(public_id) == identifier


def test_the_number_is_big_endian() -> None:
    assert encode_identifier(bytes(15) + b"\x01") == "0" * 25 + "1"
    assert encode_identifier(b"\xff" * 16) == "7" + "Z" * 25


@given(identifiers, st.data())
def test_a_person_may_type_it_in_any_case_with_look_alikes_blanks_and_hyphens(
    identifier: bytes, data: st.DataObject
) -> None:
    public_id = encode_identifier(identifier)
    typed = "".join(
        data.draw(st.sampled_from({"0": "0Oo", "1": "1IiLl"}.get(sign, sign + sign.lower())))
        + data.draw(st.sampled_from(["", " ", "-", "\n", "\u00a0", "\u2011", "\u200b"]))
        for sign in public_id
    )

    assert read_code(typed) == Code(public_id)


@pytest.mark.parametrize(
    "address", ["https://netral.example/v/", "HTTP://netral.example/v/", "netral.example/v/", " /v/"]
)
def test_a_whole_address_may_be_pasted(address: str) -> None:
    host = "netral.example" if "netral" in address else None

    assert read_code(address + CODE) == Code(CODE, None, host)
    assert read_code(f"{address}{CODE.lower()}#123 45\n6") == Code(CODE, "123456", host)
    assert read_code(f"{address}{CODE}/?utm_source=wa#") == Code(CODE, None, host)
    assert read_code(f"{address}{CODE}.json") == Code(CODE, None, host)


def test_a_fragment_is_handed_on_whatever_it_is() -> None:
    assert read_code(f"{CODE}#bukan-angka").digits == "bukan-angka"


@pytest.mark.parametrize("text", MISTYPED)
def test_a_text_that_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(MalformedCode):
        read_code(text)


@pytest.mark.parametrize("sign", ["\u0131", "\u017f", "\u0660", "\u041e"])
def test_letters_that_only_look_or_fold_alike_are_refused(sign: str) -> None:
    with pytest.raises(MalformedCode):
        read_code(sign + CODE[1:])


PROSE = st.text(st.sampled_from("Aku, punya ini! *_<>()\n:."), max_size=30)


SPELLINGS = [str.lower, group_code, "https://netral.example/v/{}".format, "netral.example/V/{}?fbclid=x".format]


@given(identifiers, PROSE, PROSE, st.sampled_from(SPELLINGS))
def test_a_code_is_found_in_a_message_around_it(
    identifier: bytes, before: str, after: str, spell: Callable[[str], str]
) -> None:
    public_id = encode_identifier(identifier)

    assert read_code(f"{before} {spell(public_id)}. {after} *{public_id}*").public_id == public_id


SURROUNDED = ["{}.", "{},", "*{}*", "_{}_", "<{}>", "({})", "Kode: {}", "kode:{}", "\u2068{}\u2069"]


@pytest.mark.parametrize("text", [around.format(CODE) for around in SURROUNDED])
def test_signs_around_a_code_do_not_hide_it(text: str) -> None:
    assert read_code(text) == Code(CODE)


def test_full_width_letters_are_read() -> None:
    assert read_code("".join(chr(ord(sign) + 0xFEE0) for sign in CODE)) == Code(CODE)


def test_the_fragment_of_an_address_in_a_message_is_taken_without_what_ends_the_sentence() -> None:
    text = f"Periksa (https://netral.example/v/{CODE}#123456). Kode: {group_code(CODE)}"

    assert read_code(text) == Code(CODE, "123456", "netral.example")


def test_a_message_with_two_certificates_is_refused() -> None:
    with pytest.raises(SeveralCodes):
        read_code(f"{CODE} dan https://netral.example/v/{'0' * 26}")


@given(st.text())
def test_read_code_raises_only_its_own_errors(text: str) -> None:
    with suppress(MalformedCode):
        assert len(decode_identifier(read_code(text).public_id)) == 16


def test_a_grouped_code_is_read_back() -> None:
    assert group_code(CODE) == "014D2-PF2DB-SQQZX-Q5TK1-V58CGG"
    assert read_code(group_code(CODE)) == Code(CODE)
