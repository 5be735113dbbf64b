"""Marks that a page would show as they stand, or hide, because they are no Markdown of these files."""

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile

from netral.content.contents import Block
from netral.content.files import SourceFile
from netral.content.findings import FindingBook, Findings, shown
from netral.content.markdown import Passage
from netral.content.normalising import SOAL

MERGE = re.compile(r"(?:<{7}|>{7}|\|{7})(?: |$)|={7}$")
STRESS = re.compile(r"\*\*|(?<!\w)__|__(?!\w)|(?<![\w*])\*(?=\w)|(?<![\w_])_(?=\w)|`")
NOTE = re.compile(r"\[\^[^\]\s]{1,20}\]")
BARE = re.compile(r"(?:https?://|www\.)\S+")
LINK = re.compile(r"https://[^/\s?#]+\.[^/\s?#]+|mailto:[^@\s]+@[^@\s]+")
INSIDE = re.compile(r"#|\.{0,2}/|\S+\.md\b")
OPEN_LINK = re.compile(r"\[[^\[\]]+\]\s?[(\[][^()\[\]]*[)\]]?")
PIPES = re.compile(r"^\s*\|.*\|.*\|", re.MULTILINE)
COLUMNS = re.compile(r"^\S.*\S {3,}\S", re.MULTILINE)
LETTERED = re.compile(r"^\s*\(?(?:[a-z]|\d{1,2})[.)]\s+\S", re.MULTILINE)
# Word's own fonts put such letters in place of boxes and ticks; readers see an empty square.
PRIVATE = re.compile("[\ue000-\uf8ff]")
FORGIVEN = re.compile("\\s*[\uf0b7\uf0a7\uf0d8\uf076]\\s")
TABLE_RULE = re.compile(r"\s*\|?(?:\s*:?-+:?\s*\|)+\s*(?::?-+:?\s*)?$")
CELL_END = re.compile(r"(?<!\\)\|")
# Fists, thumbs, fingers, palms and claps: several of them are the sign of a party or of a number.
HAND = re.compile(
    "[\u261a-\u261f\u270a-\u270d\U0001f446-\U0001f450\U0001f4aa\U0001f58e-\U0001f596\U0001f64b\U0001f64c\U0001f64f"
    "\U0001f90c\U0001f90f\U0001f918-\U0001f91f\U0001f932\U0001faf0-\U0001faf8]"
)


def check_marks(blocks: Iterable[Block], files: Iterable[SourceFile], book: FindingBook) -> None:
    for block in blocks:
        for passage in block.passages:
            _check_passage(passage, block.line + passage.line, book.at(block.path))
    for file in files:
        _check_file(file, book.at(file.path))


def _check_passage(passage: Passage, line: int, found: Findings) -> None:
    def error(match: re.Match[str], code: str, message: str) -> None:
        found.error(line + match.string.count("\n", 0, match.start()), code, message)

    literal = passage.literal
    if sign := STRESS.search(literal):
        message = f"tanda {sign[0]} ini tidak ditutup. Tulis {sign[0]}kata{sign[0]} tanpa spasi di dalamnya, atau hapus"
        error(sign, "H06", f"{message}.")
    if note := NOTE.search(literal):
        error(note, "H07", f'catatan kaki "{note[0]}" tidak ditampilkan. Tulis isinya dalam kalimat, atau hapus.')
    repair = 'Tulis "| kolom | kolom |", lalu "|---|---|" di bawahnya, dengan baris kosong di atas tabel.'
    if table := PIPES.search(literal):
        error(table, "H08", f"baris ini bukan tabel. {repair}")
    elif columns := list(COLUMNS.finditer(literal))[1:2]:
        error(columns[0], "H08", f"tabel dari pengolah kata menjadi satu paragraf. {repair}")
    if lettered := list(LETTERED.finditer(literal))[1:2]:
        message = 'butir a, b, c atau 1, 2, 3 menjadi satu paragraf. Awali setiap butir dengan "- ": "- a. ...".'
        found.warn(line + literal.count("\n", 0, lettered[0].start()), "H11", message)
    for message in _bad_links(passage):
        found.error(line, "H09", message)


def _bad_links(passage: Passage) -> Iterator[str]:
    repair = "Tulis [kata](https://alamat) dengan alamat lengkap."
    for address in passage.links:
        if not LINK.match(address):
            instead = "Sebut judul modulnya saja." if INSIDE.match(address) else repair
            yield f'tautan "{shown(address)}" tidak dapat dibuka dari halaman ini. {instead}'
    for match in OPEN_LINK.finditer(passage.literal):
        yield f'tautan "{shown(match[0])}" tidak dapat dibaca. {repair}'
    literal = OPEN_LINK.sub(" ", passage.literal)
    for match in BARE.finditer(literal):
        yield f'alamat "{shown(match[0])}" tidak menjadi tautan. {repair}'


def _check_tables(lines: Iterable[str], found: Findings) -> None:
    """Refuse a row with more cells than its table has columns: no page shows the last ones."""
    width, before = 0, ""
    for number, line in enumerate(takewhile(lambda line: not SOAL.match(line), lines), 1):
        if "|" not in line:
            width = 0
        elif TABLE_RULE.match(line) and "|" in before:
            width = _count_cells(before)
        elif 0 < width < (cells := _count_cells(line)):
            message = f"baris tabel ini punya {cells} sel, kepala tabelnya {width}; sisanya tidak tampil."
            found.error(number, "H08", f"{message} Samakan jumlahnya.")
        before = line


def _count_cells(line: str) -> int:
    row = line.strip()
    return len(CELL_END.split(row)) - row.startswith("|") - bool(re.search(r"(?<!\\)\|$", row))


def _check_file(file: SourceFile, found: Findings) -> None:
    lines = file.text.split("\n")
    if "|" in file.text and file.path.endswith(".md"):
        _check_tables(lines, found)
    has_private = PRIVATE.search(file.text) is not None
    for number, line in enumerate(lines, 1):
        if MERGE.match(line.rstrip()):
            message = f'tanda "{line[:7]}" ditinggalkan penggabungan dua versi. Pilih salah satu versi, hapus tandanya.'
            found.error(number, "B11", message)
        if has_private and (private := PRIVATE.search(FORGIVEN.sub("", line, count=1))):
            message = f'tanda "{private[0]}" dari pengolah kata tampil sebagai kotak kosong. Tulis "- " untuk butir'
            found.error(number, "H12", f'{message}, "- [ ] " untuk pilihan, atau hapus.')
        if hand := HAND.search(line):
            message = f"gambar tangan {hand[0]} dapat dibaca sebagai dukungan. Hapus, atau tulis kata-katanya."
            found.error(number, "H10", message)
