"""The recount: silent about sound rows, and it names every kind of drift."""

from itertools import product
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from netral.errors import NotFound
from netral.learning.periods.models import CompletionTally, Period
from netral.learning.periods.tallies import correct_tally
from netral.learning.study.models import PageReached
from netral.reporting.counts import State
from netral.reporting.recounting import Difference, recount
from netral.reporting.reports.completion import read_completion
from tests.factories import NOW, make_instansi, make_opd, make_period
from tests.reporting.makers import DAY, make_attempt, make_certificate, make_change, make_person, make_signature, row_of


def differences(session: Session, period: Period) -> list[Difference]:
    session.flush()
    return recount(session, instansi_id=period.instansi_id, period_id=period.id, now=NOW)


def test_sound_summaries_equal_the_recount(session: Session) -> None:
    period, dinas = make_period(session), make_opd(session)
    puskesmas = make_opd(session, parent=dinas)
    for state in State:
        make_person(session, opd=dinas, period=period, state=state)
        make_person(session, opd=puskesmas, period=period, state=state, joined_at=NOW - 9 * DAY, at=NOW - 8 * DAY)
    session.commit()

    assert differences(session, period) == []


def test_moves_and_exemptions_are_recounted_from_their_dated_rows(session: Session) -> None:
    period, dinas, satpol = make_period(session), make_opd(session), make_opd(session)
    siti = make_person(session, opd=dinas, period=period, state=State.UNDER_WAY, joined_at=NOW - 3 * DAY)
    make_change(session, siti, "pindah", satpol)
    make_change(session, siti, "bebas", satpol)
    siti.current_opd_id, siti.standing = satpol.id, "bebas"

    assert differences(session, period) == []
    report = read_completion(session, instansi_id=period.instansi_id, period_id=period.id, now=NOW)
    assert (row_of(report, dinas).own.exempt, row_of(report, satpol).own.exempt) == (0, 1)


@pytest.mark.parametrize(
    ("state", "drift", "facts"),
    [
        (State.UNDER_WAY, {"started_at": None}, ["started", "not_started", "under_way"]),
        (State.PASSED_ONLY, {"passed_at": None}, ["passed", "under_way", "passed_only"]),
        (State.PLEDGED_ONLY, {"pledged_at": None}, ["pledged", "not_started", "pledged_only"]),
        (State.COMPLETED, {"completed_at": None}, ["completed_at", "under_way", "completed", "recent"]),
        (State.COMPLETED, {"completed_at": NOW - 9 * DAY}, ["completed_at", "recent"]),
        (State.NOT_STARTED, {"completed_at": NOW}, ["completed_at", "not_started", "completed", "recent"]),
        (State.NOT_STARTED, {"standing": "keluar"}, ["standing", "wajib", "not_started", "left"]),
    ],
)
def test_a_drifted_summary_is_named_and_its_counts_too(
    session: Session, state: State, drift: dict[str, Any], facts: list[str]
) -> None:
    period = make_period(session)
    siti = make_person(session, opd=make_opd(session), period=period, state=state)
    for column, value in drift.items():
        setattr(siti, column, value)

    found = differences(session, period)

    assert [difference.fact for difference in found] == facts
    assert (found[0].object_kind, found[0].object_id) == ("enrolment", siti.id)
    assert {difference.object_kind for difference in found[1:]} == {"opd"}


def test_attempts_that_nobody_gave_are_named(session: Session) -> None:
    period = make_period(session)
    siti = make_person(session, opd=make_opd(session), period=period, state=State.UNDER_WAY)
    siti.extra_attempts = 1

    assert differences(session, period) == [Difference("enrolment", siti.id, "extra_attempts", "1", "0")]


def test_a_move_that_only_the_summary_knows_is_named(session: Session) -> None:
    period, satpol = make_period(session), make_opd(session, nama="Satpol PP")
    siti = make_person(session, opd=make_opd(session), period=period)
    siti.current_opd_id = satpol.id

    found = differences(session, period)

    assert found[0] == Difference("enrolment", siti.id, "current_opd_id", str(satpol.id), str(siti.opd_id))


def test_counts_that_no_enrolment_stands_behind_are_named_and_can_be_corrected(session: Session) -> None:
    period, dinas = make_period(session), make_opd(session)
    make_person(session, opd=dinas, period=period, state=State.PASSED_ONLY)
    session.execute(delete(CompletionTally))

    assert differences(session, period) == [
        Difference("tally", dinas.id, "wajib/started/passed", "0", "1"),
        Difference("opd", dinas.id, "wajib", "0", "1"),
        Difference("opd", dinas.id, "passed_only", "0", "1"),
    ]
    correct_tally(session, period_id=period.id, now=NOW)
    assert differences(session, period) == []


def test_a_page_reached_is_a_start(session: Session) -> None:
    period = make_period(session)
    siti = make_person(session, opd=make_opd(session), period=period)
    session.add(
        PageReached(instansi_id=siti.instansi_id, enrolment_id=siti.id, module_slug="medsos", number=1, reached_at=NOW)
    )

    assert next(difference.fact for difference in differences(session, period)) == "started"
    siti.started_at = NOW
    assert differences(session, period) == []


def test_a_reissue_continues_the_completion_and_a_new_certificate_after_a_revocation_begins_another(
    session: Session,
) -> None:
    period, opd = make_period(session), make_opd(session)
    siti, budi = (make_person(session, opd=opd, period=period, state=State.UNDER_WAY) for _ in range(2))
    for person, first_status in ((siti, "superseded"), (budi, "revoked")):
        attempt = make_attempt(session, person, number=2)
        signature = make_signature(session, person)
        proof: dict[str, Any] = {"attempt": attempt, "signature": signature}
        first = make_certificate(session, person, status=first_status, status_at=NOW, issued_at=NOW - 5 * DAY, **proof)
        second = make_certificate(session, person, issued_at=NOW - DAY, **proof)
        first.successor_id = second.id if first_status == "superseded" else None
        person.passed_at = person.pledged_at = NOW - 5 * DAY
    siti.completed_at = NOW - 5 * DAY
    budi.completed_at = NOW - DAY

    assert differences(session, period) == []


def test_a_refused_ikrar_is_no_pledge(session: Session) -> None:
    period = make_period(session)
    siti = make_person(session, opd=make_opd(session), period=period)
    make_signature(session, siti, outcome="menolak", points_ticked=0)

    assert differences(session, period) == []


def test_a_period_of_another_instansi_is_not_found(session: Session) -> None:
    period = make_period(session)
    foreign = make_instansi(session, kode="lain")

    with pytest.raises(NotFound):
        recount(session, instansi_id=foreign.id, period_id=period.id, now=NOW)


def test_every_combination_of_steps_is_counted_alike(session: Session) -> None:
    period, opd = make_period(session), make_opd(session)
    for started, passed, pledged in product([False, True], repeat=3):
        siti = make_person(session, opd=opd, period=period)
        if started or passed:
            make_attempt(session, siti, passed=passed)
            siti.started_at = NOW - DAY
        if passed:
            siti.passed_at = NOW - DAY
        if pledged:
            make_signature(session, siti)
            siti.pledged_at = NOW - DAY

    assert differences(session, period) == []
