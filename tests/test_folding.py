"""Text as people type and paste it: equal looks are equal text, whatever a keyboard or messenger made of it."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netral.accounts.codes import fold_code
from netral.folding import clean, clean_lines, find_forbidden, fold, fold_password, fold_signs, search_key
from netral.organisation.numbers import fold_login, strip_nip

INVISIBLE = (
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u2060\u2066\u2067\u2068\u2069\ufeff\ufe0f\U000e0101"
)
BLANKS = " \t\u00a0\u1680\u2007\u2009\u202f\u205f\u3000"
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"
APOSTROPHES = "'\u2018\u2019\u02bc\u00b4`\u2032\uff07"
NIP = "198501012010012000"
FOLDINGS: list[Callable[[str], str]] = [
    clean, clean_lines, fold, fold_signs, fold_password, search_key, fold_login, strip_nip, fold_code,
]  # fmt: skip


def widen(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if sign != " " else "\u3000" for sign in text)


@given(st.text(max_size=40), st.sampled_from(FOLDINGS))
def test_folding_twice_is_folding_once(text: str, folding: Callable[[str], str]) -> None:
    assert folding(folding(text)) == folding(text)


@given(st.data(), st.sampled_from(FOLDINGS))
def test_invisible_characters_do_not_count(data: st.DataObject, folding: Callable[[str], str]) -> None:
    text = data.draw(st.text(st.sampled_from("abCé’-.10 "), max_size=20))
    strewn = "".join(sign + data.draw(st.text(st.sampled_from(INVISIBLE), max_size=2)) for sign in text)

    assert folding(strewn) == folding(text)


@pytest.mark.parametrize("folding", FOLDINGS)
def test_full_width_letters_are_letters(folding: Callable[[str], str]) -> None:
    assert folding(widen("Kode: 1985-AB'c")) == folding("Kode: 1985-AB'c")


@pytest.mark.parametrize("dash", DASHES)
@pytest.mark.parametrize("apostrophe", APOSTROPHES)
@pytest.mark.parametrize("folding", [fold_signs, fold_password, search_key, fold_login])
def test_every_dash_and_apostrophe_is_one(folding: Callable[[str], str], dash: str, apostrophe: str) -> None:
    assert folding(f"ma{apostrophe}ruf{dash}7") == folding("ma'ruf-7")


@given(st.text(st.sampled_from(BLANKS), min_size=1, max_size=4))
def test_blanks_of_every_kind_part_words_once(blanks: str) -> None:
    assert clean(f"{blanks}Siti{blanks}Aminah{blanks}") == "Siti Aminah"
    assert search_key(f"Siti{blanks}Aminah") == "siti aminah"


@pytest.mark.parametrize(
    "name",
    ["Ahmad Ma’ruf Syafi’i, S.Ag.", "Siti Nur'aini", "Dr. dr. R.Ay. Nurhaliza, Sp.PD., M.Kes.", "@SUM(1+1) #let x $y$",
     "André–Luis", "ꦱꦸ Sulistyawati"],
)  # fmt: skip
def test_a_name_is_kept_as_it_is_written(name: str) -> None:
    assert clean(name) == name


def test_a_sign_that_turns_letters_round_is_kept_to_be_found() -> None:
    assert find_forbidden(clean("Siti \u202ehanimA")) == "\u202e"
    assert fold_login("\u202e198501012010012000") == NIP


@pytest.mark.parametrize(
    ("written", "searched"),
    [
        ("Ma’ruf", "maruf"),
        ("MA'RUF", "ma’ruf"),
        ("Eva Andrée", "eva andree"),
        ("S.Ag.", "s.ag"),
        ("Al-Farisi", "alfarisi"),
    ],
)
def test_a_name_is_found_without_its_signs_and_accents(written: str, searched: str) -> None:
    assert search_key(searched) in search_key(written)


SPELLINGS = [
    NIP, f"{NIP} ", "19850101 201001 2 000", "1985.0101.2010.01.2.000", "19850101-201001-2-000",
    "1985\u00a0 0101\u202f201001\t2000", f"\u200b{NIP}", f"\u202a{NIP}\u202c", f"\u2066{NIP}\u2069", f"\ufeff{NIP}",
    f"{NIP[:8]}\u2060{NIP[8:]}", f"{NIP[:8]}\u00ad{NIP[8:]}", "19850101\u2013201001\u20132\u2013000", f"NIP. {NIP}",
    f"nip: {NIP}", f"NI PPPK {NIP}", f"'{NIP}", f"\u2019{NIP}", "19850101/201001/2/000", widen(NIP),
    f"\u200e{NIP}\u200f", f"“{NIP}”",
]  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_nip_is_read_however_it_is_copied(spelling: str) -> None:
    assert fold_login(spelling) == NIP
    assert strip_nip(spelling) == NIP


@pytest.mark.parametrize(
    ("typed", "login"),
    [(" NON–0019 ", "non-0019"), ("Dewi", "dewi"), ("12.34-5", "12345"), ("non-0019\u200b", "non-0019")],
)
def test_other_names_to_sign_in_with_are_folded_too(typed: str, login: str) -> None:
    assert fold_login(typed) == login


@pytest.mark.parametrize(
    "code", ["abcd-efgh23", "ABCD\u2013EFGH23", "\u2068AbCd efgh23\u2069", "Kode: ABCD EFGH 23", widen("ABCDEFGH23")]
)
def test_a_code_is_read_however_it_is_copied(code: str) -> None:
    assert fold_code(code) == "ABCDEFGH23"


def test_a_text_of_several_lines_keeps_them() -> None:
    assert clean_lines(" satu\u200b  dua \r\n\r\ntiga ") == "satu dua\n\ntiga"
