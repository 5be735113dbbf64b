"""Uploaded files of people that nobody has read yet, or whose columns are asked about: the bytes as they came.

They may hold what nobody may keep, such as a NIK. So they lie in a folder of their own, outside the database and its
backups, as files that only the program may open. A file is removed once it is read, refused or discarded, and `HELD`
after it came at the latest.
"""

import json
import os
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.errors import NotFound
from netral.jobs.queue import enqueue
from netral.organisation.instansi import lock_instansi
from netral.organisation.models import RosterImport
from netral.roster.applying import ASKED, READING, REFUSED, Upload
from netral.roster.columns import Place
from netral.roster.planning import RosterPlan, plan_roster
from netral.roster.previews import WAITING, Preview, PreviewGone, fill, get_preview, open_import
from netral.roster.reading import RosterReading, Unprintable, read_roster_file
from netral.roster.remembering import load_choices, remember_columns
from netral.roster.tables import ColumnsAsked
from netral.sheets.refusals import ColumnsUnclear, FileRefused

JOB = "roster_reading"
AT_ONCE = 256 * 1024
"""The most bytes that are read within the request: about a second of work. Twenty megabytes are a minute and more."""

GRACE = timedelta(minutes=1)
"""The time after which a file that no import names is no longer one of an upload that is just being written."""

QUESTION = ".json"
CONTENTS, ROWS, COMPARING = range(3)
"""The stages of reading: the contents of the file, of which the share is known; each row; the people who are known."""

Tell = Callable[[int, float], None]
"""A function that is told the stage of reading and which share of it is done, from 0 to 1."""


class FileGone(FileRefused):
    """The file was removed before it was read."""


def tell_nobody(stage: int, share: float) -> None:
    """Take no notice."""


@dataclass(frozen=True, slots=True)
class ChosenColumns:
    """field -> column, for the headings with this key."""

    headings: str
    fields: Mapping[str, Place]

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "ChosenColumns":
        return cls(stored["headings"], {field: (place[0], place[1]) for field, place in stored["fields"].items()})


@dataclass(frozen=True, slots=True)
class Planned:
    """A file as it was read, and what it would change."""

    reading: RosterReading
    plan: RosterPlan


def read_and_plan(
    open_session: Callable[[], AbstractContextManager[Session]],
    file_name: str,
    data: bytes,
    *,
    instansi_id: int,
    today: date,
    unprintable: Unprintable,
    columns: ChosenColumns | None = None,
    tell: Tell = tell_nobody,
) -> Planned:
    """Read a file and compare it with the people who are known; no session is open while it is read.

    Raises a FileRefused, also a ColumnsUnclear.
    """
    with open_session() as session:
        choices = dict(load_choices(session, instansi_id=instansi_id))
    if columns:
        choices[columns.headings] = columns.fields

    def watch(share: float) -> None:
        tell(*((CONTENTS, share) if share < 1 else (ROWS, 0)))

    reading = read_roster_file(data, file_name, today=today, unprintable=unprintable, choices=choices, watch=watch)
    tell(COMPARING, 0)
    with open_session() as session:
        return Planned(reading, plan_roster(session, instansi_id=instansi_id, reading=reading))


def hold(session: Session, act: Act, folder: Path, upload: Upload, data: bytes) -> int:
    """Keep a file as it came and return the id of its import. The same file sent twice is one import.

    Raises ImportUnderReview.
    """
    instansi_id = act.instansi_id or 0
    lock_instansi(session, instansi_id)
    same = select(RosterImport.id).where(
        RosterImport.instansi_id == instansi_id,
        RosterImport.state.in_(WAITING),
        RosterImport.uploaded_by == act.actor_id,
        RosterImport.file_hash == upload.file_hash,
    )
    if known := session.scalars(same).first():
        return known
    row = open_import(session, instansi_id, READING, upload, now=act.now, by=act.actor_id)
    row.summary = {"file": put_file(folder, data, now=act.now)}
    session.flush()
    return row.id


def read_later(session: Session, act: Act, import_id: int, *, columns: ChosenColumns | None = None) -> None:
    """Write the job that reads a file; one that is open already goes on. Raises NotFound, PreviewGone.

    After each question it is a job of its own: the one before may be about to end.
    """
    row = lock_waiting(session, act, import_id)
    arguments, round_of = {"import": import_id, "file": row.summary["file"]}, row.summary.get("asked", 0)
    job_id = enqueue(session, act, JOB, arguments, key=f"{import_id}/{round_of}")
    more = {"job": job_id, "columns": asdict(columns) if columns else None}
    row.state, row.summary = READING, row.summary | more
    session.flush()


