"""How a line of the log looks: JSON for journald, readable text beside an example; always one line for one event.

No Flask here: the processes of the server load this for their own lines as well.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

from netral.web.edge.traces import tell_error

NAME = "netral.log"
# In this order, and nothing else: what is not named here stays out of the log, whoever hands it over.
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
    """`10:15:44 request GET /ujian/<n> 200 12 ms`; what could break a line is escaped."""

    def format(self, record: logging.LogRecord) -> str:
        parts = [f"{datetime.fromtimestamp(record.created, UTC):%H:%M:%S}", record.getMessage()]
        parts += [f"{value} ms" if name == "ms" else str(value) for name, value in read_fields(record).items()]
        return " ".join(part.replace("\n", " |").encode("unicode_escape").decode() for part in parts)


class StderrHandler(logging.StreamHandler[TextIO]):
    """Whatever stderr is at the moment of writing."""

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
    """Everything goes to stderr in one form: our own lines from INFO on, those of libraries from WARNING on."""
    handler = StderrHandler()
    handler.name = NAME
    handler.setFormatter(TextLines() if readable else JsonLines())
    root = logging.getLogger()
    for earlier in [each for each in root.handlers if each.name == NAME]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    logging.getLogger("netral").setLevel(logging.INFO)
