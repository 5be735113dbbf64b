"""Gaps between the beats of the service: which of them are outages, and which attempts lost time in them.

The service notes every minute that it serves. A gap of 5 to 240 minutes without such a beat, and without an answer that
was saved, gives its length back to the attempts that were open meanwhile. Longer gaps, and those in which the clock was
changed, are for officers to judge.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(minutes=240)
# A clock that is corrected by less than this has not gone back.
CLOCK_TOLERANCE = timedelta(seconds=60)
# The next beat is late, so what happened since the last one is not known yet.
LATE = timedelta(minutes=2)
# An attempt that ends later than this after a gap has time enough left.
NEAR = timedelta(days=1)


class GapKind(StrEnum):
    COMPENSATED = "compensated"
    LONG = "long"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Gap:
    """A time without a sign of the service: `since` the last one before it, `until` the first one after it."""

    since: datetime
    until: datetime
    kind: GapKind

    @property
    def seconds(self) -> int:
        return max(0, round((self.until - self.since).total_seconds()))


def judge_gap(since: datetime, until: datetime, *, clock_back: bool = False) -> Gap | None:
    """Return the gap between two beats that follow each other, none if the service was there all the time.

    `clock_back`: the clock was seen to go back after the first of them, so their distance says little.
    """
    if until < since - CLOCK_TOLERANCE:
        return Gap(since, until, GapKind.CLOCK)
    if until - since < SHORTEST:
        return None
    if clock_back:
        return Gap(since, until, GapKind.CLOCK)
    return Gap(since, until, GapKind.COMPENSATED if until - since <= LONGEST else GapKind.LONG)


def find_silence(since: datetime, until: datetime, signs: Iterable[datetime]) -> tuple[datetime, datetime]:
    """Return the longest time without any sign of the service between two beats.

    `signs`: moments at which it did something for somebody, though nobody noted that it served.
    """
    moments = sorted({since, until, *(sign for sign in signs if since < sign < until)})
    return max(pairwise(moments), key=lambda pair: pair[1] - pair[0])


def lost_time(gap: Gap, *, started_at: datetime, last_moment: datetime) -> bool:
    """Return whether an attempt was open as the gap began and ends soon enough for that to matter.

    `last_moment`: when its last answer counts.
    """
    return started_at <= gap.since <= last_moment < gap.until + NEAR


def is_unjudged(beat_at: datetime | None, *, started_at: datetime, last_moment: datetime, now: datetime) -> bool:
    """Return whether an attempt whose time is over may yet get more for a gap; until that is known it stays open.

    `beat_at`: the newest beat; none if the service notes none.
    """
    if beat_at is None or not LATE <= now - beat_at <= LONGEST:
        return False
    return started_at <= beat_at <= last_moment
