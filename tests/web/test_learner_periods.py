"""Several periods at once: a page keeps its own, whatever is opened meanwhile, and no other one is hidden."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.audit.events import Act
from netral.learning.exams.attempts import start_attempt
from netral.learning.exams.models import Attempt, Response
from netral.learning.periods.models import Enrolment, Period
from netral.learning.periods.opening import open_period
from netral.learning.study.models import PageReached, PracticeAnswer
from netral.pledges.models import Signature
from netral.web.edge.errors import BY_STATUS
from tests.factories import NOW
from tests.learning.make import KODE, Exam, make_exam, make_plan, pass_exam, read_paper, right
from tests.web.conftest import Browser, Clock, give_password
from tests.web.pages import Page

PEMILU = "pemilu-2029"
ALL_POINTS = {"butir": ["1", "2", "3", "4"]}
AS_SCRIPT = {"Accept": "application/json"}
MODULE = "/modul/media-sosial"
OWN = ("/tugas", "/modul/", "/ujian", "/hasil/", "/ikrar", "/sertifikat")


@pytest.fixture
def exam(session: Session) -> Exam:
    """Enrol Siti in Pilkada 2029, whose tenggat is 31 May."""
    exam = make_exam(session)
    give_password(session, session.get_one(User, exam.user_id))
    session.commit()
    return exam


@pytest.fixture
def siti(browser: Browser, exam: Exam, session: Session) -> Browser:
    browser.enter(session.get_one(User, exam.user_id).login)
    return browser


def open_pemilu(session: Session, exam: Exam, *, first_day: date = date(2029, 5, 1)) -> None:
    """Open another period with a nearer tenggat, 15 May."""
    plan = make_plan(kode=PEMILU, nama="Pemilu 2029", first_day=first_day, due_day=date(2029, 5, 15))
    open_period(session, Act(None, NOW, exam.instansi_id), plan)
    session.execute(update(Enrolment).values(notice_read_at=NOW))
    session.commit()


def complete(session: Session, kode: str) -> None:
    period_id = select(Period.id).where(Period.kode == kode).scalar_subquery()
    session.execute(update(Enrolment).where(Enrolment.period_id == period_id).values(completed_at=NOW))


def begin(siti: Browser, kode: str = KODE) -> Page:
    siti.send(f"/ujian/mulai?periode={kode}")
    return siti.visit(f"/ujian/kerjakan?periode={kode}")


def saved_in(session: Session) -> list[str]:
    """Return the kodes of the periods in which an answer is saved."""
    session.rollback()
    statement = (
        select(Period.kode)
        .join(Attempt, Attempt.period_id == Period.id)
        .join(Response, Response.attempt_id == Attempt.id)
        .order_by(Period.kode)
    )
    return list(session.scalars(statement))


def main_of(page: Page) -> Any:
    return page.all("main")[0]


# ---- Tugas saya ----


def test_tugas_lists_every_period_that_is_left_with_the_nearest_tenggat_first(
    siti: Browser, session: Session, exam: Exam
) -> None:
    open_pemilu(session, exam)
    page = siti.visit("/tugas")

    headings = ["".join(each.itertext()) for each in page.all("h2")]
    assert headings == ["Pemilu 2029", "Pilkada 2029"]
    assert "2 periode belum selesai" in page.words
    assert "Tenggat 15 Mei 2029 (13 hari lagi)" in page.words
    next_steps = [each.get("href") for each in page.all("a") if each.get("class") == "button"]
    assert next_steps == [f"{MODULE}?periode={PEMILU}", f"{MODULE}?periode={KODE}"]


def test_a_finished_period_gives_way_to_the_next_and_stays_within_reach(
    siti: Browser, session: Session, exam: Exam
) -> None:
    open_pemilu(session, exam)
    complete(session, PEMILU)
    page = siti.visit("/tugas")

    assert "Pilkada 2029, tenggat 31 Mei 2029" in page.words
    assert "Periode lain Pemilu 2029 , selesai" in page.words
    assert page.links()["Pemilu 2029"] == f"/tugas?periode={PEMILU}"


@pytest.mark.parametrize("start", ["/tugas?periode=" + PEMILU, "/sertifikat"])
def test_a_learner_who_finished_one_period_is_told_of_the_other(
    siti: Browser, session: Session, exam: Exam, start: str
) -> None:
    open_pemilu(session, exam)
    complete(session, PEMILU)
    page = siti.visit(start)
    back = page if "?" in start else siti.visit(page.links()["Tugas saya"])

    assert "tenggat 31 Mei 2029 (29 hari lagi)" in back.words
    assert back.links().get("Pilkada 2029", f"/tugas?periode={KODE}") == f"/tugas?periode={KODE}"


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (datetime(2029, 5, 29, 16, 30, tzinfo=UTC), "(besok)"),  # 00.30 WITA on the 30th
        (datetime(2029, 5, 30, 15, 30, tzinfo=UTC), "(besok)"),  # half an hour before the last day
        (datetime(2029, 5, 30, 23, 0, tzinfo=UTC), "(hari ini pukul 23.59 WITA)"),  # 07.00 WITA on the last day
        (datetime(2029, 5, 31, 15, 59, tzinfo=UTC), "(hari ini pukul 23.59 WITA)"),
        (datetime(2029, 5, 28, 15, 59, tzinfo=UTC), "(3 hari lagi)"),
    ],
)
def test_days_left_are_counted_by_the_calendar_of_the_instansi(
    browser: Browser, session: Session, exam: Exam, clock: Clock, now: datetime, words: str
) -> None:
    clock.now = now

    page = browser.enter(session.get_one(User, exam.user_id).login)

    assert f"tenggat 31 Mei 2029 {words}" in page.words


# ---- What a page names ----


def names_no_period(page: Page, kode: str) -> list[str]:
    """Return the learner's addresses, in links and forms of the page, that name no period or another one."""
    named = f"periode={kode}"
    wrong = [
        href
        for link in main_of(page).iter("a")
        if (href := link.get("href", "")).startswith(OWN) and named not in href and not href.startswith("/sertifikat.")
    ]
    for form in main_of(page).iter("form"):
        fields = {control.get("name"): control.get("value") for control in form.iter("input")}
        if named not in form.get("action") or fields.get("periode") != kode:
            wrong.append(form.get("action"))
    return wrong


