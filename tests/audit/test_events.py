"""The audit trail: an event is written with its change or not at all, and a changed event is found."""

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from netral.audit.events import Act, ChainVerdict, record, verify_chain
from netral.audit.models import AuditEvent, AuditHead
from tests.factories import NOW, make_instansi


def record_one(session: Session, chain: int = 0, action: str = "edition.published") -> None:
    record(session, Act(None, NOW, chain), action=action, object_kind="edition", object_id=1)


def test_events_form_a_chain_that_verifies(session: Session) -> None:
    for _ in range(3):
        record_one(session)
        session.commit()

    assert verify_chain(session, 0) == ChainVerdict(0, 3, None)


def test_an_event_is_written_with_its_change_or_not_at_all(session: Session) -> None:
    make_instansi(session)
    record_one(session)
    session.rollback()
    session.commit()

    assert session.scalars(select(AuditEvent)).all() == []


def test_an_event_verifies_in_whatever_zone_its_time_was_told(session: Session) -> None:
    at = NOW.astimezone(ZoneInfo("Asia/Makassar"))
    record(session, Act(None, at), action="edition.published", object_kind="edition", object_id=1)
    session.commit()

    assert verify_chain(session, 0).broken_at is None


def test_each_instansi_has_a_chain_of_its_own(session: Session) -> None:
    record_one(session, chain=1)
    record_one(session, chain=2)
    record_one(session, chain=1)
    session.commit()

    assert verify_chain(session, 1).length == 2
    assert verify_chain(session, 2).length == 1


@pytest.mark.parametrize("statement", [update(AuditEvent).values(action="x"), delete(AuditEvent)])
def test_the_database_refuses_to_change_an_event(session: Session, statement: object) -> None:
    record_one(session)
    session.commit()

    with pytest.raises(DatabaseError, match="audit_event is"):
        session.execute(statement)  # type: ignore[call-overload]  # an UPDATE or a DELETE


def without_guard(session: Session, guard: str) -> None:
    on = "" if session.get_bind().dialect.name == "sqlite" else " ON audit_event"
    session.execute(text(f"DROP TRIGGER {guard}{on}"))


def test_a_forced_change_breaks_the_chain_where_it_was_made(session: Session) -> None:
    for _ in range(3):
        record_one(session)
    session.commit()
    without_guard(session, "audit_event_no_update")
    session.execute(update(AuditEvent).where(AuditEvent.sequence == 2).values(detail={"reason": "forged"}))

    assert verify_chain(session, 0).broken_at == 2


def test_cutting_off_the_end_is_found(session: Session) -> None:
    for _ in range(3):
        record_one(session)
    session.commit()
    without_guard(session, "audit_event_no_delete")
    session.execute(delete(AuditEvent).where(AuditEvent.sequence == 3))

    assert verify_chain(session, 0).broken_at == 3
    assert session.scalars(select(AuditHead.sequence)).one() == 3
