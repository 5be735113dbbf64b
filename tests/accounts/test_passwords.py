"""Passwords: kept as their fold, and verified however a telephone writes the same signs."""

import pytest

from netral.accounts.passwords import HASHER, PasswordTooShort, check_password, hash_password, verify_password

PASSWORD = "ma'ruf - kopi pahit é"
SPELLINGS = [
    "ma’ruf – kopi pahit é",
    "ma'ruf - kopi\u00a0pahit e\u0301",
    "\u200bma'ruf - kopi pahit é\u2060",
    "ｍａ＇ｒｕｆ　－　ｋｏｐｉ　ｐａｈｉｔ　é",
]


@pytest.mark.parametrize("typed", [PASSWORD, *SPELLINGS])
def test_a_password_fits_however_its_signs_are_written(typed: str) -> None:
    assert verify_password(hash_password(PASSWORD, person="siti"), typed, person="siti")
    assert verify_password(hash_password(typed, person="siti"), PASSWORD, person="siti")


@pytest.mark.parametrize("typed", SPELLINGS)
def test_a_password_that_was_hashed_as_it_was_typed_still_fits(typed: str) -> None:
    assert verify_password(HASHER.hash(typed), typed, person="siti")


def test_case_accents_and_blanks_count() -> None:
    stored = hash_password(PASSWORD, person="siti")

    assert not verify_password(stored, PASSWORD.upper(), person="siti")
    assert not verify_password(stored, PASSWORD.replace("é", "e"), person="siti")
    assert not verify_password(stored, PASSWORD.replace(" ", ""), person="siti")
    assert not verify_password(stored, f"{PASSWORD} ", person="siti")
    assert not verify_password(None, PASSWORD, person="siti")


def test_signs_that_nobody_sees_do_not_make_a_password_longer() -> None:
    with pytest.raises(PasswordTooShort):
        check_password("kopi pahit" + "\u200b" * 20, login="dewi", nama="Dewi")
