"""Attendance beside first exams: counted apart for those present and absent, hidden where they are few."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from netral.accounts.access import Reach
from netral.audit.events import Act
from netral.organisation.models import Asn, Opd
from netral.reporting.report import Asked
from netral.reporting.reports.attendance import ATTENDANCE, MeetingLine
from netral.sosialisasi.attending import call_roll
from netral.sosialisasi.holding import MeetingPlan, call_meeting
from tests.factories import NOW, make_asn
from tests.learning.make import Exam, fail_exam, join, make_exam, pass_exam


@pytest.fixture
def exam(session: Session) -> Exam:
    return make_exam(session)


def hold(session: Session, exam: Exam, present: list[int], *, starts_at: datetime = NOW) -> MeetingLine:
    opd = session.get_one(Opd, session.get_one(Asn, exam.asn_id).opd_id)
    act = Act(None, NOW, opd.instansi_id)
    plan = MeetingPlan(
        judul="Apel", tempat="Kantor", pembicara="Dewi", starts_at=starts_at, ends_at=starts_at + timedelta(hours=1),
        opd_ids=(opd.id,), period_id=exam.period_id,
    )  # fmt: skip
    meeting_id = call_meeting(session, act, plan, random_bytes=bytes(20))
    call_roll(session, act, meeting_id, reach=Reach(opd.instansi_id), asn_ids=present)
    session.commit()
    asked = Asked(reach=Reach(opd.instansi_id), period_id=exam.period_id, now=starts_at)
    (line,) = ATTENDANCE.read(session, asked).lines
    return line


def test_those_present_and_absent_are_counted_apart(session: Session, exam: Exam) -> None:
    people = [join(session, exam, make_asn(session, nama=f"Peserta {number}")) for number in range(12)]
    for number, person in enumerate(people):
        (pass_exam if number < 9 else fail_exam)(session, person)

    line = hold(session, exam, [person.asn_id for person in people[:11]])

    assert (line.invited, line.present.people, line.absent.people) == (13, 11, 2)
    assert (line.present.told, line.present.tenths) == ("11", 1000 * 9 // 11)
    assert (line.absent.told, line.absent.tenths) == ("kurang dari 10", None)


def test_exams_begun_before_the_meeting_do_not_count(session: Session, exam: Exam) -> None:
    person = join(session, exam, make_asn(session, nama="Budi Santoso"))
    pass_exam(session, person)

    line = hold(session, exam, [person.asn_id], starts_at=NOW + timedelta(minutes=10))

    assert (line.present.people, line.present.told) == (1, "0")


def test_a_meeting_without_anybody_counts_nobody(session: Session, exam: Exam) -> None:
    line = hold(session, exam, [])

    assert (line.present.people, line.present.told, line.present.tenths) == (0, "0", None)
