"""Workbooks whose sheets nobody wrote by accident."""

import io
import random
import zipfile
from collections.abc import Iterator, Mapping

from tests.roster.roster_generator import lay_out, make_people, write_workbook

SHEET = "xl/worksheets/sheet1.xml"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
TAIL = "</sheetData></worksheet>"
CHANCE = random.Random(1)


def with_parts(changes: Mapping[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a proper workbook of ten people in which some parts were replaced or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(write_workbook(lay_out(make_people(10))))) as source,
        zipfile.ZipFile(out, "w", compression) as target,
    ):
        for name in source.namelist():
            target.writestr(name, changes.get(name, source.read(name)))
        for name, content in changes.items():
            if name not in source.namelist():
                target.writestr(name, content)
    return out.getvalue()


def with_sheet(body: str) -> bytes:
    return with_parts({SHEET: (HEAD + body + TAIL).encode()})


def rows_of_numbers(rows: int, columns: int) -> Iterator[str]:
    for row in range(1, rows + 1):
        cells = "".join(f"<c><v>{CHANCE.randrange(10**6)}</v></c>" for _ in range(columns))
        yield f'<row r="{row}">{cells}</row>'


def wide_rows() -> bytes:
    """Return as many cells as may be read, with the last one of each row far to the right."""
    rows = (row.replace("</row>", "<c r='DP1'><v>1</v></c></row>") for row in rows_of_numbers(59_000, 6))
    return with_sheet("".join(rows))


def far_corner() -> bytes:
    """Return two cells that span 17 thousand million."""
    return with_sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def one_string_a_million_times(*, letters: int = 900_000) -> bytes:
    """Return one long shared string that many cells point to; a copy for each cell would take 54 GB."""
    strings = b'<sst xmlns="x"><si><t>' + b"x" * letters + b"</t></si></sst>"
    rows = "".join(
        f'<row r="{row}">{"<c t=" + chr(34) + "s" + chr(34) + "><v>0</v></c>"}</row>' for row in range(1, 60_000)
    )
    return with_parts({"xl/sharedStrings.xml": strings, SHEET: (HEAD + rows + TAIL).encode()})


def empty_cells() -> bytes:
    return with_sheet('<row r="1">' + "<c/>" * 4_000_000 + "</row>")


def endless_rows() -> bytes:
    return with_sheet("".join(f'<row r="{row}"><c r="DA{row}"><v>{row}</v></c></row>' for row in range(1, 250_000)))


def long_token() -> bytes:
    return with_sheet(f'<row r="1"><c r="A1" note="{"x" * 30_000_000}"/></row>')


def deep_nesting() -> bytes:
    return with_sheet("<a>" * 500_000)


def deep_and_sparse() -> bytes:
    """Return two million elements inside each other, too different to be packed well."""
    return with_sheet("".join(f"<{CHANCE.choice('abcdefghijklmnopq')}>" for _ in range(2_000_000)))


def many_names() -> bytes:
    return with_sheet("".join(f"<n{number:x}/>" for number in range(1_000_000)))


def many_attributes() -> bytes:
    attributes = " ".join(f'a{number:x}=""' for number in range(1_000_000))
    return with_sheet(f'<row r="1"><c {attributes}/></row>')


def make_text(letters: int) -> str:
    """Return letters and one emoji, which makes each of them take four bytes in memory."""
    return f"{''.join(CHANCE.choices('abcdefgh', k=12)) * (letters // 12)}\U0001f600"


def emoji_in_cells() -> bytes:
    cell = '<c t="inlineStr"><is><t>{}</t></is></c>'
    return with_sheet("".join(f'<row r="{row}">{cell.format(make_text(490)) * 2}</row>' for row in range(1, 35_000)))


def emoji_in_shared_strings() -> bytes:
    strings = "".join(f"<si><t>{make_text(490)}</t></si>" for _ in range(70_000))
    return with_parts({"xl/sharedStrings.xml": f"<sst>{strings}</sst>".encode()})


def one_cell_in_many_runs(*, between: str = "</t></r><r><t>") -> bytes:
    runs = between.join(make_text(240) for _ in range(120_000))
    return with_sheet(f'<row r="1"><c t="inlineStr"><is><r><t>{runs}</t></r></is></c></row>')


def one_shared_string_in_many_runs() -> bytes:
    runs = "</t></r><r><t>".join(make_text(240) for _ in range(120_000))
    return with_parts({"xl/sharedStrings.xml": f"<sst><si><r><t>{runs}</t></r></si></sst>".encode()})


def text_outside_cells() -> bytes:
    return with_sheet("".join(f'<row r="{row}">{make_text(490)}</row>' for row in range(1, 60_000)))


def many_sheets() -> bytes:
    sheets = "".join(f'<sheet name="{number}"/>' for number in range(1_200_000))
    return with_parts({"xl/workbook.xml": f"<workbook><sheets>{sheets}</sheets></workbook>".encode()})


def many_formats() -> bytes:
    formats = "".join(f'<numFmt numFmtId="{number}"/>' for number in range(1_000_000))
    return with_parts({"xl/styles.xml": f"<styleSheet>{formats}</styleSheet>".encode()})


def many_merges() -> bytes:
    merges = "".join(f'<mergeCell ref="A{row}:A{row + 1}"/>' for row in range(1, 1_000_000))
    return with_parts({SHEET: f"{HEAD}</sheetData><mergeCells>{merges}</mergeCells></worksheet>".encode()})


def overlapping_merges() -> bytes:
    rows = "".join(
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}"><v>1</v></c></row>' for row in range(1, 50_000)
    )
    merges = "".join(f'<mergeCell ref="A{row}:A1048576"/>' for row in range(1, 50_000))
    return with_parts({SHEET: f"{HEAD}{rows}</sheetData><mergeCells>{merges}</mergeCells></worksheet>".encode()})


def strange_references() -> bytes:
    return with_sheet('<row r="1"><c r="A-1"><v>1</v></c></row>')


def no_such_string() -> bytes:
    return with_sheet('<row r="1"><c r="A1" t="s"><v>4294967295</v></c></row>')
