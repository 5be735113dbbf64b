"""Two requests at once: each completes one condition, or both complete the last one."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from netral.audit.events import verify_chain
from netral.certificates.issue.issuing import Issued
from netral.certificates.models import Certificate
from netral.learning.periods.models import Enrolment
from tests.certificates.rows import issue, make_complete, make_enrolled
from tests.factories import make_period
from tests.reporting.makers import make_attempt, make_signature

CROWD = 6


def run_together(task: Callable[[int], Issued | None]) -> list[Issued | None]:
    barrier = Barrier(CROWD)

    def start(number: int) -> Issued | None:
        barrier.wait(timeout=60)
        return task(number)

    with ThreadPoolExecutor(CROWD) as pool:
        return list(pool.map(start, range(CROWD), timeout=60))


def issue_alone(engine: Engine, enrolment_id: int, *, identifier: bytes) -> Issued | None:
    with Session(engine) as session:
        issued = issue(session, Enrolment(id=enrolment_id), identifier=identifier)
        session.commit()
        return issued


def test_of_many_at_once_one_issues_and_all_get_its_certificate(engine: Engine, session: Session) -> None:
    enrolment_id = make_complete(session).id
    session.commit()

    def take(number: int) -> Issued | None:
        return issue_alone(engine, enrolment_id, identifier=bytes([number]) * 16)

    results = run_together(take)

    assert sum(issued.new for issued in results if issued) == 1
    assert {issued.public_id for issued in results if issued} == {session.scalars(select(Certificate.public_id)).one()}
    assert None not in results


def test_different_people_at_once_get_numbers_without_a_gap(engine: Engine, session: Session) -> None:
    period = make_period(session)
    people = [make_complete(session, period=period) for _ in range(CROWD)]
    ids, chain = [enrolment.id for enrolment in people], people[0].instansi_id
    session.commit()

    def take(number: int) -> Issued | None:
        return issue_alone(engine, ids[number], identifier=bytes([number]) * 16)

    results = run_together(take)

    assert None not in results
    assert sorted(session.scalars(select(Certificate.sequence))) == list(range(1, CROWD + 1))
    assert verify_chain(session, chain).broken_at is None


def test_an_exam_and_an_ikrar_that_cross_do_not_miss_each_other(engine: Engine, session: Session) -> None:
    """The one who submits cannot see the signature yet, the one who signs not the attempt: the second must wait."""
    enrolment_id = make_enrolled(session).id
    session.commit()

    with ThreadPoolExecutor(1) as pool, Session(engine) as submitting:
        make_attempt(submitting, submitting.get_one(Enrolment, enrolment_id))
        assert issue(submitting, Enrolment(id=enrolment_id)) is None
        signing = pool.submit(sign_and_issue, engine, enrolment_id)
        wait_until_blocked(signing)
        submitting.commit()
        issued = signing.result(timeout=60)

    assert issued is not None
    assert issued.new


def sign_and_issue(engine: Engine, enrolment_id: int) -> Issued | None:
    with Session(engine) as session:
        make_signature(session, session.get_one(Enrolment, enrolment_id))
        issued = issue(session, Enrolment(id=enrolment_id))
        session.commit()
        return issued


def wait_until_blocked(signing: "Future[Issued | None]") -> None:
    """Sleep long enough for the other to reach the lock; if it did not wait there, it would be done by now."""
    try:
        signing.result(timeout=0.5)
    except TimeoutError:
        return
    raise AssertionError("the second request did not wait for the first")
