"""The counts of a period, kept as differences that triggers write: read, added up, compared with enrolments."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, func, insert, literal, literal_column, select, union_all
from sqlalchemy.orm import Session

from netral.errors import NotFound
from netral.learning.periods.models import TALLY_KEY, CompletionTally, Enrolment, Period, tally_key

A_DAY = timedelta(days=1)
RECENT_DAYS = 7
"""Days, today included, whose completions are kept apart, since reports ask for them."""

BATCH = 5_000
"""Rows in a batch: few enough that the writers of SQLite wait unnoticeably short."""

TALLY: Any = CompletionTally.__table__
FACTS = tuple(name for name in TALLY_KEY if name != "day")


@dataclass(frozen=True, slots=True)
class Drift:
    """A difference: how many people in one state the tally has (`kept`), and how many the enrolments have (`counted`).

    `state` names the facts that hold of them; `day` is that of completion, 0 for the first of the period.
    """

    opd_id: int
    state: str
    day: int | None
    kept: int
    counted: int


def day_of(period_opens_at: datetime, moment: datetime) -> int:
    """Return the day of a moment; 0 is the first day of the period, which opens at midnight in its instansi's zone."""
    return (moment - period_opens_at) // A_DAY


def first_recent_day(session: Session, period_id: int, *, now: datetime) -> int:
    """Return the first day whose completions are kept apart. Raises NotFound."""
    opens_at = session.scalar(select(Period.opens_at).where(Period.id == period_id))
    if opens_at is None:
        raise NotFound(period_id)
    return day_of(opens_at, now) - RECENT_DAYS + 1


def find_counting(session: Session, *, now: datetime) -> list[int]:
    """Return the periods whose counts still change, or whose last days are still recent."""
    lately = now - (RECENT_DAYS + 1) * A_DAY
    return list(session.scalars(select(Period.id).where(Period.closes_at > lately).order_by(Period.id)))


def find_surplus(session: Session, *, period_id: int, now: datetime, most: int = BATCH) -> list[list[int]]:
    """Return OPD whose differences can be added up, in batches of about `most` rows: SQLite's writers wait for each."""
    alike = select(TALLY.c.opd_id, func.count().label("rows")).where(TALLY.c.period_id == period_id)
    alike = alike.group_by(*key_of_tally(first_recent_day(session, period_id, now=now)))
    crowded = alike.having((func.count() > 1) | (func.sum(TALLY.c.people) == 0)).subquery()
    rows = select(crowded.c.opd_id, func.sum(crowded.c.rows)).group_by(crowded.c.opd_id).order_by(crowded.c.opd_id)
    batches: list[list[int]] = []
    room = 0
    for opd_id, number in session.execute(rows):
        if room <= 0:
            batches.append([])
            room = most
        batches[-1].append(opd_id)
        room -= number
    return batches


def fold_tally(session: Session, *, period_id: int, now: datetime, opd_ids: Sequence[int] | None = None) -> int:
    """Replace differences of the same key by their sum, and forget days of completion that are no longer recent.

    Returns how many rows fewer there are. The counts stay the same whoever writes or folds meanwhile: only the rows
    that were really deleted are added up, and rows that another process deletes are left to it.
    """
    key = key_of_tally(first_recent_day(session, period_id, now=now))
    rows, people = func.count().over(partition_by=key), func.sum(TALLY.c.people).over(partition_by=key)
    keyed = select(TALLY.c.id, rows.label("rows"), people.label("people"))
    keyed = keyed.where(TALLY.c.period_id == period_id)
    if opd_ids is not None:
        keyed = keyed.where(TALLY.c.opd_id.in_(opd_ids))
    alike = keyed.subquery()
    surplus = select(alike.c.id).where((alike.c.rows > 1) | (alike.c.people == 0))
    free = select(TALLY.c.id).where(TALLY.c.id.in_(surplus)).with_for_update(skip_locked=True)
    gone = session.execute(delete(TALLY).where(TALLY.c.id.in_(free)).returning(*key, TALLY.c.people)).all()
    sums: Counter[tuple[Any, ...]] = Counter()
    for *facts, number in gone:
        sums[tuple(facts)] += number
    return len(gone) - write(session, sums)


def write(session: Session, differences: Counter[tuple[Any, ...]]) -> int:
    rows = [dict(zip((*TALLY_KEY, "people"), (*key, people), strict=True)) for key, people in differences.items()]
    rows = [row for row in rows if row["people"]]
    if rows:
        session.execute(insert(TALLY), rows)
    return len(rows)


def correct_tally(session: Session, *, period_id: int, now: datetime) -> int:
    """Write the difference between the tally and the enrolments; return how many keys were wrong.

    It is written as differences, so that others' writes of the same time count as well. Two corrections, or a change of
    the tenggat, run one after the other. Raises NotFound.
    """
    session.execute(select(Period.id).where(Period.id == period_id).with_for_update(key_share=True))
    found = select_drift(session, period_id, now=now)
    differences = Counter({tuple(row[:-2]): row.counted - row.kept for row in found})
    return write(session, differences)


def find_drift(session: Session, *, period_id: int, now: datetime) -> list[Drift]:
    """Return the differences, none when tally and enrolments agree. Raises NotFound."""
    return [
        Drift(
            row.opd_id,
            "/".join([row.standing, *(fact for fact in FACTS[3:] if getattr(row, fact))]),
            row.day,
            row.kept,
            row.counted,
        )
        for row in select_drift(session, period_id, now=now)
    ]


def select_drift(session: Session, period_id: int, *, now: datetime) -> list[Any]:
    """Return keys with `kept` and `counted`, both of one moment, since it is one statement."""
    recent = first_recent_day(session, period_id, now=now)
    kept = select(*key_of_tally(recent), TALLY.c.people.label("kept"), literal(0).label("counted"))
    enrolment, period = Enrolment.__table__.alias("e"), Period.__table__.alias("p")
    people = (
        select(*key_of_enrolment(session, recent))
        .select_from(enrolment.join(period, period.c.id == enrolment.c.period_id))
        .where(enrolment.c.period_id == period_id)
        .subquery()
    )
    counted = select(*people.c, literal(0), func.count()).group_by(*people.c)
    both = union_all(kept.where(TALLY.c.period_id == period_id), counted).subquery()
    keys = [both.c[name] for name in TALLY_KEY]
    sums = (func.sum(both.c.kept), func.sum(both.c.counted))
    wanted = select(*keys, sums[0].label("kept"), sums[1].label("counted")).group_by(*keys)
    return list(session.execute(wanted.having(sums[0] != sums[1]).order_by(*keys)))


def key_of_tally(recent: int) -> list[Any]:
    day = case((TALLY.c.day >= recent, TALLY.c.day))
    return [*(TALLY.c[fact] for fact in FACTS), day.label("day")]


def key_of_enrolment(session: Session, recent: int) -> list[Any]:
    """Return the same key of an enrolment `e` and its period `p`."""
    key = tally_key("e", session.get_bind().dialect.name)
    facts = [literal_column(key[fact], TALLY.c[fact].type).label(fact) for fact in FACTS]
    day = literal_column(key["day"], TALLY.c.day.type)
    return [*facts, case((day >= recent, day)).label("day")]
