"""A line of the log: JSON for journald, readable text for an example; always one line for one event.

An error is logged without any value of a person: only kinds of error, and places in the code. Flask is not imported:
the processes of the server load this for their own lines as well.
"""

import errno
import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

from sqlalchemy.exc import DBAPIError, OperationalError

from netral.settings import ROOT

NAME = "netral.log"
# The fields of a line in their order; any other field stays out of the log, whoever passes it.
FIELDS = ("request", "method", "route", "status", "ms", "person", "code", "trace")


# Made once: a line is written for every request.
ENCODER = json.JSONEncoder(ensure_ascii=True, default=str)


class JsonLines(logging.Formatter):
    """`{"time": ..., "level": ..., "event": ..., ...}`; control characters and anything beyond ASCII are escaped."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        if record.name != "netral":
            line["logger"] = record.name
        return ENCODER.encode(line | read_fields(record))


class TextLines(logging.Formatter):
    """`10:15:44 request GET /ujian/<n> 200 12 ms`; characters that would break a line are escaped."""

    def format(self, record: logging.LogRecord) -> str:
        parts = [f"{datetime.fromtimestamp(record.created, UTC):%H:%M:%S}", record.getMessage()]
        parts += [f"{value} ms" if name == "ms" else str(value) for name, value in read_fields(record).items()]
        return " ".join(part.replace("\n", " |").encode("unicode_escape").decode() for part in parts)


class StderrHandler(logging.StreamHandler[TextIO]):
    """Writes to the stderr of the moment of writing."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # the base keeps one of its own
        return sys.stderr


def read_fields(record: logging.LogRecord) -> dict[str, Any]:
    fields = {name: value for name in FIELDS if (value := getattr(record, name, None)) is not None}
    error = record.exc_info[1] if record.exc_info else None
    return fields | {"trace": tell_error(error)} if error else fields


def init_logs(*, readable: bool) -> None:
    """Send all lines to stderr in one form: our own from INFO on, those of libraries from WARNING on."""
    handler = StderrHandler()
    handler.name = NAME
    handler.setFormatter(TextLines() if readable else JsonLines())
    root = logging.getLogger()
    for earlier in [each for each in root.handlers if each.name == NAME]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    logging.getLogger("netral").setLevel(logging.INFO)


LONGEST_CHAIN = 5


def tell_error(error: BaseException) -> str:
    """Return the newest error first, each with its frames, the innermost last; then its cause."""
    parts: list[str] = []
    current: BaseException | None = error
    while current is not None and len(parts) < LONGEST_CHAIN:
        parts.append("\n".join([tell_kind(current), *tell_frames(current.__traceback__)]))
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\n".join(parts)


def tell_kind(error: BaseException) -> str:
    """Return the class of an error, and of its message only parts that cannot contain typed text or name a person."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    detail = safe_detail(error)
    return f"{name} [{detail}]" if detail else name


def safe_detail(error: BaseException) -> str:
    """Return the detail of errors that quote no values; other messages quote rows, arguments or keys, such as a NIP."""
    if isinstance(error, OperationalError):
        return " ".join(str(error.orig).split())[:200]  # the database's own words about itself: locked, full, gone
    if isinstance(error, DBAPIError):
        return str(getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None) or "")
    if isinstance(error, OSError) and error.errno:
        return errno.errorcode.get(error.errno, str(error.errno))
    return ""


def tell_frames(trace: TracebackType | None) -> list[str]:
    """Return frames like `netral/web/learner/exam.py:88 save`; of each stretch through a library only the last."""
    frames = list(traceback.StackSummary.extract(traceback.walk_tb(trace), lookup_lines=False))
    ends = [*frames[1:], None][: len(frames)]
    kept = [
        frame for frame, after in zip(frames, ends, strict=True) if is_ours(frame) or after is None or is_ours(after)
    ]
    return [f"  {shorten(frame.filename)}:{frame.lineno} {frame.name}" for frame in kept]


def is_ours(frame: traceback.FrameSummary) -> bool:
    return frame.filename.startswith(f"{ROOT}/netral/")


def shorten(filename: str) -> str:
    return filename.rpartition("site-packages/")[2].removeprefix(f"{ROOT}/")
