"""Questions as JSON and back. The form is stored with every published question: fields may be added, never changed."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from netral.quiz.kinds import KINDS
from netral.quiz.questions import Question


def canonical_json(value: Any) -> str:
    """One text for one value: sorted keys, no blanks, characters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


@lru_cache(maxsize=512)
def from_text(text: str) -> Question:
    """Read from its JSON as stored. The same few questions are asked of everybody: each is read once."""
    return from_json(json.loads(text))


def from_json(data: Mapping[str, Any]) -> Question:
    """Return the question that `Question.to_json` wrote. Raises KeyError, TypeError or ValueError for anything else."""
    return KINDS[data["jenis"]].from_json(data)
