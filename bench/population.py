"""Many people at once: rows made by the database itself, with the guards lifted meanwhile.

The counts that triggers would have written and the sweep added up are then made as `flask report recount` makes them.
"""

import importlib
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, String, case, cast, func, insert, literal, select, text, true
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.certificates.models import Certificate
from netral.learning.exams.models import Attempt, AttemptItem
from netral.learning.periods.models import Enrolment, Period
from netral.learning.periods.tallies import correct_tally
from netral.organisation.models import Asn, Instansi
from netral.pledges.models import PledgeVersion, Signature
from netral.settings import ROOT
from tests.factories import make_opd

FIRST_NIP = 197001012005010000
"""A serial of eighteen digits that is never issued."""
PAPER = 20


@dataclass(frozen=True, slots=True)
class Place:
    """The place of the people: new units, in an open period."""

    instansi: Instansi
    period: Period
    units: tuple[int, ...]


def make_units(session: Session, *, instansi: Instansi, units: int) -> tuple[int, ...]:
    """Make units, of which about one in seven is an OPD and the others are below one."""
    roots = [make_opd(session, instansi=instansi, nama=f"Dinas {number}") for number in range(max(1, units // 7))]
    below = [
        make_opd(session, parent=roots[number % len(roots)], nama=f"Unit {number}")
        for number in range(units - len(roots))
    ]
    return tuple(opd.id for opd in (*roots, *below))


def settle(session: Session, place: Place, *, people: int, now: datetime) -> None:
    """Make people with accounts and enrolments.

    Of ten people, four have not begun, one is reading, one sits the exam, one passed only, three hold a certificate.
    Those who passed have an attempt of twenty items, a signature and a certificate.
    """
    guards = load_guards()
    connection = session.connection()
    guards.lift_guards(connection)
    if connection.dialect.name == "postgresql":
        session.execute(text("SET LOCAL session_replication_role = replica"))
    first = (session.scalar(select(func.max(Asn.id))) or 0) + 1
    write_people(session, place, first=first, people=people, now=now)
    write_results(session, place, first=first, now=now)
    correct_tally(session, period_id=place.period.id, now=now)
    guards.lay_guards(connection)
    session.commit()


def load_guards() -> Any:
    """Load the guards. The migrations are no package: their environment puts the folder on the path."""
    sys.path.insert(0, str(ROOT / "migrations"))
    try:
        return importlib.import_module("triggers")
    finally:
        sys.path.pop(0)


def write_people(session: Session, place: Place, *, first: int, people: int, now: datetime) -> None:
    number = counting(people)
    here = place.instansi.id
    base, count = place.units[0], len(place.units)
    unit: Any = base + number.c.i % count
    name: Any = literal("Pegawai ") + cast(number.c.i, String)
    nip = cast(literal(FIRST_NIP + first, BigInteger) + number.c.i, String)
    moment = literal(now, Asn.created_at.type)
    rows = select(
        literal(first) + number.c.i, literal(here), unit, nip, name, func.lower(name), literal("PNS"),
        literal("Analis"), literal("III/c"), literal(""), true(), moment, moment,
    )  # fmt: skip
    columns = "id instansi_id opd_id nip nama nama_cari jenis jabatan golongan email active created_at updated_at"
    session.execute(insert(Asn).from_select(columns.split(), rows))
    mine = (Asn.instansi_id == here) & (Asn.id > first)
    rows = select(Asn.nip, Asn.nama, literal(here), Asn.id, true(), moment).where(mine)
    session.execute(insert(User).from_select(["login", "nama", "instansi_id", "asn_id", "active", "created_at"], rows))
    write_enrolments(session, place, mine=mine, now=now)


def write_enrolments(session: Session, place: Place, *, mine: ColumnElement[bool], now: datetime) -> None:
    moment = Enrolment.joined_at.type
    earlier = literal(now - timedelta(days=9), moment)
    recently = case((Asn.id % 3 == 0, literal(now - timedelta(days=2), moment)), else_=earlier)
    tenth = Asn.id % 10
    rows = select(
        literal(place.instansi.id), literal(place.period.id), Asn.id, Asn.opd_id, Asn.opd_id, literal("wajib"), earlier,
        literal(0), case((tenth >= 4, earlier)), case((tenth >= 6, recently)), case((tenth >= 7, recently)),
        case((tenth >= 7, recently)),
    ).where(mine)  # fmt: skip
    columns = (
        "instansi_id period_id asn_id opd_id current_opd_id standing joined_at extra_time_percent started_at passed_at "
        "pledged_at completed_at"
    )
    session.execute(insert(Enrolment).from_select(columns.split(), rows))


def write_results(session: Session, place: Place, *, first: int, now: datetime) -> None:
    """Write attempt, items, signature and certificate of everybody who passed, numbered like the person."""
    here, period = literal(place.instansi.id), literal(place.period.id)
    last = {table: session.scalar(select(func.max(table.id))) or 0 for table in (Attempt, Signature, Certificate)}
    mine = (Enrolment.period_id == place.period.id) & (Enrolment.asn_id > first)
    passed = mine & Enrolment.passed_at.is_not(None)
    at = Enrolment.passed_at
    key = Enrolment.asn_id - first
    rows = select(
        last[Attempt] + key, here, period, Enrolment.id, literal(1), literal("submitted"), literal(7), true(), at, at,
        at, literal(PAPER), literal(18), literal(1), true(),
    ).where(passed)  # fmt: skip
    columns = (
        "id instansi_id period_id enrolment_id number state seed by_place started_at deadline_at closed_at item_count "
        "points_numerator points_denominator passed"
    )
    session.execute(insert(Attempt).from_select(columns.split(), rows))
    write_items(session, after=last[Attempt])
    version = session.scalars(select(PledgeVersion.id)).first()
    done = mine & Enrolment.completed_at.is_not(None)
    rows = select(
        last[Signature] + key, here, Enrolment.id, literal(version), literal("setuju"), literal(4), Enrolment.pledged_at
    ).where(done)
    columns = "id instansi_id enrolment_id pledge_version_id outcome points_ticked at"
    session.execute(insert(Signature).from_select(columns.split(), rows))
    write_certificates(session, place, done=done, key=key, last=last)
    continue_numbers(session)


def write_items(session: Session, *, after: int) -> None:
    """Write twenty of the edition's questions for one attempt in seven, enough to make the tables deep."""
    slots = counting(PAPER)
    versions = text("(SELECT min(question_version_id) FROM edition_question WHERE module_slug IS NULL)")
    rows = (
        select(
            Attempt.id, slots.c.i, cast(versions, Integer) + slots.c.i, literal([], AttemptItem.option_order.type),
            literal(9), literal(10),
        )
        .join(slots, true())
        .where(Attempt.id > after, Attempt.id % 7 == 0)
    )  # fmt: skip
    columns = "attempt_id slot question_version_id option_order points_numerator points_denominator"
    session.execute(insert(AttemptItem).from_select(columns.split(), rows))


def write_certificates(
    session: Session, place: Place, *, done: ColumnElement[bool], key: Any, last: dict[type[Any], int]
) -> None:
    """Write unsigned certificates for everybody who completed; only the one that is asked for is signed."""
    asn, period = Asn, place.period
    tail = cast(literal(10_000_000_000_000 + last[Certificate], BigInteger) + key, String)
    day = literal(period.opens_at.date(), Certificate.issued_on.type)
    rows = (
        select(
            last[Certificate] + key, literal("00000000000Z") + tail, literal(place.instansi.id), literal(period.id),
            Enrolment.id, asn.id, last[Attempt] + key, last[Signature] + key, 1_000_000 + last[Certificate] + key,
            literal("NTR/") + tail, asn.nama, literal("000"), literal("Unit"), literal(place.instansi.nama),
            literal(period.nama), literal(period.number), literal(90), day, literal(period.valid_until, day.type),
            literal("0" * 64), literal("0" * 64), literal(b"\x86", Certificate.payload.type), literal("00000000"),
            literal(b"\x00" * 64, Certificate.signed.type), Enrolment.completed_at, literal("valid"), literal(""),
        )
        .join(asn, asn.id == Enrolment.asn_id)
        .where(done)
    )  # fmt: skip
    columns = (
        "id public_id instansi_id period_id enrolment_id asn_id attempt_id signature_id sequence nomor nama nip_akhir "
        "opd instansi periode period_number score issued_on valid_until edition_hash pledge_hash payload key_id signed "
        "issued_at status status_reason"
    )
    session.execute(insert(Certificate).from_select(columns.split(), rows))


def counting(last: int) -> Any:
    """Return a table of the numbers from 1 on, column `i`."""
    numbers = select(literal(1).label("i")).cte("numbers", recursive=True)
    return numbers.union_all(select(numbers.c.i + 1).where(numbers.c.i < last))


def continue_numbers(session: Session) -> None:
    """Set the next ids, which PostgreSQL counts apart from the rows."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in (Asn, Attempt, Signature, Certificate):
        sequence = func.pg_get_serial_sequence(table.__tablename__, "id")
        session.execute(select(func.setval(sequence, select(func.max(table.id)).scalar_subquery())))


def analyse(session: Session) -> None:
    """Bring the database into the state of a well-kept one: statistics on PostgreSQL, a checkpoint on SQLite.

    SQLite has no statistics in operation, so it has none here: nothing of the product makes them.
    """
    session.commit()
    engine = session.get_bind().engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("VACUUM ANALYZE"))
            return
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # otherwise the first save waits for it


def the_place(session: Session, *, units: int) -> Place:
    """Return the instansi and period that `fill` made, with units for the many people."""
    instansi = session.scalars(select(Instansi)).one()
    period = session.scalars(select(Period)).one()
    return Place(instansi, period, make_units(session, instansi=instansi, units=units))
