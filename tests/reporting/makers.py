"""Rows that reports read: attempts, signatures, certificates; and people in a given state."""

from datetime import datetime, timedelta
from fractions import Fraction
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.certificates.models import Certificate
from netral.learning.editions.models import QuestionVersion
from netral.learning.exams.counting import POINT
from netral.learning.exams.models import Attempt, AttemptItem, IndicatorTally
from netral.learning.periods.models import Enrolment, EnrolmentChange, Period
from netral.organisation.models import Asn, Instansi, Opd
from netral.pledges.models import PledgeVersion, Signature
from netral.reporting.counts import OpdCompletion, State
from netral.reporting.reports.completion import CompletionReport
from tests.factories import NOW, make_asn, make_enrolment

DAY = timedelta(days=1)
numbers = count(1)


def make_attempt(session: Session, enrolment: Enrolment, **more: Any) -> Attempt:
    """Make an attempt, submitted a day ago and passed, with 20 questions of which all were right."""
    values: dict[str, Any] = {
        "number": 1,
        "state": "submitted",
        "seed": 1,
        "by_place": True,
        "started_at": NOW - 2 * DAY,
        "deadline_at": NOW + DAY,
        "closed_at": NOW - DAY,
        "item_count": 20,
        "points_numerator": 20,
        "points_denominator": 1,
        "passed": True,
    }
    attempt = Attempt(
        instansi_id=enrolment.instansi_id,
        period_id=enrolment.period_id,
        enrolment_id=enrolment.id,
        **(values | more),
    )
    session.add(attempt)
    session.flush()
    return attempt


def make_question(session: Session, *, indicator: str = "kampanye") -> QuestionVersion:
    number = next(numbers)
    question = QuestionVersion(
        question_id=f"soal-{number}",
        content_hash=f"{number:064x}",
        key_hash=f"{number:064x}",
        kind="tunggal",
        indicator=indicator,
        body={},
    )
    session.add(question)
    session.flush()
    return question


def make_item(session: Session, attempt: Attempt, *, question: QuestionVersion, points: tuple[int, int] | None) -> None:
    slot = 1 + len(session.scalars(select(AttemptItem.id).where(AttemptItem.attempt_id == attempt.id)).all())
    numerator, denominator = points or (None, None)
    session.add(
        AttemptItem(
            attempt_id=attempt.id,
            slot=slot,
            question_version_id=question.id,
            option_order=[],
            points_numerator=numerator,
            points_denominator=denominator,
        )
    )
    session.flush()


def make_signature(session: Session, enrolment: Enrolment, **more: Any) -> Signature:
    values: dict[str, Any] = {"outcome": "setuju", "points_ticked": 4, "at": NOW - DAY}
    signature = Signature(
        instansi_id=enrolment.instansi_id,
        enrolment_id=enrolment.id,
        pledge_version_id=session.scalars(select(PledgeVersion.id)).first(),
        **(values | more),
    )
    session.add(signature)
    session.flush()
    return signature


def make_certificate(
    session: Session, enrolment: Enrolment, *, attempt: Attempt, signature: Signature, **more: Any
) -> Certificate:
    asn = session.get_one(Asn, enrolment.asn_id)
    period = session.get_one(Period, enrolment.period_id)
    number = next(numbers)
    values: dict[str, Any] = {
        "public_id": f"{number:026d}",
        "sequence": number,
        "nomor": f"{number:04d}/CONTOH/2029",
        "nama": asn.nama,
        "nip_akhir": "000",
        "opd": session.get_one(Opd, enrolment.current_opd_id).nama,
        "instansi": session.get_one(Instansi, enrolment.instansi_id).nama,
        "periode": period.nama,
        "period_number": period.number,
        "score": 100,
        "issued_on": (NOW - DAY).date(),
        "valid_until": period.valid_until,
        "edition_hash": "0" * 64,
        "pledge_hash": "0" * 64,
        "payload": b"",
        "key_id": "00000000",
        "signed": b"",
        "issued_at": NOW - DAY,
        "status": "valid",
    }
    certificate = Certificate(
        instansi_id=enrolment.instansi_id,
        period_id=enrolment.period_id,
        enrolment_id=enrolment.id,
        asn_id=enrolment.asn_id,
        attempt_id=attempt.id,
        signature_id=signature.id,
        **(values | more),
    )
    session.add(certificate)
    session.flush()
    return certificate


def make_change(session: Session, enrolment: Enrolment, kind: str, opd: Opd) -> None:
    """Make a change of a day ago, or of the time of joining where that is later."""
    at = max(NOW - DAY, enrolment.joined_at)
    session.add(
        EnrolmentChange(instansi_id=enrolment.instansi_id, enrolment_id=enrolment.id, kind=kind, at=at, opd_id=opd.id)
    )
    session.flush()


def make_person(
    session: Session,
    *,
    opd: Opd,
    period: Period,
    state: State = State.NOT_STARTED,
    at: datetime = NOW - DAY,
    nama: str = "Siti Aminah",
    **more: Any,
) -> Enrolment:
    """Make an enrolled ASN with all rows of the state, all of one time, and their summary."""
    enrolment = make_enrolment(session, asn=make_asn(session, opd=opd, nama=nama), period=period, **more)
    attempt = signature = None
    if state is not State.NOT_STARTED:
        enrolment.started_at = at
    if state in {State.PASSED_ONLY, State.COMPLETED}:
        attempt = make_attempt(session, enrolment, started_at=at, closed_at=at)
        enrolment.passed_at = at
    elif state is State.UNDER_WAY:
        make_attempt(session, enrolment, started_at=at, closed_at=at, passed=False, points_numerator=3)
    if state in {State.PLEDGED_ONLY, State.COMPLETED}:
        signature = make_signature(session, enrolment, at=at)
        enrolment.pledged_at = at
        enrolment.started_at = at if attempt else None
    if attempt and signature:
        make_certificate(session, enrolment, attempt=attempt, signature=signature, issued_at=at)
        enrolment.completed_at = at
    session.flush()
    return enrolment


def row_of(report: CompletionReport, opd: Opd) -> OpdCompletion:
    return next(row for row in report.rows if row.unit.kode == opd.kode)


def make_indicator_tally(
    session: Session, period: Period, opd: Opd, indicator: str, *, people: int, points: Fraction | int
) -> None:
    """Count people who answered one question of the indicator each, and earned these points together."""
    values = {"people": people, "items": people, "points": int(points * POINT)}
    nothing = dict.fromkeys(("forbidden", "hits", "allowed", "false_alarms"), 0)
    tally = {"period_id": period.id, "opd_id": opd.id, "indicator": indicator}
    session.add(IndicatorTally(**tally, **values, **nothing))
    session.flush()
