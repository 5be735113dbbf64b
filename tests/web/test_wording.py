"""Every member that people read about has its words."""

from collections.abc import Iterator
from enum import Enum
from importlib import import_module
from pkgutil import walk_packages

import netral.web
import netral.words

# These are only looked up for some members, each with its reason.
PARTIAL = {
    "attending.REFUSED": "a meeting that goes on refuses nobody",
    "sosialisasi.NOT_HELD": "people and hands are noted at a meeting that has begun, and after it",
    "sosialisasi.VERDICT_WORDS": "hands are raised on conduct only",
    "transcripts.OWN_HEADINGS": "other states are worded as those of a certificate",
    "transcripts.OWN_EXPLANATIONS": "other states are worded as those of a certificate",
    "certificates.OWN_WORDS": "a certificate that is looked at by its owner exists",
    "oversight.HEADS": "questions of general knowledge belong to none of the four indicators",
    "tasks.NEXT_WORDS": "a module is named by its title",
    "tasks.PATHS": "a module has an address of its own",
    "verification.INTEGRITY": "what was not checked is not spoken of",
    "verification.ISSUER": "what was not checked is not spoken of",
    "verification.STANDING": "what was not checked is not spoken of",
    "verification.STATUS": "200 for all others",
    "verification.RETRY_SECONDS": "others are final",
}


def list_tables() -> Iterator[tuple[str, set[Enum]]]:
    """Return every dictionary of the edge whose keys are members of an enumeration."""
    for package in (netral.web, netral.words):
        for found in walk_packages(package.__path__, f"{package.__name__}."):
            for name, value in vars(import_module(found.name)).items():
                if isinstance(value, dict) and value and all(isinstance(key, Enum) for key in value):
                    yield f"{found.name.rpartition('.')[2]}.{name}", set(value)


def test_every_member_has_its_words() -> None:
    tables = dict(list_tables())
    lacking = {
        table: sorted(str(member) for member in set(type(next(iter(keys)))) - keys) for table, keys in tables.items()
    }

    assert {table: members for table, members in lacking.items() if members and table not in PARTIAL} == {}
    assert {table for table in PARTIAL if not lacking.get(table)} == set(), "complete now: no longer an exception"
