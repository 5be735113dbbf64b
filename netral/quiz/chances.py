"""How often somebody passes an exam who knows a given share of what it may ask."""

from math import comb

from netral.quiz.blueprint import Blueprint


def chance_to_pass(known: float, blueprint: Blueprint) -> float:
    """Return the chance, 0 to 1, to pass within all attempts.

    Every question is known with the same chance, whatever was known before, and earns all or nothing: the number of
    points is binomial, and attempts differ only by the questions drawn. Papers of a bank that holds many questions come
    near that; reading between attempts makes the chance larger, a bank of few questions makes it smaller.
    """
    size = blueprint.size
    needed = -(-blueprint.pass_percent * size // 100)
    once = sum(
        comb(size, points) * known**points * (1 - known) ** (size - points) for points in range(needed, size + 1)
    )
    return 1 - (1 - once) ** blueprint.attempts
