"""Plain sentences, no HTML, no pictures that some readers cannot see, and no real party or candidate.

Readers must not see a side taken in their lessons.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from netral.content.characters import TYPOGRAPHY, clean_characters, fold_dashes
from netral.content.contents import Block
from netral.content.files import SourceFile
from netral.content.findings import FindingBook, Findings, shown
from netral.content.markdown import CITATION, MISCONCEPTION, PICTURE, TRUTH, Image
from netral.content.pictures import Picture

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


def check_prose(blocks: Iterable[Block], pictures: Mapping[str, Picture], book: FindingBook) -> None:
    for block in blocks:
        found = book.at(block.path)
        _check_callouts(block, found)
        for passage in block.passages:
            line = block.line + passage.line
            _check_html(passage.text, line, found)
            _check_citations(passage.text, line, found)
            _check_sentences(passage.text, line, found)
            for image in passage.images:
                _check_image(image, block, pictures, line, found)


def _check_html(text: str, line: int, found: Findings) -> None:
    for match in HTML.finditer(CODE.sub(lambda code: " " * len(code[0]), text)):
        message = f'tanda HTML "{shown(match[0])}" tidak dipakai. Hapus, lalu pakai tanda Markdown.'
        found.error(line + text.count("\n", 0, match.start()), "H01", message)


def _check_citations(text: str, line: int, found: Findings) -> None:
    """Refuse a citation that cannot be read: the page would show it with its brackets."""
    for match in CITATION_START.finditer(CITATION.sub(lambda citation: " " * len(citation[0]), text)):
        message = f'rujukan "{shown(match[0])}" tidak dapat dibaca. Tulis [@norma aturan]: [@SKB-2-2022 lamp.II-A4].'
        found.error(line + text.count("\n", 0, match.start()), "R08", message)


def _check_image(image: Image, block: Block, pictures: Mapping[str, Picture], line: int, found: Findings) -> None:
    if not image.description:
        found.error(line, "H02", "gambar ini tidak punya keterangan. Tulis ![apa yang terlihat](gambar/nama.svg).")
    if not (block.is_page and image.alone):
        message = "gambar di sini tidak ditampilkan. Letakkan di halaman modul sebagai paragraf tersendiri."
        found.error(line, "H03", message)
        return
    name = PICTURE.fullmatch(image.address)
    if name is None or name[1] not in pictures:
        message = f'gambar "{shown(image.address)}" tidak ada. Simpan sebagai gambar/nama-berkas.svg di folder isi.'
        found.error(line, "H04", message)


def _check_callouts(block: Block, found: Findings) -> None:
    """Refuse a misconception that stands undenied, since readers keep what they read first."""
    for callout in block.callouts:
        if (callout.kinds[0] == MISCONCEPTION) != (TRUTH in callout.kinds):
            message = "kutipan ini memuat Anggapan tanpa Kenyataannya, atau sebaliknya. Tulis keduanya, berurutan."
            found.error(block.line + callout.line, "H05", message)


def _check_sentences(text: str, line: int, found: Findings) -> None:
    for start, sentence in _sentences(text):
        words = sum(any(map(str.isalnum, word)) for word in _readable(sentence).split())
        if words > MOST_WORDS:
            message = f'kalimat "{shown(" ".join(sentence.split()))}" memuat {words} kata; paling banyak {MOST_WORDS}.'
            found.warn(line + text.count("\n", 0, start), "K01", f"{message} Bagi menjadi beberapa kalimat.")


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """Yield each sentence with its place; an abbreviation does not end a sentence."""
    start = 0
    for end in SENTENCE_END.finditer(text):
        if ABBREVIATION.search(text, max(start, end.start() - LONGEST_ABBREVIATION), end.start()):
            continue
        yield start, text[start : end.start()]
        start = end.end()
    yield start, text[start:]


def _readable(sentence: str) -> str:
    """Return the text as it is read: citations are shown as short markers, addresses not at all."""
    return LINK.sub(r"\1", CITATION.sub(" ", sentence))


# Where an officer names the source of a rule, the address of a newspaper may hold any word.
SOURCE = re.compile(r"^[ \t]*(?:sumber|url_jdih)[ \t]*:.*$", re.MULTILINE)

# These words name a party or candidate in any spelling.
UNMISTAKABLE = (
    "Gabthat", "Gerindra", "Golkar", "Nasdem", "PDI Perjuangan", "PDI-P", "PDI-Perjuangan", "PDIP", "Perindo",
)  # fmt: skip
# These words are also a place, a tax, a contract or a ministry, unless a word of politics precedes them.
ABBREVIATIONS = ("PAN", "PAS Aceh", "PBB", "PDA", "PKB", "PKN", "PKS", "PNA", "PPP", "PSI")
POLITICS = ("caleg", "fraksi", "partai", "politikus", "politisi")
# The parties of 2024, including those of Aceh. Most names are ordinary words, so a capital and "Partai" make them a
# party.
NAMES = (
    "Aceh", "Adil Sejahtera Aceh", "Amanat Nasional", "Bulan Bintang", "Buruh", "Darul Aceh", "Demokrat",
    "Garda Republik", "Garuda", "Gelombang Rakyat", "Gelora", "Generasi Atjeh", "Gerakan Indonesia Raya",
    "Golongan Karya", "Hanura", "Hati Nurani Rakyat", "Keadilan Sejahtera", "Kebangkitan Bangsa",
    "Kebangkitan Nusantara", "Nanggroe Aceh", "Persatuan Indonesia", "Persatuan Pembangunan", "SIRA",
    "Solidaritas Indonesia", "Soliditas Independen", "Ummat",
)  # fmt: skip
PEOPLE = (
    "Agus Harimurti", "Ahok", "Airlangga Hartarto", "Andika Perkasa", "Anies", "Basuki Tjahaja Purnama",
    "Bobby Nasution", "Cak Imin", "Dharma Pongrekun", "Ganjar Pranowo", "Gibran", "Joko Widodo", "Jokowi",
    "Jusuf Kalla", "Kaesang", "Khofifah", "Ma'ruf Amin", "Mahfud MD", "Megawati", "Muhaimin Iskandar", "Prabowo",
    "Pramono Anung", "Puan Maharani", "Rano Karno", "Ridwan Kamil", "Sandiaga Uno", "Susilo Bambang Yudhoyono",
    "Tri Rismaharini",
)  # fmt: skip


def _any_of(words: Iterable[str]) -> str:
    """Return a pattern for any of these names, which may be broken over two lines."""
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))


PARTY = re.compile(
    rf"\b(?:(?i:{_any_of(UNMISTAKABLE)})"
    rf"|(?i:{_any_of(POLITICS)})\s+(?:{_any_of(ABBREVIATIONS)})"
    rf"|(?:[Pp]artai|PARTAI)\s+(?:{_any_of([*NAMES, *(name.upper() for name in NAMES)])})"
    r"|HANURA)\b"
)
PERSON = re.compile(rf"\b(?:{_any_of([*PEOPLE, *(name.upper() for name in PEOPLE)])})\b")


def check_names(files: Iterable[SourceFile], book: FindingBook) -> None:
    for file in files:
        text = SOURCE.sub("", fold_dashes(clean_characters(file.text).translate(TYPOGRAPHY)))
        for pattern, what, instead in (
            (PARTY, "partai politik", "Partai X"),
            (PERSON, "tokoh politik", "calon X"),
        ):
            for match in pattern.finditer(text):
                name = shown(" ".join(match[0].split()))
                message = f'"{name}" adalah nama {what} sungguhan. Pakai nama rekaan, misalnya {instead}.'
                book.at(file.path).error(text.count("\n", 0, match.start()) + 1, "N01", message)
