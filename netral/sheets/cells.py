"""The text of a cell as a spreadsheet program would show it, from what the file holds."""

import re
from datetime import date, timedelta

EXACT_BELOW = 10**15
"""Spreadsheet programs keep 15 digits of a number."""

MAX_TEXT = 500
"""Characters of a cell that are read; no column of a roster needs half of them."""

MAX_KEPT = 48 * 2**20
"""Bytes of memory for the texts of one part: a single emoji makes each letter of its cell four bytes long."""

EPOCH = date(1899, 12, 30)
LAST_SERIAL = 2_958_465  # 31 December 9999
ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
BUILT_IN_DATES = frozenset(range(14, 23)) - {18, 19, 20, 21}
DATE_LETTERS = re.compile("[dmy]", re.IGNORECASE)
NOT_LETTERS = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


def text_of_string(text: str) -> str:
    text = text[:MAX_TEXT]
    return ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def text_of_number(text: str, *, is_date: bool = False) -> str:
    """`19850101.0` is 19850101; 18 digits as a number are 1.98501012010031E+17, since the last ones are lost."""
    try:
        number = float(text)
    except ValueError:
        return text
    if is_date and 0 < number < LAST_SERIAL:
        return (EPOCH + timedelta(days=int(number))).strftime("%d/%m/%Y")
    if abs(number) >= EXACT_BELOW:
        return f"{number:.14E}"
    return str(int(number)) if number.is_integer() else repr(number)


def is_date_format(number: int, code: str) -> bool:
    """Whether a number format shows a day: one of the built-in ones, or a code of its own with d, m or y."""
    return number in BUILT_IN_DATES or bool(DATE_LETTERS.search(NOT_LETTERS.sub("", code)))
