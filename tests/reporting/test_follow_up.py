"""The call list of an OPD: each person's next step, within the subtree, without a score."""

from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from netral.errors import NotFound
from netral.learning.periods.models import Period
from netral.learning.study.models import PageReached
from netral.organisation.models import Asn, Opd
from netral.reporting.counts import State
from netral.reporting.reports.completion import CompletionReport, read_completion
from netral.reporting.reports.follow_up import FollowUp, Step, Unfinished, list_all_unfinished, list_unfinished
from tests.factories import NOW, make_asn, make_enrolment, make_instansi, make_opd, make_period
from tests.reporting.makers import DAY, make_person


def report(session: Session, period: Period, opd: Opd) -> CompletionReport:
    return read_completion(session, instansi_id=period.instansi_id, period_id=period.id, opd_path=opd.path, now=NOW)


def follow_up(session: Session, period: Period, opd: Opd, **more: Any) -> FollowUp:
    session.flush()
    return list_unfinished(session, report(session, period, opd), **more)


def names(page: FollowUp) -> list[str]:
    return [person.nama for person in page.people.items]


@pytest.fixture
def dinas(session: Session) -> Opd:
    return make_opd(session, nama="Dinas Kesehatan")


@pytest.fixture
def period(session: Session) -> Period:
    return make_period(session)


@pytest.mark.parametrize(
    ("state", "step"),
    [
        (State.NOT_STARTED, Step.START),
        (State.UNDER_WAY, Step.EXAM),
        (State.PLEDGED_ONLY, Step.EXAM),
        (State.PASSED_ONLY, Step.PLEDGE),
    ],
)
def test_each_person_stands_with_the_next_step(
    session: Session, dinas: Opd, period: Period, state: State, step: Step
) -> None:
    make_person(session, opd=dinas, period=period, state=state)

    page = follow_up(session, period, dinas)

    assert [person.step for person in page.people.items] == [step]
    assert page.by_step == {other: int(other is step) for other in Step}


def test_a_revoked_certificate_is_the_step_that_is_missing(session: Session, dinas: Opd, period: Period) -> None:
    siti = make_person(session, opd=dinas, period=period, state=State.COMPLETED)
    siti.completed_at = None

    assert [person.step for person in follow_up(session, period, dinas).people.items] == [Step.CERTIFICATE]


def test_completed_exempt_and_left_are_not_called(session: Session, dinas: Opd, period: Period) -> None:
    make_person(session, opd=dinas, period=period, state=State.COMPLETED)
    make_person(session, opd=dinas, period=period, standing="bebas")
    make_person(session, opd=dinas, period=period, standing="keluar")

    assert follow_up(session, period, dinas).people.total == 0


def test_the_list_ends_at_the_subtree(session: Session, dinas: Opd, period: Period) -> None:
    puskesmas = make_opd(session, parent=dinas, nama="Puskesmas Hulu")
    make_person(session, opd=dinas, period=period, nama="Siti Aminah")
    make_person(session, opd=puskesmas, period=period, nama="Rahmat Hidayat")
    make_person(session, opd=make_opd(session, nama="Satpol PP"), period=period, nama="Orang Lain")

    page = follow_up(session, period, dinas)

    assert [(person.nama, person.unit) for person in page.people.items] == [
        ("Rahmat Hidayat", "Puskesmas Hulu"),
        ("Siti Aminah", "Dinas Kesehatan"),
    ]


def test_a_mover_is_called_by_the_current_opd(session: Session, dinas: Opd, period: Period) -> None:
    satpol = make_opd(session, nama="Satpol PP")
    siti = make_person(session, opd=dinas, period=period)
    siti.current_opd_id = satpol.id

    assert follow_up(session, period, dinas).people.total == 0
    assert follow_up(session, period, satpol).people.total == 1


