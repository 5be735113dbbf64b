"""The certificates of a unit as one ZIP with an index, made by a job.

The job goes through the certificates in batches, so that each step takes seconds: it makes the PDFs that nobody has
opened so far. The last step then copies all of them from their stored files into the ZIP, whichever were made when, and
the ZIP appears whole or not at all.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.certificates.issue.register import as_record, select_records
from netral.certificates.models import Certificate
from netral.certificates.paper.document import SheetUnprintable
from netral.certificates.paper.files import PdfAltered, StoredPdf, name_file, read_or_make_pdf
from netral.certificates.proof.keys import KeyRing
from netral.certificates.proof.payload import make_address
from netral.certificates.proof.verification import USABLE, Record, judge
from netral.errors import NetralError, NotFound
from netral.indonesian import number
from netral.jobs.models import Job
from netral.jobs.queue import DONE, enqueue, find_job
from netral.learning.periods.models import Enrolment
from netral.organisation.emblems import find_emblem
from netral.organisation.models import Opd
from netral.reporting.counts import Unit
from netral.reporting.report import Column, Kind, Notes, PeriodFacts, explain, find_period, period_notes, tabulate
from netral.reporting.reports.completion import UNIT
from netral.reporting.reports.register import STATE_WORDS, read_state
from netral.reporting.workbooks import write_workbook

KIND = "certificate_bundle"
BATCH = 40
MOST = 10_000
NAME = "sertifikat.zip"
INDEX = "daftar.xlsx"
LEFT_OUT = "Catatan tidak cocok dengan tanda tangannya"
UNPRINTABLE = "Berkas tidak dapat dibuat atau telah berubah"
NOT_CURRENT = "Tidak berlaku lagi"


class TooManyCertificates(NetralError):
    """The unit has more certificates than one ZIP takes; the arguments are both numbers in words for people."""


class NoCertificates(NetralError):
    """The unit has no certificate in this period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The certificates of one period, of the people who are, or last were, in a unit or below it."""

    period: PeriodFacts
    unit: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Bindery:
    """The place of stored PDFs, and what it takes to make one that is missing."""

    directory: Path
    base_url: str
    demo: bool
    keyring: KeyRing
    now: datetime
    emblems: dict[str | None, bytes | None] = field(default_factory=dict)

    def is_usable(self, certificate: Record) -> bool:
        return judge(certificate, None, now=self.now, keyring=self.keyring).state in USABLE

    def read(self, session: Session, certificate: Record) -> StoredPdf:
        """Return the stored PDF, made now if there is none. Raises PdfAltered, SheetUnprintable, WorkFailed."""
        name = certificate.emblem
        if name not in self.emblems:
            self.emblems[name] = find_emblem(session, name)
        return read_or_make_pdf(
            self.directory, certificate, base_url=self.base_url, demo=self.demo, emblem=self.emblems[name]
        )


@dataclass(frozen=True, slots=True)
class Made:
    """A PDF that has no hash in the database yet."""

    public_id: str
    stored: StoredPdf


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the index. `file` is empty, and `remark` says why, for a certificate that is not in the ZIP."""

    nomor: str
    nama: str
    unit: str
    issued_on: date
    valid_until: date | None
    link: str
    status: str
    file: str
    remark: str


COLUMNS = (
    Column("Nomor", "nomor", width=34),
    Column("Nama", "nama", width=36),
    Column("Unit kerja", "unit", width=44),
    Column("Terbit", "issued_on", Kind.DAY, 14),
    Column("Berlaku sampai", "valid_until", Kind.DAY, 16),
    Column("Status", "status", width=20),
    Column("Tautan periksa", "link", width=60, meaning="Halaman yang memeriksa sertifikat ini, untuk siapa pun."),
    Column("Berkas", "file", width=60, meaning="Nama berkasnya di dalam ZIP ini."),
    Column("Keterangan", "remark", width=40, meaning="Sebab sebuah sertifikat tidak dimuat."),
)


def read_wanted(session: Session, *, instansi_id: int, period_id: int, opd_id: int) -> Wanted:
    """Return the period and unit by their ids. Raises NotFound."""
    row = session.execute(select(*UNIT).where(Opd.instansi_id == instansi_id, Opd.id == opd_id)).one_or_none()
    if row is None:
        raise NotFound("opd", opd_id)
    return Wanted(period=find_period(session, instansi_id=instansi_id, period_id=period_id), unit=Unit(*row))


