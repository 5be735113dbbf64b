"""Whole numbers that come from outside, in addresses and in fields: never more digits than the database keeps."""

from werkzeug.routing import IntegerConverter, Map

# Nine digits always fit into a column of 32 bits.
MOST_DIGITS = 9


class NumberConverter(IntegerConverter):
    """Converts `<int:name>` in an address. A longer number is a 404, like an id that nobody has.

    `<int(digits=15):name>` is for numbers that no column keeps.
    """

    def __init__(self, url_map: Map, digits: int = MOST_DIGITS) -> None:
        super().__init__(url_map)
        self.regex = f"[0-9]{{1,{digits}}}"


def read_number(text: str) -> int | None:
    """Read a number from 0 to 999999999 in ASCII digits; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None
