"""A form whose session has ended, without a script: kept, shown after signing in, and sent by one press."""

import json
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from netral.accounts.access import Permission
from netral.accounts.kept_forms import LARGEST, SentForm
from netral.accounts.models import KeptForm, LoginSession, RoleGrant, SecondFactor, User
from netral.corrections.models import Correction
from netral.learning.exams.models import Response
from netral.learning.periods.models import Enrolment, Period
from netral.learning.study.models import PageReached, PracticeAnswer
from netral.operation.backing_up import back_up
from netral.organisation.models import Instansi, Opd
from netral.quiz.questions import accept
from netral.web.edge.access import DECLARED
from netral.web.edge.keeping import MARK, NEVER_KEPT
from netral.web.kept import PURPOSES
from tests.factories import NOW, make_asn, make_user
from tests.learning.make import KODE, Exam, make_exam, read_paper, right, start
from tests.operation.conftest import PROGRAMS
from tests.web.conftest import PASSWORD, Browser, Clock, give_password
from tests.web.officers import sign_in_officer
from tests.web.pages import Page
from tests.web.test_periods import FORM

KEPT = "isian Anda disimpan 30 menit"
VERDICTS = {"boleh": "Boleh", "tidak": "Tidak boleh", "tergantung": "Tergantung"}
HEADING = "Isian Anda belum diproses"
CORRECTION = {"isian": "nama", "benar": "Siti Aminah Putri", "keterangan": "Sesuai akta kelahiran"}


@pytest.fixture
def exam(session: Session) -> Exam:
    """Put Siti in the middle of the exam."""
    exam = make_exam(session)
    give_password(session, session.get_one(User, exam.user_id))
    start(session, exam)
    return exam


@dataclass
class Person:
    browser: Browser
    login: str

    def send_late(self, path: str, data: dict[str, Any], *, came_from: str | None = None) -> Page:
        """End the session, then send what was typed; return the page that comes instead."""
        token = self.browser.token("/profil")
        end_sessions(self.browser.session)
        return self.send_with(token, path, data, came_from=came_from)

    def send_with(self, token: str, path: str, data: dict[str, Any], *, came_from: str | None = None) -> Page:
        headers = {"Referer": f"http://localhost{came_from}"} if came_from else None
        fields = {"csrf_token": token} | data
        answer = self.browser.open(path, method="POST", data=fields, headers=headers, follow_redirects=True)
        return self.browser.read(answer, answer.status_code)

    def come_back(self, page: Page) -> Page:
        """Sign in on this page as a browser would, with the code too if the person has a second factor."""
        hidden = {name: value for name in ("lanjut", "sebab") if (value := page.value(name))}
        form = {"nip": self.login, "kata_sandi": PASSWORD, "csrf_token": page.token()} | hidden
        shown = self.browser.read(self.browser.open("/masuk", method="POST", data=form, follow_redirects=True), 200)
        if shown.heading != "Kode dari aplikasi autentikator":
            return shown
        # The clock of a test stands still, and a code counts only once.
        self.browser.session.execute(update(SecondFactor).values(last_step=None))
        return self.press(shown, {"kode": self.browser.code()}, action="/masuk/kode")

    def press(self, page: Page, more: dict[str, str] | None = None, *, action: str | None = None) -> Page:
        """Press the first button of the page's form, with all of its hidden fields and nothing of the test's own."""
        forms = [each for each in page.all("form") if each.get("action") != "/keluar"]
        form = next(each for each in forms if action in {None, each.get("action")})
        fields = [
            (each.get("name"), each.get("value", "")) for each in form.iter("input") if each.get("type") == "hidden"
        ]
        data = {name: [value for each, value in fields if each == name] for name, _ in fields} | (more or {})
        answer = self.browser.open(form.get("action"), method="POST", data=data, follow_redirects=True)
        return self.browser.read(answer, 200)


def end_sessions(session: Session) -> None:
    session.execute(update(LoginSession).values(ended_at=NOW))


def count_kept(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(KeptForm)) or 0


@pytest.fixture
def siti(browser: Browser, exam: Exam, session: Session) -> Person:
    login = session.get_one(User, exam.user_id).login
    browser.sign_in(login)
    return Person(browser, login)


