"""A failure at any statement of the step that completes everything leaves all of it or nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.certificates.issue.issuing import issue_if_complete
from netral.database.engines import make_engine
from netral.learning.exams.closing import submit
from netral.models import Base
from netral.pledges.signing import sign
from tests.certificates.samples import make_signer
from tests.factories import NOW
from tests.learning.make import Exam, answer_all, get_attempts, hand_in, make_exam, start

TABLES = (
    "attempt", "attempt_item", "response", "enrolment", "signature", "certificate", "certificate_sequence",
    "audit_event", "audit_head",
)  # fmt: skip
ALL_POINTS = frozenset({1, 2, 3, 4})
MOST_STATEMENTS = 60


class Cut(Exception):
    """The power went off."""


@contextmanager
def cut_at(url: str, number: int) -> Iterator[Session]:
    """Yield a session whose connection dies before the statement of this number, or before its commit at last."""
    engine = make_engine(url)
    left = iter(range(number, 0, -1))

    def count(*arguments: Any) -> None:
        if next(left, 0) == 1:
            raise Cut

    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "commit", count)
    try:
        with Session(engine) as session:
            yield session
            session.commit()
    finally:
        engine.dispose()


def snapshot(session: Session) -> dict[str, list[Any]]:
    session.rollback()
    found = {name: session.execute(select(Base.metadata.tables[name])).all() for name in TABLES}
    session.rollback()
    return {name: sorted(map(tuple, rows), key=repr) for name, rows in found.items()}


def issue(session: Session, enrolment_id: int) -> None:
    issue_if_complete(session, Act(None, NOW), make_signer(), enrolment_id=enrolment_id)


def submit_and_issue(session: Session, exam: Exam) -> None:
    closing = submit(session, exam.act(NOW), number=None, **exam.who)
    issue(session, closing.enrolment_id)


def sign_and_issue(session: Session, exam: Exam) -> None:
    answered = sign(session, Act(exam.user_id, NOW), ticked=ALL_POINTS, **exam.who)
    issue(session, answered.enrolment_id)


def break_everywhere(url: str, session: Session, exam: Exam, step: Callable[[Session, Exam], None]) -> int:
    """Try the step with a failure at the first statement, the second ... until it succeeds; return how many failed."""
    before = snapshot(session)
    for number in range(1, MOST_STATEMENTS):
        try:
            with cut_at(url, number) as broken:
                step(broken, exam)
        except Cut:
            assert snapshot(session) == before, number
        else:
            return number
    raise AssertionError("more statements than anybody should need")


def test_handing_in_and_issuing_is_one_step(database_url: str, session: Session) -> None:
    exam = make_exam(session)
    sign(session, Act(exam.user_id, NOW), ticked=ALL_POINTS, **exam.who)
    start(session, exam)
    answer_all(session, exam)

    failures = break_everywhere(database_url, session, exam, submit_and_issue)

    after = snapshot(session)
    assert failures > len(TABLES)
    assert len(after["certificate"]) == 1
    assert get_attempts(session, exam)[0].state == "submitted"
    assert sum("certificate.issued" in repr(row) for row in after["audit_event"]) == 1


def test_signing_and_issuing_is_one_step(database_url: str, session: Session) -> None:
    exam = make_exam(session)
    start(session, exam)
    answer_all(session, exam)
    hand_in(session, exam)

    break_everywhere(database_url, session, exam, sign_and_issue)

    after = snapshot(session)
    assert len(after["certificate"]) == len(after["signature"]) == 1
