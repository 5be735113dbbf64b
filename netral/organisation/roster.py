"""Reading a roster: which rows are people, what they say, and what is wrong with them. Writes nothing."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from netral.organisation.folding import fold
from netral.organisation.problems import CellProblem, Reason
from netral.organisation.roster_cells import RosterCells
from netral.organisation.roster_columns import ROSTER_COLUMNS
from netral.organisation.roster_rows import PersonRead, RosterRow, Unprintable, read_person
from netral.organisation.roster_skips import find_skipped
from netral.organisation.tables import Table, read_table


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterReading:
    """What a file says.

    `rows` can be applied as far as the file alone tells; rows with a problem are not among them. `warnings` are about
    rows that can be applied: cells left empty, names that a certificate cannot show. `columns`: field -> heading in
    the file, of the fields it has. `skipped`: numbers of rows that are nobody (totals, repeated headings, signatures
    under the table). `spoiled_keys` and `spoiled_names`: NIP or number, else the folded name, of who stands in a row
    with a problem; they are in the file, so they are not missing from it.
    """

    table: Table
    rows: tuple[RosterRow, ...]
    problems: tuple[CellProblem, ...]
    warnings: tuple[CellProblem, ...]
    columns: Mapping[str, str]
    skipped: tuple[int, ...]
    spoiled_keys: frozenset[str]
    spoiled_names: frozenset[str]


def nothing(name: str) -> Collection[str]:
    return ()


def read_roster_file(data: bytes, file_name: str, *, today: date, unprintable: Unprintable = nothing) -> RosterReading:
    """Raises a FileRefused."""
    return read_roster(read_table(data, file_name, ROSTER_COLUMNS), today=today, unprintable=unprintable)


def read_roster(table: Table, *, today: date, unprintable: Unprintable = nothing) -> RosterReading:
    """`today`, in the instansi's zone, decides which birth dates are plausible; `unprintable` names get a warning."""
    cells = RosterCells(table.header)
    skipped = find_skipped(table, cells)
    read = [
        read_person(row, cells, today=today, unprintable=unprintable) for row in table.rows if row.number not in skipped
    ]
    problems = [problem for person in read for problem in person.problems]
    problems += find_duplicates(read, "nip", Reason.NIP_DUPLICATE)
    problems += find_duplicates(read, "number", Reason.NUMBER_DUPLICATE)
    problems.sort(key=lambda problem: problem.row)
    spoiled = {problem.row for problem in problems}
    bad = [person for person in read if person.row.number in spoiled]
    good = [person for person in read if person.row.number not in spoiled]
    return RosterReading(
        table=table,
        rows=tuple(person.person for person in good if person.person),
        problems=tuple(problems),
        warnings=tuple(warning for person in good for warning in person.warnings),
        columns={field: table.header.text(field) for field in table.header.fields},
        skipped=tuple(sorted(skipped)),
        spoiled_keys=frozenset(person.nip or person.number or "" for person in bad) - {""},
        spoiled_names=frozenset(fold(person.nama) for person in bad if not person.nip and not person.number) - {""},
    )


def find_duplicates(read: list[PersonRead], field: str, reason: Reason) -> list[CellProblem]:
    """Every row of a NIP or number that stands in several: which of them is right, only the office knows."""
    rows: defaultdict[str, list[PersonRead]] = defaultdict(list)
    for person in read:
        key = person.nip if field == "nip" else person.number
        if key:
            rows[key].append(person)
    return [
        person.problem(field, reason, rows=[other.row.number for other in same])
        for same in rows.values()
        if len(same) > 1
        for person in same
    ]
