"""Groups of people whose answers to an item are compared, to see whether it is harder for some who are equally able.

Only how many people of a group answered is kept, never the group of a person.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from netral.organisation.kinds import AsnKind
from netral.organisation.numbers import read_birth


class Group(StrEnum):
    """A kind of ASN, or an age band. The values are kept in `item_tally.by_group`."""

    PNS = "pns"
    PPPK = "pppk"
    YOUNGER = "muda"
    MIDDLE = "tengah"
    OLDER = "tua"


COMPARED = ((Group.PNS, Group.PPPK), (Group.MIDDLE, Group.YOUNGER), (Group.MIDDLE, Group.OLDER))
"""The reference group and the focal group of each comparison."""

BY_KIND: Mapping[str, Group] = {
    AsnKind.PNS: Group.PNS,
    AsnKind.PPPK: Group.PPPK,
    AsnKind.PPPK_PW: Group.PPPK,
}
MIDDLE_AGE, OLDER_AGE = 35, 50


def list_groups(kind: str, birth_digits: str | None, *, on: date) -> tuple[Group, ...]:
    """Return the groups of a person on a day. PPNPN, who have no NIP and other questions, are in none."""
    by_kind = BY_KIND.get(kind)
    if by_kind is None:
        return ()
    born = read_birth(birth_digits or "")
    return (by_kind,) if born is None else (by_kind, band_of(born, on=on))


def band_of(born: date, *, on: date) -> Group:
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    if age < MIDDLE_AGE:
        return Group.YOUNGER
    return Group.MIDDLE if age < OLDER_AGE else Group.OLDER
