"""JP of people and units: of two years, of valid certificates only, and of the active people of each kind."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from netral.accounts.access import Reach
from netral.audit.events import Act
from netral.certificates.issue.issuing import reissue, revoke
from netral.reporting.report import Asked
from netral.reporting.reports.hours import HOURS, UnitHours
from tests.certificates.rows import issue, make_complete, make_issued
from tests.certificates.samples import make_signer
from tests.factories import NOW, make_asn, make_opd, make_period

JP: dict[str, Any] = {"jp": 3, "jp_dasar": "Keputusan Nomor 12"}


def ask(session: Session, instansi_id: int, path: str | None = None) -> Asked:
    return Asked(reach=Reach(instansi_id, path), now=NOW, zona="Asia/Makassar")


def test_valid_certificates_count_in_the_year_of_their_issue(session: Session) -> None:
    old, new = make_period(session, **JP), make_period(session, **(JP | {"jp": 5}))
    enrolment = make_complete(session, period=old, nama="Siti Aminah")
    issue(session, enrolment, identifier=b"a" * 16, now=NOW - timedelta(days=365))
    revoked, certificate = make_issued(session, identifier=b"b" * 16, period=new, nama="Budi Santoso")
    make_issued(session, identifier=b"c" * 16, period=new, nama="Citra Dewi")
    act = Act(None, NOW, revoked.instansi_id)
    revoke(session, act, public_id=certificate.public_id, reason="Keliru")
    session.commit()

    found = HOURS.read(session, ask(session, revoked.instansi_id))

    assert [(one.nama, one.this_year, one.last_year) for one in found.people] == [
        ("Citra Dewi", 5, 0),
        ("Siti Aminah", 0, 3),
    ]


def test_a_reissue_moves_nobody_into_another_year(session: Session) -> None:
    enrolment = make_complete(session, period=make_period(session, **JP), nama="Siti Aminah")
    certificate = issue(session, enrolment, identifier=b"a" * 16, now=NOW - timedelta(days=365))
    assert certificate
    act = Act(None, NOW, enrolment.instansi_id)
    reissue(session, act, make_signer(b"b" * 16), public_id=certificate.public_id, reason="JP ditetapkan")
    session.commit()

    found = HOURS.read(session, ask(session, enrolment.instansi_id))

    assert [(one.nama, one.this_year, one.last_year) for one in found.people] == [("Siti Aminah", 0, 3)]


def test_units_count_active_people_by_kind_and_below_their_root(session: Session) -> None:
    dinas = make_opd(session, kode="dinkes", nama="Dinas Kesehatan")
    clinic = make_opd(session, kode="pkm", nama="Puskesmas Hulu", parent=dinas)
    other = make_opd(session, kode="satpol", nama="Satpol PP")
    period = make_period(session, **JP)
    make_issued(session, identifier=b"a" * 16, period=period, opd=clinic)
    make_asn(session, opd=dinas, jenis="PPPK")
    make_asn(session, opd=dinas, active=False)
    make_asn(session, opd=other)
    session.commit()

    asked = ask(session, dinas.instansi_id)
    health = [
        UnitHours("Dinas Kesehatan", "PNS", people=1, with_hours=1, this_year=3),
        UnitHours("Dinas Kesehatan", "PPPK", people=1),
    ]
    assert list(HOURS.read(session, asked).units) == [*health, UnitHours("Satpol PP", "PNS", people=1)]
    below = replace(asked, reach=Reach(dinas.instansi_id, dinas.path))
    assert list(HOURS.read(session, below).units) == health
