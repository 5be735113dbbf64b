"""The identifier of a certificate as people and machines write it, and its running number."""

import re
import unicodedata
from dataclasses import dataclass

from netral.errors import NetralError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
IDENTIFIER_BYTES = 16
PUBLIC_ID_LENGTH = 26
GROUPS = (5, 5, 5, 5, 6)
LARGEST_FIRST = "7"  # 26 characters hold 130 bits; the identifier has 128
LONGEST_INPUT = 2_000
VALUES = {sign: value for value, sign in enumerate(ALPHABET)}
LOOK_ALIKE = str.maketrans("OIL", "011")
ADDRESS = re.compile(
    r"(?:https?://)?(?P<host>[^/]*)/v/(?P<code>[^/?.]*)(?:\.json)?/?(?:\?.*)?", re.IGNORECASE | re.DOTALL
)
ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


class MalformedCode(NetralError):
    """A text in which no certificate identifier can be read."""


@dataclass(frozen=True, slots=True)
class Code:
    """What was typed, pasted or scanned. `digits` is whatever followed `#`; `host` stands only in a whole address."""

    public_id: str
    digits: str | None = None
    host: str | None = None


def encode_identifier(identifier: bytes) -> str:
    """16 bytes, big-endian, as 26 characters of Crockford base32; the first is 0 to 7. No check character."""
    if len(identifier) != IDENTIFIER_BYTES:
        raise ValueError("an identifier has 16 bytes")
    number = int.from_bytes(identifier, "big")
    return "".join(ALPHABET[number >> shift & 31] for shift in range(5 * (PUBLIC_ID_LENGTH - 1), -1, -5))


def decode_identifier(public_id: str) -> bytes:
    """The 16 bytes of an identifier in its one canonical spelling; raises MalformedCode."""
    if len(public_id) != PUBLIC_ID_LENGTH or not set(public_id) <= VALUES.keys() or public_id[0] > LARGEST_FIRST:
        raise MalformedCode(public_id)
    number = 0
    for sign in public_id:
        number = number << 5 | VALUES[sign]
    return number.to_bytes(IDENTIFIER_BYTES, "big")


def read_code(text: str) -> Code:
    """Read a code as a person types it (any case, O for 0, I or L for 1, blanks, hyphens) or a whole QR text.

    Raises MalformedCode. A fragment is handed on unread: whether it fits is judged with the certificate.
    """
    if len(text) > LONGEST_INPUT:
        raise MalformedCode(text[:PUBLIC_ID_LENGTH])
    before, _, fragment = without_blanks(text).partition("#")
    address = ADDRESS.fullmatch(before)
    code, host = (address["code"], address["host"] or None) if address else (before, None)
    typed = "".join(sign for sign in code if unicodedata.category(sign) != "Pd")
    public_id = typed.upper().translate(LOOK_ALIKE) if typed.isascii() else typed
    decode_identifier(public_id)
    return Code(public_id, fragment or None, host)


def without_blanks(text: str) -> str:
    """Blanks, line breaks and the invisible characters that messengers insert are not part of a code."""
    return "".join(sign for sign in text if not sign.isspace() and unicodedata.category(sign) not in {"Cf", "Cc"})


def group_code(public_id: str) -> str:
    """In groups of 5-5-5-5-6, to be read aloud and typed."""
    start, parts = 0, []
    for length in GROUPS:
        parts.append(public_id[start : start + length])
        start += length
    return "-".join(parts)


def format_number(sequence: int, *, month: int, year: int) -> str:
    """The number printed on a certificate, for people only: nothing in public is looked up by it."""
    return f"{sequence}/NETRAL-ASN/BKPSDM/{ROMAN_MONTHS[month - 1]}/{year}"
