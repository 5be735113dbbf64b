"""The report of movements: each change with its grounds, and the participants of a unit add up."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.access import Reach
from netral.audit.events import Act
from netral.errors import NotFound
from netral.learning.periods.enrolments import Standing
from netral.learning.periods.exemptions import Paper, grant_exemption, withdraw_exemption
from netral.learning.periods.models import Enrolment
from netral.organisation.careers import Intent, Wish
from netral.organisation.kinds import AsnKind
from netral.organisation.models import Opd
from netral.reporting.report import Asked
from netral.reporting.reports.movements import Movements, read, tables
from netral.roster.changing import bring_up_to_date, change_place
from netral.roster.joining import Newcomer, add_person
from tests.factories import NOW, make_asn, make_instansi, make_opd
from tests.learning.make import KODE, Exam, join, later, make_exam

TODAY = date(2029, 5, 2)


@pytest.fixture
def exam(session: Session) -> Exam:
    """Return Siti's exam; Budi moves, Citra retires on the fifth, Dewi is exempt for a day, Rina comes new."""
    exam = make_exam(session)
    dishub = make_opd(session, nama="Dinas Perhubungan", kode="dishub")
    budi, citra, dewi = (
        join(session, exam, make_asn(session, nama=name)) for name in ("Budi Santoso", "Citra Lestari", "Dewi Sartika")
    )
    act = Act(None, NOW, exam.instansi_id)
    moving = Wish(intent=Intent.MOVE, day=TODAY, opd_id=dishub.id, document="800/7", reason="Mutasi rutin")
    change_place(session, act, asn_id=budi.asn_id, wish=moving)
    leaving = Wish(
        intent=Intent.LEAVE, day=TODAY + timedelta(days=3), kind="pensiun", document="882/3", reason="Batas usia"
    )
    change_place(session, act, asn_id=citra.asn_id, wish=leaving)
    grant_exemption(session, act, asn_id=dewi.asn_id, kode=KODE, reason="Tugas belajar", paper=Paper(document="800/12"))
    ending = Act(None, later(days=1), exam.instansi_id)
    withdraw_exemption(session, ending, asn_id=dewi.asn_id, kode=KODE, reason="Kembali bertugas")
    newcomer = Newcomer(nama="Rina Wulandari", nip="199001012015012001", jenis=AsnKind.PNS, opd_kode="dishub")
    add_person(session, Act(None, later(days=2), exam.instansi_id), newcomer)
    bring_up_to_date(session, Act(None, later(days=4), exam.instansi_id))
    session.commit()
    return exam


def ask(session: Session, exam: Exam, *, opd_path: str | None = None, now: datetime = NOW) -> Movements:
    return read(session, Asked(reach=Reach(exam.instansi_id, opd_path), now=now, period_id=exam.period_id))


def test_every_change_has_its_day_and_its_grounds(session: Session, exam: Exam) -> None:
    found = ask(session, exam)

    told = [(row.day.day, row.nama, row.movement_words, row.kind, row.document, row.reason) for row in found.rows]
    assert told == [
        (5, "Citra Lestari", "Keluar", "Pensiun", "882/3", "Batas usia"),
        (4, "Rina Wulandari", "Masuk", "data pegawai", "", ""),
        (3, "Dewi Sartika", "Pembebasan berakhir", "", "", "Kembali bertugas"),
        (2, "Dewi Sartika", "Dibebaskan", "", "800/12", "Tugas belajar"),
        (2, "Budi Santoso", "Pindah", "Definitif", "800/7", "Mutasi rutin"),
    ]


def test_the_participants_of_each_unit_add_up(session: Session, exam: Exam) -> None:
    here = {row.unit: row.now for row in ask(session, exam).units}

    counted = select(Opd.nama, Enrolment.standing).join(Opd, Opd.id == Enrolment.current_opd_id)
    kept: dict[str, int] = {}
    for unit, standing in session.execute(counted):
        kept[unit] = kept.get(unit, 0) + (standing != Standing.KELUAR)
    assert tables(ask(session, exam))[1].total == ("Jumlah", 4, 1, 1, 1, 1, 0, 4)
    assert here == kept == {"Dinas Kesehatan": 2, "Dinas Perhubungan": 2}


def test_one_unit_names_no_other(session: Session, exam: Exam) -> None:
    path = session.scalars(select(Opd.path).where(Opd.kode == "dishub")).one()

    first, by_unit = tables(ask(session, exam, opd_path=path))

    assert [row[1] for row in first.rows] == ["Rina Wulandari", "Budi Santoso"]
    assert "Dinas Kesehatan" not in str((first.rows, by_unit.rows))


def test_a_period_of_another_instansi_is_not_found(session: Session, exam: Exam) -> None:
    other = make_instansi(session, kode="lain")

    with pytest.raises(NotFound):
        read(session, Asked(reach=Reach(other.id), now=NOW, period_id=exam.period_id))
