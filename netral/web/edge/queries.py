"""What stands behind the question mark of a list: the page, and the filters that its other pages keep."""

from urllib.parse import urlencode

from flask import Request, request

from netral.web.edge.numbers import read_number

MOST = 1_000_000


def page_number() -> int:
    """`halaman`, at least 1; anything unreadable is the first page."""
    return min(max(1, read_number(request.args.get("halaman", "")) or 1), MOST)


def without_page(asked: Request) -> str:
    """The address of the same list up to and including `halaman=`."""
    kept = [(name, value) for name, value in asked.args.items(multi=True) if name != "halaman" and value]
    return f"{asked.path}?{urlencode([*kept, ('halaman', '')])}"
