"""Races between processes, as for exams."""

from tests.learning.conftest import race, workers

__all__ = ["race", "workers"]
