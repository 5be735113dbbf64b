"""Pictures of the pages: simple drawings in SVG, which are checked since browsers are sent them as they are."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from netral.content.files import SourceFile
from netral.content.findings import Findings, shown

MOST_PACKED = 4_000  # bytes as they are sent
MOST_LETTERS = 32_000
ELEMENTS = frozenset(
    {
        "svg", "g", "defs", "symbol", "use", "title", "desc", "path", "rect", "circle", "ellipse", "line", "polyline",
        "polygon", "text", "tspan", "clipPath",
    }
)  # fmt: skip
NAMESPACE = "http://www.w3.org/2000/svg"
XMLNS = re.compile(r"xmlns(?::xlink)?")
ADDRESS = re.compile(r"(?:xlink:)?href")
NUMBER = re.compile(r"\d{1,4}(?:\.\d+)?")
PAINTS = frozenset({"color", "fill", "stroke"})
NO_COLOUR = re.compile(r"none|currentColor|transparent|inherit|url\(#.*")
# The colours of the pages: aubergine and ink, which no party has.
PALETTE = frozenset(
    {
        "#1E1A22", "#4E4856", "#2F1B37", "#3E2548", "#54345F", "#6B4A78", "#8A6A97", "#BFA9C9", "#D9CBE0", "#ECE4F0",
        "#F6F2F8", "#FFFFFF", "#FFF", "#F4F3F5", "#EFEDF2", "#D5D1D9", "#77717F",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing. `hash` is the SHA-256, in hex, of `svg`; width and height are in pixels."""

    hash: str
    svg: str
    width: int
    height: int

    @property
    def address(self) -> str:
        """Return its address, which changes with the drawing."""
        return f"/gambar/{self.hash}.svg"


class _Refused(Exception):
    """The drawing holds what it may not hold; the argument says what."""


def read_picture(file: SourceFile, found: Findings) -> Picture | None:
    """Read a drawing; one that is not harmless becomes a finding and is not used."""
    svg = "\n".join(line.rstrip() for line in file.text.splitlines()).strip() + "\n"
    packed = len(gzip.compress(svg.encode(), 9, mtime=0))
    if len(svg) > MOST_LETTERS or packed > MOST_PACKED:
        message = f"gambar ini {packed} bita setelah dimampatkan; paling banyak {MOST_PACKED}. Sederhanakan gambarnya."
        found.error(1, "G03", message)
        return None
    drawing = _Drawing(found)
    if not drawing.read(svg):
        return None
    if drawing.size is None:
        message = 'ukuran gambar belum ada. Tulis viewBox="0 0 640 360" pada svg.'
        found.error(1, "G04", message)
        return None
    return Picture(hashlib.sha256(svg.encode()).hexdigest(), svg, *drawing.size)


class _Drawing:
    """A drawing on its way through the parser, which never expands an entity and loads nothing."""

    def __init__(self, found: Findings) -> None:
        self.found = found
        self.size: tuple[int, int] | None = None
        self.depth = 0
        self.odd: dict[str, int] = {}
        self.parser: Any = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.StartDoctypeDeclHandler = lambda *_: self.refuse("DOCTYPE")
        self.parser.ProcessingInstructionHandler = lambda target, _: self.refuse(f"<?{target}")
        self.parser.XmlDeclHandler = self.declare

    def read(self, svg: str) -> bool:
        try:
            self.parser.Parse(svg.encode(), True)  # noqa: FBT003 - expat takes it by position
        except expat.ExpatError as error:
            message = "gambar ini bukan SVG yang utuh. Simpan ulang sebagai SVG biasa (plain SVG)."
            self.found.error(error.lineno, "G01", message)
            return False
        except _Refused as refused:
            message = f'gambar ini memuat "{shown(str(refused))}", yang tidak boleh ada. Hapus bagian itu.'
            self.found.error(self.parser.CurrentLineNumber, "G02", message)
            return False
        for colour, line in self.odd.items():
            message = f'warna "{shown(colour)}" tidak termasuk palet Netral. Pakai ungu atau abu-abu palet itu.'
            self.found.warn(line, "G05", message)
        return True

    def refuse(self, what: str) -> None:
        raise _Refused(what)

    def declare(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding and encoding.lower() != "utf-8":
            self.refuse(f"encoding={encoding}")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name not in ELEMENTS or (self.depth == 0) != (name == "svg"):
            self.refuse(f"<{name}")
        for key, value in attributes.items():
            self.check(key, value)
        if self.depth == 0:
            if attributes.get("xmlns") != NAMESPACE:
                self.refuse("<svg tanpa xmlns")
            self.size = _size(attributes)
        self.depth += 1

    def end(self, name: str) -> None:
        self.depth -= 1

    def check(self, key: str, value: str) -> None:
        """Refuse what runs or loads, and note colours that are not ours."""
        compact = "".join(value.split()).lower()
        if key.lower().startswith("on") or key in {"style", "class"}:
            self.refuse(key)
        if ADDRESS.fullmatch(key) and not compact.startswith("#"):
            self.refuse(f"{key}={value}")
        if "url(" in compact.replace("url(#", ""):
            self.refuse(value)
        if not XMLNS.fullmatch(key) and (":" in compact or "\\" in compact or key.startswith("xml:base")):
            self.refuse(f"{key}={value}")
        if key in PAINTS and value.upper() not in PALETTE and not NO_COLOUR.fullmatch(value):
            self.odd.setdefault(value, self.parser.CurrentLineNumber)


def _size(attributes: dict[str, str]) -> tuple[int, int] | None:
    """Return the width and height of the viewBox, else those of the drawing."""
    box = attributes.get("viewBox", "").replace(",", " ").split()
    numbers = box[2:] if box else [attributes.get("width", ""), attributes.get("height", "")]
    plain = [number.removesuffix("px") for number in numbers]
    if len(plain) != len(("width", "height")) or not all(NUMBER.fullmatch(number) for number in plain):
        return None
    width, height = (round(float(number)) for number in plain)
    return (width, height) if width and height else None
