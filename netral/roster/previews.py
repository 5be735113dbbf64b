"""An uploaded roster between pratinjau and terapkan: kept for a day, one at a time in an instansi."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session, defer

from netral.accounts.models import RoleGrant, User
from netral.audit.events import Act
from netral.database.tables import change_rows
from netral.errors import NetralError, NotFound
from netral.jobs.queue import enqueue
from netral.organisation.instansi import lock_instansi
from netral.organisation.models import Asn, RosterImport
from netral.organisation.units import load_tree
from netral.roster.applying import (
    APPLIED,
    ASKED,
    DISCARDED,
    PREVIEWED,
    READING,
    REFUSED,
    UNDOABLE,
    UNDONE,
    RosterResult,
    Upload,
    apply_roster,
)
from netral.roster.planning import MOST_WARNINGS, RosterPlan, plan_roster, summarise_plan
from netral.roster.problems import CellProblem
from netral.roster.reading import RosterReading, Unprintable, nothing, read_roster
from netral.roster.remembering import remember_names
from netral.roster.tables import pack_header, pack_rows, unpack

Address = tuple[str, int]
"""The sheet and row of a problem."""

KEPT = timedelta(hours=24)
HELD = timedelta(hours=2)
"""The longest that a file lies as it came: longer than all attempts of the job that reads it, which take 81 minutes."""

LIVES = {READING: HELD, ASKED: HELD, PREVIEWED: KEPT, REFUSED: KEPT}
"""State of an import that was not applied -> the time after its upload when its contents are forgotten."""

WAITING = (READING, ASKED)
"""The states in which the file itself is still there."""

UNDER_REVIEW = (*WAITING, PREVIEWED)
"""The states in which an import takes the one place of its instansi."""

REMARK = "KETERANGAN"
WIDTH = 22
REMARK_WIDTH = 90
PLAIN_TEXT = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
LIGHT = select(RosterImport).options(defer(RosterImport.rows), defer(RosterImport.listed))
"""Columns without the rows and people, which are megabytes and used only by `reread` and for comparing."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of an officer about a file.

    `create_units`: whether to make units that resemble no known one. `units`: `place_key` -> id of the unit that is
    meant. `people`: `row_key` -> id of the known person in the row, or SOMEBODY_ELSE. `names`: the places as written.
    """

    create_units: bool = False
    units: Mapping[str, int] = field(default_factory=dict)
    people: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


NO_ANSWERS = Answers()


class ImportUnderReview(NetralError):
    """Another officer's import is under review. Arguments: their user id or none, and the time of upload."""


class PreviewGone(NetralError):
    """The import is older than its state may become, or another upload took its place."""


