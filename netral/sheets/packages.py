"""The gate before a workbook: it unpacks a zip part by part within bounds, and parses XML without entities."""

import io
import re
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from xml.parsers import expat

from netral.sheets.refusals import FileBroken, FileEncrypted, FileForeign, FileOversized, FileUntrusted

MAX_PARTS = 500


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that is read of a workbook.

    `unpacked`: bytes of all XML parts together; the sizes that a zip declares are not believed. `tags`: start and end
    tags of all parts together. `kept`: bytes of memory for the texts of one part, as a single emoji makes each letter
    of its cell four bytes long.
    """

    unpacked: int
    tags: int
    kept: int


USUAL = Bounds(40 * 2**20, 2_400_000, 48 * 2**20)
"""The bounds of most files: 20,000 rows of 25 columns have fewer tags."""

WIDE = Bounds(160 * 2**20, 12_000_000, 64 * 2**20)
"""The bounds of SIASN's export as it comes: 25,000 rows of 67 columns, of which most are not needed."""

MAX_RATIO = 120
RATIO_MATTERS_FROM = 2**20
MAX_DEPTH = 100
"""The most elements inside each other; a worksheet has six."""

MAX_NAMES = 2_000
"""The most different names of elements and attributes in one part."""

LONGEST = 262_144
"""The most bytes from one `<` to the next: a tag with its attributes and the text behind it, or a comment.

Excel's longest cell has 32,767 letters.
"""

LONG = re.compile(rb"<[^<]{%d}" % LONGEST)
CHUNK = 2**18
OVERLAP = 64
"""The bytes in which a declaration begins, so that it is found where two chunks meet."""

ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, RuntimeError)
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
Watch = Callable[[float], None]
"""A function that is told which share of a file has been read, from 0 to 1."""


def watch_nothing(share: float) -> None:
    """Take no notice."""


class Gauge:
    """Measures how much of a workbook has been read."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self.total = self.seen = 0

    def measure(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            yield chunk
            self.seen += len(chunk)
            self.watch(self.seen / self.total)


@dataclass(frozen=True, slots=True)
class Package:
    """A workbook whose XML parts were checked, by their names in lower case. They are unpacked when asked for."""

    archive: zipfile.ZipFile
    parts: dict[str, zipfile.ZipInfo]
    bounds: Bounds
    gauge: Gauge

    def take(self, name: str, *, most: int) -> bytes | None:
        """Return a small part, which is needed only once. Raises FileOversized if it has more than `most` bytes."""
        info = self.parts.pop(part_key(name), None)
        if info is None:
            return None
        content = b"".join(unpack(self.archive, info, most=most + 1))
        if len(content) > most:
            raise FileOversized("ukuran")
        return content

    def stream(self, name: str) -> Iterator[bytes] | None:
        """Return a large part in pieces for `parse_part`, so that it never stands in memory as a whole."""
        info = self.parts.pop(part_key(name), None)
        if info is None:
            return None
        return cut_at_tags(self.gauge.measure(unpack(self.archive, info, most=self.bounds.unpacked)))


def refuse_ole(data: bytes) -> None:
    """Refuse an OLE file: an old .xls (FileForeign), or an .xlsx behind a password (FileEncrypted)."""
    if data.startswith(OLE):
        if OLE_ENCRYPTED in data:
            raise FileEncrypted
        raise FileForeign("xls")


def open_package(data: bytes, bounds: Bounds = USUAL, watch: Watch = watch_nothing) -> Package:
    """Check a workbook; raises FileForeign, FileEncrypted, FileBroken, FileOversized or FileUntrusted."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        check_contents(archive.infolist(), packed=len(data))
    except ZIP_FAULTS as error:
        raise FileBroken("zip") from error
    parts = {part_name(info): info for info in archive.infolist() if part_name(info).endswith(XML_SUFFIXES)}
    gauge, left, tags = Gauge(watch), bounds.unpacked, 0
    for info in archive.infolist():
        if part_name(info).endswith(XML_SUFFIXES):
            size, found = check_part(archive, info, most=left)
            left, tags, gauge.total = left - size, tags + found, gauge.total + size
    if tags > bounds.tags:
        raise FileOversized("isi")
    return Package(archive, parts, bounds, gauge)


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


def check_part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, *, most: int) -> tuple[int, int]:
    """Check one XML part without keeping it; return its bytes and its tags."""
    size = tags = 0
    has_nul = has_declaration = False
    end = b""
    for chunk in unpack(archive, info, most=most + 1):
        size += len(chunk)
        tags += chunk.count(b"<")
        has_nul = has_nul or b"\0" in chunk
        has_declaration = has_declaration or DECLARATION.search(end + chunk) is not None
        end = chunk[-OVERLAP:]
    if size > most:
        raise FileOversized("ukuran")
    if size > RATIO_MATTERS_FROM and size > MAX_RATIO * max(info.compress_size, 1):
        raise FileOversized("rasio")
    if has_nul:  # UTF-16 would hide a declaration from the search; spreadsheet programs write UTF-8
        raise FileBroken(part_name(info))
    if has_declaration:
        raise FileUntrusted(part_name(info))
    return size, tags


def unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, *, most: int) -> Iterator[bytes]:
    """Unpack at most so many bytes of a part, chunk by chunk. Raises FileBroken."""
    info.file_size = sys.maxsize  # `zipfile` would cut the part off where the zip says that it ends
    try:
        with archive.open(info) as stream:
            while most > 0 and (chunk := stream.read(min(CHUNK, most))):
                most -= len(chunk)
                yield chunk
    except ZIP_FAULTS as error:
        raise FileBroken("zip") from error


def cut_at_tags(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Cut content before tags: expat reads a token that comes in many pieces in quadratic time."""
    rest = b""
    for chunk in chunks:
        joined = rest + chunk
        at = max(joined.rfind(b"<"), 0)
        rest = joined[at:]
        if len(rest) > LONGEST:
            raise FileOversized("isi")
        if at:
            yield joined[:at]
    yield rest


def part_name(info: zipfile.ZipInfo) -> str:
    return info.filename.replace("\\", "/").lower().lstrip("/")


def part_key(name: str) -> str:
    return name.lower().lstrip("/")


def local_name(name: str) -> str:
    """Return `row` for `x:row`, since some writers put a prefix before every element."""
    return name.rpartition(":")[2]


def refuse_declaration(*_: object) -> None:
    raise FileUntrusted("xml")


def parse_part(
    name: str, pieces: Iterable[bytes], *, start: Start, text: Text | None = None, end: End | None = None
) -> None:
    """Parse one XML part, which comes whole or cut before tags.

    Raises FileBroken (not well-formed), FileOversized (too deep, long or varied) or FileUntrusted (DOCTYPE).
    """
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
        feed(parser, pieces)
    except (expat.ExpatError, ValueError, OverflowError) as error:
        raise FileBroken(name) from error


def feed(parser: expat.XMLParserType, pieces: Iterable[bytes]) -> None:
    fed = 0
    for piece in pieces:
        if LONG.search(piece):
            raise FileOversized("isi")
        parser.Parse(piece, False)  # noqa: FBT003  # "this is not the last piece": expat's own positional flag
        fed += len(piece)
        if fed - parser.CurrentByteIndex > len(piece) + LONGEST:  # a comment, which may hold `<`, goes on and on
            raise FileOversized("isi")
    parser.Parse(b"", True)  # noqa: FBT003  # "this was the last piece"
