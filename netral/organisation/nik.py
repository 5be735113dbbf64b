"""The NIK, a number of 16 digits that everybody has: private, not asked for, and never kept."""

import re

from netral.folding import fold_signs

MASK = "16 angka"
"""Text that replaces a NIK wherever a text that held one is kept or shown."""

DIGITS = 16
# A NIK in one piece, in the groups people write it in, or as a spreadsheet program spells a number of 16 digits. A
# number that goes on with more digits, as a NIP does, is none.
NIK = re.compile(
    r"(?<!\d)\d{16}(?!\d)"
    r"|(?<!\d)(?:\d{4}[ ./_-]\d{4}[ ./_-]\d{4}[ ./_-]\d{4}"
    r"|(?:\d{6}|\d\d[ ./_-]\d\d[ ./_-]\d\d)[ ./_-]\d{6}[ ./_-]?\d{4})(?![ ./_-]?\d)"
    r"|(?<!\d)\d[.,]\d+E\+?15(?!\d)",
    re.IGNORECASE,
)
ANY_DIGIT = re.compile(r"\d")


def mask_nik(text: str) -> str:
    """Return the text with `16 angka` in place of every NIK, whatever invisible signs stand among its digits."""
    if len(text) < len("3,2E15") or not ANY_DIGIT.search(text):
        return text
    plain = text if text.isascii() else "\n".join(map(fold_signs, text.splitlines()))
    return NIK.sub(MASK, plain) if NIK.search(plain) else text


def mask_number(text: str) -> str:
    """Mask a cell that holds one number if that is a NIK, however it is grouped."""
    if text.isdecimal() and len(text) != DIGITS:
        return text
    digits = "".join(filter(str.isdigit, text))
    if len(digits) == DIGITS and not any(map(str.isalpha, text)):
        return MASK
    return mask_nik(text)
