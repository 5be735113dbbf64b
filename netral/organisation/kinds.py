"""Kinds of ASN, and their standing, as offices write them."""

import re
from enum import StrEnum
from itertools import pairwise

from netral.folding import fold


class AsnKind(StrEnum):
    PNS = "PNS"
    PPPK = "PPPK"
    PPPK_PW = "PPPK-PW"
    PPNPN = "PPNPN"


def listed(text: str) -> tuple[str, ...]:
    """Split a list of phrases at its commas."""
    return tuple(text.split(", "))


SPOKEN_KINDS = (
    (
        AsnKind.PPNPN,
        re.compile(
            r"\b(?:ppnpn|non ?(?:asn|pns|pegawai negeri(?: sipil)?)|honor(?:er)?|thl|phl|phtt?|ptt"
            r"|pegawai tidak tetap|tkk|tks|gtt"
            r"|tenaga (?:kontrak|harian lepas|sukarela)|outsourcing|alih daya)\b"
        ),
    ),
    (AsnKind.PPPK_PW, re.compile(r"\b(?:paruh waktu|part time|(?:pppk|p3k) ?pw)\b")),
    (AsnKind.PPPK, re.compile(r"\b(?:pppk|p3k|pegawai pemerintah dengan perjanjian kerja)\b")),
    (AsnKind.PNS, re.compile(r"\b(?:c?pnsd?|(?:calon )?pegawai negeri sipil)\b")),
)
"""Words that tell a kind. They are looked for in this order, and taken out: `non PNS` is no `PNS`."""

GRADE_OF_PNS = re.compile(r"(?:i|ii|iii|iv) ?[a-e]")
GRADES_OF_PPPK = frozenset(listed("i, ii, iii, iv, v, vi, vii, viii, ix, x, xi, xii, xiii, xiv, xv, xvi, xvii"))


class Standing(StrEnum):
    ACTIVE = "active"
    ENDED = "ended"
    UNKNOWN = "unknown"


ACTIVE = frozenset(
    listed(
        "aktif, masih aktif, aktif bekerja, aktif kembali, bekerja, cpns pns, pns, cpns, pppk, p3k, pppk paruh waktu"
    )
)
TELLS_NO_KIND = ACTIVE | frozenset(("p", "c"))
# A person who prepares for retirement or is suspended is still an ASN.
NOT_ENDED = re.compile(r"persiapan pensiun|sementara")
ENDED = re.compile(
    r"\b(?:pensiun|meninggal|wafat|tewas|gugur|diberhentikan|pemberhentian|berhenti|bup|batas usia pensiun"
    r"|mengundurkan diri|pindah instansi|pindah keluar|mutasi keluar|tidak aktif|non ?aktif)\b"
)


def read_standing(text: str) -> Standing:
    """Read KEDUDUKAN HUKUM: whether the person still serves. A blank cell means that they do."""
    if not text:
        return Standing.ACTIVE
    folded = fold(text)
    if folded.removesuffix(" aktif") in ACTIVE:
        return Standing.ACTIVE
    if ENDED.search(folded) and not NOT_ENDED.search(folded):
        return Standing.ENDED
    return Standing.UNKNOWN


def read_kind(text: str) -> AsnKind | None:
    """Read the kind from any words that tell one: `PNS Daerah Kab/Kota` is a PNS. A text with two kinds tells none."""
    left, found = fold(text), set()
    for kind, pattern in SPOKEN_KINDS:
        shorter = pattern.sub(" ", left)
        if shorter != left:
            found.add(kind)
            left = shorter
    if AsnKind.PPPK_PW in found:
        found.discard(AsnKind.PPPK)
    return found.pop() if len(found) == 1 else None


def tells_no_kind(text: str) -> bool:
    """Return whether a text where the kind should stand tells only that the person serves: `Aktif`, or SIASN's `P`."""
    return not text or fold(text) in TELLS_NO_KIND


def kind_by_grade(golongan: str) -> AsnKind | None:
    """Tell the kind by the grade, when a file does not name it: PNS stand in I/a to IV/e, PPPK in I to XVII."""
    folded = fold(golongan)
    if any(GRADE_OF_PNS.fullmatch(part) for part in (folded, *pairs(folded))):
        return AsnKind.PNS
    return AsnKind.PPPK if folded in GRADES_OF_PPPK else None


def pairs(folded: str) -> list[str]:
    """Return the pairs of neighbouring words, one of which is the grade in `Penata Muda, III/a`."""
    words = folded.split()
    return [" ".join(pair) for pair in pairwise(words)]
