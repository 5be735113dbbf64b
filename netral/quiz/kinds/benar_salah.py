"""A statement that is true or false."""

from dataclasses import dataclass

from netral.quiz.options import OptionsQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueFalse(OptionsQuestion):
    """Two options, `benar` and `salah`, never shuffled."""

    kind = "benar-salah"

    @property
    def may_shuffle(self) -> bool:
        return False
