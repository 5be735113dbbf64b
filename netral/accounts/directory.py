"""People and units as lists for officers, never wider than the officer's own reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import Session

from netral.accounts.access import SUBTREE_ROLES, Reach, Role
from netral.accounts.models import RoleGrant, SecondFactor, User
from netral.accounts.two_persons import is_guarded
from netral.database.paging import Page, paginate
from netral.errors import NetralError, NotFound
from netral.organisation.models import Asn, Opd
from netral.organisation.numbers import last_digits
from netral.organisation.searching import finds

MOST_CODES = 5000


class Among(StrEnum):
    """The people that a list is about."""

    ALL = ""
    NOT_ACTIVATED = "belum-aktif"
    WITHOUT_OPERATOR = "tanpa-operator"
    OFFICERS = "petugas"


class OfficerBeyondReach(NetralError):
    """A code for this person would open a role that reaches further than the officer's; the argument is the name."""


class TwoPersonsNeeded(NetralError):
    """Nobody makes a code for an officer of oversight alone; the argument is the name."""


class TooManyCodes(NetralError):
    """More than 5,000 codes in one sheet; the argument is how many it would be."""


class NobodyToInvite(NetralError):
    """Everybody there has a password, or their codes may only be made by an officer with a wider reach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """One row of the list. `activated`: has a password. `beyond`: only an officer with a wider reach may make a code.

    `has_factor`: signs in with a code from an authenticator application as well. `guarded`: a code needs two officers.
    """

    asn_id: int
    user_id: int | None
    nama: str
    opd: str
    jenis: str
    nip_akhir: str
    activated: bool
    beyond: bool
    has_factor: bool
    guarded: bool


@dataclass(frozen=True, slots=True)
class UnitLine:
    """An OPD in a list. `depth` counts from the root of the tree, which is 0."""

    kode: str
    nama: str
    path: str

    @property
    def depth(self) -> int:
        return self.path.count("/") - 1


@dataclass(frozen=True, slots=True)
class Invited:
    """A person who gets a code, with the details printed beside it; of the NIP only the last digits.

    `activated`: has a password. `officer`: holds a role beyond peserta.
    """

    user_id: int
    login: str
    nama: str
    nip: str | None
    unit: str
    activated: bool
    officer: bool

    @property
    def nip_akhir(self) -> str:
        return last_digits(self.nip)


def covers(reaches: Sequence[Reach]) -> ColumnElement[bool]:
    """Return a condition: the row of Opd lies within any of these reaches."""
    return or_(false(), *(cover(reach) for reach in reaches))


def cover(reach: Reach) -> ColumnElement[bool]:
    whole = Opd.instansi_id == reach.instansi_id
    return whole if reach.opd_path is None else and_(whole, Opd.path.startswith(reach.opd_path, autoescape=True))


def reaches_beyond(reaches: Sequence[Reach]) -> ColumnElement[bool]:
    """Return a condition: the user holds a role, which a code would hand over, that none of these reaches contains."""
    held = or_(false(), *(contains(reach) for reach in reaches))
    grants = (
        select(RoleGrant.id)
        .outerjoin(Opd, Opd.id == RoleGrant.opd_id)
        .where(RoleGrant.user_id == User.id, RoleGrant.revoked_at.is_(None), ~func.coalesce(held, false()))
    )
    return grants.correlate(User).exists()


def contains(reach: Reach) -> ColumnElement[bool]:
    same = RoleGrant.instansi_id == reach.instansi_id
    if reach.opd_path is None:
        return same
    below = Opd.path.startswith(reach.opd_path, autoescape=True)
    return and_(same, RoleGrant.role.in_([role.value for role in SUBTREE_ROLES]), below)


def list_units(session: Session, *, reaches: Sequence[Reach]) -> tuple[UnitLine, ...]:
    """List every OPD within reach; each unit follows its parent, siblings are sorted by name."""
    rows = session.execute(select(Opd.kode, Opd.nama, Opd.path).where(covers(reaches)))
    lines = [UnitLine(*row) for row in rows]
    names = {line.path: line.nama for line in lines}
    return tuple(sorted(lines, key=lambda line: [(names.get(each, ""), each) for each in prefixes(line.path)]))


def list_tops(units: Sequence[UnitLine]) -> list[UnitLine]:
    """Return the perangkat daerah: the roots of the tree, and those below a single root."""
    roots = [unit for unit in units if unit.depth == 0]
    return [unit for unit in units if unit.depth == 1] if len(roots) == 1 else roots


def prefixes(path: str) -> list[str]:
    """Return the paths of a unit and of all above it: `7/31/` gives `7/`, `7/31/`."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[:length]) + "/" for length in range(1, len(parts) + 1)]


def list_people(
    session: Session,
    *,
    reaches: Sequence[Reach],
    words: str = "",
    opd_kode: str | None = None,
    among: Among = Among.ALL,
    role: Role | None = None,
    page: int = 1,
) -> Page[PersonLine]:
    """List active people by name; `words` are searched as `finds` does, also in logins that are no NIP.

    `among` narrows the list, and so does `role` to those who hold it. Raises NotFound for an OPD out of reach.
    """
    statement = (
        select(Asn.id)
        .join(Opd, Opd.id == Asn.opd_id)
        .outerjoin(User, User.asn_id == Asn.id)
        .where(Asn.active.is_(True), covers(narrow(session, reaches, opd_kode)), finds(words, shown_login()))
    )
    if among is Among.NOT_ACTIVATED:
        statement = statement.where(User.password_hash.is_(None))
    if among is Among.WITHOUT_OPERATOR:
        statement = statement.where(Asn.opd_id.in_(list_without_operator(session, reaches=reaches)))
    if among is Among.OFFICERS or role:
        held = select(RoleGrant.user_id).where(RoleGrant.revoked_at.is_(None))
        statement = statement.where(User.id.in_(held.where(RoleGrant.role == role.value) if role else held))
    chosen = paginate(session, statement.order_by(Asn.nama, Asn.id), number=page)
    lines = select_lines(reaches).where(Asn.id.in_([row.id for row in chosen.items]))
    return chosen.holding(map(as_line, session.execute(lines.order_by(Asn.nama, Asn.id))))


