"""A roster as one step: people, accounts, periods; and undoing it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.accounts.models import RoleGrant, User
from netral.accounts.sessions import begin_session, find_actor
from netral.accounts.users import end_roles_of_departed, grant_role
from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.errors import NotFound
from netral.learning.periods.enrolments import Enrolled, get_enrolled
from netral.learning.periods.models import Enrolment
from netral.learning.periods.opening import open_period
from netral.organisation.models import Asn
from netral.pledges.signing import Outcome, answer_otherwise
from netral.roster.applying import RosterResult, apply_roster
from netral.roster.following import follow_roster
from netral.roster.undoing import NotUndoable, plan_undo, undo_roster
from tests.factories import NOW, make_instansi, make_user
from tests.learning.make import KODE, later, make_plan, publish_small
from tests.roster.importing import UPLOAD, make_place, plan, plan_rows
from tests.roster.roster_generator import Person, make_people, make_person

HEADINGS = ("NIP", "NIP LAMA", "NAMA", "JENIS ASN", "PERANGKAT DAERAH")
RINA = make_person(1, nama="Rina Wati", jenis="PPPK", unit="")
NEW_NIP = f"{RINA.nip[:8]}2026122000"


def apply(session: Session, people: list[Person], *, hours: int = 0, **more: Any) -> RosterResult:
    planned = plan(session, people, create_units=True)
    applied = apply_roster(session, planned, upload=UPLOAD, now=later(hours=hours), by=None, **more)
    session.commit()
    return applied


def open_with(session: Session, people: list[Person]) -> int:
    """Open a period on this roster; return the id of the instansi."""
    instansi_id = make_place(session).id
    apply(session, people)
    publish_small(session)
    open_period(session, Act(None, NOW, instansi_id), make_plan())
    session.commit()
    return instansi_id


def standings(session: Session) -> list[str]:
    return list(session.scalars(select(Enrolment.standing).order_by(Enrolment.id)))


def test_applying_gives_accounts_and_joins_the_running_period(session: Session) -> None:
    people = make_people(4)
    open_with(session, people[:3])

    applied = apply(session, people, hours=1)

    assert (len(applied.added), applied.accounts) == (1, 1)
    assert [(each.kode, each.joined) for each in applied.followed] == [(KODE, 1)]
    assert len(session.scalars(select(User)).all()) == 4


def test_applying_again_changes_nothing(session: Session) -> None:
    people = make_people(3)
    open_with(session, people)

    again = apply(session, people, hours=1)

    assert (again.import_id, again.accounts, again.followed) == (None, 0, ())


def test_undoing_takes_joiners_out_and_brings_leavers_back(session: Session) -> None:
    people = make_people(4)
    instansi_id = open_with(session, people[:3])
    applied = apply(session, people[1:], hours=1, deactivate_missing=True, confirmed=1)
    assert standings(session) == ["keluar", "wajib", "wajib", "wajib"]
    session.rollback()

    import_id = applied.import_id or 0
    undone = undo_roster(session, instansi_id=instansi_id, import_id=import_id, now=later(hours=2), by=None)
    session.commit()

    assert (undone.followed[0].left, undone.followed[0].returned) == (1, 1)
    assert standings(session) == ["wajib", "wajib", "wajib", "keluar"]


def test_a_role_ends_with_its_holder_and_undoing_gives_it_back_except_oversight(session: Session) -> None:
    people = make_people(4)
    instansi_id = open_with(session, people)
    budi, eka, fitri = session.scalars(select(User).order_by(User.id)).all()[:3]
    act = Act(None, NOW, instansi_id)
    grant_role(session, act, user=budi, role=Role.OPERATOR_OPD, opd_id=session.scalars(select(Asn.opd_id)).first())
    for user in (eka, fitri):
        grant_role(session, act, user=user, role=Role.INSPEKTORAT)
    begin_session(session, user_id=budi.id, token="rahasia", now=NOW)
    session.commit()

    applied = apply(session, people[2:], hours=1, deactivate_missing=True, confirmed=2)

    assert [read_roles(session, user) for user in (budi, eka, fitri)] == [[], [], ["inspektorat"]]
    assert find_actor(session, token="rahasia", now=later(hours=1)) is None
    import_id = applied.import_id or 0
    undo_roster(session, instansi_id=instansi_id, import_id=import_id, now=later(hours=2), by=None)
    session.commit()
    assert [read_roles(session, user) for user in (budi, eka)] == [["operator_opd"], []]


def test_a_roster_does_not_end_all_oversight(session: Session) -> None:
    people = make_people(4)
    instansi_id = open_with(session, people)
    eka, fitri = session.scalars(select(User).order_by(User.id)).all()[:2]
    for user in (eka, fitri):
        grant_role(session, Act(None, NOW, instansi_id), user=user, role=Role.INSPEKTORAT)
    session.commit()

    apply(session, people[2:], hours=1, deactivate_missing=True, confirmed=2)

    assert [read_roles(session, user) for user in (eka, fitri)] == [["inspektorat"]] * 2


def test_a_sweep_and_a_roster_at_once_end_each_role_once(session: Session, engine: Engine) -> None:
    instansi_id = open_with(session, make_people(4))
    people = session.scalars(select(User).order_by(User.id)).all()
    act, opd_id = Act(None, NOW, instansi_id), session.scalars(select(Asn.opd_id)).first()
    for user in people:
        grant_role(session, act, user=user, role=Role.OPERATOR_OPD, opd_id=opd_id)
    session.execute(update(Asn).values(active=False))
    session.commit()

    def run(number: int) -> None:
        with Session(engine) as own:
            if number % 2:
                end_roles_of_departed(own, act)
            else:
                follow_roster(own, instansi_id=instansi_id, now=NOW, by=None)
            own.commit()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    assert not any(read_roles(session, user) for user in people)
    assert session.scalar(select(func.count()).where(AuditEvent.action == "role.revoked")) == len(people)


def read_roles(session: Session, user: User) -> list[str]:
    session.expire_all()
    statement = select(RoleGrant.role).where(RoleGrant.user_id == user.id, RoleGrant.revoked_at.is_(None))
    return list(session.scalars(statement))


def test_undoing_leaves_people_who_have_acted_since(session: Session) -> None:
    people = make_people(4)
    instansi_id = open_with(session, people[:3])
    applied = apply(session, people, hours=1)
    newcomer = applied.added[0]
    asked = later(hours=2)
    answer_otherwise(session, Act(None, asked), asn_id=newcomer, kode=KODE, outcome=Outcome.TANYA_DULU)

    import_id = applied.import_id or 0
    foreseen = plan_undo(session, instansi_id=instansi_id, import_id=import_id, now=later(hours=3))
    undone = undo_roster(session, instansi_id=instansi_id, import_id=import_id, now=later(hours=3), by=None)
    session.commit()

    assert [each.asn_id for each in undone.plan.left_alone] == [newcomer]
    assert foreseen.left_alone == undone.plan.left_alone
    assert see(session, newcomer).standing == "wajib"


def test_a_changed_nip_keeps_account_and_progress_and_goes_back_when_undone(session: Session) -> None:
    instansi_id = open_with(session, [RINA])
    rina = session.scalars(select(Asn.id)).one()
    planned = plan_rows(session, HEADINGS, (NEW_NIP, RINA.nip, RINA.nama, "PNS", RINA.opd))

    applied = apply_roster(session, planned, upload=UPLOAD, now=later(hours=1), by=None)
    session.commit()

    assert (applied.accounts, [each.total for each in applied.followed]) == (0, [0])
    assert logins(session) == {rina: NEW_NIP}
    assert session.scalars(select(Enrolment.asn_id)).all() == [rina]
    import_id = applied.import_id or 0
    undo_roster(session, instansi_id=instansi_id, import_id=import_id, now=later(hours=2), by=None)
    session.commit()
    assert logins(session) == {rina: RINA.nip}
    assert session.scalars(select(Asn.nip)).all() == [RINA.nip]


def test_a_login_that_somebody_else_has_is_not_taken(session: Session) -> None:
    open_with(session, [RINA])
    make_user(session, login=NEW_NIP)
    rina = session.scalars(select(Asn.id)).one()
    planned = plan_rows(session, HEADINGS, (NEW_NIP, RINA.nip, RINA.nama, "PNS", RINA.opd))

    apply_roster(session, planned, upload=UPLOAD, now=later(hours=1), by=None)
    session.commit()

    assert logins(session)[rina] == RINA.nip


def logins(session: Session) -> dict[int | None, str]:
    """Return the logins of people on the roster by their ids."""
    return {user.asn_id: user.login for user in session.scalars(select(User).where(User.asn_id.is_not(None)))}


def see(session: Session, asn_id: int) -> Enrolled:
    return get_enrolled(session, asn_id=asn_id, kode=KODE)


def test_only_the_last_import_is_undone_and_only_at_home(session: Session) -> None:
    people = make_people(4)
    instansi_id = open_with(session, people[:2])
    first = apply(session, people[:3], hours=1).import_id or 0
    apply(session, people, hours=2)
    other = make_instansi(session, kode="lain").id

    with pytest.raises(NotUndoable):
        undo_roster(session, instansi_id=instansi_id, import_id=first, now=later(hours=3), by=None)
    with pytest.raises(NotFound):
        undo_roster(session, instansi_id=other, import_id=first, now=later(hours=3), by=None)


def test_a_corrected_name_reaches_the_account(session: Session) -> None:
    people = make_people(2)
    open_with(session, people)
    session.execute(update(Asn).values(nama="Nama lama"))
    session.execute(update(User).values(nama="Nama lama"))
    session.commit()

    apply(session, people, hours=1)

    assert set(session.scalars(select(User.nama))) == set(session.scalars(select(Asn.nama)))
    assert "Nama lama" not in session.scalars(select(User.nama)).all()
