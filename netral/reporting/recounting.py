"""Counting again from attempts, signatures, certificates and dated changes, to prove the figures of reports.

Reports read the tally, the tally follows the enrolments, and their summary columns follow people's actions. Each is
compared with the next, and the figures of reports with the last.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from netral.certificates.models import Certificate
from netral.learning.exams.models import Attempt, AttemptGrant
from netral.learning.periods.enrolments import Standing
from netral.learning.periods.models import Enrolment
from netral.learning.periods.participants import Place, places_at
from netral.learning.periods.tallies import RECENT_DAYS, day_of, find_drift
from netral.learning.study.models import PageReached, PracticeAnswer
from netral.pledges.models import Signature
from netral.reporting.counts import NOBODY, NUMBERS, Counts, State, state_of
from netral.reporting.report import PeriodFacts, find_period
from netral.reporting.reports.completion import count_by_opd

Evident = PageReached | PracticeAnswer | Attempt | Signature


@dataclass(frozen=True, slots=True)
class Difference:
    """A summary or report that differs from the rows behind it."""

    object_kind: str
    object_id: int
    fact: str
    kept: str
    recounted: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """The facts that the rows prove about one enrolment. `place` none: its joining lies in the future."""

    place: Place | None
    started: bool
    passed: bool
    pledged: bool
    completed_at: datetime | None

    @property
    def state(self) -> State:
        return state_of(
            started=self.started, passed=self.passed, pledged=self.pledged, completed=self.completed_at is not None
        )


def recount(session: Session, *, instansi_id: int, period_id: int, now: datetime) -> list[Difference]:
    """Return every difference: first in the summary columns, then in the tally, then in the counts per OPD of reports.

    Empty when all agree.
    """
    period = find_period(session, instansi_id=instansi_id, period_id=period_id)
    evidence = gather(session, period_id, now=now)
    kept = session.execute(
        select(
            Enrolment.id,
            Enrolment.current_opd_id,
            Enrolment.standing,
            Enrolment.started_at,
            Enrolment.passed_at,
            Enrolment.pledged_at,
            Enrolment.completed_at,
        )
        .where(Enrolment.period_id == period_id)
        .order_by(Enrolment.id)
    ).all()
    found = [difference for row in kept for difference in compare_summary(row, evidence[row.id])]
    found += compare_grants(session, period_id)
    found += compare_tally(session, period_id, now=now)
    counted = count_by_opd(session, period, opd_path=None, now=now)
    return found + compare_counts(counted, count_again(evidence.values(), period, now=now))


def compare_grants(session: Session, period_id: int) -> list[Difference]:
    """Compare further attempts with the rows by which they were given."""
    given = func.coalesce(func.sum(AttemptGrant.attempts), 0)
    statement = (
        select(Enrolment.id, Enrolment.extra_attempts, given.label("given"))
        .outerjoin(AttemptGrant, AttemptGrant.enrolment_id == Enrolment.id)
        .where(Enrolment.period_id == period_id)
        .group_by(Enrolment.id, Enrolment.extra_attempts)
        .having(given != Enrolment.extra_attempts)
        .order_by(Enrolment.id)
    )
    return [
        Difference("enrolment", row.id, "extra_attempts", str(row.extra_attempts), str(row.given))
        for row in session.execute(statement)
    ]


def gather(session: Session, period_id: int, *, now: datetime) -> dict[int, Evidence]:
    places = places_at(session, period_id=period_id, at=now)
    started = read_ids(session, period_id, PageReached) | read_ids(session, period_id, PracticeAnswer)
    started |= read_ids(session, period_id, Attempt)
    passed = read_ids(session, period_id, Attempt, Attempt.passed.is_(True))
    pledged = read_ids(session, period_id, Signature, Signature.outcome == "setuju")
    completed = read_completions(session, period_id)
    return {
        enrolment_id: Evidence(
            place=places.get(enrolment_id),
            started=enrolment_id in started,
            passed=enrolment_id in passed,
            pledged=enrolment_id in pledged,
            completed_at=completed.get(enrolment_id),
        )
        for enrolment_id in session.scalars(select(Enrolment.id).where(Enrolment.period_id == period_id))
    }


def read_ids(session: Session, period_id: int, table: type[Evident], *conditions: ColumnElement[bool]) -> set[int]:
    """Return the enrolments of a period that have such a row."""
    statement = select(table.enrolment_id).join(Enrolment, Enrolment.id == table.enrolment_id)
    return set(session.scalars(statement.where(Enrolment.period_id == period_id, *conditions)))


def read_completions(session: Session, period_id: int) -> dict[int, datetime]:
    """Return the time since which people have a valid certificate: a reissue continues the superseded certificate."""
    columns = (
        Certificate.enrolment_id,
        Certificate.id,
        Certificate.status,
        Certificate.issued_at,
        Certificate.successor_id,
    )
    rows = session.execute(select(*columns).where(Certificate.period_id == period_id)).all()
    earlier = {row.successor_id: row for row in rows if row.status == "superseded"}
    return {row.enrolment_id: first_of(row, earlier).issued_at for row in rows if row.status == "valid"}


def first_of(certificate: Row[*tuple[Any, ...]], earlier: Mapping[int, Row[*tuple[Any, ...]]]) -> Row[*tuple[Any, ...]]:
    while certificate.id in earlier:
        certificate = earlier[certificate.id]
    return certificate


def compare_summary(row: Row[*tuple[Any, ...]], evidence: Evidence) -> Iterator[Difference]:
    """Yield differences of the summary. Times of passing and signing are not compared: no figure uses them."""
    pairs: list[tuple[str, object, object]] = [
        ("started", row.started_at is not None, evidence.started),
        ("passed", row.passed_at is not None, evidence.passed),
        ("pledged", row.pledged_at is not None, evidence.pledged),
        ("completed_at", row.completed_at, evidence.completed_at),
    ]
    if evidence.place is not None:
        pairs += [
            ("current_opd_id", row.current_opd_id, evidence.place.opd_id),
            ("standing", row.standing, evidence.place.standing.value),
        ]
    for fact, kept, recounted in pairs:
        if kept != recounted:
            yield Difference("enrolment", row.id, fact, str(kept), str(recounted))


def compare_tally(session: Session, period_id: int, *, now: datetime) -> list[Difference]:
    return [
        Difference("tally", drift.opd_id, drift.state, str(drift.kept), str(drift.counted))
        for drift in find_drift(session, period_id=period_id, now=now)
    ]


def count_again(people: Iterable[Evidence], period: PeriodFacts, *, now: datetime) -> dict[int, Counts]:
    """Count person by person, without the query that reports use."""
    tallies: dict[int, Counter[str]] = {}
    for person in people:
        if person.place is not None:
            tallies.setdefault(person.place.opd_id, Counter()).update(tally(person, person.place, period, now=now))
    return {opd_id: Counts(**numbers) for opd_id, numbers in tallies.items()}


FIELDS = {
    State.NOT_STARTED: "not_started",
    State.UNDER_WAY: "under_way",
    State.PASSED_ONLY: "passed_only",
    State.PLEDGED_ONLY: "pledged_only",
    State.COMPLETED: "completed",
}


def tally(person: Evidence, place: Place, period: PeriodFacts, *, now: datetime) -> list[str]:
    """Return the fields of Counts in which one person counts."""
    if place.standing is not Standing.WAJIB:
        return ["exempt" if place.standing is Standing.BEBAS else "left"]
    counted = ["wajib", FIELDS[person.state]]
    if person.completed_at is not None and person.completed_at >= period.due_at:
        counted.append("late")
    if person.completed_at is not None and days_ago(person.completed_at, period, now=now) < RECENT_DAYS:
        counted.append("recent")
    return counted


def days_ago(moment: datetime, period: PeriodFacts, *, now: datetime) -> int:
    """Return the number of calendar days since a day: 0 is today."""
    return day_of(period.opens_at, now) - day_of(period.opens_at, moment)


def compare_counts(kept: Mapping[int, Counts], recounted: Mapping[int, Counts]) -> list[Difference]:
    return [
        Difference("opd", opd_id, field.name, str(old), str(new))
        for opd_id in sorted({*kept, *recounted})
        for field, old, new in zip(
            fields(Counts),
            NUMBERS(kept.get(opd_id, NOBODY)),
            NUMBERS(recounted.get(opd_id, NOBODY)),
            strict=True,
        )
        if old != new
    ]
