"""The pages of a learner: tugas, modules, exam, result, ikrar, certificate in that order."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.certificates.models import Certificate
from netral.learning.exams.models import Attempt, Response
from netral.learning.periods.enrolments import get_enrolled
from netral.learning.periods.models import Period
from netral.learning.study.models import PageReached
from netral.learning.study.practice import list_practice
from netral.pledges.models import Signature
from netral.quiz.questions import Indicator, accept
from tests.factories import make_asn, make_user
from tests.learning.make import KODE, TERMS, Exam, make_exam, make_frozen, make_module, read_paper, right, with_pages
from tests.quiz.make import make_verdict
from tests.web.conftest import Browser, Clock, enter, give_password

MODULE = "/modul/media-sosial"
AS_SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def exam(session: Session) -> Exam:
    exam = make_exam(session, notice=False)
    give_password(session, session.get_one(User, exam.user_id))
    session.commit()
    return exam


@pytest.fixture
def siti(browser: Browser, exam: Exam, session: Session) -> Browser:
    browser.enter(session.get_one(User, exam.user_id).login)
    return browser


def reached(session: Session) -> list[int]:
    session.rollback()
    return list(session.scalars(select(PageReached.number).order_by(PageReached.number)))


def begin_exam(siti: Browser) -> None:
    siti.send("/ujian/mulai", {"pemberitahuan": "dibaca"}, token_from="/ujian")


def answer(siti: Browser, session: Session, exam: Exam, slot: int, **more: str) -> None:
    form = right(read_paper(session, exam)[slot])
    siti.send(f"/ujian/{slot}", {**form, "urutan": "1", "aksi": "maju", **more})


def pass_exam(siti: Browser, session: Session, exam: Exam) -> None:
    begin_exam(siti)
    for slot in range(1, 5):
        answer(siti, session, exam, slot)
    siti.send("/ujian/kumpulkan")


def test_somebody_without_a_period_is_told_when_tasks_come(browser: Browser, session: Session) -> None:
    user = give_password(session, make_user(session, asn=make_asn(session)))

    assert "Tugas muncul saat BKPSDM membuka periode" in browser.enter(user.login).words


def test_the_title_of_a_page_is_text(browser: Browser, session: Session) -> None:
    exam = make_exam(session, modules=[with_pages("Suka <b>& bagikan</b>", "Akhir")])
    siti = enter(browser, session, exam.user_id)

    for place in ("/modul/media-sosial", "/bacaan/1/media-sosial"):
        assert siti.visit(place).words.count("Suka <b>& bagikan</b>") >= 1


def test_the_first_task_is_the_first_module(siti: Browser) -> None:
    page = siti.visit("/tugas")

    assert page.links()["Mulai: Media sosial"] == "/modul/media-sosial?periode=pilkada-2029"
    assert "0 dari 4 tugas selesai" in page.words


def test_looking_at_a_module_marks_nothing_and_its_button_marks_every_page(siti: Browser, session: Session) -> None:
    page = siti.visit(MODULE)
    assert [heading.text for heading in page.all("h2")] == ["Halaman 1", "Halaman 2"]
    assert "0 dari 2 halaman" in siti.visit("/tugas").words

    (form,) = [each for each in page.all("form") if each.get("data-finish")]
    sent = {"halaman": [each.get("value") for each in form.iter("input") if each.get("name") == "halaman"]}
    done = siti.send(form.get("action"), sent)

    assert "Modul selesai dibaca." in done.words
    assert "1 dari 4 tugas selesai" in done.words
    assert reached(session) == [1, 2]


def test_looking_at_a_module_or_printing_it_writes_nothing(siti: Browser, statements: list[str]) -> None:
    statements.clear()

    page = siti.visit(f"{MODULE}/cetak")

    assert "Kabupaten Contoh · Pilkada 2029 · keadaan 2 Mei 2029 pukul 10.00 WITA" in page.words
    assert statements
    assert [each for each in statements if each.startswith(("INSERT", "UPDATE", "DELETE"))] == []


def test_a_script_records_pages_as_they_are_read(siti: Browser, session: Session) -> None:
    answer = siti.post(MODULE, {"halaman": ["1"], "urutan": "7"}, headers=AS_SCRIPT)

    assert (answer.status_code, answer.json) == (200, {"saved": True, "seq": 7})
    assert reached(session) == [1]
    tasks = siti.visit("/tugas")
    assert "1 dari 2 halaman" in tasks.words
    assert "Modul selesai dibaca." not in tasks.words
    assert tasks.links()["Lanjutkan: Media sosial"] == "/modul/media-sosial?periode=pilkada-2029#2"


def test_a_script_that_records_the_last_page_has_it_said_on_the_next_one(siti: Browser) -> None:
    siti.post(MODULE, {"halaman": ["1", "2"], "urutan": "1"}, headers=AS_SCRIPT)

    assert "Modul selesai dibaca." in siti.visit("/tugas").words


@pytest.mark.parametrize("pages", [[], ["0"], ["3"], ["1", "3"], ["satu"], ["1" * 10]])
def test_pages_that_a_module_does_not_have_are_not_recorded(siti: Browser, session: Session, pages: list[str]) -> None:
    siti.send(MODULE, {"halaman": pages}, status=404)

    assert reached(session) == []


def test_reading_outside_the_period_is_welcome_and_said_not_to_count(
    siti: Browser, session: Session, clock: Clock, exam: Exam
) -> None:
    clock.forward(minutes=60 * 24 * 90)
    siti.enter(session.get_one(User, exam.user_id).login)

    assert "jadi bacaan Anda tidak dicatat" in siti.send(MODULE, {"halaman": ["1", "2"]}).words
    assert reached(session) == []


@pytest.mark.parametrize(
    ("earlier", "now"),
    [
        (f"{MODULE}/1", f"{MODULE}?periode={KODE}"),
        (f"{MODULE}/2?periode={KODE}", f"{MODULE}?periode={KODE}#2"),
        (f"{MODULE}/cetak", f"{MODULE}?periode={KODE}"),
    ],
)
def test_an_earlier_address_of_a_page_leads_to_it(siti: Browser, earlier: str, now: str) -> None:
    assert siti.get(earlier).location == now


def test_practice_shows_its_reasons_only_to_people_who_have_answered(siti: Browser) -> None:
    before = siti.visit(MODULE)
    assert "Belum sesuai" not in before.words

    assert siti.post(f"{MODULE}/1/latihan/1", {"jawaban": "1"}).location == f"{MODULE}?periode={KODE}#soal-1-1-umpan"
    after = siti.visit(MODULE)

    assert "esuai" in after.words
    assert after.words.count("Periksa lagi") == 1
    assert [each.get("id") for each in after.all("div") if each.get("class", "").startswith("feedback")] == [
        "soal-1-1-umpan"
    ]


def test_no_key_of_unanswered_practice_reaches_the_browser(siti: Browser, session: Session, exam: Exam) -> None:
    enrolled = get_enrolled(session, **exam.who)
    first, second = (found.layout.question for found in list_practice(session, enrolled, slug="media-sosial"))

    alone = siti.post(f"{MODULE}/1/latihan/1", {"jawaban": "1"}, headers=AS_SCRIPT).text

    for text in (siti.get(MODULE).text, json.loads(alone)["html"]):
        assert [reason for reason in secrets_of(second.to_json()) if reason in text] == []
        assert any(reason in text for reason in secrets_of(first.to_json()))


@pytest.fixture
def second_module(monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the address of a module whose opening asks what the first one practised; it has objectives and a term."""
    module = make_module("foto", position=2)
    page = replace(module.pages[0], terms=TERMS[:1])
    head = replace(module.head, objectives=("mengenali simbol", "menolak ajakan", "bertanya"))
    frozen = make_frozen(modules=(make_module(), replace(module, head=head, pages=(page, *module.pages[1:]))))
    monkeypatch.setattr("tests.learning.make.make_frozen", lambda **_: frozen)
    return "/modul/foto"


