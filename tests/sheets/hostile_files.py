"""Files that nobody sends by accident, each with the fact that refuses it."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

from netral.roster.columns import ROSTER_COLUMNS
from netral.roster.reading import read_roster_file
from netral.roster.tables import read_tables
from netral.sheets.rows import column_letters
from tests.roster.roster_generator import lay_out, make_nip, make_people, write_workbook
from tests.sheets.hostile_sheets import (
    CHANCE,
    HEAD,
    SHEET,
    TAIL,
    deep_and_sparse,
    deep_nesting,
    emoji_in_cells,
    emoji_in_shared_strings,
    empty_cells,
    endless_rows,
    far_corner,
    long_token,
    many_attributes,
    many_formats,
    many_merges,
    many_names,
    many_sheets,
    no_such_string,
    one_cell_in_many_runs,
    one_shared_string_in_many_runs,
    one_string_a_million_times,
    overlapping_merges,
    rows_of_numbers,
    strange_references,
    text_outside_cells,
    wide_rows,
    with_parts,
)

PEOPLE_OF_SIASN = 20_000
NEEDED_OF_SIASN = (
    "PNS ID",
    "NIP BARU",
    "NAMA",
    "GELAR BELAKANG",
    "JENIS PEGAWAI NAMA",
    "GOL AKHIR NAMA",
    "UNOR INDUK NAMA",
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_roster(path: Path) -> None:
    read_tables(path.read_bytes(), path.name, ROSTER_COLUMNS)


def read_people_of_siasn(path: Path) -> None:
    reading = read_roster_file(path.read_bytes(), path.name, today=date(2029, 5, 2))
    if len(reading.rows) != PEOPLE_OF_SIASN or reading.problems:
        raise ValueError(len(reading.rows), len(reading.problems))


def write_whole_export(*, people: int) -> bytes:
    """Write SIASN's export as it comes: shared strings, 67 columns, of which most are not needed."""
    headings = [*NEEDED_OF_SIASN, *(f"KOLOM {number}" for number in range(67 - len(NEEDED_OF_SIASN)))]
    strings: dict[str, int] = {}
    rows = [write_row(1, headings, strings)]
    for number in range(1, people + 1):
        known = [
            f"{number:032X}",
            make_nip(number),
            f"ORANG {number}",
            "S.Kom.",
            "PNS Daerah Kab/Kota",
            "III/a",
            "Dinas A",
        ]
        others = [f"{column} {number if column % 3 else number % 50}" for column in range(67 - len(known))]
        rows.append(write_row(number + 1, [*known, *others], strings))
    listed = "".join(f"<si><t>{text}</t></si>" for text in strings)
    return with_parts(
        {"xl/sharedStrings.xml": f"<sst>{listed}</sst>".encode(), SHEET: (HEAD + "".join(rows) + TAIL).encode()}
    )


def write_row(number: int, cells: list[str], strings: dict[str, int]) -> str:
    written = (
        f'<c r="{column_letters(column)}{number}" t="s"><v>{strings.setdefault(cell, len(strings))}</v></c>'
        for column, cell in enumerate(cells)
    )
    return f'<row r="{number}">{"".join(written)}</row>'


def bomb() -> bytes:
    """Return 200 MB of the same row."""
    return with_parts({SHEET: b"<worksheet>" + b'<row><c t="n"><v>1</v></c></row>' * 6_500_000 + b"</worksheet>"})


def bomb_that_understates_itself(*, said: int = 1000, blanks: int = 600) -> bytes:
    """Return 600 MB of blanks, of which the zip declares 1,000 bytes."""
    out = io.BytesIO(with_parts({}))
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as target,
        target.open("xl/worksheets/sheet2.xml", "w") as part,
    ):
        for _ in range(blanks):
            part.write(b" " * 1_000_000)
    return out.getvalue().replace(struct.pack("<L", blanks * 1_000_000), struct.pack("<L", said))


def part_with_the_sum_of_its_beginning() -> bytes:
    """Return a part of one million bytes, for which the zip gives the size and CRC-32 of its first 1,000."""
    content = b" " * 1_000_000
    data = with_parts({SHEET: content}).replace(struct.pack("<L", len(content)), struct.pack("<L", 1000))
    return data.replace(struct.pack("<L", zlib.crc32(content)), struct.pack("<L", zlib.crc32(content[:1000])))


