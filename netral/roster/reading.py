"""Reading a roster: which rows are people, what they say, and what is wrong with them. Writes nothing."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from netral.folding import fold
from netral.organisation.problems import CellProblem, Reason, name_rows
from netral.roster.cells import RosterCells
from netral.roster.columns import ROSTER_COLUMNS
from netral.roster.gathering import Gathered, gather
from netral.roster.rows import PersonRead, RosterRow, Unprintable, read_person
from netral.roster.skips import find_skipped
from netral.roster.tables import Tables, read_tables
from netral.sheets.refusals import ColumnMissing, FileWithoutPeople, NikInstead


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterReading:
    """A roster as it was read.

    `rows` can be applied as far as the file alone tells; rows with a problem are not among them. `warnings` are about
    rows that can be applied: cells left empty, names that a certificate cannot show. `ended`: rows of people who are no
    longer ASN by their KEDUDUKAN HUKUM; these count as not being in the file. `columns`: field -> heading, for the
    fields that the file has. `spoiled_keys` and `spoiled_names`: NIP or number, else the folded name, of people whose
    row has a problem; they are in the file, so they are not missing from it.
    """

    gathered: Gathered
    rows: tuple[RosterRow, ...]
    problems: tuple[CellProblem, ...]
    warnings: tuple[CellProblem, ...]
    ended: tuple[CellProblem, ...]
    columns: Mapping[str, str]
    spoiled_keys: frozenset[str]
    spoiled_names: frozenset[str]


def nothing(name: str) -> Collection[str]:
    return ()


def read_roster_file(data: bytes, file_name: str, *, today: date, unprintable: Unprintable = nothing) -> RosterReading:
    """Raises a FileRefused."""
    reading = read_roster(gather(read_people(data, file_name), find_skipped), today=today, unprintable=unprintable)
    if not reading.rows and not reading.problems:
        sheet = reading.gathered.report.sheets[0]
        raise FileWithoutPeople(sheet.header_row, sheet.name)
    return reading


def read_people(data: bytes, file_name: str) -> Tables:
    """Read the tables of a roster. Raises a FileRefused; NikInstead if people are listed by their NIK alone."""
    try:
        return read_tables(data, file_name, ROSTER_COLUMNS)
    except ColumnMissing as fact:
        row, missing, sheet, headings = fact.args
        if missing == ROSTER_COLUMNS.usual["nip"] and "nik" in fold(headings).split():
            raise NikInstead(row, sheet) from fact
        raise


def read_roster(gathered: Gathered, *, today: date, unprintable: Unprintable = nothing) -> RosterReading:
    """`today`, in the instansi's zone, decides which birth dates are plausible; `unprintable` names get a warning."""
    cells = RosterCells(gathered.header)
    read = [read_person(row, cells, today=today, unprintable=unprintable) for row in gathered.rows]
    serving = [person for person in read if not person.ended]
    problems = [problem for person in serving for problem in person.problems]
    problems += find_duplicates(serving, "nip", Reason.NIP_DUPLICATE)
    problems += find_duplicates(serving, "nip_lama", Reason.NIP_LAMA_DUPLICATE)
    problems += find_duplicates(serving, "number", Reason.NUMBER_DUPLICATE)
    spoiled = {problem.address for problem in problems}
    bad = [person for person in serving if person.row.address in spoiled]
    good = [person for person in serving if person.row.address not in spoiled]
    return RosterReading(
        gathered=gathered,
        rows=tuple(person.person for person in good if person.person),
        problems=gathered.report.in_order(problems),
        warnings=tuple(warning for person in good for warning in person.warnings),
        ended=tuple(person.ended for person in read if person.ended),
        columns={field: gathered.header.text(field) for field in gathered.header.fields},
        spoiled_keys=frozenset(key for person in bad for key in (person.nip or person.number, person.nip_lama) if key),
        spoiled_names=frozenset(fold(person.nama) for person in bad if not person.nip and not person.number) - {""},
    )


def find_duplicates(read: list[PersonRead], field: str, reason: Reason) -> list[CellProblem]:
    """Every row of a NIP, NIP LAMA or number that stands in several: which is right, only the office knows."""
    rows: defaultdict[str, list[PersonRead]] = defaultdict(list)
    for person in read:
        key = getattr(person, field)
        if key:
            rows[key].append(person)
    return [
        person.problem(field, reason, **name_rows([other.row.address for other in same]))
        for same in rows.values()
        if len(same) > 1
        for person in same
    ]
