"""The health of the service: database, revision, disk, clock, signing key, worker. Reads only, and little."""

import os
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

from sqlalchemy import Engine, make_url, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from netral import migrating
from netral.accounts.models import LoginSession
from netral.audit.models import AuditEvent
from netral.certificates.proof.keys import ExposedKey, UnusableKey, load_keys
from netral.jobs.queue import SWEEP, is_overdue, is_standing_still
from netral.learning.exams.models import Attempt, Response

GIBIBYTE = 2**30
LEAST_SPACE = GIBIBYTE
# The clocks of several servers may differ by a little; deadlines do not.
CLOCK_TOLERANCE = timedelta(seconds=60)
MOMENTS = (AuditEvent.at, Response.saved_at, Attempt.started_at, LoginSession.created_at)


class Alarm(StrEnum):
    DATABASE_AWAY = "database_away"
    DATABASE_READ_ONLY = "database_read_only"
    MIGRATION_PENDING = "migration_pending"
    DISK_FULL = "disk_full"
    CLOCK_BACK = "clock_back"
    NO_SIGNING_KEY = "no_signing_key"
    PROXY_UNTRUSTED = "proxy_untrusted"
    WORKER_STILL = "worker_still"
    SWEEP_STILL = "sweep_still"


@dataclass(frozen=True, slots=True)
class Space:
    """The space of a disk, in bytes."""

    free: int
    total: int

    @property
    def little(self) -> bool:
        return self.free < LEAST_SPACE


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The state of the service. `newest`: the latest moment in the database; none before any, or if it is away."""

    alarms: tuple[Alarm, ...]
    revision: str | None
    newest_revision: str | None
    space: Space
    now: datetime
    newest: datetime | None

    @property
    def well(self) -> bool:
        return not self.alarms


@dataclass(frozen=True, slots=True)
class Answered:
    writable: bool
    revision: str | None
    newest: datetime | None
    worker_still: bool = False
    sweep_still: bool = False


def examine(
    engine: Engine,
    *,
    data_dir: Path,
    secrets_dir: Path,
    now: datetime,
    least_space: int = LEAST_SPACE,
    untrusted_proxy: bool = False,
) -> Health:
    """Examine the service by reading a few rows by key; an unreachable database is an alarm, not an error.

    `untrusted_proxy`: requests come through a proxy that no setting names, so that all people appear to share its
    address.
    """
    answered = ask(engine, now)
    space = measure_space(data_dir)
    revision = answered.revision if answered else None
    newest = answered.newest if answered else None
    found = {
        Alarm.DATABASE_AWAY: answered is None,
        Alarm.DATABASE_READ_ONLY: answered is not None and not answered.writable,
        Alarm.MIGRATION_PENDING: answered is not None and revision != newest_revision(),
        Alarm.DISK_FULL: space.free < least_space,
        Alarm.CLOCK_BACK: newest is not None and now < newest - CLOCK_TOLERANCE,
        Alarm.NO_SIGNING_KEY: not can_sign(secrets_dir),
        Alarm.PROXY_UNTRUSTED: untrusted_proxy,
        Alarm.WORKER_STILL: answered is not None and answered.worker_still,
        Alarm.SWEEP_STILL: answered is not None and answered.sweep_still and not answered.worker_still,
    }
    return Health(
        alarms=tuple(alarm for alarm, raised in found.items() if raised),
        revision=revision,
        newest_revision=newest_revision(),
        space=space,
        now=now,
        newest=newest,
    )


@cache
def newest_revision() -> str | None:
    """Return the newest revision as of this process's start: a newer checkout counts only after a restart."""
    return migrating.newest_revision()


def ask(engine: Engine, now: datetime) -> Answered | None:
    """Return the answers of the database, None when it gives none."""
    try:
        revision = migrating.current_revision(engine)
        with engine.execution_options(read_only=True).connect() as connection:
            writable = is_writable(connection)
            if revision != newest_revision():
                return Answered(writable, revision, None)
            return Answered(
                writable,
                revision,
                find_newest(connection),
                worker_still=is_standing_still(connection, now=now),
                sweep_still=is_overdue(connection, SWEEP, now=now),
            )
    except (DBAPIError, PoolTimeout):
        return None


def find_newest(connection: Connection) -> datetime | None:
    """Return the latest moment in the last rows of the tables that keep one."""
    last = (
        connection.scalar(select(moment).order_by(moment.class_.id.desc()).limit(1))  # each table has a moment
        for moment in MOMENTS
    )
    return max((moment for moment in last if moment is not None), default=None)


def is_writable(connection: Connection) -> bool:
    """Return whether the database can be written, without writing. SQLite's log needs a writable folder as well."""
    if connection.dialect.name == "postgresql":
        return not connection.exec_driver_sql("SELECT pg_is_in_recovery()").scalar_one()
    path = Path(str(make_url(str(connection.engine.url)).database))
    return all(os.access(place, os.W_OK) for place in (path, path.parent)) and not is_mounted_read_only(path)


def is_mounted_read_only(path: Path) -> bool:
    return bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def measure_space(directory: Path) -> Space:
    """Return the space of the disk that holds the folder, or will hold it."""
    place = next(place for place in (directory, *directory.parents) if place.exists())
    usage = shutil.disk_usage(place)
    return Space(usage.free, usage.total)


def can_sign(secrets_dir: Path) -> bool:
    try:
        return load_keys(secrets_dir).private is not None
    except (UnusableKey, ExposedKey, PermissionError):
        return False
