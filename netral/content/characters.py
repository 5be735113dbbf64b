"""Signs that word processors put in place of plain ones, and the form in which two spellings are the same."""

import hashlib
import json
import re
import unicodedata
from typing import Any

# The last four are signs of Word's own fonts, which other programs show as boxes.
BULLET = r"[-*+•·●○◦▪■□‣–—−‒\uf0b7\uf0a7\uf0d8\uf076]"
DASHES = re.compile(r"[-‐‑‒–—―−]+")
DASH_LENGTH = {"-": 1, "‐": 1, "‑": 1, "‒": 2, "–": 2, "−": 2, "—": 3, "―": 3}
FENCE_LENGTH = 3
BLANKS = re.compile(r"(?<=\S) +")
EMPTY_LINES = re.compile(r"\n{3,}")

_BLANKS = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_LINE_ENDS = "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_INVISIBLE = (
    "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064"
    "\u2066\u2067\u2068\u2069\ufeff\ufff9\ufffa\ufffb"
)
_CONTROLS = "".join(map(chr, (*range(9), *range(14, 28), 31, *range(127, 133), *range(134, 160))))

CHARACTERS: dict[int, str | None] = {
    **dict.fromkeys(map(ord, _BLANKS), " "),
    **dict.fromkeys(map(ord, _LINE_ENDS), "\n"),
    **dict.fromkeys(map(ord, _INVISIBLE + _CONTROLS), None),
}

# These are folded for hashes only: the page keeps the author's typography.
TYPOGRAPHY: dict[int, str] = {
    **dict.fromkeys(map(ord, "“”„‟«»″"), '"'),
    **dict.fromkeys(map(ord, "‘’‚‛′"), "'"),
    ord("…"): "...",
}


def is_fence(line: str) -> bool:
    """Return whether a line is a fence: three hyphens, or the em dash that a word processor makes of them."""
    line = line.strip()
    return bool(line) and all(sign in DASH_LENGTH for sign in line) and _length(line) >= FENCE_LENGTH


def _length(line: str) -> int:
    return sum(DASH_LENGTH[sign] for sign in line)


def fold_dashes(text: str) -> str:
    return DASHES.sub("-", text)


def clean_characters(text: str) -> str:
    """Return the text in NFC with line feeds and plain blanks, without invisible characters and blanks at line ends."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n")
    text = unicodedata.normalize("NFC", text.translate(CHARACTERS))
    return "\n".join(line.expandtabs(4).rstrip() for line in text.split("\n"))


def fold(text: str) -> str:
    """Return the form that is hashed, never shown. Folding twice has no further effect.

    Quotes, dashes, invisible signs, line ends, blanks at line ends and runs of blanks do not count.
    """
    text = fold_dashes(clean_characters(text).translate(TYPOGRAPHY))
    return EMPTY_LINES.sub("\n\n", BLANKS.sub(" ", unicodedata.normalize("NFC", text))).strip("\n")


def folded(value: Any) -> Any:
    """Return a JSON value with every string in it folded."""
    if isinstance(value, str):
        return fold(value)
    if isinstance(value, dict):
        return {key: folded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [folded(item) for item in value]
    return value


def canonical_json(value: Any) -> str:
    """Return the one text of a value: sorted keys, no blanks, characters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def content_hash(value: Any) -> str:
    """Return the SHA-256, in hex, of the canonical JSON of the folded value."""
    return hashlib.sha256(canonical_json(folded(value)).encode()).hexdigest()
