"""Whether a person may sit the exam now: one rule for the page that explains it and for the step that starts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from netral.learning.exams.relearning import PageToRead
from netral.learning.exams.sittings import Sitting
from netral.learning.periods.enrolments import Enrolled, Standing
from netral.learning.periods.reading import PeriodState


class Obstacle(StrEnum):
    LEFT = "left"
    PASSED = "passed"
    NOT_YET_OPEN = "not-yet-open"
    CLOSED = "closed"
    NO_ATTEMPTS_LEFT = "no-attempts-left"
    MODULES_FIRST = "modules-first"
    LEARN_AGAIN = "learn-again"
    COOLDOWN = "cooldown"
    NOTICE_UNREAD = "notice-unread"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The answer. Without an obstacle an attempt may start, or the open one goes on. `until`: the end of a wait."""

    obstacle: Obstacle | None
    used: int
    most: int
    until: datetime | None = None
    sitting: Sitting | None = None
    modules_left: tuple[str, ...] = ()
    to_read: tuple[PageToRead, ...] = ()

    @property
    def left(self) -> int:
        return max(0, self.most - self.used)


def judge(
    enrolled: Enrolled,
    sittings: Sequence[Sitting],
    modules_left: Sequence[str],
    to_read: Sequence[PageToRead] = (),
    *,
    now: datetime,
) -> Gate:
    """Judge. `modules_left` are modules whose last page was not reached; `to_read` are pages to read again.

    An overdue attempt counts as used up.
    """
    current = next((sitting for sitting in sittings if sitting.is_open), None)
    obstacle, until = find_obstacle(enrolled, sittings, modules_left, to_read, now=now)
    if current is not None and not current.is_overdue(enrolled.period.closes_at, now):
        obstacle, until = None, None
    return Gate(
        obstacle=obstacle,
        used=len(sittings),
        most=enrolled.max_attempts,
        until=until,
        sitting=current,
        modules_left=tuple(modules_left),
        to_read=tuple(to_read),
    )


def find_obstacle(
    enrolled: Enrolled,
    sittings: Sequence[Sitting],
    modules_left: Sequence[str],
    to_read: Sequence[PageToRead],
    *,
    now: datetime,
) -> tuple[Obstacle | None, datetime | None]:
    """Return the obstacle, and the end of a wait: unavoidable obstacles come first, the person's own next step last."""
    period = enrolled.period
    state = period.state(now)
    until = cooldown_end(enrolled, sittings)
    found: dict[Obstacle, bool] = {
        Obstacle.LEFT: enrolled.standing is Standing.KELUAR,
        Obstacle.PASSED: enrolled.passed_at is not None,
        Obstacle.NOT_YET_OPEN: state is PeriodState.UPCOMING,
        Obstacle.CLOSED: state is PeriodState.CLOSED,
        Obstacle.NO_ATTEMPTS_LEFT: len(sittings) >= enrolled.max_attempts,
        Obstacle.MODULES_FIRST: period.modules_first and bool(modules_left),
        Obstacle.LEARN_AGAIN: bool(to_read),
        Obstacle.COOLDOWN: until is not None and now < until,
        Obstacle.NOTICE_UNREAD: enrolled.notice_read_at is None,
    }
    obstacle = next((obstacle for obstacle, stands in found.items() if stands), None)
    waits = {Obstacle.NOT_YET_OPEN: period.opens_at, Obstacle.COOLDOWN: until}
    return obstacle, waits.get(obstacle) if obstacle else None


def cooldown_end(enrolled: Enrolled, sittings: Sequence[Sitting]) -> datetime | None:
    """Return the end of the wait, counted from the end of the last attempt; none after one that an outage cut off."""
    if not sittings or sittings[-1].replaced:
        return None
    closed_at = sittings[-1].closed_at or sittings[-1].end(enrolled.period.closes_at)
    return closed_at + timedelta(minutes=enrolled.period.cooldown_minutes)