@pytest.mark.parametrize("named", [True, False])
def test_every_page_names_the_period_it_is_about(siti: Browser, session: Session, exam: Exam, *, named: bool) -> None:
    """Without a period, an address means the one with an open attempt, which here is also the nearest."""
    open_pemilu(session, exam)
    begin(siti, PEMILU)
    query = f"?periode={PEMILU}" if named else ""
    places = ["/ujian", "/ujian/kerjakan", "/ujian/1", "/ujian/tinjau", "/ujian/kumpulkan", "/ikrar", MODULE]
    places += ["/tugas", "/hasil/1"] if named else []

    pages = {place: siti.visit(place + query) for place in places if place != "/hasil/1"}
    siti.send(f"/ujian/kumpulkan{query}")
    pages |= {place: siti.visit(place + query) for place in ("/hasil/1", "/ujian")}

    other = f"/tugas?periode={KODE}"  # it is left to do as well, so Tugas saya leads there
    wrong = {place: [each for each in names_no_period(page, PEMILU) if each != other] for place, page in pages.items()}
    assert not any(wrong.values()), wrong


def test_the_page_of_an_exam_whose_time_is_over_names_its_period(
    browser: Browser, session: Session, clock: Clock
) -> None:
    exam = make_exam(session, limit_seconds=600)
    give_password(session, session.get_one(User, exam.user_id))
    open_pemilu(session, exam)
    browser.enter(session.get_one(User, exam.user_id).login)
    begin(browser)
    clock.forward(minutes=11)

    page = browser.visit(f"/ujian/1?periode={KODE}")

    assert page.heading == "Waktu ujian sudah habis"
    assert names_no_period(page, KODE) == []


@pytest.mark.parametrize("path", ["/ujian", "/ikrar"])
def test_the_exam_and_the_ikrar_name_their_period_before_they_begin(
    siti: Browser, session: Session, exam: Exam, path: str
) -> None:
    open_pemilu(session, exam)

    assert "Pemilu 2029" in siti.visit(f"{path}?periode={PEMILU}").words


# ---- A period that is opened, or begins, while a page is open ----


def answer_of(session: Session, exam: Exam, **more: str) -> dict[str, Any]:
    return {**right(read_paper(session, exam)[1]), "urutan": "1", "aksi": "maju", **more}


@pytest.mark.parametrize("says", ["periode", "percobaan"])
def test_a_period_opened_meanwhile_changes_nothing_for_an_open_exam(
    siti: Browser, session: Session, exam: Exam, says: str
) -> None:
    """The form sends `percobaan` alone, like a page from before addresses named their period."""
    page = begin(siti)
    form = answer_of(session, exam, **{says: page.value(says) or ""})
    open_pemilu(session, exam)

    saved = siti.post("/ujian/1", form, headers=AS_SCRIPT)
    on = siti.post("/ujian/1", {**form, "urutan": "2"})

    assert saved.json is not None
    assert (saved.status_code, saved.json["saved"]) == (200, True)
    assert (on.status_code, on.location) == (303, f"/ujian/kerjakan?periode={KODE}#1")
    assert saved_in(session) == [KODE]
    assert siti.visit("/tugas").links()["Lanjutkan ujian"] == f"/ujian?periode={KODE}"


