"""The gate before a workbook: unpacks a zip part by part within bounds, and hands out XML without entities."""

import io
import re
import sys
import zipfile
import zlib
from dataclasses import dataclass

from netral.sheets.refusals import FileBroken, FileEncrypted, FileForeign, FileOversized, FileUntrusted

MAX_PARTS = 500
MAX_UNPACKED = 40 * 2**20
"""Bytes of all XML parts together as they are unpacked; the sizes that a zip declares are not believed."""

MAX_RATIO = 120
RATIO_MATTERS_FROM = 2**20
MAX_TAGS = 2_400_000
"""Start and end tags of all parts together; 20,000 rows of 25 columns have fewer."""

METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
ENCRYPTED_FLAG = 1
XML_SUFFIXES = (".xml", ".rels", ".vml")

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# Parts that tell what a zip really is: found in it -> the name people know it by.
FOREIGN_PARTS = {
    "xl/workbook.bin": "xlsb",
    "word/document.xml": "docx",
    "ppt/presentation.xml": "pptx",
    "mimetype": "ods",
}


@dataclass(frozen=True, slots=True)
class Package:
    """The XML parts of a workbook by their names in lower case; all of them read, none longer than was allowed."""

    parts: dict[str, bytes]

    def take(self, name: str, *, most: int = MAX_UNPACKED) -> bytes | None:
        """Return a part and forget it, so that its memory is freed; it is needed only once.

        Raises FileOversized if it has more than `most` bytes.
        """
        content = self.parts.pop(name.lower().lstrip("/"), None)
        if content is not None and len(content) > most:
            raise FileOversized("ukuran")
        return content


def refuse_ole(data: bytes) -> None:
    """An old .xls, or an .xlsx behind a password: both are OLE files."""
    if data.startswith(OLE):
        if OLE_ENCRYPTED in data:
            raise FileEncrypted
        raise FileForeign("xls")


def open_package(data: bytes) -> Package:
    """Unpack a workbook; raises FileForeign, FileEncrypted, FileBroken, FileOversized or FileUntrusted."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check_contents(archive.infolist(), packed=len(data))
            parts = read_parts(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, RuntimeError) as error:
        raise FileBroken("zip") from error
    if sum(content.count(b"<") for content in parts.values()) > MAX_TAGS:
        raise FileOversized("isi")
    return Package(parts)


def check_contents(infos: list[zipfile.ZipInfo], *, packed: int) -> None:
    if len(infos) > MAX_PARTS:
        raise FileOversized("bagian")
    if any(info.flag_bits & ENCRYPTED_FLAG for info in infos):
        raise FileEncrypted
    names = {part_name(info) for info in infos}
    for part, kind in FOREIGN_PARTS.items():
        if part in names:
            raise FileForeign(kind)
    if "[content_types].xml" not in names:
        raise FileForeign("zip")
    if any(info.compress_type not in METHODS for info in infos):
        raise FileBroken("zip")
    if sum(info.compress_size for info in infos) > packed:  # parts that lie on top of each other
        raise FileBroken("zip")


def read_parts(archive: zipfile.ZipFile) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    left = MAX_UNPACKED
    for info in filter(is_xml, archive.infolist()):
        content = read_part(archive, info, most=left)
        left -= len(content)
        parts[part_name(info)] = content
    return parts


def read_part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, *, most: int) -> bytes:
    name = part_name(info)
    info.file_size = sys.maxsize  # `zipfile` would cut the part off where the zip says that it ends
    with archive.open(info) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise FileOversized("ukuran")
    if len(content) > RATIO_MATTERS_FROM and len(content) > MAX_RATIO * max(info.compress_size, 1):
        raise FileOversized("rasio")
    if b"\0" in content:  # UTF-16 would hide a declaration from the search; spreadsheet programs write UTF-8
        raise FileBroken(name)
    if DECLARATION.search(content):
        raise FileUntrusted(name)
    return content


def is_xml(info: zipfile.ZipInfo) -> bool:
    return part_name(info).endswith(XML_SUFFIXES)


def part_name(info: zipfile.ZipInfo) -> str:
    return info.filename.replace("\\", "/").lower().lstrip("/")
