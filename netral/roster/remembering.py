"""The answers of officers about earlier files, each dated and open to be revoked: columns, and names of units."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.database.tables import change_rows
from netral.errors import NotFound
from netral.organisation.models import ColumnChoice, UnitAlias
from netral.roster.columns import Choices, Place

LONGEST_NAME = 200
Remembered = TypeVar("Remembered", ColumnChoice, UnitAlias)


@dataclass(frozen=True, slots=True)
class RememberedColumns:
    """field -> heading, as chosen."""

    id: int
    fields: Mapping[str, str]
    made_at: datetime
    made_by: int | None


@dataclass(frozen=True, slots=True)
class RememberedName:
    """A name in files that stands for a unit."""

    id: int
    nama: str
    opd_id: int
    made_at: datetime
    made_by: int | None


def load_choices(session: Session, *, instansi_id: int) -> Choices:
    """Return the columns that were chosen, by the key of the headings."""
    rows = session.execute(
        select(ColumnChoice.headings, ColumnChoice.fields).where(*open_in(ColumnChoice, instansi_id))
    )
    return {row.headings: {field: (place[0], place[1]) for field, place in row.fields.items()} for row in rows}


def find_columns(session: Session, *, instansi_id: int, headings: str) -> RememberedColumns | None:
    """Return what is remembered for a row of headings."""
    statement = list_open(ColumnChoice, instansi_id).where(ColumnChoice.headings == headings)
    row = session.scalars(statement).one_or_none()
    return as_columns(row) if row else None


def list_columns(session: Session, *, instansi_id: int) -> list[RememberedColumns]:
    return list(map(as_columns, session.scalars(list_open(ColumnChoice, instansi_id))))


def as_columns(row: ColumnChoice) -> RememberedColumns:
    fields = {field: place[0].upper() for field, place in row.fields.items()}
    return RememberedColumns(row.id, fields, row.made_at, row.made_by)


def remember_columns(session: Session, act: Act, *, headings: str, fields: Mapping[str, Place]) -> None:
    """Remember the columns of a row of headings, in place of those chosen for it before."""
    values = {field: list(place) for field, place in fields.items()}
    known = session.scalars(list_open(ColumnChoice, act.instansi_id).where(ColumnChoice.headings == headings)).first()
    if known is not None and known.fields == values:
        return
    if known is not None:
        known.revoked_at, known.revoked_by = act.now, act.actor_id
        session.flush()
    chosen = ColumnChoice(
        instansi_id=act.instansi_id, headings=headings, fields=values, made_at=act.now, made_by=act.actor_id
    )
    session.add(chosen)
    session.flush()
    detail = {"fields": sorted(values)}
    record(
        session, act, action="roster.columns_chosen", object_kind="column_choice", object_id=chosen.id, detail=detail
    )


def load_aliases(session: Session, *, instansi_id: int) -> dict[str, int]:
    """Return `place_key` -> id of the unit that officers said is meant."""
    rows = session.execute(select(UnitAlias.place, UnitAlias.opd_id).where(*open_in(UnitAlias, instansi_id)))
    return {row.place: row.opd_id for row in rows}


def list_names(session: Session, *, instansi_id: int) -> list[RememberedName]:
    return [
        RememberedName(row.id, row.nama, row.opd_id, row.made_at, row.made_by)
        for row in session.scalars(list_open(UnitAlias, instansi_id))
    ]


def remember_names(session: Session, act: Act, aliases: Mapping[str, int], names: Mapping[str, str]) -> int:
    """Remember that places mean units, in place of what was said before. Returns how many are new.

    `names`: the place -> the name in the file. Places that were said to be new units are found by their name.
    """
    known = {row.place: row for row in session.scalars(list_open(UnitAlias, act.instansi_id))}
    wanted = {place: opd_id for place, opd_id in aliases.items() if opd_id > 0}
    new = {place: opd_id for place, opd_id in wanted.items() if place not in known or known[place].opd_id != opd_id}
    for place in new.keys() & known.keys():
        known[place].revoked_at, known[place].revoked_by = act.now, act.actor_id
    session.flush()
    for place, opd_id in new.items():
        nama = names.get(place, place)[:LONGEST_NAME]
        alias = UnitAlias(instansi_id=act.instansi_id, place=place, nama=nama, opd_id=opd_id, made_at=act.now)
        alias.made_by = act.actor_id
        session.add(alias)
        session.flush()
        detail = {"nama": nama, "opd": opd_id}
        record(session, act, action="roster.name_learned", object_kind="unit_alias", object_id=alias.id, detail=detail)
    return len(new)


def revoke_columns(session: Session, act: Act, choice_id: int) -> None:
    """Forget the columns of a row of headings; the next such file is asked about. Raises NotFound."""
    revoke(session, act, ColumnChoice, choice_id, "roster.columns_revoked", "column_choice")


def revoke_name(session: Session, act: Act, alias_id: int) -> None:
    """Forget that a name means a unit. Raises NotFound."""
    revoke(session, act, UnitAlias, alias_id, "roster.name_revoked", "unit_alias")


def revoke(
    session: Session, act: Act, table: type[ColumnChoice | UnitAlias], row_id: int, action: str, object_kind: str
) -> None:
    statement = update(table).where(table.id == row_id, *open_in(table, act.instansi_id))
    if change_rows(session, statement.values(revoked_at=act.now, revoked_by=act.actor_id)) != 1:
        raise NotFound(object_kind, row_id)
    record(session, act, action=action, object_kind=object_kind, object_id=row_id, detail={})


def list_open(table: type[Remembered], instansi_id: int | None) -> Select[Remembered]:
    return select(table).where(*open_in(table, instansi_id)).order_by(table.id)


def open_in(
    table: type[ColumnChoice | UnitAlias], instansi_id: int | None
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.instansi_id == instansi_id, table.revoked_at.is_(None)
