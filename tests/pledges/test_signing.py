"""The ikrar: four ticks, once; asking first and refusing are answers too."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.pledges.models import Signature
from netral.pledges.signing import (
    Answered,
    IkrarClosed,
    IkrarSigned,
    Otherwise,
    Outcome,
    PointsUnticked,
    answer_otherwise,
    find_answer,
    read_ikrar,
    sign,
)
from tests.factories import NOW, make_asn
from tests.learning.make import Exam, get_enrolment, join, later, make_exam, pass_exam

ALL = frozenset({1, 2, 3, 4})


def agree(session: Session, exam: Exam, ticked: frozenset[int] = ALL, *, days: int = 0) -> Answered:
    answered = sign(session, Act(exam.user_id, later(days=days)), ticked=ticked, **exam.who)
    session.commit()
    return answered


def say(session: Session, exam: Exam, outcome: Otherwise, *, days: int = 0) -> Answered:
    answered = answer_otherwise(session, Act(exam.user_id, later(days=days)), outcome=outcome, **exam.who)
    session.commit()
    return answered


def outcomes(session: Session) -> list[str]:
    return list(session.scalars(select(Signature.outcome).order_by(Signature.id)))


def test_the_text_is_that_of_the_periods_edition(session: Session) -> None:
    exam = make_exam(session)

    ikrar = read_ikrar(session, edition_id=exam.edition_id)

    assert (ikrar.opening, len(ikrar.points), ikrar.closing) == ("Saya berikrar:", 4, "Demikian ikrar ini.")


def test_four_ticks_sign_it(session: Session) -> None:
    exam = make_exam(session)

    answered = agree(session, exam)

    signature = session.scalars(select(Signature)).one()
    assert (answered.outcome, answered.new) == (Outcome.SETUJU, True)
    assert (signature.points_ticked, signature.at) == (4, NOW)
    assert get_enrolment(session, exam).pledged_at == NOW


def test_three_ticks_do_not_sign_it(session: Session) -> None:
    exam = make_exam(session)

    for ticked in (frozenset[int](), frozenset({1, 2, 3}), frozenset({1, 2, 3, 5})):
        with pytest.raises(PointsUnticked) as unticked:
            agree(session, exam, ticked)
        assert 4 in unticked.value.args
    assert outcomes(session) == []


def test_signing_again_gives_the_same_signature(session: Session) -> None:
    exam = make_exam(session)
    agree(session, exam)

    again = agree(session, exam, days=1)

    assert (again.new, again.at) == (False, NOW)
    assert outcomes(session) == ["setuju"]


def test_a_question_or_a_refusal_leaves_signing_possible(session: Session) -> None:
    exam = make_exam(session)
    say(session, exam, Outcome.TANYA_DULU)
    say(session, exam, Outcome.TANYA_DULU, days=1)
    say(session, exam, Outcome.MENOLAK, days=2)
    assert get_enrolment(session, exam).pledged_at is None

    agree(session, exam, days=3)

    assert outcomes(session) == ["tanya-dulu", "menolak", "setuju"]
    last = find_answer(session, get_enrolment(session, exam).id)
    assert last is not None
    assert last.outcome is Outcome.SETUJU


def test_a_signature_does_not_become_a_refusal(session: Session) -> None:
    exam = make_exam(session)
    agree(session, exam)

    with pytest.raises(IkrarSigned):
        say(session, exam, Outcome.MENOLAK)


def test_nobody_signs_outside_the_period(session: Session) -> None:
    exam = make_exam(session)

    for days in (-5, 90):
        with pytest.raises(IkrarClosed):
            agree(session, exam, days=days)


def test_each_answer_leaves_one_event(session: Session) -> None:
    exam = make_exam(session)
    say(session, exam, Outcome.TANYA_DULU)
    agree(session, exam)
    agree(session, exam)

    actions = session.scalars(select(AuditEvent.action).where(AuditEvent.action.startswith("ikrar")))
    assert sorted(actions) == ["ikrar.question_asked", "ikrar.signed"]


def test_the_database_refuses_an_agreement_with_fewer_ticks(session: Session) -> None:
    exam = make_exam(session)
    enrolment = get_enrolment(session, exam)
    ikrar = read_ikrar(session, edition_id=exam.edition_id)
    signature = Signature(
        instansi_id=exam.instansi_id,
        enrolment_id=enrolment.id,
        pledge_version_id=ikrar.id,
        outcome="setuju",
        points_ticked=3,
        at=NOW,
    )
    session.add(signature)

    with pytest.raises(DatabaseError, match="four_points"):
        session.flush()
    session.rollback()


def test_after_tutup_who_passed_in_time_signs_for_the_stated_days_only(session: Session) -> None:
    exam = make_exam(session, valid_until=None)
    budi = join(session, exam, make_asn(session, nama="Budi Santoso"))
    pass_exam(session, exam)

    with pytest.raises(IkrarClosed):
        agree(session, budi, days=60)
    session.rollback()
    with pytest.raises(IkrarClosed):
        agree(session, exam, days=74)
    session.rollback()
    assert agree(session, exam, days=73).new


def test_nobody_signs_for_a_certificate_that_would_have_expired(session: Session) -> None:
    exam = make_exam(session, valid_until=date(2029, 6, 30))
    pass_exam(session, exam)

    with pytest.raises(IkrarClosed):
        agree(session, exam, days=60)
