"""Every character that is printed on a certificate; the page and the PDF both show exactly these."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from struct import Struct, unpack_from
from urllib.parse import urlsplit

from netral.certificates.proof.identifiers import group_code
from netral.certificates.proof.payload import make_address
from netral.certificates.proof.verification import Printed, Record
from netral.indonesian import day, zone_name
from netral.learning.periods.diklat import name_kind

FONTS = ("DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf", "DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
COURSE = "Netralitas ASN"
REPLACEMENT = "\ufffd"
# Formats of the tables that tell which characters a font has: two bytes a character, and four.
SEGMENTS, GROUPS = 4, 12
TABLE = Struct(">4s4xI4x")
ENCODING = Struct(">4xI")
GROUP = Struct(">II4x")


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Printed texts in reading order. `address` is the public link, `qr_label` the text in place of the QR image."""

    issuer: str
    title: str
    number: str
    intro: str
    nama: str
    statement: str
    lines: tuple[Line, ...]
    check_title: str
    check_address: str
    code: str
    check_hint: str
    note: str
    mark: str
    address: str
    qr_label: str


def make_sheet(record: Record, *, base_url: str, demo: bool = False) -> Sheet:
    """Return the certificate in words. Signs that the font lacks become U+FFFD, on paper and on the page alike."""
    host = urlsplit(base_url).netloc
    issuer = name_issuer(record)
    address = make_address(base_url, record.public_id)
    return Sheet(
        issuer=printable(issuer),
        title=f"Sertifikat {COURSE}",
        number=f"Nomor {record.nomor}",
        intro="Diberikan kepada",
        nama=printable(record.nama),
        statement="yang telah lulus ujian netralitas ASN dan menandatangani ikrar netralitas.",
        lines=tuple(Line(label, printable(value)) for label, value in list_facts(record)),
        check_title="Periksa keasliannya",
        check_address=f"{host}/v",
        code=group_code(record.public_id),
        check_hint=f"Cocokkan isi kertas ini dengan isi di layar. Alamat yang terbuka harus {host}.",
        note=printable(
            f"Diterbitkan secara elektronik oleh {issuer}. Ini bukan tanda tangan elektronik tersertifikasi. "
            f"Keaslian diperiksa dengan memindai kode QR atau membuka {host}/v."
        ),
        mark="Contoh dari salinan peragaan, bukan sertifikat sungguhan." if demo else "",
        address=address,
        qr_label=f"Kode QR untuk memeriksa sertifikat ini di {address}",
    )


def list_facts(record: Record) -> list[tuple[str, str]]:
    facts = [
        ("NIP, tiga angka terakhir", record.nip_akhir),
        ("Unit kerja", record.opd),
        ("Periode", record.periode),
        ("Nilai", "" if record.score is None else f"{record.score} dari 100"),
        ("Jam pelajaran", tell_hours(record)),
        ("Jenis diklat", name_kind(record.jenis_diklat)),
        ("Terbit", day(record.issued_on)),
        ("Berlaku", format_validity(record.valid_until, record.zona)),
        ("Pejabat penerbit", name_signatory(record)),
    ]
    return [(label, value) for label, value in facts if value]


def name_issuer(record: Printed) -> str:
    return name_issuer_of(record.instansi)


def name_issuer_of(instansi: str) -> str:
    return f"BKPSDM {instansi}"


def tell_hours(record: Printed) -> str:
    """Return the JP with their basis, as they were set; they are never computed."""
    if record.jp is None:
        return ""
    return f"{record.jp} JP ({record.jp_dasar})" if record.jp_dasar else f"{record.jp} JP"


def name_signatory(record: Record) -> str:
    """Name the official without a handwritten signature, since the QR code is the proof of the certificate."""
    if not record.signatory_name:
        return ""
    return f"{record.signatory_name} ({record.signatory_title})" if record.signatory_title else record.signatory_name


def format_validity(last_day: date | None, zone: str) -> str:
    if last_day is None:
        return "Tanpa batas waktu"
    return f"Sampai {day(last_day)} pukul 23.59 {zone_name(zone)}"


def printable(text: str) -> str:
    missing = missing_glyphs(text)
    return "".join(REPLACEMENT if sign in missing else sign for sign in text) if missing else text


def missing_glyphs(text: str) -> set[str]:
    """Return the characters that a certificate cannot print: those without a glyph in the font, and invisible ones."""
    if text.isascii() and text.isprintable():
        return set()
    return {sign for sign in unicodedata.normalize("NFC", text) if not sign.isspace() and not can_print(sign)}


def can_print(sign: str) -> bool:
    return sign.isprintable() and ord(sign) in covered()


def font_dir() -> Path:
    """Return the folder in which matplotlib ships DejaVu, without an import that costs a web process 60 MiB."""
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("matplotlib, which ships the fonts of the certificate, is not installed")
    return Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"


@cache
def covered() -> frozenset[int]:
    """Return the code points that every face in use has."""
    return frozenset.intersection(*(read_code_points((font_dir() / name).read_bytes()) for name in FONTS))


def read_code_points(font: bytes) -> frozenset[int]:
    """Return the characters of a TrueType file, from its `cmap` tables of format 4 and 12 (OpenType 1.9).

    They are read here, because fontTools would cost every web process 25 MiB.
    """
    (tables,) = unpack_from(">4xH", font)
    places = dict(TABLE.iter_unpack(font[12 : 12 + tables * TABLE.size]))
    cmap = font[places[b"cmap"] :]
    (count,) = unpack_from(">2xH", cmap)
    found: set[int] = set()
    for (place,) in ENCODING.iter_unpack(cmap[4 : 4 + count * ENCODING.size]):
        (kind,) = unpack_from(">H", cmap, place)
        if kind == SEGMENTS:
            found |= read_segments(cmap[place:])
        elif kind == GROUPS:
            found |= read_groups(cmap[place:])
    return frozenset(found)


def read_segments(table: bytes) -> set[int]:
    (doubled,) = unpack_from(">6xH", table)
    count = doubled // 2
    ends = unpack_from(f">{count}H", table, 14)
    starts = unpack_from(f">{count}H", table, 16 + doubled)
    deltas = unpack_from(f">{count}H", table, 16 + 2 * doubled)
    offsets = unpack_from(f">{count}H", table, 16 + 3 * doubled)
    found = set()
    for segment, (start, end, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for point in range(start, min(end, 0xFFFE) + 1):
            glyph = point
            if offset:
                (glyph,) = unpack_from(">H", table, 16 + 3 * doubled + 2 * segment + offset + 2 * (point - start))
            if (glyph + delta) % 0x10000 and glyph:
                found.add(point)
    return found


def read_groups(table: bytes) -> set[int]:
    (count,) = unpack_from(">12xI", table)
    groups = GROUP.iter_unpack(table[16 : 16 + count * GROUP.size])
    return {point for start, end in groups for point in range(start, end + 1)}