@pytest.fixture
def dewi(open_browser: Callable[[], Browser], exam: Exam, session: Session) -> Person:
    browser = open_browser()
    user = sign_in_officer(browser, session, instansi=session.get_one(Instansi, exam.instansi_id))
    return Person(browser, user.login)


@pytest.fixture
def budi(browser: Browser, session: Session) -> Person:
    """Return Budi, who sits at Siti's browser."""
    user = give_password(session, make_user(session, asn=make_asn(session, nama="Budi Santoso")))
    return Person(browser, user.login)


def answer_form(session: Session, exam: Exam, slot: int = 1, sequence: int = 1) -> dict[str, Any]:
    enrolment = session.scalars(select(Enrolment.id).where(Enrolment.asn_id == exam.asn_id)).one()
    chosen = right(read_paper(session, exam)[slot])
    about = {"periode": KODE, "percobaan": f"{enrolment}-1", "urutan": str(sequence)}
    return {**chosen, **about, "aksi": "maju"}


def saved(session: Session, slot: int = 1) -> Any:
    session.rollback()
    return session.scalar(select(Response.answer).where(Response.slot == slot))


def test_an_answer_of_the_exam_is_shown_and_saved_by_one_press(siti: Person, exam: Exam, session: Session) -> None:
    form = answer_form(session, exam)
    page = siti.send_late("/ujian/1", form)
    assert KEPT in page.words
    assert saved(session) is None

    shown = siti.come_back(page)
    assert shown.heading == HEADING
    assert "Jawaban ujian, soal 1" in shown.words
    after = siti.press(shown)

    assert saved(session) == accept(read_paper(session, exam)[1], form)
    assert "Soal 1 dari 4" in after.words
    assert count_kept(session) == 0


def find_texts(value: Any) -> dict[str, str]:
    """Return the text of each option and condition in the JSON of a question, by id."""
    if isinstance(value, list):
        return {name: text for each in value for name, text in find_texts(each).items()}
    if not isinstance(value, dict):
        return {}
    own = {value["id"]: value["text"]} if {"id", "text"} <= value.keys() else {}
    return own | find_texts(list(value.values()))


@pytest.mark.parametrize("slot", [1, 2, 3, 4])
def test_a_kept_answer_is_shown_in_words(siti: Person, exam: Exam, session: Session, slot: int) -> None:
    form = answer_form(session, exam, slot)
    shown = siti.come_back(siti.send_late(f"/ujian/{slot}", form))
    layout = read_paper(session, exam)[slot]
    texts = find_texts(layout.question.to_json()) | VERDICTS
    chosen = [texts[each.ids[value]] for each in layout.fields() for value in form.get(each.name, [])]
    told = ["".join(each.itertext()) for each in shown.all("dd")]
    assert chosen
    for text in chosen:
        assert any(text in each for each in told), text


def paper_form(session: Session, exam: Exam, slots: Iterable[int]) -> dict[str, Any]:
    """Return what a browser without a script sends of a whole paper, these questions changed and one doubtful."""
    paper, about = read_paper(session, exam), answer_form(session, exam)
    form = {"periode": about["periode"], "percobaan": about["percobaan"], "aksi": "tinjau", "s4.ragu": "1"}
    for slot in paper:
        form |= {f"s{slot}.urutan": "1", f"s{slot}.semula": ""}
    for slot in slots:
        form |= {f"s{slot}.{name}": values for name, values in right(paper[slot]).items()}
    return form


def test_a_whole_paper_is_shown_in_words_and_saved_by_one_press(siti: Person, exam: Exam, session: Session) -> None:
    place = f"/ujian/kerjakan?periode={KODE}"
    page = siti.send_late(place, paper_form(session, exam, (1, 2)))
    assert KEPT in page.words
    shown = siti.come_back(page)
    assert "Jawaban ujian" in shown.words
    stems = {slot: layout.question.stem for slot, layout in read_paper(session, exam).items()}
    assert {slot for slot, stem in stems.items() if stem in shown.words} == {1, 2, 4}, "those that it changes"
    assert "Tanda Ragu-ragu" in shown.words

    after = siti.press(shown)

    assert after.heading == "Tinjau sebelum mengumpulkan"
    assert {slot for slot in stems if saved(session, slot)} == {1, 2}
    assert count_kept(session) == 0


