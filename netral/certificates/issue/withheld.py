"""Certificates withheld from people who passed and signed, but whose names the font cannot print.

Their achievement stays. No row records the waiting: it follows from the name, and ends when the name changes.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.certificates.issue.basis import clean
from netral.certificates.issue.issuing import Issued, Signer, issue_if_complete
from netral.certificates.models import Certificate
from netral.certificates.paper.sheet import missing_glyphs
from netral.database.tables import Reader
from netral.errors import NotFound
from netral.learning.periods.models import UNCERTIFIED, Enrolment, Period
from netral.organisation.models import Asn, Opd
from netral.organisation.numbers import last_digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A person whose certificate waits; `letters` are those of their name that cannot be printed."""

    enrolment_id: int
    asn_id: int
    nama: str
    nip_akhir: str
    unit: str
    period: str
    letters: str


def list_withheld(session: Reader, *, instansi_id: int, asn_id: int | None = None) -> tuple[Withheld, ...]:
    """List withheld certificates by name and period, of the whole instansi or of one person."""
    rows = session.execute(select_complete(instansi_id, asn_id).order_by(Asn.nama, Asn.id, Period.id))
    return tuple(
        Withheld(
            enrolment_id=row.enrolment_id,
            asn_id=row.asn_id,
            nama=row.nama,
            nip_akhir=last_digits(row.nip),
            unit=row.unit,
            period=row.period,
            letters=letters,
        )
        for row in rows
        if (letters := find_unprintable(row.nama))
    )


def read_name(session: Reader, *, instansi_id: int, asn_id: int) -> str:
    """Return the present name, whether or not a certificate waits for it. Raises NotFound."""
    nama = session.execute(select(Asn.nama).where(Asn.id == asn_id, Asn.instansi_id == instansi_id)).scalar()
    if nama is None:
        raise NotFound("asn", asn_id)
    return nama


def issue_withheld(session: Session, act: Act, signer: Signer) -> tuple[Issued, ...]:
    """Issue the certificates of the act's instansi whose names can now be printed; again, this has no further effect.

    Code that writes names calls this in the same transaction. Raises NoSigningKey.
    """
    rows = session.execute(select_complete(act.instansi_id).order_by(Enrolment.id)).all()
    due = [row.enrolment_id for row in rows if not find_unprintable(row.nama)]
    issued = [issue_if_complete(session, act, signer, enrolment_id=enrolment_id) for enrolment_id in due]
    return tuple(one for one in issued if one is not None and one.new)


def find_unprintable(name: str) -> str:
    """Return the letters of a name, as printed, that the font lacks."""
    return "".join(sorted(missing_glyphs(clean(name))))


def select_complete(instansi_id: int | None, asn_id: int | None = None) -> Select[*tuple[Any, ...]]:
    """Select people who passed and signed and never had a certificate of that period."""
    statement = (
        select(
            Enrolment.id.label("enrolment_id"),
            Asn.id.label("asn_id"),
            Asn.nama,
            Asn.nip,
            Opd.nama.label("unit"),
            Period.nama.label("period"),
        )
        .join(Asn, Asn.id == Enrolment.asn_id)
        .join(Opd, Opd.id == Asn.opd_id)
        .join(Period, Period.id == Enrolment.period_id)
        .where(Enrolment.instansi_id == instansi_id, UNCERTIFIED)
        .where(~exists().where(Certificate.enrolment_id == Enrolment.id).correlate(Enrolment))
    )
    return statement if asn_id is None else statement.where(Enrolment.asn_id == asn_id)
