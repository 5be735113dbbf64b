"""Reading the audit trail: one chain only, filtered."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.audit.events import Act, record
from netral.reporting.reports.trail import (
    TrailEvent,
    TrailFilter,
    count_events,
    list_actions,
    list_all_events,
    list_events,
)
from tests.factories import NOW, make_asn, make_user

CHAIN = 1


@pytest.fixture
def dewi(session: Session) -> User:
    return make_user(session, nama="Dewi Lestari")


def write(session: Session, action: str, *, actor: User | None = None, chain: int = CHAIN, **more: Any) -> None:
    act = Act(actor.id if actor else None, more.pop("at", NOW), chain)
    values: dict[str, Any] = {"object_kind": "period", "object_id": 1}
    record(session, act, action=action, **(values | more))
    session.commit()


def found(session: Session, **wanted: Any) -> list[str]:
    return [event.action for event in list_events(session, chain=CHAIN, wanted=TrailFilter(**wanted)).items]


def test_the_newest_event_stands_first_with_the_name_of_its_actor(session: Session, dewi: User) -> None:
    write(session, "roster.applied")
    write(session, "period.opened", actor=dewi, detail={"kode": "pilkada-2029"})

    events = list_events(session, chain=CHAIN, wanted=TrailFilter()).items

    assert [(event.sequence, event.action, event.actor) for event in events] == [
        (2, "period.opened", "Dewi Lestari"),
        (1, "roster.applied", None),
    ]
    assert events[0].detail == {"kode": "pilkada-2029"}


def test_an_event_about_a_person_names_the_person(session: Session) -> None:
    siti = make_asn(session, nama="Siti Aminah")
    write(session, "person.added", object_kind="asn", object_id=siti.id)

    (event,) = list_events(session, chain=CHAIN, wanted=TrailFilter()).items
    assert event.object_words == "pegawai Siti Aminah"


def test_days_are_written_out_and_what_only_looks_like_one_stays(session: Session) -> None:
    detail = {"kode": "pilkada-2029-07-01", "sha256": "2029-02-31", "tutup": "2029-06-30 → 2029-07-10"}
    write(session, "period.extended", detail=detail)

    (event,) = list_events(session, chain=CHAIN, wanted=TrailFilter()).items
    for words in ("pilkada-2029-07-01", "2029-02-31", "30 Juni 2029 → 10 Juli 2029"):
        assert words in event.detail_words


def test_another_chain_is_not_read(session: Session) -> None:
    write(session, "period.opened")
    write(session, "period.closed", chain=2)

    page = list_events(session, chain=CHAIN, wanted=TrailFilter())

    assert ([event.action for event in page.items], page.total) == (["period.opened"], 1)
    assert list_actions(session, chain=CHAIN) == ("period.opened",)
    assert count_events(session, chain=CHAIN, wanted=TrailFilter()) == 1


def test_each_filter_narrows(session: Session, dewi: User) -> None:
    write(session, "certificate.issued", object_kind="certificate", object_id=7)
    write(session, "certificate.revoked", actor=dewi, object_kind="certificate", object_id=7)
    write(session, "period.opened", at=NOW + timedelta(days=1))

    assert found(session, action="certificate.") == ["certificate.revoked", "certificate.issued"]
    assert found(session, action="period.opened") == ["period.opened"]
    assert found(session, object_id="7") == ["certificate.revoked", "certificate.issued"]
    assert found(session, since=NOW + timedelta(seconds=1)) == ["period.opened"]
    assert found(session, until=NOW + timedelta(days=1)) == ["certificate.revoked", "certificate.issued"]
    assert found(session, action="_") == []


def test_pages_hold_fifty(session: Session) -> None:
    for number in range(51):
        record(session, Act(None, NOW, CHAIN), action="code.issued", object_kind="user", object_id=number)
    session.commit()

    first, last = (list_events(session, chain=CHAIN, wanted=TrailFilter(), page=page) for page in (1, 99))

    assert (len(first.items), len(last.items), last.number, first.pages) == (50, 1, 2, 2)


def test_a_file_holds_the_whole_chain_in_its_order(session: Session) -> None:
    for action in ("period.opened", "period.closed"):
        write(session, action)

    events: tuple[TrailEvent, ...] = list_all_events(session, chain=CHAIN, wanted=TrailFilter())

    assert [event.action for event in events] == ["period.opened", "period.closed"]
