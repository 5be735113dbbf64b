"""Exactly one option is right."""

from dataclasses import dataclass

from netral.quiz.options import OptionsQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleChoice(OptionsQuestion):
    kind = "tunggal"
