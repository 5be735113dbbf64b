"""The version of the data that a page showed, so that an outdated page is refused and undoes no one's changes."""

import hashlib

from netral.database.tables import dump_json
from netral.errors import NetralError

SIGNS = 16


class Outdated(NetralError):
    """The page did not show the current values that it would change; nothing has been written."""


def version_of(*shown: object) -> str:
    """Return a digest of the values themselves (as JSON), so that no change of them is overlooked."""
    return hashlib.sha256(dump_json(shown).encode()).hexdigest()[:SIGNS]


def check_version(version: str | None, *found: object) -> None:
    """Raise Outdated unless the version is that of the values found. Call it once they are locked.

    None is the version of callers without a page, such as the command line.
    """
    if version is not None and version != version_of(*found):
        raise Outdated