def test_midnight_changes_nothing_for_an_open_exam(siti: Browser, session: Session, exam: Exam, clock: Clock) -> None:
    open_pemilu(session, exam, first_day=date(2029, 5, 3))
    clock.now = datetime(2029, 5, 2, 15, 30, tzinfo=UTC)  # 23.30 WITA
    siti.enter(session.get_one(User, exam.user_id).login)
    page = begin(siti)
    clock.now = datetime(2029, 5, 2, 16, 0, 14, tzinfo=UTC)

    form = answer_of(session, exam, percobaan=page.value("percobaan") or "")
    assert siti.post("/ujian/1", form, headers=AS_SCRIPT).status_code == 200
    assert siti.visit("/ujian/kerjakan").title.startswith("Ujian")
    assert siti.send("/ujian/kumpulkan").title.startswith("Hasil ujian")
    assert saved_in(session) == [KODE]


def test_an_old_address_of_the_exam_leads_to_the_open_attempt(siti: Browser, session: Session, exam: Exam) -> None:
    open_pemilu(session, exam)
    begin(siti)

    for path in ("/ujian/2", "/ujian/tinjau", "/ujian/kumpulkan", "/ujian"):
        page = siti.visit(path)
        assert f"periode={KODE}" in page.text, path
        assert f"periode={PEMILU}" not in page.text, path


def test_an_old_address_of_a_result_leads_to_it(siti: Browser, session: Session, exam: Exam) -> None:
    pass_exam(session, exam)
    open_pemilu(session, exam)
    begin(siti, PEMILU)

    assert siti.visit("/hasil/1").heading == "Anda lulus ujian"


def test_the_exam_of_another_period_is_not_handed_in(siti: Browser, session: Session, exam: Exam) -> None:
    open_pemilu(session, exam)
    shown = begin(siti)
    begin(siti, PEMILU)
    page = siti.send("/ujian/kumpulkan", {"percobaan": shown.value("percobaan"), "periode": PEMILU}, status=404)

    assert page.heading == BY_STATUS[404].title
    session.rollback()
    assert set(session.scalars(select(Attempt.state))) == {"open"}


def test_an_attempt_of_somebody_else_names_no_period_of_mine(siti: Browser, session: Session, exam: Exam) -> None:
    open_pemilu(session, exam)
    begin(siti)

    page = siti.send("/ujian/1", {"jawaban": "a", "urutan": "1", "percobaan": "999-1"}, status=404)

    assert page.heading == BY_STATUS[404].title
    assert saved_in(session) == []


# ---- A form that names none ----


def choose_period(siti: Browser, page: Page, kode: str) -> Page:
    """Press the button of a period on the page that asks for one."""
    assert page.heading == "Untuk periode yang mana?"
    form = main_of(page).find(".//form")
    fields = [(control.get("name"), control.get("value")) for control in form.iter("input")]
    sent: dict[str, Any] = {}
    for name, value in [*fields, ("periode", kode)]:
        sent.setdefault(name, []).append(value)
    return siti.send(form.get("action"), sent)


def test_a_form_that_fits_one_period_alone_is_taken(siti: Browser, session: Session, exam: Exam) -> None:
    open_pemilu(session, exam, first_day=date(2029, 5, 10))  # not yet

    siti.send(MODULE, {"halaman": "1"})

    assert session.scalars(select(Period.kode).join(Enrolment).join(PageReached)).all() == [KODE]


@pytest.mark.parametrize("kode", [KODE, PEMILU])
def test_a_form_that_fits_two_is_asked_about_and_loses_nothing(
    siti: Browser, session: Session, exam: Exam, kode: str
) -> None:
    open_pemilu(session, exam)
    asked = siti.send("/ikrar", {**ALL_POINTS, "aksi": "setuju"}, status=422)
    assert "Pilkada 2029, tenggat 31 Mei 2029" in asked.words
    assert session.scalars(select(Signature)).all() == []

    choose_period(siti, asked, kode)

    statement = select(Period.kode).join(Enrolment, Enrolment.period_id == Period.id)
    assert session.scalars(statement.join(Signature, Signature.enrolment_id == Enrolment.id)).all() == [kode]


def test_a_practice_answer_survives_the_question(siti: Browser, session: Session, exam: Exam) -> None:
    open_pemilu(session, exam)

    choose_period(siti, siti.send(f"{MODULE}/1/latihan/1", {"jawaban": "1"}, status=422), KODE)

    # Siti's own order of the options puts d first.
    assert session.scalars(select(PracticeAnswer.answer)).all() == [{"jawaban": ["d"]}]


def test_a_script_that_fits_two_attempts_is_told_so_and_saves_nothing(
    siti: Browser, session: Session, exam: Exam
) -> None:
    open_pemilu(session, exam)
    for kode in (KODE, PEMILU):
        start_attempt(session, Act(None, NOW), asn_id=exam.asn_id, kode=kode, seed=7)

    answer = siti.post("/ujian/1", {"jawaban": "a", "urutan": "1"}, headers=AS_SCRIPT)

    assert answer.status_code == 422
    assert answer.json is not None
    assert set(answer.json) == {"error", "message"}
    assert saved_in(session) == []
