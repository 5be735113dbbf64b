"""Tables of accounts: users, roles, codes, sessions, second factors."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from netral.database.tables import Base


class User(Base):
    """An account. `login` is a column of its own: mostly the NIP, any name for officers who are not on the roster."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    nama: Mapped[str] = mapped_column(String(200))
    instansi_id: Mapped[int | None] = mapped_column(ForeignKey("instansi.id"), doc="none: of the installation only")
    asn_id: Mapped[int | None] = mapped_column(
        ForeignKey("asn.id"), unique=True, doc="every user with one is a peserta"
    )
    password_hash: Mapped[str | None] = mapped_column(String(200), doc="argon2id; none until the account is activated")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


CURRENT = text("revoked_at IS NULL")


class RoleGrant(Base):
    """A role beyond peserta, within an instansi (none: the installation) or a subtree of OPD."""

    __tablename__ = "role_grant"
    __table_args__ = (
        Index(
            "uq_role_grant_current",
            "user_id",
            "role",
            "scope",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    role: Mapped[str] = mapped_column(String(20))
    instansi_id: Mapped[int | None] = mapped_column(ForeignKey("instansi.id"))
    opd_id: Mapped[int | None] = mapped_column(ForeignKey("opd.id"))
    scope: Mapped[str] = mapped_column(
        String(40), doc="instansi_id/opd_id with 0 for none: what the unique index needs"
    )
    granted_at: Mapped[datetime]
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    revoked_at: Mapped[datetime | None]


class OneTimeCode(Base):
    """A code that lets its owner set a password once, within 72 hours. Only its SHA-256 is kept."""

    __tablename__ = "one_time_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(12), doc="aktivasi, atur-ulang")
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    proposal_id: Mapped[int | None] = mapped_column(
        ForeignKey("proposal.id"), doc="the proposal of two officers that it was made by; none: its maker alone"
    )
    place: Mapped[str | None] = mapped_column(
        String(32), doc="keyed hash of the network it was made from; emptied after 90 days"
    )


OPEN_ONLY = text("state = 'open'")


class Proposal(Base):
    """Something that lets a person act as an officer of oversight, proposed by one officer and confirmed by another."""

    __tablename__ = "proposal"
    __table_args__ = (
        Index(
            "uq_proposal_open",
            "target_id",
            "kind",
            "role",
            unique=True,
            sqlite_where=OPEN_ONLY,
            postgresql_where=OPEN_ONLY,
        ),
        Index(None, "instansi_id", "state"),
        CheckConstraint("kind IN ('peran', 'kode', 'autentikator')", name="kind"),
        CheckConstraint("state IN ('open', 'confirmed', 'declined', 'withdrawn', 'void', 'expired')", name="state"),
        CheckConstraint("decided_by <> proposed_by OR state = 'withdrawn'", name="two_persons"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int | None] = mapped_column(ForeignKey("instansi.id"), doc="none: of the installation")
    kind: Mapped[str] = mapped_column(String(12), doc="peran (a role), kode (a code), autentikator (its removal)")
    target_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    role: Mapped[str] = mapped_column(String(20), doc="the role to be given; empty for the other kinds")
    reason: Mapped[str] = mapped_column(String(300))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), doc="none: nobody did")
    decided_at: Mapped[datetime | None]


class CompletionTrace(Base):
    """Where a person finished a step, compared with where their code was made; deleted after 90 days.

    Only the answers to three questions are kept, no address and no mark of a browser.
    """

    __tablename__ = "completion_trace"

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    step: Mapped[str] = mapped_column(String(8), doc="ujian (passed), ikrar (signed)")
    at: Mapped[datetime] = mapped_column(index=True)
    maker_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id"), doc="who made the code that the person used last; none: the command line"
    )
    maker_browser: Mapped[bool] = mapped_column(doc="the maker had signed in in this browser")
    maker_place: Mapped[bool] = mapped_column(doc="the network is the one where the code was made")
    others: Mapped[int] = mapped_column(doc="other people who finished in this browser within 24 hours")


class LoginSession(Base):
    """A sign-in that the server can end. The cookie holds a random token, this row its SHA-256."""

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(String(60), default="", server_default="", doc="in words: Chrome di Android")
    factor_at: Mapped[datetime | None] = mapped_column(doc="when the second factor was shown; none: the password alone")
    confirmed_at: Mapped[datetime | None] = mapped_column(doc="when the person last proved to be the same person")


class KeptForm(Base):
    """A form that arrived after its session had ended, sealed (`sealing`) and kept for 30 minutes: see `kept_forms`."""

    __tablename__ = "kept_form"

    session_hash: Mapped[str] = mapped_column(
        String(64), primary_key=True, doc="of the session in the browser that sent it, as in `login_session`"
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    kept_at: Mapped[datetime] = mapped_column(index=True)
    sealed: Mapped[bytes]


class SecondFactor(Base):
    """The secret that a person shares with an authenticator application (RFC 6238), sealed: see `sealing`."""

    __tablename__ = "second_factor"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, autoincrement=False)
    proposed: Mapped[bytes | None] = mapped_column(doc="shown to its owner, who has not yet given a code from it")
    sealed: Mapped[bytes | None] = mapped_column(doc="the secret that counts")
    confirmed_at: Mapped[datetime | None] = mapped_column(doc="since when `sealed` counts")
    last_step: Mapped[int | None] = mapped_column(doc="of 30 seconds since 1970, the last one that a code was used of")


class RecoveryCode(Base):
    """One of ten codes that each replace a lost telephone once. Only its SHA-256 is kept."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LoginFailure(Base):
    """A refused sign-in or code: login and source (both hashed) and the time; old rows are removed as new ones come."""

    __tablename__ = "login_failure"
    __table_args__ = (Index(None, "pair_hash", "at"), Index(None, "address_hash", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_hash: Mapped[str] = mapped_column(String(64))
    address_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(index=True)
    slip_hash: Mapped[str | None] = mapped_column(
        String(64), index=True, doc="the browser that typed a login which nobody has: forgiven when it gets in"
    )
