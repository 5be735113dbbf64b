"""Questions as JSON and back. The form is stored with every published question: fields may be added, never changed."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from netral.quiz.kinds import KINDS
from netral.quiz.questions import Question


def canonical_json(value: Any) -> str:
    """Return the one text of a value: sorted keys, no blanks, characters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


@lru_cache(maxsize=512)
def from_text(text: str) -> Question:
    """Return the question of a stored JSON, parsed once, since the same few questions are shown to everybody."""
    return from_json(json.loads(text))


def from_json(data: Mapping[str, Any]) -> Question:
    """Return the question that `Question.to_json` wrote. Raises KeyError, TypeError or ValueError for anything else."""
    return KINDS[data["jenis"]].from_json(data)
