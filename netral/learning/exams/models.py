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
    edition_id: Mapped[int | None] = mapped_column(
        ForeignKey("edition.id"), doc="of the bank from which the paper was drawn; None: that of the period"
    )
    number: Mapped[int] = mapped_column(doc="1, 2, ... within the period")
    state: Mapped[str] = mapped_column(String(10))
    seed: Mapped[int] = mapped_column(BigInteger)
    by_place: Mapped[bool] = mapped_column(
        doc="forms send places of display and situations are drawn; else ids of the source, in its order"
    )
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime | None] = mapped_column(
        doc="the end of the time limit with extra time; none: no limit"
    )
    extra_seconds: Mapped[int] = mapped_column(
        default=0,
        server_default="0",
        doc="the sum of its extensions, which a trigger adds up; they count after the end",
    )
    closed_at: Mapped[datetime | None] = mapped_column(doc="of an expired attempt: its deadline")
    item_count: Mapped[int]
    points_numerator: Mapped[int | None] = mapped_column(BigInteger)
    points_denominator: Mapped[int | None] = mapped_column(BigInteger)
    passed: Mapped[bool | None]


class Heartbeat(Base):
    """The newest moment at which the service was seen serving; one row, with the id 1."""

    __tablename__ = "heartbeat"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    clock_back: Mapped[bool] = mapped_column(doc="the clock went back after this beat and has not caught up yet")


class Outage(Base):
    """A gap between two beats, judged once: compensated at once, or left to officers."""

    __tablename__ = "outage"
    __table_args__ = (
        UniqueConstraint("since"),
        CheckConstraint("kind IN ('compensated', 'long', 'clock')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(doc="the last beat before the gap")
    until: Mapped[datetime] = mapped_column(doc="the first beat after it; earlier than `since` if the clock went back")
    kind: Mapped[str] = mapped_column(String(12))


class AttemptExtension(Base):
    """Extra time for one attempt. A trigger adds it to the attempt, which must be open."""

    __tablename__ = "attempt_extension"
    __table_args__ = (
        UniqueConstraint("attempt_id", "key"),
        Index(None, "outage_id"),
        CheckConstraint("seconds > 0", name="seconds"),
        CheckConstraint("kind IN ('person', 'group', 'percent', 'outage')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    key: Mapped[str] = mapped_column(String(40), doc="of the form or the gap, so that neither extends an attempt twice")
    seconds: Mapped[int]
    kind: Mapped[str] = mapped_column(String(8))
    outage_id: Mapped[int | None] = mapped_column(ForeignKey("outage.id"))
    reason: Mapped[str] = mapped_column(doc="empty where the service compensates an outage by itself")
    at: Mapped[datetime]
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class AttemptGrant(Base):
    """Further attempts for one person in a period; `enrolment.extra_attempts` is the sum of these rows."""

    __tablename__ = "attempt_grant"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "key"),
        Index("uq_attempt_grant_replaced", "replaced_attempt_id", unique=True),
        CheckConstraint("attempts > 0", name="attempts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    key: Mapped[str] = mapped_column(String(40), doc="of the form, so that it grants nothing twice")
    attempts: Mapped[int]
    replaced_attempt_id: Mapped[int | None] = mapped_column(
        ForeignKey("attempt.id"), doc="the attempt that expired in an outage, which this one stands in for"
    )
    reason: Mapped[str]
    at: Mapped[datetime]
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


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


class AttemptToCount(Base):
    """A closed first attempt that the tallies below do not contain yet; `netral.learning.exams.counting` empties it."""

    __tablename__ = "attempt_to_count"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True, autoincrement=False)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"), index=True)


class ItemTally(Base):
    """Sums over the first attempts of a period that held a question; points in parts of `counting.POINT`."""

    __tablename__ = "item_tally"
    __table_args__ = (UniqueConstraint("period_id", "question_version_id"), Index(None, "question_version_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    people: Mapped[int]
    points: Mapped[int] = mapped_column(BigInteger)
    squares: Mapped[int] = mapped_column(BigInteger)
    rests: Mapped[int] = mapped_column(BigInteger, doc="points on the other questions of the same paper")
    rest_squares: Mapped[int] = mapped_column(BigInteger)
    products: Mapped[int] = mapped_column(BigInteger)
    choices: Mapped[dict[str, Any]] = mapped_column(doc="field:choice -> people who chose it")
    seconds: Mapped[dict[str, Any]] = mapped_column(doc="seconds on the screen -> people, where known")
    by_group: Mapped[dict[str, Any]] = mapped_column(
        doc="group:whole points of the paper:1 if the item earned its whole point, else 0 -> people"
    )


class PaperTally(Base):
    """The results of a period's first attempts of equal length; points in parts of `counting.POINT`."""

    __tablename__ = "paper_tally"
    __table_args__ = (UniqueConstraint("period_id", "items"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    items: Mapped[int] = mapped_column(doc="questions in each paper")
    squares: Mapped[int] = mapped_column(BigInteger, doc="sum of the squares of all items' points")
    results: Mapped[dict[str, Any]] = mapped_column(doc="points of a paper -> people")


class IndicatorTally(Base):
    """The first attempts of an OPD's people who are wajib, by indicator, each where they belonged when counted."""

    __tablename__ = "indicator_tally"
    __table_args__ = (UniqueConstraint("period_id", "opd_id", "indicator"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    opd_id: Mapped[int] = mapped_column(ForeignKey("opd.id"))
    indicator: Mapped[str] = mapped_column(String(20))
    people: Mapped[int]
    items: Mapped[int]
    points: Mapped[int] = mapped_column(BigInteger)
    forbidden: Mapped[int] = mapped_column(doc="forbidden acts that were judged")
    hits: Mapped[int] = mapped_column(doc="of these, called forbidden")
    allowed: Mapped[int] = mapped_column(doc="allowed acts that were judged")
    false_alarms: Mapped[int] = mapped_column(doc="of these, called forbidden")


class PaceTally(Base):
    """How soon the people of an OPD who are wajib answered on first attempts, each where they belonged when counted."""

    __tablename__ = "pace_tally"
    __table_args__ = (UniqueConstraint("period_id", "opd_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    opd_id: Mapped[int] = mapped_column(ForeignKey("opd.id"))
    people: Mapped[int] = mapped_column(doc="with a paper of which the seconds of an answer are known")
    untimed: Mapped[int] = mapped_column(doc="people without any, who count in nothing else")
    answers: Mapped[int] = mapped_column(doc="answers of which the seconds are known")
    rapid: Mapped[int] = mapped_column(doc="of these, sooner than `quiz.pace.least_seconds`")


class GainTally(Base):
    """Sums over the wajib people with a pre-test and a first attempt, by indicator; "" stands for all of them together.

    Shares are in parts of `counting.SHARE`.
    """

    __tablename__ = "gain_tally"
    __table_args__ = (UniqueConstraint("period_id", "indicator"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    indicator: Mapped[str] = mapped_column(String(20))
    people: Mapped[int]
    before: Mapped[int] = mapped_column(BigInteger)
    after: Mapped[int] = mapped_column(BigInteger)
    squares: Mapped[int] = mapped_column(BigInteger, doc="of each person's gain")
    answers: Mapped[int] = mapped_column(doc="in their pre-tests")
    sure_wrong: Mapped[int] = mapped_column(doc="of these, sure and yet wrong")
