"""The accounts of the example: one officer of each role, and learners in each state."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.accounts.codes import set_password
from netral.accounts.models import User
from netral.accounts.users import get_user, grant_role
from netral.audit.events import Act
from netral.demo.roster import Planted
from netral.learning.periods.models import Enrolment
from netral.organisation.models import Asn, Opd
from netral.organisation.writing import change_people


class Status(StrEnum):
    BARU = "baru"
    SEDANG = "sedang"
    LULUS = "lulus"
    SELESAI = "selesai"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """An account that is shown. `nip` is the login name."""

    role: str
    nip: str
    password: str
    nama: str
    opd: str
    periode: str
    status: str


@dataclass(frozen=True, slots=True)
class Officer:
    role: Role
    opd: str
    nama: str


OFFICERS = (
    Officer(Role.BKPSDM, "bkpsdm", "Dewi Lestari, S.IP."),
    Officer(Role.OPERATOR_OPD, "dinkes", "Budi Hartono, S.K.M."),
    Officer(Role.OPERATOR_OPD, "disdik", "Citra Maharani, S.Pd."),
    Officer(Role.PENYUNTING, "bkpsdm", "Rahma Kusuma, S.Sos."),
    Officer(Role.INSPEKTORAT, "inspektorat", "Wahyu Nugroho, S.E."),
    Officer(Role.PIMPINAN, "setda", "Andini Maulana, M.Si."),
    Officer(Role.PENGELOLA, "diskominfo", "Eko Saputra, S.Kom."),
)
NEW_LEARNERS = {"dinkes": 5, "dinkes-hulu": 3, "disdik-smpn1": 3, "rsud": 3, "kec-tengah": 3, "dishub": 3}
SHOWN = {Status.SEDANG: 3, Status.LULUS: 3, Status.SELESAI: 3}


@dataclass(frozen=True, slots=True)
class Cast:
    """The ids of ASN that are set apart before anybody acts: officers in the order of OFFICERS, and idle learners."""

    officers: tuple[int, ...]
    learners: tuple[int, ...]

    @property
    def everybody(self) -> frozenset[int]:
        return frozenset({*self.officers, *self.learners})


def choose_cast(session: Session, planted: Planted, *, now: datetime) -> Cast:
    """Choose people with a NIP, each once; officers get their names."""
    with_nip = set(session.scalars(select(Asn.id).where(Asn.nip.is_not(None))))
    free = {opd: [asn_id for asn_id in people if asn_id in with_nip] for opd, people in planted.people.items()}
    officers = tuple(free[officer.opd].pop(0) for officer in OFFICERS)
    names = [(asn_id, {"nama": officer.nama}) for asn_id, officer in zip(officers, OFFICERS, strict=True)]
    change_people(session, names, now=now)
    learners = tuple(asn_id for opd, count in NEW_LEARNERS.items() for asn_id in free[opd][:count])
    return Cast(officers, learners)


def grant_roles(session: Session, cast: Cast, *, now: datetime) -> None:
    """Grant the roles of officers, whose accounts must exist."""
    for asn_id, officer in zip(cast.officers, OFFICERS, strict=True):
        asn = session.get_one(Asn, asn_id)
        act = Act(None, now, None if officer.role is Role.PENGELOLA else asn.instansi_id)
        grant_role(session, act, user=get_user(session, asn.nip or ""), role=officer.role, opd_id=asn.opd_id)


def make_accounts(
    session: Session, cast: Cast, *, period_id: int, kode: str, password: str, password_hash: str, now: datetime
) -> tuple[DemoAccount, ...]:
    """Give a password to each account that is shown and to everybody who has begun."""
    roles = dict(zip(cast.officers, (officer.role for officer in OFFICERS), strict=True))
    shown: list[tuple[int, Role, Status]] = [(asn_id, role, Status.BARU) for asn_id, role in roles.items()]
    shown += [(asn_id, Role.PESERTA, Status.BARU) for asn_id in cast.learners]
    for status, count in SHOWN.items():
        chosen = choose_learners(session, period_id, status, count, avoid=cast.everybody)
        shown += [(asn_id, Role.PESERTA, status) for asn_id in chosen]
    begun = select(Enrolment.asn_id).where(Enrolment.started_at.is_not(None))
    session.execute(update(User).where(User.asn_id.in_(begun)).values(password_hash=password_hash))
    accounts = []
    for asn_id, role, status in shown:
        user, opd = session.execute(
            select(User, Opd.nama)
            .join(Asn, Asn.id == User.asn_id)
            .join(Opd, Opd.id == Asn.opd_id)
            .where(Asn.id == asn_id)
        ).one()
        set_password(session, Act(user.id, now, user.instansi_id), password_hash, action="user.activated")
        accounts.append(
            DemoAccount(
                role=role.value,
                nip=user.login,
                password=password,
                nama=user.nama,
                opd=opd,
                periode=kode,
                status=status.value,
            )
        )
    return tuple(accounts)


def choose_learners(session: Session, period_id: int, status: Status, count: int, *, avoid: Iterable[int]) -> list[int]:
    enrolment = Enrolment
    conditions: dict[Status, tuple[ColumnElement[bool], ...]] = {
        Status.BARU: (enrolment.started_at.is_(None), enrolment.pledged_at.is_(None)),
        Status.SEDANG: (
            enrolment.started_at.is_not(None),
            enrolment.passed_at.is_(None),
            enrolment.pledged_at.is_(None),
        ),
        Status.LULUS: (enrolment.passed_at.is_not(None), enrolment.pledged_at.is_(None)),
        Status.SELESAI: (enrolment.completed_at.is_not(None),),
    }
    statement = select(enrolment.asn_id).where(
        enrolment.period_id == period_id, enrolment.standing == "wajib", *conditions[status]
    )
    statement = statement.where(enrolment.asn_id.not_in(list(avoid))).order_by(enrolment.asn_id)
    return list(session.scalars(statement.limit(count)))
