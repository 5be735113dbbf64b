"""Officers by role: the list of those who hold one, naming and revoking them, and OPD that have no operator."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, case, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from netral.accounts.access import Reach, Role
from netral.accounts.directory import list_without_operator, shown_login
from netral.accounts.models import RoleGrant, SecondFactor, User
from netral.accounts.users import grant_all, grant_role, revoke_role
from netral.audit.events import Act
from netral.database.paging import Page, paginate
from netral.errors import NetralError, NotFound, NotPermitted
from netral.organisation.models import Asn, Instansi, Opd
from netral.organisation.numbers import last_digits
from netral.organisation.searching import finds

# The roles that BKPSDM gives alone. Those of oversight are proposed and confirmed: see `proposals`.
NAMED_ALONE = (Role.OPERATOR_OPD, Role.PENYUNTING, Role.PIMPINAN)
OVERSIGHT = (Role.INSPEKTORAT, Role.BKPSDM, Role.PENGELOLA)
OVERSEERS = (Role.INSPEKTORAT, Role.PENGELOLA)


class NamesOverseer(NetralError):
    """An inspector or pengelola is given no role by those they oversee; the argument is the name.

    A change of role ends a person's sessions and codes, which are not for BKPSDM alone to end.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerLine:
    """A role that somebody holds. `opd` only of an operator; `by` is empty when it was given on the command line.

    `works_in`: the unit of somebody who works outside their `opd`, such as an operator who has moved. `activated`: has
    a password. `in_service`: False for somebody who has left, whose role waits for a successor.
    """

    grant_id: int
    user_id: int
    nama: str
    nip_akhir: str
    role: Role
    opd: str | None
    works_in: str | None
    since: datetime
    by: str | None
    activated: bool
    has_factor: bool
    in_service: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody of the instansi who may be named. `unit` and `nip_akhir` are empty off the roster."""

    user_id: int
    nama: str
    nip_akhir: str
    unit: str
    activated: bool
    roles: tuple[Role, ...] = ()


def list_officers(
    session: Session,
    *,
    instansi_id: int | None,
    roles: Collection[Role],
    opd_kode: str = "",
    page: int = 1,
) -> Page[OfficerLine]:
    """List who holds these roles in an instansi (None: the installation), by role, OPD and name.

    `opd_kode`: only operators whose reach contains this OPD. Raises NotFound for an OPD that is not there.
    """
    statement = select_officers().where(
        RoleGrant.instansi_id.is_not_distinct_from(instansi_id), RoleGrant.role.in_([role.value for role in roles])
    )
    if opd_kode:
        path = find_path(session, instansi_id=instansi_id, kode=opd_kode)
        statement = statement.where(Opd.path.in_([path[: place + 1] for place, sign in enumerate(path) if sign == "/"]))
    order = (RoleGrant.role, Opd.nama, User.nama, RoleGrant.id)
    return paginate(session, statement.order_by(*order), number=page).map(as_officer)


def select_officers() -> Select[*tuple[Any, ...]]:
    giver, place = aliased(User), aliased(Opd)
    return (
        select(
            RoleGrant.id.label("grant_id"),
            User.id.label("user_id"),
            User.nama,
            Asn.nip,
            RoleGrant.role,
            Opd.nama.label("opd"),
            case((~place.path.startswith(Opd.path), place.nama)).label("works_in"),
            RoleGrant.granted_at.label("since"),
            giver.nama.label("by"),
            User.password_hash.is_not(None).label("activated"),
            SecondFactor.confirmed_at.is_not(None).label("has_factor"),
            func.coalesce(Asn.active, true()).label("in_service"),
        )
        .join(User, User.id == RoleGrant.user_id)
        .outerjoin(Asn, Asn.id == User.asn_id)
        .outerjoin(Opd, Opd.id == RoleGrant.opd_id)
        .outerjoin(place, place.id == Asn.opd_id)
        .outerjoin(giver, giver.id == RoleGrant.granted_by)
        .outerjoin(SecondFactor, SecondFactor.user_id == User.id)
        .where(RoleGrant.revoked_at.is_(None), User.active.is_(True))
    )


def as_officer(row: Row[*tuple[Any, ...]]) -> OfficerLine:
    values = row._asdict()
    nip = values.pop("nip")
    return OfficerLine(**values | {"role": Role(row.role), "nip_akhir": last_digits(nip)})


def find_path(session: Session, *, instansi_id: int | None, kode: str) -> str:
    path = session.scalar(select(Opd.path).where(Opd.instansi_id == instansi_id, Opd.kode == kode))
    if path is None:
        raise NotFound("opd", kode)
    return path


def find_officer(session: Session, *, grant_id: int, instansi_id: int | None, roles: Collection[Role]) -> OfficerLine:
    """Return a role that is held now. Raises NotFound, also for one of another instansi or beyond these roles."""
    statement = select_officers().where(
        RoleGrant.id == grant_id,
        RoleGrant.instansi_id.is_not_distinct_from(instansi_id),
        RoleGrant.role.in_([role.value for role in roles]),
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("role", grant_id)
    return as_officer(row)


def find_candidates(session: Session, *, instansi_id: int, words: str, page: int = 1) -> Page[Candidate]:
    """Find accounts of an instansi by NIP, name or login; without words nobody is found."""
    statement = select_candidates(instansi_id).where(finds(words, User.nama, shown_login()) if words else false())
    found = paginate(session, statement.order_by(User.nama, User.id), number=page).map(as_candidate)
    held = read_roles(session, [each.user_id for each in found.items])
    return found.map(lambda each: with_roles(each, held))


def find_candidate(session: Session, *, user_id: int, instansi_id: int) -> Candidate:
    """Return an active account of an instansi. Raises NotFound."""
    row = session.execute(select_candidates(instansi_id).where(User.id == user_id)).one_or_none()
    if row is None:
        raise NotFound("user", user_id)
    return with_roles(as_candidate(row), read_roles(session, [user_id]))


def select_candidates(instansi_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(User.id, User.nama, Asn.nip, Opd.nama.label("unit"), User.password_hash.is_not(None).label("activated"))
        .outerjoin(Asn, Asn.id == User.asn_id)
        .outerjoin(Opd, Opd.id == Asn.opd_id)
        .where(User.instansi_id == instansi_id, User.active.is_(True), or_(Asn.id.is_(None), Asn.active.is_(True)))
    )


def as_candidate(row: Row[*tuple[Any, ...]]) -> Candidate:
    return Candidate(
        user_id=row.id, nama=row.nama, nip_akhir=last_digits(row.nip), unit=row.unit or "", activated=row.activated
    )


def with_roles(candidate: Candidate, held: dict[int, tuple[Role, ...]]) -> Candidate:
    return Candidate(
        user_id=candidate.user_id,
        nama=candidate.nama,
        nip_akhir=candidate.nip_akhir,
        unit=candidate.unit,
        activated=candidate.activated,
        roles=held.get(candidate.user_id, ()),
    )


def read_roles(session: Session, user_ids: Sequence[int]) -> dict[int, tuple[Role, ...]]:
    """Return the roles beyond peserta that each of these users holds."""
    statement = select(RoleGrant.user_id, RoleGrant.role).where(
        RoleGrant.user_id.in_(user_ids), RoleGrant.revoked_at.is_(None)
    )
    held: dict[int, tuple[Role, ...]] = {}
    for user_id, role in session.execute(statement.order_by(RoleGrant.role, RoleGrant.id)):
        held[user_id] = tuple(dict.fromkeys((*held.get(user_id, ()), Role(role))))
    return held


def name_officer(session: Session, act: Act, *, user_id: int, role: Role, opd_kode: str = "") -> None:
    """Give somebody of the act's instansi a role that BKPSDM gives alone.

    Raises NotPermitted for another role, NotFound for a person or OPD that is not there, NamesOverseer, RoleNeedsOpd,
    GrantedAlready.
    """
    if role not in NAMED_ALONE:
        raise NotPermitted(role)
    find_candidate(session, user_id=user_id, instansi_id=act.chain)
    refuse_overseers(session, [user_id])
    opd_id = (
        find_opd_id(session, instansi_id=act.chain, kode=opd_kode) if role is Role.OPERATOR_OPD and opd_kode else None
    )
    grant_role(session, act, user=session.get_one(User, user_id), role=role, opd_id=opd_id)


def name_operators(session: Session, act: Act, *, pairs: Sequence[tuple[int, int]]) -> int:
    """Make people operators by pairs of user and OPD that were found in the instansi; return how many are new.

    Raises NamesOverseer, HolderGone.
    """
    refuse_overseers(session, [user_id for user_id, _ in pairs])
    return grant_all(session, act, role=Role.OPERATOR_OPD, pairs=pairs)


def refuse_overseers(session: Session, user_ids: Sequence[int]) -> None:
    overseers = find_overseers(session, user_ids)
    if overseers:
        raise NamesOverseer(session.get_one(User, min(overseers)).nama)


def find_overseers(session: Session, user_ids: Sequence[int]) -> set[int]:
    """Return those of these users who oversee the ones who name officers alone."""
    held = RoleGrant.user_id.in_(user_ids) & RoleGrant.role.in_([role.value for role in OVERSEERS])
    return set(session.scalars(select(RoleGrant.user_id).where(held, RoleGrant.revoked_at.is_(None))))


def find_opd_id(session: Session, *, instansi_id: int, kode: str) -> int:
    opd_id = session.scalar(select(Opd.id).where(Opd.instansi_id == instansi_id, Opd.kode == kode))
    if opd_id is None:
        raise NotFound("opd", kode)
    return opd_id


def revoke_officer(session: Session, act: Act, *, grant_id: int, roles: Collection[Role]) -> OfficerLine:
    """Revoke one of these roles in the instansi of the act. Raises NotFound or LastOfficer."""
    officer = find_officer(session, grant_id=grant_id, instansi_id=act.instansi_id, roles=roles)
    grant = session.get_one(RoleGrant, grant_id)
    user = session.get_one(User, officer.user_id)
    revoke_role(session, act, user=user, role=officer.role, opd_id=grant.opd_id)
    return officer


@dataclass(frozen=True, slots=True)
class LonelyUnit:
    kode: str
    nama: str


def list_opd_without_operator(session: Session, *, instansi_id: int) -> tuple[LonelyUnit, ...]:
    """List the OPD, the roots of the tree, that no operator reaches, by name."""
    statement = select(Opd.kode, Opd.nama).where(
        Opd.parent_id.is_(None), Opd.id.in_(list_without_operator(session, reaches=[Reach(instansi_id)]))
    )
    return tuple(LonelyUnit(*row) for row in session.execute(statement.order_by(Opd.nama, Opd.id)))


@dataclass(frozen=True, slots=True)
class Place:
    """An instansi in a list to choose from."""

    id: int
    kode: str
    nama: str


def list_places(session: Session) -> tuple[Place, ...]:
    statement = select(Instansi.id, Instansi.kode, Instansi.nama).order_by(Instansi.nama, Instansi.id)
    return tuple(Place(*row) for row in session.execute(statement))


def find_place_of(session: Session, *, grant_id: int) -> int | None:
    """Return the instansi of a role that is held now, none for one of the installation. Raises NotFound."""
    held = session.get(RoleGrant, grant_id)
    if held is None or held.revoked_at is not None:
        raise NotFound("role", grant_id)
    return held.instansi_id
