"""Waiting in PostgreSQL: a learner's last step and a roster import never wait for each other in a circle."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from netral.certificates.issue.issuing import lock_enrolment
from netral.content.comparing import Place
from netral.learning.periods.enrolments import lock_enrolled
from netral.learning.periods.models import EnrolmentChange
from netral.learning.raising import raise_edition
from netral.learning.study.progress import reach_pages
from tests.factories import NOW
from tests.learning.make import KODE, Exam, get_enrolment, make_exam, publish_small, with_pages


def test_a_dated_row_of_an_import_does_not_delay_a_completion(postgresql: Engine) -> None:
    """The import waits for the learner's row; if the learner also waited for the import's row, neither would end."""
    with Session(postgresql) as learner, Session(postgresql) as importing:
        exam = make_exam(importing)
        enrolment = get_enrolment(importing, exam)
        change = {"instansi_id": exam.instansi_id, "enrolment_id": enrolment.id, "opd_id": exam.opd_id}
        importing.rollback()

        lock_enrolled(learner, **exam.who)
        importing.add(EnrolmentChange(kind="pindah", at=NOW, **change))
        importing.flush()

        learner.execute(text("SET LOCAL lock_timeout = '2s'"))
        lock_enrolment(learner, change["enrolment_id"])
        learner.commit()
        importing.rollback()


def test_a_page_read_while_the_period_moves_counts_where_it_stands_then(postgresql: Engine) -> None:
    """The reader waits for the move, and what they had asked for by the old number is not taken for a new page."""
    with Session(postgresql) as officer, ThreadPoolExecutor(1) as pool:
        exam = make_exam(officer, modules=[with_pages("Awal", "Akhir")])
        number = publish_small(officer, modules=[with_pages("Baru", "Awal", "Akhir")]).number
        officer.commit()
        raise_edition(officer, exam.act(NOW), kode=KODE, to=number, reason="Aturan baru")
        reading = pool.submit(read_first_page, postgresql, exam)
        with pytest.raises(TimeoutError):
            reading.result(timeout=0.3)
        officer.commit()

        assert reading.result(timeout=5) == {("media-sosial", 2)}


def read_first_page(engine: Engine, exam: Exam) -> frozenset[Place]:
    with Session(engine) as reader:
        shown = exam.edition_id
        reached = reach_pages(reader, slug="media-sosial", numbers=[1], now=NOW, shown=shown, **exam.who)
        reader.commit()
        return reached.places
