"""Tables of circulars: their versions, what a person did with each, and signings at an apel."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from netral.database.tables import Base

DRAFT_ONLY = text("published_at IS NULL")
STANDING_ONLY = text("annulled_at IS NULL")


class Circular(Base):
    """A text that an instansi issues: an edaran is acknowledged, a pakta is signed. Its words are in its versions."""

    __tablename__ = "circular"
    __table_args__ = (Index(None, "instansi_id"), CheckConstraint("kind IN ('edaran', 'pakta')", name="kind"))

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    kind: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_reason: Mapped[str] = mapped_column(String(500), default="")


class CircularVersion(Base):
    """One version. It is a draft, at most one for each circular, until it is published; then it is immutable (trigger).

    The newest published version is the one in force.
    """

    __tablename__ = "circular_version"
    __table_args__ = (
        UniqueConstraint("circular_id", "number"),
        Index(
            "uq_circular_version_draft",
            "circular_id",
            unique=True,
            sqlite_where=DRAFT_ONLY,
            postgresql_where=DRAFT_ONLY,
        ),
        Index(None, "instansi_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    circular_id: Mapped[int] = mapped_column(ForeignKey("circular.id"))
    number: Mapped[int] = mapped_column(doc="1, 2, ... within the circular")
    title: Mapped[str] = mapped_column(String(200))
    nomor: Mapped[str] = mapped_column(String(100), doc="as on the paper")
    dated: Mapped[date] = mapped_column(doc="day of signing, as on the paper")
    signatory_name: Mapped[str] = mapped_column(String(100))
    signatory_title: Mapped[str] = mapped_column(String(200))
    paragraphs: Mapped[list[Any]]
    text_hash: Mapped[str] = mapped_column(String(64), doc="SHA-256 of the paragraphs, a blank line between each")
    units: Mapped[list[Any]] = mapped_column(doc="ids of OPD whose subtrees it addresses; empty: the whole instansi")
    kinds: Mapped[list[Any]] = mapped_column(doc="kinds of ASN it addresses; empty: every kind")
    questions: Mapped[list[Any]] = mapped_column(doc="the check questions, with their keys")
    due_at: Mapped[datetime] = mapped_column(doc="tenggat, an exclusive instant")
    file_hash: Mapped[str | None] = mapped_column(String(64), doc="SHA-256 of the signed PDF, by which it is stored")
    file_pages: Mapped[int | None]
    file_bytes: Mapped[int | None]
    saved_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    audience: Mapped[int | None] = mapped_column(doc="people it addressed as it was published")


class CircularReading(Base):
    """One person's reading of one version. An acknowledgement is never changed (trigger)."""

    __tablename__ = "circular_reading"
    __table_args__ = (UniqueConstraint("version_id", "asn_id"), Index(None, "asn_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("circular_version.id"))
    asn_id: Mapped[int] = mapped_column(ForeignKey("asn.id"))
    opened_at: Mapped[datetime]
    acked_at: Mapped[datetime | None]
    since_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("circular_version.id"), doc="the version acknowledged before: only the differences were asked about"
    )


class CheckAnswer(Base):
    """The answer to one check question. The first one counts in reports; the last one is what the page shows."""

    __tablename__ = "circular_answer"
    __table_args__ = (UniqueConstraint("reading_id", "question"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    reading_id: Mapped[int] = mapped_column(ForeignKey("circular_reading.id"))
    question: Mapped[int] = mapped_column(doc="position in the questions of the version, from 0")
    first_choice: Mapped[int]
    first_right: Mapped[bool]
    first_at: Mapped[datetime]
    choice: Mapped[int]
    right: Mapped[bool]


class Signing(Base):
    """A signing of the paper of a pakta integritas at an apel, as an officer recorded it. Append-only."""

    __tablename__ = "signing"
    __table_args__ = (Index(None, "instansi_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("circular_version.id"))
    opd_id: Mapped[int] = mapped_column(ForeignKey("opd.id"))
    held_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(200))
    witness_name: Mapped[str] = mapped_column(String(100))
    witness_title: Mapped[str] = mapped_column(String(200))
    file_hash: Mapped[str | None] = mapped_column(String(64), doc="SHA-256 of the scanned sheet")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class PactSignature(Base):
    """A person's signature under one version of a pakta integritas: by themselves, or on paper at an apel.

    At most one stands. The person may object to one that an officer recorded; a decision is final (trigger).
    """

    __tablename__ = "pact_signature"
    __table_args__ = (
        Index(
            "uq_pact_signature_standing",
            "version_id",
            "asn_id",
            unique=True,
            sqlite_where=STANDING_ONLY,
            postgresql_where=STANDING_ONLY,
        ),
        Index(None, "asn_id"),
        CheckConstraint("(method = 'sendiri') = (signing_id IS NULL)", name="method"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("circular_version.id"))
    asn_id: Mapped[int] = mapped_column(ForeignKey("asn.id"))
    method: Mapped[str] = mapped_column(String(10), doc="sendiri, acara")
    signing_id: Mapped[int | None] = mapped_column(ForeignKey("signing.id"))
    at: Mapped[datetime]
    objected_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decision_reason: Mapped[str] = mapped_column(String(500), default="")
    annulled_at: Mapped[datetime | None]
