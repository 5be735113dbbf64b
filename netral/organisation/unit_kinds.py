"""Kinds of units, and the one that a name speaks of."""

import re
from enum import StrEnum

from netral.folding import fold


class UnitKind(StrEnum):
    OPD = "opd"
    UPTD = "uptd"
    KECAMATAN = "kecamatan"
    KELURAHAN = "kelurahan"
    SEKOLAH = "sekolah"
    BIDANG = "bidang"
    LAINNYA = "lainnya"


SPOKEN = (
    (UnitKind.KECAMATAN, re.compile(r"(?:kantor )?(?:kecamatan|distrik) (?!.*sekretariat)")),
    (UnitKind.KELURAHAN, re.compile(r"(?:kantor )?(?:kelurahan|desa) ")),
    (
        UnitKind.SEKOLAH,
        re.compile(r"(?:(?:sd|smp|sma|smk|tk|slb|paud)n? |(?:sd|smp|sma|smk|tk|slb) negeri|sekolah |skb )"),
    ),
    (UnitKind.UPTD, re.compile(r"(?:uptd?|uptb|puskesmas|pustu|labkesda|balai|rsud) ")),
    (UnitKind.BIDANG, re.compile(r"(?:bidang|bagian|sekretariat|seksi|sub ?bagian|sub ?bidang|inspektur pembantu)\b")),
)


def guess_unit_kind(nama: str, *, is_root: bool) -> UnitKind:
    """For units that a roster names and nobody has described: a start, which `opd import` corrects."""
    folded = f"{fold(nama)} "
    for kind, pattern in SPOKEN:
        if pattern.match(folded) and not (is_root and kind is UnitKind.BIDANG):
            return kind
    return UnitKind.OPD if is_root else UnitKind.LAINNYA


PERANGKAT_DAERAH = re.compile(
    r"(?:dinas|badan|kecamatan|distrik|kantor|rsud|rumah sakit|satuan polisi|inspektorat"
    r"|sekretariat (?:daerah|dprd|dewan))\b"
)


def is_perangkat_daerah(nama: str) -> bool:
    """Return whether a name alone tells a perangkat daerah, for lists that name a unit and nothing above it."""
    return PERANGKAT_DAERAH.match(fold(nama)) is not None


def is_part_of_office(nama: str) -> bool:
    """Return whether a unit is a bidang, bagian, seksi or sekretariat; many perangkat daerah have one of that name."""
    return guess_unit_kind(nama, is_root=False) is UnitKind.BIDANG
