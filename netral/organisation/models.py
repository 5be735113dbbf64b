"""Tables of instansi with their emblems, the tree of OPD, ASN with their dated places, and imports of a roster."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from netral.database.tables import Base
from netral.folding import search_key

# The numbers of an instansi that has set nothing else.
NUMBER_TEMPLATE = "{urut}/{klasifikasi}/{unit}/{romawi}/{tahun}"
CLASSIFICATION = "NETRAL-ASN"


class Emblem(Base):
    """A lambang as it was accepted. It is immutable, since certificates printed with it keep it."""

    __tablename__ = "emblem"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True, doc="SHA-256 of the content")
    content: Mapped[bytes] = mapped_column(LargeBinary, doc="PNG")
    width: Mapped[int]
    height: Mapped[int]
    created_at: Mapped[datetime]


class Instansi(Base):
    """A pemda or agency; every table with a person's data names its instansi."""

    __tablename__ = "instansi"

    id: Mapped[int] = mapped_column(primary_key=True)
    kode: Mapped[str] = mapped_column(String(32), unique=True)
    nama: Mapped[str] = mapped_column(String(200))
    zona: Mapped[str] = mapped_column(String(40), doc="IANA name: Asia/Jakarta, Asia/Makassar, Asia/Jayapura ...")
    created_at: Mapped[datetime]
    contact_name: Mapped[str] = mapped_column(String(200), default="", server_default="")
    contact_phone: Mapped[str] = mapped_column(String(60), default="", server_default="")
    contact_email: Mapped[str] = mapped_column(String(200), default="", server_default="")
    contact_hours: Mapped[str] = mapped_column(String(200), default="", server_default="")
    signatory_name: Mapped[str] = mapped_column(String(100), default="", server_default="", doc="on new certificates")
    signatory_title: Mapped[str] = mapped_column(String(200), default="", server_default="")
    emblem: Mapped[str | None] = mapped_column(ForeignKey("emblem.hash"), doc="on new certificates")
    issuer_name: Mapped[str] = mapped_column(
        String(120), default="", server_default="", doc="in full; empty where the short name serves for both"
    )
    issuer_short: Mapped[str] = mapped_column(String(30), default="BKPSDM", server_default="BKPSDM")
    number_template: Mapped[str] = mapped_column(
        String(100), default=NUMBER_TEMPLATE, server_default=NUMBER_TEMPLATE, doc="of new certificates"
    )
    classification: Mapped[str] = mapped_column(
        String(30), default=CLASSIFICATION, server_default=CLASSIFICATION, doc="in the numbers of new certificates"
    )
    siasn_id: Mapped[str] = mapped_column(
        String(32), default="", server_default="", doc="number of this instansi in SIASN, 32 hexadecimal digits"
    )


class Opd(Base):
    """Any unit in the tree of an instansi: dinas > UPTD, kecamatan > kelurahan, sekolah.

    `path` is the ids from the root down, each followed by a slash (`7/31/`): a subtree is a prefix.
    """

    __tablename__ = "opd"
    __table_args__ = (UniqueConstraint("instansi_id", "kode"), Index(None, "instansi_id", "path"))

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    kode: Mapped[str] = mapped_column(String(32))
    nama: Mapped[str] = mapped_column(String(200))
    jenis: Mapped[str] = mapped_column(String(20), doc="opd, uptd, kecamatan, kelurahan, sekolah, bidang, lainnya")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("opd.id"))
    path: Mapped[str] = mapped_column(String(200))
    unor_id: Mapped[str] = mapped_column(String(64), default="", server_default="", doc="SIASN's id of the unit")


def fold_inserted_name(context: Any) -> str:
    """Fill the search key of a row that SQLAlchemy is about to insert."""
    return search_key(context.get_current_parameters()["nama"])


