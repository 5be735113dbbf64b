"""The one page for the leadership: progress, days left, and the weakest places. Only sums, from finished numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from netral.indonesian import last_day
from netral.reporting.counts import OpdCompletion
from netral.reporting.indicators import IndicatorShare, find_weakest
from netral.reporting.reports.completion import CompletionReport

NAMED = 5


@dataclass(frozen=True, slots=True)
class Summary:
    """The summary. `days_left` is 0 on the last day and negative after the tenggat. `weakest` none: nothing certain."""

    report: CompletionReport
    days_left: int
    lowest: tuple[OpdCompletion, ...]
    highest: tuple[OpdCompletion, ...]
    weakest: IndicatorShare | None


def summarise(report: CompletionReport, indicators: Sequence[IndicatorShare], *, now: datetime) -> Summary:
    """Return the five lowest OPD (worst first) and the five highest (best first); none is in both lists."""
    ranked = [row for row in report.shown if row.total.wajib]
    lowest = ranked[: min(NAMED, (len(ranked) + 1) // 2)]
    highest = ranked[len(lowest) :][-NAMED:][::-1]
    return Summary(
        report=report,
        days_left=count_days(report, now),
        lowest=tuple(lowest),
        highest=tuple(highest),
        weakest=find_weakest(indicators),
    )


def count_days(report: CompletionReport, now: datetime) -> int:
    """Return whole calendar days in the instansi's zone from today to the last day that is in time."""
    zona = report.period.zona
    return (last_day(report.period.due_at, zona) - now.astimezone(ZoneInfo(zona)).date()).days
