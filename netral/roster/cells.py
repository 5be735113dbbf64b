"""The cells of a roster by field, cleaned; an office repeats most of them, so each text is cleaned once."""

from netral.folding import FORBIDDEN, clean
from netral.organisation.nip import strip_nip
from netral.roster.columns import ROSTER_COLUMNS
from netral.roster.headers import Header
from netral.sheets.rows import Row

PLACEHOLDERS = frozenset(
    {"-", "--", "---", "–", "—", "0", ".", "n/a", "#n/a", "null", "none", "nihil", "tidak ada", "belum ada"}
)
"""What stands in a cell when there is nothing to say."""

SHOWN = 100
"""Characters of a cell that are shown again when something is wrong with it."""


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
        """Field -> its text, cleaned, and empty when it only says that there is nothing. The NIP without decoration."""
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
        """As the file heads it, else as such a column is usually called."""
        return self.header.text(field) or ROSTER_COLUMNS.usual.get(field, field.replace("_", " ").upper())

    def shown(self, row: Row, field: str) -> str:
        """The cell for people: what would disturb the page is replaced."""
        return FORBIDDEN.sub("\ufffd", clean(self.raw(row, field)))[:SHOWN]
