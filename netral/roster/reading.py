"""Reading a roster: the rows that are people, their values, and their problems. Writes nothing."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from netral.folding import FORBIDDEN, clean, find_forbidden, fold, fold_signs
from netral.organisation.kinds import AsnKind, Standing, kind_by_grade, read_kind, read_standing, tells_no_kind
from netral.organisation.numbers import LENGTH, MASK, NipFault, fold_login, judge_nip, strip_nip
from netral.roster.columns import ROSTER_COLUMNS, Choices, Header
from netral.roster.problems import CellProblem, Reason, name_rows
from netral.roster.tables import Gathered, Table, Tables, gather, read_tables
from netral.sheets.packages import Watch, watch_nothing
from netral.sheets.refusals import ColumnMissing, FileWithoutPeople, NikInstead
from netral.sheets.rows import Row

PLACEHOLDERS = frozenset(
    {"-", "--", "---", "–", "—", "0", ".", "n/a", "#n/a", "null", "none", "nihil", "tidak ada", "belum ada"}
)
"""Texts of cells that mean "none"."""

SHOWN = 100
"""The most characters of a faulty cell that are shown again."""

# A name also stands in the QR code of a certificate, which has room for some 300 bytes of it: 100 signs of any script.
LIMITS = {"nama": 100, "opd": 200, "unit": 200, "sub_unit": 200, "number": 40}
LIMITS_OF_THE_REST = {"jabatan": 200, "golongan": 20, "email": 200}
EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")
SIASN_ID = re.compile(r"[0-9A-Z][0-9A-Z-]{3,63}")
GRADE = re.compile(r"\b(?:I{1,3}|IV)\s*/\s*[a-e]\b", re.IGNORECASE)
PLACES = ("opd", "unit", "sub_unit")
Unprintable = Callable[[str], Collection[str]]
"""A function that returns the signs of a name that a certificate cannot show."""

TOTALS = ("jumlah", "total", "subtotal", "sub total", "grand total", "sub jumlah")
LONGEST_COLUMN_NUMBER = 3
Texts = Mapping[str, str]


class RosterCells:
    def __init__(self, header: Header) -> None:
        self.header = header
        self.columns = tuple(header.fields.items())
        self.cleaned: dict[str, str] = {}
        self.rows: dict[tuple[str, int], dict[str, str]] = {}

    def has(self, field: str) -> bool:
        return field in self.header.fields

    def raw(self, row: Row, field: str) -> str:
        return row.cell(self.header.fields.get(field))

    def texts(self, row: Row) -> dict[str, str]:
        """Return field -> text, cleaned, the NIP without decoration; empty when the text only means "none"."""
        found = self.rows.get(row.address)
        if found is None:
            cells, width = row.cells, len(row.cells)
            found = {field: self.clean(cells[index]) for field, index in self.columns if index < width}
            found["nip"] = strip_nip(found.get("nip", ""))
            self.rows[row.address] = found
        return found

    def clean(self, raw: str) -> str:
        found = self.cleaned.get(raw)
        if found is None:
            text = clean(raw)
            found = self.cleaned[raw] = "" if text.casefold() in PLACEHOLDERS else text
        return found

    def column(self, field: str) -> str:
        """Return the heading of a field as in the file, else the usual heading of such a column."""
        return self.header.text(field) or ROSTER_COLUMNS.usual.get(field, field.replace("_", " ").upper())

    def shown(self, row: Row, field: str) -> str:
        """Return the cell for people; signs that would disturb the page are replaced."""
        return FORBIDDEN.sub("\ufffd", clean(self.raw(row, field)))[:SHOWN]


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRow:
    """A person as a file describes them.

    None for `jabatan`, `golongan`, `email` or `siasn_id` means that the file has no such column. Either `nip` or
    `number` (of a PPNPN) is given. `place`: the names of the units from the perangkat daerah down, `place_fields` the
    fields they stand in. `nip_lama`: another whole NIP, which the person had before. `siasn_id` and `unor_id`: how
    SIASN knows the person and their unit.
    """

    sheet: str
    row: int
    nip: str | None
    number: str | None
    nama: str
    jenis: AsnKind
    jabatan: str | None
    golongan: str | None
    email: str | None
    place: tuple[str, ...]
    place_fields: tuple[str, ...]
    nip_lama: str | None = None
    siasn_id: str | None = None
    unor_id: str = ""

    @property
    def key(self) -> str:
        return self.nip or self.number or ""

    @property
    def address(self) -> tuple[str, int]:
        return self.sheet, self.row


@dataclass(slots=True)
class PersonRead:
    """A row as it was read, whether or not it can be applied; `nip` and `number` are set only if they can be right.

    `ended`: the person is no longer an ASN, with the reason; such a row is not read any further.
    """

    row: Row
    cells: RosterCells
    texts: Mapping[str, str]
    nip: str | None = None
    nip_lama: str | None = None
    number: str | None = None
    nama: str = ""
    person: RosterRow | None = None
    ended: CellProblem | None = None
    problems: list[CellProblem] = field(default_factory=list)
    warnings: list[CellProblem] = field(default_factory=list)

    def text(self, column: str) -> str:
        return self.texts.get(column, "")

    def problem(self, column: str, reason: Reason, **data: Any) -> CellProblem:
        shown = self.cells.shown(self.row, column)
        return CellProblem(self.row.number, self.cells.column(column), shown, reason, data, self.row.sheet)

    def complain(self, column: str, reason: Reason, **data: Any) -> None:
        self.problems.append(self.problem(column, reason, **data))

    def warn(self, column: str, reason: Reason, **data: Any) -> None:
        self.warnings.append(self.problem(column, reason, **data))


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


def read_roster_file(
    data: bytes,
    file_name: str,
    *,
    today: date,
    unprintable: Unprintable = nothing,
    choices: Choices | None = None,
    watch: Watch = watch_nothing,
) -> RosterReading:
    """Read an uploaded roster. `watch` is told 1 when every sheet is read. Raises a FileRefused."""
    gathered = gather(read_people(data, file_name, choices, watch), find_skipped)
    watch(1)
    reading = read_roster(gathered, today=today, unprintable=unprintable)
    if not reading.rows and not reading.problems:
        sheet = reading.gathered.report.sheets[0]
        raise FileWithoutPeople(sheet.header_row, sheet.name)
    return reading


def read_people(data: bytes, file_name: str, choices: Choices | None = None, watch: Watch = watch_nothing) -> Tables:
    """Read the tables of a roster. Raises a FileRefused; NikInstead if people are listed by their NIK alone."""
    try:
        return read_tables(data, file_name, ROSTER_COLUMNS, choices=choices, wide=True, watch=watch)
    except ColumnMissing as fact:
        row, missing, sheet, headings = fact.args
        if missing == ROSTER_COLUMNS.usual["nip"] and "nik" in fold(headings).split():
            raise NikInstead(row, sheet) from fact
        raise


def find_skipped(table: Table) -> frozenset[int]:
    cells = RosterCells(table.header)
    skipped = {row.number for row in table.rows if is_nobody(row, cells)}
    for row in reversed(table.rows):  # from the end: signatures stand below the last person
        if row.number in skipped:
            continue
        texts = cells.texts(row)
        if has_kind(texts) or not (is_anonymous(texts) or is_signature(row, cells)):
            break
        skipped.add(row.number)
    return frozenset(skipped)


def is_nobody(row: Row, cells: RosterCells) -> bool:
    if len(strip_nip(cells.raw(row, "nip"))) == LENGTH:
        return False
    texts = cells.texts(row)
    if is_anonymous(texts) and (row.filled <= 1 or is_remark(texts)):
        return True
    return is_total(row) or is_heading(row, cells) or is_column_numbers(row)


def is_anonymous(texts: Texts) -> bool:
    return not texts["nip"] and not texts.get("number")


def is_signature(row: Row, cells: RosterCells) -> bool:
    """Return whether a row without a name is a signature in the NIP column: by words, or as `NIP. 1970...`."""
    texts = cells.texts(row)
    written = cells.raw(row, "nip").strip()
    return not texts.get("nama") and not is_placed(texts) and written[:1].isalpha()


def is_total(row: Row) -> bool:
    first = next((fold(cell) for cell in row.cells if not cell.isspace() and fold(cell)), "")
    return any(first == total or first.startswith(f"{total} ") for total in TOTALS)


def is_heading(row: Row, cells: RosterCells) -> bool:
    """Return whether the row repeats the headings, as on top of every printed page."""
    fields = [field for field in ("nama", "nip") if cells.has(field)]
    texts = [(fold(cells.raw(row, field)), fold(cells.column(field))) for field in fields]
    return all(text and heading.endswith(text) for text, heading in texts)


def is_column_numbers(row: Row) -> bool:
    """Return whether the row is `1 2 3 4` or `(1) (2) (3)`, as below headings."""
    texts = [fold(cell) for cell in row.cells if cell]
    return len(texts) > 1 and all(text.isdigit() and len(text) < LONGEST_COLUMN_NUMBER for text in texts)


def is_remark(texts: Texts) -> bool:
    return not is_placed(texts) and not has_kind(texts)


def is_placed(texts: Texts) -> bool:
    return any(texts.get(field) for field in ("unit", "opd", "sub_unit"))


def has_kind(texts: Texts) -> bool:
    return bool(read_kind(texts.get("jenis", "")) or kind_by_grade(texts.get("golongan", "")))


def read_roster(gathered: Gathered, *, today: date, unprintable: Unprintable = nothing) -> RosterReading:
    """Read gathered rows. `today`, in the instansi's zone, decides which birth dates are plausible."""
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
    """Return a problem for every row that shares a number with another; only the office knows which is right."""
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


