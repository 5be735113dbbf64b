"""The paper as one document: what its form saves without a script, what it leaves alone, and what a script adds."""

import gzip
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.access import Permission
from netral.learning.exams.models import Attempt, Response
from netral.quiz.questions import Answer, accept
from netral.web.edge.access import DECLARED
from tests.learning.make import KODE, Exam, make_exam, pass_exam, read_paper, right, start
from tests.web.conftest import Browser, Clock, enter
from tests.web.pages import Page
from tests.web.test_access import address, rules

PAPER = f"/ujian/kerjakan?periode={KODE}"
AS_SCRIPT = {"Accept": "application/json"}
Form = dict[str, list[str]]


@pytest.fixture
def exam(session: Session) -> Exam:
    return make_exam(session, limit_seconds=1800)


@pytest.fixture
def siti(browser: Browser, session: Session, exam: Exam) -> Browser:
    """Return the browser of Siti, who has begun her exam."""
    start(session, exam)
    return enter(browser, session, exam.user_id)


def fields_of(page: Page) -> Form:
    """Return what a browser would send of the form as it stands."""
    form: Form = {}
    (paper,) = [each for each in page.all("form") if each.get("action") == PAPER]
    for control in paper.iter("input"):
        if control.get("type") not in {"radio", "checkbox"} or control.get("checked") is not None:
            form.setdefault(control.get("name"), []).append(control.get("value", ""))
    for select_ in paper.iter("select"):
        chosen = [option.get("value") for option in select_.iter("option") if option.get("selected") is not None]
        form[select_.get("name")] = chosen or [""]
    return form


def choose(form: Form, slot: int, answer: Answer) -> Form:
    """Return the form with this answer for a question and none of what was chosen for it before."""
    kept = {name: value for name, value in form.items() if not name.startswith((f"s{slot}.jawaban", f"s{slot}.syarat"))}
    return kept | {f"s{slot}.{name}": values for name, values in answer.items()}


def choices(form: Form) -> Form:
    return {name: values for name, values in form.items() if any(values) and not name.endswith(("urutan", "semula"))}


def saved(session: Session) -> dict[int, tuple[Answer, int]]:
    session.rollback()
    return {row.slot: (row.answer, row.sequence) for row in session.scalars(select(Response))}


def other(session: Session, exam: Exam, slot: int) -> Answer:
    """Return another answer than the right one: that of the first field is another place."""
    answer = right(read_paper(session, exam)[slot])
    name = next(iter(answer))
    return {**answer, name: ["2" if answer[name] == ["1"] else "1"]}


def test_the_form_of_a_paper_saves_what_was_chosen_in_it(siti: Browser, session: Session, exam: Exam) -> None:
    form, paper = fields_of(siti.visit(PAPER)), read_paper(session, exam)
    for slot in (1, 3):
        form = choose(form, slot, right(paper[slot]))
    page = siti.send(PAPER, {**form, "aksi": "simpan"})

    assert "Jawaban tersimpan pukul 10.00 WITA." in page.words
    assert saved(session) == {slot: (accept(paper[slot], right(paper[slot])), 1) for slot in (1, 3)}


@pytest.mark.parametrize("slot", [1, 2, 3, 4])
def test_a_saved_paper_shows_and_sends_the_same_again(siti: Browser, session: Session, exam: Exam, slot: int) -> None:
    form = choose(fields_of(siti.visit(PAPER)), slot, right(read_paper(session, exam)[slot])) | {f"s{slot}.ragu": ["1"]}
    page = siti.send(PAPER, form)
    before = saved(session)

    again = fields_of(page)
    assert choices(again) == choices(form)
    assert "Tidak ada jawaban yang berubah." in siti.send(PAPER, again).words
    assert saved(session) == before


def test_an_answer_can_be_taken_back(siti: Browser, session: Session, exam: Exam) -> None:
    page = siti.send(PAPER, choose(fields_of(siti.visit(PAPER)), 2, right(read_paper(session, exam)[2])))

    siti.send(PAPER, choose(fields_of(page), 2, {}))

    assert saved(session) == {2: ({}, 2)}


def test_a_question_that_does_not_say_what_it_showed_is_left_alone(siti: Browser, session: Session, exam: Exam) -> None:
    form = choose(fields_of(siti.visit(PAPER)), 2, right(read_paper(session, exam)[2]))
    page = siti.send(PAPER, form)
    before = saved(session)

    siti.send(PAPER, {**fields_of(page), "s2.semula": []} | {"s2.jawaban": [], "s2.apa": ["x"]})

    assert saved(session) == before


def test_a_page_that_was_left_behind_overwrites_nothing_newer(siti: Browser, session: Session, exam: Exam) -> None:
    paper, old = read_paper(session, exam), fields_of(siti.visit(PAPER))
    for slot in (1, 2):
        siti.send(PAPER, choose(fields_of(siti.visit(PAPER)), slot, right(paper[slot])))
    before = saved(session)
    late = choose(choose(old, 2, other(session, exam, 2)), 3, right(paper[3]))

    answer = siti.post(PAPER, late)
    assert answer.location == f"{PAPER}#2"
    page = siti.visit(PAPER)

    assert (
        "Jawaban soal 2 diubah dari perangkat lain pukul 10.00 WITA. Yang tampil adalah jawaban terbaru." in page.words
    )
    assert "soal 1 diubah" not in page.words, "the page never changed it"
    assert saved(session) == {**before, 3: (accept(paper[3], right(paper[3])), 1)}


