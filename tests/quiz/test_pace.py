"""How soon is too soon for an answer, by the length of what must be read."""

import pytest

from netral.quiz.pace import count_characters, least_seconds
from netral.quiz.questions import Question
from tests.quiz.make import ALLOWED, DEPENDS, make_btt, make_single


@pytest.mark.parametrize(("more", "seconds"), [(0, 3), (159, 3), (160, 5), (960, 5), (961, 10)])
def test_the_least_time_grows_with_the_length(more: int, seconds: int) -> None:
    # Four options of nine characters each stand under a stem of four.
    assert least_seconds(make_single(stem="<p>Apa?</p>", details="a" * more)) == seconds


@pytest.mark.parametrize(
    ("question", "characters"),
    [
        (make_single(stem="<p>Apa &amp; <em>siapa</em>?</p>"), len("Apa & siapa ?") + 36),
        # Equal situations, verdicts and conditions are read once.
        (make_btt(ALLOWED, DEPENDS, stem="Putuskan"), None),
    ],
)
def test_tags_are_not_read_and_nothing_is_read_twice(question: Question, characters: int | None) -> None:
    assert count_characters(question) == (characters or count_characters(make_btt(DEPENDS, stem="Putuskan")))
