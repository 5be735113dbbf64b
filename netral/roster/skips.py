"""Rows of a roster that are nobody: totals, repeated headings, numbers of columns, signatures under the table."""

from collections.abc import Mapping

from netral.folding import fold
from netral.organisation.kinds import kind_by_grade, read_kind
from netral.organisation.nip import LENGTH, strip_nip
from netral.roster.cells import RosterCells
from netral.roster.tables import Table
from netral.sheets.rows import Row

TOTALS = ("jumlah", "total", "subtotal", "sub total", "grand total", "sub jumlah")
LONGEST_COLUMN_NUMBER = 3
Texts = Mapping[str, str]


def find_skipped(table: Table) -> frozenset[int]:
    cells = RosterCells(table.header)
    skipped = {row.number for row in table.rows if is_nobody(row, cells)}
    for row in reversed(table.rows):  # under the last person
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
    """Return whether a row without a name signs the list in the NIP column: by words, or as `NIP. 1970...`."""
    texts = cells.texts(row)
    written = cells.raw(row, "nip").strip()
    return not texts.get("nama") and not is_placed(texts) and written[:1].isalpha()


def is_total(row: Row) -> bool:
    first = next((fold(cell) for cell in row.cells if not cell.isspace() and fold(cell)), "")
    return any(first == total or first.startswith(f"{total} ") for total in TOTALS)


def is_heading(row: Row, cells: RosterCells) -> bool:
    """The headings once more, as they stand on top of every printed page."""
    fields = [field for field in ("nama", "nip") if cells.has(field)]
    texts = [(fold(cells.raw(row, field)), fold(cells.column(field))) for field in fields]
    return all(text and heading.endswith(text) for text, heading in texts)


def is_column_numbers(row: Row) -> bool:
    """`1 2 3 4` or `(1) (2) (3)` under the headings."""
    texts = [fold(cell) for cell in row.cells if cell]
    return len(texts) > 1 and all(text.isdigit() and len(text) < LONGEST_COLUMN_NUMBER for text in texts)


def is_remark(texts: Texts) -> bool:
    return not is_placed(texts) and not has_kind(texts)


def is_placed(texts: Texts) -> bool:
    return any(texts.get(field) for field in ("unit", "opd", "sub_unit"))


def has_kind(texts: Texts) -> bool:
    return bool(read_kind(texts.get("jenis", "")) or kind_by_grade(texts.get("golongan", "")))
