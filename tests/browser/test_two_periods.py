"""A second period opens while people sit the exam of the first: nothing of either is lost or hidden."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from netral.audit.events import Act
from netral.learning.periods.models import Period
from netral.learning.periods.opening import open_period
from netral.organisation.models import Instansi
from netral.quiz.options import CHOICE_FIELD
from tests.browser.conftest import Open
from tests.browser.journey import answer_everything, follow, hand_in, picture, press, sign_in, sign_the_ikrar
from tests.browser.learners import Learner
from tests.browser.server import KODE, Server, plan_around
from tests.browser.test_exam_offline import expect_saved, first_choice, slot_of, tick

pytestmark = pytest.mark.browser

PEMILU = "pemilu"


def open_second(server: Server) -> None:
    """Open Pemilu, which has a nearer tenggat, unless an earlier test has opened it."""
    now = datetime.now(UTC)
    due_day = now.date() + timedelta(days=5)
    plan = replace(plan_around(now), kode=PEMILU, nama="Pemilu Kabupaten Contoh", due_day=due_day)
    with server.session() as session:
        if session.scalars(select(Period).where(Period.kode == PEMILU)).first() is None:
            instansi_id = session.scalars(select(Instansi.id)).one()
            open_period(session, Act(None, now, instansi_id), plan)


def sit(page: Page, learner: Learner) -> Page:
    """Open a question at an address from before addresses named their period."""
    sign_in(page, learner.login, f"/ujian/{first_choice(learner)}")
    return page


def expect_kept(learner: Learner, option: str) -> None:
    assert learner.saved_answers() == {first_choice(learner): {CHOICE_FIELD: [option]}}


def test_a_period_opened_in_the_middle_of_an_exam_changes_nothing(server: Server, open_page: Open) -> None:
    siti, joko, lina = (Learner(server, name).has_started_the_exam() for name in ("Siti", "Joko", "Lina"))
    saving, silent, plain = sit(open_page(), siti), sit(open_page(), joko), sit(open_page(javascript=False), lina)
    silent.context.set_offline(True)
    chosen_by_joko, chosen_by_lina = tick(silent), tick(plain)
    open_second(server)

    chosen_by_siti = tick(saving)
    expect_saved(saving)
    silent.context.set_offline(False)
    expect_saved(silent)
    press(saving, "Simpan dan lanjutkan")
    press(plain, "Simpan jawaban")

    for learner, option in ((siti, chosen_by_siti), (joko, chosen_by_joko), (lina, chosen_by_lina)):
        expect_kept(learner, option)
    for page, learner in ((saving, siti), (plain, lina)):
        assert page is plain or slot_of(page) == first_choice(learner) + 1
        page.goto("/tugas")
        follow(page, "Lanjutkan ujian, Pilkada Kabupaten Contoh")
        press(page, "Lanjutkan ujian")
        assert f"periode={KODE}" in page.url


def test_an_answer_chosen_without_signal_is_sent_from_any_page(server: Server, open_page: Open) -> None:
    """The next page may belong to another period, so the queued entry itself says where it belongs."""
    made = Learner(server, "Made").has_started_the_exam()
    open_second(server)
    page = sit(open_page(), made)
    page.context.set_offline(True)
    option = tick(page)
    page.context.set_offline(False)
    page.context.clear_cookies()
    page.goto("about:blank")

    sign_in(page, made.login, f"/ikrar?periode={PEMILU}")

    page.wait_for_function("() => localStorage.length === 0")
    expect_kept(made, option)


@pytest.mark.parametrize(("name", "javascript"), [("Oki", True), ("Putri", False)])
def test_two_periods_are_walked_one_after_the_other(
    server: Server, open_page: Open, name: str, *, javascript: bool
) -> None:
    open_second(server)
    periods = [Learner(server, name, kode).has_read_everything() for kode in (PEMILU, KODE)]
    page = open_page(javascript=javascript)
    sign_in(page, periods[0].login)
    expect(page.locator("h2")).to_have_text(["Pemilu Kabupaten Contoh", "Pilkada Kabupaten Contoh"])
    picture(page, f"dua-periode-{name.lower()}")

    for learner in periods:
        finish(page, learner)
        page.goto("/tugas")
    expect(page.get_by_text("Periode lain")).to_be_visible()
    picture(page, f"dua-periode-{name.lower()}-selesai")
    follow(page, "Lihat sertifikat")

    assert [len(learner.certificates()) for learner in periods] == [2, 2]
    expect(page.get_by_text("Sertifikat lain")).to_be_visible()
    expect(page.locator("article, .certificate").first).to_contain_text("Pemilu Kabupaten Contoh")


def finish(page: Page, learner: Learner) -> None:
    """Finish the nearest period from Tugas saya, one step after the other."""
    page.get_by_role("link", name="Buka ujian").first.click()
    press(page, "Mulai ujian")
    answer_everything(page, learner.right_answers())
    hand_in(page)
    follow(page, "Lanjut ke ikrar")
    sign_the_ikrar(page)
    expect(page.get_by_text("Ikrar sudah Anda tandatangani.")).to_be_visible()
