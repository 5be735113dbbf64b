"""A roster as one step: people, accounts, periods; and back again."""

from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.errors import NotFound
from netral.learning.enrolments import Enrolled, get_enrolled
from netral.learning.models import Enrolment
from netral.learning.opening import open_period
from netral.learning.roster_imports import Applied, apply_import, expect, undo_import
from netral.organisation.models import Asn
from netral.organisation.undoing import NotUndoable
from netral.pledges.signing import Outcome, answer_otherwise
from tests.factories import NOW, make_instansi
from tests.learning.make import KODE, later, make_plan, publish_small
from tests.organisation.importing import UPLOAD, make_place, plan
from tests.organisation.roster_generator import Person, make_people


def apply(session: Session, people: list[Person], *, hours: int = 0, **more: Any) -> Applied:
    planned = plan(session, people, create_units=True)
    applied = apply_import(session, planned, upload=UPLOAD, now=later(hours=hours), by=None, **more)
    session.commit()
    return applied


def open_with(session: Session, people: list[Person]) -> int:
    """A period on this roster; returns the id of the instansi."""
    instansi_id = make_place(session).id
    apply(session, people)
    publish_small(session)
    open_period(session, instansi_id=instansi_id, plan=make_plan(), now=NOW, by=None)
    session.commit()
    return instansi_id


def standings(session: Session) -> list[str]:
    return list(session.scalars(select(Enrolment.standing).order_by(Enrolment.id)))


def test_applying_gives_accounts_and_joins_the_running_period(session: Session) -> None:
    people = make_people(4)
    open_with(session, people[:3])

    applied = apply(session, people, hours=1)

    assert (len(applied.result.added), applied.accounts) == (1, 1)
    assert [(each.kode, each.joined) for each in applied.periods] == [(KODE, 1)]
    assert len(session.scalars(select(User)).all()) == 4


def test_applying_again_changes_nothing(session: Session) -> None:
    people = make_people(3)
    open_with(session, people)

    again = apply(session, people, hours=1)

    assert (again.result.import_id, again.accounts, again.periods[0].total) == (None, 0, 0)


def test_a_preview_expects_what_applying_then_does(session: Session) -> None:
    people = make_people(4)
    open_with(session, people[:3])
    planned = plan(session, people[1:], create_units=True)

    expected = expect(session, planned, deactivate_missing=True, now=later(hours=1))
    session.rollback()
    applied = apply(session, people[1:], hours=1, deactivate_missing=True)

    assert expected == applied.periods
    assert (expected[0].joined, expected[0].left) == (1, 1)


def test_undoing_takes_who_joined_out_again_and_brings_leavers_back(session: Session) -> None:
    people = make_people(4)
    instansi_id = open_with(session, people[:3])
    applied = apply(session, people[1:], hours=1, deactivate_missing=True)
    assert standings(session) == ["keluar", "wajib", "wajib", "wajib"]
    session.rollback()

    undone = undo_import(
        session, instansi_id=instansi_id, import_id=applied.result.import_id or 0, now=later(hours=2), by=None
    )
    session.commit()

    assert (undone.periods[0].left, undone.periods[0].returned) == (1, 1)
    assert standings(session) == ["wajib", "wajib", "wajib", "keluar"]


def test_who_has_acted_since_is_left_as_he_is(session: Session) -> None:
    people = make_people(4)
    instansi_id = open_with(session, people[:3])
    applied = apply(session, people, hours=1)
    newcomer = applied.result.added[0]
    asked = later(hours=2)
    answer_otherwise(session, asn_id=newcomer, kode=None, outcome=Outcome.TANYA_DULU, now=asked, by=None)

    undone = undo_import(
        session, instansi_id=instansi_id, import_id=applied.result.import_id or 0, now=later(hours=3), by=None
    )
    session.commit()

    assert [each.asn_id for each in undone.result.left_alone] == [newcomer]
    assert see(session, newcomer).standing == "wajib"


def see(session: Session, asn_id: int) -> Enrolled:
    return get_enrolled(session, asn_id=asn_id, kode=KODE, now=NOW)


def test_only_the_last_import_is_undone_and_only_at_home(session: Session) -> None:
    people = make_people(4)
    instansi_id = open_with(session, people[:2])
    first = apply(session, people[:3], hours=1).result.import_id or 0
    apply(session, people, hours=2)
    other = make_instansi(session, kode="lain").id

    with pytest.raises(NotUndoable):
        undo_import(session, instansi_id=instansi_id, import_id=first, now=later(hours=3), by=None)
    with pytest.raises(NotFound):
        undo_import(session, instansi_id=other, import_id=first, now=later(hours=3), by=None)


def test_a_corrected_name_reaches_the_account(session: Session) -> None:
    people = make_people(2)
    open_with(session, people)
    for table in (Asn, User):
        session.execute(update(table).values(nama="Nama lama"))
    session.commit()

    apply(session, people, hours=1)

    assert set(session.scalars(select(User.nama))) == set(session.scalars(select(Asn.nama)))
    assert "Nama lama" not in session.scalars(select(User.nama)).all()