def select_wanted(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    """Select records, with the ids of certificates and their present units."""
    return (
        select_records()
        .add_columns(Certificate.id, Opd.nama.label("unit"))
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .join(Opd, Opd.id == Enrolment.current_opd_id)
        .where(
            Certificate.instansi_id == wanted.period.instansi_id,
            Certificate.period_id == wanted.period.period_id,
            Opd.path.startswith(wanted.unit.path, autoescape=True),
        )
    )


def count_wanted(session: Session, wanted: Wanted) -> int:
    """Count the certificates, whatever their status."""
    counted = select_wanted(wanted).with_only_columns(func.count(), maintain_column_froms=True)
    return session.execute(counted).scalar() or 0


def order_bundle(session: Session, act: Act, wanted: Wanted) -> int:
    """Order the ZIP of a unit and return the id of its job, or of the one that is under way already.

    Raises NoCertificates, TooManyCertificates.
    """
    count = count_wanted(session, wanted)
    if not count:
        raise NoCertificates
    if count > MOST:
        raise TooManyCertificates(number(count), number(MOST))
    period, unit = wanted.period, wanted.unit
    arguments = {"period_id": period.period_id, "opd_id": unit.opd_id}
    job_id = enqueue(session, act, KIND, arguments, key=f"{period.period_id}/{unit.opd_id}")
    note(session, act, "bundle.ordered", job_id, period=period.kode, kode=unit.kode, count=count)
    return job_id


def find_bundle(session: Session, job_id: int, *, instansi_id: int) -> Job:
    """Return the job of a finished ZIP. Raises NotFound."""
    job = find_job(session, job_id, instansi_id=instansi_id)
    if job.kind != KIND or job.state != DONE:
        raise NotFound("berkas", job_id)
    return job


def note(session: Session, act: Act, action: str, job_id: int, **detail: str | int) -> None:
    record(session, act, action=action, object_kind="bundle", object_id=job_id, detail=detail)


def prepare_batch(session: Session, wanted: Wanted, bindery: Bindery, *, begin: int) -> tuple[Made, ...]:
    """Make the PDFs that are missing among the certificates from `begin` on, a batch of them."""
    rows = session.execute(select_wanted(wanted).order_by(Certificate.id).offset(begin).limit(BATCH)).all()
    made = []
    for certificate in map(as_record, rows):
        if bindery.is_usable(certificate):
            try:
                stored = bindery.read(session, certificate)
            except (PdfAltered, SheetUnprintable):
                continue  # the index says so
            if certificate.pdf_hash is None:
                made.append(Made(certificate.public_id, stored))
    return tuple(made)


def pack(session: Session, wanted: Wanted, bindery: Bindery, folder: Path) -> tuple[tuple[Made, ...], dict[str, Any]]:
    """Write the ZIP and return the PDFs made just now, and the result of the job; no PDF stays in memory."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    fresh = path.with_suffix(".part")
    made: list[Made] = []
    with fresh.open("wb") as file:
        with ZipFile(file, "w", ZIP_STORED) as archive:
            rows = fill(session, wanted, bindery, archive, made)
            archive.writestr(date_entry(INDEX, bindery.now), write_index(wanted, bindery, rows))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    within = sum(1 for row in rows if row.file)
    return tuple(made), {"certificates": within, "left_out": len(rows) - within}


def fill(session: Session, wanted: Wanted, bindery: Bindery, archive: ZipFile, made: list[Made]) -> list[Listed]:
    """Copy every certificate into the archive and return the rows of the index, by name."""
    taken: set[str] = set()
    listed = []
    for row in read_by_name(session, wanted):
        certificate = as_record(row)
        stored, remark = find_paper(session, bindery, certificate)
        file = ""
        if stored:
            file = name_once(name_file(certificate.nomor, certificate.nama), taken)
            archive.writestr(date_entry(file, certificate.issued_at), stored.content)
            if certificate.pdf_hash is None:
                made.append(Made(certificate.public_id, stored))
        listed.append(as_listed(certificate, row.unit, bindery, file=file, remark=remark))
    return listed


def read_by_name(session: Session, wanted: Wanted) -> Iterator[Row[*tuple[Any, ...]]]:
    """Yield the certificates by name, a batch at a time, since they may not fit into memory."""
    statement = select_wanted(wanted)
    order = statement.order_by(func.lower(Certificate.nama), Certificate.id)
    ids = session.scalars(order.with_only_columns(Certificate.id, maintain_column_froms=True)).all()
    for begin in range(0, len(ids), BATCH):
        chosen = ids[begin : begin + BATCH]
        rows = {row.id: row for row in session.execute(statement.where(Certificate.id.in_(chosen)))}
        yield from (rows[each] for each in chosen if each in rows)


def as_listed(certificate: Record, unit: str, bindery: Bindery, *, file: str, remark: str) -> Listed:
    today = bindery.now.astimezone(ZoneInfo(certificate.zona)).date()
    return Listed(
        nomor=certificate.nomor,
        nama=certificate.nama,
        unit=unit,
        issued_on=certificate.issued_on,
        valid_until=certificate.valid_until,
        link=make_address(bindery.base_url, certificate.public_id),
        status=STATE_WORDS[read_state(certificate.status, certificate.valid_until, today)],
        file=file,
        remark=remark,
    )


def find_paper(session: Session, bindery: Bindery, certificate: Record) -> tuple[StoredPdf | None, str]:
    """Return the PDF of a certificate, or None and why there is none to hand out."""
    if not bindery.is_usable(certificate):
        return None, LEFT_OUT if certificate.status == "valid" else NOT_CURRENT
    try:
        return bindery.read(session, certificate), ""
    except (PdfAltered, SheetUnprintable):
        return None, UNPRINTABLE


def name_once(name: str, taken: set[str]) -> str:
    """Return a name that no other file has, also where capitals do not count."""
    stem, dot, ending = name.rpartition(".")
    chosen, again = name, 1
    while chosen.lower() in taken:
        again += 1
        chosen = f"{stem}-{again}{dot}{ending}"
    taken.add(chosen.lower())
    return chosen


def date_entry(name: str, at: datetime) -> ZipInfo:
    entry = ZipInfo(name, at.timetuple()[:6])
    entry.external_attr = 0o644 << 16
    return entry


def write_index(wanted: Wanted, bindery: Bindery, rows: list[Listed]) -> bytes:
    period = wanted.period
    notes: Notes = [
        ("Isi", "Sertifikat unit ini dan unit di bawahnya, juga milik pegawai yang sudah keluar."),
        ("Unit", wanted.unit.nama),
        *period_notes(period, bindery.now),
        ("Sertifikat", number(len(rows))),
        *((f"Arti {label}", meaning) for label, meaning in explain(COLUMNS)),
    ]
    return write_workbook([tabulate(COLUMNS, rows)], notes, zona=period.zona, created=bindery.now)
