"""One or several options are right."""

from dataclasses import dataclass
from fractions import Fraction

from netral.quiz.options import CHOICE_FIELD, OptionsQuestion
from netral.quiz.questions import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class MultipleChoice(OptionsQuestion):
    kind = "jamak"
    many = True

    def grade(self, answer: Answer) -> Fraction:
        """Return options classified right minus options classified wrong, over all; 0 when nothing is ticked."""
        chosen = answer.get(CHOICE_FIELD, [])
        if not chosen:
            return Fraction(0)
        wrong = sum((option.id in chosen) is not option.correct for option in self.options)
        return max(Fraction(0), Fraction(len(self.options) - 2 * wrong, len(self.options)))
