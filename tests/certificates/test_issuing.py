"""Issuing: only with a passed attempt and a signed ikrar, once, and frozen."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from netral.audit.models import AuditEvent
from netral.certificates.issue.register import find_record
from netral.certificates.models import Certificate
from netral.certificates.proof.identifiers import encode_identifier
from netral.certificates.proof.keys import KeyRing, NoSigningKey
from netral.certificates.proof.verification import State, judge
from netral.errors import NotFound
from netral.learning.editions.models import Edition
from netral.learning.periods.models import Enrolment
from tests.certificates.rows import issue, make_complete, make_enrolled, make_issued
from tests.certificates.samples import IDENTIFIER, OTHER_IDENTIFIER, make_keyring
from tests.factories import NOW, make_asn, make_enrolment, make_instansi, make_opd, make_period, make_user
from tests.reporting.makers import make_attempt, make_signature


def read_certificate(session: Session) -> Certificate:
    return session.scalars(select(Certificate)).one()


def test_a_pass_and_a_signed_ikrar_issue_a_valid_certificate(session: Session) -> None:
    enrolment, issued = make_issued(session)
    record = find_record(session, issued.public_id)

    assert issued.public_id == encode_identifier(IDENTIFIER)
    assert issued.nomor == "1/NETRAL-ASN/BKPSDM/V/2029"
    assert issued.new
    assert judge(record, None, now=NOW, keyring=make_keyring()).state is State.VALID
    assert session.get_one(Enrolment, enrolment.id).completed_at == NOW


@pytest.mark.parametrize("missing", ["nothing done", "ikrar", "exam", "failed", "asked first"])
def test_one_condition_alone_issues_nothing(session: Session, missing: str) -> None:
    enrolment = make_enrolled(session)
    if missing in {"ikrar", "asked first"}:
        make_attempt(session, enrolment)
    if missing in {"exam", "failed"}:
        make_signature(session, enrolment)
    if missing == "failed":
        make_attempt(session, enrolment, points_numerator=15, passed=False)
    if missing == "asked first":
        make_signature(session, enrolment, outcome="tanya-dulu", points_ticked=0)

    assert issue(session, enrolment) is None
    session.commit()
    assert session.scalars(select(Certificate)).all() == []
    assert session.get_one(Enrolment, enrolment.id).completed_at is None


def test_issuing_again_gives_the_same_certificate(session: Session) -> None:
    enrolment, issued = make_issued(session)
    again = issue(session, enrolment, identifier=OTHER_IDENTIFIER)

    assert again is not None
    assert (again.public_id, again.nomor, again.new) == (issued.public_id, issued.nomor, False)


def test_printed_fields_are_frozen_at_issue(session: Session) -> None:
    instansi = make_instansi(session, nama="Kabupaten  Contoh")
    dinas = make_opd(session, instansi=instansi, nama="Dinas Kesehatan")
    puskesmas = make_opd(session, parent=dinas, nama="UPTD Puskesmas Hulu")
    period = make_period(session, nama="Pilkada 2029", instansi=instansi)
    make_issued(session, period=period, opd=puskesmas, nama="Rene\u0301  Aminah\u200b, S.KM.", nip="197001022005012123")
    certificate = read_certificate(session)

    assert certificate.nama == "Ren\u00e9 Aminah, S.KM."
    assert certificate.nip_akhir == "123"
    assert certificate.opd == "UPTD Puskesmas Hulu, Dinas Kesehatan"
    assert certificate.instansi == "Kabupaten Contoh"
    assert (certificate.periode, certificate.period_number) == ("Pilkada 2029", period.number)
    assert certificate.valid_until == date(2029, 12, 31)
    assert certificate.edition_hash == session.get_one(Edition, period.edition_id).hash


def test_a_person_without_a_nip_gets_a_certificate(session: Session) -> None:
    enrolment = make_complete(session, jenis="PPNPN")
    asn = session.get_one(type(make_asn(session)), enrolment.asn_id)
    asn.nip, asn.number = None, "NON-7"
    session.commit()
    issue(session, enrolment)

    assert read_certificate(session).nip_akhir == ""


def test_very_long_units_are_named_without_what_they_belong_to(session: Session) -> None:
    dinas = make_opd(session, nama="D" * 200)
    make_issued(session, opd=make_opd(session, parent=dinas, nama="U" * 200))

    assert read_certificate(session).opd == "U" * 200


@pytest.mark.parametrize(
    ("points", "print_score", "score"),
    [((20, 1), True, 100), ((50, 3), True, 83), ((20, 1), False, None)],
)
def test_the_score_is_the_floor_of_percent(
    session: Session, *, points: tuple[int, int], print_score: bool, score: int | None
) -> None:
    enrolment = make_enrolled(session, period=make_period(session, print_score=print_score))
    make_attempt(session, enrolment, points_numerator=points[0], points_denominator=points[1])
    make_signature(session, enrolment)
    issue(session, enrolment)

    assert read_certificate(session).score == score


def test_of_several_passed_attempts_the_best_counts(session: Session) -> None:
    enrolment = make_enrolled(session)
    make_attempt(session, enrolment, number=1, points_numerator=16)
    best = make_attempt(session, enrolment, number=2, points_numerator=37, points_denominator=2)
    make_attempt(session, enrolment, number=3, points_numerator=10, passed=False)
    make_signature(session, enrolment)
    issue(session, enrolment)

    assert (read_certificate(session).score, read_certificate(session).attempt_id) == (92, best.id)


@pytest.mark.parametrize(
    ("zone", "day", "nomor"),
    [
        ("Asia/Jakarta", date(2029, 5, 31), "1/NETRAL-ASN/BKPSDM/V/2029"),
        ("Asia/Jayapura", date(2029, 6, 1), "1/NETRAL-ASN/BKPSDM/VI/2029"),
    ],
)
def test_the_day_of_issue_is_the_day_where_it_is_issued(session: Session, zone: str, day: date, nomor: str) -> None:
    make_instansi(session, zona=zone)
    issue(session, make_complete(session), now=datetime(2029, 5, 31, 15, 30, tzinfo=UTC))
    certificate = read_certificate(session)

    assert (certificate.issued_on, certificate.nomor) == (day, nomor)


def test_numbers_run_on_in_each_instansi(session: Session) -> None:
    here, there = make_instansi(session), make_instansi(session, kode="lain", nama="Kota Lain")
    period = make_period(session, instansi=here)
    opd = make_opd(session, instansi=here)
    far = make_period(session, instansi=there)
    issued = [
        make_issued(session, identifier=bytes([number] * 16), period=wanted, opd=unit)[1].nomor.split("/")[0]
        for number, (wanted, unit) in enumerate(
            [(period, opd), (period, opd), (far, make_opd(session, instansi=there)), (period, opd)]
        )
    ]

    assert issued == ["1", "2", "1", "3"]


def test_a_person_may_have_a_certificate_in_each_period(session: Session) -> None:
    enrolment, _ = make_issued(session)
    asn = session.get_one(type(make_asn(session)), enrolment.asn_id)
    later = make_enrolment(session, asn=asn, period=make_period(session))
    make_attempt(session, later)
    make_signature(session, later)

    issued = issue(session, later, identifier=OTHER_IDENTIFIER)

    assert issued is not None
    assert issued.new


def test_issuing_writes_one_audit_event(session: Session) -> None:
    user = make_user(session)
    enrolment = make_complete(session)
    issued = issue(session, enrolment, by=user.id)
    issue(session, enrolment, by=user.id)
    session.commit()
    happened = session.scalars(select(AuditEvent).where(AuditEvent.object_kind == "certificate")).one()

    assert issued is not None
    assert (happened.action, happened.object_id) == ("certificate.issued", issued.public_id)
    assert (happened.chain, happened.actor_id) == (enrolment.instansi_id, user.id)
    assert happened.detail == {"nomor": issued.nomor}


def test_without_a_key_nothing_is_written(session: Session) -> None:
    enrolment = make_complete(session)

    with pytest.raises(NoSigningKey):
        issue(session, enrolment, keyring=KeyRing(()))
    session.rollback()
    assert session.scalars(select(Certificate)).all() == []


def test_an_enrolment_that_is_not_there_is_not_found(session: Session) -> None:
    enrolment = Enrolment(id=999_999)

    with pytest.raises(NotFound):
        issue(session, enrolment)


@pytest.mark.parametrize(
    "changed", [{"nama": "Budi"}, {"opd": "Lain"}, {"score": 99}, {"payload": b"x"}, {"nomor": "9"}]
)
def test_the_database_refuses_to_change_what_was_signed(session: Session, changed: dict[str, Any]) -> None:
    make_issued(session)

    with pytest.raises(DBAPIError, match="frozen at issue"):
        session.execute(update(Certificate).values(changed))


def test_a_failure_at_any_statement_leaves_all_or_nothing(engine: Engine, session: Session) -> None:
    enrolment_id = make_complete(session).id
    session.commit()
    broken_at = 0
    while not try_issue(engine, enrolment_id, fail_at=broken_at):
        assert session.scalars(select(Certificate)).all() == []
        assert session.get_one(Enrolment, enrolment_id, populate_existing=True).completed_at is None
        session.rollback()
        broken_at += 1

    assert broken_at > 8
    assert read_certificate(session).nomor.startswith("1/")
    assert len(session.scalars(select(AuditEvent)).all()) == 1


class Cut(Exception):
    """The connection is lost just before a statement."""


def try_issue(engine: Engine, enrolment_id: int, *, fail_at: int) -> bool:
    """Issue in a transaction that breaks off before its statement number `fail_at`; return whether it ended."""
    seen = 0

    def cut(*arguments: object) -> None:
        nonlocal seen
        seen += 1
        if seen > fail_at:
            raise Cut

    with Session(engine) as writing:
        writing.connection()
        event.listen(engine, "before_cursor_execute", cut)
        try:
            issue(writing, Enrolment(id=enrolment_id))
            writing.commit()
        except Cut:
            writing.rollback()
            return False
        finally:
            event.remove(engine, "before_cursor_execute", cut)
    return True
