"""Workbooks as other programs write them: prefixes, rich text, hints for pronouncing, dates, hidden sheets."""

from netral.sheets.workbooks import read_workbook
from tests.sheets.hostile_sheets import SHEET, with_parts

STRINGS = """<?xml version="1.0"?><sst xmlns="x">
<si><r><rPr><b/></rPr><t>Siti </t></r><r><t xml:space="preserve">Aminah</t></r><rPh sb="0" eb="1"><t>HINT</t></rPh></si>
<si><t>Baris_x000A_dua</t></si></sst>"""


def read(sheet: str, **parts: str) -> list[tuple[int, tuple[str, ...]]]:
    named = {"strings": "xl/sharedStrings.xml", "styles": "xl/styles.xml"}
    changes = {named[name]: content.encode() for name, content in parts.items()}
    (first, *_) = read_workbook(with_parts({SHEET: sheet.encode()} | changes))
    return [(row.number, row.cells) for row in first.rows]


def wrap(rows: str) -> str:
    return f"<worksheet><sheetData>{rows}</sheetData></worksheet>"


def test_prefixes_indents_and_rich_text_do_not_matter() -> None:
    sheet = """<x:worksheet xmlns:x="y"><x:sheetData>
      <x:row r="3">
        <x:c r="B3" t="s"><x:v>0</x:v></x:c>
        <x:c r="C3" t="inlineStr"><x:is><x:r><x:t>Dinas </x:t></x:r><x:r><x:t>Sosial</x:t></x:r></x:is></x:c>
        <x:c r="D3"><x:f>1+1</x:f><x:v>2</x:v></x:c>
        <x:c r="E3" t="str"><x:f>"a"</x:f><x:v>a</x:v></x:c>
      </x:row>
    </x:sheetData></x:worksheet>"""

    ((number, cells),) = read(sheet, strings=STRINGS)

    assert number == 3
    assert [cell.strip() for cell in cells] == ["", "Siti Aminah", "Dinas Sosial", "2", "a"]


def test_rows_and_cells_without_references_follow_each_other() -> None:
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c><v>3</v></c></row>"

    assert read(wrap(rows)) == [(1, ("1", "2")), (3, ("3",))]


def test_days_are_shown_as_days_and_numbers_as_numbers() -> None:
    styles = """<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd\\-mm\\-yyyy"/></numFmts>
      <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>"""
    row = (
        '<row r="1"><c r="A1" s="1"><v>31048</v></c><c r="B1" s="2"><v>31048</v></c><c r="C1" s="0"><v>31048</v></c>'
        '<c r="D1"><v>1.5</v></c><c r="E1" t="b"><v>1</v></c></row>'
    )

    assert read(wrap(row), styles=styles) == [(1, ("01/01/1985", "01/01/1985", "31048", "1.5", "TRUE"))]


def test_escaped_characters_are_what_they_stand_for() -> None:
    assert read(wrap('<row r="1"><c r="A1" t="s"><v>1</v></c></row>'), strings=STRINGS) == [(1, ("Baris\ndua",))]