def test_an_opd_of_another_instansi_is_not_found(session: Session, period: Period) -> None:
    foreign = make_opd(session, instansi=make_instansi(session, kode="lain"))

    with pytest.raises(NotFound):
        follow_up(session, period, foreign)
    with pytest.raises(NotFound):
        list_all_unfinished(session, report(session, period, foreign))


@pytest.mark.parametrize("search", ["aminah", "AMINAH", "  siti   amin ", "amin siti"])
def test_a_name_is_found_by_its_parts_in_any_case(session: Session, dinas: Opd, period: Period, search: str) -> None:
    make_person(session, opd=dinas, period=period, nama="Siti Aminah, S.K.M.")
    make_person(session, opd=dinas, period=period, nama="Rahmat Hidayat")

    page = follow_up(session, period, dinas, search=search)

    assert names(page) == ["Siti Aminah, S.K.M."]
    assert page.by_step[Step.START] == 2


@pytest.mark.parametrize("search", ["%", "_", "\\"])
def test_signs_of_a_pattern_are_searched_as_they_are(session: Session, dinas: Opd, period: Period, search: str) -> None:
    make_person(session, opd=dinas, period=period)

    assert follow_up(session, period, dinas, search=search).people.total == 0


def test_one_step_can_be_listed_alone(session: Session, dinas: Opd, period: Period) -> None:
    make_person(session, opd=dinas, period=period, nama="Siti Aminah", state=State.PASSED_ONLY)
    make_person(session, opd=dinas, period=period, nama="Rahmat Hidayat")

    assert names(follow_up(session, period, dinas, step=Step.PLEDGE)) == ["Siti Aminah"]


def test_pages_hold_fifty_and_the_last_one_the_rest(session: Session, dinas: Opd, period: Period) -> None:
    for number in range(53):
        make_person(session, opd=dinas, period=period, nama=f"Pegawai {number:02}")

    first, second = (follow_up(session, period, dinas, page=number) for number in (1, 2))

    assert (len(first.people.items), len(second.people.items), first.people.pages) == (50, 3, 2)
    assert names(second) == ["Pegawai 50", "Pegawai 51", "Pegawai 52"]
    assert follow_up(session, period, dinas, page=9) == second
    assert follow_up(session, period, dinas, page=-1) == first


def test_the_file_holds_everybody_the_pages_hold(session: Session, dinas: Opd, period: Period) -> None:
    for state in State:
        make_person(session, opd=dinas, period=period, state=state)
    page = follow_up(session, period, dinas)

    everybody = list_all_unfinished(session, report(session, period, dinas))

    assert everybody == page.people.items


def test_the_last_activity_is_the_latest_of_pages_attempts_and_ikrar(
    session: Session, dinas: Opd, period: Period
) -> None:
    siti = make_person(session, opd=dinas, period=period, nama="Siti", state=State.UNDER_WAY, at=NOW - 3 * DAY)
    make_person(session, opd=dinas, period=period, nama="Ujang")
    reached = NOW - timedelta(hours=2)
    session.add(
        PageReached(
            instansi_id=siti.instansi_id, enrolment_id=siti.id, module_slug="medsos", number=1, reached_at=reached
        )
    )

    assert [person.last_active_at for person in follow_up(session, period, dinas).people.items] == [reached, None]


def test_only_the_last_three_digits_of_a_nip_leave_the_table(session: Session, dinas: Opd, period: Period) -> None:
    nip = "197505012005011123"
    for nama, number in (("Siti", nip), ("Ujang", None)):
        asn = make_asn(session, opd=dinas, nama=nama)
        session.get_one(Asn, asn.id).nip = number
        make_enrolment(session, asn=asn, period=period)

    people = follow_up(session, period, dinas).people.items

    assert [person.nip_akhir for person in people] == ["123", ""]
    assert nip not in repr(people)


def test_a_score_has_no_place_on_the_list() -> None:
    assert [field.name for field in fields(Unfinished)] == [
        "enrolment_id",
        "asn_id",
        "nama",
        "nip_akhir",
        "unit",
        "step",
        "last_active_at",
    ]
