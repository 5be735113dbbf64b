"""The register of certificates: the issued certificates and their states today."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from netral.certificates.models import Certificate
from netral.database.paging import Page
from netral.errors import NotFound
from netral.learning.periods.models import Period
from netral.organisation.models import Opd
from netral.reporting.counts import State
from netral.reporting.reports.register import Registered, RegisterState, list_certificates
from tests.factories import NOW, make_instansi, make_opd, make_period
from tests.reporting.makers import make_attempt, make_certificate, make_person, make_signature

LAST_DAY = date(2029, 12, 31)


def register(session: Session, period: Period, **more: Any) -> Page[Registered]:
    session.flush()
    values: dict[str, Any] = {"instansi_id": period.instansi_id, "period_id": period.id, "now": NOW}
    return list_certificates(session, **(values | more))


def issue(session: Session, opd: Opd, period: Period, nama: str, **more: Any) -> Certificate:
    siti = make_person(session, opd=opd, period=period, nama=nama, state=State.NOT_STARTED)
    return make_certificate(
        session, siti, attempt=make_attempt(session, siti), signature=make_signature(session, siti), **more
    )


@pytest.fixture
def opd(session: Session) -> Opd:
    return make_opd(session)


@pytest.fixture
def period(session: Session) -> Period:
    return make_period(session)


def test_the_newest_certificate_stands_first_with_its_claims(session: Session, opd: Opd, period: Period) -> None:
    issue(session, opd, period, "Siti Aminah")
    second = issue(session, opd, period, "Rahmat Hidayat")

    page = register(session, period)

    assert [entry.nama for entry in page.items] == ["Rahmat Hidayat", "Siti Aminah"]
    assert (page.items[0].nomor, page.items[0].opd) == (second.nomor, "Dinas Kesehatan")
    assert page.items[0].issued_on == date(2029, 5, 1)


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({}, RegisterState.VALID),
        ({"valid_until": None}, RegisterState.VALID),
        ({"status": "revoked", "status_at": NOW, "status_reason": "Data keliru"}, RegisterState.REVOKED),
        ({"status": "superseded", "status_at": NOW}, RegisterState.SUPERSEDED),
        ({"valid_until": date(2029, 5, 1)}, RegisterState.EXPIRED),
        ({"valid_until": date(2029, 5, 2)}, RegisterState.VALID),
    ],
)
def test_each_state_is_shown_and_can_be_listed_alone(
    session: Session, opd: Opd, period: Period, more: dict[str, Any], state: RegisterState
) -> None:
    issue(session, opd, period, "Siti Aminah", **more)

    assert [entry.state for entry in register(session, period).items] == [state]
    assert {other: register(session, period, state=other).total for other in RegisterState} == {
        other: int(other is state) for other in RegisterState
    }


def test_expiry_follows_the_day_of_the_instansi(session: Session, opd: Opd, period: Period) -> None:
    issue(session, opd, period, "Siti Aminah", valid_until=LAST_DAY)
    midnight = datetime(2029, 12, 31, 16, tzinfo=UTC)

    assert register(session, period, now=midnight).items[0].state is RegisterState.EXPIRED


def test_names_and_numbers_are_searched(session: Session, opd: Opd, period: Period) -> None:
    siti = issue(session, opd, period, "Siti Aminah")
    issue(session, opd, period, "Rahmat Hidayat")

    assert [entry.nama for entry in register(session, period, search="aminah").items] == ["Siti Aminah"]
    assert [entry.nama for entry in register(session, period, search=siti.nomor).items] == ["Siti Aminah"]


def test_a_period_of_another_instansi_is_not_found(session: Session, period: Period) -> None:
    with pytest.raises(NotFound):
        register(session, period, instansi_id=make_instansi(session, kode="lain").id)
