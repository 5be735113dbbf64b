"""Waiting in PostgreSQL: a learner's last step and a roster import never wait for each other in a circle."""

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from netral.certificates.issue.issuing import lock_enrolment
from netral.learning.periods.enrolments import lock_enrolled
from netral.learning.periods.models import EnrolmentChange
from tests.factories import NOW
from tests.learning.make import get_enrolment, make_exam


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
