"""Users and roles: who may be what, and who cannot be removed."""

import pytest
from sqlalchemy import Engine, delete, event, func, select
from sqlalchemy.orm import Session

from netral.accounts.access import Permission, Reach, Role
from netral.accounts.codes import CodeRefused, check_code, issue_codes
from netral.accounts.models import OneTimeCode, RoleGrant, User
from netral.accounts.officers import name_operators
from netral.accounts.sessions import begin_session, end_all_sessions, find_actor
from netral.accounts.users import (
    GrantedAlready,
    HolderGone,
    LastOfficer,
    LoginTaken,
    RoleNeedsOpd,
    grant_role,
    make_user,
    open_accounts,
    revoke_role,
)
from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.errors import NotFound, NotPermitted
from netral.organisation.models import Asn
from tests import factories
from tests.factories import NOW, make_asn, make_instansi, make_opd


def grant(session: Session, user: User, role: Role, instansi_id: int | None, opd_id: int | None = None) -> None:
    grant_role(session, Act(None, NOW, instansi_id), user=user, role=role, opd_id=opd_id)


def revoke(session: Session, user: User, role: Role, instansi_id: int | None) -> None:
    revoke_role(session, Act(None, NOW, instansi_id), user=user, role=role)


def test_a_login_name_is_given_once(session: Session) -> None:
    make_user(session, Act(None, NOW), login="Dewi", nama="Dewi")

    with pytest.raises(LoginTaken):
        make_user(session, Act(None, NOW), login=" dewi ", nama="Dewi lain")


@pytest.mark.parametrize("role", [Role.BKPSDM, Role.INSPEKTORAT])
def test_the_last_officer_of_an_instansi_cannot_be_removed(session: Session, role: Role) -> None:
    instansi = make_instansi(session)
    dewi = factories.make_user(session, nama="Dewi", instansi=instansi)
    grant(session, dewi, role, instansi.id)

    with pytest.raises(LastOfficer):
        revoke(session, dewi, role, instansi.id)


def test_a_bkpsdm_of_another_instansi_does_not_stand_in(session: Session) -> None:
    here, there = make_instansi(session), make_instansi(session, kode="lain")
    dewi, eka = (factories.make_user(session, nama=nama, instansi=here) for nama in ("Dewi", "Eka"))
    grant(session, dewi, Role.BKPSDM, here.id)
    grant(session, eka, Role.BKPSDM, there.id)

    with pytest.raises(LastOfficer):
        revoke(session, dewi, Role.BKPSDM, here.id)


def test_with_a_successor_a_bkpsdm_can_go(session: Session) -> None:
    instansi = make_instansi(session)
    dewi, eka = (factories.make_user(session, nama=nama, instansi=instansi) for nama in ("Dewi", "Eka"))
    for user in (dewi, eka):
        grant(session, user, Role.BKPSDM, instansi.id)
    revoke(session, dewi, Role.BKPSDM, instansi.id)

    with pytest.raises(LastOfficer):
        revoke(session, eka, Role.BKPSDM, instansi.id)
    with pytest.raises(NotFound):
        revoke(session, dewi, Role.BKPSDM, instansi.id)


def test_a_role_is_granted_once_and_may_be_granted_again_after_it_was_revoked(session: Session) -> None:
    instansi = make_instansi(session)
    user = factories.make_user(session, instansi=instansi)
    grant(session, user, Role.PIMPINAN, instansi.id)
    with pytest.raises(GrantedAlready):
        grant(session, user, Role.PIMPINAN, instansi.id)
    revoke(session, user, Role.PIMPINAN, instansi.id)

    grant(session, user, Role.PIMPINAN, instansi.id)


def test_who_has_left_is_given_no_role(session: Session) -> None:
    opd = make_opd(session)
    budi = factories.make_user(session, asn=make_asn(session, opd=opd, nama="Budi Santoso", active=False))

    with pytest.raises(HolderGone):
        grant(session, budi, Role.OPERATOR_OPD, opd.instansi_id, opd.id)


def test_an_operator_needs_an_opd(session: Session) -> None:
    instansi = make_instansi(session)

    with pytest.raises(RoleNeedsOpd):
        grant(session, factories.make_user(session, instansi=instansi), Role.OPERATOR_OPD, instansi.id)