def shown_login() -> ColumnElement[Any]:
    """Return the login where it is no NIP; a NIP is searched by its digits."""
    return case((User.login.is_distinct_from(Asn.nip), User.login))


def list_without_operator(session: Session, *, reaches: Sequence[Reach]) -> list[int]:
    """List the units within reach that no operator reaches.

    The paths are compared here: PostgreSQL would compare every unit with every operator, and that for each person.
    """
    held = (
        select(Opd.path)
        .join(RoleGrant, RoleGrant.opd_id == Opd.id)
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.role == Role.OPERATOR_OPD.value, RoleGrant.revoked_at.is_(None), User.active.is_(True))
    )
    covered = set(session.scalars(held))
    units = session.execute(select(Opd.id, Opd.path).where(covers(reaches)))
    return [unit.id for unit in units if covered.isdisjoint(prefixes(unit.path))]


def select_lines(reaches: Sequence[Reach]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Asn.id,
            User.id.label("user_id"),
            Asn.nama,
            Opd.nama.label("opd"),
            Asn.jenis,
            Asn.nip,
            User.password_hash.is_not(None).label("activated"),
            reaches_beyond(reaches).label("beyond"),
            SecondFactor.confirmed_at.is_not(None).label("has_factor"),
            is_guarded().label("guarded"),
        )
        .join(Opd, Opd.id == Asn.opd_id)
        .outerjoin(User, User.asn_id == Asn.id)
        .outerjoin(SecondFactor, SecondFactor.user_id == User.id)
    )


def as_line(row: Row[*tuple[Any, ...]]) -> PersonLine:
    return PersonLine(
        asn_id=row.id,
        user_id=row.user_id,
        nama=row.nama,
        opd=row.opd,
        jenis=row.jenis,
        nip_akhir=last_digits(row.nip),
        activated=row.activated,
        beyond=row.beyond,
        has_factor=row.has_factor,
        guarded=row.guarded,
    )


def narrow(session: Session, reaches: Sequence[Reach], opd_kode: str | None) -> Sequence[Reach]:
    """Return the reaches themselves, or the subtree of one OPD within them; raises NotFound."""
    return narrow_to(session, reaches, opd_kode) if opd_kode else reaches


def narrow_to(session: Session, reaches: Sequence[Reach], opd_kode: str) -> tuple[Reach]:
    statement = select(Opd.instansi_id, Opd.path).where(Opd.kode == opd_kode, covers(reaches))
    row = session.execute(statement.order_by(Opd.id).limit(1)).one_or_none()
    if row is None:
        raise NotFound("opd", opd_kode)
    return (Reach(row.instansi_id, row.path),)


def choose_invited(session: Session, *, reaches: Sequence[Reach], opd_kode: str) -> tuple[Invited, ...]:
    """Return everybody in an OPD and below who has no password, by unit and name.

    Officers beyond reach are left out, and officers of oversight, whose codes need two persons.

    Raises NotFound, NobodyToInvite or TooManyCodes.
    """
    statement = select_invited().where(
        Asn.active.is_(True),
        User.password_hash.is_(None),
        covers(narrow_to(session, reaches, opd_kode)),
        ~reaches_beyond(reaches),
        ~is_guarded(),
    )
    rows = session.execute(statement.order_by(Opd.nama, Opd.id, Asn.nama, Asn.id)).all()
    if not rows:
        raise NobodyToInvite
    if len(rows) > MOST_CODES:
        raise TooManyCodes(len(rows))
    return tuple(map(as_invited, rows))


def get_invited(session: Session, *, reaches: Sequence[Reach], asn_id: int) -> Invited:
    """Return one person, with a password or without. Raises NotFound, OfficerBeyondReach or TwoPersonsNeeded.

    People who have left are among them: they still sign in to fetch their certificates.
    """
    statement = select_invited().add_columns(reaches_beyond(reaches).label("beyond"), is_guarded().label("guarded"))
    row = session.execute(statement.where(Asn.id == asn_id, covers(reaches))).one_or_none()
    if row is None:
        raise NotFound("asn", asn_id)
    if row.beyond:
        raise OfficerBeyondReach(row.nama)
    if row.guarded:
        raise TwoPersonsNeeded(row.nama)
    return as_invited(row)


def as_invited(row: Row[*tuple[Any, ...]]) -> Invited:
    return Invited(row.id, row.login, row.nama, row.nip, row.unit, row.activated, row.officer)


def select_invited() -> Select[*tuple[Any, ...]]:
    held = select(RoleGrant.id).where(RoleGrant.user_id == User.id, RoleGrant.revoked_at.is_(None))
    return (
        select(
            User.id,
            User.login,
            User.nama,
            Asn.nip,
            Opd.nama.label("unit"),
            User.password_hash.is_not(None).label("activated"),
            held.correlate(User).exists().label("officer"),
        )
        .join(Asn, Asn.id == User.asn_id)
        .join(Opd, Opd.id == Asn.opd_id)
        .where(User.active.is_(True))
    )
