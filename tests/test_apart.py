"""Work in processes of their own: killed, hanging, refusing or gone, it harms only its own caller."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from netral.apart import WorkFailed, WorkRefused, Workshop

PROGRAM = """
import os, signal, time
from netral.working import Refused, work

def do(order):
    print("nobody's answer")
    if order == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if order == "hang":
        time.sleep(60)
    if order == "crash":
        raise SystemExit(1)
    if order == "refuse":
        raise Refused("not this")
    return f"{os.getpid()} {order}".encode()

work(do)
"""
Make = Callable[..., Workshop]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    made: list[Workshop] = []

    def make(*, seconds: float = 10, idle: float = 10) -> Workshop:
        made.append(Workshop(tmp_path / "program.py", seconds=seconds, idle=idle))
        return made[-1]

    yield make
    for workshop in made:
        workshop.close()


def process_of(answer: bytes) -> int:
    return int(answer.split()[0])


def test_one_process_answers_one_order_after_the_other(make: Make) -> None:
    workshop = make()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(workshop.order, "abcd"))

    assert [answer.split()[1] for answer in answers] == [b"a", b"b", b"c", b"d"]
    assert len({process_of(answer) for answer in answers}) == 1


@pytest.mark.parametrize("order", ["die", "crash"])
def test_a_process_that_ends_fails_its_order_alone(make: Make, order: str) -> None:
    workshop = make()
    workshop.order("a")

    with pytest.raises(WorkFailed):
        workshop.order(order)
    assert workshop.order("b").endswith(b"b")


def test_a_hanging_process_is_ended_in_time_and_its_waiting_callers_are_told(make: Make) -> None:
    workshop = make(seconds=0.5)
    with ThreadPoolExecutor(3) as pool:
        orders = [pool.submit(workshop.order, "hang") for _ in range(3)]

    assert all(isinstance(order.exception(), WorkFailed) for order in orders)
    assert workshop.process is None


def test_a_refused_order_gives_its_reason_and_ends_nothing(make: Make) -> None:
    workshop = make()
    first = workshop.order("a")

    with pytest.raises(WorkRefused, match="not this"):
        workshop.order("refuse")
    assert process_of(workshop.order("b")) == process_of(first)


def test_a_process_that_ended_meanwhile_is_replaced(make: Make) -> None:
    workshop = make(idle=0.01)
    first = workshop.order("a")
    assert workshop.process
    workshop.process.wait()

    assert process_of(workshop.order("b")) != process_of(first)


def test_without_idle_time_nothing_is_left_after_an_order(make: Make) -> None:
    left = process_of(make(idle=0).order("a"))

    with pytest.raises(ProcessLookupError):
        os.kill(left, 0)


def test_a_process_ends_when_its_caller_is_gone(make: Make) -> None:
    workshop = make()
    workshop.order("a")
    assert workshop.process
    assert workshop.process.stdin

    workshop.process.stdin.close()

    assert workshop.process.wait(timeout=10) == 0
