"""Jam pelajaran (JP) of a period, and the kinds of training as SIASN numbers them. Pure data and its rules.

Nothing computes JP: the instansi sets them and names the basis.
"""

from dataclasses import dataclass

from netral.errors import NetralError

FEWEST_JP, MOST_JP = 1, 99


class JpOutOfRange(NetralError):
    """JP are 1 to 99; the arguments are the given value, the lowest and the highest."""


class JpWithoutBasis(NetralError):
    """JP need the decision or curriculum that they follow from."""


class BasisWithoutJp(NetralError):
    """A basis was given without the JP that it is the basis of."""


class DiklatUnknown(NetralError):
    """SIASN has no such kind of training among those that Netral can be; the argument is the number."""


@dataclass(frozen=True, slots=True)
class DiklatKind:
    """A kind of training. `certificate` is the letter that SIASN wants for its certificates.

    The name is printed on certificates, so it never changes.
    """

    name: str
    certificate: str


# Numbers and letters as in the table jenisDiklat of SIASN; left out is what a course like this cannot be.
KINDS = {
    3: DiklatKind("Diklat teknis", "T"),
    4: DiklatKind("Workshop", "P"),
    7: DiklatKind("Sosialisasi", "P"),
    8: DiklatKind("Bimbingan teknis", "T"),
    9: DiklatKind("Seminar", "P"),
    11: DiklatKind("Kursus", "T"),
    16: DiklatKind("E-learning", "T"),
    17: DiklatKind("Pelatihan jarak jauh", "T"),
    22: DiklatKind("Belajar mandiri", "T"),
}


@dataclass(frozen=True, slots=True)
class Hours:
    """The JP of a period, if any, their basis and the kind of training."""

    jp: int | None = None
    jp_dasar: str = ""
    jenis_diklat: int | None = None


def check_hours(hours: Hours) -> None:
    """Raise JpOutOfRange, JpWithoutBasis, BasisWithoutJp or DiklatUnknown unless the values go together."""
    if hours.jp is not None and not FEWEST_JP <= hours.jp <= MOST_JP:
        raise JpOutOfRange(hours.jp, FEWEST_JP, MOST_JP)
    if hours.jp is not None and not hours.jp_dasar.strip():
        raise JpWithoutBasis
    if hours.jp is None and hours.jp_dasar.strip():
        raise BasisWithoutJp
    if hours.jenis_diklat is not None and hours.jenis_diklat not in KINDS:
        raise DiklatUnknown(hours.jenis_diklat)


def name_kind(number: int | None) -> str:
    """Return the name of a kind of training; empty for none."""
    kind = KINDS.get(number or 0)
    return kind.name if kind else ""
