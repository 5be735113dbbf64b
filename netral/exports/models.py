"""Tables of what was handed over to SIASN."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from netral.database.tables import Base


class SiasnPart(Base):
    """A part of at most 500 certificates of a period. An officer marks it as sent, once."""

    __tablename__ = "siasn_part"
    __table_args__ = (UniqueConstraint("period_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    number: Mapped[int] = mapped_column(doc="1, 2, ... within the period")
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class SiasnExport(Base):
    """A certificate in its part. Append-only, and a certificate stands in one part only, so nothing is sent twice."""

    __tablename__ = "siasn_export"

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    part_id: Mapped[int] = mapped_column(ForeignKey("siasn_part.id"), index=True)


class SiasnCorrection(Base):
    """A withdrawn certificate of a part that an officer has put right in SIASN. Append-only."""

    __tablename__ = "siasn_correction"

    certificate_id: Mapped[int] = mapped_column(ForeignKey("siasn_export.certificate_id"), primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    done_at: Mapped[datetime]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
