"""The job that reads an uploaded file of people, which takes too long for a request."""

from contextlib import suppress
from datetime import date, timedelta

from netral.certificates.paper.sheet import missing_glyphs
from netral.cli.commands import now, say, session, settings
from netral.cli.rosters import today
from netral.extensions import reading_session
from netral.jobs.queue import Claimed, Progress, tell
from netral.organisation.models import Instansi
from netral.roster import uploads
from netral.roster.applying import READING
from netral.roster.previews import Preview, PreviewGone
from netral.sheets.refusals import FileRefused

STEPS = 2
TOLD_EVERY = timedelta(seconds=1)


def read_step(claimed: Claimed) -> Progress:
    """Read a file and keep what became of it; the next step removes the file.

    It is removed only then because the worker may be killed before what it read is committed.
    """
    with reading_session() as reading:
        waiting = uploads.find_waiting(
            reading, instansi_id=claimed.instansi_id or 0, import_id=claimed.arguments["import"], now=now()
        )
    if waiting is not None and waiting.state == READING:
        with suppress(PreviewGone):  # it was discarded meanwhile
            read_file(claimed, waiting)
        return Progress(done=1, total=STEPS)
    if waiting is None:  # else its columns are asked about, and it is read once more
        uploads.remove_file(settings().upload_dir, claimed.arguments["file"])
    return Progress(done=STEPS, total=STEPS)


def read_file(claimed: Claimed, waiting: Preview) -> None:
    """Make a preview of the file, ask about its columns, or refuse it."""
    folder, columns = settings().upload_dir, uploads.get_columns(waiting)
    try:
        planned = uploads.read_and_plan(
            reading_session,
            waiting.file_name,
            uploads.take_file(folder, waiting),
            instansi_id=claimed.instansi_id or 0,
            today=find_today(claimed),
            unprintable=missing_glyphs,
            columns=columns,
            tell=telling(claimed),
        )
    except FileRefused as fact:
        uploads.set_aside(session(), claimed.act(now()), folder, waiting.id, fact, say(fact))
    else:
        uploads.complete(session(), claimed.act(now()), waiting.id, planned, columns)


def find_today(claimed: Claimed) -> date:
    with reading_session() as reading:
        return today(reading.get_one(Instansi, claimed.instansi_id))


def telling(claimed: Claimed) -> uploads.Tell:
    """Return a function that keeps how far reading is: each stage at its beginning, and its share every second."""
    stage_told, told_at = -1, now()

    def keep(stage: int, share: float) -> None:
        nonlocal stage_told, told_at
        if stage == stage_told and now() - told_at < TOLD_EVERY:
            return
        stage_told, told_at = stage, now()
        tell(session(), claimed, {"stage": stage, "share": round(share, 2)}, now=told_at)
        session().commit()

    return keep