def test_everybody_on_the_roster_gets_an_account_once(session: Session) -> None:
    opd = make_opd(session)
    siti, budi = make_asn(session, opd=opd), make_asn(session, opd=opd, nama="Budi Santoso")
    make_asn(session, opd=opd, nama="Sudah pensiun", active=False)

    assert open_accounts(session, instansi_id=opd.instansi_id, now=NOW) == 2
    assert open_accounts(session, instansi_id=opd.instansi_id, now=NOW) == 0
    assert set(session.scalars(select(User.login))) == {siti.nip, budi.nip}


def test_a_person_from_another_instansi_gets_an_account_here_too(session: Session) -> None:
    there = make_asn(session, opd=make_opd(session, instansi=make_instansi(session, kode="lain")))
    open_accounts(session, instansi_id=there.instansi_id, now=NOW)
    here = make_asn(session, opd=make_opd(session, instansi=make_instansi(session)), nip=there.nip)

    assert open_accounts(session, instansi_id=here.instansi_id, now=NOW) == 1
    assert session.scalars(select(User.login).where(User.asn_id == here.id)).one() == f"{here.nip}@{here.instansi_id}"


def test_an_operator_reaches_one_subtree_only(session: Session) -> None:
    opd = make_opd(session)
    budi = factories.make_user(session, asn=make_asn(session, opd=opd, nama="Budi Santoso"))
    grant(session, budi, Role.OPERATOR_OPD, opd.instansi_id, opd.id)
    begin_session(session, user_id=budi.id, token="rahasia", now=NOW)
    actor = find_actor(session, token="rahasia", now=NOW)

    assert actor is not None
    assert actor.reach(Permission.VIEW_PEOPLE) == Reach(opd.instansi_id, opd.path)
    assert actor.may(Permission.LEARN)
    with pytest.raises(NotPermitted):
        actor.reach(Permission.MANAGE_ROSTER)


def test_a_change_of_role_ends_sessions_and_open_codes(session: Session) -> None:
    instansi = make_instansi(session)
    eka = factories.make_user(session, nama="Eka", instansi=instansi)
    for change in (grant, revoke):
        issue_codes(session, Act(None, NOW), user_ids=[eka.id], new_code=iter(["ABCDE23456"]).__next__)
        begin_session(session, user_id=eka.id, token=change.__name__, now=NOW)
        change(session, eka, Role.PIMPINAN, instansi.id)

        assert find_actor(session, token=change.__name__, now=NOW) is None
        with pytest.raises(CodeRefused):
            check_code(session, login=eka.login, code="ABCDE23456", now=NOW)
        session.execute(delete(OneTimeCode))


def test_a_role_that_is_there_already_ends_nothing(session: Session) -> None:
    instansi = make_instansi(session)
    eka = factories.make_user(session, nama="Eka", instansi=instansi)
    grant(session, eka, Role.INSPEKTORAT, instansi.id)
    begin_session(session, user_id=eka.id, token="rahasia", now=NOW)

    with pytest.raises(GrantedAlready):
        grant(session, eka, Role.INSPEKTORAT, instansi.id)
    assert find_actor(session, token="rahasia", now=NOW)


def test_an_ended_session_has_no_actor(session: Session) -> None:
    user = factories.make_user(session, instansi=make_instansi(session))
    begin_session(session, user_id=user.id, token="rahasia", now=NOW)
    end_all_sessions(session, user_id=user.id, now=NOW)

    assert find_actor(session, token="rahasia", now=NOW) is None


def test_a_list_of_operators_takes_as_many_statements_as_one_of_them(session: Session, engine: Engine) -> None:
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))
    dinas, costs = make_opd(session), []
    for count in (1, 50):
        people = [factories.make_user(session, asn=make_asn(session, opd=dinas)) for _ in range(count)]
        session.commit()
        pairs, act = [(each.id, dinas.id) for each in people], Act(None, NOW, dinas.instansi_id)
        seen.clear()
        assert name_operators(session, act, pairs=pairs) == count
        session.commit()
        costs.append(len(seen))

    assert costs[0] == costs[1]
    events = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "role.granted")
    assert session.scalar(events) == 51


def test_a_list_with_somebody_who_has_left_names_nobody(session: Session) -> None:
    dinas = make_opd(session)
    siti, budi = (
        factories.make_user(session, asn=make_asn(session, opd=dinas, nama=nama)) for nama in ("Siti", "Budi")
    )
    session.get_one(Asn, budi.asn_id).active = False
    session.commit()

    with pytest.raises(HolderGone):
        name_operators(session, Act(None, NOW, dinas.instansi_id), pairs=[(siti.id, dinas.id), (budi.id, dinas.id)])
    session.rollback()
    assert session.scalars(select(RoleGrant)).all() == []