def read_person(row: Row, cells: RosterCells, *, today: date, unprintable: Unprintable) -> PersonRead:
    texts = cells.texts(row)
    if texts.get("gelar_depan") or texts.get("gelar_belakang"):
        joined = join_titles(texts.get("nama", ""), texts.get("gelar_depan", ""), texts.get("gelar_belakang", ""))
        texts = texts | {"nama": joined}
    read = PersonRead(row, cells, texts, nama=texts.get("nama", ""))
    standing = read_standing(read.text("kedudukan"))
    if standing is Standing.ENDED:
        read.ended = read.problem("kedudukan", Reason.STANDING_ENDED)
        return read
    if standing is Standing.UNKNOWN:
        read.warn("kedudukan", Reason.STANDING_UNKNOWN)
    check_nik(read)
    check_texts(read)
    check_name(read)
    jenis = read_jenis(read)
    read_identity(read, jenis, today=today)
    place = read_place(read)
    check_printed(read, place, unprintable)
    if jenis and not read.problems:
        read.person = RosterRow(
            sheet=row.sheet,
            row=row.number,
            nip=read.nip,
            number=read.number,
            nama=read.nama,
            jenis=jenis,
            jabatan=read_optional(read, "jabatan"),
            golongan=read_golongan(read),
            email=read_email(read),
            place=tuple(place.values()),
            place_fields=tuple(place),
            nip_lama=read.nip_lama,
            siasn_id=read_id(read, "siasn_id") if cells.has("siasn_id") else None,
            unor_id=read_id(read, "unor_id"),
        )
    return read


