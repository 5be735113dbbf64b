"""All kinds of question, and a stored question read as its kind.

Each kind has a file here, in `netral.content.kinds` and in `templates/soal/kinds`.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from netral.quiz.kinds import benar_salah, btt, jamak, jodoh, langkah, putusan, tunggal, urut
from netral.quiz.questions import Question

KINDS: dict[str, type[Question]] = {
    "tunggal": tunggal.SingleChoice,
    "jamak": jamak.MultipleChoice,
    "benar-salah": benar_salah.TrueFalse,
    "btt": btt.BttQuestion,
    "putusan": putusan.VerdictQuestion,
    "langkah": langkah.NextStep,
    "jodoh": jodoh.Matching,
    "urut": urut.Ordering,
}


@lru_cache(maxsize=512)
def from_text(text: str) -> Question:
    """Return the question of a stored JSON, parsed once, since the same few questions are shown to everybody."""
    return from_json(json.loads(text))


def from_json(data: Mapping[str, Any]) -> Question:
    """Return the question that `Question.to_json` wrote. Raises KeyError, TypeError or ValueError for anything else."""
    return KINDS[data["jenis"]].from_json(data)
