"""The files of a part for SIASN: a workbook with the fields of its riwayat kursus, and a ZIP of the certificates.

The names of the fields are those of `POST /kursus/save` in the public clients of SIASN's API (ws-siasn-php,
`examples/kursus.php`). An official template for uploads is not known.
"""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from uuid import uuid4
from zipfile import ZIP_STORED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from netral.certificates.issue.register import as_record, first_issued, select_records
from netral.certificates.models import Certificate
from netral.certificates.paper.files import StoredPdf, read_or_make_pdf
from netral.certificates.paper.sheet import COURSE, name_issuer
from netral.certificates.proof.keys import KeyRing
from netral.certificates.proof.payload import make_address
from netral.certificates.proof.verification import Record, State, judge
from netral.errors import NetralError
from netral.exports.models import SiasnExport, SiasnPart
from netral.exports.siasn import FILED, IN_FILES, UNFILED, Correction, Part
from netral.indonesian import day, local_day
from netral.learning.periods.diklat import KINDS
from netral.learning.periods.models import Enrolment
from netral.learning.periods.reading import PeriodView
from netral.organisation.emblems import find_emblem
from netral.organisation.models import Asn, Instansi
from netral.reporting.report import Column, Kind, Notes, Table, tabulate
from netral.reporting.workbooks import write_workbook

DAY = "%d-%m-%Y"
OPEN_TO_OWNER = 0o600


class CertificateTampered(NetralError):
    """A certificate (the argument is its number) does not fit its signature, so no file is made of it."""


