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


SPELLINGS = {
    AsnKind.PNS: listed("pns, cpns, pnsd, pns daerah, pegawai negeri sipil, calon pegawai negeri sipil, calon pns"),
    AsnKind.PPPK: listed(
        "pppk, p3k, pppk penuh waktu, p3k penuh waktu, pegawai pemerintah dengan perjanjian kerja, "
        "pegawai pemerintah dengan perjanjian kerja pppk, pppk guru, pppk teknis, pppk tenaga teknis, pppk kesehatan, "
        "pppk tenaga kesehatan"
    ),
    AsnKind.PPPK_PW: listed(
        "pppk paruh waktu, p3k paruh waktu, pppk pw, p3k pw, paruh waktu, pppkpw, pppk part time, "
        "pegawai pemerintah dengan perjanjian kerja paruh waktu"
    ),
    AsnKind.PPNPN: listed(
        "ppnpn, non asn, non pns, nonasn, honorer, tenaga honorer, thl, tenaga harian lepas, phl, ptt, "
        "pegawai tidak tetap, tkk, tenaga kontrak, pegawai pemerintah non pegawai negeri, "
        "pegawai pemerintah non pegawai negeri ppnpn"
    ),
}
BY_SPELLING = {spelling: kind for kind, spellings in SPELLINGS.items() for spelling in spellings}
GRADE_OF_PNS = re.compile(r"(?:i|ii|iii|iv) ?[a-e]")
GRADES_OF_PPPK = frozenset(listed("i, ii, iii, iv, v, vi, vii, viii, ix, x, xi, xii, xiii, xiv, xv, xvi, xvii"))


class Standing(StrEnum):
    ACTIVE = "active"
    ENDED = "ended"
    UNKNOWN = "unknown"


ACTIVE = frozenset(("aktif", "masih aktif", "aktif bekerja", "aktif kembali", "bekerja", "cpns pns"))
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
    if folded.removesuffix(" aktif") in ACTIVE or read_kind(folded.removesuffix(" aktif")):
        return Standing.ACTIVE
    if ENDED.search(folded) and not NOT_ENDED.search(folded):
        return Standing.ENDED
    return Standing.UNKNOWN


def read_kind(text: str) -> AsnKind | None:
    return BY_SPELLING.get(fold(text))


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
