"""The table of jobs."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from netral.database.tables import Base

OPEN_ONLY = text("state = 'open'")


class Job(Base):
    """One piece of work, done step by step; a job that repeats stays open for ever."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_due", "due_at", "id", sqlite_where=OPEN_ONLY, postgresql_where=OPEN_ONLY),
        Index("uq_job_open", "kind", "key", unique=True, sqlite_where=OPEN_ONLY, postgresql_where=OPEN_ONLY),
        Index(None, "instansi_id", "id"),
        CheckConstraint("state IN ('open', 'done', 'failed')", name="state"),
        CheckConstraint("done >= 0 AND done <= total", name="progress"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int | None] = mapped_column(ForeignKey("instansi.id"), doc="None: the installation's own")
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str | None] = mapped_column(String(200), doc="at most one open job has this kind and key")
    arguments: Mapped[dict[str, Any]]
    repeats: Mapped[bool] = mapped_column(doc="due again after each round, also after a failed one")
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    state: Mapped[str] = mapped_column(String(8))
    due_at: Mapped[datetime] = mapped_column(doc="when it may be claimed; while a worker has it, when the claim ends")
    claims: Mapped[int] = mapped_column(doc="so far; the number of a claim proves that it still holds")
    claimed_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(doc="claims since the last step that succeeded, the present one included")
    fault: Mapped[str | None] = mapped_column(String(500), doc="of the last step that failed")
    done: Mapped[int]
    total: Mapped[int]
    result: Mapped[dict[str, Any] | None]
    finished_at: Mapped[datetime | None] = mapped_column(doc="of a job that repeats: the end of its last round")