def test_a_module_begins_with_objectives_and_earlier_questions_and_ends_with_a_self_check(
    second_module: str, siti: Browser
) -> None:
    page = siti.visit(second_module)

    assert [heading.text for heading in page.all("h2")] == [
        *("Sebelum mulai", "Halaman 1", "Halaman 2", "Istilah di modul ini"),
    ]
    assert [heading.text for heading in page.all("h3")] == ["Ingat kembali", "Sekarang Anda dapat …"]
    assert page.words.count("menolak ajakan") == 2
    boxes = [
        each for each in page.all("input") if each.get("type") == "checkbox" and each.get("id", "").startswith("dapat")
    ]
    assert [(box.get("name"), box.get("checked"), box.get("autocomplete")) for box in boxes] == [
        (None, None, "off")
    ] * 3
    assert "Aparatur sipil negara. PNS dan PPPK." in page.words
    assert "Sebelum mulai" not in siti.visit(MODULE).words


def test_a_question_of_an_earlier_module_is_answered_where_it_opened_the_later_one(
    second_module: str, siti: Browser
) -> None:
    page = siti.visit(second_module)
    (form,) = [each for each in page.all("form") if each.get("action", "").startswith(f"{MODULE}/1/latihan/1")]
    sent = {each.get("name"): each.get("value") for each in form.iter("input") if each.get("type") == "hidden"}
    assert sent["dari"] == "foto"

    answer = siti.post(form.get("action"), {**sent, "jawaban": "1"})

    address, _, place = answer.location.partition("#")
    assert (address.replace("x", ""), place) == (
        f"/modul/foto?periode={KODE}&ingat={sent['ingat']}",
        "ingat-media-sosial-1-1-umpan",
    )
    after = siti.visit(address)
    assert [each.get("id") for each in after.all("div") if each.get("class", "").startswith("feedback")] == [
        "ingat-media-sosial-1-1-umpan"
    ]
    alone = siti.post(form.get("action"), {**sent, "jawaban": "1"}, headers=AS_SCRIPT)
    assert alone.json is not None
    assert tidy(alone.json["html"]) in tidy(siti.get(address).text)
    assert "feedback" not in siti.get(second_module).text
    missing = siti.send(form.get("action"), sent, status=422)
    assert missing.links()["Pilih jawaban dahulu"] == "#ingat-media-sosial-1-1-jawaban"
    assert missing.heading == "Foto"


