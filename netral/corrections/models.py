"""Tables of corrections that people ask for, and of every step they take."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from netral.database.tables import Base

OPEN_ONLY = text("state IN ('diajukan', 'diperiksa')")


class Correction(Base):
    """A correction of one field of one person, open at most once; its state is that of its last step."""

    __tablename__ = "correction"
    __table_args__ = (
        Index(
            "uq_correction_open",
            "asn_id",
            "field",
            unique=True,
            sqlite_where=OPEN_ONLY,
            postgresql_where=OPEN_ONLY,
        ),
        Index(None, "instansi_id", "state"),
        CheckConstraint("state IN ('diajukan', 'diperiksa', 'diterima', 'ditolak', 'ditarik')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    asn_id: Mapped[int] = mapped_column(ForeignKey("asn.id"))
    field: Mapped[str] = mapped_column(String(10), doc="nama, nip, opd, jabatan")
    proposed: Mapped[str] = mapped_column(String(200), doc="what is said to be right; a NIP is forgotten at the end")
    note: Mapped[str] = mapped_column(String(500), doc="how it can be shown")
    state: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[datetime]


class CorrectionStep(Base):
    """One step of a correction and who took it. Each kind of step is taken once."""

    __tablename__ = "correction_step"
    __table_args__ = (UniqueConstraint("correction_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    correction_id: Mapped[int] = mapped_column(ForeignKey("correction.id"))
    kind: Mapped[str] = mapped_column(String(10), doc="diajukan, didukung, diragukan, diterima, ditolak, ditarik")
    at: Mapped[datetime]
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(String(500), default="")
