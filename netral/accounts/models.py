"""Tables of who may sign in and as what."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from netral.database import Base


class User(Base):
    """Who can sign in. `login` is its own column: the NIP for most, any name for officers who are not on the roster."""

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


class LoginSession(Base):
    """A sign-in that the server can end. The cookie holds a random token, this row its SHA-256."""

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]


class LoginFailure(Base):
    """A refused sign-in or code: who (hashed) from where (hashed) and when; old rows are removed as new ones come."""

    __tablename__ = "login_failure"
    __table_args__ = (Index(None, "pair_hash", "at"), Index(None, "address_hash", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_hash: Mapped[str] = mapped_column(String(64))
    address_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(index=True)