def parts_on_top_of_each_other() -> bytes:
    """List one part of 30 MB four hundred times."""
    out = io.BytesIO(with_parts({}))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as target:
        target.writestr("xl/lapis.xml", CHANCE.randbytes(10_000).hex() * 1500)
        target.filelist.extend([target.filelist[-1]] * 400)
    return out.getvalue()


def name_often(sheet: re.Match[str]) -> str:
    return "".join(sheet[0].replace('name="', f'name="{number} ') for number in range(20))


def one_sheet_many_times() -> bytes:
    """Give the same 100,000 cells twenty names."""
    with zipfile.ZipFile(io.BytesIO(with_parts({}))) as archive:
        book = archive.read("xl/workbook.xml").decode()
    return with_parts(
        {
            "xl/workbook.xml": re.sub("<sheet [^>]*/>", name_often, book).encode(),
            SHEET: (HEAD + "".join(rows_of_numbers(25_000, 4)) + TAIL).encode(),
        }
    )


def many_parts() -> bytes:
    return with_parts({f"xl/media/{number}.xml": b"" for number in range(40_000)}, compression=zipfile.ZIP_STORED)


def billion_laughs() -> bytes:
    entities = "".join(f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, 10))
    declaration = f'<!DOCTYPE lolz [<!ENTITY a0 "lol">{entities}]>'
    return with_parts({SHEET: (declaration + HEAD + '<row r="1"><c r="A1"><v>&a9;</v></c></row>' + TAIL).encode()})


def external_entity() -> bytes:
    declaration = '<!DOCTYPE a [<!ENTITY file SYSTEM "file:///etc/passwd">]>'
    return with_parts({"docProps/core.xml": (declaration + "<a>&file;</a>").encode()})


def utf16_doctype() -> bytes:
    return with_parts({SHEET: ("<!DOCTYPE a>" + HEAD + TAIL).encode("utf-16")})


def password() -> bytes:
    return OLE + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 500


def zip_password() -> bytes:
    data = bytearray(write_workbook(lay_out(make_people(1))))
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


