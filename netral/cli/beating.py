"""The beat of the service: each process of the web server notes about once a minute that the server serves.

The web server notes it rather than the worker, since an outage is a time in which people could not work. While only the
worker is away they can, and neither their deadlines nor their extra time may depend on it.
"""

import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from threading import Thread

from flask.ctx import AppContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from netral.audit.events import Act
from netral.cli.commands import now, session, settings
from netral.extensions import reading_session
from netral.learning.exams.compensating import is_beat_due, note_beat

Context = Callable[[], AppContext]
# Seconds between two looks whether a beat is due; the processes share one beat.
PAUSE = 20.0
# Of the web server's answer: seconds to wait for it, and bytes to read.
PATIENCE, MOST_BYTES = 5, 64 * 1024


def beat_in_children(context: Context) -> None:
    """Let every process that is forked from this one beat until it ends. `context` makes one of the application."""
    os.register_at_fork(after_in_child=lambda: Thread(target=keep_beating, args=(context,), daemon=True).start())


def keep_beating(context: Context) -> None:
    while True:
        # A database that is away can keep no beat: for people that is an outage as well.
        with suppress(DBAPIError, PoolTimeout), context():
            beat()
        time.sleep(PAUSE)


def beat() -> None:
    """Note that the service serves, if it does and nobody has noted it just now."""
    with reading_session() as reading:
        due = is_beat_due(reading, now=now())
    if due and is_serving(settings().host, settings().port):
        note_beat(session(), Act(None, now()))
        session().commit()


def is_serving(host: str, port: int) -> bool:
    """Return whether a web server of ours answers there now, be it well or not."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  the address of all is none to ask
    connection = HTTPConnection(reached, port, timeout=PATIENCE)
    try:
        connection.request("GET", "/sehat")
        return "status" in json.loads(connection.getresponse().read(MOST_BYTES))
    except (OSError, HTTPException, ValueError, TypeError):
        return False
    finally:
        connection.close()
