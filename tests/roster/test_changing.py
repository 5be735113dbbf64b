"""Moves, secondments, departures and returns: written at once, taking effect on their day, exactly once."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from netral.accounts.access import Reach, Role
from netral.accounts.models import RoleGrant, User
from netral.accounts.users import grant_role
from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.errors import NotFound
from netral.learning.periods.enrolments import exempt
from netral.learning.periods.models import EnrolmentChange
from netral.organisation.careers import (
    AlreadyThere,
    BeforeHistory,
    CountedElsewhere,
    DayTooFar,
    Intent,
    NotServing,
    StillServing,
    Wish,
    read_career,
)
from netral.organisation.models import Asn, Assignment, Departure
from netral.organisation.writing import change_people
from netral.reporting.final import close_and_freeze, read
from netral.reporting.recounting import count_again, gather, recount
from netral.reporting.report import Asked, find_period
from netral.roster.changing import (
    ChangeReasonMissing,
    NotPlanned,
    PeriodEffect,
    bring_up_to_date,
    change_place,
    end_place,
    foresee,
    get_career,
    withdraw_plan,
)
from netral.versions import Outdated
from tests.factories import NOW, make_asn, make_instansi, make_opd
from tests.learning.make import KODE, Exam, get_enrolment, later, make_exam

TODAY = date(2029, 5, 2)


def act_of(exam: Exam, now: datetime = NOW) -> Act:
    return Act(None, now, exam.instansi_id)


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def move_to(opd_id: int, on: date = TODAY) -> Wish:
    return Wish(intent=Intent.MOVE, day=on, opd_id=opd_id, document="SK 800/1", reason="Mutasi")


def leave(on: date = TODAY, kind: str = "pensiun") -> Wish:
    return Wish(intent=Intent.LEAVE, day=on, kind=kind, document="SK 882/1", reason="Batas usia pensiun")


def change(session: Session, exam: Exam, wish: Wish, now: datetime = NOW) -> None:
    change_place(session, act_of(exam, now), asn_id=exam.asn_id, wish=wish)
    session.commit()


def sweep(session: Session, exam: Exam, now: datetime) -> int:
    due = bring_up_to_date(session, act_of(exam, now))
    session.commit()
    return len(due)


def changes_of(session: Session) -> Sequence[tuple[str, datetime, int, str]]:
    columns = (EnrolmentChange.kind, EnrolmentChange.at, EnrolmentChange.opd_id, EnrolmentChange.reason)
    return session.execute(select(*columns).order_by(EnrolmentChange.id)).all()


def test_a_move_of_today_follows_into_the_period_at_once(session: Session) -> None:
    exam = make_exam(session)
    other = make_opd(session, nama="Dinas Perhubungan")

    change(session, exam, move_to(other.id))

    assert session.get_one(Asn, exam.asn_id).opd_id == other.id
    assert get_enrolment(session, exam).current_opd_id == other.id
    assert [each[0] for each in changes_of(session)] == ["pindah"]
    assert recount(session, instansi_id=exam.instansi_id, period_id=exam.period_id, now=NOW) == []


def test_a_future_move_takes_effect_on_its_day_exactly_once(session: Session) -> None:
    exam = make_exam(session)
    other = make_opd(session, nama="Dinas Perhubungan")
    change(session, exam, move_to(other.id, day(3)))
    assert get_enrolment(session, exam).current_opd_id == exam.opd_id

    assert sweep(session, exam, later(days=2)) == 0
    assert sweep(session, exam, later(days=3)) == 1
    assert sweep(session, exam, later(days=3)) == 0
    assert sweep(session, exam, later(days=4)) == 0

    midnight = datetime(2029, 5, 4, 16, tzinfo=NOW.tzinfo)  # 5 May in the zone of Kabupaten Contoh
    assert changes_of(session) == [("pindah", midnight, other.id, "Mutasi")]
    assert session.get_one(Asn, exam.asn_id).opd_id == other.id
    assert session.scalar(select(func.count()).where(AuditEvent.action == "person.day_came")) == 1


def test_a_report_counts_a_retired_person_until_the_day_before(session: Session) -> None:
    exam = make_exam(session)
    budi = make_asn(session, nama="Budi Santoso")
    change_people(session, [(budi.id, {"active": True})], now=NOW)
    change(session, exam, leave(day(5)))
    sweep(session, exam, later(days=6))
    period = find_period(session, instansi_id=exam.instansi_id, period_id=exam.period_id)

    def wajib(at: datetime) -> int:
        evidence = gather(session, exam.period_id, now=at)
        counts = count_again(evidence.values(), period, now=at).values()
        return sum(each.wajib for each in counts)

    before, after = datetime(2029, 5, 6, 15, tzinfo=NOW.tzinfo), datetime(2029, 5, 6, 17, tzinfo=NOW.tzinfo)
    assert (wajib(before), wajib(after)) == (1, 0)
    assert get_enrolment(session, exam).standing == "keluar"
    assert recount(session, instansi_id=exam.instansi_id, period_id=exam.period_id, now=later(days=6)) == []


def test_a_change_entered_late_is_dated_on_its_day_but_never_before_an_earlier_row(session: Session) -> None:
    exam = make_exam(session)
    other = make_opd(session, nama="Dinas Perhubungan")
    exempt(session, act_of(exam, later(days=4)), asn_id=exam.asn_id, kode=KODE, reason="Tugas belajar")
    session.commit()

    change(session, exam, move_to(other.id, day(2)), later(days=6))
    change(session, exam, leave(day(5)), later(days=6))

    assert [(kind, at) for kind, at, *_ in changes_of(session)] == [
        ("bebas", later(days=4)),
        ("pindah", later(days=4)),
        ("keluar", datetime(2029, 5, 6, 16, tzinfo=NOW.tzinfo)),
    ]
    assert recount(session, instansi_id=exam.instansi_id, period_id=exam.period_id, now=later(days=6)) == []


def test_a_closing_counts_what_was_planned_for_its_day_though_no_sweep_came(session: Session) -> None:
    exam = make_exam(session)
    change(session, exam, leave(day(5)))

    close_and_freeze(session, act_of(exam, later(days=5)), kode=KODE)

    session.commit()
    reach = Reach(exam.instansi_id)
    total = read(session, Asked(reach=reach, period_id=exam.period_id, now=later(days=6), options={})).report.total
    assert (total.wajib, total.left) == (0, 1)
    assert get_enrolment(session, exam).standing == "keluar"


def test_who_returns_counts_again_and_keeps_the_account(session: Session) -> None:
    exam = make_exam(session)
    change(session, exam, leave(kind="cltn"))
    back = Wish(intent=Intent.RETURN, day=day(9), opd_id=exam.opd_id, reason="Aktif kembali")
    change(session, exam, back, later(days=1))

    sweep(session, exam, later(days=9))

    assert get_enrolment(session, exam).standing == "wajib"
    assert session.get_one(User, exam.user_id).active
    departure = session.scalars(select(Departure)).one()
    assert (departure.kind, departure.left_on, departure.returned_on) == ("cltn", TODAY, day(9))


def test_leaving_ends_roles_except_those_nobody_else_holds(session: Session) -> None:
    exam = make_exam(session)
    siti, act = session.get_one(User, exam.user_id), act_of(exam)
    grant_role(session, act, user=siti, role=Role.OPERATOR_OPD, opd_id=exam.opd_id)
    grant_role(session, act, user=siti, role=Role.BKPSDM)

    change(session, exam, leave())

    held = session.scalars(select(RoleGrant.role).where(RoleGrant.revoked_at.is_(None)))
    assert list(held) == ["bkpsdm"], "the last officer stays until there is another"


def test_a_secondment_counts_elsewhere_only_if_that_is_said(session: Session) -> None:
    exam = make_exam(session)
    other = make_opd(session, nama="Dinas Perhubungan")
    away = {"intent": Intent.ASSIGN, "kind": "perbantuan", "opd_id": other.id, "reason": "Diperbantukan"}

    change(session, exam, Wish(day=TODAY, last=day(1), **away))  # type: ignore[arg-type]  # one dict for both
    assert get_enrolment(session, exam).current_opd_id == exam.opd_id
    change(session, exam, Wish(day=day(2), last=day(4), counted=True, **away))  # type: ignore[arg-type]  # likewise
    sweep(session, exam, later(days=2))
    assert get_enrolment(session, exam).current_opd_id == other.id
    assert session.get_one(Asn, exam.asn_id).opd_id == exam.opd_id
    with pytest.raises(CountedElsewhere):
        change(session, exam, Wish(day=day(4), counted=True, **(away | {"opd_id": make_opd(session).id})))  # type: ignore[arg-type]  # likewise
    session.rollback()

    later_one = {"day": day(8), "counted": True}
    change(session, exam, Wish(**(away | later_one | {"opd_id": make_opd(session).id})))  # type: ignore[arg-type]  # likewise
    first = next(each for each in read_career(session, asn_id=exam.asn_id).places if each.counted)
    with pytest.raises(CountedElsewhere):
        end_place(session, act_of(exam), asn_id=exam.asn_id, place_id=first.id, last=day(8))
    session.rollback()

    sweep(session, exam, later(days=5))
    assert get_enrolment(session, exam).current_opd_id == exam.opd_id
    assert recount(session, instansi_id=exam.instansi_id, period_id=exam.period_id, now=later(days=5)) == []


def test_a_further_place_ends_on_a_day(session: Session) -> None:
    exam = make_exam(session)
    other = make_opd(session)
    change(session, exam, Wish(intent=Intent.ASSIGN, kind="plt", opd_id=other.id, day=TODAY, reason="Kosong"))
    plt = next(each for each in read_career(session, asn_id=exam.asn_id).places if each.kind == "plt")

    end_place(session, act_of(exam), asn_id=exam.asn_id, place_id=plt.id, last=day(7))

    assert session.get_one(Assignment, plt.id).valid_to == day(7)
    with pytest.raises(NotFound):
        end_place(session, act_of(exam), asn_id=exam.asn_id, place_id=plt.id + 99, last=day(7))


def test_what_cannot_be_is_refused(session: Session) -> None:
    exam = make_exam(session)
    other = make_opd(session)
    refusals: Sequence[tuple[type[Exception], Wish]] = (
        (AlreadyThere, move_to(exam.opd_id)),
        (BeforeHistory, move_to(other.id, day(-1))),
        (DayTooFar, move_to(other.id, day(900))),
        (StillServing, Wish(intent=Intent.RETURN, day=TODAY, opd_id=other.id, reason="Kembali")),
        (ChangeReasonMissing, Wish(intent=Intent.MOVE, day=TODAY, opd_id=other.id, reason=" ")),
    )

    for error, wish in refusals:
        with pytest.raises(error):
            change(session, exam, wish)
        session.rollback()
    change(session, exam, leave())
    with pytest.raises(NotServing):
        change(session, exam, move_to(other.id))


def test_a_withdrawn_plan_never_takes_effect(session: Session) -> None:
    exam = make_exam(session)
    other = make_opd(session)
    change(session, exam, move_to(other.id, day(3)))
    change(session, exam, leave(day(9)))
    career = read_career(session, asn_id=exam.asn_id)

    withdraw_plan(session, act_of(exam), asn_id=exam.asn_id, absence_id=career.absences[0].id)
    withdraw_plan(session, act_of(exam), asn_id=exam.asn_id, place_id=career.places[1].id)
    session.commit()

    assert sweep(session, exam, later(days=20)) == 0
    (place,) = read_career(session, asn_id=exam.asn_id).places
    assert (place.opd_id, place.last) == (exam.opd_id, None)
    with pytest.raises(NotPlanned):
        withdraw_plan(session, act_of(exam), asn_id=exam.asn_id, place_id=place.id)


def test_the_preview_says_what_then_happens(session: Session) -> None:
    exam = make_exam(session)
    other = make_opd(session)
    career = get_career(session, instansi_id=exam.instansi_id, asn_id=exam.asn_id)

    def effects(wish: Wish) -> list[PeriodEffect]:
        return [each.effect for each in foresee(session, career, wish, now=NOW)]

    assert effects(move_to(other.id)) == [PeriodEffect.MOVES]
    assert effects(leave()) == [PeriodEffect.LEAVES]
    assert effects(leave(day(120))) == [PeriodEffect.OVER]
    assert effects(Wish(intent=Intent.ASSIGN, kind="plt", opd_id=other.id, day=TODAY)) == [PeriodEffect.NOTHING]


def test_an_import_moves_and_a_planned_move_still_comes(session: Session) -> None:
    exam = make_exam(session)
    second, third = make_opd(session), make_opd(session)
    change(session, exam, move_to(second.id, day(5)))

    change_people(session, [(exam.asn_id, {"opd_id": third.id})], now=later(days=2))
    session.commit()
    assert sweep(session, exam, later(days=2)) == 0
    assert sweep(session, exam, later(days=5)) == 1

    stays = [(each.opd_id, each.first, each.last) for each in read_career(session, asn_id=exam.asn_id).stays]
    assert stays == [(exam.opd_id, TODAY, day(1)), (third.id, day(2), day(4)), (second.id, day(5), None)]


def test_the_second_of_two_officers_with_the_same_page_is_refused(session: Session, engine: Engine) -> None:
    exam = make_exam(session)
    goals = [make_opd(session).id, make_opd(session).id]
    version = get_career(session, instansi_id=exam.instansi_id, asn_id=exam.asn_id).version
    session.commit()

    def save(opd_id: int) -> bool:
        with Session(engine) as own:
            try:
                change_place(own, act_of(exam), asn_id=exam.asn_id, wish=move_to(opd_id), version=version)
            except Outdated:
                return False
            own.commit()
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(save, goals)) == [False, True]
    assert len(read_career(session, asn_id=exam.asn_id).places) == 1


def test_two_sweeps_at_once_move_once(session: Session, engine: Engine) -> None:
    exam = make_exam(session)
    change(session, exam, move_to(make_opd(session).id, day(1)))

    def run(_: int) -> int:
        with Session(engine) as own:
            due = bring_up_to_date(own, act_of(exam, later(days=1)))
            own.commit()
            return len(due)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(run, range(2))) == [0, 1]
    assert [kind for kind, *_ in changes_of(session)] == ["pindah"]


def test_another_instansi_finds_nobody(session: Session) -> None:
    exam = make_exam(session)
    other = make_instansi(session, kode="lain")

    with pytest.raises(NotFound):
        change_place(session, Act(None, NOW, other.id), asn_id=exam.asn_id, wish=leave())
    assert bring_up_to_date(session, Act(None, later(days=3), other.id)) == ()


days = st.integers(0, 12)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(days, st.none() | days, st.sampled_from(["definitif", "plt"])), min_size=2, max_size=5))
def test_the_database_keeps_one_definitif_place(session: Session, rows: list[tuple[int, int | None, str]]) -> None:
    """Rows that overlap are refused whoever writes them, and all others are taken."""
    asn = make_asn(session)
    taken: set[int] = set()
    for first, last, kind in rows:
        if last is not None and last < first:
            continue
        values = {
            "instansi_id": asn.instansi_id, "asn_id": asn.id, "opd_id": asn.opd_id, "kind": kind, "counted": False,
            "valid_from": day(first), "valid_to": None if last is None else day(last), "document": "", "reason": "",
            "at": NOW,
        }  # fmt: skip
        span = set(range(first, 99 if last is None else last + 1))
        free = kind != "definitif" or not span & taken
        with session.begin_nested() as nested:
            try:
                session.execute(insert(Assignment), values)
                accepted = True
            except DBAPIError:
                nested.rollback()
                accepted = False
        assert accepted is free
        taken |= span if accepted and kind == "definitif" else set()
    session.rollback()


def test_of_two_places_written_at_once_one_is_refused(session: Session, engine: Engine) -> None:
    asn = make_asn(session)
    values = {
        "instansi_id": asn.instansi_id, "asn_id": asn.id, "opd_id": asn.opd_id, "kind": "definitif", "counted": False,
        "valid_from": TODAY, "document": "", "reason": "", "at": NOW,
    }  # fmt: skip
    session.commit()
    barrier = Barrier(2)

    def write(_: int) -> bool:
        with Session(engine) as own:
            barrier.wait()
            try:
                own.execute(insert(Assignment), values)
                own.commit()
            except DBAPIError:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(write, range(2))) == [False, True]


def test_a_place_cannot_be_stretched_over_another(session: Session) -> None:
    exam = make_exam(session)
    change(session, exam, move_to(make_opd(session).id, day(3)))
    first = read_career(session, asn_id=exam.asn_id).places[0]

    with pytest.raises(DBAPIError, match="definitif"):
        session.execute(update(Assignment).where(Assignment.id == first.id).values(valid_to=day(3)))
