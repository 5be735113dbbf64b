"""Roles and permissions as data, and how far a permission reaches."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from netral.audit.events import Act
from netral.errors import NotPermitted


class Role(StrEnum):
    PESERTA = "peserta"
    OPERATOR_OPD = "operator_opd"
    BKPSDM = "bkpsdm"
    PENYUNTING = "penyunting"
    INSPEKTORAT = "inspektorat"
    PIMPINAN = "pimpinan"
    PENGELOLA = "pengelola"


class Permission(StrEnum):
    LEARN = "learn"
    VIEW_COMPLETION = "view_completion"
    VIEW_PEOPLE = "view_people"
    VIEW_SCORES = "view_scores"
    VIEW_SAMPLE = "view_sample"
    VIEW_REGISTER = "view_register"
    VIEW_SUMMARY = "view_summary"
    VIEW_AUDIT = "view_audit"
    VIEW_CONTENT = "view_content"
    VIEW_INSTALLATION = "view_installation"
    VIEW_JOBS = "view_jobs"
    ISSUE_CODES = "issue_codes"
    MANAGE_ROSTER = "manage_roster"
    MANAGE_PERIODS = "manage_periods"
    MANAGE_CERTIFICATES = "manage_certificates"
    MANAGE_INSTANSI = "manage_instansi"
    CHECK_CORRECTIONS = "check_corrections"
    DECIDE_CORRECTIONS = "decide_corrections"
    MANAGE_CIRCULARS = "manage_circulars"
    RECORD_SIGNINGS = "record_signings"
    PUBLISH_CONTENT = "publish_content"
    CALL_MEETINGS = "call_meetings"
    NOTE_ATTENDANCE = "note_attendance"
    MANAGE_OFFICERS = "manage_officers"
    MANAGE_OVERSIGHT = "manage_oversight"
    DECIDE_PROPOSALS = "decide_proposals"


P = Permission
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.PESERTA: frozenset({P.LEARN}),
    Role.OPERATOR_OPD: frozenset(
        {
            P.VIEW_COMPLETION,
            P.VIEW_PEOPLE,
            P.ISSUE_CODES,
            P.CHECK_CORRECTIONS,
            P.NOTE_ATTENDANCE,
            P.RECORD_SIGNINGS,
        }
    ),
    Role.BKPSDM: frozenset(
        {
            P.VIEW_COMPLETION,
            P.VIEW_PEOPLE,
            P.VIEW_SCORES,
            P.VIEW_REGISTER,
            P.VIEW_SUMMARY,
            P.VIEW_AUDIT,
            P.VIEW_JOBS,
            P.ISSUE_CODES,
            P.MANAGE_ROSTER,
            P.MANAGE_PERIODS,
            P.MANAGE_CERTIFICATES,
            P.MANAGE_INSTANSI,
            P.CHECK_CORRECTIONS,
            P.DECIDE_CORRECTIONS,
            P.CALL_MEETINGS,
            P.NOTE_ATTENDANCE,
            P.MANAGE_OFFICERS,
            P.DECIDE_PROPOSALS,
            P.MANAGE_CIRCULARS,
            P.RECORD_SIGNINGS,
        }
    ),
    Role.PENYUNTING: frozenset({P.VIEW_CONTENT, P.PUBLISH_CONTENT}),
    Role.INSPEKTORAT: frozenset(
        {P.VIEW_COMPLETION, P.VIEW_SAMPLE, P.VIEW_REGISTER, P.VIEW_SUMMARY, P.VIEW_AUDIT, P.DECIDE_PROPOSALS}
    ),
    Role.PIMPINAN: frozenset({P.VIEW_COMPLETION, P.VIEW_SUMMARY}),
    Role.PENGELOLA: frozenset({P.VIEW_INSTALLATION, P.VIEW_JOBS, P.VIEW_AUDIT, P.MANAGE_OVERSIGHT, P.DECIDE_PROPOSALS}),
}

# Only these are scoped to a subtree of OPD; the others always see their whole instansi.
SUBTREE_ROLES = frozenset({Role.OPERATOR_OPD})

# People who can change or oversee the record of a whole instansi sign in with more than a password.
FACTOR_ROLES = frozenset({Role.BKPSDM, Role.INSPEKTORAT, Role.PENGELOLA})
CONFIRMED_FOR = timedelta(minutes=10)


class Awaited(StrEnum):
    """A step after the password without which nothing can be read."""

    CODE = "code"
    ENROLMENT = "enrolment"


@dataclass(frozen=True, slots=True)
class Proof:
    """How a person has proved their identity in this session.

    `has_factor`: the person has a second factor; `factor_at`: when it was shown; `confirmed_at`: when the password (and
    the code, where there is a factor) was given last.
    """

    has_factor: bool = False
    factor_at: datetime | None = None
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """The bounds of a query. `instansi_id` 0 is the installation; without `opd_path` they are the whole tree."""

    instansi_id: int
    opd_path: str | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    role: Role
    reach: Reach


def find_reaches(grants: Iterable[Grant], permission: Permission) -> tuple[Reach, ...]:
    """Return every reach that these roles give a permission, the widest first."""
    found = {grant.reach for grant in grants if permission in GRANTS[grant.role]}
    return tuple(sorted(found, key=lambda reach: (reach.opd_path is not None, reach.opd_path or "", reach.instansi_id)))


@dataclass(frozen=True, slots=True)
class Actor:
    """A person who is signed in, with all their roles as of this request. `instansi` and `zona` (IANA) may be empty."""

    user_id: int
    nama: str
    instansi_id: int | None
    instansi: str
    zona: str
    asn_id: int | None
    grants: tuple[Grant, ...]
    proof: Proof = field(default_factory=Proof)

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def must_have_factor(self) -> bool:
        return bool(self.roles & FACTOR_ROLES)

    def awaits(self, *, obligatory: bool) -> Awaited | None:
        """Return the step that is owed after the password. `obligatory`: roles that need a factor must have one."""
        if self.proof.has_factor:
            return None if self.proof.factor_at else Awaited.CODE
        return Awaited.ENROLMENT if obligatory and self.must_have_factor else None

    def is_confirmed(self, now: datetime) -> bool:
        """Return whether the password was given within ten minutes; after that, grave actions ask for it again."""
        return self.proof.confirmed_at is not None and now < self.proof.confirmed_at + CONFIRMED_FOR

    def act(self, now: datetime) -> Act:
        """Return the part that all audit events of this person's request share."""
        return Act(self.user_id, now, self.instansi_id)

    def may(self, permission: Permission) -> bool:
        return any(permission in GRANTS[role] for role in self.roles)

    def reaches(self, permission: Permission) -> tuple[Reach, ...]:
        """Return everything that the permission reaches, the widest first."""
        return find_reaches(self.grants, permission)

    def reach(self, permission: Permission) -> Reach:
        """Return the widest reach of a permission; raises NotPermitted."""
        reaches = self.reaches(permission)
        if not reaches:
            raise NotPermitted(permission)
        return reaches[0]