def open_document() -> bytes:
    return with_parts({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"})


def plain_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr("catatan.txt", "bukan buku kerja")
    return out.getvalue()


def cut_off() -> bytes:
    return write_workbook(lay_out(make_people(50)))[:-2000]


def spoiled_bytes() -> bytes:
    data = bytearray(write_workbook(lay_out(make_people(2000)), small=True))
    middle = len(data) // 2
    data[middle : middle + 64] = bytes(64)
    return bytes(data)


def wide_csv() -> bytes:
    return b"," * 5_000_000


def endless_csv() -> bytes:
    return b"1\n" * 2_500_000


def csv_of_short_cells(*, end_of_row: str = "\n") -> bytes:
    """Return cells of two letters, each twenty times as large in memory, and an emoji that widens the text."""
    row = ";".join("".join(CHANCE.choices("abcdefgh", k=2)) for _ in range(29))
    return ("\U0001f600" + f"{row}{end_of_row}" * 55_000).encode()


def long_csv_cell() -> bytes:
    return b'NIP;NAMA;"' + b"x" * 4_000_000


USUAL = "NIP, NAMA LENGKAP, JENIS ASN, UNIT KERJA"

HOSTILE: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "bomb": (bomb, "a.xlsx", "FileOversized ukuran"),
    "understated": (bomb_that_understates_itself, "a.xlsx", "FileOversized ukuran"),
    "overstated": (lambda: bomb_that_understates_itself(said=2**31), "a.xlsx", "FileOversized ukuran"),
    "small-and-overstated": (lambda: bomb_that_understates_itself(said=2**31, blanks=1), "a.xlsx", "read"),
    "forged-sum": (part_with_the_sum_of_its_beginning, "a.xlsx", "FileBroken zip"),
    "overlapping": (parts_on_top_of_each_other, "a.xlsx", "FileBroken zip"),
    "one-sheet-many-times": (one_sheet_many_times, "a.xlsx", "FileBroken xl/workbook.xml"),
    "wide-rows": (wide_rows, "a.xlsx", "HeaderMissing"),
    "ratio": (long_token, "a.xlsx", "FileOversized rasio"),
    "parts": (many_parts, "a.xlsx", "FileOversized bagian"),
    "laughs": (billion_laughs, "a.xlsx", "FileUntrusted xl/worksheets/sheet1.xml"),
    "external": (external_entity, "a.xlsx", "FileUntrusted docprops/core.xml"),
    "utf16": (utf16_doctype, "a.xlsx", "FileBroken xl/worksheets/sheet1.xml"),
    "corner": (far_corner, "a.xlsx", f"HeaderMissing {USUAL} 1"),
    "string": (one_string_a_million_times, "a.xlsx", "FileOversized isi"),
    "shorter-string": (lambda: one_string_a_million_times(letters=200_000), "a.xlsx", "HeaderMissing"),
    "empty-cells": (empty_cells, "a.xlsx", "FileOversized rasio"),
    "rows": (endless_rows, "a.xlsx", "FileOversized baris"),
    "nesting": (deep_nesting, "a.xlsx", "FileOversized rasio"),
    "deep": (deep_and_sparse, "a.xlsx", "FileOversized isi"),
    "names": (many_names, "a.xlsx", "FileOversized isi"),
    "attributes": (many_attributes, "a.xlsx", "FileOversized isi"),
    "emoji": (emoji_in_cells, "a.xlsx", "FileOversized isi"),
    "emoji-strings": (emoji_in_shared_strings, "a.xlsx", "FileOversized isi"),
    "runs": (one_cell_in_many_runs, "a.xlsx", "HeaderMissing"),
    "comments": (lambda: one_cell_in_many_runs(between="<!---->"), "a.xlsx", "HeaderMissing"),
    "runs-strings": (one_shared_string_in_many_runs, "a.xlsx", "FileBroken DATA PEGAWAI"),
    "text-outside": (text_outside_cells, "a.xlsx", "FileEmpty"),
    "sheets": (many_sheets, "a.xlsx", "FileOversized ukuran"),
    "formats": (many_formats, "a.xlsx", "FileOversized ukuran"),
    "many-merges": (many_merges, "a.xlsx", "FileOversized isi"),
    "merges": (overlapping_merges, "a.xlsx", "FileOversized isi"),
    "password": (password, "a.xlsx", "FileEncrypted"),
    "zip-password": (zip_password, "a.xlsx", "FileEncrypted"),
    "ods": (open_document, "a.xlsx", "FileForeign ods"),
    "ods-name": (open_document, "a.ods", "FileForeign ods"),
    "zip": (plain_zip, "a.xlsx", "FileForeign zip"),
    "cut": (cut_off, "a.xlsx", "FileBroken zip"),
    "spoiled": (spoiled_bytes, "a.xlsx", "FileBroken zip"),
    "references": (strange_references, "a.xlsx", "FileBroken DATA PEGAWAI"),
    "strings": (no_such_string, "a.xlsx", "FileBroken DATA PEGAWAI"),
    "xls": (lambda: OLE + bytes(2000), "a.xls", "FileForeign xls"),
    "xls-renamed": (lambda: OLE + bytes(2000), "a.xlsx", "FileForeign xls"),
    "pdf": (lambda: b"%PDF-1.7\n", "a.pdf", "FileForeign pdf"),
    "pdf-renamed": (lambda: b"%PDF-1.7\n" + b"NIP;NAMA\n", "a.csv", "FileForeign pdf"),
    "exe": (lambda: b"MZ\x90\0" + bytes(5000), "a.xlsx", "FileForeign exe"),
    "html": (lambda: b"<html><table><tr><td>NIP", "a.xlsx", "FileForeign html"),
    "nul": (lambda: b"NIP;NAMA\n1985\0;Siti\n", "a.csv", "FileForeign biner"),
    "workbook-as-csv": (lambda: write_workbook(lay_out(make_people(1))), "a.csv", "FileMisnamed xlsx"),
    "workbook-without-ending": (lambda: write_workbook(lay_out(make_people(1))), "pegawai", "FileMisnamed xlsx"),
    "csv-as-workbook": (lambda: b"NIP;NAMA\n1985;Siti\n", "a.xlsx", "FileMisnamed csv"),
    "large": (lambda: b"x" * (5 * 2**20 + 1), "a.csv", "FileTooLarge 5"),
    "wide-csv": (wide_csv, "a.csv", "FileOversized isi"),
    "short-cells-csv": (csv_of_short_cells, "a.csv", "FileOversized isi"),
    "one-row-csv": (lambda: csv_of_short_cells(end_of_row=";"), "a.csv", "FileOversized isi"),
    "quoted-rows-csv": (lambda: csv_of_short_cells(end_of_row=';"\n";'), "a.csv", "FileOversized isi"),
    "endless-csv": (endless_csv, "a.csv", "FileOversized baris"),
    "long-cell": (long_csv_cell, "a.csv", "FileBroken 1"),
}