def check_printed(read: PersonRead, place: Mapping[str, str], unprintable: Unprintable) -> None:
    """Warn about a person's name that cannot be printed, and refuse such a unit.

    The person can be added and their name spelled later; a unit has to be written so that every certificate can show
    it.
    """
    if signs := unprintable(read.nama):
        read.warn("nama", Reason.NAME_UNPRINTABLE, signs="".join(sorted(signs)))
    for column, name in place.items():
        if signs := unprintable(name):
            read.complain(column, Reason.NAME_UNPRINTABLE, signs="".join(sorted(signs)))


def check_nik(read: PersonRead) -> None:
    """Refuse a row with a NIK in a used column, which was masked when the rows were gathered."""
    if MASK in "|".join(read.row.cells):
        for column in read.texts:
            if MASK in read.cells.raw(read.row, column):
                read.complain(column, Reason.NIK_GIVEN)


def check_texts(read: PersonRead) -> None:
    for column, text in read.texts.items():
        limit = LIMITS.get(column, len(text))
        if len(text) <= limit and text.isascii() and text.isprintable():
            continue
        if forbidden := find_forbidden(text):
            read.complain(column, Reason.FORBIDDEN_CHARACTER, code=f"U+{ord(forbidden):04X}")
        elif len(text) > limit:
            read.complain(column, Reason.TOO_LONG, limit=limit)


def check_name(read: PersonRead) -> None:
    if not read.nama:
        read.complain("nama", Reason.NAME_MISSING)
    elif not any(character.isalpha() for character in read.nama):
        read.complain("nama", Reason.NAME_WITHOUT_LETTERS)


