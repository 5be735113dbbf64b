"""The quality of an exam: nothing below 200 people, and what simulated people plant comes out."""

from random import Random

import pytest
from sqlalchemy.orm import Session

from netral.accounts.access import Reach
from netral.learning.exams.counting import POINT, Answered, Paper, count_items, count_papers
from netral.learning.exams.models import ItemTally, PaceTally
from netral.learning.periods.models import Period
from netral.quiz.questions import Question
from netral.quiz.statistics import wilson
from netral.reporting.report import Asked
from netral.reporting.reports.exam_quality import EXAM_QUALITY, ExamQuality
from tests.factories import NOW, make_opd, make_period
from tests.quiz.make import make_single
from tests.reporting.makers import make_question


@pytest.fixture
def period(session: Session) -> Period:
    return make_period(session)


def sit(session: Session, period: Period, people: int) -> ExamQuality:
    """Let people with true shares of beta(6, 2) answer 20 of 30 questions that are equally hard."""
    rng, question = Random(7), make_single()
    versions = [make_question(session).id for _ in range(30)]
    papers = [answer(rng, rng.sample(versions, 20), question) for _ in range(people)]
    count_items(session, period.id, papers)
    count_papers(session, period.id, papers)
    session.flush()
    return read(session, period)


def read(session: Session, period: Period) -> ExamQuality:
    return EXAM_QUALITY.read(session, Asked(reach=Reach(period.instansi_id), period_id=period.id, now=NOW))


def answer(rng: Random, versions: list[int], question: Question) -> Paper:
    share = rng.betavariate(6, 2)
    points = [POINT * (rng.random() < share) for _ in versions]
    return Paper(None, [Answered(each, question, {}, x, None) for each, x in zip(versions, points, strict=True)])


def test_what_was_planted_comes_out(session: Session, period: Period) -> None:
    found = sit(session, period, 1500)

    assert found.found is not None
    assert found.found.consistency is not None
    # Of beta(6, 2) the mean is 0.75, and the reliability of 20 trials 20 / (20 + 6 + 2).
    assert found.found.mean == pytest.approx(15, abs=0.3)
    assert found.found.alpha == pytest.approx(20 / 28, abs=0.04)
    assert found.found.error == pytest.approx((20 * 12 / (8 * 9)) ** 0.5, abs=0.05)
    assert 0.4 < found.found.consistency.kappa < found.found.consistency.agreement < 1
    assert [row[0] for row in EXAM_QUALITY.tables(found)[0].rows][-2:] == ["Kappa", "Alfa"]


@pytest.mark.parametrize(("people", "lines"), [(199, 0), (200, 7)])
def test_below_two_hundred_people_there_are_no_figures(
    session: Session, period: Period, people: int, lines: int
) -> None:
    found = sit(session, period, people)

    assert found.people == people
    assert len(EXAM_QUALITY.tables(found)[0].rows) == lines


def test_a_period_without_attempts_has_none_either(session: Session, period: Period) -> None:
    make_opd(session)

    found = read(session, period)

    assert (found.people, found.found) == (0, None)
    assert ("Peserta", "0. Angka baru ditampilkan mulai 200 peserta.") in EXAM_QUALITY.notes(found)
    assert [table.rows for table in EXAM_QUALITY.tables(found)] == [(), (), ()]
    told = EXAM_QUALITY.tables(found)[1].note
    assert told.startswith("Belum ada soal yang dapat dibandingkan antara PNS dan PPPK")
    assert "perlu dijawab sedikitnya 500 peserta" in told


def test_a_question_that_is_harder_for_a_group_is_listed(session: Session, period: Period) -> None:
    zeros = dict.fromkeys(("people", "points", "squares", "rests", "rest_squares", "products"), 0)
    unequal = {"pns:9:1": 300, "pns:9:0": 100, "pppk:9:1": 100, "pppk:9:0": 300}
    versions = [make_question(session) for _ in range(3)]
    for version, by_group in zip(versions, ({"pns:9:1": 300, "pppk:9:1": 300, "pns:9:0": 9}, unequal, {}), strict=True):
        kept = {"choices": {}, "seconds": {}, "by_group": by_group}
        session.add(ItemTally(period_id=period.id, question_version_id=version.id, **zeros, **kept))

    table = EXAM_QUALITY.tables(read(session, period))[1]

    # The odds ratio is 9, so D-DIF is -2.35 ln 9.
    assert table.rows == ((versions[1].question_id, "PPPK", "PNS", "5,16", 800),)
    assert table.note.startswith("2 soal dapat dibandingkan")


def test_too_quick_answers_are_a_share_of_each_opd_and_never_of_a_few_people(session: Session, period: Period) -> None:
    for nama, people, rapid in (("Setda", 40, 80), ("Satpol PP", 20, 0), ("Dinas Sosial", 9, 90)):
        opd = make_opd(session, nama=nama)
        counts = {"people": people, "untimed": 1, "answers": 20 * people, "rapid": rapid}
        session.add(PaceTally(period_id=period.id, opd_id=opd.id, **counts))

    found = read(session, period)
    table = EXAM_QUALITY.tables(found)[2]

    assert [row[1:4] for row in table.rows] == [
        # The smallest other OPD is hidden with it, since the total would tell the figures of the small one.
        ("Dinas Sosial", "kurang dari 10", None),
        ("Satpol PP", "20", None),
        ("Setda", "40", 100),
    ]
    setda = found.paces[2]
    assert ((setda.low or 0) / 1000, (setda.high or 0) / 1000) == pytest.approx(wilson(0.1, 40), abs=0.001)
    assert table.total is not None
    assert table.total[2:4] == ("69", 123)
    assert "Tanpa catatan waktu, jadi tidak dihitung: 3 peserta." in table.note
