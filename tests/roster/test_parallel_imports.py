"""Two officers press a button at the same moment: one import, no error of the database."""

import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from netral.organisation.instansi import lock_instansi
from netral.organisation.models import Asn, Opd, RosterChange, RosterImport
from netral.roster.applying import apply_roster
from netral.roster.planning import plan_roster
from netral.roster.previews import Answers, PreviewGone, keep_preview, replan, reread
from tests.factories import NOW, the_instansi
from tests.roster.importing import LATER, TODAY, UPLOAD, read
from tests.roster.roster_generator import make_people

PEOPLE = 40
PRESSES = 4


def press(engine: Engine, barrier: threading.Barrier, instansi_id: int, import_id: int) -> bool:
    """Apply on a separate connection; return whether this call did it."""
    with Session(engine) as session:
        reading = reread(session, instansi_id=instansi_id, import_id=import_id, today=TODAY, now=LATER)
        session.rollback()
        barrier.wait()
        try:
            preview, plan = replan(session, instansi_id=instansi_id, import_id=import_id, reading=reading, now=LATER)
        except PreviewGone:
            return False
        apply_roster(session, plan, upload=preview.upload, now=LATER, by=None)
        session.commit()
        return True


def test_terapkan_pressed_by_several_at_once_applies_once(engine: Engine, session: Session) -> None:
    instansi_id = the_instansi(session).id
    reading = read(make_people(PEOPLE))
    plan = plan_roster(session, instansi_id=instansi_id, reading=reading, create_units=True)
    import_id = keep_preview(
        session, plan=plan, reading=reading, upload=UPLOAD, now=NOW, by=None, answers=Answers(create_units=True)
    )
    session.commit()
    barrier = threading.Barrier(PRESSES)

    with ThreadPoolExecutor(PRESSES) as pool:
        done = list(pool.map(lambda _: press(engine, barrier, instansi_id, import_id), range(PRESSES)))

    assert sorted(done) == [False] * (PRESSES - 1) + [True]
    assert session.scalar(select(func.count()).select_from(Asn)) == PEOPLE
    assert session.scalar(select(func.count()).select_from(RosterChange)) == PEOPLE
    assert session.scalar(select(func.count()).select_from(RosterImport)) == 1
    kodes = session.scalars(select(Opd.kode)).all()
    assert len(kodes) == len(set(kodes))


def test_two_commands_at_once_make_nobody_twice(engine: Engine, session: Session) -> None:
    instansi_id = the_instansi(session).id
    session.commit()
    reading = read(make_people(PEOPLE))
    barrier = threading.Barrier(PRESSES)

    def run(_: int) -> int | None:
        with Session(engine) as mine:
            barrier.wait()
            lock_instansi(mine, instansi_id)
            plan = plan_roster(mine, instansi_id=instansi_id, reading=reading, create_units=True)
            result = apply_roster(mine, plan, upload=UPLOAD, now=NOW, by=None)
            mine.commit()
            return result.import_id

    with ThreadPoolExecutor(PRESSES) as pool:
        done = list(pool.map(run, range(PRESSES)))

    assert sum(import_id is not None for import_id in done) == 1
    assert session.scalar(select(func.count()).select_from(Asn)) == PEOPLE
