"""When an attempt ends. The server's clock alone decides."""

from datetime import datetime, timedelta

GRACE = timedelta(seconds=20)


def set_deadline(
    started_at: datetime, *, limit_seconds: int | None, extra_percent: int, closes_at: datetime
) -> datetime:
    """Fixed as the attempt starts: the time limit with the person's extra time, or the closing of the period."""
    if limit_seconds is None:
        return closes_at
    limit = timedelta(seconds=limit_seconds * (100 + extra_percent) / 100)
    return min(started_at + limit, closes_at)


def end_of(deadline_at: datetime, closes_at: datetime) -> datetime:
    """A period that is closed before its time ends its attempts too, though their own deadline never changes."""
    return min(deadline_at, closes_at)


def is_overdue(end: datetime, now: datetime) -> bool:
    """What was received up to 20 s after the end still counts: the request may have been long on its way."""
    return now > end + GRACE
