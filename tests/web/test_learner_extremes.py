"""The exam pages against unusual learners, a second tab and altered forms: nothing is lost, nothing breaks."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.certificates.models import Certificate
from netral.learning.exams.models import Attempt, Response
from netral.learning.periods.enrolments import give_extra_time
from netral.pledges.models import Signature
from tests.factories import make_asn
from tests.learning.make import Exam, get_attempts, join, later, make_exam, read_paper, right
from tests.web.conftest import Browser, Clock, enter

ALL_POINTS = {"butir": ["1", "2", "3", "4"]}


@pytest.fixture
def exam(session: Session) -> Exam:
    return make_exam(session, limit_seconds=600)


@pytest.fixture
def siti(browser: Browser, session: Session, exam: Exam) -> Browser:
    return enter(browser, session, exam.user_id)


def begin(siti: Browser) -> None:
    siti.send("/ujian/mulai", token_from="/ujian")


def answer_all(siti: Browser, session: Session, exam: Exam) -> None:
    for slot, layout in read_paper(session, exam).items():
        siti.send(f"/ujian/{slot}", {**right(layout), "urutan": "1", "aksi": "lewat"})


@pytest.mark.parametrize(
    "altered",
    [
        {"jawaban": "zz", "jawaban-1": "zz"},
        {"urutan": "9999999999"},
        {"urutan": "9" * 40},
        {"urutan": "-1"},
        {"jawaban": ["benar", "salah", "a", "b"], "jawaban-1": ["boleh", "tidak"]},
    ],
)
def test_an_altered_form_is_refused_in_words(siti: Browser, session: Session, altered: dict[str, str]) -> None:
    begin(siti)

    page = siti.send("/ujian/1", {"urutan": "1", "aksi": "maju", **altered}, status=400)

    assert "tidak disimpan" in page.words
    assert session.scalars(select(Response)).all() == []


@pytest.mark.parametrize("attempt", ["9" * 40 + "-1", "1-" + "9" * 40, "x-1"])
@pytest.mark.parametrize("path", ["/ujian/1", "/ujian/kerjakan", "/ujian/kumpulkan"])
def test_a_form_of_an_impossible_attempt_is_404(
    siti: Browser, session: Session, exam: Exam, path: str, attempt: str
) -> None:
    begin(siti)

    siti.send(path, {"urutan": "1", "s1.urutan": "1", "s1.ragu": "1", "percobaan": attempt}, status=404)

    assert session.scalars(select(Response)).all() == []
    assert get_attempts(session, exam)[0].state == "open"


def test_a_tab_of_an_earlier_attempt_does_not_write_into_the_next(
    siti: Browser, session: Session, exam: Exam, clock: Clock
) -> None:
    begin(siti)
    old = f"{get_attempts(session, exam)[0].enrolment_id}-1"
    siti.send("/ujian/kumpulkan")
    clock.forward(minutes=59)
    siti.visit("/tugas")
    clock.forward(minutes=2)
    begin(siti)

    form = right(read_paper(session, exam)[1])
    siti.send("/ujian/1", {**form, "urutan": "7", "aksi": "maju", "percobaan": old})

    assert [attempt.state for attempt in get_attempts(session, exam)] == ["submitted", "open"]
    assert session.scalars(select(Response)).all() == []


def test_when_time_is_over_the_page_says_so_and_changes_nothing(
    siti: Browser, session: Session, exam: Exam, clock: Clock
) -> None:
    begin(siti)
    clock.forward(minutes=11)

    siti.visit("/ujian/kerjakan")

    assert get_attempts(session, exam)[0].state == "open"


def test_an_answer_after_the_grace_is_not_saved_and_ends_the_attempt(
    siti: Browser, session: Session, exam: Exam, clock: Clock
) -> None:
    begin(siti)
    form = right(read_paper(session, exam)[1])
    clock.forward(seconds=621)

    reply = siti.post("/ujian/1", {**form, "urutan": "1"}, headers={"Accept": "application/json"})

    assert reply.status_code == 409
    attempt = get_attempts(session, exam)[0]
    assert (attempt.state, attempt.closed_at) == ("expired", later(seconds=600))
    assert session.scalars(select(Response)).all() == []


def test_an_attempt_that_ran_out_but_passed_completes_a_signed_ikrar(
    siti: Browser, session: Session, exam: Exam, clock: Clock
) -> None:
    siti.send("/ikrar", ALL_POINTS)
    begin(siti)
    answer_all(siti, session, exam)
    clock.forward(minutes=20)

    siti.send("/ujian/kumpulkan")

    assert get_attempts(session, exam)[0].state == "expired"
    assert session.scalar(select(func.count()).select_from(Certificate)) == 1


def test_starting_after_time_ran_out_completes_a_signed_ikrar_too(
    siti: Browser, session: Session, exam: Exam, clock: Clock
) -> None:
    siti.send("/ikrar", ALL_POINTS)
    begin(siti)
    answer_all(siti, session, exam)
    clock.forward(minutes=20)

    begin(siti)

    assert len(get_attempts(session, exam)) == 1
    assert session.scalar(select(func.count()).select_from(Certificate)) == 1


@pytest.mark.parametrize("days", [-3, 70])
def test_nobody_signs_before_or_after_the_period(
    siti: Browser, session: Session, clock: Clock, exam: Exam, days: int
) -> None:
    clock.forward(days=days)
    siti.sign_in(session.get_one(User, exam.user_id).login)

    siti.send("/ikrar", ALL_POINTS, token_from="/profil", status=409)

    assert session.scalars(select(Signature)).all() == []


def test_a_refusal_after_signing_is_refused_in_words(siti: Browser, session: Session) -> None:
    siti.send("/ikrar", ALL_POINTS)

    page = siti.send("/ikrar", {"aksi": "menolak"}, status=409)

    assert "tidak dapat diubah" in page.words
    assert session.scalars(select(Signature.outcome)).all() == ["setuju"]


@pytest.mark.parametrize("path", ["/ujian", "/ujian/kerjakan", "/ujian/tinjau", "/hasil/1"])
def test_looking_writes_nothing(siti: Browser, session: Session, statements: list[str], path: str) -> None:
    begin(siti)
    events = session.scalar(select(func.count()).select_from(AuditEvent))
    statements.clear()

    siti.get(path)

    assert statements
    assert [each for each in statements if each.startswith(("INSERT", "UPDATE", "DELETE"))] == []
    session.rollback()
    assert session.scalar(select(func.count()).select_from(AuditEvent)) == events


def test_results_of_others_are_not_found(siti: Browser, session: Session, exam: Exam, clock: Clock) -> None:
    begin(siti)
    siti.send("/ujian/kumpulkan")
    assert clock is not None

    other = join(session, exam, make_asn(session, nama="Orang lain"))
    enter(siti, session, other.user_id)

    siti.visit("/hasil/1", status=404)
    assert len(get_attempts(session, exam)) == 1


def test_the_clock_tells_the_end_with_its_zone(siti: Browser) -> None:
    begin(siti)

    page = siti.visit("/ujian/kerjakan")

    assert "10.10" in page.words
    assert "WITA" in page.words


def test_an_hour_of_extra_time_counts(session: Session, browser: Browser, exam: Exam, clock: Clock) -> None:
    give_extra_time(session, Act(None, later(), exam.instansi_id), percent=100, **exam.who)
    session.commit()
    siti = enter(browser, session, exam.user_id)
    begin(siti)
    clock.forward(minutes=19)

    assert siti.visit("/ujian/kerjakan").title.startswith("Ujian")
    assert get_attempts(session, exam)[0].deadline_at == later() + timedelta(minutes=20)
    assert session.scalar(select(func.count()).select_from(Attempt)) == 1
