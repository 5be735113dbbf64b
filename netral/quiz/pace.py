"""Answers that came sooner than their question can be read: signs that it was skimmed or guessed at."""

import re
from collections.abc import Iterator
from dataclasses import asdict
from html import unescape
from typing import Any

from netral.quiz.questions import Question, lay_out

TAG = re.compile(r"<[^>]*>")
SHORT, LONG = 200, 1000
SHORT_SECONDS, MIDDLE_SECONDS, LONG_SECONDS = 3, 5, 10
TEXTS = frozenset({"stem", "details", "text"})


def least_seconds(question: Question) -> int:
    """Return the seconds below which an answer is too quick for anybody to have read the question.

    3 below 200 characters, 10 above 1,000, otherwise 5: Wise and Kong 2005, Applied Measurement in Education 18,
    163-183. A rule that looks only at the question stays the same as more people answer, so answers can be judged once.
    """
    length = count_characters(question)
    if length < SHORT:
        return SHORT_SECONDS
    return LONG_SECONDS if length > LONG else MIDDLE_SECONDS


def count_characters(question: Question) -> int:
    """Count the characters that are read before an answer. A text that stands at several places counts once."""
    texts = set(_find_texts(asdict(lay_out(question).face())))
    return sum(len(" ".join(unescape(TAG.sub(" ", text)).split())) for text in texts)


def _find_texts(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in part.items():
            if name in TEXTS and isinstance(value, str):
                yield value
            else:
                yield from _find_texts(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from _find_texts(value)
