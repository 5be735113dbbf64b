"""The faulty rows of a roster as a workbook to mend and upload again: the file's own columns and what is wrong."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

REMARK = "KETERANGAN"
WIDTH = 22
REMARK_WIDTH = 90


@dataclass(frozen=True, slots=True)
class FaultyRow:
    """A row of the uploaded file: where it stands, its cells, and what is wrong in words."""

    sheet: str
    row: int
    cells: Sequence[str]
    remark: str


def write_problem_workbook(headings: Sequence[str], rows: Sequence[FaultyRow]) -> bytes:
    """Write a workbook of faulty rows: where each came from, its cells under their headings, then what is wrong.

    Every cell is text: a NIP keeps its digits, and `=1+1` stays what was typed, also when its cell is edited.
    """
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    typed = {"num_format": "@", "quote_prefix": True}
    bold = book.add_format({"quote_prefix": True, "bold": True, "text_wrap": True, "valign": "top"})
    text = book.add_format(typed | {"valign": "top"})
    wrapped = book.add_format(typed | {"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("Baris galat")
    titles = ["BARIS ASAL", "LEMBAR ASAL", *headings, REMARK]
    for column, title in enumerate(titles):
        sheet.write_string(0, column, title, bold)
    last = len(titles) - 1
    for index, faulty in enumerate(rows, 1):
        sheet.write_number(index, 0, faulty.row)
        sheet.write_string(index, 1, faulty.sheet, text)
        for column, cell in enumerate(faulty.cells, 2):
            sheet.write_string(index, column, cell, text)
        sheet.write_string(index, last, faulty.remark, wrapped)
    sheet.set_column(2, last - 1, WIDTH)
    sheet.set_column(last, last, REMARK_WIDTH)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows), 1), last)
    book.close()
    return out.getvalue()
