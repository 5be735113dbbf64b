"""The packet of a unit: everybody who is wajib to sign, the unfinished to remind, and never an exam question."""

from typing import Any

import pypdfium2
import pytest
from sqlalchemy.orm import Session

from netral.organisation.models import Opd
from netral.reporting import packet
from netral.reporting.counts import State
from netral.reporting.packet import Packet, PacketTooLarge, make_pdf, read_packet
from netral.reporting.reports.completion import read_completion
from tests.factories import NOW, make_opd, make_period
from tests.learning.make import Exam, make_exam
from tests.quiz.make import make_btt, make_single
from tests.reporting.makers import make_person

BASE_URL = "https://netralitas.contohkab.example"


def read(session: Session, *, period_id: int, opd: Opd) -> Packet:
    session.flush()
    report = read_completion(session, instansi_id=opd.instansi_id, period_id=period_id, opd_path=opd.path, now=NOW)
    return read_packet(session, report, base_url=BASE_URL)


def read_pages(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [str(page.get_textpage().get_text_range()) for page in document]


def test_everybody_signs_by_unit_and_only_the_unfinished_are_reminded(session: Session) -> None:
    dinas = make_opd(session)
    below = make_opd(session, parent=dinas, nama="Puskesmas Hulu")
    elsewhere = make_opd(session, nama="Dinas Sosial")
    period = make_period(session)
    people: list[tuple[str, Opd, Any]] = [
        ("Siti Aminah", dinas, State.NOT_STARTED),
        ("Budi Santoso", dinas, State.COMPLETED),
        ("Citra #set Dewi", below, State.PASSED_ONLY),
        ("Orang Lain", elsewhere, State.NOT_STARTED),
    ]
    for nama, opd, state in people:
        make_person(session, opd=opd, period=period, nama=nama, state=state)

    found = read(session, period_id=period.id, opd=dinas)
    pages = read_pages(make_pdf(found, base_url=BASE_URL, created=NOW))

    assert [(group.unit, [row[1] for row in group.rows]) for group in found.attendance] == [
        ("Dinas Kesehatan", ["Budi Santoso", "Siti Aminah"]),
        ("Puskesmas Hulu", ["Citra #set Dewi"]),
    ]
    assert [(row[1], row[4]) for row in found.unfinished] == [
        ("Citra #set Dewi", "Menandatangani ikrar"),
        ("Siti Aminah", "Mulai belajar"),
    ]
    assert "netralitas.contohkab.example" in pages[0]
    assert "Citra #set Dewi" in pages[2]
    assert "Halaman 3 dari 4" in pages[2]
    assert "Budi Santoso" not in pages[3]
    assert "Orang Lain" not in "".join(pages)


@pytest.fixture
def exam(session: Session) -> Exam:
    """Return an exam whose module asks one question for boleh, tidak or tergantung."""
    return make_exam(session, practice=[make_btt(id="latihan-btt")])


def test_the_apel_takes_a_practice_question_with_its_answers_and_sources(session: Session, exam: Exam) -> None:
    opd = session.get_one(Opd, exam.opd_id)

    apel = read(session, period_id=exam.period_id, opd=opd).apel

    assert [case.answer for case in apel.cases]
    assert all(case.answer in {"boleh", "tidak", "tergantung"} and case.reason for case in apel.cases)
    assert apel.sources


def test_an_exam_question_is_never_printed(session: Session) -> None:
    """The bank has questions of this kind, the module here has none."""
    exam = make_exam(session, practice=[make_single(id="latihan")])
    opd = session.get_one(Opd, exam.opd_id)

    apel = read(session, period_id=exam.period_id, opd=opd).apel

    assert apel.cases == ()
    assert packet.NO_QUESTION in apel.steps[1].paragraphs


def test_a_name_of_ninety_nine_letters_stays_in_its_column(session: Session) -> None:
    dinas = make_opd(session)
    period = make_period(session)
    make_person(session, opd=dinas, period=period, nama="M" * 99, state=State.NOT_STARTED)
    pdf = make_pdf(read(session, period_id=period.id, opd=dinas), base_url=BASE_URL, created=NOW)

    with pypdfium2.PdfDocument(pdf) as document:
        letters = document[2].get_textpage()
        rights = [letters.get_charbox(place)[2] for place in range(letters.count_chars())]
        assert max(rights) <= document[2].get_width() - 50


def test_a_unit_with_too_many_people_is_told_to_choose_a_smaller_one(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packet, "MOST_PEOPLE", 0)
    dinas, period = make_opd(session), make_period(session)
    make_person(session, opd=dinas, period=period, state=State.NOT_STARTED)

    with pytest.raises(PacketTooLarge):
        read(session, period_id=period.id, opd=dinas)
