"""Proposals of two officers: who may make and confirm them, once, and for how long."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.accounts.codes import CodeRefused, check_code, issue_codes
from netral.accounts.models import OneTimeCode, Proposal, RoleGrant, SecondFactor, User
from netral.accounts.officers import name_officer
from netral.accounts.proposals import (
    Choice,
    OwnProposal,
    ProposalOpen,
    ProposalSettled,
    confirm,
    decline,
    find_target,
    list_choices,
    propose,
    withdraw,
)
from netral.accounts.sessions import read_grants
from netral.accounts.two_persons import Kind, State
from netral.accounts.users import grant_role, revoke_role
from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.errors import NetralError, NotPermitted
from netral.organisation.models import Instansi
from netral.organisation.writing import change_people
from tests.factories import NOW, make_asn, make_instansi, make_opd, make_user

CODE = "ABCDE23456"
NEW_CODE = Choice(Kind.CODE)


@pytest.fixture
def instansi(session: Session) -> Instansi:
    return make_instansi(session)


Name = Callable[..., User]


@pytest.fixture
def name(session: Session, instansi: Instansi) -> Name:
    """Return `name("Dewi", Role.BKPSDM)`, which makes an officer of the instansi."""

    def make(nama: str, role: Role | None = None, *, where: Instansi | None = instansi) -> User:
        user = make_user(session, nama=nama, instansi=where, password_hash="lama")
        if role:
            place = None if role is Role.PENGELOLA or where is None else where.id
            grant_role(session, Act(None, NOW, place), user=user, role=role)
        session.commit()
        return user

    return make


@pytest.fixture
def dewi(name: Name) -> User:
    return name("Dewi", Role.BKPSDM)


@pytest.fixture
def putu(name: Name) -> User:
    return name("Putu", Role.PENGELOLA)


@pytest.fixture
def eka(name: Name) -> User:
    return name("Eka", Role.INSPEKTORAT)


def act(user: User, now: timedelta = timedelta()) -> Act:
    return Act(user.id, NOW + now, user.instansi_id)


def ask(session: Session, by: User, about: User, choice: Choice = NEW_CODE) -> int:
    grants = read_grants(session, user_id=by.id)
    asked = propose(session, act(by), grants=grants, user_id=about.id, choice=choice, reason="ponselnya hilang")
    session.commit()
    return asked


def agree(session: Session, by: User, proposal_id: int, later: timedelta = timedelta()) -> str | None:
    grants = read_grants(session, user_id=by.id)
    try:
        made = confirm(session, act(by, later), grants=grants, proposal_id=proposal_id, new_code=lambda: CODE)
    except NetralError:
        session.rollback()
        raise
    session.commit()
    return made.code if made else None


def test_a_code_for_an_inspector_comes_from_two_officers(session: Session, dewi: User, putu: User, eka: User) -> None:
    asked = ask(session, dewi, eka)
    assert session.scalars(select(OneTimeCode)).all() == []

    assert agree(session, putu, asked) == CODE
    assert check_code(session, login=eka.login, code=CODE, now=NOW) is eka
    session.commit()
    recorded = session.execute(select(AuditEvent.action, AuditEvent.actor_id).order_by(AuditEvent.id)).all()
    assert [tuple(each) for each in recorded][-3:] == [
        ("proposal.made", dewi.id), ("proposal.confirmed", putu.id), ("code.issued", putu.id),
    ]  # fmt: skip


def test_nobody_confirms_what_they_proposed_themselves(session: Session, name: Name, putu: User, eka: User) -> None:
    asked = ask(session, putu, eka)

    with pytest.raises(OwnProposal):
        agree(session, putu, asked)
    with pytest.raises(OwnProposal):
        agree(session, eka, asked)
    assert agree(session, name("Fitri", Role.INSPEKTORAT), asked) == CODE


def test_two_of_bkpsdm_open_no_inspector_but_let_a_colleague_in_again(
    session: Session, name: Name, dewi: User, eka: User
) -> None:
    citra, hana = name("Citra", Role.BKPSDM), name("Hana", Role.BKPSDM)
    asked = ask(session, dewi, eka)
    with pytest.raises(NotPermitted):
        agree(session, citra, asked)

    assert agree(session, citra, ask(session, dewi, hana)) == CODE
    with pytest.raises(NotPermitted):
        agree(session, citra, ask(session, dewi, name("Joko"), Choice(Kind.ROLE, Role.BKPSDM)))


@pytest.mark.parametrize("role", [None, Role.PENYUNTING, Role.PIMPINAN])
def test_others_propose_nothing(session: Session, name: Name, eka: User, role: Role | None) -> None:
    with pytest.raises(NotPermitted):
        ask(session, name("Siti", role), eka)


def test_officers_of_another_instansi_are_strangers(session: Session, name: Name, eka: User, putu: User) -> None:
    elsewhere = make_instansi(session, kode="lain")
    stranger, theirs = name("Gita", Role.BKPSDM, where=elsewhere), name("Ina", Role.INSPEKTORAT, where=elsewhere)

    with pytest.raises(NotPermitted):
        ask(session, stranger, eka)
    with pytest.raises(NotPermitted):
        agree(session, theirs, ask(session, putu, eka))


def test_what_is_proposed_once_is_not_proposed_again_until_it_expires(
    session: Session, dewi: User, eka: User, putu: User
) -> None:
    first = ask(session, dewi, eka)
    with pytest.raises(ProposalOpen) as fact:
        ask(session, putu, eka)
    assert fact.value.args == (first,)

    with pytest.raises(ProposalSettled):
        agree(session, putu, first, timedelta(hours=72))
    grants = read_grants(session, user_id=dewi.id)
    later = act(dewi, timedelta(hours=72))
    assert propose(session, later, grants=grants, user_id=eka.id, choice=NEW_CODE, reason="lagi") != first


def test_a_first_role_of_oversight_starts_the_account_afresh(
    session: Session, name: Name, dewi: User, putu: User
) -> None:
    siti = name("Siti")
    session.add(SecondFactor(user_id=siti.id, sealed=b"milik orang lain", confirmed_at=NOW))
    asked = ask(session, dewi, siti, Choice(Kind.ROLE, Role.INSPEKTORAT))

    assert agree(session, putu, asked) == CODE
    session.expire_all()
    assert session.get_one(User, siti.id).password_hash is None
    assert session.get(SecondFactor, siti.id) is None
    assert [grant.role for grant in read_grants(session, user_id=siti.id)] == [Role.INSPEKTORAT]
    assert check_code(session, login=siti.login, code=CODE, now=NOW)


def test_an_officer_of_oversight_keeps_the_password_with_another_role(
    session: Session, name: Name, eka: User, putu: User
) -> None:
    asked = ask(session, name("Made", Role.PENGELOLA), eka, Choice(Kind.ROLE, Role.PENGELOLA))

    assert agree(session, putu, asked) is None
    assert session.get_one(User, eka.id).password_hash == "lama"


def test_a_second_factor_is_taken_off_by_two(session: Session, dewi: User, putu: User, eka: User) -> None:
    assert Choice(Kind.FACTOR) not in choices_of(session, dewi, eka)
    session.add(SecondFactor(user_id=eka.id, sealed=b"rahasia", confirmed_at=NOW))
    session.flush()
    assert Choice(Kind.FACTOR) in choices_of(session, dewi, eka)

    assert agree(session, putu, ask(session, dewi, eka, Choice(Kind.FACTOR))) is None
    assert session.scalar(select(SecondFactor.user_id)) is None


def choices_of(session: Session, by: User, about: User) -> list[Choice]:
    grants = read_grants(session, user_id=by.id)
    return list_choices(find_target(session, user_id=about.id), actor_id=by.id, grants=grants)


def test_nobody_oversees_themselves(session: Session, name: Name, putu: User, dewi: User, eka: User) -> None:
    made = name("Made", Role.PENGELOLA)
    for person, role in ((eka, Role.BKPSDM), (dewi, Role.INSPEKTORAT)):
        assert Choice(Kind.ROLE, role) not in choices_of(session, made, person)
        with pytest.raises(NotPermitted):
            ask(session, putu, person, Choice(Kind.ROLE, role))
        session.rollback()


def test_who_has_left_is_neither_proposed_nor_named(
    session: Session, instansi: Instansi, dewi: User, putu: User, eka: User
) -> None:
    assert eka
    budi = make_user(session, asn=make_asn(session, opd=make_opd(session, instansi=instansi), nama="Budi"))
    asked = ask(session, dewi, budi, Choice(Kind.ROLE, Role.INSPEKTORAT))
    change_people(session, [(budi.asn_id or 0, {"active": False})], now=NOW)
    session.commit()

    with pytest.raises(NotPermitted):
        agree(session, putu, asked)
    grants = read_grants(session, user_id=putu.id)
    assert list_choices(find_target(session, user_id=budi.id), actor_id=putu.id, grants=grants) == []


@pytest.mark.parametrize("whose", ["eka", "dewi"])
def test_a_change_of_a_role_of_oversight_voids_proposals(
    session: Session, dewi: User, putu: User, eka: User, whose: str
) -> None:
    asked = ask(session, dewi, eka)
    user = {"eka": eka, "dewi": dewi}[whose]
    grant_role(session, Act(None, NOW), user=user, role=Role.PENGELOLA)

    with pytest.raises(ProposalSettled):
        agree(session, putu, asked)


def test_a_role_that_bkpsdm_gives_alone_ends_no_proposal(
    session: Session, name: Name, instansi: Instansi, dewi: User, putu: User, eka: User
) -> None:
    """Otherwise BKPSDM could keep anybody from becoming an inspector, by naming them something else meanwhile."""
    siti = name("Siti")
    asked = ask(session, eka, siti, Choice(Kind.ROLE, Role.INSPEKTORAT))
    name_officer(session, act(dewi).within(instansi.id), user_id=siti.id, role=Role.PIMPINAN)
    session.commit()

    assert agree(session, putu, asked) == CODE
    assert {grant.role for grant in read_grants(session, user_id=siti.id)} >= {Role.INSPEKTORAT, Role.PIMPINAN}


def test_a_code_of_two_dies_when_one_of_them_is_no_officer_any_more(
    session: Session, instansi: Instansi, name: Name, dewi: User, putu: User, eka: User
) -> None:
    name("Citra", Role.BKPSDM)
    agree(session, putu, ask(session, dewi, eka))
    revoke_role(session, Act(None, NOW, instansi.id), user=dewi, role=Role.BKPSDM)

    with pytest.raises(CodeRefused):
        check_code(session, login=eka.login, code=CODE, now=NOW)


def test_a_code_that_one_officer_made_opens_no_account_of_oversight(session: Session, dewi: User, eka: User) -> None:
    issue_codes(session, Act(dewi.id, NOW), user_ids=[eka.id], new_code=lambda: CODE)

    with pytest.raises(CodeRefused):
        check_code(session, login=eka.login, code=CODE, now=NOW)


def test_declined_and_withdrawn_proposals_do_nothing_more(session: Session, dewi: User, putu: User, eka: User) -> None:
    declined = ask(session, dewi, eka)
    decline(session, act(putu), grants=read_grants(session, user_id=putu.id), proposal_id=declined)
    withdrawn = ask(session, dewi, eka)
    withdraw(session, act(dewi), proposal_id=withdrawn)
    session.commit()

    for proposal_id in (declined, withdrawn):
        with pytest.raises(ProposalSettled):
            agree(session, putu, proposal_id)
    states = session.scalars(select(Proposal.state).order_by(Proposal.id)).all()
    assert states == [State.DECLINED, State.WITHDRAWN]


def test_two_confirmations_at_once_take_effect_once(
    engine: Engine, session: Session, name: Name, dewi: User, putu: User
) -> None:
    siti, made = name("Siti"), name("Made", Role.PENGELOLA)
    asked = ask(session, dewi, siti, Choice(Kind.ROLE, Role.INSPEKTORAT))
    officers = [putu.id, made.id] * 2
    session.commit()

    def press(user_id: int) -> bool:
        with Session(engine) as own:
            try:
                agree(own, own.get_one(User, user_id), asked)
                own.commit()
            except ProposalSettled:
                return False
            return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(press, officers)) == 1
    assert len(session.scalars(select(RoleGrant).where(RoleGrant.user_id == siti.id)).all()) == 1
    assert len(session.scalars(select(OneTimeCode)).all()) == 1
