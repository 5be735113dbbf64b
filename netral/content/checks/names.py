"""No real party and no real candidate occurs in what is taught: whoever reads it must not see a side taken."""

import re
from collections.abc import Iterable

from netral.content.files import SourceFile
from netral.content.findings import FindingBook, shown
from netral.content.normalising import clean_characters
from netral.content.signs import TYPOGRAPHY, fold_dashes

# Where an officer names the source of a rule, the address of a newspaper may hold any word.
SOURCE = re.compile(r"^[ \t]*(?:sumber|url_jdih)[ \t]*:.*$", re.MULTILINE)

# These mean nothing else, however they are written.
UNMISTAKABLE = (
    "Gabthat", "Gerindra", "Golkar", "Nasdem", "PDI Perjuangan", "PDI-P", "PDI-Perjuangan", "PDIP", "Perindo",
)  # fmt: skip
# These are also a place, a tax, a contract or a ministry, unless a word of politics stands before them.
ABBREVIATIONS = ("PAN", "PAS Aceh", "PBB", "PDA", "PKB", "PKN", "PKS", "PNA", "PPP", "PSI")
POLITICS = ("caleg", "fraksi", "partai", "politikus", "politisi")
# The parties of 2024, those of Aceh included; most are ordinary words, so a capital and "Partai" make them a name.
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
    """A name may be broken over two lines."""
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
