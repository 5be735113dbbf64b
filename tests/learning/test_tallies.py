"""The tally of a period equals its enrolments after any changes, in any order, at the same time."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.database.tables import change_rows
from netral.learning.periods.lifecycle import close_period
from netral.learning.periods.models import CompletionTally, Enrolment, Period
from netral.learning.periods.tallies import (
    FACTS,
    TALLY,
    Drift,
    correct_tally,
    find_counting,
    find_drift,
    find_surplus,
    fold_tally,
)
from netral.migrating import downgrade, upgrade
from netral.organisation.models import Opd
from tests.factories import NOW, make_period
from tests.learning.acting import fold_without_end
from tests.learning.counted import DAY, UNITS, Walk, count_people, count_rows, make_people, read_tally
from tests.learning.workers import PRELOADED

STEPS = 150


@pytest.mark.parametrize("seed", [1, 2])
def test_the_tally_equals_the_enrolments_after_every_step(session: Session, seed: int) -> None:
    walk = Walk(session, seed)
    for _ in range(STEPS):
        walk.step()

        assert read_tally(session, walk.period, walk.now) == count_people(session, walk.period, walk.now)
        assert find_drift(session, period_id=walk.period.id, now=walk.now) == []
    fold_tally(session, period_id=walk.period.id, now=walk.now)
    assert count_rows(session) == len(count_people(session, walk.period, walk.now))


def test_folding_keeps_the_day_of_completion_only_while_it_is_recent(session: Session) -> None:
    period = make_period(session)
    make_people(session, period, 3, completed_at=NOW)
    days = select(CompletionTally.day).where(CompletionTally.completed)

    fold_tally(session, period_id=period.id, now=NOW + 6 * DAY)
    assert set(session.scalars(days)) == {1}
    session.execute(update(Enrolment).values(current_opd_id=session.scalars(select(Opd.id)).first()))
    fold_tally(session, period_id=period.id, now=NOW + 7 * DAY)
    assert session.scalars(days).all() == [None]


def test_folding_goes_in_batches_and_touches_nothing_else(session: Session) -> None:
    period, other = make_period(session), make_period(session)
    for each in (period, other):
        make_people(session, each)
    before = read_tally(session, other, NOW)
    session.execute(update(Enrolment).where(Enrolment.period_id == period.id).values(started_at=NOW))

    batches = find_surplus(session, period_id=period.id, now=NOW, most=1)
    assert [len(opd_ids) for opd_ids in batches] == [1, 1, 1]
    for opd_ids in batches:
        assert fold_tally(session, period_id=period.id, opd_ids=opd_ids, now=NOW) > 0
    assert find_surplus(session, period_id=period.id, now=NOW) == []
    assert read_tally(session, other, NOW) == before


def test_a_step_costs_at_most_two_rows_and_a_roster_a_row_for_each_unit(session: Session) -> None:
    """On SQLite it writes a row for each person, until they are folded."""
    period = make_period(session)
    people = make_people(session, period, 6)
    fold_tally(session, period_id=period.id, now=NOW)
    before = count_rows(session)

    session.execute(update(Enrolment).where(Enrolment.id == people[0]).values(started_at=NOW))
    assert count_rows(session) == before + 2
    session.execute(update(Enrolment).where(Enrolment.id != people[0]).values(standing="bebas"))
    per_row = session.get_bind().dialect.name == "sqlite"
    assert count_rows(session) == before + 2 + 2 * (5 if per_row else UNITS)


def test_a_count_is_never_changed_in_place(session: Session) -> None:
    make_people(session, make_period(session), 1)

    with pytest.raises(IntegrityError, match="counts are added to and added up"):
        session.execute(update(TALLY).values(people=2))


def test_a_rollback_leaves_no_difference(session: Session) -> None:
    period = make_period(session)
    make_people(session, period)

    session.execute(update(Enrolment).values(completed_at=NOW))
    fold_tally(session, period_id=period.id, now=NOW)
    session.rollback()

    assert count_people(session, period, NOW) == read_tally(session, period, NOW)
    assert session.scalar(select(func.sum(TALLY.c.people)).where(TALLY.c.completed)) is None


def test_a_fold_that_is_killed_before_its_end_has_done_nothing(session: Session, database_url: str) -> None:
    period = make_period(session)
    make_people(session, period)
    before, period_id = count_rows(session), period.id
    session.commit()

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([PRELOADED])
    mine, theirs = context.Pipe()
    process = context.Process(target=fold_without_end, args=(database_url, period_id, theirs), daemon=True)
    process.start()
    assert mine.recv() > 0
    process.kill()
    process.join()

    assert count_rows(session) == before
    assert read_tally(session, period, NOW) == count_people(session, period, NOW)
    assert fold_tally(session, period_id=period_id, now=NOW) > 0


def test_folds_and_learners_at_the_same_time_lose_and_double_nothing(session: Session, engine: Engine) -> None:
    period = make_period(session)
    people, period_id = make_people(session, period), period.id
    session.commit()

    def learn(person: int) -> None:
        for _ in range(3):
            for values in ({"started_at": NOW}, {"completed_at": NOW}, {"started_at": None, "completed_at": None}):
                with Session(engine) as own:
                    own.execute(update(Enrolment).where(Enrolment.id == person).values(values))
                    own.commit()

    def fold(_: int) -> None:
        for _ in range(8):
            with Session(engine) as own:
                fold_tally(own, period_id=period_id, now=NOW)
                own.commit()

    with ThreadPoolExecutor(7) as threads:
        for done in [*(threads.submit(learn, person) for person in people[:4]), *(threads.submit(fold, 0),) * 3]:
            done.result()

    assert find_drift(session, period_id=period_id, now=NOW) == []
    fold_tally(session, period_id=period_id, now=NOW)
    assert count_rows(session) == UNITS


def test_two_folds_that_cross_take_different_rows_and_wait_for_nobody(postgresql: Engine) -> None:
    with Session(postgresql) as session, Session(postgresql) as one, Session(postgresql) as other:
        period = make_period(session)
        make_people(session, period)
        session.execute(update(Enrolment).values(started_at=NOW))
        session.commit()
        other.execute(text("SET LOCAL lock_timeout = '2s'"))

        assert fold_tally(one, period_id=period.id, now=NOW) > 0
        assert fold_tally(other, period_id=period.id, now=NOW) == 0
        one.commit()
        other.commit()
        assert read_tally(session, period, NOW) == count_people(session, period, NOW)


def test_lateness_follows_a_period_that_is_closed_early(session: Session) -> None:
    period = make_period(session)
    make_people(session, period, 2, completed_at=NOW + timedelta(minutes=1))
    make_people(session, period, 2, completed_at=NOW - timedelta(minutes=1))

    close_period(session, Act(None, NOW, period.instansi_id), kode=period.kode)
    session.refresh(period)

    assert read_tally(session, period, NOW) == count_people(session, period, NOW)
    late = select(func.sum(CompletionTally.people)).where(CompletionTally.late)
    assert session.scalar(late) == 2


def test_a_completion_and_a_closing_go_one_after_the_other(postgresql: Engine) -> None:
    """Otherwise the completion would not know the tenggat that the closing moves."""
    with Session(postgresql) as session, Session(postgresql) as other:
        period = make_period(session)
        siti, budi = make_people(session, period, 2)
        tenggat = update(Period).where(Period.id == period.id).values(due_at=NOW)

        for first, second in (
            (update(Enrolment).where(Enrolment.id == siti).values(completed_at=NOW), tenggat),
            (tenggat, update(Enrolment).where(Enrolment.id == budi).values(completed_at=NOW)),
        ):
            session.execute(first)
            other.execute(text("SET LOCAL lock_timeout = '50ms'"))
            with pytest.raises(OperationalError, match="lock timeout"):
                other.execute(second)
            other.rollback()
            session.rollback()


def test_a_tally_that_somebody_spoiled_is_named_and_corrected(session: Session) -> None:
    period = make_period(session)
    make_people(session, period, 1, started_at=NOW)
    opd_id = session.scalars(select(CompletionTally.opd_id)).one()
    more = dict.fromkeys(FACTS[3:], False) | {"period_id": period.id, "opd_id": opd_id, "standing": "bebas"}
    session.execute(TALLY.insert().values(people=4, **more))
    session.execute(TALLY.delete().where(TALLY.c.started))

    assert find_drift(session, period_id=period.id, now=NOW) == [
        Drift(opd_id, "bebas", None, kept=4, counted=0),
        Drift(opd_id, "wajib/started", None, kept=0, counted=1),
    ]
    assert correct_tally(session, period_id=period.id, now=NOW) == 2
    assert find_drift(session, period_id=period.id, now=NOW) == []
    assert correct_tally(session, period_id=period.id, now=NOW) == 0


def test_an_upgrade_counts_existing_enrolments(session: Session, database_url: str, engine: Engine) -> None:
    period = make_period(session, due_at=NOW)
    for completed_at in (None, NOW - DAY, NOW + timedelta(microseconds=1), NOW - 30 * DAY):
        make_people(session, period, completed_at=completed_at)
    expected = count_people(session, period, NOW)
    session.commit()
    engine.dispose()

    downgrade(database_url, "0004")
    upgrade(database_url)

    assert read_tally(session, period, NOW) == expected
    assert change_rows(session, update(Enrolment).values(started_at=NOW)) > 0
    assert find_drift(session, period_id=period.id, now=NOW) == []


def test_a_period_is_folded_until_its_last_days_are_no_longer_recent(session: Session) -> None:
    period = make_period(session)

    assert find_counting(session, now=period.closes_at + 7 * DAY) == [period.id]
    assert find_counting(session, now=period.closes_at + 8 * DAY) == []
