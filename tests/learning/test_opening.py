"""Opening a period: refusals, the pinned edition, the people enrolled; and closing it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.errors import NetralError, NotFound
from netral.learning.periods import opening
from netral.learning.periods.lifecycle import PeriodNotBegun, close_period
from netral.learning.periods.models import Enrolment
from netral.learning.periods.opening import open_period
from netral.learning.periods.reading import PeriodState, choose_period, list_periods
from netral.quiz.drawing import PoolTooSmall
from netral.quiz.questions import Indicator
from tests.factories import NOW, make_asn, make_instansi, make_opd, make_period
from tests.learning.make import KODE, SMALL, later, make_exam, make_many, make_plan, publish_small


def open_one(session: Session, instansi_id: int, **changes: Any) -> opening.OpenedPeriod:
    opened = open_period(session, Act(None, NOW, instansi_id), make_plan(**changes))
    session.commit()
    return opened


def test_days_become_instants_where_the_instansi_is_with_exclusive_ends(session: Session) -> None:
    siti = make_asn(session)
    publish_small(session)

    period = open_one(session, siti.instansi_id).period

    assert period.opens_at == datetime(2029, 4, 30, 16, tzinfo=UTC)
    assert period.due_at == datetime(2029, 5, 31, 16, tzinfo=UTC)
    assert period.closes_at == datetime(2029, 6, 30, 16, tzinfo=UTC)


def test_settings_left_open_come_from_the_edition(session: Session) -> None:
    siti = make_asn(session)
    published = publish_small(session)

    period = open_one(session, siti.instansi_id, pass_percent=75, limit_seconds=0).period

    assert (period.edition_id, period.number, period.pass_percent) == (published.edition_id, 1, 75)
    assert (period.max_attempts, period.cooldown_minutes, period.time_limit_seconds) == (3, 60, None)
    assert (period.modules_first, period.print_score) == (False, True)
    assert period.blueprint.quotas == {Indicator.KAMPANYE: 2, Indicator.PARTAI: 1, Indicator.UMUM: 1}


def test_a_period_keeps_the_edition_it_was_opened_with(session: Session) -> None:
    exam = make_exam(session)
    publish_small(session, practice=())

    period = choose_period(session, instansi_id=exam.instansi_id, kode=KODE, now=NOW)

    assert period.edition_id == exam.edition_id


def test_a_period_keeps_the_rule_it_was_opened_with_when_a_newer_edition_has_another(session: Session) -> None:
    exam = make_exam(session)
    publish_small(session, blueprint=replace(SMALL, pass_percent=85, pause_minutes=0))

    period = choose_period(session, instansi_id=exam.instansi_id, kode=KODE, now=NOW)

    assert (period.pass_percent, period.cooldown_minutes) == (80, 60)
    assert (period.blueprint.pass_percent, period.blueprint.pause_minutes) == (80, 60)
    newest = opening.default_blueprint(session)
    assert (newest.pass_percent, newest.attempts, newest.pause_minutes) == (85, 3, 0)


def test_everybody_active_is_enrolled_where_they_work(session: Session) -> None:
    siti = make_asn(session)
    make_asn(session, nama="Pensiunan", active=False)
    make_asn(session, opd=make_opd(session, instansi=make_instansi(session, kode="lain")))
    publish_small(session)

    assert open_one(session, siti.instansi_id).enrolled == 1

    enrolment = session.scalars(select(Enrolment)).one()
    assert (enrolment.asn_id, enrolment.opd_id, enrolment.current_opd_id) == (siti.id, siti.opd_id, siti.opd_id)
    assert (enrolment.standing, enrolment.joined_at) == ("wajib", NOW)


def test_opening_leaves_one_event_with_numbers_only(session: Session) -> None:
    exam = make_exam(session)

    opened = session.scalars(select(AuditEvent).where(AuditEvent.action == "period.opened")).one()
    assert (opened.chain, opened.detail["enrolled"]) == (exam.instansi_id, 1)


REFUSED: list[tuple[dict[str, Any], type[NetralError]]] = [
    ({"kode": "pilkada 2029"}, opening.KodeMalformed),
    ({"due_day": date(2029, 4, 30)}, opening.DatesReversed),
    ({"last_day": date(2029, 5, 30)}, opening.DatesReversed),
    ({"valid_until": date(2029, 6, 29)}, opening.DatesReversed),
    ({"first_day": date(2029, 4, 1), "due_day": date(2029, 4, 2), "last_day": date(2029, 5, 1)}, opening.PeriodOver),
    ({"pass_percent": 0}, opening.SettingOutOfRange),
    ({"attempts": 0}, opening.SettingOutOfRange),
    ({"limit_seconds": 59}, opening.SettingOutOfRange),
    ({"quotas": {}}, opening.SettingOutOfRange),
    ({"quotas": {Indicator.KAMPANYE: 5}}, PoolTooSmall),
    ({"quotas": {Indicator.KAMPANYE: 4}, "open_percent": 100}, PoolTooSmall),
]


def test_a_plan_that_cannot_be_is_refused_with_its_reason(session: Session) -> None:
    siti = make_asn(session)
    publish_small(session)

    for changes, fact in REFUSED:
        with pytest.raises(fact):
            open_period(session, Act(None, NOW, siti.instansi_id), make_plan(**changes))
    assert list_periods(session, instansi_id=siti.instansi_id) == ()


def test_a_kode_is_taken_once_in_an_instansi(session: Session) -> None:
    exam = make_exam(session)

    with pytest.raises(opening.KodeTaken):
        open_one(session, exam.instansi_id)


def test_without_content_or_people_no_period_opens(session: Session) -> None:
    opd = make_opd(session)

    with pytest.raises(opening.NoEdition):
        open_one(session, opd.instansi_id)
    publish_small(session)
    with pytest.raises(opening.NoAsn):
        open_one(session, opd.instansi_id)


def test_opening_costs_the_same_statements_for_one_as_for_many(session: Session, engine: Engine) -> None:
    siti = make_asn(session)
    publish_small(session)
    # A process reads the questions of an edition once.
    open_one(session, siti.instansi_id, kode="pertama")
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))
    costs = []
    for kode, people in (("satu", 0), ("banyak", 500)):
        make_many(session, siti, people)
        session.commit()
        seen.clear()
        open_one(session, siti.instansi_id, kode=kode)
        costs.append(len(seen))

    assert costs[0] == costs[1]
    assert session.scalar(select(func.count()).select_from(Enrolment)) == 503


def test_closing_brings_the_end_forward_and_a_second_time_does_nothing(session: Session) -> None:
    exam = make_exam(session)
    for hours in (1, 2):
        period = close_period(session, Act(None, later(hours=hours), exam.instansi_id), kode=KODE)
        session.commit()

        assert period.closes_at == later(hours=1)
        assert period.state(later(hours=1)) is PeriodState.CLOSED
    assert session.scalar(select(func.count()).where(AuditEvent.action == "period.closed")) == 1


def test_a_period_that_has_not_begun_cannot_be_closed(session: Session) -> None:
    exam = make_exam(session)

    with pytest.raises(PeriodNotBegun):
        close_period(session, Act(None, later(days=-5), exam.instansi_id), kode=KODE)


def test_the_default_period_is_the_open_one_with_the_nearest_tenggat_else_the_latest(session: Session) -> None:
    first = make_period(session, kode="dekat")
    instansi_id = first.instansi_id
    make_period(session, kode="jauh", due_at=later(days=40))
    make_period(session, kode="lewat", opens_at=later(days=-90), due_at=later(days=-80), closes_at=later(days=-70))
    make_period(session, kode="nanti", opens_at=later(days=90), due_at=later(days=100), closes_at=later(days=110))

    def chosen(days: int) -> str:
        return choose_period(session, instansi_id=instansi_id, kode=None, now=later(days=days)).kode

    assert [chosen(0), chosen(70), chosen(-85)] == ["dekat", "nanti", "lewat"]
    assert [each.kode for each in list_periods(session, instansi_id=instansi_id)] == ["nanti", "lewat", "jauh", "dekat"]


def test_a_period_of_another_instansi_is_not_found(session: Session) -> None:
    exam = make_exam(session)
    other = make_instansi(session, kode="lain")

    for kode in (KODE, None):
        with pytest.raises(NotFound):
            choose_period(session, instansi_id=other.id, kode=kode, now=NOW)
    assert exam.instansi_id != other.id
