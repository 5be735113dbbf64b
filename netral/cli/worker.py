"""flask worker: carries out jobs, one step after the other."""

import errno
import os
import signal
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Event

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from netral.certificates.issue import renewing
from netral.cli.commands import SYSTEM, Command, now, say, say_database, session, signer
from netral.cli.exports import file_step, pack_certificates
from netral.cli.roster_reading import read_step
from netral.cli.rosters import apply_step
from netral.cli.sweeping import sweep_once
from netral.errors import NetralError
from netral.exports import bundles
from netral.exports.siasn import SIASN
from netral.extensions import db, reading_session
from netral.jobs.queue import SWEEP, Claimed, ClaimLost, Progress, advance, claim, enlist, has_due, postpone
from netral.roster import previews, uploads
from netral.words.jobs import FILE_FAULT, FULL, PROGRAM_FAULT

# Seconds between two looks for work, and after the database did not answer.
PAUSE, PAUSE_AWAY = 1.0, 5.0
SWEEP_PAUSE = timedelta(minutes=1)


def sweep(claimed: Claimed) -> Progress:
    """Do what time brings, every minute."""
    swept = sweep_once()
    return Progress(result={"graded": swept.graded, "regraded": swept.regraded}, pause=SWEEP_PAUSE)


def reissue_step(claimed: Claimed) -> Progress:
    """Reissue some certificates of a period whose JP was set or corrected after they were issued."""
    return renewing.reissue_batch(session(), claimed, signer(), claimed.act(now()))


# Kind of job -> one bounded step of it. Slow work comes before the step's first write; its writes are committed
# together with the progress that it returns. A new kind also gets its name for people in `netral/words/jobs.py`.
DUTIES: dict[str, Callable[[Claimed], Progress]] = {
    SWEEP: sweep,
    SIASN: file_step,
    bundles.KIND: pack_certificates,
    uploads.JOB: read_step,
    previews.JOB: apply_step,
    renewing.KIND: reissue_step,
}


@click.command("worker", cls=Command)
@click.option("--once", is_flag=True, help="Kerjakan yang sudah jatuh tempo, lalu berhenti.")
@click.option("--parent", type=int, help="Berhenti bersama proses induk bernomor ini.")
@with_appcontext
def worker(once: bool, parent: int | None) -> None:
    """Kerjakan pekerjaan latar: penilaian ujian yang waktunya habis, berkas ekspor, dan lainnya."""
    enlist(session(), SWEEP, now=now())
    session().commit()
    if once:
        while work_once():
            pass
        return
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    while not stopping.is_set() and parent in {None, os.getppid()}:
        stopping.wait(work_or_rest())


def work_or_rest() -> float:
    """Carry out one step; return the seconds to wait before the next one."""
    try:
        return 0 if work_once() else PAUSE
    except DBAPIError as error:
        click.echo(say_database(error), err=True)
        return PAUSE_AWAY
    finally:
        db.session.remove()


def work_once() -> bool:
    """Carry out one step of the job that has been due for longest; return whether there was one."""
    with reading_session() as reading:
        if not has_due(reading, now=now()):
            return False
    claimed = claim(session(), now=now())
    session().commit()
    if claimed is None:
        return False
    try:
        progress = DUTIES[claimed.kind](claimed)
        advance(session(), claimed, progress, now=now())
        session().commit()
    except ClaimLost:
        session().rollback()
    except Exception as error:  # noqa: BLE001  whatever a step failed by is told on its page, and it is tried again
        session().rollback()
        report(claimed, error)
    return True


def tell_fault(error: Exception) -> str:
    """Return the fault as a sentence without its full stop. Paths are left out, since files may be named by NIP."""
    if isinstance(error, NetralError):
        return say(error).rstrip(".")
    if isinstance(error, DBAPIError):
        return say_database(error).rstrip(".")
    if isinstance(error, OSError) and error.errno in SYSTEM:
        return FULL.get(error.errno, FILE_FAULT).format(errno.errorcode[error.errno])
    return PROGRAM_FAULT.format(type(error).__name__)


def report(claimed: Claimed, error: Exception) -> None:
    """Keep why a step failed, for its page and for the log; neither has a value of the step."""
    fault = tell_fault(error)
    place = traceback.extract_tb(error.__traceback__)[-1]
    click.echo(f"{claimed.kind} {claimed.id}: {fault} ({Path(place.filename).name}:{place.lineno})", err=True)
    with suppress(ClaimLost):
        postpone(session(), claimed, fault, now=now())
        session().commit()
