"""Tables of sosialisasi: the meeting, the units invited, who was there, and polls by raised hands."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from netral.database.tables import Base


class Sosialisasi(Base):
    """A meeting, or an apel: when, where, who speaks. It is called off, never deleted."""

    __tablename__ = "sosialisasi"
    __table_args__ = (
        Index(None, "instansi_id", "starts_at"),
        CheckConstraint("starts_at < ends_at", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    judul: Mapped[str] = mapped_column(String(200))
    tempat: Mapped[str] = mapped_column(String(200))
    pembicara: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    period_id: Mapped[int | None] = mapped_column(
        ForeignKey("period.id"), doc="whose exams stand beside the attendance"
    )
    secret: Mapped[str] = mapped_column(String(32), doc="base32, from which the codes on the screen are computed")
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(String(500), default="")


class Invitation(Base):
    """A unit that is invited with everything below it."""

    __tablename__ = "invitation"

    sosialisasi_id: Mapped[int] = mapped_column(ForeignKey("sosialisasi.id"), primary_key=True)
    opd_id: Mapped[int] = mapped_column(ForeignKey("opd.id"), primary_key=True, index=True)


class Attendance(Base):
    """A person who was there. A mistaken row is struck, never deleted, and counts again once they are noted again."""

    __tablename__ = "attendance"
    __table_args__ = (
        UniqueConstraint("sosialisasi_id", "asn_id"),
        Index(None, "asn_id"),
        CheckConstraint("method IN ('kode', 'absen')", name="method"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    sosialisasi_id: Mapped[int] = mapped_column(ForeignKey("sosialisasi.id"))
    asn_id: Mapped[int] = mapped_column(ForeignKey("asn.id"))
    opd_id: Mapped[int] = mapped_column(ForeignKey("opd.id"), doc="where they belonged then")
    method: Mapped[str] = mapped_column(String(8), doc="kode: typed the code on the screen; absen: called by name")
    at: Mapped[datetime]
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), doc="the officer of a roll call")
    struck_at: Mapped[datetime | None]


class HandPoll(Base):
    """Raised hands on one case of a practice question; counts only, of nobody in particular."""

    __tablename__ = "hand_poll"
    __table_args__ = (
        Index(None, "sosialisasi_id"),
        CheckConstraint("boleh >= 0 AND tidak >= 0 AND tergantung >= 0", name="hands"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    sosialisasi_id: Mapped[int] = mapped_column(ForeignKey("sosialisasi.id"))
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    situation: Mapped[int] = mapped_column(doc="1, 2, ... within the question; 1 where it has only one")
    boleh: Mapped[int]
    tidak: Mapped[int]
    tergantung: Mapped[int]
    at: Mapped[datetime]
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
