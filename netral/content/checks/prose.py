"""Plain sentences; no HTML, no pictures that some readers cannot see."""

import re
from collections.abc import Iterable, Iterator

from netral.content.contents import Block
from netral.content.findings import FindingBook, Findings, shown
from netral.content.markdown import CITATION, images, passages

MOST_WORDS = 25
HTML = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>|<!--|&[a-z]{2,8};")
CODE = re.compile(r"`[^`]*`")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
SENTENCE_END = re.compile(r"(?<=[.!?])[\"”'’)\]*_]*\s+(?=[\"“'‘(\[*_]*[A-Z0-9])")
ABBREVIATION = re.compile(
    r"(?:^|[\s(\"“])(?:[A-Za-z]|no|ps|jl|dr|drs|prof|yth|sdr|tgl|hlm|jo|dll|dsb|dst|a\.n)\.$", re.IGNORECASE
)


def check_prose(blocks: Iterable[Block], book: FindingBook) -> None:
    for block in blocks:
        found = book.at(block.path)
        for passage in passages(block.text):
            line = block.line + passage.line
            _check_html(passage.text, line, found)
            _check_sentences(passage.text, line, found)
        for line, description in images(block.text):
            _check_image(description, block.line + line, found)


def _check_html(text: str, line: int, found: Findings) -> None:
    for match in HTML.finditer(CODE.sub(lambda code: " " * len(code[0]), text)):
        message = f'tanda HTML "{shown(match[0])}" tidak dipakai. Hapus, lalu pakai tanda Markdown.'
        found.error(line + text.count("\n", 0, match.start()), "H01", message)


def _check_image(description: str, line: int, found: Findings) -> None:
    if not description:
        found.error(line, "H02", "gambar ini tidak punya keterangan. Tulis ![apa yang terlihat](berkas).")
    message = "gambar belum dapat ditampilkan. Jelaskan dengan kalimat atau tabel."
    found.error(line, "H03", message)


def _check_sentences(text: str, line: int, found: Findings) -> None:
    for start, sentence in _sentences(text):
        words = sum(any(map(str.isalnum, word)) for word in _readable(sentence).split())
        if words > MOST_WORDS:
            message = f'kalimat "{shown(" ".join(sentence.split()))}" memuat {words} kata; paling banyak {MOST_WORDS}.'
            found.warn(line + text.count("\n", 0, start), "K01", f"{message} Bagi menjadi beberapa kalimat.")


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """Where each sentence begins, and the sentence; an abbreviation does not end one."""
    start = 0
    for end in SENTENCE_END.finditer(text):
        if ABBREVIATION.search(text[start : end.start()]):
            continue
        yield start, text[start : end.start()]
        start = end.end()
    yield start, text[start:]


def _readable(sentence: str) -> str:
    """Citations are shown as short markers and addresses not at all."""
    return LINK.sub(r"\1", CITATION.sub(" ", sentence))
