"""The gain between pre-test and exam: of no fewer than ten people, and a loss is told as one."""

from sqlalchemy.orm import Session

from netral.accounts.access import Reach
from netral.learning.exams.counting import SHARE
from netral.learning.exams.models import GainTally
from netral.reporting.report import Asked
from netral.reporting.reports.gains import GAINS, Gains
from netral.reporting.workbooks import write_csv
from tests.factories import NOW, make_period


def read(session: Session, **people: int) -> Gains:
    """Read where half of the people gained nothing and half lost a fifth, from a half; "semua" is the whole."""
    period = make_period(session)
    for indicator, number in people.items():
        half = number // 2
        sums = {"before": number * SHARE // 2, "after": number * SHARE // 2 - half * SHARE // 5}
        sums |= {"squares": half * (SHARE // 5) ** 2, "people": number, "answers": 2 * number, "sure_wrong": half}
        session.add(GainTally(period_id=period.id, indicator=indicator.removeprefix("semua"), **sums))
    session.flush()
    return GAINS.read(session, Asked(reach=Reach(period.instansi_id), period_id=period.id, now=NOW))


def test_a_loss_is_told_with_its_interval_and_few_people_are_not_told_at_all(session: Session) -> None:
    (table,) = GAINS.tables(read(session, kampanye=40, partai=9, semua=40))

    assert table.rows[1] == ("Partai politik", "kurang dari 10", *[None] * 6)
    assert table.rows[0] == ("Karier ASN", "0", *[None] * 6)
    # The deviation of 40 losses, half of them 0 and half 0.2, is 0.10127: 2.0227 standard errors are 0.0324.
    assert table.rows[2] == ("Kampanye", "40", 500, 400, -100, -133, -67, 250)
    assert table.total is not None
    assert table.total[0] == "Seluruh soal"
    assert "Kampanye;40;50,0;40,0;-10,0;-13,3;-6,7;25,0" in write_csv(table, zona="Asia/Jakarta").decode("utf-8-sig")


def test_a_period_that_nobody_took_a_pretest_in_has_no_table(session: Session) -> None:
    found = read(session)

    assert GAINS.tables(found)[0].rows == ()
    assert ("Tidak ditampilkan", "Angka dari kurang dari 10 peserta.") in GAINS.notes(found)