def read_jenis(read: PersonRead) -> AsnKind | None:
    """Read the kind from its column; where that tells none (`Aktif`) or is missing, from the grade."""
    text = read.text("jenis")
    kind = read_kind(text) or (kind_by_grade(read.text("golongan")) if tells_no_kind(text) else None)
    if kind is None:
        read.complain("jenis", Reason.KIND_UNKNOWN if text else Reason.KIND_MISSING)
    return kind


def read_identity(read: PersonRead, jenis: AsnKind | None, *, today: date) -> None:
    """Read the NIP, or the participant number of a PPNPN without one."""
    nip = read.text("nip")
    number = fold_login(read.text("number")) or None
    if MASK in read.cells.raw(read.row, "nip") + read.cells.raw(read.row, "number"):
        return  # `check_nik` reports it
    wrong = judge_nip(nip, today=today)
    if wrong is None:
        read.nip = nip
    elif jenis is not AsnKind.PPNPN or nip:
        read.complain("nip", Reason(wrong.fault), **wrong.data)
    elif number is None:
        read.complain("number" if read.cells.has("number") else "nip", Reason.NUMBER_MISSING)
    read.number = number
    read_nip_lama(read, strip_nip(read.text("nip_lama")), today=today)


def read_nip_lama(read: PersonRead, text: str, *, today: date) -> None:
    """Read the previous NIP if it has today's form; nobody is known by the nine digits used before 2009."""
    wrong = judge_nip(text, today=today) if text else None
    if wrong is None:
        read.nip_lama = text if text and text != read.nip else None
    elif wrong.fault is NipFault.DAMAGED:
        read.warn("nip_lama", Reason.NIP_DAMAGED)


def read_place(read: PersonRead) -> dict[str, str]:
    """Return field -> name, without repetitions: a unit called like the perangkat daerah above it is that one."""
    names: dict[str, str] = {}
    above = ""
    for column in PLACES:
        name = read.text(column)
        if name and name.casefold() != above:
            names[column] = name
            above = name.casefold()
    if not names:
        read.complain(next((column for column in PLACES if read.cells.has(column)), "unit"), Reason.PLACE_MISSING)
    return names


def read_optional(read: PersonRead, column: str) -> str | None:
    """Return the text, None when the file has no such column; too long a text is left out with a warning."""
    if not read.cells.has(column):
        return None
    text = read.text(column)
    if len(text) > LIMITS_OF_THE_REST[column]:
        read.warn(column, Reason.TOO_LONG, limit=LIMITS_OF_THE_REST[column])
        return ""
    return text


def read_id(read: PersonRead, column: str) -> str:
    """Read an id that SIASN gave; empty when the text is none. It is never shown, so nobody has to repair it."""
    text = read.text(column).upper()
    return text if SIASN_ID.fullmatch(text) else ""


def read_golongan(read: PersonRead) -> str | None:
    """Read the grade: `III/b` in `Penata Muda Tingkat I (III/b)`."""
    grade = GRADE.search(read.text("golongan"))
    if grade is None:
        return read_optional(read, "golongan")
    roman, letter = grade.group().split("/")
    return f"{roman.strip().upper()}/{letter.strip().lower()}"


def read_email(read: PersonRead) -> str | None:
    text = fold_signs(read_optional(read, "email") or "") if read.cells.has("email") else None
    if text and not EMAIL.fullmatch(text):
        read.warn("email", Reason.EMAIL_INVALID)
        return ""
    return text


def join_titles(nama: str, before: str, after: str) -> str:
    """Join `Siti Rahma`, `Dr.` and `S.H., M.Si.` to `Dr. Siti Rahma, S.H., M.Si.`, without repeating any title."""
    if not nama or not (before or after):
        return nama
    present = {"", *(bare(part, nama) for part in [*nama.replace(",", " ").split(), *nama.split(",")])}
    leading = [title for title in before.split() if bare(title, nama) not in present]
    trailing = [title.strip() for title in after.split(",") if bare(title, nama) not in present]
    return ", ".join([" ".join([*leading, nama]), *trailing])


def bare(title: str, nama: str) -> str:
    """Return a title without dots and blanks. `Dr.` and `dr.` are two titles, unless the name is in capitals."""
    text = fold(title).replace(" ", "") if nama.isupper() else title.replace(".", "").replace(" ", "")
    return text.strip()
