"""Every address of a learner, followed to its end: in no state does one address lead in a circle."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from netral.accounts.access import Permission
from netral.accounts.models import User
from netral.web.edge.access import DECLARED, SIGNED_IN
from tests.learning.make import Exam, make_exam, read_paper, right
from tests.web.conftest import Browser, Clock, enter
from tests.web.test_access import address, rules

EXAMPLES = {"slug": "media-sosial"}
STEPS = 4
Prepare = Callable[[Browser, Session, Exam, Clock], None]


def begin(siti: Browser, session: Session, exam: Exam, clock: Clock) -> None:
    siti.send("/ujian/mulai", token_from="/ujian")


def run_out(siti: Browser, session: Session, exam: Exam, clock: Clock) -> None:
    begin(siti, session, exam, clock)
    clock.forward(minutes=11)


def fail(siti: Browser, session: Session, exam: Exam, clock: Clock) -> None:
    begin(siti, session, exam, clock)
    siti.send("/ujian/kumpulkan")


def fail_and_begin_again(siti: Browser, session: Session, exam: Exam, clock: Clock) -> None:
    fail(siti, session, exam, clock)
    clock.forward(minutes=59)
    siti.visit("/tugas")
    clock.forward(minutes=2)
    begin(siti, session, exam, clock)


def finish(siti: Browser, session: Session, exam: Exam, clock: Clock) -> None:
    begin(siti, session, exam, clock)
    for slot, layout in read_paper(session, exam).items():
        siti.send(f"/ujian/{slot}", {**right(layout), "urutan": "1", "aksi": "lewat"})
    siti.send("/ujian/kumpulkan")
    siti.send("/ikrar", {"butir": ["1", "2", "3", "4"]})


def wait_until_the_period_closes(siti: Browser, session: Session, exam: Exam, clock: Clock) -> None:
    begin(siti, session, exam, clock)
    clock.forward(days=90)
    siti.sign_in(session.get_one(User, exam.user_id).login)


def nothing(siti: Browser, session: Session, exam: Exam, clock: Clock) -> None:
    """The learner has not begun."""


def follow(siti: Browser, path: str) -> list[str]:
    """Return the addresses that a browser would pass through, the last of which is a page."""
    passed = [path]
    while (response := siti.get(passed[-1])).status_code in range(300, 400):
        passed.append(response.location)
        assert len(passed) <= STEPS, passed
    assert response.status_code < 500, passed
    return passed


STATES = [nothing, begin, run_out, fail, fail_and_begin_again, finish, wait_until_the_period_closes]


@pytest.mark.parametrize("prepare", STATES, ids=lambda state: state.__name__)
def test_no_address_of_a_learner_leads_in_a_circle(
    app: Flask, browser: Browser, session: Session, clock: Clock, prepare: Prepare
) -> None:
    exam = make_exam(session, limit_seconds=600)
    enter(browser, session, exam.user_id)
    prepare(browser, session, exam, clock)

    for rule in rules(app):
        declared = DECLARED[app.view_functions[rule.endpoint]]
        if declared in {Permission.LEARN, SIGNED_IN} and "GET" in (rule.methods or set()):
            follow(browser, address(rule, EXAMPLES))


@pytest.mark.parametrize(("prepare", "end"), [(begin, "/ujian"), (run_out, "/hasil/1"), (fail, "/hasil/1")])
def test_the_result_of_an_attempt_leads_to_what_there_is(
    browser: Browser, session: Session, clock: Clock, prepare: Prepare, end: str
) -> None:
    exam = make_exam(session, limit_seconds=600)
    enter(browser, session, exam.user_id)
    prepare(browser, session, exam, clock)

    assert follow(browser, "/hasil/1")[-1].split("?")[0] == end
