"""Numbers in addresses and fields, and the query of a list: its page and its filters."""

from urllib.parse import urlencode

from flask import Request, request
from werkzeug.routing import IntegerConverter, Map

# Nine digits always fit into a column of 32 bits.
MOST_DIGITS = 9
MOST_PAGES = 1_000_000


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


def page_number() -> int:
    """Return `halaman`, at least 1; an unreadable number is the first page."""
    return min(max(1, read_number(request.args.get("halaman", "")) or 1), MOST_PAGES)


def without_page(asked: Request) -> str:
    """Return the address of the same list up to and including `halaman=`."""
    kept = [(name, value) for name, value in asked.args.items(multi=True) if name != "halaman" and value]
    return f"{asked.path}?{urlencode([*kept, ('halaman', '')])}"
