"""The impact of a norm: the pages, items, twins, open attempts and certificates that stand on it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from netral.certificates.models import Certificate
from netral.errors import NotFound
from netral.learning.exams.models import Attempt
from netral.learning.periods.models import Enrolment, Period
from netral.quiz.questions import Citation, Indicator, Question
from netral.reporting.impact import Impact, read_impact
from tests.factories import NOW
from tests.learning.make import KODE, Exam, hand_in, make_bank, make_exam, publish_small, start
from tests.quiz.make import make_single
from tests.reporting.makers import make_certificate, make_signature

LAW = Citation("UU-9-2023", "ps.9-2")
LAST_DAY = date(2029, 12, 31)


def bank() -> tuple[Question, ...]:
    """Make the small bank, in which only the items on the campaign stand on the SKB; one has a twin on the law."""
    items = [
        question if question.indicator is Indicator.KAMPANYE else replace(question, rules=(LAW,))
        for question in make_bank()
    ]
    items[0] = replace(items[0], twin_group="tunggal")
    return *items, make_single(id="kampanye-kembar", rules=(LAW,), twin_group="tunggal")


def impact(session: Session, rule: str = "", **more: Any) -> Impact:
    return read_impact(session, "SKB-9-2022", rule, **{"now": NOW, "today": NOW.date()} | more)


@pytest.fixture
def exam(session: Session) -> Exam:
    exam = make_exam(session)
    published = publish_small(session, bank=bank())
    session.execute(update(Period).values(edition_id=published.edition_id))
    session.commit()
    return exam


def certify(session: Session, exam: Exam, **more: Any) -> Certificate:
    start(session, exam)
    hand_in(session, exam)
    enrolment = session.scalars(select(Enrolment).where(Enrolment.asn_id == exam.asn_id)).one()
    attempt = session.scalars(select(Attempt).where(Attempt.enrolment_id == enrolment.id)).one()
    signature = make_signature(session, enrolment)
    return make_certificate(session, enrolment, attempt=attempt, signature=signature, **more)


def test_the_editions_in_use_are_told_with_their_pages_items_and_twins(session: Session, exam: Exam) -> None:
    (edition,) = impact(session).editions

    assert edition.periods == (("contoh", KODE),)
    assert edition.pages == (("media-sosial", 1),)
    assert edition.items == ("kampanye-tunggal", "kampanye-jamak", "kampanye-bs", "kampanye-btt")
    assert edition.practice == ("latihan-1", "latihan-2")
    assert edition.twins == ("kampanye-kembar",)


def test_a_period_that_is_over_does_not_hold_its_edition(session: Session, exam: Exam) -> None:
    publish_small(session, bank=(*bank(), make_single(id="kampanye-baru")))

    assert [edition.number for edition in impact(session).editions] == [3, 2]
    assert [edition.number for edition in impact(session, now=NOW + timedelta(days=90)).editions] == [3]


def test_an_attempt_counts_while_it_is_open(session: Session, exam: Exam) -> None:
    start(session, exam)
    assert impact(session).open_attempts == 1
    assert read_impact(session, LAW.norm, now=NOW, today=NOW.date()).open_attempts == 1

    hand_in(session, exam)
    assert impact(session).open_attempts == 0


@pytest.mark.parametrize(
    ("more", "today", "count"),
    [
        ({}, NOW.date(), 1),
        ({}, LAST_DAY, 1),
        ({}, LAST_DAY + timedelta(days=1), 0),
        ({"valid_until": None}, LAST_DAY + timedelta(days=1), 1),
        ({"status": "revoked", "status_at": NOW}, NOW.date(), 0),
    ],
)
def test_a_certificate_counts_while_it_is_valid(
    session: Session, exam: Exam, more: dict[str, Any], today: date, count: int
) -> None:
    certify(session, exam, **more)

    assert impact(session, "lamp.II-A4", today=today).certificates == count


def test_a_norm_or_rule_that_no_edition_knows_is_not_found(session: Session, exam: Exam) -> None:
    with pytest.raises(NotFound):
        impact(session, "lamp.II-A9")
    with pytest.raises(NotFound):
        read_impact(session, "UU-1-1999", now=NOW, today=NOW.date())
