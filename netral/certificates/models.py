"""Tables of certificates and of their running number."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from netral.database.tables import Base

VALID_ONLY = text("status = 'valid'")


class Certificate(Base):
    """Proof that an ASN passed and signed in a period. Never deleted: valid, superseded, revoked; expiry is computed.

    The claims are frozen at issue and signed; nothing below `signature` in this list ever changes them (trigger).
    """

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("instansi_id", "sequence"),
        Index(
            "uq_certificate_valid",
            "period_id",
            "asn_id",
            unique=True,
            sqlite_where=VALID_ONLY,
            postgresql_where=VALID_ONLY,
        ),
        CheckConstraint("status IN ('valid', 'superseded', 'revoked')", name="status"),
        CheckConstraint("(status = 'valid') = (status_at IS NULL)", name="status_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(
        String(26), unique=True, doc="26 Crockford base32 characters of 128 random bits"
    )
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    asn_id: Mapped[int] = mapped_column(ForeignKey("asn.id"))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), doc="the passed attempt")
    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id"), doc="the ikrar, setuju")
    sequence: Mapped[int]
    nomor: Mapped[str] = mapped_column(String(60))
    nama: Mapped[str] = mapped_column(String(200))
    nip_akhir: Mapped[str] = mapped_column(String(3), doc="last three digits, empty without a NIP")
    opd: Mapped[str] = mapped_column(String(300), doc="name of the OPD at issue")
    instansi: Mapped[str] = mapped_column(String(200))
    periode: Mapped[str] = mapped_column(String(200))
    period_number: Mapped[int]
    score: Mapped[int | None] = mapped_column(doc="floor of percent; none when the period does not print it")
    issued_on: Mapped[date] = mapped_column(doc="day in the instansi's zone")
    valid_until: Mapped[date | None]
    edition_hash: Mapped[str] = mapped_column(String(64))
    pledge_hash: Mapped[str] = mapped_column(String(64))
    jp: Mapped[int | None] = mapped_column(doc="jam pelajaran of the period at issue")
    jp_dasar: Mapped[str] = mapped_column(String(200), default="", server_default="", doc="basis of the JP, printed")
    jenis_diklat: Mapped[int | None] = mapped_column(doc="kind of training, numbered by SIASN")
    format_version: Mapped[int] = mapped_column(default=1, server_default="1", doc="version of docs/spec-qr.md")
    payload: Mapped[bytes] = mapped_column(LargeBinary, doc="P, deterministic CBOR")
    signatory_name: Mapped[str] = mapped_column(
        String(100), default="", server_default="", doc="printed, not signed; frozen like the claims"
    )
    signatory_title: Mapped[str] = mapped_column(String(200), default="", server_default="")
    emblem: Mapped[str | None] = mapped_column(ForeignKey("emblem.hash"))
    key_id: Mapped[str] = mapped_column(String(8), doc="hex of the first 4 bytes of the key's thumbprint")
    signed: Mapped[bytes] = mapped_column(LargeBinary, doc="Ed25519 signature, 64 bytes")
    issued_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(12))
    status_at: Mapped[datetime | None]
    status_reason: Mapped[str] = mapped_column(default="", doc="never shown in public")
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"))
    pdf_hash: Mapped[str | None] = mapped_column(String(64), doc="SHA-256 of the stored file, once it was made")


class CertificateSequence(Base):
    """The last certificate number of an instansi; locked while one is issued, before the head of the audit chain."""

    __tablename__ = "certificate_sequence"

    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"), primary_key=True)
    last: Mapped[int]


class Transcript(Base):
    """A signed list of a person's certificates of one year, as it was when it was made. Append-only.

    `payload` names the certificates; their states are looked up whenever the list is checked.
    """

    __tablename__ = "transcript"
    __table_args__ = (UniqueConstraint("asn_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True, doc="like that of a certificate")
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    asn_id: Mapped[int] = mapped_column(ForeignKey("asn.id"))
    year: Mapped[int]
    nama: Mapped[str] = mapped_column(String(200))
    nip_akhir: Mapped[str] = mapped_column(String(3))
    instansi: Mapped[str] = mapped_column(String(200))
    made_on: Mapped[date] = mapped_column(doc="day in the instansi's zone")
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    digest: Mapped[str] = mapped_column(String(64), doc="SHA-256 of the payload: the same list of a day is made once")
    payload: Mapped[bytes] = mapped_column(LargeBinary, doc="deterministic CBOR")
    key_id: Mapped[str] = mapped_column(String(8))
    signed: Mapped[bytes] = mapped_column(LargeBinary, doc="Ed25519 signature, 64 bytes")