class PreviewOutdated(NetralError):
    """The roster has changed since the preview was made, so the plan is not the one that was shown; the id of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """An import as it stands; `summary` holds what its page shows, `cells` the used cells of rows with problems."""

    id: int
    file_name: str
    file_hash: str
    state: str
    uploaded_at: datetime
    uploaded_by: int | None
    applied_at: datetime | None
    applied_by: int | None
    undone_at: datetime | None
    summary: Mapping[str, Any]
    problems: tuple[CellProblem, ...]
    cells: Mapping[Address, Sequence[str]]

    @property
    def upload(self) -> Upload:
        return Upload(self.file_name, self.file_hash, self.id)

    @property
    def answers(self) -> Answers:
        summary = self.summary
        return Answers(
            summary["create_units"], summary["aliases"], summary.get("answers", {}), summary.get("names", {})
        )


COPIED = Preview.__dataclass_fields__.keys() - {"problems", "cells"}


@dataclass(frozen=True, slots=True)
class Missing:
    """A person who is not in the file; `unit` includes its perangkat daerah."""

    nama: str
    unit: str


def keep_preview(
    session: Session,
    *,
    plan: RosterPlan,
    reading: RosterReading,
    upload: Upload,
    now: datetime,
    by: int | None,
    answers: Answers = NO_ANSWERS,
) -> int:
    """Keep the rows and the plan, and return the id of the import. Raises what `open_import` raises."""
    lock_instansi(session, plan.instansi_id)
    row = open_import(session, plan.instansi_id, PREVIEWED, upload, now=now, by=by)
    fill(row, plan, reading, answers)
    session.flush()
    return row.id


def open_import(
    session: Session, instansi_id: int, state: str, upload: Upload, *, now: datetime, by: int | None
) -> RosterImport:
    """Begin an import of an instansi that is locked. Raises ImportUnderReview.

    The uploader's own earlier import, if it was not applied, and those that are too old are forgotten.
    """
    forget_old(session, now=now)
    refuse_other(session, instansi_id, by=by)
    forget(session, RosterImport.instansi_id == instansi_id)
    row = RosterImport(
        instansi_id=instansi_id,
        file_name=upload.file_name[:200],
        file_hash=upload.file_hash,
        state=state,
        uploaded_at=now,
        uploaded_by=by,
        rows=[],
        problems=[],
        summary={},
    )
    session.add(row)
    session.flush()
    return row


def fill(row: RosterImport, plan: RosterPlan, reading: RosterReading, answers: Answers = NO_ANSWERS) -> None:
    """Put the rows and the plan into an import, which is a preview from then on."""
    row.state, row.rows = PREVIEWED, pack_rows(reading.gathered)
    show_plan(row, plan, reading, answers)


def forget_old(session: Session, *, now: datetime) -> int:
    """Forget imports that nobody applied in time, and the faulty rows that applied ones keep for a day for download.

    Returns how many uploads were forgotten, of all instansi.
    """
    forgotten = forget(session, is_old(now))
    forget_final_nips(session, now=now)
    faulty = RosterImport.applied_at <= now - KEPT, func.json_array_length(RosterImport.problems) > 0
    return forgotten + change_rows(session, update(RosterImport).where(*faulty).values(problems=[]))


def forget_final_nips(session: Session, *, now: datetime) -> None:
    """Forget the NIP that imports replaced which can no longer be undone; a day of them is enough, day by day."""
    over = RosterImport.applied_at.between(now - UNDOABLE - KEPT, now - UNDOABLE)
    for row in session.scalars(LIGHT.where(RosterImport.state == APPLIED, over)):
        if row.summary.get("old_nips"):
            row.summary = row.summary | {"old_nips": []}


def forget(session: Session, *which: ColumnElement[bool]) -> int:
    """Forget the contents of uploads but keep a record that they took place. Returns how many there were."""
    statement = update(RosterImport).where(*which, RosterImport.state.in_(LIVES))
    return change_rows(session, statement.values(state=DISCARDED, rows=[], problems=[], summary={}))


def is_old(now: datetime) -> ColumnElement[bool]:
    """Return the condition that an import should be forgotten by now."""
    return or_(
        *(and_(RosterImport.state == state, RosterImport.uploaded_at <= now - life) for state, life in LIVES.items())
    )


def refuse_other(session: Session, instansi_id: int, *, by: int | None) -> None:
    statement = select(RosterImport.uploaded_by, RosterImport.uploaded_at).where(
        RosterImport.instansi_id == instansi_id, RosterImport.state.in_(UNDER_REVIEW)
    )
    for uploaded_by, uploaded_at in session.execute(statement):
        if uploaded_by != by:
            raise ImportUnderReview(uploaded_by, uploaded_at)


def show_plan(row: RosterImport, plan: RosterPlan, reading: RosterReading, answers: Answers) -> None:
    row.problems = [problem.as_json() | {"cells": list(cells)} for problem, cells in with_cells(plan.errors, reading)]
    row.summary = summarise_plan(plan) | {
        "rows": reading.gathered.report.rows,
        "create_units": answers.create_units,
        "aliases": dict(answers.units),
        "answers": dict(answers.people),
        "names": dict(answers.names),
        "header": pack_header(reading.gathered.header),
        "reading": reading.gathered.report.as_json(),
        "ended": len(reading.ended),
        "ended_rows": [one.as_json() for one in reading.ended[:MOST_WARNINGS]],
    }


def with_cells(errors: Sequence[CellProblem], reading: RosterReading) -> list[tuple[CellProblem, tuple[str, ...]]]:
    """Join each problem with the row it stands in, for the workbook of faulty rows."""
    wanted = {problem.address for problem in errors}
    cells = {row.address: row.cells for row in reading.gathered.rows if row.address in wanted}
    return [(problem, cells[problem.address]) for problem in errors]


def get_preview(session: Session, *, instansi_id: int, import_id: int, now: datetime) -> Preview:
    """Return an import of this instansi in any state; one applied long ago has no faulty rows.

    Raises NotFound, PreviewGone.
    """
    statement = LIGHT.where(RosterImport.id == import_id, RosterImport.instansi_id == instansi_id)
    row = session.scalars(statement).one_or_none()
    if row is None:
        raise NotFound("impor", import_id)
    life = LIVES.get(row.state)
    if row.state == DISCARDED or (life is not None and row.uploaded_at <= now - life):
        raise PreviewGone(import_id)
    preview = as_preview(row)
    if row.applied_at and row.applied_at <= now - KEPT:
        return replace(preview, problems=(), cells={})
    return preview


def as_preview(row: RosterImport) -> Preview:
    problems = tuple(CellProblem.from_json(problem) for problem in row.problems)
    same = {name: getattr(row, name) for name in COPIED}
    return Preview(
        **same,
        problems=problems,
        cells={one.address: stored["cells"] for one, stored in zip(problems, row.problems, strict=True)},
    )


def find_preview(session: Session, *, instansi_id: int, now: datetime) -> Preview | None:
    """Return the import that is under review, if any."""
    statement = LIGHT.where(RosterImport.instansi_id == instansi_id, RosterImport.state.in_(UNDER_REVIEW), ~is_old(now))
    row = session.scalars(statement.order_by(RosterImport.id.desc()).limit(1)).one_or_none()
    return as_preview(row) if row else None


def list_missing(session: Session, preview: Preview, *, instansi_id: int, first: int, most: int) -> list[Missing]:
    """List some of the people who are not in the file, by id; `first` counts from 0."""
    tree = load_tree(session, instansi_id=instansi_id)
    ids = preview.summary.get("missing", [])[first : first + most]
    people = session.execute(
        select(Asn.nama, Asn.opd_id).where(Asn.instansi_id == instansi_id, Asn.id.in_(ids)).order_by(Asn.id)
    )
    return [Missing(person.nama, tree.label(person.opd_id)) for person in people]


def list_officers_missing(session: Session, preview: Preview, *, instansi_id: int) -> tuple[str, ...]:
    """Name the people with a role who are not in the file: the role ends when they are deactivated."""
    missing = frozenset(preview.summary.get("missing", []))
    held = select(RoleGrant.user_id).where(RoleGrant.revoked_at.is_(None))
    statement = select(Asn.id, Asn.nama).join(User, User.asn_id == Asn.id)
    people = session.execute(statement.where(Asn.instansi_id == instansi_id, User.id.in_(held)).order_by(Asn.nama))
    return tuple(row.nama for row in people if row.id in missing)


def discard_preview(session: Session, *, instansi_id: int, import_id: int) -> bool:
    """Forget a preview and return whether there was one; an import that was applied stays."""
    return forget(session, RosterImport.id == import_id, RosterImport.instansi_id == instansi_id) > 0


def reread(
    session: Session,
    *,
    instansi_id: int,
    import_id: int,
    today: date,
    now: datetime,
    unprintable: Unprintable = nothing,
) -> RosterReading:
    """Read the kept rows once more. Takes a second for 20,000, so it is done before a write transaction begins.

    Raises NotFound, or PreviewGone when it is not under review any more.
    """
    preview = get_open(session, instansi_id=instansi_id, import_id=import_id, now=now)
    rows = session.scalars(select(RosterImport.rows).where(RosterImport.id == import_id)).one()
    gathered = unpack(preview.summary["header"], preview.summary["reading"], rows)
    return read_roster(gathered, today=today, unprintable=unprintable)


def get_open(session: Session, *, instansi_id: int, import_id: int, now: datetime) -> Preview:
    """Return a preview that can still be applied. Raises NotFound, PreviewGone."""
    preview = get_preview(session, instansi_id=instansi_id, import_id=import_id, now=now)
    if preview.state != PREVIEWED:
        raise PreviewGone(import_id)
    return preview


def replan(
    session: Session, *, instansi_id: int, import_id: int, reading: RosterReading, now: datetime
) -> tuple[Preview, RosterPlan]:
    """Plan once more against the roster as it is now, to apply the plan in the same transaction.

    Raises NotFound, PreviewGone (also when it was applied or undone already) or PreviewOutdated.
    """
    lock_instansi(session, instansi_id)
    preview = get_open(session, instansi_id=instansi_id, import_id=import_id, now=now)
    plan = plan_with(session, instansi_id, reading, preview.answers)
    if plan.fingerprint != preview.summary["fingerprint"]:
        raise PreviewOutdated(import_id)
    return preview, plan


def revise_preview(
    session: Session,
    *,
    instansi_id: int,
    import_id: int,
    reading: RosterReading,
    now: datetime,
    answers: Answers | None = None,
    outdated: bool = False,
) -> Preview:
    """Plan again after the roster has changed, or with other answers (none: the same ones).

    `outdated`: keep the counts that were shown, so that the officer sees them beside the new ones.
    """
    lock_instansi(session, instansi_id)
    preview = get_open(session, instansi_id=instansi_id, import_id=import_id, now=now)
    given = answers or preview.answers
    plan = plan_with(session, instansi_id, reading, given)
    row = session.get_one(RosterImport, import_id)
    show_plan(row, plan, reading, given)
    if outdated:
        row.summary = row.summary | {"shown": preview.summary["counts"]}
    session.flush()
    return as_preview(row)


def apply_preview(
    session: Session,
    act: Act,
    *,
    import_id: int,
    reading: RosterReading,
    deactivate_missing: bool,
    confirmed: int | None,
) -> RosterResult:
    """Apply what the preview showed, and remember the names that were explained. One transaction, all or nothing.

    A preview without any change is discarded. Raises what `replan` and `apply_roster` raise.
    """
    instansi_id = act.instansi_id or 0
    preview, plan = replan(session, instansi_id=instansi_id, import_id=import_id, reading=reading, now=act.now)
    result = apply_roster(
        session,
        plan,
        upload=preview.upload,
        now=act.now,
        by=act.actor_id,
        deactivate_missing=deactivate_missing,
        skip_errors=True,
        confirmed=confirmed,
    )
    if result.import_id is None:
        discard_preview(session, instansi_id=instansi_id, import_id=import_id)
    remember_names(session, act, preview.answers.units, preview.answers.names)
    return result


JOB = "roster"


def apply_later(session: Session, act: Act, *, import_id: int, deactivate_missing: bool, confirmed: int | None) -> int:
    """Write the job that applies a preview and return its id. Pressing the button twice is one job.

    Each import has a job of its own: that of an import which was discarded before its turn may still be open.
    """
    instansi_id = act.instansi_id or 0
    lock_instansi(session, instansi_id)
    get_open(session, instansi_id=instansi_id, import_id=import_id, now=act.now)
    arguments = {"import": import_id, "deactivate": deactivate_missing, "confirmed": confirmed}
    job_id = enqueue(session, act, JOB, arguments, key=f"{import_id}")
    row = session.get_one(RosterImport, import_id)
    row.summary = row.summary | {"job": job_id}
    session.flush()
    return job_id


def plan_with(session: Session, instansi_id: int, reading: RosterReading, answers: Answers) -> RosterPlan:
    return plan_roster(
        session,
        instansi_id=instansi_id,
        reading=reading,
        create_units=answers.create_units,
        aliases=answers.units,
        answers=answers.people,
    )


def list_imports(session: Session, *, instansi_id: int, most: int = 10) -> list[Preview]:
    """List the last imports that were applied, the newest first."""
    statement = LIGHT.where(RosterImport.instansi_id == instansi_id, RosterImport.state.in_((APPLIED, UNDONE)))
    rows = session.scalars(statement.order_by(RosterImport.applied_at.desc(), RosterImport.id.desc()).limit(most))
    return [as_preview(row) for row in rows]


@dataclass(frozen=True, slots=True)
class FaultyRow:
    """A row of the uploaded file: where it stands, its cells, and what is wrong in words."""

    sheet: str
    row: int
    cells: Sequence[str]
    remark: str


TableToWrite = tuple[str, Sequence[str], Sequence[Sequence[str]]]
"""A sheet by its name, its headings and its rows."""


def write_tables(tables: Sequence[TableToWrite]) -> bytes:
    """Write a workbook of sheets of text: a NIP keeps its digits, and `=1+1` stays what was typed."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, PLAIN_TEXT)
    bold = book.add_format({"quote_prefix": True, "bold": True})
    text = book.add_format({"num_format": "@", "quote_prefix": True})
    for name, titles, rows in tables:
        sheet = book.add_worksheet(name)
        sheet.set_column(0, len(titles) - 1, WIDTH)
        for index, row in enumerate([titles, *rows]):
            for column, cell in enumerate(row):
                sheet.write_string(index, column, cell, text if index else bold)
        sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def write_problem_workbook(headings: Sequence[str], rows: Sequence[FaultyRow]) -> bytes:
    """Write a workbook of faulty rows: where each came from, its cells under their headings, then what is wrong.

    Every cell is text: a NIP keeps its digits, and `=1+1` stays what was typed, also when its cell is edited.
    """
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, PLAIN_TEXT)
    typed = {"num_format": "@", "quote_prefix": True}
    bold = book.add_format({"quote_prefix": True, "bold": True, "text_wrap": True, "valign": "top"})
    text = book.add_format(typed | {"valign": "top"})
    wrapped = book.add_format(typed | {"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("Baris galat")
    titles = ["BARIS ASAL", "LEMBAR ASAL", *headings, REMARK]
    for column, title in enumerate(titles):
        sheet.write_string(0, column, title, bold)
    last = len(titles) - 1
    for index, faulty in enumerate(rows, 1):
        sheet.write_number(index, 0, faulty.row)
        sheet.write_string(index, 1, faulty.sheet, text)
        for column, cell in enumerate(faulty.cells, 2):
            sheet.write_string(index, column, cell, text)
        sheet.write_string(index, last, faulty.remark, wrapped)
    sheet.set_column(2, last - 1, WIDTH)
    sheet.set_column(last, last, REMARK_WIDTH)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows), 1), last)
    book.close()
    return out.getvalue()
