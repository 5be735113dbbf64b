"""The version of what a page showed, so that saving an old page is refused and undoes nothing of others."""

import hashlib

from netral.database.tables import dump_json
from netral.errors import NetralError

SIGNS = 16


class Outdated(NetralError):
    """The page did not show the current values of what is to be changed; nothing has been written."""


def version_of(*shown: object) -> str:
    """Return a digest of the values themselves (as JSON), so that no change of them can be overlooked."""
    return hashlib.sha256(dump_json(shown).encode()).hexdigest()[:SIGNS]


def check_version(version: str | None, *found: object) -> None:
    """Raise Outdated unless the version is that of the values found. Call it once nobody else can change these.

    None is the version of callers without a page, such as the command line.
    """
    if version is not None and version != version_of(*found):
        raise Outdated
