"""The map of OPD and indicators: weak only beyond doubt, and never the figures of a few people."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from netral.accounts.access import Reach
from netral.learning.exams.counting import POINT
from netral.learning.exams.models import IndicatorTally
from netral.learning.periods.models import Period
from netral.organisation.models import Opd
from netral.quiz.questions import Indicator
from netral.quiz.statistics import wilson
from netral.reporting.report import Asked
from netral.reporting.reports.heat_map import HEAT_MAP, HeatMap, HeatRow
from tests.factories import NOW, make_opd, make_period

NAMES = ("Dinas Kesehatan", "Satpol PP", "Setda", "Badan Kesbangpol")


@pytest.fixture
def period(session: Session) -> Period:
    return make_period(session)


def answer(session: Session, period: Period, opd: Opd, people: int, **percent: int) -> None:
    """Let people of an OPD answer two questions of each indicator; `percent` of their points, 80 if not said."""
    for indicator in Indicator:
        points = percent.get(indicator.value, 80) * 2 * people * POINT // 100
        acts: dict[str, Any] = {"forbidden": 4 * people, "hits": 3 * people, "allowed": 4 * people}
        acts |= {"false_alarms": people, "people": people, "items": 2 * people, "points": points}
        session.add(IndicatorTally(period_id=period.id, opd_id=opd.id, indicator=indicator.value, **acts))
    session.flush()


def read(session: Session, period: Period) -> tuple[HeatMap, dict[str, HeatRow]]:
    found = HEAT_MAP.read(session, Asked(reach=Reach(period.instansi_id), period_id=period.id, now=NOW))
    return found, {row.nama: row for row in found.rows}


def test_units_below_count_in_their_opd_and_each_share_has_its_interval(session: Session, period: Period) -> None:
    dinas, setda = (make_opd(session, nama=nama) for nama in NAMES[::2])
    answer(session, period, dinas, 6, kampanye=50)
    answer(session, period, make_opd(session, nama="Puskesmas", parent=dinas), 34, kampanye=50)
    answer(session, period, setda, 40)

    found, rows = read(session, period)

    assert set(rows) == {"Dinas Kesehatan", "Setda"}
    assert (rows["Dinas Kesehatan"].people, found.total.people) == (40, 80)
    cell = rows["Dinas Kesehatan"].cells[2]
    assert cell is not None
    # Tenths of a percent, rounded outwards.
    assert cell.tenths == 500
    assert (cell.low / 1000, cell.high / 1000) == pytest.approx(wilson(0.5, 40), abs=0.001)


@pytest.mark.parametrize(("people", "weakest"), [(20, ""), (200, "Kampanye")])
def test_the_weakest_is_marked_only_where_the_interval_allows(
    session: Session, period: Period, people: int, weakest: str
) -> None:
    answer(session, period, make_opd(session, nama=NAMES[0]), people, kampanye=60)
    answer(session, period, make_opd(session, nama=NAMES[1]), people)

    _, rows = read(session, period)

    assert rows[NAMES[0]].weakest == weakest
    assert rows[NAMES[1]].weakest == ""


@pytest.mark.parametrize(
    ("people", "hidden"),
    [
        ((30, 20, 9, 8), {"Setda", "Badan Kesbangpol"}),
        # One small OPD could be told from the total, so the smallest other one is hidden with it.
        ((30, 20, 15, 9), {"Setda", "Badan Kesbangpol"}),
        ((30, 20, 15, 10), set()),
        ((30, 20, 15, 0), set()),
    ],
)
def test_few_people_are_hidden_and_cannot_be_reckoned_back(
    session: Session, period: Period, people: tuple[int, ...], hidden: set[str]
) -> None:
    for nama, number in zip(NAMES, people, strict=True):
        answer(session, period, make_opd(session, nama=nama), number)

    found, rows = read(session, period)

    assert {nama for nama, row in rows.items() if row.hidden} == hidden
    assert set(rows) == {nama for nama, number in zip(NAMES, people, strict=True) if number}
    assert not found.total.hidden
    table = HEAT_MAP.tables(found)[0]
    assert {row[1] for row in table.rows if row[3] is None} == hidden
    assert {row[2] for row in table.rows if row[1] in hidden} <= {"kurang dari 10", "15"}


def test_sensitivity_is_told_per_indicator_for_the_whole_instansi(session: Session, period: Period) -> None:
    answer(session, period, make_opd(session, nama=NAMES[0]), 25)

    found, _ = read(session, period)

    assert [(each.head, each.hits, each.false_alarms, each.criterion) for each in found.judging][:1] == [
        ("Karier ASN", 750, 250, "0,00")
    ]


def test_a_period_without_counts_has_no_figures(session: Session, period: Period) -> None:
    make_opd(session)

    found, rows = read(session, period)

    assert not found.has_figures
    assert rows == {}
    assert HEAT_MAP.notes(found)
