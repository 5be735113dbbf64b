"""Counts the pages of an uploaded PDF, a program of its own: a file made to break its reader breaks only this one."""

from __future__ import annotations

import resource
from base64 import b64decode

import pypdfium2

from netral.working import Refused, work

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Bytes of address space: a reader needs a fraction of it, and a file made to swell ends only this process.
MOST_MEMORY = 768 * 1024 * 1024


def count(order: dict[str, Any]) -> bytes:
    """Return the number of pages. Raises Refused for what is no PDF, or one with a password."""
    try:
        with pypdfium2.PdfDocument(b64decode(order["content"])) as document:
            pages = len(document)
            if pages:
                document[0].get_size()
    except pypdfium2.PdfiumError as error:
        raise Refused("not a PDF that can be read") from error
    return str(pages).encode()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    work(count)
