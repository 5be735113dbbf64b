"""Marks that a page would show as they stand, or hide, because they are no Markdown of these files."""

import re
from collections.abc import Iterable, Iterator

from netral.content.contents import Block
from netral.content.files import SourceFile
from netral.content.findings import FindingBook, Findings, shown
from netral.content.markdown import Passage

MERGE = re.compile(r"(?:<{7}|>{7}|\|{7})(?: |$)|={7}$")
BOLD = re.compile(r"\*\*|(?<!\w)__|__(?!\w)")
NOTE = re.compile(r"\[\^[^\]\s]{1,20}\]")
BARE = re.compile(r"(?:https?://|www\.)\S+")
LINK = re.compile(r"https://[^/\s?#]+\.[^/\s?#]+|mailto:[^@\s]+@[^@\s]+")
OPEN_LINK = re.compile(r"\[[^\[\]]+\]\s?[(\[][^()\[\]]*[)\]]?")
PIPES = re.compile(r"^\s*\|.*\|.*\|", re.MULTILINE)
COLUMNS = re.compile(r"^\S.*\S {3,}\S", re.MULTILINE)
LETTERED = re.compile(r"^\s*[a-z][.)]\s+\S", re.MULTILINE)
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
    if bold := BOLD.search(literal):
        message = f"tanda {bold[0]} ini tidak ditutup. Tulis {bold[0]}kata{bold[0]} tanpa spasi di dalamnya, atau hapus"
        error(bold, "H06", f"{message}.")
    if note := NOTE.search(literal):
        error(note, "H07", f'catatan kaki "{note[0]}" tidak ditampilkan. Tulis isinya dalam kalimat, atau hapus.')
    repair = 'Tulis "| kolom | kolom |", lalu "|---|---|" di bawahnya, dengan baris kosong di atas tabel.'
    if table := PIPES.search(literal):
        error(table, "H08", f"baris ini bukan tabel. {repair}")
    elif columns := list(COLUMNS.finditer(literal))[1:2]:
        error(columns[0], "H08", f"tabel dari pengolah kata menjadi satu paragraf. {repair}")
    if lettered := list(LETTERED.finditer(literal))[1:2]:
        message = 'butir berhuruf menjadi satu paragraf. Awali setiap butir dengan "- ": "- a. ...".'
        found.warn(line + literal.count("\n", 0, lettered[0].start()), "H11", message)
    for message in _bad_links(passage):
        found.error(line, "H09", message)


def _bad_links(passage: Passage) -> Iterator[str]:
    repair = "Tulis [kata](https://alamat) dengan alamat lengkap."
    for address in passage.links:
        if not LINK.match(address):
            yield f'tautan "{shown(address)}" tidak dapat dibuka dari halaman ini. {repair}'
    for match in OPEN_LINK.finditer(passage.literal):
        yield f'tautan "{shown(match[0])}" tidak dapat dibaca. {repair}'
    literal = OPEN_LINK.sub(" ", passage.literal)
    for match in BARE.finditer(literal):
        yield f'alamat "{shown(match[0])}" tidak menjadi tautan. {repair}'


def _check_file(file: SourceFile, found: Findings) -> None:
    for number, line in enumerate(file.text.split("\n"), 1):
        if MERGE.match(line.rstrip()):
            message = f'tanda "{line[:7]}" ditinggalkan penggabungan dua versi. Pilih salah satu versi, hapus tandanya.'
            found.error(number, "B11", message)
        if hand := HAND.search(line):
            message = f"gambar tangan {hand[0]} dapat dibaca sebagai dukungan. Hapus, atau tulis kata-katanya."
            found.error(number, "H10", message)
