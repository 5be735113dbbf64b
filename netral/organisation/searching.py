"""Finding people by what an officer types: words of a name, or digits of a NIP or participant number."""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, true

from netral.folding import clean, search_key
from netral.organisation.models import Asn
from netral.organisation.numbers import LENGTH, fold_login, is_number, strip_nip

FEWEST_DIGITS = 6
"""Digits needed to find people by any part of a NIP or number; fewer would match half an office."""

FEWEST_LAST = 3
"""Digits that find people whose NIP ends in them, as pages show it."""


def tells_number(text: str) -> bool:
    """Return whether the text holds so many digits of a number that no address and no log may show it."""
    return sum(sign.isdigit() for sign in text) >= FEWEST_DIGITS


def finds(text: str, *also: Any) -> ColumnElement[bool]:
    """Return a condition for rows of `Asn` that the text fits: their number has its digits, or every word fits.

    A word fits where it stands in the name, whatever its case, accents and apostrophes, in the participant number, in
    one of the columns `also`, or, of three digits or more, at the end of the NIP; signs alone fit where they are
    written. An empty text fits everybody.
    """
    if not text:
        return true()
    number = read_digits(text)
    return has_digits(number) if number else and_(true(), *(fits(word, also) for word in clean(text).split()))


def fits(word: str, also: tuple[Any, ...]) -> ColumnElement[bool]:
    number, key = read_digits(word), search_key(word)
    if number:
        return has_digits(number)
    if not key:
        return Asn.nama.contains(word, autoescape=True)
    written = [func.lower(column).contains(word.lower(), autoescape=True) for column in also]
    if is_number(word) and len(word) >= FEWEST_LAST:
        written.append(Asn.nip.endswith(word))
    return or_(
        Asn.nama_cari.contains(key, autoescape=True), Asn.number.contains(fold_login(word), autoescape=True), *written
    )


def read_digits(text: str) -> str:
    """Return the digits of a text that is a NIP or number, or a part of one; else an empty text."""
    digits = strip_nip(text)
    return digits if is_number(digits) and len(digits) >= FEWEST_DIGITS else ""


def has_digits(digits: str) -> ColumnElement[bool]:
    if len(digits) == LENGTH:
        return or_(Asn.nip == digits, Asn.number == digits)
    return or_(Asn.nip.contains(digits), Asn.number.contains(digits))
