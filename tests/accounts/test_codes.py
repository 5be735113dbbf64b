"""One-time codes: the newest of a person counts, whatever the clock does."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.accounts.codes import CodeRefused, CodesNewer, Known, check_code, issue_codes, read_earlier, redeem_code
from netral.accounts.limits import digest
from netral.accounts.models import OneTimeCode, RoleGrant, User
from netral.accounts.users import grant_role, revoke_role
from netral.audit.events import Act
from netral.organisation.models import Asn, Opd
from tests.factories import NOW, make_asn, make_opd, make_user

CODE = "ABCDE23456"


def test_a_replaced_code_stays_worthless_when_the_clock_goes_back(session: Session) -> None:
    siti = make_user(session, asn=make_asn(session))
    for minutes, code in ((0, "ABCDE23456"), (90, "FGHJK23456")):
        issued = NOW + timedelta(minutes=minutes)
        issue_codes(session, Act(None, issued), user_ids=[siti.id], new_code=iter([code]).__next__)

    for now in (NOW + timedelta(minutes=91), NOW + timedelta(minutes=30)):
        assert check_code(session, login=siti.login, code="FGHJK23456", now=now) is siti
        with pytest.raises(CodeRefused):
            check_code(session, login=siti.login, code="ABCDE23456", now=now)


def test_a_code_is_of_the_person_whatever_the_login_is_later(session: Session) -> None:
    siti, rudi = make_user(session, asn=make_asn(session)), make_user(session, asn=make_asn(session))
    issue_codes(session, Act(None, NOW), user_ids=[siti.id], new_code=iter(["ABCDE23456"]).__next__)
    before, siti.login = siti.login, "198501012010012003"
    session.flush()

    for login in (before, rudi.login):
        with pytest.raises(CodeRefused):
            check_code(session, login=login, code="ABCDE23456", now=NOW)
    assert redeem_code(session, login=siti.login, code="abcde-23456", password_hash="x", now=NOW) == siti.id
    with pytest.raises(CodeRefused):
        redeem_code(session, login=siti.login, code="ABCDE23456", password_hash="x", now=NOW)


def test_a_slip_that_was_printed_before_an_update_opens_once(session: Session) -> None:
    siti = make_user(session, asn=make_asn(session))
    issue_codes(session, Act(None, NOW), user_ids=[siti.id], new_code=iter(["ABCDE23456"]).__next__)
    session.execute(update(OneTimeCode).values(code_hash=digest(siti.login, "ABCDE23456")))

    assert redeem_code(session, login=siti.login, code="ABCDE23456", password_hash="x", now=NOW) == siti.id
    with pytest.raises(CodeRefused):
        check_code(session, login=siti.login, code="ABCDE23456", now=NOW)


@pytest.fixture
def kesehatan(session: Session) -> Opd:
    return make_opd(session)


@pytest.fixture
def budi(session: Session, kesehatan: Opd) -> User:
    """Return Budi, the operator of Dinas Kesehatan."""
    user = make_user(session, asn=make_asn(session, opd=kesehatan, nama="Budi Santoso"))
    give(session, user, Role.OPERATOR_OPD, kesehatan)
    return user


@pytest.fixture
def siti(session: Session, kesehatan: Opd, budi: User) -> User:
    """Return Siti, who holds a code that Budi made."""
    user = make_user(session, asn=make_asn(session, opd=kesehatan))
    issue_codes(session, Act(budi.id, NOW), user_ids=[user.id], new_code=lambda: CODE)
    session.commit()
    return user


def give(session: Session, user: User, role: Role, opd: Opd) -> None:
    opd_id = opd.id if role is Role.OPERATOR_OPD else None
    grant_role(session, Act(None, NOW, opd.instansi_id), user=user, role=role, opd_id=opd_id)


def take_role_away(session: Session, siti: User, budi: User, opd: Opd) -> None:
    revoke_role(session, Act(None, NOW, opd.instansi_id), user=budi, role=Role.OPERATOR_OPD)


def switch_maker_off(session: Session, siti: User, budi: User, opd: Opd) -> None:
    budi.active = False


def move_away(session: Session, siti: User, budi: User, opd: Opd) -> None:
    session.get_one(Asn, siti.asn_id).opd_id = make_opd(session, nama="Dinas Sosial").id


def make_officer_unseen(session: Session, siti: User, budi: User, opd: Opd) -> None:
    """Make Siti an officer without ending codes, as if the code had been made at the moment of the grant."""
    values = {"user_id": siti.id, "role": Role.BKPSDM.value, "instansi_id": opd.instansi_id, "scope": "1/0"}
    session.add(RoleGrant(**values, granted_at=NOW))


@pytest.mark.parametrize("change", [take_role_away, switch_maker_off, move_away, make_officer_unseen])
def test_a_code_is_redeemed_only_while_its_maker_may_make_it(
    session: Session, siti: User, budi: User, kesehatan: Opd, change: Callable[[Session, User, User, Opd], None]
) -> None:
    assert check_code(session, login=siti.login, code=CODE, now=NOW) is siti
    change(session, siti, budi, kesehatan)
    session.flush()

    with pytest.raises(CodeRefused):
        redeem_code(session, login=siti.login, code=CODE, password_hash="x", now=NOW)


def test_a_code_from_the_command_line_opens_an_officer_s_account(session: Session, siti: User, kesehatan: Opd) -> None:
    give(session, siti, Role.BKPSDM, kesehatan)
    issue_codes(session, Act(None, NOW), user_ids=[siti.id], new_code=lambda: "FGHJK23456")

    assert redeem_code(session, login=siti.login, code="FGHJK23456", password_hash="x", now=NOW) == siti.id


def test_a_code_that_is_redeemed_while_a_role_is_given_is_refused(
    engine: Engine, session: Session, siti: User, kesehatan: Opd
) -> None:
    login = siti.login
    session.commit()

    def redeem() -> int:
        with Session(engine) as other:
            return redeem_code(other, login=login, code=CODE, password_hash="x", now=NOW)

    give(session, siti, Role.BKPSDM, kesehatan)
    with ThreadPoolExecutor(1) as threads:
        redeemed = threads.submit(redeem)
        time.sleep(0.2)
        assert not redeemed.done()
        session.commit()
        with pytest.raises(CodeRefused):
            redeemed.result(10)


def test_codes_are_not_made_over_unseen_newer_ones(session: Session, siti: User, budi: User) -> None:
    earlier = read_earlier(session, user_ids=[siti.id], now=NOW)
    assert (earlier.still_good, earlier.made_at, earlier.maker) == (1, NOW, "Budi Santoso")

    with pytest.raises(CodesNewer):
        issue_codes(session, Act(budi.id, NOW), user_ids=[siti.id], new_code=lambda: "FGHJK23456", known=Known(0, 0))
    assert check_code(session, login=siti.login, code=CODE, now=NOW) is siti
    issue_codes(
        session,
        Act(budi.id, NOW),
        user_ids=[siti.id],
        new_code=lambda: "FGHJK23456",
        known=Known(earlier.newest, earlier.still_good),
    )
    assert read_earlier(session, user_ids=[siti.id], now=NOW).newest > earlier.newest
