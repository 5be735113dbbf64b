"""The numbers that people have: NIP and NI PPPK, participant numbers as they are typed, and the NIK.

A NIP or NI PPPK has 18 digits, of which the first eight are a birth date and the 15th the sex. The NIK has 16 and
belongs to everybody: it is private, not asked for, and never kept.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from netral.folding import fold_signs

LENGTH = 18
DIGITS_SHOWN = 3
BIRTH_DIGITS = 8
SEX_DIGITS = "12"
EARLIEST_BIRTH = date(1930, 1, 1)
YOUNGEST_AGE = 15
LABEL = re.compile(r"^\W*(?:NIP|NI\s?PPPK)(?=[\W\d])[\s.:=/]*", re.IGNORECASE)
DECORATION = re.compile(r"[\s.\-'\"/]")
POINT_ZERO = re.compile(r"(?<=\d{18})[.,]0+$")
DAMAGED = re.compile(r"\d+(?:,\d+)?E\+?\d{1,3}", re.IGNORECASE)  # 1,98501E+17 as `strip_nip` leaves it
MASK = "16 angka"
"""Text that replaces a NIK wherever a text that held one is kept or shown."""

NIK_LENGTH = 16
# A NIK in one piece, in the groups people write it in, or as a spreadsheet program spells a number of 16 digits. A
# number that goes on with more digits, as a NIP does, is none.
NIK = re.compile(
    r"(?<!\d)\d{16}(?!\d)"
    r"|(?<!\d)(?:\d{4}[ ./_-]\d{4}[ ./_-]\d{4}[ ./_-]\d{4}"
    r"|(?:\d{6}|\d\d[ ./_-]\d\d[ ./_-]\d\d)[ ./_-]\d{6}[ ./_-]?\d{4})(?![ ./_-]?\d)"
    r"|(?<!\d)\d[.,]\d+E\+?15(?!\d)",
    re.IGNORECASE,
)
ID = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9-]{20,}")
ANY_DIGIT = re.compile(r"\d")


class NipFault(StrEnum):
    """The reasons why a text is no NIP; in brackets the contents of `data`."""

    MISSING = "nip_missing"
    DAMAGED = "nip_damaged"  # stored as a number: the last digits are lost
    CHARACTERS = "nip_characters"
    LENGTH = "nip_length"  # digits
    BIRTH_DATE = "nip_birth_date"  # date
    SEX_DIGIT = "nip_sex_digit"  # digit


@dataclass(frozen=True, slots=True)
class NipProblem:
    fault: NipFault
    data: dict[str, Any] = field(default_factory=dict)


def strip_nip(text: str) -> str:
    """Strip what people and programs add: `19850101 2010...`, `'1985/0101...`, `NIP. 1985...`, `1985...001.0`."""
    if len(text) == LENGTH and is_number(text):
        return text  # nearly all are clean already
    return DECORATION.sub("", POINT_ZERO.sub("", LABEL.sub("", fold_signs(text))))


def fold_login(text: str) -> str:
    """Fold a login: a NIP or a participant number to its digits, a number with letters or a name to small letters."""
    nip = strip_nip(text)
    if is_number(nip) and len(nip) == LENGTH:
        return nip
    bare = "".join(fold_signs(text).split())
    digits = bare.replace(".", "").replace("-", "")
    return digits if is_number(digits) else bare.casefold()


def is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def last_digits(nip: str | None) -> str:
    """Return the digits of a NIP that others may see: the last three, none without a NIP."""
    return (nip or "")[-DIGITS_SHOWN:]


def shorten_nip(nip: str, *, beside: int = LENGTH) -> str:
    """Shorten a NIP for pages and kept lists: its owner recognises it, and nobody can sign in with it.

    `beside`: the number of first digits in which it is like another one that is shown beside it.
    """
    return f"…{nip[max(0, min(beside, len(nip) - DIGITS_SHOWN)) :]}" if nip else ""


def shorten_apart(one: str, other: str) -> tuple[str, str]:
    """Shorten two NIP that are shown side by side: each from the first digit in which they differ, at least three.

    A PPPK who becomes PNS often keeps the last three digits, so `shorten_nip` would show twice the same. The day of
    birth, which a NIP begins with, is never shown.
    """
    unlike = (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    alike = max(next(unlike, LENGTH), BIRTH_DIGITS)
    return shorten_nip(one, beside=alike), shorten_nip(other, beside=alike)


def judge_nip(text: str, *, today: date) -> NipProblem | None:
    """Return the problem of a NIP as `strip_nip` leaves it, none when it can be one.

    Digits 9 to 14 are not judged: sources differ on what they are for PPPK (year and a code, 21 or 24 among them).
    """
    if not text:
        return NipProblem(NipFault.MISSING)
    if DAMAGED.fullmatch(text):
        return NipProblem(NipFault.DAMAGED)
    if not is_number(text):
        return NipProblem(NipFault.CHARACTERS)
    if len(text) != LENGTH:
        return NipProblem(NipFault.LENGTH, {"digits": len(text)})
    if not is_plausible_birth(text[:BIRTH_DIGITS], today=today):
        return NipProblem(NipFault.BIRTH_DATE, {"date": text[:BIRTH_DIGITS]})
    if text[14] not in SEX_DIGITS:
        return NipProblem(NipFault.SEX_DIGIT, {"digit": text[14]})
    return None


def is_plausible_birth(text: str, *, today: date) -> bool:
    born = read_birth(text)
    return born is not None and born >= EARLIEST_BIRTH and born.year + YOUNGEST_AGE <= today.year


def read_birth(digits: str) -> date | None:
    """Read the birth date that the first eight digits of a NIP are, none if they are no date."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def mask_nik(text: str) -> str:
    """Return the text with `16 angka` in place of every NIK, whatever invisible signs stand among its digits."""
    if len(text) < len("3,2E15") or not ANY_DIGIT.search(text):
        return text
    plain = text if text.isascii() else "\n".join(map(fold_signs, text.splitlines()))
    return NIK.sub(MASK, plain) if NIK.search(plain) else text


def mask_id(text: str) -> str:
    """Mask a cell that holds an id if that is a NIK; an id of letters and digits may hold sixteen digits by chance."""
    return text if ID.fullmatch(text) else mask_number(text)


def mask_number(text: str) -> str:
    """Mask a cell that holds one number if that is a NIK, however it is grouped."""
    if text.isdecimal() and len(text) != NIK_LENGTH:
        return text
    digits = "".join(filter(str.isdigit, text))
    if len(digits) == NIK_LENGTH and not any(map(str.isalpha, text)):
        return MASK
    return mask_nik(text)
