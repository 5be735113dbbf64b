"""Tables of reading: pages reached and practice answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from netral.database.tables import Base


class PageReached(Base):
    __tablename__ = "page_reached"
    __table_args__ = (UniqueConstraint("enrolment_id", "module_slug", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    module_slug: Mapped[str] = mapped_column(String(60))
    number: Mapped[int] = mapped_column(doc="negative for a page that the edition of the period no longer has")
    reached_at: Mapped[datetime]
    read_again_at: Mapped[datetime | None] = mapped_column(doc="the last time that the person said so")


class PracticeAnswer(Base):
    """The last answer to a practice question; shown to its owner, reported to nobody."""

    __tablename__ = "practice_answer"
    __table_args__ = (UniqueConstraint("enrolment_id", "question_version_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    answer: Mapped[dict[str, Any]]
    answered_at: Mapped[datetime]
