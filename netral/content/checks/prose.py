"""Plain sentences; no HTML, no pictures that some readers cannot see."""

import re
from collections.abc import Iterable, Iterator

from netral.content.contents import Block
from netral.content.findings import FindingBook, Findings, shown
from netral.content.markdown import CITATION

MOST_WORDS = 25
LONGEST_ABBREVIATION = 8
HTML = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>|<!--|&[a-z]{2,8};")
CODE = re.compile(r"`[^`]*`")
CITATION_START = re.compile(r"\[@.{0,20}")
LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)")
SENTENCE_END = re.compile(r"(?<=[.!?])[\"”'’)\]*_]*\s+(?=[\"“'‘(\[*_]*[A-Z0-9])")
ABBREVIATION = re.compile(
    r"(?:^|[\s(\"“])(?:[A-Za-z]|no|ps|jl|dr|drs|prof|yth|sdr|tgl|hlm|jo|dll|dsb|dst|a\.n)\.$", re.IGNORECASE
)


def check_prose(blocks: Iterable[Block], book: FindingBook) -> None:
    for block in blocks:
        found = book.at(block.path)
        for passage in block.passages:
            line = block.line + passage.line
            _check_html(passage.text, line, found)
            _check_citations(passage.text, line, found)
            _check_sentences(passage.text, line, found)
            for description in passage.images:
                _check_image(description, line, found)


def _check_html(text: str, line: int, found: Findings) -> None:
    for match in HTML.finditer(CODE.sub(lambda code: " " * len(code[0]), text)):
        message = f'tanda HTML "{shown(match[0])}" tidak dipakai. Hapus, lalu pakai tanda Markdown.'
        found.error(line + text.count("\n", 0, match.start()), "H01", message)


def _check_citations(text: str, line: int, found: Findings) -> None:
    """What looks like a citation and cannot be read as one would stand on the page with its brackets."""
    for match in CITATION_START.finditer(CITATION.sub(lambda citation: " " * len(citation[0]), text)):
        message = f'rujukan "{shown(match[0])}" tidak dapat dibaca. Tulis [@norma aturan]: [@SKB-2-2022 lamp.II-A4].'
        found.error(line + text.count("\n", 0, match.start()), "R08", message)


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
        if ABBREVIATION.search(text, max(start, end.start() - LONGEST_ABBREVIATION), end.start()):
            continue
        yield start, text[start : end.start()]
        start = end.end()
    yield start, text[start:]


def _readable(sentence: str) -> str:
    """Citations are shown as short markers and addresses not at all."""
    return LINK.sub(r"\1", CITATION.sub(" ", sentence))
