"""Meetings of a period beside its exams: how many were there, and how those present and absent did. It names no one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from netral.accounts.access import Permission
from netral.indonesian import day, local_day
from netral.learning.exams.models import Attempt
from netral.learning.periods.models import Enrolment
from netral.organisation.models import Asn, Opd
from netral.reporting.hiding import FEWEST, tell_people
from netral.reporting.report import (
    Asked,
    Column,
    Kind,
    Notes,
    PeriodFacts,
    Report,
    period_notes,
    read_period,
    tabulate,
)
from netral.sosialisasi.holding import is_invited
from netral.sosialisasi.models import Attendance, Sosialisasi


@dataclass(frozen=True, slots=True)
class Side:
    """People who were at a meeting, or were not: how many finished a first exam, and how many of them passed it."""

    people: int
    sat: int
    passed: int

    @property
    def told(self) -> str:
        return tell_people(self.sat) if self.sat else "0"

    @property
    def tenths(self) -> int | None:
        return 1000 * self.passed // self.sat if self.sat >= FEWEST else None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingLine:
    judul: str
    on: str
    present: Side
    absent: Side

    @property
    def invited(self) -> int:
        return self.present.people + self.absent.people


@dataclass(frozen=True, slots=True)
class Meetings:
    period: PeriodFacts
    as_of: datetime
    lines: tuple[MeetingLine, ...]


def read(session: Session, asked: Asked) -> Meetings:
    """Read the meetings whose exams are to be compared. People are wajib, and invited by where they belong now."""
    period = read_period(session, asked)
    held = select(Sosialisasi.id, Sosialisasi.judul, Sosialisasi.starts_at).where(
        Sosialisasi.period_id == period.period_id,
        Sosialisasi.cancelled_at.is_(None),
        Sosialisasi.starts_at <= asked.now,
    )
    lines = []
    for meeting_id, judul, starts_at in session.execute(held.order_by(Sosialisasi.starts_at, Sosialisasi.id)).all():
        sides = read_sides(session, meeting_id=meeting_id, period_id=period.period_id, since=starts_at)
        on = day(local_day(starts_at, period.zona))
        lines.append(MeetingLine(judul=judul, on=on, present=sides[True], absent=sides[False]))
    return Meetings(period, asked.now, tuple(lines))


def read_sides(session: Session, *, meeting_id: int, period_id: int, since: datetime) -> dict[bool, Side]:
    """Count people present and absent, and of their first exams those begun after the meeting.

    It cannot have changed an exam that was begun before.
    """
    here = and_(Attendance.asn_id == Asn.id, Attendance.sosialisasi_id == meeting_id, Attendance.struck_at.is_(None))
    first = and_(
        Attempt.enrolment_id == Enrolment.id,
        Attempt.number == 1,
        Attempt.passed.is_not(None),
        Attempt.started_at >= since,
    )
    present = Attendance.id.is_not(None)
    statement = (
        select(
            present.label("present"),
            func.count(Enrolment.id),
            func.count(Attempt.id),
            func.coalesce(func.sum(case((Attempt.passed.is_(True), 1), else_=0)), 0),
        )
        .select_from(Enrolment)
        .join(Asn, Asn.id == Enrolment.asn_id)
        .join(Opd, Opd.id == Enrolment.current_opd_id)
        .outerjoin(Attendance, here)
        .outerjoin(Attempt, first)
        .where(Enrolment.period_id == period_id, Enrolment.standing == "wajib", present | is_invited(meeting_id))
        .group_by(present)
    )
    found = {bool(row[0]): Side(*map(int, row[1:])) for row in session.execute(statement)}
    return {side: found.get(side, Side(0, 0, 0)) for side in (True, False)}


INVITED = "Peserta wajib periode ini di unit yang diundang, dan yang hadir tanpa diundang."
PRESENT = "Dari mereka, yang tercatat hadir, dengan kode atau absen."
SAT = "Dari yang hadir, yang memulai ujian pertamanya sesudah acara dimulai dan menyelesaikannya."
PASSED = "Dari yang sudah ujian itu, yang lulus pada ujian pertama itu."
READING = (
    "Yang hadir dan yang tidak hadir dapat berbeda sejak awal, misalnya tugas dan jabatannya. Beda angkanya karena itu "
    "bukan bukti bahwa acaranya yang menyebabkannya."
)
COLUMNS = (
    Column("Acara", "judul", width=40),
    Column("Tanggal", "on", width=18),
    Column("Diundang", "invited", Kind.COUNT, 12, INVITED),
    Column("Hadir", "present.people", Kind.COUNT, 12, PRESENT),
    Column("Hadir, sudah ujian", "present.told", width=14, meaning=SAT),
    Column("Hadir, lulus (%)", "present.tenths", Kind.PERCENT, 14, PASSED),
    Column("Tidak hadir, sudah ujian", "absent.told", width=14),
    Column("Tidak hadir, lulus (%)", "absent.tenths", Kind.PERCENT, 14),
)


def notes(found: Meetings) -> Notes:
    return [
        *period_notes(found.period, found.as_of),
        ("Cara membaca", READING),
        ("Tidak ditampilkan", f"Persen dari kurang dari {FEWEST} orang."),
    ]


ATTENDANCE = Report(
    code="kehadiran",
    title="Kehadiran sosialisasi dan hasil ujian",
    permission=Permission.VIEW_SUMMARY,
    read=read,
    tables=lambda found: (tabulate(COLUMNS, found.lines),),
    notes=notes,
    file=lambda found: f"kehadiran-{found.period.kode}",
    empty="Belum ada sosialisasi yang dikaitkan dengan periode ini.",
)
