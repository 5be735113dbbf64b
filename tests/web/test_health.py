"""/sehat and flask health: everybody is told whether all is well, people at the machine what is wrong."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.operation.health import Alarm
from netral.settings import Settings
from netral.words.health import ALARMS
from tests.cli.conftest import Run, read, run
from tests.factories import NOW
from tests.web.conftest import Browser, Clock, OpenApp

__all__ = ["run"]


@pytest.fixture
def late(session: Session, clock: Clock) -> None:
    """Set the clock back an hour after an event."""
    record(session, Act(None, NOW), action="user.made", object_kind="user", object_id=1)
    session.commit()
    clock.forward(hours=-1)


def test_health_on_the_machine_tells_details(browser: Browser, settings: Settings) -> None:
    answer = browser.get("/sehat").json

    assert answer is not None
    assert answer["status"] == "sehat"
    assert answer["alarms"] == []
    assert answer["free_bytes"] > 0


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Forwarded-For": "203.0.113.7, 127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"X-Real-IP": "127.0.0.1"},
    ],
)
def test_health_through_a_proxy_tells_only_whether_all_is_well(
    open_app: OpenApp, session: Session, headers: dict[str, str]
) -> None:
    browser = Browser(open_app(proxy_hops=1).test_client(), session)

    assert browser.get("/sehat", headers=headers).json == {"status": "sehat"}


def test_a_proxy_that_no_setting_knows_is_an_alarm(browser: Browser) -> None:
    """After one request through the proxy, the machine itself is told, and everybody learns that something is wrong."""
    browser.get("/masuk", headers={"X-Forwarded-For": "203.0.113.7"})

    answer = browser.get("/sehat").json
    assert answer is not None
    assert [alarm["code"] for alarm in answer["alarms"]] == ["proxy_untrusted"]
    assert "NETRAL_PROXY_HOPS" in answer["alarms"][0]["message"]
    through = browser.get("/sehat", headers={"X-Forwarded-For": "203.0.113.7"})
    assert (through.status_code, through.json) == (503, {"status": "terganggu"})


def test_a_forwarding_header_from_elsewhere_is_no_proxy(browser: Browser) -> None:
    far = {"REMOTE_ADDR": "203.0.113.7"}
    browser.get("/masuk", headers={"X-Forwarded-For": "127.0.0.1"}, environ_overrides=far)

    assert browser.get("/sehat").json["status"] == "sehat"  # type: ignore[index] # it is JSON


def test_health_from_elsewhere_tells_only_whether_all_is_well(browser: Browser) -> None:
    answer = browser.get("/sehat", environ_overrides={"REMOTE_ADDR": "203.0.113.7"})

    assert answer.json == {"status": "sehat"}


@pytest.mark.usefixtures("late")
def test_an_alarm_is_503_with_one_sentence(browser: Browser) -> None:
    answer = browser.get("/sehat")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert answer.json is not None
    assert answer.json["alarms"] == [{"code": "clock_back", "message": ALARMS[Alarm.CLOCK_BACK]}]
    far = browser.get("/sehat", environ_overrides={"REMOTE_ADDR": "203.0.113.7"})
    assert (far.status_code, far.json) == (503, {"status": "terganggu"})


@pytest.mark.usefixtures("late")
def test_a_timer_fails_when_there_is_an_alarm(run: Run) -> None:
    told = run("health", code=1).stdout

    assert told == f"{ALARMS[Alarm.CLOCK_BACK]}\n"
    assert read(run("health", "--json", code=1))["status"] == "terganggu"


def test_a_timer_is_content_when_there_is_none(run: Run, app: Flask, open_browser: Callable[[], Browser]) -> None:
    assert run("health").stdout.startswith("Sehat.")


def test_every_alarm_says_what_to_do() -> None:
    assert set(ALARMS) == set(Alarm)
    assert all(sentence.count(".") >= 1 and "!" not in sentence for sentence in ALARMS.values())
