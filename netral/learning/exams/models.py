"""Tables of the exam: attempts, the questions of their papers, and the answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from netral.database.tables import Base

OPEN_ONLY = text("state = 'open'")


class Attempt(Base):
    """One sitting of the exam. Points are an exact fraction of `item_count`; closing and grading are one step."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "number"),
        Index("uq_attempt_open", "enrolment_id", unique=True, sqlite_where=OPEN_ONLY, postgresql_where=OPEN_ONLY),
        Index(None, "period_id", "number"),
        Index("ix_attempt_deadline_open", "deadline_at", sqlite_where=OPEN_ONLY, postgresql_where=OPEN_ONLY),
        CheckConstraint("state IN ('open', 'submitted', 'expired')", name="state"),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_at"),
        CheckConstraint("(state = 'open') = (passed IS NULL)", name="graded"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    number: Mapped[int] = mapped_column(doc="1, 2, ... within the period")
    state: Mapped[str] = mapped_column(String(10))
    seed: Mapped[int] = mapped_column(BigInteger)
    by_place: Mapped[bool] = mapped_column(
        doc="forms send places of display and situations are drawn; else ids of the source, in its order"
    )
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime] = mapped_column(doc="the time limit with extra time, or the closing of the period")
    closed_at: Mapped[datetime | None] = mapped_column(doc="of an expired attempt: its deadline")
    item_count: Mapped[int]
    points_numerator: Mapped[int | None] = mapped_column(BigInteger)
    points_denominator: Mapped[int | None] = mapped_column(BigInteger)
    passed: Mapped[bool | None]


class AttemptItem(Base):
    """A question of a paper, fixed as the attempt starts; a score is over these rows and no others."""

    __tablename__ = "attempt_item"
    __table_args__ = (UniqueConstraint("attempt_id", "slot"), UniqueConstraint("attempt_id", "question_version_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    slot: Mapped[int] = mapped_column(doc="1, 2, ... as numbered for the learner")
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), index=True)
    option_order: Mapped[list[Any]]
    points_numerator: Mapped[int | None]
    points_denominator: Mapped[int | None]


class Response(Base):
    """The newest saved answer of a slot; refused by trigger once the attempt is closed."""

    __tablename__ = "response"
    __table_args__ = (UniqueConstraint("attempt_id", "slot"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    slot: Mapped[int]
    answer: Mapped[dict[str, Any]]
    doubtful: Mapped[bool] = mapped_column(doc="ragu-ragu")
    sequence: Mapped[int] = mapped_column(doc="client sequence; the newest wins")
    seconds: Mapped[int | None] = mapped_column(
        doc="on the screen in all until the newest save that said so, at most 600; none without a script"
    )
    saved_at: Mapped[datetime]
