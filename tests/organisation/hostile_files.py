"""Files that nobody sends by accident, each with the fact that refuses it."""

import io
import struct
import zipfile
from collections.abc import Callable, Mapping

from tests.organisation.roster_generator import lay_out, make_people, write_workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET = "xl/worksheets/sheet1.xml"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
TAIL = "</sheetData></worksheet>"


def with_parts(changes: Mapping[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A proper workbook of ten people in which some parts were replaced or added."""
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


def bomb() -> bytes:
    """200 MB of the same row."""
    return with_parts({SHEET: b"<worksheet>" + b'<row><c t="n"><v>1</v></c></row>' * 6_500_000 + b"</worksheet>"})


def bomb_that_understates_itself() -> bytes:
    """30 MB unpacked, while the directory of the zip says 1,000 bytes."""
    content = b"<worksheet>" + b" " * 30_000_000 + b"</worksheet>"
    data = with_parts({SHEET: content})
    return data.replace(struct.pack("<L", len(content)), struct.pack("<L", 1000))


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


def far_corner() -> bytes:
    """Two cells that span 17 thousand million."""
    return with_sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def one_string_a_million_times() -> bytes:
    """One long shared string that many cells point to."""
    strings = b'<sst xmlns="x"><si><t>' + b"x" * 900_000 + b"</t></si></sst>"
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


def overlapping_merges() -> bytes:
    rows = "".join(
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}"><v>1</v></c></row>' for row in range(1, 50_000)
    )
    merges = "".join(f'<mergeCell ref="A{row}:A1048576"/>' for row in range(1, 50_000))
    return with_parts({SHEET: f"{HEAD}{rows}</sheetData><mergeCells>{merges}</mergeCells></worksheet>".encode()})


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


def strange_references() -> bytes:
    return with_sheet('<row r="1"><c r="A-1"><v>1</v></c></row>')


def no_such_string() -> bytes:
    return with_sheet('<row r="1"><c r="A1" t="s"><v>4294967295</v></c></row>')


def wide_csv() -> bytes:
    return b"," * 5_000_000


def endless_csv() -> bytes:
    return b"1\n" * 2_500_000


def long_csv_cell() -> bytes:
    return b'NIP;NAMA;"' + b"x" * 4_000_000


USUAL = "NIP, NAMA LENGKAP, JENIS ASN, UNIT KERJA"

HOSTILE: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "bomb": (bomb, "a.xlsx", "FileOversized ukuran"),
    "understated": (bomb_that_understates_itself, "a.xlsx", "FileBroken zip"),
    "ratio": (long_token, "a.xlsx", "FileOversized rasio"),
    "parts": (many_parts, "a.xlsx", "FileOversized bagian"),
    "laughs": (billion_laughs, "a.xlsx", "FileUntrusted xl/worksheets/sheet1.xml"),
    "external": (external_entity, "a.xlsx", "FileUntrusted docprops/core.xml"),
    "utf16": (utf16_doctype, "a.xlsx", "FileBroken xl/worksheets/sheet1.xml"),
    "corner": (far_corner, "a.xlsx", f"HeaderMissing {USUAL} 1"),
    "string": (one_string_a_million_times, "a.xlsx", f"HeaderMissing {USUAL} {'x' * 40}"),
    "empty-cells": (empty_cells, "a.xlsx", "FileOversized rasio"),
    "rows": (endless_rows, "a.xlsx", "FileOversized baris"),
    "nesting": (deep_nesting, "a.xlsx", "FileOversized rasio"),
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
    "workbook-as-csv": (lambda: write_workbook(lay_out(make_people(1))), "a.csv", "FileForeign xlsx"),
    "large": (lambda: b"x" * (5 * 2**20 + 1), "a.csv", "FileTooLarge 5"),
    "wide-csv": (wide_csv, "a.csv", "FileEmpty"),
    "endless-csv": (endless_csv, "a.csv", "FileOversized baris"),
    "long-cell": (long_csv_cell, "a.csv", "FileBroken 1"),
}
