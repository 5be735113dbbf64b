"""A person's claim of the right value: the field, and whether the value is possible. Reads no database."""

from datetime import date
from enum import StrEnum

from netral.certificates.issue.withheld import find_unprintable
from netral.errors import NetralError
from netral.folding import clean, find_forbidden
from netral.organisation.numbers import judge_nip, mask_number, strip_nip
from netral.roster.reading import LIMITS, LIMITS_OF_THE_REST


class CorrectedField(StrEnum):
    NAMA = "nama"
    NIP = "nip"
    OPD = "opd"
    JABATAN = "jabatan"


class State(StrEnum):
    ASKED = "diajukan"
    CHECKED = "diperiksa"
    ACCEPTED = "diterima"
    DECLINED = "ditolak"
    WITHDRAWN = "ditarik"


class Step(StrEnum):
    ASKED = "diajukan"
    SUPPORTED = "didukung"
    DOUBTED = "diragukan"
    ACCEPTED = "diterima"
    DECLINED = "ditolak"
    WITHDRAWN = "ditarik"


OPEN = (State.ASKED, State.CHECKED)
LONGEST = {
    CorrectedField.NAMA: LIMITS["nama"],
    CorrectedField.OPD: LIMITS["opd"],
    CorrectedField.JABATAN: LIMITS_OF_THE_REST["jabatan"],
}


class ClaimMissing(NetralError):
    """The claim is empty."""


class ClaimUnusable(NetralError):
    """The claim has signs that no name has, or no letters at all."""


class ClaimTooLong(NetralError):
    """The claim is too long; the argument is how many characters there may be."""


class ClaimWithNik(NetralError):
    """The text holds a NIK, which is not kept."""


class ClaimUnprintable(NetralError):
    """A name has letters that a certificate cannot print; the argument holds them."""


class NipImpossible(NetralError):
    """The claim cannot be a NIP."""


def read_claim(field: CorrectedField, text: str, *, today: date) -> str:
    """Return the claimed value as it would stand on the roster.

    Raises ClaimMissing, ClaimWithNik, ClaimUnusable, ClaimTooLong, ClaimUnprintable or NipImpossible.
    """
    value = strip_nip(text) if field is CorrectedField.NIP else clean(text)
    if not value:
        raise ClaimMissing
    if mask_number(value) != value:
        raise ClaimWithNik
    if field is CorrectedField.NIP:
        if judge_nip(value, today=today):
            raise NipImpossible
        return value
    if find_forbidden(value) or not any(character.isalpha() for character in value):
        raise ClaimUnusable
    if len(value) > LONGEST[field]:
        raise ClaimTooLong(LONGEST[field])
    if field is CorrectedField.NAMA and (letters := find_unprintable(value)):
        raise ClaimUnprintable(letters)
    return value
