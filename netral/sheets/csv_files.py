"""Reading a .csv file, whatever its separator and encoding, into rows of text."""

import csv
import io
from collections.abc import Callable, Sequence

from netral.sheets.refusals import FileBroken, FileForeign, FileOversized
from netral.sheets.rows import MAX_COLUMNS, MAX_ROWS, MAX_TEXT, Row, Sheet

SEPARATORS = (";", ",", "\t", "|")
DECLARED = "sep="
SAMPLE_ROWS = 60
MOST_LINES_IN_A_CELL = 6
MAX_CELLS = 1_000_000
"""The most cells of a file. 20,000 rows of 25 columns have half as many; a cell of two letters takes twenty times its
size.
"""

Score = Callable[[Sequence[Row]], int]


def read_csv(data: bytes, name: str, *, score: Score) -> Sheet:
    """Read a CSV file as one sheet called `name`, as Excel calls it after the file.

    `score` rates how much the first rows look like the wanted table; the separator with the highest score is used.
    Raises FileForeign, FileBroken or FileOversized.
    """
    text = decode(data)
    declared = text[: len(DECLARED) + 1].lower().startswith(DECLARED) and text[len(DECLARED) : len(DECLARED) + 1]
    if declared:  # Excel obeys this line and does not show it
        text = text.partition("\n")[2]
    separator = declared or find_separator(text, score)
    return Sheet(name, tuple(split_rows(text, separator, most=MAX_ROWS)))


def decode(data: bytes) -> str:
    """Decode UTF-8 with or without BOM, else what Windows writes in Indonesia. Raises FileForeign."""
    if b"\0" in data:
        raise FileForeign("biner")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise FileForeign("biner") from error


def find_separator(text: str, score: Score) -> str:
    best, most = SEPARATORS[0], (-1, -1)
    for separator in SEPARATORS:
        try:
            rows = split_rows(text, separator, most=SAMPLE_ROWS, sample=True)
        except FileBroken:
            continue
        found = (score(rows), sum(len(row.cells) - 1 for row in rows))
        if found > most:
            best, most = separator, found
    return best


def split_rows(text: str, separator: str, *, most: int, sample: bool = False) -> list[Row]:
    """Split a text into rows. Raises FileBroken or FileOversized."""
    if text.count(separator) > MAX_CELLS:
        raise FileOversized("isi")
    rows: list[Row] = []
    number = 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), 1):
            if len(rows) >= most:
                if sample:
                    break
                raise FileOversized("baris")
            if any(cells):
                rows.append(Row(number, tuple(map(plain_cell, cells[:MAX_COLUMNS]))))
            if not sample and any(cell.count("\n") > MOST_LINES_IN_A_CELL for cell in cells):
                raise FileBroken(number)  # a quotation mark that nobody closed has swallowed rows
    except csv.Error as error:
        raise FileBroken(number + 1) from error
    return rows


def plain_cell(text: str) -> str:
    """Return the value of `="1985..."`, which some exports write to keep Excel from reading a number."""
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return text[:MAX_TEXT]
