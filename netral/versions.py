"""The version of what a page showed: whoever saves an old page is told, instead of undoing what others have saved."""

import hashlib

from netral.database import dump_json
from netral.errors import NetralError

SIGNS = 16


class Outdated(NetralError):
    """What is to be changed is no longer what the page showed; nothing has been written."""


def version_of(*shown: object) -> str:
    """A digest of the values themselves (JSON), so that no change of them can be forgotten."""
    return hashlib.sha256(dump_json(shown).encode()).hexdigest()[:SIGNS]


def check_version(version: str | None, *found: object) -> None:
    """To be asked once nobody else can change what was found. Raises Outdated.

    None is the version of whoever has no page, as on the command line.
    """
    if version is not None and version != version_of(*found):
        raise Outdated
