"""Tables of periods, enrolments, and the counts of people in each state."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from netral.database.tables import Base


class Period(Base):
    """One election's campaign of learning in an instansi; it uses one edition. Ends are exclusive instants."""

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
    raised_at: Mapped[datetime | None] = mapped_column(doc="the last move to a newer edition")
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
    relearn: Mapped[bool] = mapped_column(doc="a next attempt opens when pages about the missed rules were read again")
    keys_shown: Mapped[str] = mapped_column(String(8), doc="when results hold the keys: lulus, tenggat, tutup, habis")
    pretest: Mapped[bool] = mapped_column(doc="people may try a short pre-test before they read")
    jp: Mapped[int | None] = mapped_column(doc="jam pelajaran, set by the instansi and never computed; 1 to 99")
    jp_dasar: Mapped[str] = mapped_column(String(200), default="", server_default="", doc="basis of the JP")
    jenis_diklat: Mapped[int | None] = mapped_column(doc="kind of training, numbered by SIASN (`diklat.KINDS`)")
    opened_at: Mapped[datetime]
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    audience: Mapped[dict[str, Any]] = mapped_column(
        default=dict, server_default="{}", doc="who takes part, as `Audience.dump` writes it; empty: every active ASN"
    )
    sign_days: Mapped[int] = mapped_column(
        default=14, server_default="14", doc="days after tutup in which those who passed may still sign the ikrar"
    )
    reopened_at: Mapped[datetime | None] = mapped_column(doc="the last time that it was reopened after a closing")
    archived_at: Mapped[datetime | None] = mapped_column(doc="left the lists; still readable")


class PeriodDraft(Base):
    """A plan that is not opened yet: nobody is enrolled and no edition is pinned. Its kode stays reserved."""

    __tablename__ = "period_draft"
    __table_args__ = (UniqueConstraint("instansi_id", "kode"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    kode: Mapped[str] = mapped_column(String(32))
    plan: Mapped[dict[str, Any]] = mapped_column(doc="the choices of `PeriodPlan`, as `dump_plan` writes them")
    saved_at: Mapped[datetime]
    saved_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    archived_at: Mapped[datetime | None]
    period_id: Mapped[int | None] = mapped_column(ForeignKey("period.id"), doc="the period that it became")


class FinalReport(Base):
    """The figures of a period as of one closing, frozen with their hash; a reopened period gets one more."""

    __tablename__ = "final_report"
    __table_args__ = (UniqueConstraint("period_id", "closed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    closed_at: Mapped[datetime] = mapped_column(doc="the closing whose figures these are")
    frozen_at: Mapped[datetime]
    frozen_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), doc="None: closed by its date")
    document: Mapped[str] = mapped_column(Text, doc="canonical JSON, hashed as it stands")
    hash: Mapped[str] = mapped_column(String(64), doc="SHA-256 of the document in UTF-8, in hex")


SUMMARY = ("started_at", "passed_at", "pledged_at", "completed_at")
# The person passed and signed, but has no valid certificate.
UNCERTIFIED = text("passed_at IS NOT NULL AND pledged_at IS NOT NULL AND completed_at IS NULL")


class Enrolment(Base):
    """An ASN in a period, with the OPD frozen as it opened.

    `started_at`, `passed_at`, `pledged_at`, `completed_at` are summaries, written together with the change of state;
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
    extra_attempts: Mapped[int] = mapped_column(default=0, server_default="0", doc="beyond those of the period")
    started_at: Mapped[datetime | None]
    passed_at: Mapped[datetime | None]
    pledged_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None] = mapped_column(doc="issue of a certificate that has not been revoked")


# The key under which a row of enrolment counts, by column of the tally, in the SQL of both dialects; `p` is its period.
# Triggers and the recount are made from it. `day` 0 is the first day of the period. SQLite divides whole numbers
# towards zero, so there both days are counted from 1970 on.
TALLY_KEY = {
    "period_id": "{row}.period_id",
    "opd_id": "{row}.current_opd_id",
    "standing": "{row}.standing",
    "started": "{row}.started_at IS NOT NULL",
    "passed": "{row}.passed_at IS NOT NULL",
    "pledged": "{row}.pledged_at IS NOT NULL",
    "completed": "{row}.completed_at IS NOT NULL",
    "late": "coalesce({row}.completed_at >= p.due_at, false)",
    "day": "{day}",
}
TALLY_DAY = {
    "sqlite": "(unixepoch({row}.completed_at) - unixepoch(p.opens_at) % 86400) / 86400 - unixepoch(p.opens_at) / 86400",
    "postgresql": "floor(extract(epoch FROM {row}.completed_at - p.opens_at) / 86400)::integer",
}


def tally_key(row: str, dialect: str) -> dict[str, str]:
    """Return the key of `row`, an alias of enrolment, as SQL by column of the tally."""
    day = TALLY_DAY[dialect].format(row=row)
    return {name: sql.format(row=row, day=day) for name, sql in TALLY_KEY.items()}


class CompletionTally(Base):
    """How many people of a period are in each state, as differences: the sum over a key counts.

    Triggers on enrolment write them (`migrations/tallying.py`), `tallies.py` reads them and adds them up. There are no
    foreign keys: the enrolments have them, and no writer waits for the row of a period here.
    """

    __tablename__ = "completion_tally"
    __table_args__ = (Index("ix_completion_tally_counts", *TALLY_KEY, "people"),)

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


class ExemptionFile(Base):
    """The PDF of an exemption as it was accepted. It stands in the database, so that a backup never lacks it."""

    __tablename__ = "exemption_file"
    __table_args__ = (UniqueConstraint("instansi_id", "hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    hash: Mapped[str] = mapped_column(String(64), doc="SHA-256 of the content")
    content: Mapped[bytes] = mapped_column(LargeBinary, doc="PDF")
    created_at: Mapped[datetime]


class Exemption(Base):
    """The document behind one exemption, and its last day. `ended_at`: when it stopped, for whatever reason."""

    __tablename__ = "exemption"
    __table_args__ = (Index(None, "enrolment_id"), Index(None, "valid_to"))

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    document: Mapped[str] = mapped_column(String(100), doc="its number; empty: none was given")
    document_date: Mapped[date | None]
    valid_to: Mapped[date | None] = mapped_column(doc="the last exempt day, none: to the end of the period")
    reason: Mapped[str] = mapped_column(String(500))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("exemption_file.id"))
    at: Mapped[datetime]
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]
