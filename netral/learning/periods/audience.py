"""The part of an instansi that a period is for: units with all that is below them, and kinds of ASN."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from netral.errors import NetralError
from netral.learning.periods.models import Enrolment, Period
from netral.organisation.kinds import AsnKind
from netral.organisation.models import Asn, Opd

# The OPD in which a person counts: their own or, while they are seconded and an officer says so, the other one.
COUNTED_IN = func.coalesce(Asn.counted_opd_id, Asn.opd_id)


class UnitsUnknown(NetralError):
    """The instansi has no units of these kode; the argument lists them."""


@dataclass(frozen=True, slots=True)
class Audience:
    """The chosen units and kinds; none means all of them. Whoever joins the roster later belongs to it, too."""

    opd_ids: tuple[int, ...] = ()
    kinds: tuple[AsnKind, ...] = ()

    @property
    def everybody(self) -> bool:
        return not self.opd_ids and not self.kinds

    def dump(self) -> dict[str, Any]:
        return {"opd": list(self.opd_ids), "kinds": [kind.value for kind in self.kinds]}

    def condition(self, instansi_id: int) -> ColumnElement[bool]:
        """Return the condition on `Asn` that chooses its active people."""
        chosen = (Asn.instansi_id == instansi_id) & Asn.active.is_(True)
        if self.kinds:
            chosen &= Asn.jenis.in_([kind.value for kind in self.kinds])
        if self.opd_ids:
            top = aliased(Opd)
            inside = select(Opd.id).join(top, Opd.path.startswith(top.path))
            chosen &= COUNTED_IN.in_(inside.where(top.instansi_id == instansi_id, top.id.in_(self.opd_ids)))
        return chosen


EVERYBODY = Audience()


def load_audience(written: Mapping[str, Any]) -> Audience:
    return Audience(tuple(written.get("opd", ())), tuple(map(AsnKind, written.get("kinds", ()))))


def read_audience(session: Session, period_id: int) -> Audience:
    return load_audience(session.scalars(select(Period.audience).where(Period.id == period_id)).one())


def count_audience(session: Session, audience: Audience, *, instansi_id: int, outside: int | None = None) -> int:
    """Count the people; with `outside` only those who are not in that period yet."""
    chosen = audience.condition(instansi_id)
    if outside is not None:
        chosen &= ~exists().where(Enrolment.period_id == outside, Enrolment.asn_id == Asn.id)
    return session.scalar(select(func.count()).select_from(Asn).where(chosen)) or 0


def find_units(session: Session, *, instansi_id: int, kode: Sequence[str]) -> tuple[int, ...]:
    """Return the ids of the units of these kode, in the order of the tree. Raises UnitsUnknown."""
    rows = session.execute(
        select(Opd.id, Opd.kode).where(Opd.instansi_id == instansi_id, Opd.kode.in_(kode)).order_by(Opd.path)
    ).all()
    if missing := [each for each in dict.fromkeys(kode) if each not in {row.kode for row in rows}]:
        raise UnitsUnknown(", ".join(missing))
    return tuple(row.id for row in rows)


def name_units(session: Session, audience: Audience, *, instansi_id: int) -> tuple[tuple[str, str], ...]:
    """Return kode and name of each unit of the audience, in the order of the tree."""
    if not audience.opd_ids:
        return ()
    statement = select(Opd.kode, Opd.nama).where(Opd.instansi_id == instansi_id, Opd.id.in_(audience.opd_ids))
    return tuple((row.kode, row.nama) for row in session.execute(statement.order_by(Opd.nama, Opd.id)))


def list_choices(session: Session, *, instansi_id: int) -> tuple[tuple[str, str], ...]:
    """Return kode and name of the units to choose from: those at the top, or those below a single top."""
    units = session.execute(
        select(Opd.id, Opd.kode, Opd.nama, Opd.parent_id)
        .where(Opd.instansi_id == instansi_id)
        .order_by(Opd.nama, Opd.id)
    ).all()
    tops = [unit for unit in units if unit.parent_id is None]
    below = [unit for unit in units if len(tops) == 1 and unit.parent_id == tops[0].id]
    return tuple((unit.kode, unit.nama) for unit in below or tops)
