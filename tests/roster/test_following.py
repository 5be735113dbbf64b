"""A period follows the roster: joins, moves, leaves and returns are dated, nobody disappears."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, event, func, select, update
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.errors import NotFound
from netral.learning.periods.enrolments import (
    ReasonMissing,
    Standing,
    StandingUnchanged,
    end_exemption,
    exempt,
    give_extra_time,
)
from netral.learning.periods.models import Enrolment, EnrolmentChange
from netral.learning.periods.participants import Change, Place, place_at, places_at
from netral.organisation.models import Asn
from netral.roster.following import Followed, follow_roster
from tests.databases import ON_POSTGRESQL, count_rows_scanned, note_sizes
from tests.factories import NOW, make_asn, make_instansi, make_opd
from tests.learning.make import KODE, Exam, get_enrolment, later, make_exam, make_many


def follow(session: Session, exam: Exam, now: datetime = NOW) -> Followed:
    followed = follow_roster(session, instansi_id=exam.instansi_id, now=now, by=None)
    session.commit()
    return followed[0]


def change_roster(session: Session, exam: Exam, **values: object) -> None:
    session.execute(update(Asn).where(Asn.id == exam.asn_id).values(values))


def kinds(session: Session) -> list[str]:
    return list(session.scalars(select(EnrolmentChange.kind).order_by(EnrolmentChange.id)))


def test_a_roster_that_did_not_change_writes_nothing(session: Session) -> None:
    exam = make_exam(session)

    assert follow(session, exam).total == 0
    assert kinds(session) == []


def test_a_new_person_joins_with_a_dated_row(session: Session) -> None:
    exam = make_exam(session)
    budi = make_asn(session, nama="Budi Santoso")

    assert follow(session, exam, later(days=3)).joined == 1
    assert follow(session, exam, later(days=4)).total == 0

    enrolment = session.scalars(select(Enrolment).where(Enrolment.asn_id == budi.id)).one()
    assert (enrolment.standing, enrolment.joined_at, enrolment.opd_id) == ("wajib", later(days=3), budi.opd_id)
    assert kinds(session) == ["masuk"]


def test_a_mover_counts_in_the_new_opd_and_keeps_the_frozen_one(session: Session) -> None:
    exam = make_exam(session)
    other = make_opd(session, nama="Dinas Perhubungan")
    change_roster(session, exam, opd_id=other.id)

    assert follow(session, exam).moved == 1

    enrolment = get_enrolment(session, exam)
    assert (enrolment.opd_id, enrolment.current_opd_id) == (exam.opd_id, other.id)


def test_leaving_and_returning_keep_the_enrolment(session: Session) -> None:
    exam = make_exam(session)
    change_roster(session, exam, active=False)
    assert follow(session, exam).left == 1
    assert get_enrolment(session, exam).standing == "keluar"

    change_roster(session, exam, active=True)
    assert follow(session, exam).returned == 1

    assert get_enrolment(session, exam).standing == "wajib"
    assert kinds(session) == ["keluar", "kembali"]


def test_an_exempt_person_is_exempt_again_after_a_return(session: Session) -> None:
    exam = make_exam(session)
    exempt(session, Act(None, NOW, exam.instansi_id), reason="Tugas belajar", **exam.who)
    for active in (False, True):
        change_roster(session, exam, active=active)
        follow(session, exam)

    assert get_enrolment(session, exam).standing == "bebas"
    assert kinds(session) == ["bebas", "keluar", "kembali", "bebas"]


def test_a_closed_period_does_not_follow(session: Session) -> None:
    exam = make_exam(session)
    make_asn(session, nama="Budi Santoso")

    assert follow_roster(session, instansi_id=exam.instansi_id, now=later(days=90), by=None) == ()


def test_another_instansi_is_left_alone(session: Session) -> None:
    exam = make_exam(session)
    other = make_instansi(session, kode="lain")
    make_asn(session, opd=make_opd(session, instansi=other))

    assert follow_roster(session, instansi_id=other.id, now=NOW, by=None) == ()
    assert follow(session, exam).total == 0


def test_following_costs_the_same_statements_for_one_as_for_many(session: Session, engine: Engine) -> None:
    exam = make_exam(session)
    siti = session.scalars(select(Asn)).one()
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))
    costs, followed = [], []
    for people in (1, 500):
        make_many(session, siti, people)
        session.execute(update(Asn).where(Asn.active.is_(True)).values(opd_id=make_opd(session).id))
        session.commit()
        seen.clear()
        followed.append(follow(session, exam))
        costs.append(len(seen))

    assert [(each.joined, each.moved) for each in followed] == [(1, 1), (500, 2)]
    assert costs[0] == costs[1]
    assert session.scalar(select(func.count()).select_from(EnrolmentChange)) == 504


def test_an_exemption_needs_a_reason_and_ends_with_one(session: Session) -> None:
    exam = make_exam(session)
    act = Act(None, NOW, exam.instansi_id)
    with pytest.raises(ReasonMissing):
        exempt(session, act, reason=" ", **exam.who)

    exempt(session, act, reason="Cuti di luar tanggungan negara", **exam.who)
    with pytest.raises(StandingUnchanged):
        exempt(session, act, reason="Sekali lagi", **exam.who)
    end_exemption(session, act, reason="Kembali bertugas", **exam.who)
    session.commit()

    assert get_enrolment(session, exam).standing == "wajib"
    actions = session.scalars(select(AuditEvent.action).where(AuditEvent.object_kind == "enrolment"))
    assert sorted(actions) == ["enrolment.exempted", "enrolment.exemption_ended"]


def test_an_officer_of_another_instansi_finds_nobody_to_exempt(session: Session) -> None:
    exam = make_exam(session)
    other = make_instansi(session, kode="lain")

    with pytest.raises(NotFound):
        exempt(session, Act(None, NOW, other.id), reason="Alasan", **exam.who)
    with pytest.raises(NotFound):
        give_extra_time(session, Act(None, NOW, other.id), percent=50, **exam.who)


def test_a_report_of_a_past_day_counts_people_where_they_were(session: Session) -> None:
    exam = make_exam(session)
    other = make_opd(session, nama="Dinas Perhubungan")
    change_roster(session, exam, opd_id=other.id)
    follow(session, exam, later(days=2))
    change_roster(session, exam, active=False)
    follow(session, exam, later(days=4))
    me = get_enrolment(session, exam).id

    seen = [places_at(session, period_id=exam.period_id, at=later(days=day)).get(me) for day in (-1, 1, 3, 5)]

    assert seen == [
        None,
        Place(exam.opd_id, Standing.WAJIB),
        Place(other.id, Standing.WAJIB),
        Place(other.id, Standing.KELUAR),
    ]


changes = st.lists(
    st.builds(
        Change,
        at=st.integers(0, 20).map(lambda day: later(days=day)),
        kind=st.sampled_from(["masuk", "pindah", "keluar", "bebas", "kembali"]),
        opd_id=st.integers(1, 4),
    ),
    max_size=8,
).map(lambda found: sorted(found, key=lambda change: change.at))


@given(history=changes, day=st.integers(-1, 21))
def test_a_place_is_where_the_last_change_until_then_put_somebody(history: list[Change], day: int) -> None:
    place = place_at(opd_id=9, joined_at=NOW, changes=history, at=later(days=day))

    before = [change for change in history if change.at <= later(days=day)]
    if day < 0:
        assert place is None
    else:
        assert place is not None
        assert place.opd_id == (before[-1].opd_id if before else 9)
        standings = [change.kind for change in before if change.kind != "pindah"]
        expected = {"bebas": "bebas", "keluar": "keluar"}.get(standings[-1] if standings else "masuk", "wajib")
        assert place.standing == expected


def test_the_kode_names_the_period_of_an_exemption(session: Session) -> None:
    exam = make_exam(session)

    with pytest.raises(NotFound):
        exempt(session, Act(None, NOW, exam.instansi_id), asn_id=exam.asn_id, kode=f"{KODE}-x", reason="A")


@ON_POSTGRESQL
def test_the_changes_of_everybody_are_not_read_for_each_who_is_gone(engine: Engine, session: Session) -> None:
    exam = make_exam(session)
    make_many(session, session.scalars(select(Asn)).one(), 100)
    follow(session, exam)
    note_sizes(engine, "asn", "enrolment", "enrolment_change")
    session.execute(update(Asn).values(active=False))
    follow(session, exam)
    session.execute(update(Asn).values(active=True))

    follow_roster(session, instansi_id=exam.instansi_id, now=NOW, by=None)

    # A few times all 202 of them, and never once for each of the hundred.
    assert count_rows_scanned(session, "enrolment_change") < 10 * 202


@ON_POSTGRESQL
def test_many_join_after_a_few_without_reading_all_places_for_each(engine: Engine, session: Session) -> None:
    exam = make_exam(session)
    siti = session.scalars(select(Asn)).one()
    session.commit()
    note_sizes(engine, "asn", "enrolment")
    for _ in range(8):
        make_many(session, siti, 1)
        follow(session, exam)
    make_many(session, siti, 6000)
    session.commit()

    followed = follow_roster(session, instansi_id=exam.instansi_id, now=NOW, by=None)

    assert followed[0].joined == 6000
    assert count_rows_scanned(session, "enrolment") < 100 * 6000