def test_a_script_is_sent_the_question_alone_as_the_page_draws_it(siti: Browser) -> None:
    answer = siti.post(f"{MODULE}/1/latihan/1", {"jawaban": "1"}, headers=AS_SCRIPT)

    assert answer.status_code == 200
    assert answer.json is not None
    assert tidy(answer.json["html"]) in tidy(siti.get(MODULE).text)
    assert "SKB 9/2022" in answer.json["html"]


def tidy(html: str) -> str:
    """Leave out the token of the form, which is signed anew for every page."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", html).strip()


def test_practice_without_a_choice_says_what_is_missing(siti: Browser) -> None:
    page = siti.send(f"{MODULE}/1/latihan/2", status=422)

    assert page.title.startswith("Galat: ")
    assert page.links()["Pilih jawaban dahulu"] == "#soal-1-2-jawaban"
    assert page.words.count("Pilih jawaban dahulu") == 2


def test_a_verdict_without_its_reason_stays_chosen_and_the_reason_is_asked_for(
    browser: Browser, session: Session
) -> None:
    exam = make_exam(session, practice=[make_verdict()])
    give_password(session, session.get_one(User, exam.user_id))
    session.commit()
    browser.enter(session.get_one(User, exam.user_id).login)

    page = browser.send(f"{MODULE}/1/latihan/1", {"jawaban": "2"}, token_from=MODULE, status=422)

    assert page.links()["Lengkapi jawaban dahulu"] == "#soal-1-1-jawaban"
    assert [each.get("value") for each in page.all("input") if each.get("checked") is not None] == ["2"]
    assert "UMPAN" not in page.text


def test_practice_without_a_choice_is_said_to_a_script_in_its_place(siti: Browser) -> None:
    answer = siti.post(f"{MODULE}/1/latihan/2", headers=AS_SCRIPT)

    assert answer.status_code == 422
    assert answer.json is not None
    assert 'id="soal-1-2-jawaban-galat">Pilih jawaban dahulu' in answer.json["html"]


def test_the_exam_waits_for_the_privacy_notice(siti: Browser) -> None:
    page = siti.send("/ujian/mulai", token_from="/ujian", status=422)

    assert page.title.startswith("Galat: Ujian")
    told = "Baca pemberitahuan privasi, lalu centang bahwa Anda sudah membacanya"
    assert page.links()[told] == "#pemberitahuan-dibaca"
    (box,) = [each for each in page.all("input") if each.get("id") == "pemberitahuan-dibaca"]
    assert (box.get("aria-invalid"), box.get("aria-describedby")) == ("true", "pemberitahuan-dibaca-galat")
    assert page.words.count(told) == 2
    assert "bukan alat bukti disiplin" in page.words


def test_starting_twice_leads_to_the_same_attempt(siti: Browser, session: Session) -> None:
    begin_exam(siti)
    siti.send("/ujian/mulai")

    assert session.scalar(select(func.count()).select_from(Attempt)) == 1


def test_the_address_of_a_question_leads_to_its_place_in_the_paper(siti: Browser) -> None:
    begin_exam(siti)

    assert siti.get("/ujian/3").location == f"/ujian/kerjakan?periode={KODE}#3"
    assert [each.get("id") for each in siti.visit("/ujian/kerjakan").all("section")][:4] == ["1", "2", "3", "4"]


def test_a_question_sent_as_a_form_is_saved_and_shown_in_its_paper(siti: Browser, session: Session, exam: Exam) -> None:
    begin_exam(siti)
    layout = read_paper(session, exam)[1]
    after = siti.post("/ujian/1", {**right(layout), "urutan": "1", "ragu": "1"})

    kept = session.scalars(select(Response)).one()
    assert kept.answer == accept(layout, right(layout))
    assert kept.doubtful
    assert (after.status_code, after.location) == (303, f"/ujian/kerjakan?periode={KODE}#1")


def test_a_stale_tab_is_told_and_changes_nothing(siti: Browser, session: Session, exam: Exam) -> None:
    begin_exam(siti)
    answer(siti, session, exam, 1, urutan="5")
    page = siti.send("/ujian/1", {"jawaban": "1", "jawaban-1": "1", "urutan": "2", "aksi": "maju"})

    assert "diubah dari perangkat lain" in page.words
    assert session.scalars(select(Response.sequence)).one() == 5


def test_a_script_is_answered_with_what_is_saved(siti: Browser, session: Session, exam: Exam) -> None:
    begin_exam(siti)
    form = right(read_paper(session, exam)[1])
    headers = {"Accept": "application/json"}
    saved = siti.post("/ujian/1", {**form, "urutan": "3"}, headers=headers)
    stale = siti.post("/ujian/1", {"urutan": "2"}, headers=headers)

    assert saved.status_code == 200
    moments = {"saved_at": "2029-05-02T02:00:00+00:00", "ends_at": "2029-06-30T16:00:00+00:00"}
    assert saved.json == {"saved": True, "seq": 3, "answer": form} | moments
    assert stale.json is not None
    assert (stale.json["saved"], stale.json["seq"], stale.json["answer"]) == (False, 3, form)


def test_a_script_learns_that_one_is_signed_out_closed_or_lost_its_token(siti: Browser) -> None:
    headers = {"Accept": "application/json"}
    begin_exam(siti)
    assert siti.open("/ujian/1", method="POST", data={"urutan": "1"}, headers=headers).status_code == 400
    siti.send("/ujian/kumpulkan")
    assert siti.post("/ujian/1", {"urutan": "9"}, headers=headers).status_code == 409
    siti.client.delete_cookie("netral")
    assert siti.open("/ujian/1", method="POST", data={"urutan": "1"}, headers=headers).status_code == 401


def test_an_answer_left_on_a_shared_phone_is_not_saved_for_the_next_person(siti: Browser, session: Session) -> None:
    begin_exam(siti)
    siti.send("/ujian/1", {"jawaban": "1", "jawaban-1": "1", "urutan": "1", "percobaan": "999-1"}, status=404)

    assert session.scalars(select(Response)).all() == []


def test_no_page_of_an_open_attempt_holds_a_key(siti: Browser, session: Session, exam: Exam) -> None:
    begin_exam(siti)
    for slot, layout in read_paper(session, exam).items():
        text = siti.get("/ujian/kerjakan").text + siti.get("/ujian/tinjau").text
        assert f"Soal {slot} dari 4" in text
        reasons = secrets_of(layout.question.to_json())
        assert reasons, "every question has reasons"
        assert [reason for reason in reasons if reason in text] == []


def test_forms_of_questions_hold_places_and_no_id_of_the_source(siti: Browser) -> None:
    begin_exam(siti)

    for path in (MODULE, "/ujian/kerjakan"):
        page = siti.visit(path)
        controls = [each for each in page.all("input") if str(each.get("id")).startswith(("s", "q", "jawaban"))]
        controls = [each for each in controls if "jawaban" in str(each.get("name"))]
        values = [each.get("value") for each in [*controls, *page.all("option")]]
        assert values, path
        assert {value for value in values if value} <= set("12345"), path


def secrets_of(value: Any, name: str = "") -> list[str]:
    """Return every feedback and explanation of a question, which only a submission opens."""
    if isinstance(value, dict):
        return [found for key, inner in value.items() for found in secrets_of(inner, key)]
    if isinstance(value, list):
        return [found for inner in value for found in secrets_of(inner, name)]
    return [value] if isinstance(value, str) and name in {"feedback", "explanation"} and value else []


def test_handing_in_twice_lands_on_the_same_result(siti: Browser, session: Session, exam: Exam) -> None:
    pass_exam(siti, session, exam)
    again = siti.send("/ujian/kumpulkan")

    assert again.heading == "Anda lulus ujian"
    assert session.scalar(select(func.count()).select_from(Attempt)) == 1


def test_the_exam_page_tells_how_answers_are_saved_until_it_is_passed(
    siti: Browser, session: Session, exam: Exam
) -> None:
    saving = "Setiap jawaban tersimpan otomatis."
    assert saving in siti.visit("/ujian").words

    pass_exam(siti, session, exam)
    page = siti.visit("/ujian")
    assert "Anda sudah lulus ujian" in page.words
    assert saving not in page.words


@pytest.mark.parametrize("path", ["/ujian/kerjakan", "/ujian/tinjau"])
def test_after_handing_in_the_paper_leads_to_the_result(siti: Browser, path: str) -> None:
    begin_exam(siti)
    siti.send("/ujian/kumpulkan")

    assert siti.get(path).location == "/hasil/1?periode=pilkada-2029"


def test_a_failed_attempt_shows_rules_and_no_key_while_attempts_remain(siti: Browser) -> None:
    begin_exam(siti)
    page = siti.send("/ujian/kumpulkan")

    assert page.heading == "Anda belum mencapai batas kelulusan"
    assert "SKB 9/2022" in page.words
    assert "Yang sesuai" not in page.words
    assert "mulai 2 Mei 2029 pukul 11.00 WITA" in page.words


def test_a_failed_attempt_opens_what_was_wrong_with_its_question(siti: Browser, session: Session, exam: Exam) -> None:
    begin_exam(siti)
    paper = read_paper(session, exam)
    answer(siti, session, exam, 1)

    page = siti.send("/ujian/kumpulkan")

    stems = {slot: layout.question.stem for slot, layout in paper.items()}
    told = {"".join(each.find("summary").itertext()): each.get("open") is not None for each in page.all("details")}
    for slot, stem in stems.items():
        worth = "sesuai" if slot == 1 else "belum sesuai"
        assert told[f"Soal {slot} · {worth}: {stem}"] is (slot != 1)
    assert [(heading.text or "").partition(":")[0] for heading in page.all("h3")] == [
        "Hubungan dengan partai politik",
        "Kegiatan kampanye",
        "Pengetahuan umum",
    ]


def test_the_result_counts_questions_and_not_percents(siti: Browser, session: Session, exam: Exam) -> None:
    begin_exam(siti)
    for slot, layout in read_paper(session, exam).items():
        if layout.question.indicator is Indicator.KAMPANYE:
            answer(siti, session, exam, slot)
            break

    page = siti.send("/ujian/kumpulkan")

    rows = [" ".join("".join(row.itertext()).split()) for row in page.all("tbody/tr")]
    assert rows == [
        "Hubungan dengan partai politik0 dari 1",
        "Kegiatan kampanye1 dari 2",
        "Pengetahuan umum0 dari 1",
    ]


def test_the_map_counts_an_answer_with_a_doubt_as_both(siti: Browser, session: Session, exam: Exam) -> None:
    begin_exam(siti)
    form = right(read_paper(session, exam)[1])
    siti.send("/ujian/1", {**form, "urutan": "1", "ragu": "1", "aksi": "maju"})

    assert "Daftar soal: 1 terjawab, 1 ragu-ragu, 3 belum" in siti.visit("/ujian/kerjakan").words


def test_the_review_shows_each_question_and_says_what_its_link_does(
    siti: Browser, session: Session, exam: Exam
) -> None:
    begin_exam(siti)
    answer(siti, session, exam, 2)

    page = siti.visit("/ujian/tinjau")

    assert all(layout.question.stem in page.words for layout in read_paper(session, exam).values())
    links, paper = page.links(), f"/ujian/kerjakan?periode={KODE}"
    assert (links["Jawab soal 1"], links["Ubah soal 2"]) == (f"{paper}#1", f"{paper}#2")


def test_a_module_read_by_its_last_page_alone_says_what_was_passed_over(siti: Browser) -> None:
    assert "0 dari 2 halaman dibaca" in siti.visit("/tugas").words
    siti.send(MODULE, {"halaman": ["2"]})
    assert "Dibaca sampai halaman terakhir, 1 halaman dilewati" in siti.visit("/tugas").words
    siti.send(MODULE, {"halaman": ["1"]})
    assert "2 halaman dibaca" in siti.visit("/tugas").words


def test_the_last_failed_attempt_shows_everything(siti: Browser, clock: Clock) -> None:
    for _ in range(3):
        begin_exam(siti)
        siti.send("/ujian/kumpulkan")
        clock.forward(minutes=59)
        siti.visit("/tugas")  # an hour without a click would sign out
        clock.forward(minutes=2)

    page = siti.visit("/hasil/3")
    assert "Yang sesuai" in page.words
    assert "Kesempatan Anda habis" in page.words


def test_the_ikrar_needs_its_four_ticks(siti: Browser, session: Session) -> None:
    page = siti.send("/ikrar", {"butir": ["1", "2", "4"]}, status=422)

    assert "Centang butir 3" in page.words
    assert session.scalars(select(Signature)).all() == []


def test_asking_first_is_kept_and_signing_stays_possible(siti: Browser, session: Session) -> None:
    assert "Anda ingin bertanya dahulu" in siti.send("/ikrar", {"aksi": "tanya-dulu"}).words
    siti.send("/ikrar", {"butir": ["1", "2", "3", "4"]})

    assert session.scalars(select(Signature.outcome).order_by(Signature.id)).all() == ["tanya-dulu", "setuju"]


@pytest.mark.parametrize("exam_first", [True, False])
def test_passing_and_signing_in_either_order_make_one_certificate(
    siti: Browser, session: Session, exam: Exam, *, exam_first: bool
) -> None:
    if exam_first:
        pass_exam(siti, session, exam)
    siti.send("/ikrar", {"butir": ["1", "2", "3", "4"]})
    if not exam_first:
        assert session.scalars(select(Certificate)).all() == []
        pass_exam(siti, session, exam)
    siti.send("/ikrar", {"butir": ["1", "2", "3", "4"]})

    certificate = session.scalars(select(Certificate)).one()
    assert certificate.nama == "Siti Aminah"
    assert certificate.score == 100
    assert "3 dari 3 tugas selesai" in siti.visit("/tugas").words  # the unread module waits for nobody any more


def test_the_address_of_another_period_is_not_found(siti: Browser) -> None:
    for path in ("/ujian", "/ikrar", MODULE, "/hasil/1"):
        siti.visit(f"{path}?periode=tidak-ada", status=404)


@pytest.mark.parametrize("path", ["/modul/tidak-ada", "/hasil/9"])
def test_a_missing_module_or_result_is_404(siti: Browser, path: str) -> None:
    siti.visit(path, status=404)


@pytest.mark.parametrize("path", ["/ujian/1", "/ujian/mulai", "/ikrar", "/profil", "/masuk"])
def test_a_form_that_is_too_large_is_413_and_never_500(siti: Browser, path: str) -> None:
    for place in (path, f"{path}?periode={KODE}"):
        assert siti.post(place, {"jawaban": "x" * 300_000}).status_code == 413


def test_after_a_failure_the_result_leads_over_the_missed_page_back_to_the_exam(
    siti: Browser, session: Session, clock: Clock
) -> None:
    session.execute(update(Period).values(relearn=True, cooldown_minutes=0))
    session.commit()
    begin_exam(siti)
    siti.send("/ujian/kumpulkan")

    result = siti.visit("/hasil/1")
    assert "Baca lagi sebelum mengulang" in result.text
    page = f"{MODULE}?periode={KODE}"
    assert result.links()["Halaman 1"] == result.links()["Baca lagi: Halaman 1"] == f"{page}#1"
    assert siti.visit("/tugas").links()["Baca lagi: Halaman 1"] == page
    assert "Mulai ujian" not in siti.visit("/ujian").text
    assert siti.visit(MODULE).text.count("Sudah saya baca lagi") == 1
    clock.forward(minutes=1)
    siti.send(f"{MODULE}/1/lagi", token_from=MODULE)
    assert "Mulai ujian" in siti.visit("/ujian").text
    assert "Sudah saya baca lagi" not in siti.visit(MODULE).text