class Asn(Base):
    """A person on the roster. The NIP is stored only here, and is not the identity: numbers change."""

    __tablename__ = "asn"
    __table_args__ = (UniqueConstraint("instansi_id", "nip"), Index(None, "opd_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    opd_id: Mapped[int] = mapped_column(ForeignKey("opd.id"))
    nip: Mapped[str | None] = mapped_column(String(18), doc="18 digits; none for PPNPN")
    number: Mapped[str | None] = mapped_column(String(40), doc="participant number of who has no NIP")
    nama: Mapped[str] = mapped_column(String(200), doc="NFC, as on the roster, with titles")
    nama_cari: Mapped[str] = mapped_column(
        Text,
        default=fold_inserted_name,
        server_default="",
        doc="`search_key` of the name: filled here, and by `change_people`",
    )
    jenis: Mapped[str] = mapped_column(String(20), doc="PNS, PPPK, PPPK-PW, PPNPN")
    jabatan: Mapped[str] = mapped_column(String(200), default="")
    golongan: Mapped[str] = mapped_column(String(20), default="")
    email: Mapped[str] = mapped_column(String(200), default="")
    siasn_id: Mapped[str] = mapped_column(String(64), default="", server_default="", doc="SIASN's PNS ID")
    active: Mapped[bool] = mapped_column(default=True)
    counted_opd_id: Mapped[int | None] = mapped_column(
        ForeignKey("opd.id"), doc="where periods count a seconded person today; none: in `opd_id`"
    )
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


NIP_AKHIR = func.coalesce(func.substr(Asn.nip, 16), "").label("nip_akhir")
"""The last three digits of the NIP of a row of `asn`, empty without a NIP."""


class Assignment(Base):
    """A dated place of a person. Days are those of the instansi's zone, both ends included.

    Nobody has two definitif places on one day, and nobody is counted in two other units on one day. Only `valid_to` and
    `voided_at` change: a voided row never took effect, or was replaced on its first day.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        Index(None, "asn_id"),
        CheckConstraint("kind IN ('definitif', 'plt', 'pj', 'plh', 'perbantuan')", name="kind"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    asn_id: Mapped[int] = mapped_column(ForeignKey("asn.id"))
    opd_id: Mapped[int] = mapped_column(ForeignKey("opd.id"))
    kind: Mapped[str] = mapped_column(String(12), doc="definitif, plt, pj, plh, perbantuan")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None] = mapped_column(doc="the last day, none: open")
    counted: Mapped[bool] = mapped_column(doc="of perbantuan: periods count the person there")
    document: Mapped[str] = mapped_column(String(100), doc="number of the SK, empty for what an import found")
    reason: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime]
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    voided_at: Mapped[datetime | None]


class Departure(Base):
    """A person's leaving the service, for good or for a time, from a day on. Only its end and voiding change."""

    __tablename__ = "departure"
    __table_args__ = (
        Index(None, "asn_id"),
        CheckConstraint("kind IN ('pensiun', 'meninggal', 'berhenti', 'pindah-instansi', 'cltn', 'data')", name="kind"),
        CheckConstraint("returned_on IS NULL OR returned_on > left_on", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    asn_id: Mapped[int] = mapped_column(ForeignKey("asn.id"))
    kind: Mapped[str] = mapped_column(String(16), doc="data: no longer on the roster, and nobody said why")
    left_on: Mapped[date] = mapped_column(doc="the first day on which the person is not counted")
    returned_on: Mapped[date | None]
    document: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime]
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    voided_at: Mapped[datetime | None]


class FormerNip(Base):
    """A NIP that another one replaced. Only its last digits are kept, since a whole NIP stands in `asn` alone."""

    __tablename__ = "former_nip"
    __table_args__ = (Index(None, "asn_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    asn_id: Mapped[int] = mapped_column(ForeignKey("asn.id"))
    ending: Mapped[str] = mapped_column(String(3))
    replaced_at: Mapped[datetime]


class RosterImport(Base):
    """An uploaded roster, read at once or by a job; `pratinjau` until it is applied, and the last one can be undone."""

    __tablename__ = "roster_import"
    __table_args__ = (Index(None, "instansi_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    file_name: Mapped[str] = mapped_column(String(200))
    file_hash: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12), doc="the states in `netral/roster/applying.py`")
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    rows: Mapped[list[Any]] = mapped_column(doc="the rows as read, so that terapkan applies what pratinjau showed")
    problems: Mapped[list[Any]] = mapped_column(doc="rows that cannot be applied: row, column, value, reason")
    summary: Mapped[dict[str, Any]]
    listed: Mapped[list[Any]] = mapped_column(
        default=list,
        server_default="[]",
        doc="of the newest applied import: the people in the file by their ids, to compare them later",
    )
    applied_at: Mapped[datetime | None]
    applied_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    undone_at: Mapped[datetime | None]


class RosterChange(Base):
    """A change that an applied import made to one ASN, with enough to undo it."""

    __tablename__ = "roster_change"
    __table_args__ = (UniqueConstraint("import_id", "asn_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    import_id: Mapped[int] = mapped_column(ForeignKey("roster_import.id"))
    asn_id: Mapped[int] = mapped_column(ForeignKey("asn.id"))
    kind: Mapped[str] = mapped_column(String(12), doc="masuk, ubah, pindah, keluar, kembali")
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]


REMEMBERED = text("revoked_at IS NULL")


class ColumnChoice(Base):
    """The columns that officers chose for a row of headings; it counts for the next file until it is revoked."""

    __tablename__ = "column_choice"
    __table_args__ = (
        Index(
            "uq_column_choice_open",
            "instansi_id",
            "headings",
            unique=True,
            sqlite_where=REMEMBERED,
            postgresql_where=REMEMBERED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    headings: Mapped[str] = mapped_column(String(64), doc="the key of the set of headings")
    fields: Mapped[dict[str, Any]] = mapped_column(doc="field -> heading, and which of equal ones, from 0")
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class UnitAlias(Base):
    """Another name of a unit, as officers explained it when a file used it; it counts until it is revoked."""

    __tablename__ = "unit_alias"
    __table_args__ = (
        Index(
            "uq_unit_alias_open",
            "instansi_id",
            "place",
            unique=True,
            sqlite_where=REMEMBERED,
            postgresql_where=REMEMBERED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    place: Mapped[str] = mapped_column(String(620), doc="`place_key` of the names from the top")
    nama: Mapped[str] = mapped_column(String(200), doc="the name as the file had it")
    opd_id: Mapped[int] = mapped_column(ForeignKey("opd.id"))
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
