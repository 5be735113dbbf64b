"""Applying a planned roster to units, people, accounts and periods, and keeping what undoing needs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import literal, select, update
from sqlalchemy.orm import Session, defer

from netral.accounts.models import User
from netral.accounts.users import open_accounts, rename_logins
from netral.audit.events import Act, record
from netral.database.tables import insert, plan_anew
from netral.errors import NetralError
from netral.organisation.instansi import lock_instansi
from netral.organisation.models import Asn, RosterChange, RosterImport
from netral.organisation.writing import change_people, write_people, write_units, write_unor_ids
from netral.roster.following import Followed, follow_roster
from netral.roster.planning import CHANGED, JOINED, LEFT, MOVED, RETURNED, Absent, RosterPlan, wanted_values
from netral.roster.problems import count_rows

UNDOABLE = timedelta(days=7)
"""For how long the last import can be undone."""

PREVIEWED, APPLIED, UNDONE, DISCARDED = "pratinjau", "diterapkan", "diurungkan", "dibatalkan"
# Before pratinjau: the file waits for a worker or is read by one, its columns are asked about, or it cannot be read.
READING, ASKED, REFUSED = "dibaca", "ditanya", "ditolak"


class RosterHasErrors(NetralError):
    """Some rows cannot be applied and nobody said to skip them; the argument is how many."""


class DeactivationUnconfirmed(NetralError):
    """So many people would be deactivated that their number has to be typed, and it was missing or wrong.

    The argument is the number.
    """


class Renumbered(NamedTuple):
    """A person whose NIP was replaced by another."""

    asn_id: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Upload:
    """The file a plan came from; `import_id` when its preview is kept."""

    file_name: str
    file_hash: str
    import_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterResult:
    """The changes, by ids. `import_id` is none when nothing had to change and nothing was written.

    `moved`: (asn, from opd, to opd); `renamed`: people whose name differs from the one that a certificate may print.
    `accounts`: how many were opened. `followed`: the changes in each period that is not over.
    """

    import_id: int | None
    added: tuple[int, ...] = ()
    updated: tuple[int, ...] = ()
    moved: tuple[tuple[int, int, int], ...] = ()
    left: tuple[int, ...] = ()
    returned: tuple[int, ...] = ()
    renamed: tuple[int, ...] = ()
    renumbered: tuple[Renumbered, ...] = ()
    units: tuple[int, ...] = ()
    accounts: int = 0
    followed: tuple[Followed, ...] = ()


LISTED = ("nama", "jenis", "jabatan", "golongan", "email")
"""The columns of `Asn` that are kept of each person in the file, before their unit."""

BEFORE_JOINING: dict[str, Any] = {"active": False}
AFTER_JOINING: dict[str, Any] = {"active": True}
"""The values that undoing needs of a new person. They are the same for all, so that the database writes
them by itself.
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A change of one person: kind, and columns of `Asn` before and after."""

    asn_id: int
    kind: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def apply_roster(
    session: Session,
    plan: RosterPlan,
    *,
    upload: Upload,
    now: datetime,
    by: int | None,
    deactivate_missing: bool = False,
    skip_errors: bool = False,
    confirmed: int | None = None,
) -> RosterResult:
    """Apply a plan that was made in this transaction, after `lock_instansi`.

    People missing from the file stay active unless `deactivate_missing`; nobody is ever deleted. People without an
    account get one, and every period that is not over follows. `confirmed`: the number of people to deactivate, as the
    officer typed it. Applying the same file twice has no further effect. Raises RosterHasErrors,
    DeactivationUnconfirmed.
    """
    lock_instansi(session, plan.instansi_id)
    if plan.errors and not skip_errors:
        raise RosterHasErrors(count_rows(plan.errors))
    leaving = plan.missing if deactivate_missing else ()
    if leaving and not is_confirmed(len(leaving), must_be=plan.must_be_confirmed, typed=confirmed):
        raise DeactivationUnconfirmed(len(leaving))
    if not (plan.added or plan.changes or leaving):
        return RosterResult(import_id=None)
    plan_anew(session)
    result = write_plan(session, plan, leaving, upload, now=now, by=by)
    rename_users(session, result.renamed)
    rename_logins(session, result.renumbered)
    accounts = open_accounts(session, instansi_id=plan.instansi_id, now=now)
    followed = follow_roster(session, instansi_id=plan.instansi_id, now=now, by=by)
    return replace(result, accounts=accounts, followed=followed)


def write_plan(
    session: Session, plan: RosterPlan, leaving: Iterable[Absent], upload: Upload, *, now: datetime, by: int | None
) -> RosterResult:
    made = write_units(session, plan.instansi_id, plan.units)
    write_unor_ids(session, {made.get(unit_id, unit_id): unor_id for unit_id, unor_id in plan.unor_ids.items()})
    entries = [
        *add_people(session, plan, made, now=now),
        *(Entry(change.asn_id, change.kind, change.before, settle(change.after, made)) for change in plan.changes),
        *(Entry(absent.asn_id, LEFT, {"active": True}, {"active": False}) for absent in leaving),
    ]
    change_people(session, ((entry.asn_id, entry.after) for entry in entries if entry.kind != JOINED), now=now)
    import_id = register(session, plan.instansi_id, upload, now=now, by=by)
    result = summarise(import_id, entries, tuple(made.values()))
    remember(session, plan.instansi_id, import_id, entries)
    keep_listed(session, import_id, plan, made, result.added)
    forget_old_nips(session, plan.instansi_id)
    keep_summary(session, import_id, plan, result)
    record_applied(session, plan, result, now=now, by=by)
    return result


def is_confirmed(number: int, *, must_be: bool, typed: int | None) -> bool:
    """Return whether this number of people may be deactivated; a different typed number always forbids it."""
    return not must_be if typed is None else typed == number


def add_people(session: Session, plan: RosterPlan, made: Mapping[int, int], *, now: datetime) -> list[Entry]:
    people = [settle(wanted_values(one.row) | {"opd_id": one.opd_id}, made) for one in plan.added]
    ids = write_people(session, plan.instansi_id, people, now=now)
    return [Entry(asn_id, JOINED, BEFORE_JOINING, AFTER_JOINING) for asn_id in ids]


def settle(values: Mapping[str, Any], made: Mapping[int, int]) -> dict[str, Any]:
    """Return the values with the real id in place of that of a new unit."""
    if "opd_id" not in values:
        return dict(values)
    return dict(values) | {"opd_id": settle_unit(values["opd_id"], made)}


def summarise(import_id: int, entries: list[Entry], units: tuple[int, ...]) -> RosterResult:
    def ids(*kinds: str) -> tuple[int, ...]:
        return tuple(entry.asn_id for entry in entries if entry.kind in kinds)

    return RosterResult(
        import_id=import_id,
        added=ids(JOINED),
        updated=ids(CHANGED, RETURNED),
        moved=tuple(
            (entry.asn_id, entry.before["opd_id"], entry.after["opd_id"]) for entry in entries if entry.kind == MOVED
        ),
        left=ids(LEFT),
        returned=ids(RETURNED),
        renamed=tuple(entry.asn_id for entry in entries if "nama" in entry.after),
        renumbered=tuple(
            Renumbered(entry.asn_id, entry.before["nip"], entry.after["nip"])
            for entry in entries
            if entry.before.get("nip")
        ),
        units=units,
    )


def register(session: Session, instansi_id: int, upload: Upload, *, now: datetime, by: int | None) -> int:
    """Store the import as applied, in its preview if any. The rows are forgotten: NIP are kept in one table only."""
    done: dict[str, Any] = {"state": APPLIED, "applied_at": now, "applied_by": by, "rows": [], "listed": []}
    session.execute(update(RosterImport).where(RosterImport.instansi_id == instansi_id).values(listed=[]))
    if upload.import_id is not None:
        session.execute(update(RosterImport).where(RosterImport.id == upload.import_id).values(done))
        session.expire_all()
        return upload.import_id
    row = RosterImport(
        instansi_id=instansi_id,
        file_name=upload.file_name,
        file_hash=upload.file_hash,
        uploaded_at=now,
        uploaded_by=by,
        problems=[],
        summary={},
        **done,
    )
    session.add(row)
    session.flush()
    return row.id


def rename_users(session: Session, asn_ids: Iterable[int]) -> None:
    """Give the accounts of people the name that the roster has, since an account greets by name."""
    name = select(Asn.nama).where(Asn.id == User.asn_id).scalar_subquery()
    statement = update(User).where(User.asn_id.in_(list(asn_ids)), User.nama != name).values(nama=name)
    session.execute(statement, execution_options={"synchronize_session": False})


def remember(session: Session, instansi_id: int, import_id: int, entries: list[Entry]) -> None:
    """Store the values that undoing needs without any NIP: old ones stay in the summary until they are not needed."""
    common = {"instansi_id": instansi_id, "import_id": import_id}
    rows = [
        common
        | {
            "asn_id": entry.asn_id,
            "kind": entry.kind,
            "before": {column: value for column, value in entry.before.items() if column != "nip" or value is None},
            "after": {column: value for column, value in entry.after.items() if column != "nip"},
        }
        for entry in entries
        if entry.kind != JOINED
    ]
    if rows:
        session.execute(insert(session, RosterChange), rows)
    joined = [entry.asn_id for entry in entries if entry.kind == JOINED]
    if joined:
        remember_joined(session, instansi_id, import_id, min(joined), max(joined))


def remember_joined(session: Session, instansi_id: int, import_id: int, first: int, last: int) -> None:
    """Remember the new people in one statement: those of this instansi from the first id to the last."""
    json = RosterChange.before.type
    people = select(
        literal(instansi_id),
        literal(import_id),
        Asn.id,
        literal(JOINED),
        literal(BEFORE_JOINING, json),
        literal(AFTER_JOINING, json),
    ).where(Asn.instansi_id == instansi_id, Asn.id.between(first, last))
    columns = ["instansi_id", "import_id", "asn_id", "kind", "before", "after"]
    session.execute(insert(session, RosterChange).from_select(columns, people))


def keep_listed(
    session: Session, import_id: int, plan: RosterPlan, made: Mapping[int, int], added: Sequence[int]
) -> None:
    """Keep the people in the file by their ids and without any number, so that they can be compared later."""
    people = [*plan.known.items(), *zip(added, plan.added, strict=True)]
    row = session.get_one(RosterImport, import_id)
    row.listed = [
        [
            asn_id,
            one.row.sheet,
            one.row.row,
            *(getattr(one.row, column) for column in LISTED),
            settle_unit(one.opd_id, made),
        ]
        for asn_id, one in people
    ]
    session.flush()


def settle_unit(opd_id: int, made: Mapping[int, int]) -> int:
    return made.get(opd_id, opd_id)


def forget_old_nips(session: Session, instansi_id: int) -> None:
    """Forget the NIP that earlier imports replaced: only the last import can be undone, so nothing needs them."""
    applied = select(RosterImport).where(RosterImport.instansi_id == instansi_id, RosterImport.state == APPLIED)
    for row in session.scalars(applied.options(defer(RosterImport.problems), defer(RosterImport.listed))):
        if row.summary.get("old_nips"):
            row.summary = row.summary | {"old_nips": []}


def keep_summary(session: Session, import_id: int, plan: RosterPlan, result: RosterResult) -> None:
    """Keep the figures, and the headings for the workbook of faulty rows; forget the names that the preview showed."""
    row = session.get_one(RosterImport, import_id)
    row.summary = {
        "header": row.summary.get("header"),
        "counts": plan.counts,
        "left": len(result.left),
        "returned": len(result.returned),
        "units_made": len(result.units),
        "nip_changed": len(result.renumbered),
        "old_nips": [[one.asn_id, one.before] for one in result.renumbered],
        "error_rows": count_rows(plan.errors),
    }
    session.flush()


def record_applied(session: Session, plan: RosterPlan, result: RosterResult, *, now: datetime, by: int | None) -> None:
    record(
        session,
        Act(by, now, plan.instansi_id),
        action="roster.applied",
        object_kind="roster_import",
        object_id=result.import_id or 0,
        detail={
            "added": len(result.added),
            "updated": len(result.updated),
            "moved": len(result.moved),
            "left": len(result.left),
            "returned": len(result.returned),
            "nip_changed": len(result.renumbered),
            "units": len(result.units),
            "skipped_rows": count_rows(plan.errors),
        },
    )
