"""The plan of an exam: the number of items of each indicator, and the terms."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from netral.errors import NetralError
from netral.quiz.questions import Indicator


class BadQuota(NetralError):
    """A quota cannot be read; `text` is the part at fault."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


DEFAULT_QUOTAS: Mapping[Indicator, int] = {
    Indicator.KAMPANYE: 8,
    Indicator.PARTAI: 3,
    Indicator.KARIER: 3,
    Indicator.LAYANAN: 3,
    Indicator.UMUM: 3,
}

FEWEST_PRETEST = 2

INDICATORS = {indicator.value: indicator for indicator in Indicator}


class KeysShown(StrEnum):
    """The moment from which results hold the keys: at the latest when the period is closed, to everybody.

    Ten results with keys contain most of a next paper, so those who pass early could hand the answers on.
    """

    LULUS = "lulus"  # to those who passed, at once
    TENGGAT = "tenggat"  # to those who passed, from the tenggat on
    TUTUP = "tutup"  # to nobody before
    HABIS = "habis"  # after passing or the last attempt: periods from before there was a choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """The plan of an exam. Percentages are 0-100; `limit_seconds` None means no timer.

    `open_percent` is the least share of BOLEH or TERGANTUNG items in a paper. `relearn`: after a failed attempt the
    pages about the missed rules are read again before the next one. `keys_shown`: when those who passed see the keys.
    `pretest`: whether people may try a short pre-test before they read.
    """

    quotas: Mapping[Indicator, int] = field(default_factory=lambda: dict(DEFAULT_QUOTAS))
    pass_percent: int = 85
    attempts: int = 3
    pause_minutes: int = 0
    limit_seconds: int | None = None
    open_percent: int = 30
    modules_first: bool = True
    score_printed: bool = True
    relearn: bool = True
    keys_shown: KeysShown = KeysShown.TENGGAT
    pretest: bool = False

    @property
    def size(self) -> int:
        return sum(self.quotas.values())

    @property
    def least_open(self) -> int:
        """Return the least number of open items, rounded up: 30 % of 21 items are 7."""
        return -(-self.size * self.open_percent // 100)


def plan_pretest(exam: Blueprint) -> Blueprint:
    """Return the plan of a pre-test: half of the exam's items of each indicator, but at least two.

    One right answer may be luck, and a pre-test as long as the exam would be tried by few.
    """
    quotas = {each: max(FEWEST_PRETEST, -(-number // 2)) for each, number in exam.quotas.items() if number}
    return replace(exam, quotas=quotas)


def plan_both(exam: Blueprint) -> Blueprint:
    """Return what a pool must fill so that an exam need not repeat an item of the pre-test before it."""
    if not exam.pretest:
        return exam
    before = plan_pretest(exam).quotas
    return replace(exam, quotas={each: number + before.get(each, 0) for each, number in exam.quotas.items()})


def parse_quotas(text: str) -> dict[Indicator, int]:
    """Read `kampanye=8,partai=3`; an indicator that is left out gets none. Raises `BadQuota`."""
    quotas: dict[Indicator, int] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, _, number = (piece.strip() for piece in part.partition("="))
        if name not in INDICATORS or name in quotas or not (number.isascii() and number.isdigit()):
            raise BadQuota(part)
        quotas[INDICATORS[name]] = int(number)
    if not sum(quotas.values()):
        raise BadQuota(text)
    return {indicator: quotas[indicator] for indicator in Indicator if quotas.get(indicator)}
