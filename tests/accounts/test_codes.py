"""One-time codes: the newest of a person counts, whatever the clock does."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from netral.accounts.codes import CodeRefused, check_code, issue_codes
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
