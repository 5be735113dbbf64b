"""A walk through a feed is counted as signal detection counts, and its form is believed only when it fits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netral.quiz.feeds import ChoicesUnclear, Deed, Feed, Outcome, Post, Worth, tally
from tests.quiz.make import make_feed, make_post

LIKE, LEAVE, KEEP = range(3)
SIGNAL, HARMLESS, TALK = make_post(), make_post(Worth.AMAN), make_post(Worth.RISIKO)


@pytest.mark.parametrize(
    ("post", "place", "outcome"),
    [
        (SIGNAL, LIKE, Outcome.MISS),
        (SIGNAL, LEAVE, Outcome.HIT),
        (SIGNAL, KEEP, Outcome.HIT),
        (make_post(leave=Worth.RISIKO), LEAVE, Outcome.UNCOUNTED),
        (HARMLESS, LIKE, Outcome.FITTING),
        (HARMLESS, LEAVE, Outcome.FALSE_ALARM),
        (HARMLESS, KEEP, Outcome.FALSE_ALARM),
        (make_post(Worth.AMAN, leave=Worth.BAIK), LEAVE, Outcome.FITTING),
        (TALK, LIKE, Outcome.UNCOUNTED),
        (TALK, LEAVE, Outcome.UNCOUNTED),
    ],
)
def test_a_choice_is_judged_by_its_post(post: Post, place: int, outcome: Outcome) -> None:
    assert post.judge(post.choices[place]) is outcome


posts = st.lists(st.builds(make_post, st.sampled_from(Worth), st.sampled_from([Worth.AMAN, Worth.BAIK])), min_size=1)


@given(posts)
def test_one_habit_for_all_posts_earns_nothing(made: list[Post]) -> None:
    """Somebody who never reacts misses no signal and mistrusts all that is harmless; the other way round likewise."""
    signals = sum(post.is_signal for post in made)
    harmless = sum(post.is_harmless for post in made)
    silent = tally(made, [post.choices[KEEP] for post in made])
    eager = tally(made, [post.choices[LIKE] for post in made])

    assert (silent.hits, silent.signals, silent.false_alarms, silent.harmless) == (signals, signals, harmless, harmless)
    assert (eager.hits, eager.signals, eager.false_alarms, eager.harmless) == (0, signals, 0, harmless)
    assert silent.signals + silent.harmless + silent.uncounted == len(made)


@given(posts)
def test_a_stored_feed_comes_back_as_it_was(made: list[Post]) -> None:
    feed = make_feed(*made)

    assert Feed.from_json(feed.to_json()) == feed


def test_choices_are_followed_by_their_places() -> None:
    feed = make_feed(SIGNAL, HARMLESS)

    assert [choice.deed for choice in feed.follow(["2", "1"])] == [Deed.ABAIKAN, Deed.SUKA]
    assert feed.follow([]) == ()


@pytest.mark.parametrize("sent", [["0"], ["4"], ["-1"], ["01"], ["²"], ["x"], [""], ["1", "1", "1"], ["1" * 5000]])
def test_a_form_that_fits_no_walk_is_refused(sent: list[str]) -> None:
    with pytest.raises(ChoicesUnclear):
        make_feed(SIGNAL, HARMLESS).follow(sent)


def test_an_account_is_drawn_by_its_first_letters() -> None:
    assert SIGNAL.initials == "KC"
