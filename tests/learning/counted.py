"""People of a period whose counts are compared: counted one by one, and random changes to them."""

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from netral.learning.periods.models import CompletionTally, Enrolment, Period
from netral.learning.periods.tallies import FACTS, RECENT_DAYS, TALLY, fold_tally
from netral.organisation.models import Opd
from tests.factories import NOW, make_asn, make_enrolment, make_opd, make_period

DAY = timedelta(days=1)
UNITS, PEOPLE = 3, 8


def make_people(session: Session, period: Period, count: int = PEOPLE, **more: Any) -> list[int]:
    """Make people, spread over three units."""
    units = [make_opd(session, nama=f"Dinas {number}") for number in range(UNITS)]
    people = [
        make_enrolment(session, asn=make_asn(session, opd=units[number % UNITS]), period=period, **more)
        for number in range(count)
    ]
    session.commit()
    return [person.id for person in people]


def count_rows(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(CompletionTally)) or 0


def count_people(session: Session, period: Period, now: datetime) -> Counter[tuple[Any, ...]]:
    """Count one enrolment after the other, without any of the statements that keep or prove the tally."""
    today = (now - period.opens_at) // DAY
    counted: Counter[tuple[Any, ...]] = Counter()
    for each in session.scalars(select(Enrolment).where(Enrolment.period_id == period.id)):
        done = each.completed_at
        day = None if done is None else (done - period.opens_at) // DAY
        marks = (moment is not None for moment in (each.started_at, each.passed_at, each.pledged_at, done))
        late = done is not None and done >= period.due_at
        recent = day is not None and day > today - RECENT_DAYS
        counted[(period.id, each.current_opd_id, each.standing, *marks, late, day if recent else None)] += 1
    return counted


def read_tally(session: Session, period: Period, now: datetime) -> Counter[tuple[Any, ...]]:
    today = (now - period.opens_at) // DAY
    kept: Counter[tuple[Any, ...]] = Counter()
    rows = select(*(TALLY.c[fact] for fact in FACTS), TALLY.c.day, TALLY.c.people)
    for *facts, day, people in session.execute(rows.where(TALLY.c.period_id == period.id)):
        kept[(*facts, day if day is not None and day > today - RECENT_DAYS else None)] += people
    return Counter({key: people for key, people in kept.items() if people})


class Walk:
    """Every possible change of a period and its people, one by one, at random but repeatable."""

    def __init__(self, session: Session, seed: int) -> None:
        self.session, self.chance = session, random.Random(seed)
        self.period, self.now = make_period(session, due_at=NOW + 4 * DAY), NOW
        make_people(session, self.period)
        self.units = list(session.scalars(select(Opd.id)))

    def step(self) -> None:
        """Make one step; the last one may have been undone before its commit."""
        self.now += timedelta(hours=self.chance.randrange(12))
        self.chance.choice(
            [self.reach, self.reach, self.undo, self.move, self.stand, self.join, self.fold, self.more]
        )()
        if self.chance.random() < 0.1:
            self.session.rollback()
        self.session.commit()

    def change(self, **values: Any) -> None:
        """Change one person, or now and then many at once as a roster does."""
        share = self.chance.choice([PEOPLE, PEOPLE, PEOPLE, 2, 1])
        chosen = Enrolment.id % share == self.chance.randrange(share)
        self.session.execute(update(Enrolment).where(Enrolment.period_id == self.period.id, chosen).values(values))

    def reach(self) -> None:
        self.change(**{self.a_moment(): self.now})

    def undo(self) -> None:
        self.change(**{self.a_moment(): None})

    def a_moment(self) -> str:
        return self.chance.choice(["started_at", "passed_at", "pledged_at", "completed_at"])

    def move(self) -> None:
        self.change(current_opd_id=self.chance.choice(self.units))

    def stand(self) -> None:
        self.change(standing=self.chance.choice(["wajib", "bebas", "keluar"]))

    def join(self) -> None:
        make_enrolment(self.session, asn=make_asn(self.session), period=self.period)

    def fold(self) -> None:
        fold_tally(self.session, period_id=self.period.id, now=self.now)

    def more(self) -> None:
        """Change something that no count depends on."""
        self.change(extra_time_percent=self.chance.randrange(100), notice_read_at=self.now)
