"""The files that five everyday things pass through are those that CONTRIBUTING.md lists: a longer way is said there."""

import io
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.audit.events import Act
from netral.certificates.models import Certificate
from netral.content.edition import freeze
from netral.content.library import read_library
from netral.learning.exams.models import Response
from netral.organisation.models import Asn, Instansi
from netral.pledges.publishing import publish
from netral.settings import ROOT
from tests.content.make import TODAY, write_content
from tests.databases import SqliteFactory
from tests.factories import NOW, make_instansi, make_opd
from tests.learning.make import KODE, Exam, get_attempts, make_exam, pass_exam, read_paper, right, start
from tests.roster.roster_generator import lay_out, make_person, write_workbook
from tests.web.conftest import Browser, give_password
from tests.web.officers import sign_in_officer

# One uses these by a name and need not open them.
GROUND = re.compile(
    r"netral/(database|words|web/edge|audit)/|netral/(apart|errors|extensions|folding|indonesian|settings|versions|working)\.py"
    r"|templates/(base|macros/\w+)\.html"
)
# They are passed through without a call that a tracer sees: declarations, a program of its own, what a cache holds.
UNSEEN = re.compile(r".*/models\.py|netral/reporting/filing\.py|netral/quiz/kinds/__init__\.py")
# What the same requests do besides.
BESIDE = {
    "Baris data pegawai": (
        "roster/following.py accounts/users.py web/office/spelling.py certificates/paper/sheet.py roster/problems.py "
        "organisation/instansi.py learning/periods/reading.py organisation/membership.py organisation/stays.py "
        "roster/remembering.py web/office/roster_columns.py"
    ),
    "Soal": (
        "content/characters.py content/yaml_forms.py content/findings.py content/documents.py content/norms.py "
        "content/ikrar.py content/checks/bank.py content/checks/citations.py content/checks/prose.py quiz/blueprint.py "
        "content/cards.py content/glossary.py content/pictures.py content/checks/acronyms.py content/checks/feeds.py "
        "content/checks/legs.py content/checks/marks.py learning/editions/asking.py learning/editions/passages.py "
        "content/checks/fairness.py content/blind/wording.py "
        "pledges/publishing.py learning/periods/enrolments.py learning/periods/reading.py learning/exams/gates.py "
        "learning/exams/counting.py learning/exams/results.py learning/study/progress.py web/learner/learner.py "
        "learning/exams/extending.py"
    ),
    "Jawaban": "quiz/kinds/__init__.py learning/periods/reading.py",
    "Sertifikat": (
        "pledges/signing.py learning/periods/enrolments.py learning/periods/reading.py organisation/numbers.py "
        "organisation/instansi.py web/learner/learner.py web/learner/pledges.py accounts/traces.py "
        "learning/periods/diklat.py"
    ),
    "Angka ketuntasan": "learning/periods/reading.py learning/periods/tallies.py reporting/charts.py",
}
AS_SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def database_url(sqlite_factory: SqliteFactory) -> Iterator[str]:
    """Which files run does not depend on the database."""
    with sqlite_factory.database() as url:
        yield url