def ask(session: Session, act: Act, folder: Path, import_id: int, why: str, asked: ColumnsAsked) -> None:
    """Ask about the columns of a file, whose samples lie beside it. `why`: what is unclear, for people.

    Raises NotFound, PreviewGone.
    """
    row = lock_waiting(session, act, import_id)
    question = folder / (row.summary["file"] + QUESTION)
    question.unlink(missing_ok=True)
    write_private(question, json.dumps(asdict(asked)).encode(), now=act.now)
    row.state = ASKED
    row.summary = {"file": row.summary["file"], "why": why, "asked": row.summary.get("asked", 0) + 1}
    session.flush()


def refuse(session: Session, act: Act, import_id: int, why: str) -> None:
    """Note why a file cannot be read, for people. Raises NotFound, PreviewGone."""
    row = lock_waiting(session, act, import_id)
    row.state, row.summary = REFUSED, {"why": why}
    session.flush()


def set_aside(session: Session, act: Act, folder: Path, import_id: int, fact: FileRefused, why: str) -> None:
    """Ask about a file that was not read, where an answer can help, else refuse it. `why`: the fact for people.

    Raises NotFound, PreviewGone.
    """
    asked = fact.asked if isinstance(fact, ColumnsUnclear) else None
    if asked is None:
        refuse(session, act, import_id, why)
    else:
        ask(session, act, folder, import_id, why, asked)


def complete(session: Session, act: Act, import_id: int, planned: Planned, columns: ChosenColumns | None) -> None:
    """Make a preview of a file that was read, and remember its columns. Raises NotFound, PreviewGone."""
    row = lock_waiting(session, act, import_id)
    fill(row, planned.plan, planned.reading)
    if columns and planned.reading.gathered.header.choice == columns.headings:
        remember_columns(session, act, headings=columns.headings, fields=columns.fields)
    session.flush()


def lock_waiting(session: Session, act: Act, import_id: int) -> RosterImport:
    """Return the row of a file that waits, which nobody else changes meanwhile. Raises NotFound, PreviewGone."""
    lock_instansi(session, act.instansi_id or 0)
    if find_waiting(session, instansi_id=act.instansi_id or 0, import_id=import_id, now=act.now) is None:
        raise PreviewGone(import_id)
    return session.get_one(RosterImport, import_id)


def find_waiting(session: Session, *, instansi_id: int, import_id: int, now: datetime) -> Preview | None:
    """Return an import whose file is still there to be read, if it is."""
    try:
        found = get_preview(session, instansi_id=instansi_id, import_id=import_id, now=now)
    except (NotFound, PreviewGone):
        return None
    return found if found.state in WAITING else None


def get_columns(waiting: Preview) -> ChosenColumns | None:
    stored = waiting.summary.get("columns")
    return ChosenColumns.from_json(stored) if stored else None


def put_file(folder: Path, data: bytes, *, now: datetime) -> str:
    """Write a file and return its name, which tells nothing and cannot be guessed."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = uuid4().hex
    write_private(folder / name, data, now=now)
    return name


def write_private(path: Path, content: bytes, *, now: datetime) -> None:
    """Write a file that only the program may open; its time is `now`, by which it grows old."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123  # with a mode
        file.write(content)
    os.utime(path, (now.timestamp(), now.timestamp()))


def take_file(folder: Path, waiting: Preview) -> bytes:
    """Return the contents of a file. Raises FileGone."""
    try:
        content: bytes = (folder / waiting.summary["file"]).read_bytes()
    except FileNotFoundError as error:
        raise FileGone from error
    return content


def take_question(folder: Path, waiting: Preview) -> ColumnsAsked:
    """Return what is asked about a file. Raises FileGone."""
    try:
        stored = json.loads((folder / (waiting.summary["file"] + QUESTION)).read_bytes())
    except FileNotFoundError as error:
        raise FileGone from error
    texts, samples = tuple(stored["texts"]), tuple(map(tuple, stored["samples"]))
    return ColumnsAsked(**stored | {"texts": texts, "samples": samples})


def remove_file(folder: Path, name: str) -> None:
    """Remove a file and what is asked about it."""
    for path in (folder / name, folder / (name + QUESTION)):
        path.unlink(missing_ok=True)


def list_held(session: Session) -> frozenset[str]:
    """Return the names of the files that imports still need, of all instansi."""
    summaries = session.scalars(select(RosterImport.summary).where(RosterImport.state.in_(WAITING)))
    return frozenset(summary["file"] for summary in summaries)


def remove_unheld(folder: Path, held: Collection[str], *, now: datetime) -> None:
    """Remove the files that no import needs, but not those that are just being written."""
    for path in folder.glob("*"):
        with suppress(FileNotFoundError):
            if path.stem not in held and path.stat().st_mtime < (now - GRACE).timestamp():
                path.unlink()
