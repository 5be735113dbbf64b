"""Finding the row of headings in a sheet, and which column holds what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from netral.organisation.folding import clean, fold
from netral.organisation.rows import Row

SEARCHED_ROWS = 60
LONGEST_HEADING = 80


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """What may stand above the columns of a kind of table.

    `variants`: field -> headings as `fold` leaves them, the best first. `needed`: groups of fields; a row of headings
    has at least one field of each group. `usual`: how a needed group is called for people.
    """

    variants: Mapping[str, tuple[str, ...]]
    needed: tuple[tuple[str, ...], ...]
    usual: Mapping[str, str]

    def missing(self, fields: Mapping[str, int]) -> list[str]:
        return [self.usual[group[0]] for group in self.needed if not any(field in fields for field in group)]


@dataclass(frozen=True, slots=True)
class Header:
    """`first` and `last` are the rows of the headings as numbered; `texts` the file's own words for each column."""

    first: int
    last: int
    texts: tuple[str, ...]
    fields: Mapping[str, int]

    def text(self, field: str) -> str:
        """The heading above a field, as written in the file; empty when the file has no such column."""
        index = self.fields.get(field)
        return self.texts[index] if index is not None else ""


def find_header(rows: Sequence[Row], names: ColumnNames) -> Header | None:
    """The row, or pair of rows, in which most fields are recognised; of equals the first, and one row before two.

    May lack needed columns (`names.missing`); none when not even two fields are recognised anywhere.
    """
    best: Header | None = None
    for index, row in enumerate(rows[:SEARCHED_ROWS]):
        for lower in (None, *rows[index + 1 : index + 2]):
            header = read_header(row, lower, names)
            if best is None or rank(header, names) > rank(best, names):
                best = header
    return best if best and len(best.fields) > 1 else None


def rank(header: Header, names: ColumnNames) -> tuple[int, int, bool]:
    return -len(names.missing(header.fields)), len(header.fields), header.first == header.last


def read_header(row: Row, lower: Row | None, names: ColumnNames) -> Header:
    """With a second row below it: its headings stand, those above only where it has none."""
    width = max(len(row.cells), len(lower.cells) if lower else 0)
    texts = tuple(clean(lower.cell(index) if lower else "") or clean(row.cell(index)) for index in range(width))
    return Header(row.number, (lower or row).number, texts, recognise(texts, names))


def recognise(texts: Sequence[str], names: ColumnNames) -> dict[str, int]:
    """Field -> column. A heading serves one field; of several headings for a field the best variant wins."""
    folded = [spellings(text) for text in texts]
    fields = {}
    for field, variants in names.variants.items():
        for variant in variants:
            index = next((index for index, spelled in enumerate(folded) if variant in spelled), None)
            if index is not None:
                fields[field] = index
                break
    return fields


def spellings(text: str) -> tuple[str, ...]:
    """As written, without what stands in brackets, and without a number before it (`2. NIP`)."""
    if not text or len(text) > LONGEST_HEADING:
        return ()
    bare = fold(text.partition("(")[0])
    return fold(text), bare, bare.lstrip("0123456789 "), fold(text).replace(" ", "")
