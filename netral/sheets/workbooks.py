"""Reading an .xlsx workbook: its sheets in their order, each as rows of text (ECMA-376 part 1, 18.2 to 18.8)."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from sys import getsizeof

from netral.sheets.cells import MAX_KEPT, MAX_TEXT, is_date_format, text_of_string
from netral.sheets.packages import Package, open_package
from netral.sheets.refusals import FileBroken, FileForeign, FileOversized
from netral.sheets.rows import Sheet
from netral.sheets.worksheets import read_worksheet
from netral.sheets.xml_events import local_name, parse_part

WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
MAX_SHEETS = 200
"""Sheets of one workbook: enough for one per perangkat daerah of a large pemda."""

MAX_LIST = 2 * 2**20
"""Bytes of each of the two parts that only list the others."""

MAX_STYLES = 16 * 2**20
"""Bytes of the styles; a workbook into which styles were pasted for years has a tenth of it."""


@dataclass(frozen=True, slots=True)
class SheetEntry:
    name: str
    relation: str
    hidden: bool


@dataclass(slots=True)
class Gathering:
    """What has been met so far in one of the small parts of a workbook."""

    entries: list[SheetEntry] = field(default_factory=list)
    targets: dict[str, str] = field(default_factory=dict)
    formats: dict[int, str] = field(default_factory=dict)
    styles: list[int] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    text: str = ""
    inside: str = ""
    kept: int = 0

    def keep(self, string: str) -> None:
        self.strings.append(string)
        self.kept += getsizeof(string)
        if self.kept > MAX_KEPT:
            raise FileOversized("isi")


def read_workbook(data: bytes) -> Iterator[Sheet]:
    """Yield the sheets in their order, each read only when it is asked for.

    Raises what `open_package` raises, and FileOversized when there are too many sheets.
    """
    package = open_package(data)
    content = package.take(WORKBOOK, most=MAX_LIST)
    if content is None:
        raise FileForeign("zip")
    entries = list_sheets(content)
    targets = read_targets(package)
    strings = read_strings(package)
    date_styles = read_date_styles(package)
    if len(entries) > MAX_SHEETS:
        raise FileOversized("lembar")
    parts = [targets[entry.relation] for entry in entries if entry.relation in targets]
    if len({entry.name for entry in entries}) < len(entries) or len({*parts}) < len(parts):
        raise FileBroken(WORKBOOK)
    for entry in entries:
        part = package.take(targets.get(entry.relation, ""))
        if part is not None:
            yield read_worksheet(entry.name, part, strings, date_styles, hidden=entry.hidden)


def list_sheets(content: bytes) -> list[SheetEntry]:
    found = Gathering()

    def start(name: str, attributes: dict[str, str]) -> None:
        if local_name(name) == "sheet":
            relation = next((value for key, value in attributes.items() if local_name(key) == "id"), "")
            hidden = attributes.get("state", "visible") != "visible"
            found.entries.append(SheetEntry(attributes.get("name", ""), relation, hidden))

    parse_part(WORKBOOK, content, start=start)
    return found.entries


def read_targets(package: Package) -> dict[str, str]:
    """Relation id -> name of the worksheet's part."""
    content = package.take(RELATIONS, most=MAX_LIST)
    if content is None:
        raise FileBroken(RELATIONS)
    found = Gathering()

    def start(name: str, attributes: dict[str, str]) -> None:
        if attributes.get("Type", "").endswith("/worksheet"):
            target = attributes.get("Target", "").replace("\\", "/")
            found.targets[attributes.get("Id", "")] = posixpath.normpath(posixpath.join("/xl", target))

    parse_part(RELATIONS, content, start=start)
    return found.targets


def read_strings(package: Package) -> list[str]:
    """The shared strings; of rich text its runs joined, without phonetic hints (`rPh`)."""
    content = package.take("xl/sharedstrings.xml")
    found = Gathering()

    def start(name: str, attributes: dict[str, str]) -> None:
        name = local_name(name)
        if name == "si":
            found.text = ""
        if name in {"t", "rPh"}:
            found.inside += f"/{name}"

    def end(name: str) -> None:
        name = local_name(name)
        if name == "si":
            found.keep(text_of_string(found.text))
        if name in {"t", "rPh"}:
            found.inside = found.inside.removesuffix(f"/{name}")

    def text(characters: str) -> None:
        if found.inside == "/t":
            found.text = (found.text + characters)[:MAX_TEXT]

    if content is not None:
        parse_part("xl/sharedStrings.xml", content, start=start, end=end, text=text)
    return found.strings


def read_date_styles(package: Package) -> frozenset[int]:
    """The cell styles whose numbers are days."""
    content = package.take("xl/styles.xml", most=MAX_STYLES)
    found = Gathering()

    def start(name: str, attributes: dict[str, str]) -> None:
        match local_name(name):
            case "numFmt":
                found.formats[whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
            case "cellXfs":
                found.inside = "cellXfs"
            case "xf" if found.inside:
                found.styles.append(whole(attributes.get("numFmtId")))

    def end(name: str) -> None:
        if local_name(name) == "cellXfs":
            found.inside = ""

    if content is not None:
        parse_part("xl/styles.xml", content, start=start, end=end)
    dates = {number for number in set(found.styles) if is_date_format(number, found.formats.get(number, ""))}
    return frozenset(index for index, number in enumerate(found.styles) if number in dates)


def whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 0
