"""Each alarm is raised by its own fault, and by nothing else."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.certificates.proof.keys import make_key
from netral.database.engines import make_engine
from netral.jobs.queue import SWEEP, enlist
from netral.operation.health import Alarm, Health, examine, measure_space
from tests.factories import NOW

Look = Callable[..., Health]


@pytest.fixture
def look(engine: Engine, tmp_path: Path) -> Look:
    make_key(tmp_path / "secrets")

    def look(**more: object) -> Health:
        values = {"engine": engine, "data_dir": tmp_path, "secrets_dir": tmp_path / "secrets", "now": NOW} | more
        return examine(**values)  # type: ignore[arg-type]  # by name

    return look


def test_all_is_well(look: Look) -> None:
    found = look()

    assert found.well
    assert found.newest is None
    assert found.revision == found.newest_revision
    assert 0 < found.space.free <= found.space.total


def test_a_clock_that_went_back_is_noticed_by_the_last_event(look: Look, session: Session) -> None:
    record(session, Act(None, NOW), action="user.made", object_kind="user", object_id=1)
    session.commit()

    assert look(now=NOW - timedelta(seconds=30)).well
    found = look(now=NOW - timedelta(minutes=2))
    assert found.alarms == (Alarm.CLOCK_BACK,)
    assert found.newest == NOW


def test_a_full_disk_is_noticed_while_there_is_still_some_room(look: Look) -> None:
    assert look(least_space=2**60).alarms == (Alarm.DISK_FULL,)


def test_a_pending_migration_is_noticed(look: Look, session: Session) -> None:
    newest = session.scalar(text("SELECT version_num FROM alembic_version"))
    session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    session.commit()

    assert look().alarms == (Alarm.MIGRATION_PENDING,)
    session.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest})
    session.commit()


def test_a_lost_or_exposed_signing_key_is_noticed(look: Look, tmp_path: Path) -> None:
    key = tmp_path / "secrets" / "certificate-signing.pem"
    key.chmod(0o644)
    assert look().alarms == (Alarm.NO_SIGNING_KEY,)
    key.unlink()
    assert look().alarms == (Alarm.NO_SIGNING_KEY,)


@pytest.mark.parametrize("url", ["sqlite:////tidak/ada/netral.sqlite3", "postgresql+psycopg://nobody@127.0.0.1:1/x"])
def test_a_database_that_is_away_is_an_alarm_and_no_error(look: Look, url: str) -> None:
    assert look(engine=make_engine(url)).alarms == (Alarm.DATABASE_AWAY,)


def test_space_is_measured_where_the_folder_will_be(tmp_path: Path) -> None:
    assert measure_space(tmp_path / "belum" / "ada").free > 0


def test_an_installation_whose_worker_was_never_started_is_noticed(look: Look, session: Session) -> None:
    """No job waits there, since the sweep is a job that the worker writes when it begins."""
    record(session, Act(None, NOW), action="instansi.made", object_kind="instansi", object_id=1)
    session.commit()

    assert look(now=NOW + timedelta(minutes=10)).well
    assert look(now=NOW + timedelta(minutes=11)).alarms == (Alarm.WORKER_STILL,)
    enlist(session, SWEEP, now=NOW + timedelta(minutes=11))
    session.commit()
    assert look(now=NOW + timedelta(minutes=11)).well
