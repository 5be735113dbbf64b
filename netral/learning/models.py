"""Tables of what is taught (editions), when (periods), to whom (enrolments), and what they did (progress)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from netral.database.tables import Base


class Edition(Base):
    """All content as published once. Immutable, like the rows below it (triggers hold it)."""

    __tablename__ = "edition"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    norms: Mapped[dict[str, Any]] = mapped_column(doc="the registry: norm id -> its frozen fields and rules")
    blueprint: Mapped[dict[str, Any]] = mapped_column(doc="defaults of content/ujian.yaml")
    pledge_version_id: Mapped[int] = mapped_column(ForeignKey("pledge_version.id"))


class ModuleVersion(Base):
    __tablename__ = "module_version"
    __table_args__ = (UniqueConstraint("edition_id", "slug"), UniqueConstraint("edition_id", "position"))

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    slug: Mapped[str] = mapped_column(String(60))
    position: Mapped[int]
    judul: Mapped[str] = mapped_column(String(200))
    ringkas: Mapped[str] = mapped_column(default="")
    versi: Mapped[int]
    indicators: Mapped[list[Any]]
    minutes: Mapped[int]
    page_count: Mapped[int]


class ModulePage(Base):
    """One page, its HTML rendered and cleaned at publishing."""

    __tablename__ = "module_page"
    __table_args__ = (UniqueConstraint("module_version_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module_version_id: Mapped[int] = mapped_column(ForeignKey("module_version.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    html: Mapped[str]
    minutes: Mapped[int]


class QuestionVersion(Base):
    """A question exactly as somebody may have answered it; `body` is what `netral.quiz` reads back."""

    __tablename__ = "question_version"
    __table_args__ = (UniqueConstraint("question_id", "content_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[str] = mapped_column(String(80))
    content_hash: Mapped[str] = mapped_column(String(64))
    key_hash: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(20))
    indicator: Mapped[str] = mapped_column(String(20))
    body: Mapped[dict[str, Any]]


# As its text, which `netral.quiz.encoding.from_text` reads once for everybody.
BODY = QuestionVersion.__table__.c.body.cast(Text).label("body")


class EditionQuestion(Base):
    """Where an edition uses a question: in the bank (no module) or as practice on a page of a module."""

    __tablename__ = "edition_question"
    __table_args__ = (
        UniqueConstraint("edition_id", "question_version_id"),
        Index(None, "edition_id", "module_slug", "page"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    module_slug: Mapped[str | None] = mapped_column(String(60))
    page: Mapped[int | None]
    position: Mapped[int]


class Period(Base):
    """One election's campaign of learning in an instansi; it pins an edition. Ends are exclusive instants."""

    __tablename__ = "period"
    __table_args__ = (
        UniqueConstraint("instansi_id", "kode"),
        UniqueConstraint("instansi_id", "number"),
        CheckConstraint("opens_at < due_at AND due_at <= closes_at", name="order"),
        CheckConstraint("pass_percent BETWEEN 1 AND 100", name="pass_percent"),
        CheckConstraint("max_attempts >= 1", name="max_attempts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    kode: Mapped[str] = mapped_column(String(32))
    number: Mapped[int] = mapped_column(doc="public number within the instansi: 1, 2, ...; stands in the QR")
    nama: Mapped[str] = mapped_column(String(200))
    jenis: Mapped[str] = mapped_column(String(20), doc="pemilu, pilkada, pilkades, di-luar")
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    opens_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(doc="tenggat: completion from here on counts as terlambat")
    closes_at: Mapped[datetime] = mapped_column(doc="tutup: nothing starts and attempts end")
    valid_until: Mapped[date | None] = mapped_column(doc="last day a certificate is valid, in the instansi's zone")
    pass_percent: Mapped[int]
    max_attempts: Mapped[int]
    cooldown_minutes: Mapped[int]
    time_limit_seconds: Mapped[int | None]
    blueprint: Mapped[dict[str, Any]] = mapped_column(doc="quota per indicator and share of boleh/tergantung")
    modules_first: Mapped[bool] = mapped_column(doc="the exam opens when every module's last page was reached")
    print_score: Mapped[bool]
    opened_at: Mapped[datetime]
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


SUMMARY = ("started_at", "passed_at", "pledged_at", "completed_at")
# The person passed and signed, but has no valid certificate.
UNCERTIFIED = text("passed_at IS NOT NULL AND pledged_at IS NOT NULL AND completed_at IS NULL")


class Enrolment(Base):
    """An ASN in a period, with the OPD frozen as it opened.

    `started_at`, `passed_at`, `pledged_at`, `completed_at` are summaries kept by whoever changes the state;
    `flask report recount --check` compares them with attempts, signatures and certificates.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("period_id", "asn_id"),
        Index("ix_enrolment_completion", "period_id", "current_opd_id", "standing", *SUMMARY, "asn_id", "id"),
        Index(None, "asn_id"),
        Index("ix_enrolment_uncertified", "instansi_id", sqlite_where=UNCERTIFIED, postgresql_where=UNCERTIFIED),
        CheckConstraint("standing IN ('wajib', 'bebas', 'keluar')", name="standing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    asn_id: Mapped[int] = mapped_column(ForeignKey("asn.id"))
    opd_id: Mapped[int] = mapped_column(ForeignKey("opd.id"), doc="frozen when the period opened or the person joined")
    current_opd_id: Mapped[int] = mapped_column(ForeignKey("opd.id"), doc="after dated moves, for reports of today")
    standing: Mapped[str] = mapped_column(String(8), doc="wajib; bebas (exempt); keluar (left)")
    joined_at: Mapped[datetime]
    notice_read_at: Mapped[datetime | None] = mapped_column(doc="privacy notice, before the first attempt")
    extra_time_percent: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None]
    passed_at: Mapped[datetime | None]
    pledged_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None] = mapped_column(doc="issue of a certificate that has not been revoked")


class CompletionTally(Base):
    """How many people of a period stand where, as differences: the sum over a key counts.

    Triggers on enrolment write them (`migrations/tallying.py`), `tallies.py` reads them and adds them up. Without
    foreign keys: the enrolments have them, and nothing waits for the row of a period here.
    """

    __tablename__ = "completion_tally"
    __table_args__ = (
        Index(
            "ix_completion_tally_counts",
            *("period_id", "opd_id", "standing", "started", "passed", "pledged", "completed", "late", "day", "people"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    period_id: Mapped[int]
    opd_id: Mapped[int] = mapped_column(doc="where they count now")
    standing: Mapped[str] = mapped_column(String(8))
    started: Mapped[bool]
    passed: Mapped[bool]
    pledged: Mapped[bool]
    completed: Mapped[bool]
    late: Mapped[bool] = mapped_column(doc="completed from the tenggat on")
    day: Mapped[int | None] = mapped_column(
        doc="of completion, 0 is the first day of the period; none: not completed, or longer ago than reports ask"
    )
    people: Mapped[int] = mapped_column(doc="negative for who left this key")


class EnrolmentChange(Base):
    """A dated join, move, leave, exemption or return after the period opened."""

    __tablename__ = "enrolment_change"
    __table_args__ = (Index(None, "enrolment_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    kind: Mapped[str] = mapped_column(String(8), doc="masuk, pindah, keluar, bebas, kembali")
    at: Mapped[datetime]
    opd_id: Mapped[int] = mapped_column(ForeignKey("opd.id"), doc="where the person counts from then on")
    reason: Mapped[str] = mapped_column(default="")
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class PageReached(Base):
    __tablename__ = "page_reached"
    __table_args__ = (UniqueConstraint("enrolment_id", "module_slug", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    module_slug: Mapped[str] = mapped_column(String(60))
    number: Mapped[int]
    reached_at: Mapped[datetime]


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
    saved_at: Mapped[datetime]
