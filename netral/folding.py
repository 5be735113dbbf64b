"""Text as people type and paste it: cleaned for keeping, folded for comparing.

Keyboards, word processors and messengers write one sign in many ways and add some that nobody sees. All text that
people type or paste goes through these functions, so that what looks the same is the same.
"""

import re
import unicodedata

# Default_Ignorable_Code_Point of Unicode 16 (DerivedCoreProperties.txt) and the interlinear annotations, but without
# U+202E, which reverses Latin letters: with it removed, the kept text would not read as the one that was seen.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202d\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_FORBIDDEN = "\u0000-\u0008\u000e-\u001f\u007f-\u009f\u202e\ufffe\uffff"

INVISIBLE = re.compile(f"[{_INVISIBLE}]")
FORBIDDEN = re.compile(f"[{_FORBIDDEN}]")
"""Control characters, and U+202E, which reverses Latin letters: a name must read as it is stored."""

UNSEEN = re.compile(f"[{_INVISIBLE}{_FORBIDDEN}]")
# Variants of the same letters: ligatures, full-width and half-width forms, mathematical alphabets.
STYLED = re.compile("[\ufb00-\ufb06\uff01-\uffee\U0001d400-\U0001d7ff]+")
BLANK = re.compile("[\\s\u2800]")
BLANKS = re.compile("[\\s\u2800]+")
DASHES = re.compile("[\u02d7\u058a\u05be\u2010-\u2015\u2043\u207b\u208b\u2212\u2e3a\u2e3b\ufe31\ufe32\ufe58\ufe63]")
APOSTROPHES = re.compile("[`\u00b4\u02b9\u02bb-\u02bf\u02c8\u02ca\u02cb\u2018-\u201b\u2032\u2035\ua78b\ua78c]")
QUOTES = re.compile("[\u00ab\u00bb\u02ba\u201c-\u201f\u2033\u2036]")
NO_WORD = re.compile(r"[\W_]+")
NO_LETTER = re.compile(r"[^\w\s]|_")


def clean(text: str) -> str:
    """Return the text as it is kept: one line in NFC, without invisible characters and needless blanks.

    Full-width letters become plain ones. Apostrophes, dashes and accents stay as they were written. Forbidden
    characters stay too, so that they can be found.
    """
    if not text.isascii():
        text = STYLED.sub(lambda found: unicodedata.normalize("NFKC", found.group()), INVISIBLE.sub("", text))
        text = unicodedata.normalize("NFC", text)
    return BLANKS.sub(" ", text).strip()


def clean_lines(text: str) -> str:
    """Clean a text of several lines, line by line."""
    return "\n".join(map(clean, text.splitlines())).strip()


def find_forbidden(text: str) -> str | None:
    found = FORBIDDEN.search(text)
    return found.group() if found else None


def fold_signs(text: str) -> str:
    """Fold codes, numbers and addresses: one kind of blank, hyphen, apostrophe and quotation mark, none invisible."""
    return plain_signs(clean(UNSEEN.sub("", text)))


def plain_signs(text: str) -> str:
    return QUOTES.sub('"', APOSTROPHES.sub("'", DASHES.sub("-", text)))


def fold_password(text: str) -> str:
    """Return a password as it is hashed: NFKC (NIST SP 800-63B, 5.1.1.2), with signs that telephones change made plain.

    Every blank counts, even at the end; only its kind does not matter.
    """
    plain = unicodedata.normalize("NFKC", plain_signs(UNSEEN.sub("", text)))
    return BLANK.sub(" ", plain_signs(plain))


def fold(text: str) -> str:
    """Fold case, accents, punctuation and needless blanks: `Pangkat / Gol.` becomes `pangkat gol`."""
    return NO_WORD.sub(" ", strip_accents(INVISIBLE.sub("", text))).strip()


def search_key(text: str) -> str:
    """Return the key by which a name is searched: `Ma’ruf`, `Ma'ruf` and `maruf` share one, and so do `é` and `e`.

    Signs are left out and do not part words, so that `S.Ag.` is one word. The column `asn.nama_cari` keeps it; a change
    here needs a migration that fills the column again.
    """
    letters = text.casefold() if text.isascii() else plain_signs(strip_accents(plain_signs(clean(text))))
    return BLANKS.sub(" ", NO_LETTER.sub("", letters)).strip()


def strip_accents(text: str) -> str:
    """Return the text in small letters, without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).casefold()
