"""Reading stored certificates."""

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from netral.certificates.issue.register import find_record, list_own
from netral.learning.periods.models import Enrolment
from netral.organisation.models import Asn
from tests.certificates.rows import issue, make_issued
from tests.certificates.samples import OTHER_IDENTIFIER
from tests.factories import NOW, make_enrolment, make_period
from tests.reporting.makers import make_attempt, make_signature


def test_a_record_is_what_was_frozen(session: Session) -> None:
    _, issued = make_issued(session)
    record = find_record(session, issued.public_id)

    assert record is not None
    assert (record.nama, record.opd, record.instansi) == ("Siti Aminah", "Dinas Kesehatan", "Kabupaten Contoh")
    assert (record.nomor, record.issued_at, record.zona) == (issued.nomor, NOW, "Asia/Makassar")
    assert (len(record.key_id), len(record.signed)) == (8, 64)
    assert (record.status, record.status_at, record.pdf_hash) == ("valid", None, None)


def test_hit_and_miss_are_one_statement_each(engine: Engine, session: Session) -> None:
    _, issued = make_issued(session)
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))

    find_record(session, issued.public_id)
    find_record(session, "0" * 26)

    assert len([statement for statement in seen if statement.startswith("SELECT")]) == 2


def test_a_person_sees_all_own_certificates_and_no_others(session: Session) -> None:
    enrolment, first = make_issued(session)
    make_issued(session, identifier=bytes(16), nama="Citra")
    later = make_enrolment(session, asn=session.get_one(Asn, enrolment.asn_id), period=make_period(session))
    second = issue_another(session, later)

    own = list_own(session, asn_id=enrolment.asn_id)

    assert {record.public_id for record in own} == {first.public_id, second}
    assert own[0].public_id == second


def issue_another(session: Session, enrolment: Enrolment) -> str:
    make_attempt(session, enrolment)
    make_signature(session, enrolment)
    issued = issue(session, enrolment, identifier=OTHER_IDENTIFIER)
    assert issued is not None
    return issued.public_id
