"""Reissuing all certificates of a period with other JP than it has by now: a batch at a time, each once."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest
from sqlalchemy import Engine, event, func, select, text
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.certificates.issue.issuing import Signer
from netral.certificates.issue.renewing import (
    BATCH,
    KIND,
    PAGE,
    NothingOutdated,
    list_outdated,
    order_reissue,
    reissue_batch,
)
from netral.certificates.models import Certificate
from netral.errors import NotFound
from netral.jobs.queue import Claimed, Progress
from netral.learning.periods.models import Period
from netral.organisation.models import Asn
from tests.certificates.rows import make_issued
from tests.certificates.samples import make_signer
from tests.factories import NOW, make_instansi, make_period, the_instansi

KODE = "pilkada-2029"


@pytest.fixture
def period(session: Session) -> Period:
    return make_period(session, kode=KODE)


@pytest.fixture
def signer() -> Signer:
    numbers = count(1000)
    return replace(make_signer(bytes(16)), new_identifier=lambda: next(numbers).to_bytes(16, "big"))


@pytest.fixture
def give(session: Session, period: Period) -> Callable[..., None]:
    numbers = count(1)

    def give(**more: object) -> None:
        make_issued(session, identifier=next(numbers).to_bytes(16, "big"), period=period, **more)

    return give


def act(session: Session) -> Act:
    return Act(None, NOW, the_instansi(session).id)


def set_hours(session: Session, period: Period) -> None:
    period.jp, period.jp_dasar, period.jenis_diklat = 3, "Keputusan  Nomor 12", 16
    session.commit()


def step(session: Session, signer: Signer, period: Period, *, done: int = 0, total: int = 0) -> Progress:
    claimed = Claimed(
        id=1,
        kind=KIND,
        instansi_id=period.instansi_id,
        created_by=None,
        arguments={"period_id": period.id, "reason": "JP ditetapkan"},
        repeats=False,
        claims=1,
        failures=0,
        done=done,
        total=total,
    )
    progress = reissue_batch(session, claimed, signer, act(session))
    session.commit()
    return progress


def order(session: Session, period: Period) -> int:
    return order_reissue(session, act(session), period_id=period.id, kode=KODE, reason="JP ditetapkan")


def test_every_certificate_with_other_hours_is_reissued_once(
    session: Session, period: Period, give: Callable[..., None], signer: Signer
) -> None:
    for _ in range(BATCH + 1):
        give()
    set_hours(session, period)

    first = step(session, signer, period)
    last = step(session, signer, period, done=first.done, total=first.total)
    again = step(session, signer, period, done=last.done, total=last.total)

    assert [(each.done, each.total) for each in (first, last, again)] == [(20, 21), (21, 21), (21, 21)]
    valid = select(Certificate.jp, Certificate.jenis_diklat).where(Certificate.status == "valid")
    assert [tuple(row) for row in session.execute(valid)] == [(3, 16)] * (BATCH + 1)
    reasons = select(Certificate.status_reason).where(Certificate.status == "superseded")
    assert session.scalars(reasons).all() == ["JP ditetapkan"] * (BATCH + 1)


def test_a_name_that_cannot_be_printed_keeps_its_certificate(
    session: Session, period: Period, give: Callable[..., None], signer: Signer
) -> None:
    give()
    give()
    session.scalars(select(Asn).order_by(Asn.id).limit(1)).one().nama = "林"
    set_hours(session, period)

    assert step(session, signer, period) == Progress(done=1, total=1, result={"period_id": period.id})


def test_an_order_that_is_sent_twice_is_one_job_of_its_own_instansi(
    session: Session, period: Period, give: Callable[..., None], signer: Signer
) -> None:
    give()
    with pytest.raises(NothingOutdated):
        order(session, period)
    set_hours(session, period)

    assert order(session, period) == order(session, period)
    session.commit()
    assert session.scalar(text("SELECT count(*) FROM job")) == 1
    other = replace(act(session), instansi_id=make_instansi(session, kode="lain").id)
    with pytest.raises(NotFound):
        list_outdated(session, other, period_id=period.id)


def test_a_step_reads_no_more_people_though_many_are_left(
    session: Session, engine: Engine, period: Period, give: Callable[..., None], signer: Signer
) -> None:
    """Twenty thousand are reissued in a thousand steps, of which each must not look at all that are left."""
    for number in range(PAGE + 2 * BATCH):
        give()
        if number < BATCH:
            session.scalars(select(Asn).order_by(Asn.id.desc()).limit(1)).one().nama = "林"
    set_hours(session, period)
    first = step(session, signer, period)
    assert (first.done, first.total) == (BATCH, PAGE + BATCH)
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))

    second = step(session, signer, period, done=first.done, total=first.total)

    lists = [each for each in seen if "ORDER BY certificate.sequence" in each]
    assert lists
    assert all("LIMIT" in each for each in lists)
    assert (second.done, second.total) == (2 * BATCH, PAGE + BATCH)
    done, total = second.done, second.total
    while done < total:
        progress = step(session, signer, period, done=done, total=total)
        done, total = progress.done, progress.total
    assert (done, total) == (PAGE + BATCH, PAGE + BATCH)
    assert session.scalar(select(func.count()).where(Certificate.jp == 3)) == PAGE + BATCH
