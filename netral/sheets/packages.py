"""The gate before a workbook: it unpacks a zip part by part within bounds, and returns XML without entities."""

import io
import re
import sys
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from xml.parsers import expat

from netral.sheets.refusals import FileBroken, FileEncrypted, FileForeign, FileOversized, FileUntrusted

MAX_PARTS = 500
MAX_UNPACKED = 40 * 2**20
"""The most bytes of all XML parts together when unpacked; the sizes that a zip declares are not believed."""

MAX_RATIO = 120
RATIO_MATTERS_FROM = 2**20
MAX_TAGS = 2_400_000
"""The most start and end tags of all parts together; 20,000 rows of 25 columns have fewer."""

MAX_DEPTH = 100
"""The most elements inside each other; a worksheet has six."""

MAX_NAMES = 2_000
"""The most different names of elements and attributes in one part."""

# The most characters from one `<` to the next: a tag with its attributes and the text behind it. Excel's longest cell
# has 32,767 letters.
LONG = re.compile(rb"<[^<]{262144}")
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
ENCRYPTED_FLAG = 1
XML_SUFFIXES = (".xml", ".rels", ".vml")

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# Parts that show what a zip really is: a part's name -> the name people know such files by.
FOREIGN_PARTS = {
    "xl/workbook.bin": "xlsb",
    "word/document.xml": "docx",
    "ppt/presentation.xml": "pptx",
    "mimetype": "ods",
}

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Package:
    """The XML parts of a workbook by their names in lower case; all have been read, and none is longer than allowed."""

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
    """Refuse an OLE file: an old .xls (FileForeign), or an .xlsx behind a password (FileEncrypted)."""
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
    names = set(map(part_name, infos))
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
    for info in archive.infolist():
        name = part_name(info)
        if name.endswith(XML_SUFFIXES):
            parts[name] = read_part(archive, info, most=left)
            left -= len(parts[name])
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


def part_name(info: zipfile.ZipInfo) -> str:
    return info.filename.replace("\\", "/").lower().lstrip("/")


def local_name(name: str) -> str:
    """Return `row` for `x:row`, since some writers put a prefix before every element."""
    return name.rpartition(":")[2]


def refuse_declaration(*_: object) -> None:
    raise FileUntrusted("xml")


def parse_part(name: str, content: bytes, *, start: Start, text: Text | None = None, end: End | None = None) -> None:
    """Parse one XML part as a whole, since a long token in many pieces costs old expat quadratic time.

    Raises FileBroken (not well-formed), FileOversized (too deep, long or varied) or FileUntrusted (DOCTYPE).
    """
    if LONG.search(content):
        raise FileOversized("isi")
    depth = 0
    names: dict[str, str] = {}

    def enter(element: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH or len(names) > MAX_NAMES:
            raise FileOversized("isi")
        start(element, attributes)

    def leave(element: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(element)

    parser = expat.ParserCreate("utf-8", intern=names)
    parser.buffer_text = True
    parser.StartElementHandler = enter
    parser.EndElementHandler = leave
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse_declaration
    parser.EntityDeclHandler = refuse_declaration
    try:
        parser.Parse(content, True)  # noqa: FBT003  # "this is the last piece": expat's own positional flag
    except (expat.ExpatError, ValueError, OverflowError) as error:
        raise FileBroken(name) from error
