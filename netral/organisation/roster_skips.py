"""Rows of a roster that are nobody: totals, repeated headings, numbers of columns, signatures under the table."""

from netral.organisation.folding import fold
from netral.organisation.kinds import kind_by_grade, read_kind
from netral.organisation.nip import LENGTH
from netral.organisation.roster_cells import RosterCells
from netral.organisation.rows import Row
from netral.organisation.tables import Table

TOTALS = ("jumlah", "total", "subtotal", "sub total", "grand total", "sub jumlah")
LONGEST_COLUMN_NUMBER = 3


def find_skipped(table: Table, cells: RosterCells) -> frozenset[int]:
    skipped = {row.number for row in table.rows if is_nobody(row, cells)}
    for row in reversed(table.rows):  # under the last person
        if row.number in skipped:
            continue
        if not is_anonymous(row, cells) or has_kind(row, cells):
            break
        skipped.add(row.number)
    return frozenset(skipped)


def is_nobody(row: Row, cells: RosterCells) -> bool:
    nip = cells.nip(row)
    if len(nip) == LENGTH:
        return False
    if row.filled <= 1 and is_anonymous(row, cells):
        return True
    return is_total(row) or is_heading(row, cells) or is_column_numbers(row) or is_remark(row, cells)


def is_anonymous(row: Row, cells: RosterCells) -> bool:
    return not cells.nip(row) and not cells.text(row, "number")


def is_total(row: Row) -> bool:
    first = next((fold(cell) for cell in row.cells if not cell.isspace() and fold(cell)), "")
    return any(first == total or first.startswith(f"{total} ") for total in TOTALS)


def is_heading(row: Row, cells: RosterCells) -> bool:
    """The headings once more, as they stand on top of every printed page."""
    fields = [field for field in ("nama", "nip") if cells.has(field)]
    return all(fold(cells.raw(row, field)) == fold(cells.column(field)) for field in fields)


def is_column_numbers(row: Row) -> bool:
    """`1 2 3 4` or `(1) (2) (3)` under the headings."""
    texts = [fold(cell) for cell in row.cells if cell]
    return len(texts) > 1 and all(text.isdigit() and len(text) < LONGEST_COLUMN_NUMBER for text in texts)


def is_remark(row: Row, cells: RosterCells) -> bool:
    placed = any(cells.text(row, field) for field in ("unit", "opd", "sub_unit"))
    return is_anonymous(row, cells) and not placed and not has_kind(row, cells)


def has_kind(row: Row, cells: RosterCells) -> bool:
    return bool(read_kind(cells.text(row, "jenis")) or kind_by_grade(cells.text(row, "golongan")))
