"""Turns taken by real threads, in the order in which they came."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from netral.accounts.turns import Turns

Begin = Callable[[Turns, str], "Future[bool]"]


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Ask for a turn in a thread of its own; return once that thread waits or has been answered."""
    with ThreadPoolExecutor(8) as threads:

        def begin(turns: Turns, name: str) -> "Future[bool]":
            before = turns.waiting.get(name)
            asked = threads.submit(turns.begin, name)
            while not asked.done() and turns.waiting.get(name) is before:
                time.sleep(0.001)
            return asked

        yield begin


def test_waiting_names_come_in_order_when_a_turn_ends(begin: Begin) -> None:
    turns = Turns(at_once=2, most_waiting=3, patience=10)
    assert turns.begin("Siti")
    assert turns.begin("Budi")
    citra, dewi = begin(turns, "Citra"), begin(turns, "Dewi")

    turns.end("Budi")
    assert citra.result(5)
    assert not dewi.done()
    turns.end("Siti")
    assert dewi.result(5)


def test_a_full_line_refuses_at_once(begin: Begin) -> None:
    turns = Turns(at_once=1, most_waiting=1, patience=10)
    assert turns.begin("Siti")
    budi = begin(turns, "Budi")

    assert not turns.begin("Citra")
    turns.end("Siti")
    assert budi.result(5)


def test_the_newest_request_of_a_name_takes_over_its_place(begin: Begin) -> None:
    turns = Turns(at_once=1, most_waiting=2, patience=10)
    assert turns.begin("Siti")
    first, citra = begin(turns, "Budi"), begin(turns, "Citra")
    second = begin(turns, "Budi")

    assert not first.result(5)
    turns.end("Siti")
    assert second.result(5)
    assert not citra.done()
    turns.end("Budi")
    assert citra.result(5)


def test_a_name_has_one_turn_at_a_time_and_lets_others_pass(begin: Begin) -> None:
    turns = Turns(at_once=2, most_waiting=2, patience=10)
    assert turns.begin("Siti")
    again, budi = begin(turns, "Siti"), begin(turns, "Budi")

    assert budi.result(5)
    assert not again.done()
    turns.end("Siti")
    assert again.result(5)


def test_a_name_that_waited_too_long_is_refused_and_frees_its_place() -> None:
    turns = Turns(at_once=1, most_waiting=1, patience=0.01)
    assert turns.begin("Siti")

    assert not turns.begin("Budi")
    assert turns.waiting == {}
    turns.end("Siti")
    assert turns.begin("Budi")
