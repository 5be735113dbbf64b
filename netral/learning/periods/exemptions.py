"""Exemptions and their documents: granted with a number, a day and perhaps a PDF, and ended on their last day."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.database.tables import insert
from netral.errors import NetralError, NotFound
from netral.learning.periods.enrolments import (
    Enrolled,
    ReasonMissing,
    Standing,
    StandingUnchanged,
    end_exemption,
    exempt,
    lock_to_decide,
    record_enrolment,
)
from netral.learning.periods.models import Enrolment, Exemption, ExemptionFile, Period
from netral.organisation.instansi import lock_instansi
from netral.organisation.membership import local_day
from netral.organisation.models import Instansi
from netral.organisation.numbers import mask_nik
from netral.versions import check_version

MOST_BYTES = 2 * 1024 * 1024
TRAILER = 2048
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|XFA|RichMedia)(?![A-Za-z])")
RUN_OUT = "Masa pembebasan berakhir."


class PaperTooLarge(NetralError):
    """The file has more than 2 MiB."""


class NotPdf(NetralError):
    """The file is no PDF."""


class PdfNotPlain(NetralError):
    """The PDF holds a script, a form that computes, a file inside, or a command that starts a program."""


class PaperUnnumbered(NetralError):
    """There is a file, or a day of a document, without the number of the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The document behind an exemption. `valid_to`: the last exempt day; `pdf` as `read_pdf` accepted it."""

    document: str = ""
    document_date: date | None = None
    valid_to: date | None = None
    pdf: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExemptionView:
    """An exemption as it is listed. `ended_at` none: it has not been ended."""

    id: int
    document: str
    document_date: date | None
    valid_to: date | None
    reason: str
    has_file: bool
    at: datetime
    ended_at: datetime | None


def read_pdf(data: bytes) -> bytes:
    """Return an uploaded PDF as it is. Raises PaperTooLarge, NotPdf or PdfNotPlain.

    Something active is found where a PDF names it openly. Packed objects are not looked into, so the file is only ever
    sent as a download, in a sandbox.
    """
    if len(data) > MOST_BYTES:
        raise PaperTooLarge(len(data))
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-TRAILER:]:
        raise NotPdf
    if ACTIVE.search(ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), data)):
        raise PdfNotPlain
    return data


def grant_exemption(session: Session, act: Act, *, asn_id: int, kode: str, reason: str, paper: Paper) -> None:
    """Exempt a person and keep the document. Raises as `exempt` does, and PaperUnnumbered."""
    check_paper(paper)
    exempt(session, act, asn_id=asn_id, kode=kode, reason=reason)
    keep_paper(session, act, lock_to_decide(session, act, asn_id=asn_id, kode=kode), paper, reason=reason)


def complete_exemption(
    session: Session, act: Act, *, asn_id: int, kode: str, reason: str, paper: Paper, version: str | None = None
) -> None:
    """Replace the document and the last day of an exemption that goes on; without a new PDF, the old one stays.

    `version`: of the exemption that the page showed. Raises NotFound, ReasonMissing, PaperUnnumbered, StandingUnchanged
    for a person who is not exempt, and Outdated.
    """
    check_paper(paper)
    if not reason.strip():
        raise ReasonMissing
    enrolled = lock_to_decide(session, act, asn_id=asn_id, kode=kode)
    if enrolled.standing is not Standing.BEBAS:
        raise StandingUnchanged(enrolled.standing)
    present = session.execute(select(Exemption.id, Exemption.file_id).where(is_open(enrolled.id))).one_or_none()
    check_version(version, present.id if present else None)
    keep_paper(session, act, enrolled, paper, reason=reason, file_id=present.file_id if present else None)
    said = {"document": mask_nik(paper.document)} if paper.document else {}
    record_enrolment(session, act, "enrolment.exemption_completed", enrolled, reason=mask_nik(reason.strip()), **said)


def withdraw_exemption(session: Session, act: Act, *, asn_id: int, kode: str, reason: str) -> None:
    """End an exemption. Raises as `end_exemption` does."""
    end_exemption(session, act, asn_id=asn_id, kode=kode, reason=reason)
    enrolled = lock_to_decide(session, act, asn_id=asn_id, kode=kode)
    session.execute(update(Exemption).where(is_open(enrolled.id)).values(ended_at=act.now))


def check_paper(paper: Paper) -> None:
    if (paper.pdf or paper.document_date) and not paper.document.strip():
        raise PaperUnnumbered


def is_open(enrolment_id: int) -> Any:
    return (Exemption.enrolment_id == enrolment_id) & Exemption.ended_at.is_(None)


def keep_paper(
    session: Session, act: Act, enrolled: Enrolled, paper: Paper, *, reason: str, file_id: int | None = None
) -> None:
    """Write the row of an exemption in place of an earlier one that is still open."""
    session.execute(update(Exemption).where(is_open(enrolled.id)).values(ended_at=act.now))
    instansi_id = enrolled.period.instansi_id
    values = {
        "instansi_id": instansi_id,
        "enrolment_id": enrolled.id,
        "document": mask_nik(paper.document.strip()),
        "document_date": paper.document_date,
        "valid_to": paper.valid_to,
        "reason": mask_nik(reason.strip()),
        "file_id": keep_file(session, instansi_id, paper.pdf, now=act.now) if paper.pdf else file_id,
        "at": act.now,
        "by_user_id": act.actor_id,
    }
    session.execute(insert(session, Exemption).values(values))


def keep_file(session: Session, instansi_id: int, content: bytes, *, now: datetime) -> int:
    """Keep a PDF once for each instansi, by its hash; return its id."""
    digest = hashlib.sha256(content).hexdigest()
    values = {"instansi_id": instansi_id, "hash": digest, "content": content, "created_at": now}
    session.execute(insert(session, ExemptionFile).values(values).on_conflict_do_nothing())
    same = (ExemptionFile.instansi_id == instansi_id, ExemptionFile.hash == digest)
    return session.scalars(select(ExemptionFile.id).where(*same)).one()


def list_exemptions(session: Session, *, enrolment_id: int) -> tuple[ExemptionView, ...]:
    """List every exemption of an enrolment, the newest first."""
    names = ("id", "document", "document_date", "valid_to", "reason", "at", "ended_at")
    statement = select(*(getattr(Exemption, name) for name in names), Exemption.file_id.is_not(None).label("has_file"))
    rows = session.execute(statement.where(Exemption.enrolment_id == enrolment_id).order_by(Exemption.id.desc()))
    return tuple(ExemptionView(**row._asdict()) for row in rows)


def read_file(session: Session, *, instansi_id: int, kode: str, asn_id: int, exemption_id: int) -> bytes:
    """Return the PDF of an exemption. Raises NotFound unless all of the address belongs together."""
    statement = (
        select(ExemptionFile.content)
        .join(Exemption, Exemption.file_id == ExemptionFile.id)
        .join(Enrolment, Enrolment.id == Exemption.enrolment_id)
        .join(Period, Period.id == Enrolment.period_id)
        .where(Exemption.id == exemption_id, Enrolment.asn_id == asn_id, Period.kode == kode)
        .where(Period.instansi_id == instansi_id, Exemption.instansi_id == instansi_id)
    )
    content = session.scalars(statement).one_or_none()
    if content is None:
        raise NotFound("pembebasan", exemption_id)
    return content


def end_overdue_exemptions(session: Session, act: Act) -> int:
    """End the exemptions whose last day has passed; return how many. Calling it twice has no further effect."""
    zona = session.scalars(select(Instansi.zona).where(Instansi.id == act.instansi_id)).one()
    statement = (
        select(Enrolment.asn_id, Period.kode)
        .join(Exemption, Exemption.enrolment_id == Enrolment.id)
        .join(Period, Period.id == Enrolment.period_id)
        .where(Exemption.instansi_id == act.instansi_id, Exemption.ended_at.is_(None))
        .where(Exemption.valid_to < local_day(act.now, zona), Enrolment.standing == Standing.BEBAS.value)
        .where(Period.closes_at > act.now)
        .order_by(Exemption.id)
    )
    if session.execute(statement.limit(1)).first() is None:
        return 0
    lock_instansi(session, act.instansi_id)
    due: list[Row[int, str]] = list(session.execute(statement))
    for asn_id, kode in due:
        withdraw_exemption(session, act, asn_id=asn_id, kode=kode, reason=RUN_OUT)
    return len(due)
