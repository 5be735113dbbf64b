"""The groups in which the answers of people are compared."""

from datetime import date

import pytest

from netral.learning.exams.groups import Group, list_groups


@pytest.mark.parametrize(
    ("kind", "born", "groups"),
    [
        ("PNS", "19940503", (Group.PNS, Group.YOUNGER)),
        ("PPPK", "19940502", (Group.PPPK, Group.MIDDLE)),
        ("PPPK-PW", "19790503", (Group.PPPK, Group.MIDDLE)),
        ("PNS", "19790502", (Group.PNS, Group.OLDER)),
        ("PNS", "19799999", (Group.PNS,)),
        ("PNS", None, (Group.PNS,)),
        ("PPNPN", "19790502", ()),
    ],
)
def test_a_person_is_in_the_group_of_their_kind_and_age(kind: str, born: str | None, groups: tuple[Group, ...]) -> None:
    assert list_groups(kind, born, on=date(2029, 5, 2)) == groups
