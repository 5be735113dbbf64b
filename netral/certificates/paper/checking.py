"""The proof that a PDF is fit to be handed out: what its QR code says, read from the very bytes of the file."""

import re
import zlib
from itertools import chain

from netral.certificates.proof.qr import PRINTED_MM, QUIET, QrCode, QrUnreadable, decode_back

STREAM = re.compile(rb"(?<!end)stream\r?\n")
PAGES = re.compile(rb"/Type\s*/Pages\b[^>]*/Count (\d+)|/Count (\d+)[^>]*/Type\s*/Pages\b")
# The code, as the typesetter writes it: a white square, then all dark modules as one path in their units.
FIGURE = re.compile(
    rb"q (?P<scale>[\d.]+) 0 0 -(?P=scale) (?P<place>[\d.]+ [\d.]+) cm\s*/c\d+ cs 1 scn "
    rb"0 0 m (?P<width>\d+) 0 l (?P=width) (?P=width) l 0 (?P=width) l\s+h\s+f\s+Q\s+"
    rb"q (?P=scale) 0 0 -(?P=scale) (?P=place) cm\s*/c\d+ cs (?P<ink>[\d. ]+) scn (?P<path>[\dmlh\s]*)f\s+Q"
)
RUN = re.compile(rb"\s*(\d+) (\d+) m (\d+) \2 l \3 (\d+) l \1 \4 l\s+h")
POINTS_PER_MM = 72 / 25.4
INEXACT_MM = 0.01
DARK = 0.2
"""Of the ink's three parts, from 0 for none to 1 for full light."""


def count_pages(pdf: bytes) -> int:
    return sum(int(one or other) for one, other in PAGES.findall(pdf))


def prove(pdf: bytes, text: str) -> None:
    """Its one QR code has 35 mm and says `text` on a poor print as well; raises QrUnreadable."""
    figures = list(chain.from_iterable(FIGURE.finditer(content) for content in read_streams(pdf)))
    if len(figures) != 1:
        raise QrUnreadable(text)
    (figure,) = figures
    modules = read_modules(figure["path"], int(figure["width"]))
    printed_mm = float(figure["scale"]) * len(modules) / POINTS_PER_MM
    if modules == () or abs(printed_mm - PRINTED_MM) > INEXACT_MM or max(map(float, figure["ink"].split())) > DARK:
        raise QrUnreadable(text)
    decode_back(QrCode(text, modules))


def read_streams(pdf: bytes) -> list[bytes]:
    """Those that are compressed as all of a page's content is."""
    contents = []
    for start in STREAM.finditer(pdf):
        try:
            contents.append(zlib.decompressobj().decompress(pdf[start.end() :]))
        except zlib.error:
            continue
    return contents


def read_modules(path: bytes, width: int) -> tuple[tuple[bool, ...], ...]:
    """The dark modules that a path of upright rectangles fills, quiet zone apart; none where it is something else."""
    grid = [[False] * width for _ in range(width)]
    if RUN.sub(b"", path).strip():
        return ()
    for run in RUN.findall(path):
        left, top, right, bottom = map(int, run)
        for row in grid[top:bottom]:
            row[left:right] = [True] * (right - left)
    edge = (*grid[:QUIET], *grid[-QUIET:], *(row[:QUIET] + row[-QUIET:] for row in grid))
    if any(map(any, edge)) or any(len(row) != width for row in grid):
        return ()
    return tuple(tuple(row[QUIET:-QUIET]) for row in grid[QUIET:-QUIET])
