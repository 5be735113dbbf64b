"""Limits on requests of one person within ten minutes; counted in this process, so that a GET writes nothing.

Each process counts alone, so with two of them some people may ask up to twice as often. That still holds a script back,
and exact numbers would cost a write for every question.
"""

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from math import ceil
from threading import Lock

from flask import current_app, request

from netral.errors import NetralError
from netral.web.edge import current

WINDOW = timedelta(minutes=10)
REMEMBERED = 10_000
# The limit of an officer. Typing and clicking for ten minutes without a rest comes to a few hundred.
SEARCHES = 600
FILES = 100
FILE_ENDINGS = (".csv", ".pdf", ".xlsx", ".zip")


class TooOften(NetralError):
    """A person made too many searches or downloads within ten minutes; `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class Pace:
    """Allows at most `most` events in ten minutes for each key. Refused ones do not count, so waiting always helps.

    When there are more keys than can be remembered, the one that has been silent longest is forgotten.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.times: OrderedDict[str, deque[datetime]] = OrderedDict()
        self.lock = Lock()

    def take(self, key: str, now: datetime) -> int:
        """Count one event and return 0; or, when there is no room, return the seconds until there is."""
        with self.lock:
            times = self.times.setdefault(key, deque())
            self.times.move_to_end(key)
            if len(self.times) > REMEMBERED:
                self.times.popitem(last=False)
            # A clock that was ahead and was set right leaves times in the future.
            while times and not now - WINDOW < times[0] <= now:
                times.popleft()
            if len(times) >= self.most:
                return ceil((times[0] + WINDOW - now).total_seconds())
            times.append(now)
            return 0


def pace(name: str, most: int) -> Pace:
    """Return the pace of that name, for this application in this process."""
    found: Pace = current_app.extensions.setdefault(f"netral.pace.{name}", Pace(most))
    return found


def check_officer(user_id: int) -> None:
    """Count searches (addresses with a query) and files of an officer; pages are free. Raises TooOften."""
    if request.method not in {"GET", "HEAD"}:
        return
    if request.path.endswith(FILE_ENDINGS):
        seconds = pace("files", FILES).take(str(user_id), current.now())
    elif request.query_string:
        seconds = pace("searches", SEARCHES).take(str(user_id), current.now())
    else:
        return
    if seconds:
        raise TooOften(seconds)
