"""The other processes of a race; kept apart from the tests, so that a process starts quickly."""

from datetime import datetime
from multiprocessing.connection import Connection

from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.database.engines import make_engine
from netral.learning.editions.publishing import Published
from netral.learning.exams.attempts import Start
from netral.learning.exams.closing import Closing, close_overdue, submit
from netral.learning.exams.compensating import note_beat
from netral.learning.exams.extending import NoOpenAttempt, extend_person
from netral.learning.exams.outages import Gap
from netral.learning.exams.saving import Saved, SentAnswer, close_late, save_response
from netral.learning.periods.models import Enrolment
from netral.learning.periods.opening import KodeTaken, open_period
from netral.learning.periods.tallies import fold_tally
from netral.learning.study.progress import Reached, reach_pages
from netral.pledges.publishing import publish
from tests.factories import NOW
from tests.learning.make import Exam, Form, make_frozen, make_plan, start

Forms = dict[int, tuple[Form, Form]]


def start_one(engine: Engine, exam: Exam, now: datetime, seed: int) -> Start:
    with Session(engine) as session:
        return start(session, exam, now=now, seed=seed)


def save_one(engine: Engine, exam: Exam, form: Form, sequence: int, now: datetime = NOW, slot: int = 1) -> Saved:
    """Save as the web does, and close an attempt that turns out to be overdue."""
    sent = SentAnswer(slot=slot, form=form, sequence=sequence)
    with engine.connect() as writer:
        saved = save_response(writer, sent, now=now, **exam.who)
        writer.commit()
    if saved.overdue:
        with Session(engine) as session:
            close_late(session, exam.act(now), saved.number, **exam.who)
            session.commit()
    return saved


def submit_one(engine: Engine, exam: Exam, now: datetime = NOW) -> Closing:
    with Session(engine) as session:
        closing = submit(session, exam.act(now), number=None, **exam.who)
        session.commit()
        return closing


def sweep(engine: Engine, now: datetime) -> tuple[Closing, ...]:
    with Session(engine) as session:
        closings = close_overdue(session, now=now)
        session.commit()
        return closings


def extend_one(engine: Engine, exam: Exam, now: datetime) -> bool:
    with Session(engine) as session:
        try:
            act = Act(None, now, exam.instansi_id)
            extended = extend_person(session, act, minutes=15, reason="Laptopnya mati", key="a", **exam.who)
        except NoOpenAttempt:
            return False
        session.commit()
        return extended


def beat(engine: Engine, now: datetime) -> Gap | None:
    with Session(engine) as session:
        gap = note_beat(session, Act(None, now))
        session.commit()
        return gap


def publish_one(engine: Engine) -> Published:
    with Session(engine) as session:
        published = publish(session, Act(None, NOW), make_frozen())
        session.commit()
        return published


def open_one(engine: Engine, instansi_id: int) -> int | None:
    with Session(engine) as session:
        try:
            opened = open_period(session, Act(None, NOW, instansi_id), make_plan(kode="lain"))
        except KodeTaken:
            return None
        session.commit()
        return opened.enrolled


def reach_one(engine: Engine, exam: Exam) -> Reached:
    with Session(engine) as session:
        reached = reach_pages(session, slug="media-sosial", numbers=[1], now=NOW, **exam.who)
        session.commit()
        return reached


def keep_saving(url: str, exam: Exam, forms: Forms, first: int, pipe: Connection) -> None:
    """Save for ever, and print each commit, as a server acknowledges it."""
    engine = make_engine(url)
    sequence = first
    while True:
        for slot, pair in forms.items():
            form = pair[sequence % 2]
            save_one(engine, exam, form, sequence, slot=slot)
            pipe.send((slot, sequence))
        sequence += 1


def fold_without_end(url: str, period_id: int, pipe: Connection) -> None:
    """Complete everybody and fold the tally; print that it is done, and never commit."""
    with Session(make_engine(url)) as session:
        session.execute(update(Enrolment).values(completed_at=NOW))
        pipe.send(fold_tally(session, period_id=period_id, now=NOW))
        pipe.recv()
