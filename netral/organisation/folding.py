"""Text as people type it: cleaned for keeping, folded for comparing."""

import re
import unicodedata

FORBIDDEN = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)
"""Control characters, and those that turn the direction of writing: a name must read as it is stored."""

INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
BLANKS = re.compile(r"\s+")
NO_WORD = re.compile(r"[\W_]+")


def clean(text: str) -> str:
    """One line in NFC, without invisible characters and needless blanks. Forbidden characters stay, to be found."""
    if not text.isascii():
        text = INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return BLANKS.sub(" ", text).strip()


def find_forbidden(text: str) -> str | None:
    found = FORBIDDEN.search(text)
    return found.group() if found else None


def fold(text: str) -> str:
    """Without case, accents, punctuation and needless blanks: `Pangkat / Gol.` is `pangkat gol`."""
    plain = "".join(
        character for character in unicodedata.normalize("NFKD", text) if not unicodedata.combining(character)
    )
    return NO_WORD.sub(" ", plain.casefold()).strip()
