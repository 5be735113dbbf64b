"""Parts for SIASN: each certificate once, whoever asks; and what became of one afterwards is not forgotten."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.certificates.issue.issuing import reissue, revoke
from netral.certificates.models import Certificate
from netral.errors import NotFound
from netral.exports.models import SiasnExport, SiasnPart
from netral.exports.siasn import (
    Due,
    NothingToExport,
    PartSent,
    SiasnIdMissing,
    count_due,
    list_corrections,
    list_parts,
    make_parts,
    mark_corrected,
    mark_sent,
)
from netral.exports.siasn_files import as_course, count_filed, list_unfiled, name_pdf, read_part
from netral.learning.periods.models import Period
from netral.organisation.models import Asn
from tests.certificates.samples import BASE_URL, make_signer
from tests.exports.conftest import SIASN_ID
from tests.factories import NOW, make_instansi, make_period, the_instansi

Give = Callable[..., Certificate]
KODE = "pilkada-2029"


def act(session: Session) -> Act:
    return Act(None, NOW, the_instansi(session).id)


def test_certificates_are_cut_into_parts_and_none_comes_twice(session: Session, give: Give, period: Period) -> None:
    for _ in range(5):
        give()

    assert make_parts(session, act(session), kode=KODE, most=2) == (1, 2, 3)
    assert [part.size for part in list_parts(session, period_id=period.id)] == [2, 2, 1]
    with pytest.raises(NothingToExport):
        make_parts(session, act(session), kode=KODE)
    give()
    assert make_parts(session, act(session), kode=KODE) == (4,)


def test_two_officers_at_once_export_each_certificate_once(
    engine: Engine, session: Session, give: Give, period: Period
) -> None:
    for _ in range(4):
        give()
    who = act(session)
    session.commit()
    barrier = Barrier(2)

    def export(_: int) -> bool:
        with Session(engine) as own:
            barrier.wait(timeout=60)
            try:
                make_parts(own, who, kode=KODE)
            except NothingToExport:
                return False
            own.commit()
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(export, range(2))) == [False, True]
    assert session.scalar(select(func.count()).select_from(SiasnExport)) == 4


def test_the_database_refuses_a_certificate_in_two_parts(session: Session, give: Give, period: Period) -> None:
    certificate = give()
    make_parts(session, act(session), kode=KODE)
    part = session.scalars(select(SiasnPart)).one()
    twice = SiasnExport(certificate_id=certificate.id, instansi_id=part.instansi_id, part_id=part.id)
    session.commit()
    session.expunge_all()
    session.add(twice)

    with pytest.raises(IntegrityError):
        session.flush()


def test_who_has_no_nip_and_what_has_no_hours_is_counted_and_left_out(session: Session, give: Give) -> None:
    give()
    sena, old = give(), give(period=make_period(session))
    session.get_one(Asn, sena.asn_id).nip = None
    session.flush()

    assert count_due(session, period_id=sena.period_id) == Due(ready=1, without_nip=1, without_hours=0)
    assert count_due(session, period_id=old.period_id) == Due(ready=0, without_nip=0, without_hours=1)
    make_parts(session, act(session), kode=KODE)
    assert session.scalar(select(func.count()).select_from(SiasnExport)) == 1


def test_without_the_number_of_the_instansi_nothing_is_made(session: Session, give: Give) -> None:
    give()
    the_instansi(session).siasn_id = ""

    with pytest.raises(SiasnIdMissing):
        make_parts(session, act(session), kode=KODE)


def test_a_part_is_marked_as_sent_once_by_its_own_instansi(session: Session, give: Give, period: Period) -> None:
    give()
    make_parts(session, act(session), kode=KODE)
    (part,) = list_parts(session, period_id=period.id)
    other = make_instansi(session, kode="lain")
    with pytest.raises(NotFound):
        mark_sent(session, Act(None, NOW, other.id), part_id=part.id)

    mark_sent(session, act(session), part_id=part.id)
    session.commit()
    with pytest.raises(PartSent):
        mark_sent(session, act(session), part_id=part.id)
    actions = session.scalars(select(AuditEvent.action).where(AuditEvent.action.startswith("siasn"))).all()
    assert sorted(actions) == ["siasn.part_sent", "siasn.parts_made"]
    with pytest.raises(DBAPIError, match="marked as sent once"):
        session.execute(text("UPDATE siasn_part SET sent_at = NULL"))


def test_what_was_withdrawn_after_it_was_exported_is_a_correction(session: Session, give: Give, period: Period) -> None:
    revoked, replaced, kept = give(), give(), give()
    make_parts(session, act(session), kode=KODE)
    revoke(session, act(session), public_id=revoked.public_id, reason="Keliru")
    new = reissue(session, act(session), make_signer(bytes(15) + b"\xff"), public_id=replaced.public_id)

    found = list_corrections(session, period_id=period.id)
    assert {(each.nomor, each.status, each.successor) for each in found} == {
        (revoked.nomor, "revoked", None),
        (replaced.nomor, "superseded", new.nomor),
    }
    (part,) = list_parts(session, period_id=period.id)
    assert (part.size, part.withdrawn) == (3, 2)
    assert make_parts(session, act(session), kode=KODE) == (2,)
    assert kept.nomor not in {each.nomor for each in found}


def test_a_part_that_is_not_sent_leaves_out_what_was_withdrawn(session: Session, give: Give, period: Period) -> None:
    early, late, kept = give(), give(), give()
    make_parts(session, act(session), kode=KODE)
    revoke(session, act(session), public_id=early.public_id, reason="Keliru")
    assert numbers_in(session, period) == [late.nomor, kept.nomor]
    assert {each.nomor for each in list_unfiled(session, period_id=period.id, most=9)} == {late.nomor, kept.nomor}
    assert count_filed(session, period_id=period.id) == (1, 3)

    (part,) = list_parts(session, period_id=period.id)
    assert (part.filed, part.size) == (1, 3)
    mark_sent(session, act(session), part_id=part.id)
    later = Act(None, NOW + timedelta(days=1), the_instansi(session).id)
    revoke(session, later, public_id=late.public_id, reason="Keliru")
    assert numbers_in(session, period) == [late.nomor, kept.nomor]


def numbers_in(session: Session, period: Period) -> list[str]:
    (part,) = list_parts(session, period_id=period.id)
    return [as_course(row, base_url=BASE_URL).nomor_sertipikat for row in read_part(session, part)]


def test_a_correction_is_marked_once_by_its_own_instansi(session: Session, give: Give, period: Period) -> None:
    revoked, kept = give(), give()
    make_parts(session, act(session), kode=KODE)
    revoke(session, act(session), public_id=revoked.public_id, reason="Keliru")
    chosen = [revoked.public_id, kept.public_id]
    other = Act(None, NOW, make_instansi(session, kode="lain").id)

    assert mark_corrected(session, other, period_id=period.id, public_ids=chosen) == 0
    assert mark_corrected(session, act(session), period_id=period.id, public_ids=chosen) == 1
    assert mark_corrected(session, act(session), period_id=period.id, public_ids=chosen) == 0
    assert [each.done_at for each in list_corrections(session, period_id=period.id)] == [NOW]
    session.commit()
    actions = session.scalars(select(AuditEvent.action).where(AuditEvent.action == "siasn.corrected")).all()
    assert actions == ["siasn.corrected"]
    with pytest.raises(DBAPIError, match="never deleted"):
        session.execute(text("DELETE FROM siasn_correction"))


def test_a_course_has_the_thirteen_fields_of_siasn(session: Session, give: Give, period: Period) -> None:
    certificate = give()
    make_parts(session, act(session), kode=KODE)
    (part,) = list_parts(session, period_id=period.id)
    session.execute(update(Asn).values(siasn_id="A8ACA7397E8A3912E040640A040269BB"))
    (row,) = read_part(session, part)
    course = as_course(row, base_url=BASE_URL)

    assert course.pns_orang_id == "A8ACA7397E8A3912E040640A040269BB"
    assert (course.instansi_id, course.jenis_diklat_id, course.jenis_kursus_sertipikat) == (SIASN_ID, "16", "T")
    assert (course.jumlah_jam, course.tahun_kursus, course.tanggal_selesai_kursus) == (3, 2029, "02-05-2029")
    assert course.institusi_penyelenggara == "BKPSDM Kabupaten Contoh"
    assert course.nama_kursus == "Netralitas ASN, Pilkada 2029"
    nip = session.get_one(Asn, certificate.asn_id).nip
    assert (course.nip, course.berkas) == (nip, f"{nip}_1-NETRAL-ASN-BKPSDM-V-2029.pdf")


def test_a_course_of_last_year_stays_one_when_its_certificate_is_reissued(
    session: Session, give: Give, period: Period
) -> None:
    certificate, next_year = give(), NOW + timedelta(days=300)
    after = Act(None, next_year, certificate.instansi_id)
    issued = reissue(session, after, make_signer(b"z" * 16), public_id=certificate.public_id, reason="JP ditetapkan")
    make_parts(session, after, kode=KODE)

    (row,) = read_part(session, list_parts(session, period_id=period.id)[0])

    course = as_course(row, base_url=BASE_URL)
    assert (course.nomor_sertipikat, next_year.year) == (issued.nomor, 2030)
    assert (course.tahun_kursus, course.tanggal_selesai_kursus) == (2029, "02-05-2029")


@pytest.mark.parametrize(
    ("nomor", "named"),
    [("1/NETRAL/V/2029", "1-NETRAL-V-2029"), ("../../x", "..-..-x"), (" a\\b\n", "a-b"), ("=1+1", "1-1")],
)
def test_a_number_names_a_file_without_a_folder(nomor: str, named: str) -> None:
    assert name_pdf("1" * 18, nomor) == f"{'1' * 18}_{named}.pdf"
