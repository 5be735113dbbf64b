"""The progress of each OPD up to today, spread over the weeks in a realistic way."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from netral.demo.acting import Person, Stage, Step, find_enrolled

# Shares of people who are done, one for each OPD: most are well on their way, some have hardly begun.
DONE_SHARES = (0.97, 0.92, 0.88, 0.84, 0.8, 0.78, 0.74, 0.7, 0.66, 0.6, 0.52, 0.44, 0.33, 0.2)
# The shares of people who are not done: began and stopped reading; sat the exam and failed; passed and left the ikrar
# open; signed first and did not pass. The rest has not begun.
READING, FAILED, UNSIGNED, SIGNED_FIRST = 0.22, 0.12, 0.09, 0.04
FIRST_HOUR, LAST_HOUR = 8, 20
SATURDAY = 5
RETRIES, FREE, THOROUGH = 0.4, 0.8, 0.05


class Teller:
    """Plans events on a stage, between the opening of its period and `until`."""

    def __init__(self, stage: Stage, *, until: datetime, rng: Random) -> None:
        self.stage = stage
        self.begins = stage.period.opens_at
        self.until = until
        self.zone = ZoneInfo(stage.period.zona)
        self.rng = rng
        self.enrolled = find_enrolled(stage.session, stage.period.id)

    def tell_office(self, people: Iterable[int]) -> None:
        """Plan a story for each person; the share of those who are done is drawn for the office."""
        share = self.rng.choice(DONE_SHARES)
        for asn_id in people:
            self.tell_one(asn_id, done=self.rng.random() < share)

    def tell_one(self, asn_id: int, *, done: bool) -> None:
        chance = 1.0 if done else self.rng.random()
        if done:
            self.study(
                self.make_person(asn_id, knows=self.rng.uniform(0.9, 1.0), thorough=self.rng.random() < THOROUGH)
            )
        elif chance < READING:
            self.stage.plan(Step.READ, self.make_person(asn_id, knows=0.5, thorough=True), self.draw_moment())
        elif chance < READING + FAILED:
            self.study(self.make_person(asn_id, knows=self.rng.uniform(0.3, 0.55), retries=self.rng.random() < RETRIES))
        elif chance < READING + FAILED + UNSIGNED:
            self.study(self.make_person(asn_id, knows=0.98, signs=False))
        elif chance < READING + FAILED + UNSIGNED + SIGNED_FIRST:
            person = self.make_person(asn_id, knows=0.4)
            at = self.draw_moment()
            self.stage.plan(Step.READ, person, at)
            self.stage.plan(Step.SIGN, person, at + timedelta(minutes=9))

    def study(self, person: Person) -> None:
        """Plan reading, and some time later the exam: the drawn day is that of the exam."""
        at = self.draw_moment()
        read_at = max(self.begins + timedelta(hours=FIRST_HOUR), at - timedelta(hours=self.rng.choice((1, 2, 25, 49))))
        read_at = min(read_at, at - timedelta(minutes=5))
        if self.stage.tries_first():
            self.stage.plan(Step.TRY, person, read_at - timedelta(minutes=10))
        self.stage.plan(Step.READ, person, read_at)
        self.stage.plan(Step.START, person, at)

    def make_person(self, asn_id: int, *, knows: float, **more: bool) -> Person:
        enrolment_id, user_id = self.enrolled[asn_id]
        return Person(asn_id=asn_id, user_id=user_id, enrolment_id=enrolment_id, knows=knows, **more)

    def draw_moment(self) -> datetime:
        """Return a moment in daytime between the beginning and today: late days are more frequent, weekends rare."""
        days = max(1, (self.until - self.begins).days)
        while True:
            day = int(self.rng.betavariate(1.6, 1.2) * days)
            hour = self.rng.triangular(FIRST_HOUR, LAST_HOUR, 10)
            moment = self.begins + timedelta(days=day, hours=hour)
            weekend = moment.astimezone(self.zone).weekday() >= SATURDAY
            if moment < self.until - timedelta(hours=2) and not (weekend and self.rng.random() < FREE):
                return moment