def test_a_paper_of_sixty_long_questions_can_be_kept() -> None:
    """Each has five situations, all judged with a condition, and was changed after it had been saved."""
    names = [f"{name}-{number}" for number in range(1, 6) for name in ("jawaban", "syarat")]
    fields = [("periode", KODE), ("percobaan", "123456-12"), ("aksi", "tinjau")]
    for slot in range(1, 61):
        shown = "&".join(f"{name}=3" for name in names)
        fields += [(f"s{slot}.urutan", "123"), (f"s{slot}.semula", shown), (f"s{slot}.ragu", "1")]
        fields += [(f"s{slot}.{name}", "3") for name in names]
    sent = SentForm(address=f"/ujian/kerjakan?periode={KODE}", page="/tugas", fields=tuple(fields))

    assert len(json.dumps(asdict(sent)).encode()) <= LARGEST


def test_an_answer_that_was_given_since_is_not_overwritten(
    siti: Person, open_browser: Callable[[], Browser], exam: Exam, session: Session
) -> None:
    late = answer_form(session, exam) | {"ragu": "1"}
    page = siti.send_late("/ujian/1", late)
    elsewhere = open_browser()
    elsewhere.sign_in(siti.login)
    elsewhere.send("/ujian/1", answer_form(session, exam, sequence=5))

    after = siti.press(siti.come_back(page))
    assert "Jawaban soal 1 diubah dari perangkat lain" in after.words
    session.rollback()
    assert session.scalar(select(Response.sequence)) == 5
    assert not session.scalar(select(Response.doubtful))


def test_every_field_of_a_new_period_is_kept(dewi: Person, session: Session) -> None:
    shown = dewi.come_back(dewi.send_late("/periode/buka", FORM))
    for text in ("Pemilu 2029", "2029-06-30", "Kegiatan kampanye 2", "Nilai dicetak pada sertifikat Ya"):
        assert text in shown.words, text

    asked = dewi.press(shown)
    assert {name: asked.value(name) for name in FORM if name != "jenis" and FORM[name]} == {
        name: value for name, value in FORM.items() if name != "jenis" and value
    }
    dewi.press(asked, {"konfirmasi": "1"})
    session.rollback()
    assert session.scalar(select(Period.nama).where(Period.kode == "pemilu-2029")) == "Pemilu 2029"


def test_a_late_form_without_typed_text_leads_back_to_its_page(siti: Person, session: Session) -> None:
    place = f"/modul/media-sosial?periode={KODE}"
    page = siti.send_late("/modul/media-sosial", {"periode": KODE}, came_from=place)
    assert "tidak disimpan" not in page.words

    assert siti.come_back(page).heading == "Media sosial"
    assert count_kept(session) == 0


def test_pages_that_were_read_are_recorded_by_one_press(siti: Person, session: Session) -> None:
    shown = siti.come_back(siti.send_late("/modul/media-sosial", {"periode": KODE, "halaman": ["1", "2"]}))
    assert "Halaman yang dibaca 1, 2" in shown.words

    assert "Modul selesai dibaca." in siti.press(shown).words
    assert session.scalars(select(PageReached.number).order_by(PageReached.number)).all() == [1, 2]


def test_an_answer_to_practice_is_shown_in_words_and_kept_by_one_press(siti: Person, session: Session) -> None:
    shown = siti.come_back(siti.send_late("/modul/media-sosial/1/latihan/1", {"periode": KODE, "jawaban": "1"}))
    assert "Jawaban latihan pada halaman 1" in shown.words
    assert "Jawaban Anda Pilihan d" in shown.words

    assert "Periksa lagi" in siti.press(shown).words
    assert session.scalars(select(PracticeAnswer.answer)).all() == [{"jawaban": ["d"]}]


