"""Turns within one process: a few run at once, the others in order of arrival, and each name holds one."""

from threading import Condition


class Turns:
    """At most `at_once` turns run together and `most_waiting` wait behind them, each for at most `patience` seconds.

    A name has one turn at a time and one place in the queue. Its newest request takes over the place of the one before:
    a person who presses a button twice is answered, and one who presses it a hundred times holds nobody up.
    """

    def __init__(self, *, at_once: int, most_waiting: int, patience: float) -> None:
        self.at_once = at_once
        self.most_waiting = most_waiting
        self.patience = patience
        self.changed = Condition()
        self.running: set[str] = set()
        self.waiting: dict[str, object] = {}
        """Names in queue order, each with the request that holds its place now."""

    def begin(self, name: str) -> bool:
        """Wait for a turn and return True, after which `end` must be called.

        Returns False when the queue is full, when a newer request of the name has taken over the place, or after
        `patience`.
        """
        request = object()
        with self.changed:
            if name not in self.waiting and len(self.waiting) >= self.most_waiting:
                return False
            self.waiting[name] = request
            self.changed.notify_all()
            came = self.changed.wait_for(lambda: not self.holds(name, request) or self.is_next(name), self.patience)
            if not self.holds(name, request):
                return False
            del self.waiting[name]
            if came:
                self.running.add(name)
            self.changed.notify_all()
            return came

    def end(self, name: str) -> None:
        with self.changed:
            self.running.remove(name)
            self.changed.notify_all()

    def holds(self, name: str, request: object) -> bool:
        return self.waiting.get(name) is request

    def is_next(self, name: str) -> bool:
        """Return whether a turn is free and no name waits before this one, except names that still have a turn."""
        first = next((each for each in self.waiting if each not in self.running), None)
        return len(self.running) < self.at_once and name == first
