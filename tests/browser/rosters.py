"""Workbooks as an HR office exports them, with typical mistakes."""

from pathlib import Path

from openpyxl import Workbook

HEADINGS = ("NIP", "NAMA LENGKAP", "JENIS ASN", "JABATAN", "UNIT KERJA", "PERANGKAT DAERAH")
NEW = "198703152010012000"
TWICE = "198804162011012000"


def write_roster(path: Path, rows: list[tuple[str | float, ...]]) -> Path:
    """Write a title row, an empty row, the headings in row 3, then the rows."""
    book = Workbook()
    sheet = book.active
    assert sheet
    sheet.append(["DAFTAR PEGAWAI KABUPATEN CONTOH"])
    sheet.append([])
    sheet.append(HEADINGS)
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def write_roster_with_errors(path: Path) -> Path:
    place = ("Perawat", "UPTD Puskesmas Hulu", "Dinas Kesehatan")
    rows: list[tuple[str | float, ...]] = [
        (NEW, "Zainab Rahim", "PNS", *place),
        (1.98703152010012e17, "Anton Kurnia", "PNS", *place),
        ("198905172012011000", "Bella Oktavia", "PNS", "Perawat", "UPTD Puskesmas Hulo", "Dinas Kesehatan"),
        (TWICE, "Cahya Ramadhan", "PNS", *place),
        (TWICE, "Cahya Ramadan", "PNS", *place),
    ]
    return write_roster(path, rows)


def write_clean_roster(path: Path) -> Path:
    return write_roster(path, [(NEW, "Zainab Rahim", "PNS", "Perawat", "UPTD Puskesmas Hulu", "Dinas Kesehatan")])
