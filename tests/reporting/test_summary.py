"""The page of the leadership: the places to act, and the days left."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from netral.quiz.questions import Indicator
from netral.reporting.counts import Counts, Unit, add, add_up
from netral.reporting.indicators import IndicatorShare
from netral.reporting.report import PeriodFacts
from netral.reporting.reports.completion import CompletionReport
from netral.reporting.summary import summarise
from tests.factories import NOW

DUE = datetime(2029, 5, 31, 16, tzinfo=UTC)
PERIOD = PeriodFacts(1, "pilkada", "Pilkada 2029", NOW, DUE, 1, "Kabupaten Contoh", "Asia/Makassar")


def report_of(*completed: int) -> CompletionReport:
    """Return a report with one OPD of ten people for each number of completed people."""
    counts = {number: Counts(wajib=10, completed=done) for number, done in enumerate(completed)}
    units = [Unit(number, f"opd-{number}", f"Dinas {number}", "opd", f"{number}/", None) for number in counts]
    return CompletionReport(PERIOD, NOW, None, add_up(units, counts), add(*counts.values()))


def test_five_lowest_and_five_highest_are_named_worst_and_best_first() -> None:
    summary = summarise(report_of(*range(1, 11), 0), [], now=NOW)

    assert [row.total.completed for row in summary.lowest] == [0, 1, 2, 3, 4]
    assert [row.total.completed for row in summary.highest] == [10, 9, 8, 7, 6]


@pytest.mark.parametrize("number", range(9))
def test_no_opd_is_named_as_low_and_high(number: int) -> None:
    summary = summarise(report_of(*range(number)), [], now=NOW)

    assert not {row.unit.opd_id for row in summary.lowest} & {row.unit.opd_id for row in summary.highest}
    assert len(summary.lowest) + len(summary.highest) == number


@pytest.mark.parametrize(
    ("now", "days"),
    [(NOW, 29), (DUE - timedelta(seconds=1), 0), (DUE, -1), (DUE - timedelta(days=1, seconds=1), 1)],
)
def test_days_are_counted_by_the_calendar_of_the_instansi(now: datetime, days: int) -> None:
    assert summarise(report_of(1), [], now=now).days_left == days


@pytest.mark.parametrize(("people", "weakest"), [(900, Indicator.KAMPANYE), (9, None)])
def test_the_weakest_indicator_is_named_only_where_the_intervals_part(people: int, weakest: Indicator | None) -> None:
    shares = [
        IndicatorShare(Indicator.KARIER, people, Fraction(7, 10)),
        IndicatorShare(Indicator.PARTAI, 4, None),
        IndicatorShare(Indicator.KAMPANYE, people, Fraction(6, 10)),
    ]

    found = summarise(report_of(1), shares, now=NOW).weakest

    assert (found.indicator if found else None) is weakest


def test_without_enough_people_no_indicator_is_named() -> None:
    assert summarise(report_of(1), [IndicatorShare(Indicator.PARTAI, 4, None)], now=NOW).weakest is None
