"""The evidence of a certificate, read once and frozen: the person, the passed attempt, the signed ikrar."""

import unicodedata
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from netral import folding
from netral.certificates.models import Certificate
from netral.certificates.proof.verification import Printed
from netral.learning.editions.models import Edition
from netral.learning.exams.models import Attempt
from netral.learning.periods.models import Enrolment, Period
from netral.organisation.models import Asn, Instansi, Opd
from netral.organisation.numbers import last_digits
from netral.pledges.models import PledgeVersion, Signature

LONGEST_OPD = 300
INVISIBLE = {"Cc", "Cf", "Co", "Cn"}
TEXTS = ("nama", "instansi", "periode", "signatory_name", "signatory_title", "jp_dasar")
KEPT = ("attempt_id", "signature_id", "opd", "score", "edition_hash", "pledge_hash")
"""The fields that a reissue repeats from the certificate that it replaces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis(Printed):
    """Everything that is frozen into a certificate except its number, identifier and instant."""

    instansi_id: int
    period_id: int
    enrolment_id: int
    asn_id: int
    attempt_id: int
    signature_id: int
    pledge_hash: str


def clean(text: str) -> str:
    """Return a text cleaned and without invisible characters, so that everything signed can be seen and compared."""
    kept = folding.clean(text)
    visible = "".join(sign for sign in kept if sign.isspace() or unicodedata.category(sign) not in INVISIBLE)
    return " ".join(visible.split())


def find_basis(session: Session, enrolment_id: int) -> Basis | None:
    """Return the basis, None without a passed attempt and the signed ikrar. The caller has locked the enrolment."""
    attempt = find_best_attempt(session, enrolment_id)
    pledge = find_pledge(session, enrolment_id)
    if attempt is None or pledge is None:
        return None
    person = read_person(session, enrolment_id)
    percent = 100 * points_of(attempt) / attempt.item_count
    return as_basis(
        person,
        attempt_id=attempt.id,
        signature_id=pledge.id,
        opd=name_unit(session, person.opd, person.path),
        score=int(percent) if person.print_score else None,
        edition_hash=attempt.edition_hash,
        pledge_hash=pledge.text_hash,
    )


def renew_basis(session: Session, certificate: Certificate) -> Basis:
    """Return the basis of a reissue: person, period and instansi as they are now; OPD, score and evidence as issued."""
    kept = {name: getattr(certificate, name) for name in KEPT}
    return as_basis(read_person(session, certificate.enrolment_id), **kept)


def as_basis(person: Row[*tuple[Any, ...]], **known: Any) -> Basis:
    """Combine a row of `read_person` with the other known values, named like the fields."""
    cleaned = {name: clean(getattr(person, name)) for name in TEXTS}
    values = person._asdict() | cleaned | {"nip_akhir": last_digits(person.nip)} | known
    return Basis(**{field.name: values[field.name] for field in fields(Basis)})


def read_person(session: Session, enrolment_id: int) -> Row[*tuple[Any, ...]]:
    statement = (
        select(
            Enrolment.id.label("enrolment_id"),
            Enrolment.instansi_id,
            Enrolment.period_id,
            Enrolment.asn_id,
            Asn.nama,
            Asn.nip,
            Opd.nama.label("opd"),
            Opd.path,
            Instansi.nama.label("instansi"),
            Instansi.zona,
            Instansi.signatory_name,
            Instansi.signatory_title,
            Instansi.emblem,
            Period.nama.label("periode"),
            Period.number.label("period_number"),
            Period.valid_until,
            Period.print_score,
            Period.jp,
            Period.jp_dasar,
            Period.jenis_diklat,
        )
        .join(Asn, Asn.id == Enrolment.asn_id)
        .join(Opd, Opd.id == Enrolment.current_opd_id)
        .join(Instansi, Instansi.id == Enrolment.instansi_id)
        .join(Period, Period.id == Enrolment.period_id)
        .where(Enrolment.id == enrolment_id)
    )
    return session.execute(statement).one()


def name_unit(session: Session, name: str, path: str) -> str:
    """Name a unit and its perangkat daerah: "Puskesmas Hulu, Dinas Kesehatan"; the unit alone if both are too long."""
    root, *below = path.rstrip("/").split("/")
    if not below:
        return clean(name)
    top = session.scalars(select(Opd.nama).where(Opd.id == int(root))).one()
    whole = f"{clean(name)}, {clean(top)}"
    return whole if len(whole) <= LONGEST_OPD else clean(name)


def find_best_attempt(session: Session, enrolment_id: int) -> Row[*tuple[Any, ...]] | None:
    """Return the passed attempt with the highest score, the earliest of equal ones, and the edition of its paper."""
    statement = (
        select(
            Attempt.id,
            Attempt.points_numerator,
            Attempt.points_denominator,
            Attempt.item_count,
            Edition.hash.label("edition_hash"),
        )
        .join(Period, Period.id == Attempt.period_id)
        .join(Edition, Edition.id == func.coalesce(Attempt.edition_id, Period.edition_id))
        .where(Attempt.enrolment_id == enrolment_id, Attempt.passed.is_(True))
        .order_by(Attempt.number)
    )
    rows = session.execute(statement).all()
    return max(rows, key=lambda row: points_of(row) / row.item_count, default=None)


def points_of(attempt: Row[*tuple[Any, ...]]) -> Fraction:
    return Fraction(attempt.points_numerator, attempt.points_denominator)


def find_pledge(session: Session, enrolment_id: int) -> Row[*tuple[Any, ...]] | None:
    statement = (
        select(Signature.id, PledgeVersion.text_hash)
        .join(PledgeVersion, PledgeVersion.id == Signature.pledge_version_id)
        .where(Signature.enrolment_id == enrolment_id, Signature.outcome == "setuju")
    )
    return session.execute(statement).one_or_none()
