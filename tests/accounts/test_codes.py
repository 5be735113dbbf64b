"""One-time codes: the newest of a person counts, whatever the clock does."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from netral.accounts.codes import CodeRefused, check_code, issue_codes, redeem_code
from netral.accounts.limits import digest
from netral.accounts.models import OneTimeCode
from tests.factories import NOW, make_asn, make_user


def test_a_replaced_code_stays_worthless_when_the_clock_goes_back(session: Session) -> None:
    siti = make_user(session, asn=make_asn(session))
    for minutes, code in ((0, "ABCDE23456"), (90, "FGHJK23456")):
        issued = NOW + timedelta(minutes=minutes)
        issue_codes(session, user_ids=[siti.id], new_code=iter([code]).__next__, now=issued, by=None)

    for now in (NOW + timedelta(minutes=91), NOW + timedelta(minutes=30)):
        assert check_code(session, login=siti.login, code="FGHJK23456", now=now) is siti
        with pytest.raises(CodeRefused):
            check_code(session, login=siti.login, code="ABCDE23456", now=now)


def test_a_code_is_of_the_person_whatever_the_login_is_later(session: Session) -> None:
    siti, rudi = make_user(session, asn=make_asn(session)), make_user(session, asn=make_asn(session))
    issue_codes(session, user_ids=[siti.id], new_code=iter(["ABCDE23456"]).__next__, now=NOW, by=None)
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
    issue_codes(session, user_ids=[siti.id], new_code=iter(["ABCDE23456"]).__next__, now=NOW, by=None)
    session.execute(update(OneTimeCode).values(code_hash=digest(siti.login, "ABCDE23456")))

    assert redeem_code(session, login=siti.login, code="ABCDE23456", password_hash="x", now=NOW) == siti.id
    with pytest.raises(CodeRefused):
        check_code(session, login=siti.login, code="ABCDE23456", now=NOW)