@dataclass(frozen=True, slots=True)
class Press:
    """The means of printing: the folder of stored files, the address of the installation, the keys."""

    directory: Path
    base_url: str
    demo: bool
    keyring: KeyRing


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A line of the riwayat kursus; fields in the order of SIASN."""

    pns_orang_id: str
    instansi_id: str
    institusi_penyelenggara: str
    jenis_diklat_id: str
    jenis_kursus: str
    jenis_kursus_sertipikat: str
    jumlah_jam: int
    lokasi_id: str
    nama_kursus: str
    nomor_sertipikat: str
    tahun_kursus: int
    tanggal_kursus: str
    tanggal_selesai_kursus: str
    nip: str
    nama: str
    berkas: str
    periksa: str


COLUMNS = (
    Column("pnsOrangId", "pns_orang_id", width=34, meaning="ID orang di SIASN; kosong bila belum tercatat."),
    Column("instansiId", "instansi_id", width=34),
    Column("institusiPenyelenggara", "institusi_penyelenggara", width=34),
    Column("jenisDiklatId", "jenis_diklat_id", width=14),
    Column("jenisKursus", "jenis_kursus", width=12, meaning="Boleh kosong."),
    Column("jenisKursusSertipikat", "jenis_kursus_sertipikat", width=22),
    Column("jumlahJam", "jumlah_jam", Kind.COUNT, 12, meaning="JP seperti tercetak pada sertifikat."),
    Column("lokasiId", "lokasi_id", width=12, meaning="Boleh kosong."),
    Column("namaKursus", "nama_kursus", width=44),
    Column("nomorSertipikat", "nomor_sertipikat", width=34),
    Column("tahunKursus", "tahun_kursus", Kind.YEAR, 14),
    Column("tanggalKursus", "tanggal_kursus", width=14, meaning="Hari pegawai mulai belajar."),
    Column("tanggalSelesaiKursus", "tanggal_selesai_kursus", width=20, meaning="Hari sertifikat pertama terbit."),
    Column("nip", "nip", width=22),
    Column("nama", "nama", width=36),
    Column("berkas", "berkas", width=60, meaning="Nama PDF di dalam ZIP bagian ini."),
    Column("periksa", "periksa", width=60, meaning="Alamat untuk memeriksa keaslian sertifikat."),
)
CORRECTION_COLUMNS = (
    Column("Nomor", "nomor", width=34),
    Column("Nama", "nama", width=36),
    Column("Bagian", "part", Kind.COUNT, 10),
    Column("Bagian dikirim", "sent_at", Kind.INSTANT, 20, absent="belum"),
    Column("Keadaan", "status_words", width=14),
    Column("Sejak", "status_at", Kind.INSTANT, 20),
    Column("Pengganti", "successor", width=34, absent="tidak ada"),
    Column("Diurus", "done_at", Kind.INSTANT, 20, "Petugas menandai riwayat kursusnya sudah dibenahi di SIASN."),
    Column("Tautan periksa", "link", width=60, meaning="Halaman yang memeriksa sertifikat ini, untuk siapa pun."),
)
STATUS_WORDS = {"revoked": "Dicabut", "superseded": "Diganti"}


def name_workbook(kode: str, number: int) -> str:
    return f"siasn-kursus-{kode}-{number}.xlsx"


def name_archive(kode: str, number: int) -> str:
    return f"siasn-sertifikat-{kode}-{number}.zip"


def name_pdf(nip: str, nomor: str) -> str:
    """Return `NIP18_nomor.pdf`; whatever a file name cannot hold becomes a hyphen."""
    return f"{nip}_{re.sub(r'[^A-Za-z0-9.]+', '-', nomor).strip('-')}.pdf"


def select_exported() -> Select[*tuple[Any, ...]]:
    """Select records that stand in a part, in the order of their numbers."""
    return (
        select_records()
        .join(SiasnExport, SiasnExport.certificate_id == Certificate.id)
        .join(SiasnPart, SiasnPart.id == SiasnExport.part_id)
        .order_by(Certificate.sequence)
    )


def list_unfiled(session: Session, *, period_id: int, most: int) -> tuple[Record, ...]:
    """List certificates in files of a period that have no PDF yet."""
    statement = select_exported().where(SiasnPart.period_id == period_id, UNFILED).limit(most)
    return tuple(map(as_record, session.execute(statement)))


def count_filed(session: Session, *, period_id: int) -> tuple[int, int]:
    """Return how many certificates in parts of a period wait for no PDF, and how many there are."""
    exported = select(FILED, func.count()).join(SiasnExport, SiasnExport.certificate_id == Certificate.id)
    within = exported.join(SiasnPart, SiasnPart.id == SiasnExport.part_id).where(SiasnPart.period_id == period_id)
    filed, size = session.execute(within).one()
    return filed, size


def make_pdfs(
    session: Session, records: Sequence[Record], press: Press, *, now: datetime
) -> Iterator[tuple[str, StoredPdf]]:
    """Yield the public id and the stored PDF of each record; those that exist are only read.

    The caller keeps the hashes afterwards. Raises CertificateTampered, PdfAltered, SheetUnprintable, WorkFailed.
    """
    emblems = {name: find_emblem(session, name) for name in {record.emblem for record in records}}
    for record in records:
        if judge(record, None, now=now, keyring=press.keyring).state is State.TAMPERED:
            raise CertificateTampered(record.nomor)
        emblem = emblems[record.emblem]
        stored = read_or_make_pdf(press.directory, record, base_url=press.base_url, demo=press.demo, emblem=emblem)
        yield record.public_id, stored


def read_part(session: Session, part: Part) -> list[Row[*tuple[Any, ...]]]:
    """Read the rows of the files of a part: the columns of a record, then those of the person."""
    statement = (
        select_exported()
        .add_columns(Asn.nip, Asn.siasn_id.label("pns_orang_id"), Enrolment.started_at, Instansi.siasn_id)
        .add_columns(first_issued().label("first_issued_on"))
        .join(Asn, Asn.id == Certificate.asn_id)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .where(SiasnExport.part_id == part.id, IN_FILES)
    )
    return list(session.execute(statement).all())


def as_course(row: Row[*tuple[Any, ...]], *, base_url: str) -> Course:
    record, ended = as_record(row), row.first_issued_on
    began = min(local_day(row.started_at, record.zona), ended) if row.started_at else ended
    return Course(
        pns_orang_id=row.pns_orang_id,
        instansi_id=row.siasn_id,
        institusi_penyelenggara=name_issuer(record),
        jenis_diklat_id=str(record.jenis_diklat),
        jenis_kursus="",
        jenis_kursus_sertipikat=KINDS[record.jenis_diklat or 0].certificate,
        jumlah_jam=record.jp or 0,
        lokasi_id="",
        nama_kursus=f"{COURSE}, {record.periode}",
        nomor_sertipikat=record.nomor,
        tahun_kursus=ended.year,
        tanggal_kursus=began.strftime(DAY),
        tanggal_selesai_kursus=ended.strftime(DAY),
        nip=row.nip or "",
        nama=record.nama,
        berkas=name_pdf(row.nip or "", record.nomor),
        periksa=make_address(base_url, record.public_id),
    )


def write_part_workbook(courses: Sequence[Course], part: Part, *, period: str, zona: str, created: datetime) -> bytes:
    """Write the workbook of a part. Raises WorkFailed."""
    notes: Notes = [
        ("Berkas", f"Riwayat kursus untuk SIASN, bagian {part.number}"),
        ("Periode", period),
        ("Dibuat", day(local_day(part.made_at, zona))),
        ("Isi", "Tiga belas kolom pertama bernama seperti isian riwayat kursus SIASN. NIP dan tanggal adalah teks."),
        ("Pengiriman", "Netral tidak mengirim apa pun. Petugas memasukkannya ke SIASN, lalu menandai bagian ini."),
        *((f"Arti {column.label}", column.meaning) for column in COLUMNS if column.meaning),
    ]
    return write_workbook([tabulate(COLUMNS, courses)], notes, zona=zona, created=created)


def write_corrections(
    corrections: Sequence[Correction], *, period: str, zona: str, created: datetime, base_url: str
) -> bytes:
    """Write the list of what must be put right in SIASN. Raises WorkFailed."""
    rows = [
        (
            *(each.nomor, each.nama, each.part, each.sent_at, STATUS_WORDS[each.status], each.status_at),
            *(each.successor, each.done_at, make_address(base_url, each.public_id)),
        )
        for each in corrections
    ]
    notes: Notes = [
        ("Berkas", "Sertifikat yang dicabut atau diganti setelah masuk bagian untuk SIASN"),
        ("Periode", period),
        ("Yang perlu dilakukan", "Hapus riwayat kursus bernomor lama di SIASN. Penggantinya masuk bagian berikutnya."),
    ]
    return write_workbook([Table("Data", CORRECTION_COLUMNS, tuple(rows))], notes, zona=zona, created=created)


def pack(
    session: Session, rows: Sequence[Row[*tuple[Any, ...]]], press: Press, *, file: IO[bytes], now: datetime
) -> None:
    """Write the ZIP of a part: each PDF as NIP and number, dated by its issue, so that equal parts are equal files.

    One certificate at a time is in memory. Raises what `make_pdfs` raises.
    """
    records = [as_record(row) for row in rows]
    with ZipFile(file, "w", ZIP_STORED) as archive:
        for row, record, (_, stored) in zip(rows, records, make_pdfs(session, records, press, now=now), strict=True):
            issued = record.issued_at.astimezone(ZoneInfo(record.zona))
            entry = ZipInfo(name_pdf(row.nip or "", record.nomor), issued.timetuple()[:6])
            archive.writestr(entry, stored.content)


def write_part(
    session: Session, part: Part, press: Press, *, period: PeriodView, out: Path, now: datetime
) -> tuple[Path, ...]:
    """Write the workbook and the ZIP of a part into a folder, and return those that were not there yet.

    Each is there whole or not at all, so a run that was killed is continued by running it again.
    """
    workbook, archive = out / name_workbook(period.kode, part.number), out / name_archive(period.kode, part.number)
    rows, written = read_part(session, part), []
    if not workbook.exists():
        courses = [as_course(row, base_url=press.base_url) for row in rows]
        content = write_part_workbook(courses, part, period=period.nama, zona=period.zona, created=part.made_at)
        with write_whole(workbook) as file:
            file.write(content)
        written.append(workbook)
    if not archive.exists():
        with write_whole(archive) as file:
            pack(session, rows, press, file=file, now=now)
        written.append(archive)
    return tuple(written)


@contextmanager
def write_whole(path: Path) -> Iterator[IO[bytes]]:
    """Lend a file that gets its name once it was written whole, and that only its owner may read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for leftover in path.parent.glob(f".{path.name}.*"):  # of a run that was killed
        leftover.unlink()
    fresh = path.with_name(f".{path.name}.{uuid4().hex}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OPEN_TO_OWNER)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
