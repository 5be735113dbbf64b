"""A process that is killed while it saves loses no acknowledged answer."""

import multiprocessing

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from netral.learning.exams.models import Response
from netral.quiz.questions import as_sent
from tests.learning.acting import Forms, keep_saving
from tests.learning.make import (
    Exam,
    get_attempts,
    hand_in,
    make_exam,
    read_paper,
    right,
    start,
    wrong,
)
from tests.learning.workers import PRELOADED

ENOUGH = 25


def kill_while_saving(url: str, exam: Exam, forms: Forms, first: int) -> dict[int, int]:
    """Send SIGKILL after a while; return the last acknowledged sequence of each slot."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([PRELOADED])
    mine, theirs = context.Pipe(duplex=False)
    process = context.Process(target=keep_saving, args=(url, exam, forms, first, theirs), daemon=True)
    process.start()
    theirs.close()
    acknowledged: dict[int, int] = {}
    for _ in range(ENOUGH):
        slot, acknowledged[slot] = mine.recv()
    process.kill()
    process.join()
    while mine.poll():
        try:
            slot, acknowledged[slot] = mine.recv()
        except (EOFError, OSError):
            break
    return acknowledged


@pytest.mark.parametrize("rounds", [3])
def test_acknowledged_answers_survive_a_killed_process(session: Session, database_url: str, rounds: int) -> None:
    exam = make_exam(session)
    start(session, exam)
    paper = read_paper(session, exam)
    forms = {slot: (right(layout), wrong(layout)) for slot, layout in paper.items()}

    for number in range(1, rounds + 1):
        acknowledged = kill_while_saving(database_url, exam, forms, first=1000 * number)

        kept = {response.slot: response for response in session.scalars(select(Response))}
        for slot, sequence in acknowledged.items():
            assert kept[slot].sequence >= sequence
            assert as_sent(paper[slot], kept[slot].answer) == forms[slot][kept[slot].sequence % 2]
        session.rollback()
    if database_url.startswith("sqlite"):
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
        session.rollback()
    hand_in(session, exam)
    assert get_attempts(session, exam)[0].state == "submitted"