def list_trips() -> dict[str, set[str]]:
    """Return the files of each trip, by its name, as the table of CONTRIBUTING.md has them."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+?)[,:] [^|]*\| (\d+) \+ (\d+) \|[^|]*\| (`[^|]+) \|", text, re.MULTILINE)
    trips = {}
    for name, product, templates, files in rows:
        trips[name] = {unfold(each) for each in re.findall(r"`([^`]+)`", files)}
        counted = sum(each.endswith(".py") for each in trips[name])
        assert (int(product), int(templates)) == (counted, len(trips[name]) - counted), name
    return trips


def unfold(name: str) -> str:
    return name if name.startswith("templates/") else f"netral/{name}"


@contextmanager
def traced(seen: set[str]) -> Iterator[None]:
    """Add the files of every function and template that runs in this block, as paths from the root of the product."""
    called: set[str] = set()

    def note(frame: FrameType, event: str, argument: object) -> None:
        if event == "call" and frame.f_code.co_name != "<module>":
            called.add(frame.f_code.co_filename)

    sys.setprofile(note)
    try:
        yield
    finally:
        sys.setprofile(None)
        seen |= {str(Path(name).relative_to(ROOT)) for name in called if name.startswith(str(ROOT))}


def compare(name: str, seen: set[str], frame: set[str]) -> None:
    """Compare what ran with what is listed. The kinds of question, and what some of them share, count as one file."""
    listed, beside = list_trips()[name], {f"netral/{each}" for each in BESIDE[name].split()}
    ran = {re.sub(r"/(kinds/(?!__init__)[\w-]+|options|parts)\.", "/kinds/<jenis>.", each) for each in seen}
    own = {each for each in ran - frame if each.startswith(("netral/", "templates/")) and not GROUND.match(each)}

    assert sorted(own - listed - beside) == [], "say in CONTRIBUTING.md that the trip leads through these, too"
    assert sorted(each for each in listed - ran if not UNSEEN.match(each)) == []


def frame_of(browser: Browser) -> set[str]:
    """Return the files that run for any page of this person."""
    frame: set[str] = set()
    with traced(frame):
        browser.visit("/profil")
    return frame


def test_a_roster_row(browser: Browser, session: Session) -> None:
    instansi = make_instansi(session)
    make_opd(session, instansi=instansi, kode="dinkes")
    sign_in_officer(browser, session, instansi=instansi)
    workbook = write_workbook(lay_out([make_person(1, unit="")]))
    token, frame, seen = browser.token("/pegawai/impor"), frame_of(browser), set[str]()

    with traced(seen):
        form = {"csrf_token": token, "berkas": (io.BytesIO(workbook), "pegawai.xlsx")}
        answer = browser.open("/pegawai/impor", method="POST", data=form, content_type="multipart/form-data")
        browser.visit(answer.location)
        browser.visit(f"{answer.location}/terapkan")
        browser.open(f"{answer.location}/terapkan", method="POST", data={"csrf_token": token})

    assert session.scalar(select(func.count(Asn.id))) == 1
    compare("Baris data pegawai", seen, frame)


@pytest.fixture
def exam(session: Session, browser: Browser) -> Exam:
    """Return an exam whose person is signed in."""
    exam = make_exam(session)
    browser.sign_in(give_password(session, session.get_one(User, exam.user_id)).login, target="/profil")
    return exam


def test_a_question(browser: Browser, session: Session, exam: Exam, tmp_path: Path) -> None:
    frame, seen = frame_of(browser), set[str]()
    token = browser.token(f"/ujian?periode={KODE}")
    begin = {"csrf_token": token, "pemberitahuan": "dibaca"}

    with traced(seen):
        publish(session, Act(None, NOW), freeze(read_library(write_content(tmp_path), today=TODAY)))
        browser.open(f"/ujian/mulai?periode={KODE}", method="POST", data=begin)
        browser.visit(f"/ujian/kerjakan?periode={KODE}")
        browser.open(f"/ujian/kumpulkan?periode={KODE}", method="POST", data={"csrf_token": token})

    session.expire_all()
    assert [attempt.state for attempt in get_attempts(session, exam)] == ["submitted"]
    compare("Soal", seen, frame)


def test_an_answer(browser: Browser, session: Session, exam: Exam) -> None:
    start(session, exam)
    frame, seen = frame_of(browser), set[str]()
    paper = read_paper(session, exam)
    token = browser.token(f"/ujian/kerjakan?periode={KODE}")

    with traced(seen):
        for slot, layout in paper.items():
            form = {**right(layout), "urutan": "1", "csrf_token": token}
            browser.open(f"/ujian/{slot}?periode={KODE}", method="POST", data=form, headers=AS_SCRIPT)

    assert session.scalar(select(func.count()).select_from(Response)) == len(paper)
    compare("Jawaban", seen, frame)


def test_a_certificate(browser: Browser, session: Session, exam: Exam, open_browser: Callable[[], Browser]) -> None:
    pass_exam(session, exam)
    stranger = open_browser()
    stranger.visit("/bantuan")
    frame, seen = frame_of(browser), set[str]()
    with traced(frame):
        stranger.visit("/bantuan")
    form = {"csrf_token": browser.token(f"/ikrar?periode={KODE}"), "butir": ["1", "2", "3", "4"]}

    with traced(seen):
        browser.open(f"/ikrar?periode={KODE}", method="POST", data=form)
        stranger.visit(f"/v/{session.scalars(select(Certificate.public_id)).one()}")

    compare("Sertifikat", seen, frame)


def test_a_completion_figure(browser: Browser, session: Session, open_browser: Callable[[], Browser]) -> None:
    exam = make_exam(session)
    sign_in_officer(browser, session, instansi=session.get_one(Instansi, exam.instansi_id))
    frame, seen = frame_of(browser), set[str]()

    with traced(seen):
        browser.visit(f"/dasbor?periode={KODE}")
        assert browser.get(f"/dasbor/ketuntasan.xlsx?periode={KODE}").status_code == 200

    compare("Angka ketuntasan", seen, frame)
