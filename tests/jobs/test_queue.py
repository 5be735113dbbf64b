"""Jobs: committed with their cause, claimed once, tried again within bounds."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.errors import NotFound
from netral.jobs.models import Job
from netral.jobs.queue import (
    CLAIM,
    KEPT,
    STANDSTILL,
    WAITS,
    Claimed,
    ClaimLost,
    NotFailed,
    Progress,
    advance,
    claim,
    enlist,
    enqueue,
    forget_finished,
    has_due,
    is_overdue,
    is_standing_still,
    postpone,
    try_again,
)
from tests.factories import NOW, make_instansi
from tests.learning.conftest import Race

ACT = Act(None, NOW)
MINUTE = timedelta(minutes=1)


def read(session: Session) -> Job:
    session.expire_all()
    return session.scalars(select(Job)).one()


def claim_one(session: Session, *, after: timedelta = timedelta(0)) -> Claimed:
    claimed = claim(session, now=NOW + after)
    session.commit()
    assert claimed is not None
    return claimed


def test_a_job_is_rolled_back_with_its_cause(session: Session) -> None:
    enqueue(session, ACT, "zip", {"opd": 1})
    session.rollback()

    assert claim(session, now=NOW) is None


def test_a_claimed_job_is_claimed_by_nobody_else_until_the_claim_ends(session: Session) -> None:
    enqueue(session, ACT, "zip", {"opd": 1})

    assert claim_one(session).arguments == {"opd": 1}
    assert claim(session, now=NOW + CLAIM - MINUTE) is None
    assert claim_one(session, after=CLAIM).claims == 2


def test_a_long_job_waits_behind_the_others_after_each_step(session: Session) -> None:
    enqueue(session, ACT, "zip", {})
    enqueue(session, Act(None, NOW + MINUTE), "letter", {})
    first = claim_one(session, after=2 * MINUTE)

    advance(session, first, Progress(done=50, total=400), now=NOW + 2 * MINUTE)

    assert claim_one(session, after=2 * MINUTE).kind == "letter"
    second = claim_one(session, after=2 * MINUTE)
    assert (second.kind, second.done, second.total) == ("zip", 50, 400)


def test_a_worker_that_stood_still_too_long_writes_nothing(session: Session) -> None:
    enqueue(session, ACT, "zip", {})
    slow, quick = claim_one(session), claim_one(session, after=CLAIM)

    with pytest.raises(ClaimLost):
        advance(session, slow, Progress(), now=NOW + CLAIM)
    session.rollback()
    advance(session, quick, Progress(result={"files": 1}), now=NOW + CLAIM)

    assert (read(session).state, read(session).result) == ("done", {"files": 1})


def test_a_step_that_always_fails_is_tried_five_times(session: Session) -> None:
    enqueue(session, ACT, "zip", {})
    moment = timedelta(0)
    for wait in (*WAITS, timedelta(0)):
        postpone(session, claim_one(session, after=moment), "Disk penuh", now=NOW + moment)
        moment += wait

    assert claim(session, now=NOW + timedelta(days=1)) is None
    assert (read(session).state, read(session).fault) == ("failed", "Disk penuh")


def test_a_step_that_kills_its_worker_is_not_tried_for_ever(session: Session) -> None:
    enqueue(session, ACT, "zip", {})
    for number in range(len(WAITS) + 1):
        claim_one(session, after=number * CLAIM)

    assert claim(session, now=NOW + 10 * CLAIM) is None
    session.commit()
    assert read(session).state == "failed"


def test_a_step_that_succeeds_makes_earlier_failures_forgotten(session: Session) -> None:
    enqueue(session, ACT, "zip", {})
    postpone(session, claim_one(session), "Disk penuh", now=NOW)

    advance(session, claim_one(session, after=MINUTE), Progress(done=1, total=2), now=NOW + MINUTE)

    assert (read(session).failures, read(session).fault) == (0, None)


def test_a_job_that_repeats_is_due_again_and_never_ends(session: Session) -> None:
    enqueue(session, ACT, "sweep", {}, key="sweep", repeats=True)
    advance(session, claim_one(session), Progress(pause=MINUTE), now=NOW)
    assert claim(session, now=NOW) is None

    moment = MINUTE
    for _ in range(3 * len(WAITS)):
        postpone(session, claim_one(session, after=moment), "Basis data sibuk", now=NOW + moment)
        moment += WAITS[0]

    assert (read(session).state, read(session).finished_at) == ("open", NOW)


def test_one_open_job_has_a_key(session: Session) -> None:
    first = enqueue(session, ACT, "zip", {}, key="opd 1")

    assert enqueue(session, ACT, "zip", {}, key="opd 1") == first
    assert enqueue(session, ACT, "zip", {}, key="opd 2") != first
    advance(session, claim_one(session), Progress(), now=NOW)
    assert enqueue(session, ACT, "zip", {}, key="opd 1") != first


def enqueue_one(engine: Engine) -> int:
    with Session(engine) as session:
        job_id = enqueue(session, ACT, "zip", {}, key="opd 1")
        session.commit()
        return job_id


def take_one(engine: Engine) -> int | None:
    with Session(engine) as session:
        claimed = claim(session, now=NOW)
        session.commit()
        return claimed.id if claimed else None


def test_two_workers_never_claim_the_same_job(session: Session, race: Race) -> None:
    jobs = {enqueue(session, ACT, "zip", {}) for _ in range(2)}
    session.commit()

    taken = [job_id for job_id in race([(take_one, {})] * 4) if job_id is not None]

    assert sorted(taken) == sorted(jobs)


def test_two_taps_at_once_make_one_job(session: Session, race: Race) -> None:
    assert len(set(race([(enqueue_one, {})] * 4))) == 1
    assert session.scalar(select(func.count()).select_from(Job)) == 1


def test_a_failed_job_goes_on_once_when_somebody_says_so(session: Session) -> None:
    instansi_id = make_instansi(session).id
    act = Act(None, NOW, instansi_id)
    job_id = enqueue(session, act, "zip", {}, key="opd 1")
    session.flush()
    with pytest.raises(NotFailed):
        try_again(session, act, job_id, instansi_id=instansi_id)
    session.get_one(Job, job_id).state = "failed"
    session.flush()

    try_again(session, act, job_id, instansi_id=instansi_id)

    assert claim_one(session).id == job_id
    with pytest.raises(NotFound):
        try_again(session, act, job_id, instansi_id=instansi_id + 1)


def test_a_failed_job_that_was_begun_anew_stays_failed(session: Session) -> None:
    job_id = enqueue(session, ACT, "zip", {}, key="opd 1")
    session.get_one(Job, job_id).state = "failed"
    session.flush()
    enqueue(session, ACT, "zip", {}, key="opd 1")

    with pytest.raises(NotFailed):
        try_again(session, ACT, job_id, instansi_id=None)


def test_what_ended_a_week_ago_is_forgotten(session: Session) -> None:
    job_id = enqueue(session, ACT, "zip", {})
    waiting = enqueue(session, ACT, "zip", {})
    advance(session, claim_one(session), Progress(), now=NOW)

    assert forget_finished(session, now=NOW + KEPT) == ()
    assert forget_finished(session, now=NOW + KEPT + MINUTE) == (job_id,)
    assert session.scalars(select(Job.id)).all() == [waiting]


def test_work_that_nobody_takes_for_ten_minutes_is_noticed(session: Session) -> None:
    assert not is_standing_still(session, now=NOW)
    enqueue(session, ACT, "sweep", {}, repeats=True)

    assert not is_standing_still(session, now=NOW + STANDSTILL)
    assert is_standing_still(session, now=NOW + STANDSTILL + MINUTE)
    claim_one(session, after=STANDSTILL + MINUTE)
    assert not is_standing_still(session, now=NOW + STANDSTILL + MINUTE)
    assert is_overdue(session, "sweep", now=NOW + STANDSTILL + MINUTE)


def test_work_that_waited_without_a_worker_is_due_as_one_comes_back(session: Session) -> None:
    enqueue(session, ACT, "zip", {})

    enlist(session, "sweep", now=NOW + STANDSTILL + MINUTE)

    assert not is_standing_still(session, now=NOW + STANDSTILL + MINUTE)
    assert [claim_one(session, after=STANDSTILL + MINUTE).kind for _ in range(2)] == ["zip", "sweep"]


def test_jobs_that_were_written_while_the_clock_was_ahead_do_not_wait_for_it(session: Session) -> None:
    """A year ahead, the sweep has said that it is due a minute later, and a file waits to be tried again."""
    year = timedelta(days=365)
    ahead = Act(None, NOW + year)
    enqueue(session, ahead, "sweep", {}, repeats=True)
    advance(session, claim_one(session, after=year), Progress(pause=MINUTE), now=NOW + year)
    enqueue(session, ahead, "zip", {})
    postpone(session, claim_one(session, after=year), "Disk penuh", now=NOW + year)
    session.commit()

    assert has_due(session, now=NOW)
    assert [claim_one(session).kind for _ in range(2)] == ["sweep", "zip"]
    assert not has_due(session, now=NOW)


@pytest.mark.parametrize("failures", range(len(WAITS)))
def test_no_job_is_taken_from_its_wait(session: Session, failures: int) -> None:
    enqueue(session, ACT, "zip", {})
    after = timedelta(0)
    for _ in range(failures + 1):
        postpone(session, claim_one(session, after=after), "Disk penuh", now=NOW + after)
        session.commit()
        assert not has_due(session, now=NOW + after)
        after = read(session).due_at - NOW
