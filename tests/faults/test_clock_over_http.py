"""The clock of a running server jumps, or a client's is wrong: over HTTP, in the middle of an exam."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import func, select, update

from netral.audit.models import AuditEvent
from netral.learning.exams.models import Attempt
from netral.learning.periods.models import Period
from tests.browser.conftest import PHONE, chromium, compressed_static, playwright
from tests.browser.journey import sign_in
from tests.browser.server import PASSWORD, Server
from tests.databases import SqliteFactory
from tests.faults.checks import check_the_exam_goes_on, check_whole
from tests.faults.people import Saver, seated
from tests.faults.shifting import Shifted, running_shifted

__all__ = ["chromium", "compressed_static", "playwright"]

pytestmark = pytest.mark.long

LIMIT_SECONDS = 3_600
RIGHT = timedelta()


@pytest.fixture
def shifted(sqlite_factory: SqliteFactory, tmp_path: Path) -> Iterator[Shifted]:
    with sqlite_factory.database() as url, running_shifted(url, tmp_path) as shifted:
        with shifted.server.session() as session:
            session.execute(update(Period).values(time_limit_seconds=LIMIT_SECONDS))
        shifted.server.start()
        yield shifted


def health(server: Server) -> tuple[int, list[str]]:
    try:
        with urlopen(f"{server.url}/sehat") as answer:
            found = json.load(answer)
    except HTTPError as refusal:
        return refusal.code, [alarm["code"] for alarm in json.load(refusal)["alarms"]]
    return 200, [alarm["code"] for alarm in found["alarms"]]


def attempts(server: Server) -> list[tuple[str, datetime]]:
    with server.session() as session:
        rows = session.execute(select(Attempt.state, Attempt.deadline_at).order_by(Attempt.id)).all()
        return [(row.state, row.deadline_at) for row in rows]


def times_ended(server: Server) -> int:
    with server.session() as session:
        ended = select(func.count()).where(AuditEvent.action.in_(("attempt.submitted", "attempt.expired")))
        return session.scalar(ended) or 0


def sign_in_again(saver: Saver) -> None:
    """Sign in again as the page offers after a save was answered with 401; the answer waits in the browser."""
    saver.hang_up()
    assert saver.save_first().status == 401
    assert saver.look().status == 302
    saver.visitor.cookies.clear()
    saver.visitor.sign_in(saver.learner.login, PASSWORD)


def test_a_server_two_hours_back_in_mid_exam_loses_and_ends_nothing(shifted: Shifted) -> None:
    server = shifted.server
    with seated(server, ("Joko", "Lina")) as (joko, lina):
        assert [saver.save_first().status for saver in (joko, lina)] == [200, 200]
        before = attempts(server)

        shifted.shift(timedelta(hours=-2))
        assert health(server) == (503, ["clock_back"])
        sign_in_again(joko)
        check_the_exam_goes_on(joko)
        assert attempts(server) == before

        shifted.shift(RIGHT)
        sign_in_again(joko)
        check_the_exam_goes_on(joko)
        check_the_exam_goes_on(lina)  # she did nothing in between and notices nothing
        assert attempts(server) == before
        assert health(server) == (200, [])
        check_whole(server)


def test_an_exam_that_ended_while_the_server_was_ahead_ends_once(shifted: Shifted) -> None:
    server = shifted.server
    with seated(server, ("Joko",)) as (joko,):
        assert joko.save_first().status == 200
        ended = times_ended(server)
        for ahead in (timedelta(hours=3), RIGHT, timedelta(hours=3), timedelta(hours=-2), RIGHT):
            shifted.shift(ahead)
            sign_in_again(joko)
            assert joko.save_first().status == 409
            assert [state for state, _ in attempts(server)] == ["expired"]
        assert times_ended(server) == ended + 1
        assert joko.lost() == []
        check_whole(server)


def test_a_few_seconds_between_clocks_are_noticed_by_nobody(shifted: Shifted) -> None:
    with seated(shifted.server, ("Joko",)) as (joko,):
        for seconds in (-5, 5, -30, 30, 0):
            shifted.shift(timedelta(seconds=seconds))
            check_the_exam_goes_on(joko)
            assert health(shifted.server) == (200, [])


def test_the_clock_of_a_client_is_never_used(shifted: Shifted) -> None:
    """The client's clock counts for nothing, whether it stands in headers or dates a form by an hour ago."""
    with seated(shifted.server, ("Joko",)) as (joko,):
        deadline = attempts(shifted.server)[0][1]
        for hours in (-5, 5, 24 * 365):
            wrong = (datetime.now(UTC) + timedelta(hours=hours)).strftime("%a, %d %b %Y %H:%M:%S GMT")
            for name in ("Date", "If-Modified-Since", "If-Unmodified-Since", "Expires"):
                assert joko.ask("GET", "/ujian/kerjakan", headers={name: wrong}).status == 200
                joko.sequence += 1
                form = urlencode({"csrf_token": joko.visitor.token, "urutan": str(joko.sequence), "aksi": "lewat"})
                assert joko.ask("POST", "/ujian/1", form, headers={name: wrong}).status == 303
        assert attempts(shifted.server)[0][1] == deadline


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_telephone_that_is_hours_off_shows_the_time_left_by_the_server(
    shifted: Shifted, chromium: Browser, compressed_static: None, hours: int
) -> None:
    with seated(shifted.server, ("Joko",)) as (joko,):
        context = chromium.new_context(base_url=shifted.server.url, viewport=PHONE, locale="id-ID")
        page = context.new_page()
        page.clock.install(time=datetime.now(UTC) + timedelta(hours=hours))
        sign_in(page, joko.learner.login)
        slot = joko.options[0][0]
        page.goto(f"/ujian/{slot}")
        expect(page.locator("[data-remaining]").first).to_have_text("60 menit")
        page.locator(f'[name="s{slot}.jawaban"]').first.check(force=True)
        expect(page.locator("[data-status]").first).to_contain_text("Tersimpan pukul")
        page.clock.fast_forward("10:00")
        expect(page.locator("[data-remaining]").first).to_have_text("50 menit")
        assert [state for state, _ in attempts(shifted.server)] == ["open"]
        context.close()
