"""The job that reads a large file of people: what becomes of it, and that the file never outlives its use."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.audit.events import Act
from netral.cli.commands import session as writing
from netral.cli.roster_reading import read_step, telling
from netral.jobs.models import Job
from netral.jobs.queue import CLAIM, Claimed, claim
from netral.organisation.models import RosterImport
from netral.roster.applying import ASKED, DISCARDED, PREVIEWED, REFUSED, Upload
from netral.roster.previews import HELD, discard_preview
from netral.roster.uploads import COMPARING, CONTENTS, GRACE, JOB, ROWS, hold, read_later
from netral.settings import Settings
from tests.cli.conftest import Run
from tests.factories import NOW, make_instansi, make_opd, make_user
from tests.roster.roster_generator import Value, lay_out, make_nip, make_people, write_csv, write_workbook
from tests.web.conftest import Clock

PEOPLE = lay_out(make_people(3, opds=1))
UNCLEAR: Sequence[Sequence[Value]] = [
    ("NIP", "NAMA", "GOL", "POSISI KERJA"),
    (make_nip(1), "Siti Aminah", "III/a", "DINKES"),
]


@pytest.fixture
def dewi(session: Session) -> User:
    instansi = make_instansi(session)
    make_opd(session, instansi=instansi, nama="Dinas Kesehatan")
    return make_user(session, instansi=instansi, nama="Dewi")


def leave(session: Session, settings: Settings, dewi: User, data: bytes, *, name: str = "pegawai.xlsx") -> int:
    """Upload a file as a page does that leaves it to the worker."""
    act = Act(dewi.id, NOW, dewi.instansi_id)
    import_id = hold(session, act, settings.upload_dir, Upload(name, f"{len(data):064}"), data)
    read_later(session, act, import_id)
    session.commit()
    return import_id


def find(session: Session, import_id: int) -> RosterImport:
    session.rollback()
    return session.get_one(RosterImport, import_id)


def find_job(session: Session) -> Job:
    session.rollback()
    return session.scalars(select(Job).where(Job.kind == JOB).order_by(Job.id.desc()).limit(1)).one()


def list_files(settings: Settings) -> list[Path]:
    return sorted(settings.upload_dir.glob("*"))


def test_the_worker_makes_a_preview_and_removes_the_file(
    run: Run, session: Session, settings: Settings, dewi: User
) -> None:
    import_id = leave(session, settings, dewi, write_workbook(PEOPLE))
    (file,) = list_files(settings)
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)

    run("worker", "--once")

    read = find(session, import_id)
    assert (read.state, read.summary["rows"], len(read.rows)) == (PREVIEWED, 3, 3)
    assert (find_job(session).state, find_job(session).claims) == ("done", 2)
    assert list_files(settings) == []


def test_the_same_file_sent_twice_is_one_import_and_one_job(session: Session, settings: Settings, dewi: User) -> None:
    data = write_workbook(PEOPLE)

    assert leave(session, settings, dewi, data) == leave(session, settings, dewi, data)
    assert len(session.scalars(select(Job).where(Job.kind == JOB)).all()) == 1
    assert len(list_files(settings)) == 1


def test_a_file_that_cannot_be_read_is_refused_in_one_sentence_and_removed(
    run: Run, session: Session, settings: Settings, dewi: User
) -> None:
    import_id = leave(session, settings, dewi, write_workbook(PEOPLE)[:-100])

    run("worker", "--once")

    refused = find(session, import_id)
    assert refused.state == REFUSED
    assert refused.summary["why"].startswith("Berkas rusak atau tidak lengkap (di: zip).")
    assert find_job(session).state == "done"
    assert list_files(settings) == []


def test_a_file_waits_while_its_columns_are_asked_about_and_nothing_of_it_is_in_the_database(
    run: Run, session: Session, settings: Settings, dewi: User
) -> None:
    import_id = leave(session, settings, dewi, write_csv(UNCLEAR), name="pegawai.csv")

    run("worker", "--once")

    asked = find(session, import_id)
    assert asked.state == ASKED
    assert "Siti" not in f"{asked.rows} {asked.problems} {asked.summary} {find_job(session).result}"
    assert [file.stat().st_mode & 0o777 for file in list_files(settings)] == [0o600, 0o600]


def test_the_sweep_removes_a_file_two_hours_after_it_came(
    run: Run, session: Session, settings: Settings, dewi: User, clock: Clock
) -> None:
    import_id = leave(session, settings, dewi, write_csv(UNCLEAR), name="pegawai.csv")
    run("worker", "--once")

    clock.forward(hours=HELD.total_seconds() / 3600, minutes=-1)
    run("worker", "--once")
    assert find(session, import_id).state == ASKED
    assert len(list_files(settings)) == 2

    clock.forward(minutes=1)
    run("worker", "--once")
    assert (find(session, import_id).state, find(session, import_id).summary) == (DISCARDED, {})
    assert list_files(settings) == []


def test_the_sweep_removes_what_no_import_names_but_nothing_that_is_just_being_written(
    run: Run, session: Session, settings: Settings, dewi: User, clock: Clock
) -> None:
    leave(session, settings, dewi, write_workbook(PEOPLE))
    session.execute(update(RosterImport).values(state=DISCARDED))
    session.execute(delete(Job))
    run("worker", "--once")
    assert len(list_files(settings)) == 1

    clock.forward(seconds=GRACE.total_seconds() + 1)
    run("worker", "--once")
    assert list_files(settings) == []


def test_a_file_that_is_gone_is_refused_in_words(run: Run, session: Session, settings: Settings, dewi: User) -> None:
    import_id = leave(session, settings, dewi, write_workbook(PEOPLE))
    list_files(settings)[0].unlink()

    run("worker", "--once")

    assert find(session, import_id).summary["why"].startswith("Berkas ini sudah dihapus dari server")


def test_a_worker_killed_in_the_middle_leaves_the_file_to_the_next_one(
    run: Run, app: Flask, session: Session, settings: Settings, dewi: User, clock: Clock
) -> None:
    import_id = leave(session, settings, dewi, write_workbook(PEOPLE))
    killed = claim_reading(session)
    with app.app_context():
        read_step(killed)
        writing().rollback()  # the writes of a step are lost when its worker is killed before they are committed
    assert (find_job(session).result or {}).get("stage") == COMPARING
    assert len(list_files(settings)) == 1

    clock.forward(seconds=CLAIM.total_seconds())
    run("worker", "--once")

    assert find(session, import_id).state == PREVIEWED
    assert find_job(session).state == "done"
    assert list_files(settings) == []


def claim_reading(session: Session) -> Claimed:
    claimed = claim(session, now=NOW)
    session.commit()
    assert claimed is not None
    assert claimed.kind == JOB
    return claimed


def test_a_file_discarded_while_it_is_read_stays_discarded(
    run: Run, session: Session, settings: Settings, dewi: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id, instansi_id = leave(session, settings, dewi, write_workbook(PEOPLE)), dewi.instansi_id or 0

    def discard(stage: int, share: float) -> None:
        discard_preview(writing(), instansi_id=instansi_id, import_id=import_id)
        writing().commit()

    monkeypatch.setattr("netral.cli.roster_reading.telling", lambda _: discard)
    run("worker", "--once")

    assert find(session, import_id).state == DISCARDED
    assert find_job(session).state == "done"
    assert list_files(settings) == []


def test_each_stage_is_told_at_its_beginning_and_its_share_once_a_second(
    app: Flask, session: Session, settings: Settings, dewi: User, clock: Clock
) -> None:
    leave(session, settings, dewi, write_workbook(PEOPLE))
    claimed = claim_reading(session)
    told = []
    with app.app_context():
        tell = telling(claimed)
        for stage, share, seconds in ((CONTENTS, 0.1, 0), (CONTENTS, 0.2, 0.5), (CONTENTS, 0.3, 0.5), (ROWS, 0, 0)):
            clock.forward(seconds=seconds)
            tell(stage, share)
            result = find_job(session).result
            assert result is not None
            told.append((result["stage"], result["share"]))
            session.rollback()

    assert told == [(CONTENTS, 0.1), (CONTENTS, 0.1), (CONTENTS, 0.3), (ROWS, 0)]
    assert find_job(session).due_at == clock.now + CLAIM
