"""What two spellings of the same content have in common: the form that is hashed, never shown."""

import hashlib
import re
import unicodedata
from typing import Any

from netral.content.normalising import clean_characters
from netral.content.signs import TYPOGRAPHY, fold_dashes
from netral.quiz.encoding import canonical_json

BLANKS = re.compile(r"(?<=\S) +")
EMPTY_LINES = re.compile(r"\n{3,}")


def fold(text: str) -> str:
    """Idempotent. Quotes, dashes, invisible signs, line ends, blanks at line ends and in rows do not count."""
    text = fold_dashes(clean_characters(text).translate(TYPOGRAPHY))
    return EMPTY_LINES.sub("\n\n", BLANKS.sub(" ", unicodedata.normalize("NFC", text))).strip("\n")


def folded(value: Any) -> Any:
    """A JSON value with every string in it folded."""
    if isinstance(value, str):
        return fold(value)
    if isinstance(value, dict):
        return {key: folded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [folded(item) for item in value]
    return value


def content_hash(value: Any) -> str:
    """SHA-256, in hex, of the canonical JSON of the folded value."""
    return hashlib.sha256(canonical_json(folded(value)).encode()).hexdigest()
