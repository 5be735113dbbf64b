"""The races of learning, for the tests of pledges."""

from tests.learning.conftest import race, workers

__all__ = ["race", "workers"]
