"""The identifier of a certificate as people and machines write it."""

import re
from dataclasses import dataclass

from netral.errors import NetralError
from netral.folding import fold_signs

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
# A code within other words: in an address, or by itself in one piece or in groups. A code has no U.
IN_ADDRESS = re.compile(
    r"(?P<host>[0-9a-z.:-]{0,253})/v/(?P<code>[0-9a-tv-z-]+)(?:\S*?#(?P<digits>\S*))?", re.IGNORECASE
)
ALONE = re.compile(
    r"(?<![0-9a-z])(?P<code>[0-7oil][0-9a-tv-z]{4}(?:[ -]*[0-9a-tv-z]{5}){3}[ -]*[0-9a-tv-z]{6})(?![0-9a-z])",
    re.IGNORECASE,
)
AROUND_DIGITS = ".,;:!?*_~'\"()[]<>{}"


class MalformedCode(NetralError):
    """A text in which no certificate identifier can be read."""


class SeveralCodes(MalformedCode):
    """The text holds identifiers of more than one certificate; only its writer knows which one is meant."""


@dataclass(frozen=True, slots=True)
class Code:
    """A typed, pasted or scanned code. `digits` is whatever followed `#`; `host` stands only in a whole address."""

    public_id: str
    digits: str | None = None
    host: str | None = None


def encode_identifier(identifier: bytes) -> str:
    """Return 16 bytes, big-endian, as 26 characters of Crockford base32; the first is 0 to 7. No check character."""
    if len(identifier) != IDENTIFIER_BYTES:
        raise ValueError("an identifier has 16 bytes")
    number = int.from_bytes(identifier, "big")
    return "".join(ALPHABET[number >> shift & 31] for shift in range(5 * (PUBLIC_ID_LENGTH - 1), -1, -5))


def decode_identifier(public_id: str) -> bytes:
    """Return the 16 bytes of an identifier in its one canonical spelling; raises MalformedCode."""
    if len(public_id) != PUBLIC_ID_LENGTH or not set(public_id) <= VALUES.keys() or public_id[0] > LARGEST_FIRST:
        raise MalformedCode(public_id)
    number = 0
    for sign in public_id:
        number = number << 5 | VALUES[sign]
    return number.to_bytes(IDENTIFIER_BYTES, "big")


def read_code(text: str) -> Code:
    """Read a code as a person types it, a whole QR text, or a message that holds either.

    A typed code may be in any case, with O for 0, I or L for 1, blanks and hyphens. Raises MalformedCode, SeveralCodes.
    A fragment is passed on unread: whether it fits is judged with the certificate.
    """
    if len(text) > LONGEST_INPUT:
        raise MalformedCode(text[:PUBLIC_ID_LENGTH])
    signs = fold_signs(text)
    try:
        return read_whole(signs)
    except MalformedCode:
        return read_within(signs)


def read_whole(signs: str) -> Code:
    """Read a text that is nothing but a code or an address; blanks and line breaks may stand anywhere in it."""
    before, _, fragment = "".join(signs.split()).partition("#")
    address = ADDRESS.fullmatch(before)
    code, host = (address["code"], address["host"] or None) if address else (before, None)
    return Code(read_identifier(code), fragment or None, host)


def read_within(signs: str) -> Code:
    """Find the code or address within a text. Repeats of one code count once; a fragment may stand in any repeat."""
    found: dict[str, Code] = {}
    for match in (*IN_ADDRESS.finditer(signs), *ALONE.finditer(signs)):
        groups = match.groupdict()
        try:
            public_id = read_identifier(groups["code"])
        except MalformedCode:
            continue
        digits = (groups.get("digits") or "").rstrip(AROUND_DIGITS)
        known = found.get(public_id, Code(public_id))
        found[public_id] = Code(public_id, known.digits or digits or None, known.host or groups.get("host") or None)
    if len(found) > 1:
        raise SeveralCodes(*found)
    if not found:
        raise MalformedCode(signs[:PUBLIC_ID_LENGTH])
    return next(iter(found.values()))


def read_identifier(typed: str) -> str:
    """Return the canonical spelling; raises MalformedCode."""
    bare = "".join(typed.replace("-", "").split())
    public_id = bare.upper().translate(LOOK_ALIKE) if bare.isascii() else bare
    decode_identifier(public_id)
    return public_id


def group_code(public_id: str) -> str:
    """Write an identifier in groups of 5-5-5-5-6, to be read aloud and typed."""
    start, parts = 0, []
    for length in GROUPS:
        parts.append(public_id[start : start + length])
        start += length
    return "-".join(parts)
