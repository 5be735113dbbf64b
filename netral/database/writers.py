"""The writers of one process on SQLite take turns."""

import time
from threading import Lock
from typing import Any, cast

from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

BUSY_TIMEOUT_MS = 10_000
# Seconds, about as long as a write takes.
ASK_AGAIN = 0.002


class Writers:
    """A queue of the writers of one process, whose first polls until other processes have finished.

    SQLite alone would let them sleep up to 0.1 s between two tries and then favour whichever tries first. The lock
    itself is still SQLite's, so nothing depends on this queue.
    """

    def __init__(self) -> None:
        self.turn = Lock()

    def begin(self, connection: Connection) -> None:
        read_only = connection.get_execution_options().get("read_only", False)
        # These go straight to the driver, because every request begins with them. The pragma alone would make SQLite
        # prepare every statement of the connection again, so it is set only when the purpose changes.
        held, driver = connection.connection, cast("Any", connection.connection.driver_connection)
        if held.info.get("read_only") != read_only:
            driver.execute(f"PRAGMA query_only = {int(read_only)}")
            driver.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS if read_only else 0}")
            held.info["read_only"] = read_only
        patience = BUSY_TIMEOUT_MS / 1000
        until = time.monotonic() + patience
        if not read_only and not self.turn.acquire(timeout=patience):
            raise OperationalError("BEGIN", None, driver.OperationalError("database is locked"))
        held.info["has_turn"] = not read_only
        try:
            if read_only:
                driver.execute("BEGIN")
            else:
                begin_writing(driver, until)
        except driver.OperationalError as error:
            self.leave(connection)
            raise OperationalError("BEGIN", None, error) from error

    def leave(self, connection: Connection) -> None:
        if not connection.invalidated:
            self.free(connection.connection.info)

    def free(self, info: dict[Any, Any]) -> None:
        if info.pop("has_turn", False):
            self.turn.release()


def begin_writing(driver: Any, until: float) -> None:
    """Begin a write, waiting for another process until `until` (monotonic clock); it is tried at least once."""
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except driver.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() >= until:
                raise
        else:
            return
        time.sleep(ASK_AGAIN)
