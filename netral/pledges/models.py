"""Tables of the ikrar: its published text, and the answers of people."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from netral.database.tables import Base

AGREED_ONLY = text("outcome = 'setuju'")


class PledgeVersion(Base):
    """The text of an ikrar as published; immutable (trigger)."""

    __tablename__ = "pledge_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60))
    versi: Mapped[int]
    judul: Mapped[str] = mapped_column(String(200))
    text_hash: Mapped[str] = mapped_column(String(64), unique=True)
    opening: Mapped[str]
    points: Mapped[list[Any]] = mapped_column(doc="exactly four sentences")
    closing: Mapped[str]
    source: Mapped[str] = mapped_column(default="")


class Signature(Base):
    """One answer to the ikrar: setuju (four points ticked), tanya-dulu or menolak. A later row supersedes."""

    __tablename__ = "signature"
    __table_args__ = (
        Index(
            "uq_signature_agreed", "enrolment_id", unique=True, sqlite_where=AGREED_ONLY, postgresql_where=AGREED_ONLY
        ),
        Index(None, "enrolment_id"),
        CheckConstraint("outcome IN ('setuju', 'tanya-dulu', 'menolak')", name="outcome"),
        CheckConstraint("outcome <> 'setuju' OR points_ticked = 4", name="four_points"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    pledge_version_id: Mapped[int] = mapped_column(ForeignKey("pledge_version.id"))
    outcome: Mapped[str] = mapped_column(String(12))
    points_ticked: Mapped[int]
    at: Mapped[datetime]
