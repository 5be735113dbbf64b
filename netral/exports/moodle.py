"""Grades of a period as the file that Moodle's grade import takes in."""

import csv
from dataclasses import dataclass
from fractions import Fraction
from io import StringIO
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from netral.certificates.issue.issuing import VALID
from netral.certificates.models import Certificate
from netral.certificates.proof.payload import make_address
from netral.learning.exams.models import Attempt
from netral.organisation.models import Asn
from netral.reporting.workbooks import neutral

USERNAME, IDNUMBER = "username", "idnumber"


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade, 0 to 100: the printed score, else that of the passed attempt, rounded down.

    `number`: the NIP, else the participant number.
    """

    number: str
    percent: int
    nomor: str
    public_id: str


def list_grades(session: Session, *, period_id: int) -> tuple[Grade, ...]:
    """List the holders of a valid certificate by number, without people who have none."""
    statement = (
        select(
            func.coalesce(Asn.nip, Asn.number).label("number"),
            Attempt.points_numerator,
            Attempt.points_denominator,
            Attempt.item_count,
            Certificate.score,
            Certificate.nomor,
            Certificate.public_id,
        )
        .join(Asn, Asn.id == Certificate.asn_id)
        .join(Attempt, Attempt.id == Certificate.attempt_id)
        .where(Certificate.period_id == period_id, Certificate.status == VALID)
        .where(func.coalesce(Asn.nip, Asn.number).is_not(None))
        .order_by(Certificate.sequence)
    )
    return tuple(Grade(row.number, grade(row), row.nomor, row.public_id) for row in session.execute(statement))


def grade(row: Row[*tuple[Any, ...]]) -> int:
    if row.score is not None:
        return int(row.score)
    return int(100 * Fraction(row.points_numerator, row.points_denominator) / row.item_count)


def write_grades(grades: tuple[Grade, ...], *, course: str, column: str, base_url: str) -> bytes:
    """Write comma-separated UTF-8. `column`: what the number is in Moodle; `course`: the short name of its course."""
    file = StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([column, "course", "grade", "feedback"])
    for each in grades:
        told = f"Sertifikat {each.nomor}, periksa di {make_address(base_url, each.public_id)}"
        writer.writerow([neutral(each.number), neutral(course), each.percent, told])
    return file.getvalue().encode()