def test_discarding_a_kept_answer_leads_back_to_its_page_with_the_choice(
    dewi: Person, exam: Exam, session: Session
) -> None:
    opd = session.scalars(select(Opd).where(Opd.instansi_id == exam.instansi_id)).first()
    make_user(session, asn=make_asn(session, opd=opd, nama="Citra"))
    place = f"/pegawai/kode?opd={opd.kode if opd else ''}"
    page = dewi.send_late("/pegawai/kode", {"opd": opd.kode if opd else "", "terakhir": "0"}, came_from=place)
    assert page.value("lanjut") == place

    back = dewi.press(dewi.come_back(page), action="/isian/buang")
    assert "Cetak kode untuk" in back.heading


def test_the_text_of_a_correction_is_kept(siti: Person, session: Session) -> None:
    shown = siti.come_back(siti.send_late("/profil/koreksi", CORRECTION))
    assert "Siti Aminah Putri" in shown.words
    assert "Sesuai akta kelahiran" in shown.words

    siti.press(shown)
    session.rollback()
    assert session.scalars(select(Correction.note)).one() == "Sesuai akta kelahiran"


def test_the_reason_of_an_exemption_is_kept(dewi: Person, exam: Exam, session: Session) -> None:
    person = f"/periode/{KODE}/peserta/{exam.asn_id}"
    page = dewi.send_late(f"{person}/bebaskan", {"alasan": "Sedang cuti melahirkan"}, came_from=person)
    assert page.value("lanjut") == person
    shown = dewi.come_back(page)
    assert "Alasan Sedang cuti melahirkan" in shown.words

    assert "dibebaskan dari periode ini" in dewi.press(shown).words
    session.rollback()
    assert session.scalar(select(Enrolment.standing).where(Enrolment.asn_id == exam.asn_id)) == "bebas"


def test_a_form_of_an_hour_ago_is_kept_too(
    siti: Person, exam: Exam, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, begun = siti.browser.token("/profil"), time.time()
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: begun + 3 * 3600)
    page = siti.send_with(token, "/ujian/1", answer_form(session, exam))
    assert KEPT in page.words

    siti.press(siti.come_back(page))
    assert saved(session)


def test_a_form_drawn_before_signing_in_again_is_kept(siti: Person, exam: Exam, session: Session) -> None:
    """The session of the other tab is alive, but the form belongs to the one before."""
    token = siti.browser.token("/profil")
    end_sessions(session)
    siti.browser.sign_in(siti.login)
    shown = siti.send_with(token, "/ujian/1", answer_form(session, exam))

    assert shown.heading == HEADING
    siti.press(shown)
    assert saved(session)


def test_a_kept_form_is_deleted_unseen_when_somebody_else_signs_in(
    siti: Person, budi: Person, session: Session
) -> None:
    page = siti.send_late("/profil/koreksi", CORRECTION)
    shown = budi.come_back(page)
    assert "Siti Aminah Putri" not in shown.words
    assert count_kept(session) == 0

    assert budi.browser.get("/isian").location == "/mulai"
    siti.browser.send("/keluar")
    assert siti.browser.sign_in(siti.login).heading != HEADING


def test_another_browser_of_the_same_person_shows_nothing(
    siti: Person, open_browser: Callable[[], Browser], session: Session
) -> None:
    siti.send_late("/profil/koreksi", CORRECTION)

    assert open_browser().sign_in(siti.login).heading != HEADING


@pytest.mark.parametrize("token", ["", "palsu", "ImFhYWEi.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb"])
def test_a_form_with_a_forged_token_is_not_kept(siti: Person, session: Session, token: str) -> None:
    end_sessions(session)
    page = siti.send_with(token, "/profil/koreksi", CORRECTION)

    assert "yang baru saja dikirim tidak disimpan" in page.words
    assert count_kept(session) == 0


def test_a_form_drawn_for_somebody_else_is_not_kept(
    siti: Person, open_browser: Callable[[], Browser], budi: Person, session: Session
) -> None:
    other = open_browser()
    other.sign_in(budi.login)
    token = other.token("/profil")
    end_sessions(session)

    assert KEPT not in siti.send_with(token, "/profil/koreksi", CORRECTION).words
    assert count_kept(session) == 0


