"""The server's clock jumps: no ended session begins again, and people in the middle of an exam go on."""

from datetime import timedelta

import pytest
from itsdangerous import TimestampSigner
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.codes import issue_codes
from netral.accounts.models import User
from netral.audit.events import Act, list_chains, verify_chain
from netral.certificates.models import Certificate
from netral.learning.exams.closing import close_overdue
from netral.settings import Settings
from tests.learning.make import Exam, get_attempts, make_exam, pass_exam, read_paper, right
from tests.security.town import give_certificate
from tests.web.conftest import PASSWORD, Browser, Clock, app, browser, clock, give_password, open_app, settings

__all__ = ["app", "browser", "clock", "open_app", "settings"]

# An hour too early and three days too late, as from a run-down battery or a slip of the hand.
BACK = {"hours": -1}
FORTH = {"days": 3}
AN_HOUR = 3600


@pytest.fixture(autouse=True)
def signer_has_the_same_clock(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the signer the clock that jumps: the machine dates cookies and forms."""
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: int(clock.now.timestamp()))


@pytest.fixture
def exam(session: Session) -> Exam:
    exam = make_exam(session, limit_seconds=2 * AN_HOUR)
    give_password(session, session.get_one(User, exam.user_id))
    session.commit()
    return exam


@pytest.fixture
def siti(browser: Browser, session: Session, exam: Exam) -> Browser:
    """Return Siti in the middle of her exam, the first question answered."""
    browser.sign_in(session.get_one(User, exam.user_id).login)
    browser.send("/ujian/mulai", token_from="/ujian")
    answer(browser, exam)
    return browser


def answer(siti: Browser, exam: Exam) -> int:
    """Return the status of an autosave of the first question."""
    form = right(read_paper(siti.session, exam)[1])
    return siti.post("/ujian/1", {**form, "aksi": "maju"}, headers={"Accept": "application/json"}).status_code


def sweep(session: Session, clock: Clock) -> None:
    close_overdue(session, now=clock.now)
    session.commit()


def test_an_exam_that_ended_while_the_clock_was_ahead_stays_ended(
    siti: Browser, session: Session, exam: Exam, clock: Clock
) -> None:
    clock.forward(**FORTH)
    sweep(session, clock)

    for _ in range(2):
        clock.forward(days=-3, hours=-1)
        sign_in_again(siti, session, exam)
        assert answer(siti, exam) == 409
        assert siti.visit("/ujian/1").heading == "Anda belum mencapai batas kelulusan"
        clock.forward(days=3, hours=1)
    assert [attempt.state for attempt in get_attempts(session, exam)] == ["expired"]


def test_an_exam_goes_on_with_its_answers_and_its_deadline_after_the_clock_went_back(
    siti: Browser, session: Session, exam: Exam, clock: Clock
) -> None:
    deadline = get_attempts(session, exam)[0].deadline_at
    clock.forward(**BACK)

    sign_in_again(siti, session, exam)

    assert answer(siti, exam) == 200
    assert get_attempts(session, exam)[0].deadline_at == deadline
    assert deadline is not None
    clock.now = deadline
    clock.forward(minutes=1)
    sign_in_again(siti, session, exam)
    assert answer(siti, exam) == 409
    assert [attempt.state for attempt in get_attempts(session, exam)] == ["expired"]


def sign_in_again(siti: Browser, session: Session, exam: Exam) -> None:
    """Sign in again, as people do when the page says that the session is over."""
    siti.sign_in(session.get_one(User, exam.user_id).login)


def test_setting_the_clock_back_does_not_reopen_an_ended_session(siti: Browser, session: Session, clock: Clock) -> None:
    kept = siti.client.get_cookie("netral")
    assert kept
    siti.send("/keluar")
    siti.client.set_cookie("netral", kept.value)
    assert siti.get("/tugas").status_code == 302

    for jump in (BACK, FORTH):
        clock.forward(**jump)
        siti.client.set_cookie("netral", kept.value)
        assert siti.get("/tugas").status_code == 302


def test_a_cookie_of_a_few_seconds_ahead_is_taken_and_one_of_an_hour_is_not(siti: Browser, clock: Clock) -> None:
    """Two servers differ by a second, or the clock was set right by one: nobody should notice."""
    clock.forward(seconds=-5)
    assert siti.get("/tugas").status_code == 200

    clock.forward(**BACK)
    assert siti.get("/tugas").status_code == 302


def test_a_used_code_stays_used(browser: Browser, session: Session, exam: Exam, clock: Clock) -> None:
    siti = session.get_one(User, exam.user_id)
    (code,) = issue_codes(session, Act(None, clock.now), user_ids=[siti.id], new_code=lambda: "ABCDE23456")
    form = {"nip": siti.login, "kode": code.code, "kata_sandi": "teh tawar di teras kantor"}
    browser.send("/aktivasi", form)

    clock.forward(**BACK)

    browser.send("/aktivasi", form | {"kata_sandi": "air putih di ruang rapat"}, status=422)


def test_failures_of_a_clock_that_was_days_ahead_slow_nobody_down(
    browser: Browser, session: Session, exam: Exam, clock: Clock
) -> None:
    """Failures a few minutes ahead count until their time has come and gone."""
    login = session.get_one(User, exam.user_id).login
    right_one = {"nip": login, "kata_sandi": PASSWORD}
    for ahead, statuses in ((timedelta(days=3), (303, 303)), (timedelta(minutes=10), (429, 303))):
        clock.now += ahead
        fail(browser, login, times=10)
        clock.now -= ahead
        for status in statuses:
            assert browser.post("/masuk", right_one, token_from="/masuk").status_code == status
            browser.client.delete_cookie("netral")
            clock.forward(minutes=26)


def test_setting_the_clock_right_gives_a_guesser_ten_more_tries_and_no_more(
    browser: Browser, session: Session, exam: Exam, clock: Clock
) -> None:
    login = session.get_one(User, exam.user_id).login
    clock.forward(**FORTH)
    assert fail(browser, login, times=12) == [422] * 10 + [429] * 2
    clock.forward(days=-3)
    assert fail(browser, login, times=12) == [422] * 10 + [429] * 2


def fail(browser: Browser, login: str, *, times: int) -> list[int]:
    wrong = {"nip": login, "kata_sandi": "bukan kata sandinya"}
    return [browser.post("/masuk", wrong, token_from="/masuk").status_code for _ in range(times)]


def test_a_jump_of_the_clock_changes_no_certificate(
    browser: Browser, session: Session, exam: Exam, clock: Clock, settings: Settings
) -> None:
    pass_exam(session, exam)
    public_id = give_certificate(session, exam, settings)
    for jump in (BACK, {"hours": 1}, FORTH, {"days": -3}):
        clock.forward(**jump)
        assert browser.get(f"/v/{public_id}.json").get_json()["state"] == "valid"
    assert session.scalars(select(Certificate.status)).all() == ["valid"]


def test_a_clock_that_went_back_is_an_alarm_and_no_break_in_the_audit_trail(
    siti: Browser, session: Session, exam: Exam, clock: Clock
) -> None:
    clock.forward(**BACK)
    sign_in_again(siti, session, exam)
    siti.send("/ujian/kumpulkan")

    found = siti.get("/sehat")

    assert found.status_code == 503
    assert [alarm["code"] for alarm in found.get_json()["alarms"]] == ["clock_back"]
    assert [chain for chain in list_chains(session) if verify_chain(session, chain).broken_at is not None] == []
    clock.forward(hours=1)
    assert siti.get("/sehat").status_code == 200
