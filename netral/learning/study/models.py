"""Tables of study: what was known before, pages reached, practice answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from netral.database.tables import Base


class Pretest(Base):
    """The pre-test of a person in a period, at most one; `mastered` names the modules that they may pass over.

    It is theirs alone: no state of the enrolment tells of it, and reports have sums.
    """

    __tablename__ = "pretest"

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), unique=True)
    seed: Mapped[int] = mapped_column(BigInteger)
    started_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    mastered: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True), doc="slugs of modules")


class PretestItem(Base):
    """A question of a pre-test, drawn from the bank as it starts, with the answer that was sent."""

    __tablename__ = "pretest_item"
    __table_args__ = (UniqueConstraint("pretest_id", "slot"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pretest_id: Mapped[int] = mapped_column(ForeignKey("pretest.id"))
    slot: Mapped[int]
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    option_order: Mapped[list[Any]]
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    sure: Mapped[bool] = mapped_column(default=False)


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
