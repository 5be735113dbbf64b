"""Meetings: codes that change each minute, people noted once, and hands that are counted without names."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from netral.accounts.access import Reach
from netral.accounts.limits import TooManyFailures
from netral.audit.events import Act
from netral.errors import NotFound
from netral.learning.editions.models import EditionQuestion
from netral.organisation.models import Asn, Opd
from netral.pledges.publishing import publish
from netral.quiz.questions import Verdict
from netral.sosialisasi.attending import (
    MeetingNotOpen,
    NotInvited,
    WrongMeetingCode,
    attend,
    call_roll,
    list_attendees,
    strike,
)
from netral.sosialisasi.holding import (
    Meeting,
    MeetingOver,
    MeetingPlan,
    NobodyInvited,
    TimesReversed,
    call_meeting,
    call_off,
    change_meeting,
    find_meeting,
    list_meetings_of,
)
from netral.sosialisasi.models import Attendance
from netral.sosialisasi.polling import HandsOutOfRange, count_hands, list_cases, list_polls
from netral.versions import Outdated
from tests.factories import NOW, make_asn, make_instansi, make_opd
from tests.learning.conftest import Race
from tests.shipped import freeze_shipped

MINUTE = timedelta(minutes=1)


@pytest.fixture
def dinas(session: Session) -> Opd:
    return make_opd(session, kode="dinkes")


@pytest.fixture
def siti(session: Session, dinas: Opd) -> Asn:
    return make_asn(session, nama="Siti Aminah", opd=dinas)


def plan(*units: Opd, **more: object) -> MeetingPlan:
    values = MeetingPlan(
        judul="Apel Senin",
        tempat="Halaman kantor",
        pembicara="Dewi",
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=1),
        opd_ids=tuple(unit.id for unit in units),
        period_id=None,
    )
    return replace(values, **more)  # type: ignore[arg-type]  # by name


def act(opd: Opd, after: timedelta = timedelta(0)) -> Act:
    return Act(None, NOW + after, opd.instansi_id)


def call(session: Session, *units: Opd, **more: object) -> Meeting:
    meeting_id = call_meeting(session, act(units[0]), plan(*units, **more), random_bytes=bytes(range(20)))
    session.commit()
    return find_meeting(session, meeting_id, instansi_id=units[0].instansi_id)


def count_present(session: Session) -> int:
    return session.scalar(select(func.count(Attendance.id)).where(Attendance.struck_at.is_(None))) or 0


def test_the_code_of_this_minute_and_of_the_last_one_is_accepted(session: Session, dinas: Opd) -> None:
    meeting = call(session, dinas)
    code = meeting.code(NOW)

    assert len(code) == 6
    assert meeting.accepts(code, NOW)
    assert meeting.accepts(code, NOW + MINUTE)
    assert not meeting.accepts(code, NOW + 2 * MINUTE)
    assert not meeting.accepts(meeting.code(NOW + MINUTE), NOW)


def test_a_person_is_noted_once_by_the_code(session: Session, dinas: Opd, siti: Asn) -> None:
    meeting = call(session, dinas)

    assert attend(session, act(dinas), meeting.id, asn_id=siti.id, code=meeting.code(NOW))
    assert not attend(session, act(dinas), meeting.id, asn_id=siti.id, code=meeting.code(NOW))
    assert count_present(session) == 1


def test_codes_cannot_be_tried_one_after_the_other(session: Session, dinas: Opd, siti: Asn) -> None:
    meeting = call(session, dinas)
    for _ in range(10):
        with pytest.raises(WrongMeetingCode):
            attend(session, act(dinas), meeting.id, asn_id=siti.id, code="000000")

    with pytest.raises(TooManyFailures):
        attend(session, act(dinas), meeting.id, asn_id=siti.id, code=meeting.code(NOW))


def test_units_below_an_invited_one_are_invited_and_others_are_not(session: Session, dinas: Opd) -> None:
    below = make_asn(session, nama="Budi", opd=make_opd(session, kode="puskesmas", parent=dinas))
    other = make_asn(session, nama="Citra", opd=make_opd(session, kode="dishub"))
    meeting = call(session, dinas)

    assert [each.id for each in list_meetings_of(session, asn_id=below.id, now=NOW)] == [meeting.id]
    assert list_meetings_of(session, asn_id=other.id, now=NOW) == ()
    with pytest.raises(NotInvited):
        attend(session, act(dinas), meeting.id, asn_id=other.id, code=meeting.code(NOW))


def test_attendance_is_noted_around_the_meeting_only(session: Session, dinas: Opd, siti: Asn) -> None:
    meeting = call(session, dinas, starts_at=NOW + timedelta(hours=1), ends_at=NOW + timedelta(hours=2))

    for after in (timedelta(0), timedelta(hours=3)):
        with pytest.raises(MeetingNotOpen):
            attend(session, act(dinas, after), meeting.id, asn_id=siti.id, code=meeting.code(NOW + after))
    assert attend(
        session, act(dinas, timedelta(minutes=31)), meeting.id, asn_id=siti.id,
        code=meeting.code(NOW + timedelta(minutes=31)),
    )  # fmt: skip


def test_a_roll_call_stays_within_reach_and_can_be_mended(session: Session, dinas: Opd, siti: Asn) -> None:
    meeting, whole = call(session, dinas), Reach(dinas.instansi_id)
    below = Reach(dinas.instansi_id, make_opd(session, kode="dishub").path)

    with pytest.raises(NotFound):
        call_roll(session, act(dinas), meeting.id, reach=below, asn_ids=[siti.id])
    assert call_roll(session, act(dinas), meeting.id, reach=whole, asn_ids=[siti.id]) == 1
    assert call_roll(session, act(dinas), meeting.id, reach=whole, asn_ids=[siti.id]) == 0
    assert strike(session, act(dinas), meeting.id, reach=whole, asn_id=siti.id)
    assert count_present(session) == 0
    assert call_roll(session, act(dinas), meeting.id, reach=whole, asn_ids=[siti.id]) == 1
    assert [each.method for each in list_attendees(session, meeting, reach=whole).items] == ["absen"]


def attend_one(engine: Engine, *, meeting: Meeting, asn_id: int) -> bool:
    with Session(engine) as session:
        own = Act(None, NOW, meeting.instansi_id)
        new = attend(session, own, meeting.id, asn_id=asn_id, code=meeting.code(NOW))
        session.commit()
        return new


def test_four_taps_at_once_note_a_person_once(session: Session, dinas: Opd, siti: Asn, race: Race) -> None:
    meeting = call(session, dinas)

    noted = race([(attend_one, {"meeting": meeting, "asn_id": siti.id})] * 4)

    assert sorted(noted) == [False, False, False, True]
    assert count_present(session) == 1


def test_a_meeting_of_another_instansi_does_not_exist(session: Session, dinas: Opd) -> None:
    meeting = call(session, dinas)
    other = make_instansi(session, kode="lain", nama="Kabupaten Lain")

    with pytest.raises(NotFound):
        find_meeting(session, meeting.id, instansi_id=other.id)
    with pytest.raises(NotFound):
        call_meeting(session, Act(None, NOW, other.id), plan(dinas), random_bytes=bytes(20))


def test_a_plan_that_cannot_be_is_refused(session: Session, dinas: Opd) -> None:
    with pytest.raises(TimesReversed):
        call(session, dinas, ends_at=NOW)
    with pytest.raises(NobodyInvited):
        call_meeting(session, act(dinas), plan(), random_bytes=bytes(20))


def test_of_two_officers_the_second_is_told(session: Session, dinas: Opd) -> None:
    meeting = call(session, dinas)

    with pytest.raises(Outdated):
        change_meeting(session, act(dinas), meeting.id, plan(dinas, judul="Apel Selasa"), version="lama")


def test_what_was_called_off_stays_and_changes_no_more(session: Session, dinas: Opd, siti: Asn) -> None:
    meeting = call(session, dinas)
    call_off(session, act(dinas), meeting.id, reason="Hujan lebat")

    assert list_meetings_of(session, asn_id=siti.id, now=NOW) == ()
    with pytest.raises(MeetingOver):
        call_off(session, act(dinas), meeting.id, reason="Hujan lebat")
    with pytest.raises(MeetingNotOpen):
        attend(session, act(dinas), meeting.id, asn_id=siti.id, code=meeting.code(NOW))


def test_hands_are_counted_on_a_practice_case_and_never_on_an_exam_question(session: Session, dinas: Opd) -> None:
    publish(session, Act(None, NOW), freeze_shipped())
    meeting, cases = call(session, dinas), list_cases(session)

    case = next(case for case in cases if case.verdict is Verdict.TERGANTUNG)
    count_hands(
        session, act(dinas), meeting.id, case=case,
        hands={Verdict.BOLEH: 10, Verdict.TIDAK: 60, Verdict.TERGANTUNG: 30},
    )  # fmt: skip

    (polled,) = list_polls(session, meeting.id)
    assert (polled.total, polled.tenths, polled.case) == (100, 300, case)
    assert all(case.feedback for case in cases)
    with pytest.raises(HandsOutOfRange):
        count_hands(session, act(dinas), meeting.id, case=case, hands=dict.fromkeys(polled.hands, 0))
    bank = select(EditionQuestion.question_version_id).where(EditionQuestion.module_slug.is_(None))
    assert {case.question_version_id for case in cases}.isdisjoint(session.scalars(bank))


def test_a_roll_call_of_many_takes_as_many_statements_as_of_one(
    session: Session, engine: Engine, dinas: Opd, siti: Asn
) -> None:
    meeting, whole = call(session, dinas), Reach(dinas.instansi_id)
    many = [make_asn(session, opd=dinas, nama=f"Orang {number}").id for number in range(20)]
    session.commit()
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))
    costs = []
    for people in ([siti.id], [siti.id, *many]):
        seen.clear()
        call_roll(session, act(dinas), meeting.id, reach=whole, asn_ids=people)
        session.commit()
        costs.append(len(seen))

    assert costs[0] == costs[1]
    assert count_present(session) == 21
