"""The issuer's name and the template of numbers: for later certificates only, and no number twice."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.certificates.issue.issuing import reissue
from netral.certificates.issue.numbering import (
    IssuerNameless,
    NumberRepeats,
    change_letterhead,
    next_sequence,
    read_letterhead,
)
from netral.certificates.issue.register import find_record
from netral.certificates.models import Certificate
from netral.certificates.paper.sheet import make_sheet
from netral.organisation.models import Instansi
from netral.versions import Outdated
from tests.certificates.rows import make_issued
from tests.certificates.samples import BASE_URL, OTHER_IDENTIFIER, make_signer
from tests.factories import NOW, make_instansi

OFFICE: dict[str, Any] = {
    "issuer_name": "Badan Kepegawaian Daerah",
    "issuer_short": "BKD",
    "number_template": "{klasifikasi}/{urut}/{unit}/{bulan}/{tahun}",
    "classification": "800.1",
}


def change(session: Session, instansi: Instansi, **more: Any) -> tuple[str, ...]:
    act = Act(None, NOW, instansi.id)
    return change_letterhead(session, act, replace(read_letterhead(session, instansi_id=instansi.id), **more))


def test_a_change_is_for_later_certificates_only(session: Session) -> None:
    instansi = make_instansi(session)
    _, before = make_issued(session)

    assert change(session, instansi, **OFFICE) == tuple(OFFICE)
    session.commit()
    after = reissue(session, Act(None, NOW), make_signer(OTHER_IDENTIFIER), public_id=before.public_id)

    old, new = find_record(session, before.public_id), find_record(session, after.public_id)
    assert old
    assert new
    assert (old.nomor, make_sheet(old, base_url=BASE_URL).issuer) == (
        "1/NETRAL-ASN/BKPSDM/V/2029",
        "BKPSDM Kabupaten Contoh",
    )
    assert (new.nomor, make_sheet(new, base_url=BASE_URL).issuer) == (
        "800.1/2/BKD/05/2029",
        "Badan Kepegawaian Daerah Kabupaten Contoh",
    )


def test_a_change_is_recorded_once_and_an_old_page_is_refused(session: Session) -> None:
    instansi = make_instansi(session)
    version = read_letterhead(session, instansi_id=instansi.id).version
    change(session, instansi, issuer_short="BKD")
    session.commit()

    assert change(session, instansi, issuer_short="BKD") == ()
    letterhead = read_letterhead(session, instansi_id=instansi.id)
    with pytest.raises(Outdated):
        change_letterhead(
            session, Act(None, NOW, instansi.id), replace(letterhead, issuer_short="BKPP"), version=version
        )
    session.rollback()
    events = session.scalars(select(AuditEvent).where(AuditEvent.action == "instansi.changed")).all()
    assert [event.detail for event in events] == [{"issuer_short": "BKPSDM → BKD"}]


def test_an_issuer_has_a_short_name(session: Session) -> None:
    with pytest.raises(IssuerNameless):
        change(session, make_instansi(session), issuer_short="", number_template="{urut}")


def test_a_template_under_which_an_issued_number_could_return_is_refused(session: Session) -> None:
    instansi = make_instansi(session)
    change(session, instansi, number_template="{bulan}/{urut}/{tahun}")
    session.commit()
    _, issued = make_issued(session)
    assert issued.nomor == "05/1/2029"
    change(session, instansi, number_template="{tahun}/{urut}/{bulan}")

    with pytest.raises(NumberRepeats):
        change(session, instansi, number_template="05/1/{urut}")


def test_the_database_keeps_numbers_of_an_instansi_apart(session: Session) -> None:
    instansi = make_instansi(session)
    make_issued(session)
    row = session.scalars(select(Certificate)).one()
    values = {column.name: getattr(row, column.name) for column in Certificate.__table__.c if column.name != "id"}
    twin = values | {"public_id": "0" * 26, "sequence": 2, "status": "revoked", "status_at": NOW}

    with pytest.raises(DBAPIError):
        session.execute(insert(Certificate).values(twin))
    session.rollback()
    assert next_sequence(session, instansi_id=instansi.id) == 2
