"""A whole kabupaten at once: 20,000 people."""

import time

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.learning.periods.models import Enrolment
from netral.roster.applying import apply_roster
from netral.roster.planning import plan_roster
from netral.roster.reading import read_roster_file
from tests.factories import NOW, make_period, the_instansi
from tests.roster.importing import TODAY, UPLOAD
from tests.roster.roster_generator import make_roster

PEOPLE = 20_000
MOST_SECONDS = 5


@pytest.mark.long
def test_twenty_thousand_people_are_applied_in_five_seconds(session: Session) -> None:
    """Import people with their units, accounts and enrolments in an open period; on two cores that do nothing else."""
    instansi_id = the_instansi(session).id
    make_period(session)
    session.commit()
    reading = read_roster_file(make_roster(PEOPLE), "pegawai.xlsx", today=TODAY)

    start = time.perf_counter()
    plan = plan_roster(session, instansi_id=instansi_id, reading=reading, create_units=True)
    apply_roster(session, plan, upload=UPLOAD, now=NOW, by=None)
    session.commit()
    seconds = time.perf_counter() - start

    assert session.scalar(select(func.count()).select_from(User)) == PEOPLE
    assert session.scalar(select(func.count()).select_from(Enrolment)) == PEOPLE
    assert seconds < MOST_SECONDS


@pytest.mark.long
def test_twenty_thousand_people_who_are_known_are_planned_in_two_seconds(session: Session) -> None:
    instansi_id = the_instansi(session).id
    reading = read_roster_file(make_roster(PEOPLE), "pegawai.xlsx", today=TODAY)
    plan = plan_roster(session, instansi_id=instansi_id, reading=reading, create_units=True)
    apply_roster(session, plan, upload=UPLOAD, now=NOW, by=None)
    session.commit()

    start = time.perf_counter()
    again = plan_roster(session, instansi_id=instansi_id, reading=reading)

    assert again.unchanged == PEOPLE
    assert time.perf_counter() - start < 2