def test_a_form_that_is_too_large_is_not_kept_and_that_is_said(siti: Person, session: Session) -> None:
    page = siti.send_late("/profil/koreksi", CORRECTION | {"keterangan": "x" * 33_000})

    assert "isian Anda terlalu besar untuk disimpan" in page.words
    assert count_kept(session) == 0
    assert siti.come_back(page).heading == "Data saya keliru"


def test_a_form_sent_twice_is_kept_and_done_once(siti: Person, session: Session) -> None:
    token = siti.browser.token("/profil")
    end_sessions(session)
    page = siti.send_with(token, "/profil/koreksi", CORRECTION)
    page = siti.send_with(token, "/profil/koreksi", CORRECTION)
    shown = siti.come_back(page)
    siti.press(shown)

    assert "sudah ada dan sedang diproses" in siti.press(shown).words
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Correction)) == 1


def test_after_half_an_hour_nothing_is_shown(siti: Person, clock: Clock) -> None:
    page = siti.send_late("/profil/koreksi", CORRECTION)
    clock.forward(minutes=30)

    assert siti.come_back(page).heading == "Data saya keliru"


def test_a_form_can_be_thrown_away(siti: Person, session: Session) -> None:
    shown = siti.come_back(siti.send_late("/profil/koreksi", CORRECTION))
    after = siti.press(shown, action="/isian/buang")

    assert "Isian dibuang" in after.words
    assert after.heading == "Data saya keliru"
    assert count_kept(session) == 0


def test_a_kept_form_is_found_from_the_first_page(siti: Person) -> None:
    siti.come_back(siti.send_late("/profil/koreksi", CORRECTION))

    assert siti.browser.visit("/mulai").heading == HEADING


def test_a_form_sent_again_after_a_second_ended_session_is_kept_again(
    siti: Person, exam: Exam, session: Session
) -> None:
    shown = siti.come_back(siti.send_late("/ujian/1", answer_form(session, exam)))
    end_sessions(session)
    page = siti.press(shown)
    assert KEPT in page.words

    siti.press(siti.come_back(page))
    assert saved(session)
    assert count_kept(session) == 0


def test_signing_out_throws_away_what_is_kept(siti: Person, session: Session) -> None:
    siti.come_back(siti.send_late("/profil/koreksi", CORRECTION))
    siti.browser.send("/keluar")

    assert count_kept(session) == 0


def test_a_form_that_is_no_longer_permitted_is_refused_and_gone(dewi: Person, session: Session) -> None:
    page = dewi.send_late("/periode/buka", FORM)
    session.execute(update(RoleGrant).values(revoked_at=NOW))
    shown = dewi.come_back(page)

    assert shown.heading == HEADING
    assert dewi.browser.post("/periode/buka", FORM | {MARK: "1"}).status_code == 403
    assert count_kept(session) == 0


def test_a_script_is_told_401_and_keeps_its_answer_by_itself(siti: Person, exam: Exam, session: Session) -> None:
    form = answer_form(session, exam) | {"csrf_token": siti.browser.token("/profil")}
    end_sessions(session)
    answer = siti.browser.open("/ujian/1", method="POST", data=form, headers={"Accept": "application/json"})

    assert answer.status_code == 401
    assert count_kept(session) == 0


def test_a_backup_holds_kept_forms_sealed_only(
    siti: Person, session: Session, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    siti.send_late("/profil/koreksi", CORRECTION)
    monkeypatch.setenv("PATH", f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}")
    target = tmp_path / "cadangan.tar"
    back_up(
        engine, target, certificate_dir=tmp_path / "sertifikat", document_dir=tmp_path / "edaran", demo=False, now=NOW
    )

    assert count_kept(session) == 1
    assert b"kelahiran" not in target.read_bytes()


def test_every_form_that_may_be_kept_has_words(siti: Person) -> None:
    app = siti.browser.client.application
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or set())]
    kept = {rule.endpoint for rule in rules if isinstance(DECLARED[app.view_functions[rule.endpoint]], Permission)}

    assert set(PURPOSES) == kept - NEVER_KEPT
