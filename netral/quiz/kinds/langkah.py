"""The act that suits a situation best."""

from dataclasses import dataclass

from netral.quiz.options import OptionsQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep(OptionsQuestion):
    """Options that are acts. `verdict`, never shown, says whether the act that the situation invites is allowed."""

    kind = "langkah"
