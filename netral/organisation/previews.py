"""An uploaded roster between pratinjau and terapkan: kept for a day, one at a time in an instansi."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session, defer

from netral.errors import NetralError, NotFound
from netral.organisation.applying import APPLIED, DISCARDED, PREVIEWED, UNDONE, Upload
from netral.organisation.headers import Header
from netral.organisation.models import RosterImport
from netral.organisation.planning import RosterPlan, plan_roster
from netral.organisation.problems import CellProblem
from netral.organisation.roster import RosterReading, nothing, read_roster
from netral.organisation.roster_rows import Unprintable
from netral.organisation.rows import Row
from netral.organisation.tables import Table
from netral.organisation.writing import lock_organisation

KEPT = timedelta(hours=24)
MOST_SHOWN = 20
MOST_WARNINGS = 200
LIGHT = select(RosterImport).options(defer(RosterImport.rows))
"""Without the rows, which are megabytes and wanted by `reread` alone."""


class ImportUnderReview(NetralError):
    """Somebody else's preview is not a day old. Arguments: his user id or none, when it was uploaded."""


class PreviewGone(NetralError):
    """The preview is older than a day, or another upload took its place."""


class PreviewOutdated(NetralError):
    """The roster has changed since the preview was made: what would be applied is not what was shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """An import as it stands; `summary` holds what its page shows, `cells` the whole rows of its problems."""

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
    cells: Mapping[int, Sequence[str]]

    @property
    def upload(self) -> Upload:
        return Upload(self.file_name, self.file_hash, self.id)


def keep_preview(
    session: Session,
    *,
    plan: RosterPlan,
    reading: RosterReading,
    upload: Upload,
    now: datetime,
    by: int | None,
    create_units: bool = False,
) -> int:
    """Keeps what was read and planned; returns the id of the import. Raises ImportUnderReview.

    The uploader's own earlier preview, and those older than a day, are forgotten.
    """
    lock_organisation(session, plan.instansi_id)
    forget_old(session, plan.instansi_id, now=now)
    refuse_other(session, plan.instansi_id, by=by)
    forget(session, RosterImport.instansi_id == plan.instansi_id)
    row = RosterImport(
        instansi_id=plan.instansi_id,
        file_name=upload.file_name[:200],
        file_hash=upload.file_hash,
        state=PREVIEWED,
        uploaded_at=now,
        uploaded_by=by,
        rows=[[row.number, *row.cells] for row in reading.table.rows],
        problems=[],
        summary={},
    )
    session.add(row)
    show_plan(row, plan, reading, create_units=create_units, aliases={})
    session.flush()
    return row.id


def forget_old(session: Session, instansi_id: int, *, now: datetime) -> None:
    """Previews of more than a day, and the faulty cells that an applied import keeps for download."""
    old = RosterImport.instansi_id == instansi_id, RosterImport.uploaded_at <= now - KEPT
    forget(session, *old)
    session.execute(update(RosterImport).where(*old).values(problems=[]))


def forget(session: Session, *which: ColumnElement[bool]) -> None:
    """That there was an upload stays; what was in it goes."""
    statement = update(RosterImport).where(*which, RosterImport.state == PREVIEWED)
    session.execute(statement.values(state=DISCARDED, rows=[], problems=[], summary={}))


def refuse_other(session: Session, instansi_id: int, *, by: int | None) -> None:
    statement = select(RosterImport.uploaded_by, RosterImport.uploaded_at).where(
        RosterImport.instansi_id == instansi_id, RosterImport.state == PREVIEWED
    )
    for uploaded_by, uploaded_at in session.execute(statement):
        if uploaded_by != by:
            raise ImportUnderReview(uploaded_by, uploaded_at)


def show_plan(
    row: RosterImport, plan: RosterPlan, reading: RosterReading, *, create_units: bool, aliases: Mapping[str, int]
) -> None:
    row.problems = [problem.as_json() | {"cells": list(cells)} for problem, cells in with_cells(plan.errors, reading)]
    row.summary = {
        "rows": len(reading.rows) + len({problem.row for problem in reading.problems}),
        "counts": plan.counts,
        "returned": plan.returned,
        "error_rows": len({problem.row for problem in plan.errors}),
        "fingerprint": plan.fingerprint,
        "create_units": create_units,
        "aliases": dict(aliases),
        "header": pack_header(reading.table.header),
        "sheet": reading.table.sheet,
        "columns": dict(reading.columns),
        "skipped": list(reading.skipped),
        "warnings": [warning.as_json() for warning in plan.warnings[:MOST_WARNINGS]],
        "units": [plan.places[unit.id] for unit in plan.units],
        "changes": [describe_change(change, plan) for change in plan.changes[:MOST_SHOWN]],
        "absent": [{"nama": one.nama, "unit": plan.places[one.opd_id]} for one in plan.missing[:MOST_SHOWN]],
    }


def with_cells(errors: Sequence[CellProblem], reading: RosterReading) -> list[tuple[CellProblem, tuple[str, ...]]]:
    """Each problem with the whole row it stands in, for the workbook of faulty rows."""
    wanted = {problem.row for problem in errors}
    cells = {row.number: row.cells for row in reading.table.rows if row.number in wanted}
    return [(problem, cells[problem.row]) for problem in errors]


def describe_change(change: Any, plan: RosterPlan) -> dict[str, Any]:
    """Units by name, without NIP: this is shown and kept."""

    def readable(values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            column: plan.places[value] if column == "opd_id" else value
            for column, value in values.items()
            if column != "nip"
        }

    return {
        "row": change.row,
        "nama": change.nama,
        "kind": change.kind,
        "before": readable(change.before),
        "after": readable(change.after),
    }


def get_preview(session: Session, *, instansi_id: int, import_id: int, now: datetime) -> Preview:
    """An import of this instansi in any state; raises NotFound, PreviewGone."""
    statement = LIGHT.where(RosterImport.id == import_id, RosterImport.instansi_id == instansi_id)
    row = session.scalars(statement).one_or_none()
    if row is None:
        raise NotFound("impor", import_id)
    if row.state == DISCARDED or (row.state == PREVIEWED and row.uploaded_at <= now - KEPT):
        raise PreviewGone(import_id)
    return as_preview(row)


def as_preview(row: RosterImport) -> Preview:
    return Preview(
        id=row.id,
        file_name=row.file_name,
        file_hash=row.file_hash,
        state=row.state,
        uploaded_at=row.uploaded_at,
        uploaded_by=row.uploaded_by,
        applied_at=row.applied_at,
        applied_by=row.applied_by,
        undone_at=row.undone_at,
        summary=row.summary,
        problems=tuple(CellProblem.from_json(problem) for problem in row.problems),
        cells={problem["row"]: problem["cells"] for problem in row.problems},
    )


def find_preview(session: Session, *, instansi_id: int, now: datetime) -> Preview | None:
    """The one under review, if any."""
    statement = LIGHT.where(
        RosterImport.instansi_id == instansi_id, RosterImport.state == PREVIEWED, RosterImport.uploaded_at > now - KEPT
    )
    row = session.scalars(statement.order_by(RosterImport.id.desc()).limit(1)).one_or_none()
    return as_preview(row) if row else None


def discard_preview(session: Session, *, instansi_id: int, import_id: int) -> None:
    """Forgets it; what was applied stays."""
    forget(session, RosterImport.id == import_id, RosterImport.instansi_id == instansi_id)


def reread(
    session: Session,
    *,
    instansi_id: int,
    import_id: int,
    today: date,
    now: datetime,
    unprintable: Unprintable = nothing,
) -> RosterReading:
    """The rows that were kept, read once more. Takes a second for 20,000: do it before a write transaction begins.

    Raises NotFound, or PreviewGone when it is not under review any more.
    """
    preview = get_open(session, instansi_id=instansi_id, import_id=import_id, now=now)
    rows = session.scalars(select(RosterImport.rows).where(RosterImport.id == import_id)).one()
    table = Table(
        sheet=preview.summary["sheet"],
        header=unpack_header(preview.summary["header"]),
        rows=tuple(Row(cells[0], tuple(cells[1:])) for cells in rows),
    )
    return read_roster(table, today=today, unprintable=unprintable)


def get_open(session: Session, *, instansi_id: int, import_id: int, now: datetime) -> Preview:
    """Only while it can still be applied; raises NotFound, PreviewGone."""
    preview = get_preview(session, instansi_id=instansi_id, import_id=import_id, now=now)
    if preview.state != PREVIEWED:
        raise PreviewGone(import_id)
    return preview


def replan(
    session: Session, *, instansi_id: int, import_id: int, reading: RosterReading, now: datetime
) -> tuple[Preview, RosterPlan]:
    """The plan once more, against the roster as it is now. For who is about to apply it in this transaction.

    Raises NotFound, PreviewGone (also when it was applied or undone already) or PreviewOutdated.
    """
    lock_organisation(session, instansi_id)
    preview = get_open(session, instansi_id=instansi_id, import_id=import_id, now=now)
    plan = plan_roster(
        session,
        instansi_id=instansi_id,
        reading=reading,
        create_units=preview.summary["create_units"],
        aliases=preview.summary["aliases"],
    )
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
    create_units: bool | None = None,
    aliases: Mapping[str, int] | None = None,
) -> Preview:
    """Plans again after the roster has changed, or with other answers about unknown units (none: the same ones)."""
    lock_organisation(session, instansi_id)
    preview = get_open(session, instansi_id=instansi_id, import_id=import_id, now=now)
    create = preview.summary["create_units"] if create_units is None else create_units
    chosen = preview.summary["aliases"] if aliases is None else aliases
    plan = plan_roster(session, instansi_id=instansi_id, reading=reading, create_units=create, aliases=chosen)
    row = session.get_one(RosterImport, import_id)
    show_plan(row, plan, reading, create_units=create, aliases=chosen)
    session.flush()
    return as_preview(row)


def pack_header(header: Header) -> dict[str, Any]:
    return {"first": header.first, "last": header.last, "texts": list(header.texts), "fields": dict(header.fields)}


def unpack_header(stored: Mapping[str, Any]) -> Header:
    return Header(stored["first"], stored["last"], tuple(stored["texts"]), stored["fields"])


def list_imports(session: Session, *, instansi_id: int, most: int = 10) -> list[Preview]:
    """The last imports that were applied, the newest first."""
    statement = LIGHT.where(RosterImport.instansi_id == instansi_id, RosterImport.state.in_((APPLIED, UNDONE)))
    rows = session.scalars(statement.order_by(RosterImport.applied_at.desc(), RosterImport.id.desc()).limit(most))
    return [as_preview(row) for row in rows]
