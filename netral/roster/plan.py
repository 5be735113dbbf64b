"""The changes of a roster, person by person, as data: made by planning, shown by a preview, written by applying."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from netral.database.tables import dump_json
from netral.organisation.problems import CellProblem
from netral.organisation.units import Unit
from netral.roster.rows import RosterRow

JOINED, CHANGED, MOVED, LEFT, RETURNED = "masuk", "ubah", "pindah", "keluar", "kembali"
MOST_PERCENT_UNCONFIRMED = 5
COLUMNS = ("nip", "number", "nama", "jenis", "jabatan", "golongan", "email", "opd_id", "active")


@dataclass(frozen=True, slots=True)
class Addition:
    """A person who is new; `opd_id` may be one of the plan's new units (negative)."""

    row: RosterRow
    opd_id: int


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a known person: column of `Asn` -> value, before and after. Kind: ubah, pindah or kembali."""

    sheet: str
    row: int
    asn_id: int
    nama: str
    kind: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Absent:
    """An active person who is not in the file."""

    asn_id: int
    nama: str
    opd_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterPlan:
    """All that a roster would change.

    `errors`: rows that will not be applied; `units`: units that will be made, those above before those below. `active`:
    how many people are active before it. `kept`: column of `Asn` -> how many people keep what is known of them, since
    the cell in the file is blank. `questions`: new people who may be some of the missing, with another NIP. `places`:
    the id of every unit, the new ones among them -> its name with its perangkat daerah.
    """

    instansi_id: int
    active: int
    added: tuple[Addition, ...]
    changes: tuple[Change, ...]
    unchanged: int
    missing: tuple[Absent, ...]
    units: tuple[Unit, ...]
    errors: tuple[CellProblem, ...]
    warnings: tuple[CellProblem, ...]
    questions: tuple[CellProblem, ...]
    kept: Mapping[str, int]
    places: Mapping[int, str]

    @property
    def counts(self) -> dict[str, int]:
        """Count every person once: one who moved and changed counts as moved, one who came back as updated."""
        moved = sum(1 for change in self.changes if change.kind == MOVED)
        return {
            "added": len(self.added),
            "updated": len(self.changes) - moved,
            "unchanged": self.unchanged,
            "moved": moved,
            "missing": len(self.missing),
        }

    @property
    def returned(self) -> int:
        return sum(1 for change in self.changes if change.kind == RETURNED)

    @property
    def renumbered(self) -> tuple[Change, ...]:
        """Return the people whose NIP is replaced by another; those who get their first NIP are not among them."""
        return tuple(change for change in self.changes if change.before.get("nip"))

    @property
    def must_be_confirmed(self) -> bool:
        """Return whether so many are missing that they are deactivated only after their number was typed."""
        return len(self.missing) * 100 > self.active * MOST_PERCENT_UNCONFIRMED

    @property
    def fingerprint(self) -> str:
        """A digest that equal plans share, so that what is applied can be compared with what was shown."""
        essence = [
            [[addition.row.key, addition.row.sheet, addition.row.row, addition.opd_id] for addition in self.added],
            [[change.asn_id, change.kind, dict(change.before), dict(change.after)] for change in self.changes],
            [absent.asn_id for absent in self.missing],
            [[unit.kode, unit.nama] for unit in self.units],
            [problem.as_json() for problem in self.errors],
        ]
        return hashlib.sha256(dump_json(essence).encode()).hexdigest()