def test_sending_the_same_paper_twice_alarms_nobody(siti: Browser, session: Session, exam: Exam) -> None:
    form = choose(fields_of(siti.visit(PAPER)), 1, right(read_paper(session, exam)[1]))
    siti.send(PAPER, form)

    assert "diubah dari perangkat lain" not in siti.send(PAPER, form).words
    assert saved(session)[1][1] == 1


def test_a_script_in_another_tab_is_not_overwritten(siti: Browser, session: Session, exam: Exam) -> None:
    old, answer = fields_of(siti.visit(PAPER)), right(read_paper(session, exam)[1])
    siti.post("/ujian/1", {**answer, "urutan": "5"}, headers=AS_SCRIPT)

    siti.send(PAPER, choose(old, 1, other(session, exam, 1)))

    assert saved(session)[1][1] == 5


def test_reviewing_saves_first_and_shows_what_is_saved(siti: Browser, session: Session, exam: Exam) -> None:
    form = choose(fields_of(siti.visit(PAPER)), 1, right(read_paper(session, exam)[1]))
    page = siti.send(PAPER, {**form, "aksi": "tinjau"})

    assert page.heading == "Tinjau sebelum mengumpulkan"
    assert "3 soal belum dijawab dan akan dinilai 0." in page.words
    assert saved(session).keys() == {1}
    assert siti.send("/ujian/kumpulkan", page.hidden(f"/ujian/kumpulkan?periode={KODE}")).title.startswith("Hasil")


def test_one_altered_answer_refuses_the_whole_form(siti: Browser, session: Session, exam: Exam) -> None:
    form = choose(fields_of(siti.visit(PAPER)), 1, right(read_paper(session, exam)[1]))
    name = next(iter(right(read_paper(session, exam)[4])))

    page = siti.send(PAPER, {**form, f"s4.{name}": ["zz"]}, status=400)

    assert "tidak disimpan" in page.words
    assert saved(session) == {}


@pytest.mark.parametrize("name", ["s9.jawaban", "s999999999.jawaban", f"s{'9' * 40}.jawaban", "s.jawaban", "sx.ragu"])
def test_a_question_that_the_paper_does_not_have_is_refused_or_no_field(
    siti: Browser, session: Session, name: str
) -> None:
    answer = siti.post(PAPER, {**fields_of(siti.visit(PAPER)), name: ["1"]})

    assert answer.status_code in {303, 404}
    assert saved(session) == {}


@pytest.mark.parametrize("ended", ["handed in", "run out"])
def test_a_paper_that_comes_after_the_end_changes_nothing(
    siti: Browser, session: Session, exam: Exam, clock: Clock, ended: str
) -> None:
    form = choose(fields_of(siti.visit(PAPER)), 1, right(read_paper(session, exam)[1]))
    if ended == "handed in":
        siti.send("/ujian/kumpulkan")
    else:
        clock.forward(minutes=31)
    page = siti.send(PAPER, form)

    assert "Ujian ini sudah ditutup. Jawaban terakhir tidak ikut tersimpan." in page.words
    assert saved(session) == {}
    assert session.scalars(select(Attempt.state)).all() == ["submitted" if ended == "handed in" else "expired"]


# ---- Time on the screen ----


def send_seconds(siti: Browser, form: Answer, sequence: int, **more: Any) -> int:
    return siti.post("/ujian/1", {**form, "urutan": str(sequence), **more}, headers=AS_SCRIPT).status_code


def test_the_newest_time_on_the_screen_is_kept(siti: Browser, session: Session, exam: Exam) -> None:
    form = right(read_paper(session, exam)[1])
    for sequence, more in enumerate(({"lama": "12"}, {"lama": "600"}, {}), 1):
        assert send_seconds(siti, form, sequence, **more) == 200
    session.rollback()
    assert session.scalars(select(Response.seconds)).one() == 600
    (shown,) = [each for each in siti.visit(PAPER).all("section") if each.get("id") == "1"]
    assert shown.get("data-seconds") == "600"


@pytest.mark.parametrize("text", ["601", "-1", "x", "1.5", "9" * 40, ""])
def test_a_time_that_no_script_of_ours_sends_costs_no_answer(
    siti: Browser, session: Session, exam: Exam, text: str
) -> None:
    assert send_seconds(siti, right(read_paper(session, exam)[1]), 1, lama=text) == 200
    session.rollback()
    assert session.scalars(select(Response.seconds)).one() is None


def test_a_timed_exam_says_beforehand_that_answers_must_arrive_in_time(siti: Browser) -> None:
    assert "Jawaban harus sampai di server sebelum waktu habis." in siti.visit("/ujian").words


# ---- On the wire ----


def test_the_paper_is_packed_and_kept_nowhere(siti: Browser) -> None:
    plain, packed = siti.get(PAPER), siti.get(PAPER, headers={"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "no-store" in packed.headers["Cache-Control"]
    for more in ("&x=tebakan", "&periode=tebakan"):
        assert "Content-Encoding" not in siti.get(PAPER + more, headers={"Accept-Encoding": "gzip"}).headers


def test_no_packed_page_of_a_learner_repeats_the_query(
    app: Flask, browser: Browser, session: Session, exam: Exam
) -> None:
    """Their length would tell how much of a guess stands in the page: those of an unknown period are no pages."""
    pass_exam(session, exam)
    enter(browser, session, exam.user_id)

    for rule in rules(app):
        if DECLARED[app.view_functions[rule.endpoint]] is Permission.LEARN and "GET" in (rule.methods or set()):
            path = address(rule, {"slug": "media-sosial"})
            answer = browser.get(f"{path}?periode=tebakan", headers={"Accept-Encoding": "gzip"}, follow_redirects=True)
            assert "Content-Encoding" not in answer.headers or b"tebakan" not in gzip.decompress(answer.data), path
