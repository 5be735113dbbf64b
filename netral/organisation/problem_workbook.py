"""The faulty rows of a roster as a workbook to mend and upload again: the file's own columns and what is wrong."""

import io
from collections.abc import Sequence

REMARK = "KETERANGAN"
WIDTH = 22
REMARK_WIDTH = 90


def write_problem_workbook(headings: Sequence[str], rows: Sequence[tuple[int, Sequence[str], str]]) -> bytes:
    """`rows`: Excel row in the uploaded file, its cells, and what is wrong in words.

    Every cell is text: a NIP keeps its digits, and `=1+1` stays what was typed.
    """
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@", "valign": "top"})
    wrapped = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("Baris galat")
    titles = ["BARIS ASAL", *headings, REMARK]
    for column, title in enumerate(titles):
        sheet.write_string(0, column, title, bold)
    for index, (number, cells, remark) in enumerate(rows, 1):
        sheet.write_number(index, 0, number)
        for column in range(len(headings)):
            sheet.write_string(index, column + 1, cells[column] if column < len(cells) else "", text)
        sheet.write_string(index, len(headings) + 1, remark, wrapped)
    sheet.set_column(1, len(headings), WIDTH)
    sheet.set_column(len(headings) + 1, len(headings) + 1, REMARK_WIDTH)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows), 1), len(titles) - 1)
    book.close()
    return out.getvalue()
