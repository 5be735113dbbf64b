"""Marking: each item is worth one point, in exact fractions."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Grade:
    points: Fraction
    out_of: int

    @property
    def percent(self) -> int:
        """Return the percentage rounded down, so that 79.9 is not shown as a pass at 80; 0 for an empty paper."""
        return int(100 * self.points // self.out_of) if self.out_of else 0


def passes(grade: Grade, pass_percent: int) -> bool:
    """Return whether the exact fraction, not the rounded percentage, passes; an empty paper never does."""
    return grade.out_of > 0 and 100 * grade.points >= pass_percent * grade.out_of
