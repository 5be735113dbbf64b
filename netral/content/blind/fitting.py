"""Models that learn which cues accompany a key: small, without chance, the same on every machine."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Rows = Sequence[tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Case:
    """A decision with its cues as numbers. `right` None: nothing can be learnt from it."""

    rows: Rows
    right: int | None


@dataclass(frozen=True, slots=True)
class Pace:
    """How a conditional logit is fitted: rounds, the step of the first, and the share of a weight kept after each."""

    rounds: int
    step: float
    kept: float


def softmax(scores: Sequence[float]) -> list[float]:
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def believe(weights: Sequence[float], rows: Rows) -> list[float]:
    """Return how likely each choice is the right one; they sum to 1."""
    weight = weights.__getitem__
    return softmax([sum(map(weight, row)) for row in rows])


def fit_logit(cases: Iterable[Case], size: int, pace: Pace) -> list[float]:
    """Return the weights of a conditional logit (McFadden 1974), by gradient steps in a fixed order."""
    weights = [0.0] * size
    known = [(case.rows, case.right) for case in cases if case.right is not None]
    for turn in range(pace.rounds):
        rate = pace.step / (1 + turn / 4)
        for rows, right in known:
            _learn(weights, rows, right, rate)
        weights = [pace.kept * weight for weight in weights]
    return weights


def _learn(weights: list[float], rows: Rows, right: int, rate: float) -> None:
    for place, (row, belief) in enumerate(zip(rows, believe(weights, rows), strict=True)):
        change = rate * ((place == right) - belief)
        for cue in row:
            weights[cue] += change


def fit_bayes(cases: Iterable[Case], size: int, *, smoothing: float = 2.0, trust: float = 0.35) -> list[float]:
    """Return for each cue how much oftener it stands at a key than elsewhere, as if cues were independent."""
    right_of, wrong_of = [smoothing] * size, [smoothing] * size
    for case in cases:
        if case.right is None:
            continue
        share = 1 / max(1, len(case.rows) - 1)
        for place, row in enumerate(case.rows):
            kept, gain = (right_of, 1.0) if place == case.right else (wrong_of, share)
            for cue in row:
                kept[cue] += gain
    return [trust * math.log(right / wrong) for right, wrong in zip(right_of, wrong_of, strict=True)]
