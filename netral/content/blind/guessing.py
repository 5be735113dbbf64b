"""How many points the guesser earns, each question answered by a model that has seen neither its fold nor its twins."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from statistics import mean, stdev

from netral.content.blind.fitting import Case, Pace, believe, fit_bayes, fit_logit
from netral.content.blind.puzzles import ORDERED, Beliefs, Puzzle, take_apart
from netral.content.contents import LibraryQuestion
from netral.quiz.blueprint import Blueprint
from netral.quiz.drawing import PoolItem, PoolTooSmall, draw_paper
from netral.quiz.grading import Grade, passes
from netral.quiz.questions import CONDUCT, Answer, Question, chance

LEAST_QUESTIONS = 3
FOLDS = 8
PEOPLE = 200
BLIND_TRIES = 12
MOST_TELLING = 3
HOPELESS = 5
"""So many standard deviations between a guesser's usual paper and the pass mark that none need be drawn."""
CROSSED = ("silang ", "sama ")
WORDY = (*CROSSED, "kata ", "urutan ", "dua awal ", "ya ", "umum ", "alasan ")

Fit = Callable[[Sequence[Case], int], list[float]]


@dataclass(frozen=True, slots=True)
class Approach:
    """A way to guess: how it is learnt, and from what: all folds of the bank but the one that is guessed.

    `without`: the beginnings of those cues that are not looked at. `practised`: practice, which everybody may read with
    its keys, is learnt from as well.
    """

    name: str
    fit: Fit
    fold: Callable[[LibraryQuestion], str]
    without: tuple[str, ...]
    practised: bool = False


def by_file(each: LibraryQuestion) -> str:
    return each.path


def by_group(each: LibraryQuestion) -> str:
    return str(chance(group_of(each.question))[0] % FOLDS)


def group_of(question: Question) -> str:
    return "/".join(PoolItem.of(question).group)


GENTLE, FIRM = Pace(12, 0.12, 0.93), Pace(20, 0.25, 0.8)
APPROACHES = (
    Approach("logit per berkas", partial(fit_logit, pace=GENTLE), by_file, CROSSED),
    Approach("logit per kelompok", partial(fit_logit, pace=GENTLE), by_group, CROSSED),
    Approach("logit ketat per berkas", partial(fit_logit, pace=FIRM), by_file, CROSSED),
    Approach("logit silang per berkas", partial(fit_logit, pace=GENTLE), by_file, ()),
    Approach("logit silang per kelompok", partial(fit_logit, pace=GENTLE), by_group, ()),
    Approach("logit bentuk per berkas", partial(fit_logit, pace=GENTLE), by_file, WORDY),
    Approach("logit bentuk per kelompok", partial(fit_logit, pace=GENTLE), by_group, WORDY),
    Approach("logit dengan latihan per berkas", partial(fit_logit, pace=GENTLE), by_file, CROSSED, practised=True),
    Approach("logit dengan latihan per kelompok", partial(fit_logit, pace=GENTLE), by_group, CROSSED, practised=True),
    Approach("Bayes per kelompok", fit_bayes, by_group, CROSSED),
)


@dataclass(frozen=True, slots=True)
class Guess:
    """A question that was guessed: the points earned, how likely the guesser held the key, and by which cues.

    `verdicts`: whether each of its verdicts, guessed from the words of its situation, was the right one.
    """

    each: LibraryQuestion
    points: Fraction
    sureness: float
    telling: tuple[str, ...]
    verdicts: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Guessing:
    """The best of the approaches. `by_luck`: the share of points for answers without any thought.

    `passing`: the share of guessers who pass within all attempts; None where the bank cannot fill a paper.
    """

    approach: str
    guesses: tuple[Guess, ...]
    others: Mapping[str, float]
    by_luck: float
    passing: float | None
    attempts: int

    @property
    def share(self) -> float:
        return share_of(self.guesses)

    def by_file(self) -> dict[str, tuple[Guess, ...]]:
        return _grouped(self.guesses, lambda guess: guess.each.path)

    def by_kind(self) -> dict[str, tuple[Guess, ...]]:
        return _grouped(self.guesses, lambda guess: guess.each.question.kind)

    def commonest_cues(self, count: int) -> tuple[tuple[str, int], ...]:
        """Return the cues that told most keys, with the number of questions that each helped to guess."""
        told = Counter(cue for guess in self.guesses if guess.points for cue in guess.telling)
        return tuple(sorted(told.items(), key=lambda item: (-item[1], item[0]))[:count])

    def worst(self, count: int) -> tuple[Guess, ...]:
        """Return the questions whose keys are the surest guessed."""
        earned = [guess for guess in self.guesses if guess.points]
        return tuple(
            sorted(earned, key=lambda guess: (-guess.points * Fraction(guess.sureness), guess.each.path))[:count]
        )


def _grouped(guesses: Iterable[Guess], key: Callable[[Guess], str]) -> dict[str, tuple[Guess, ...]]:
    found: dict[str, list[Guess]] = {}
    for guess in guesses:
        found.setdefault(key(guess), []).append(guess)
    return {name: tuple(found[name]) for name in sorted(found)}


def share_of(guesses: Sequence[Guess]) -> float:
    return float(sum(guess.points for guess in guesses) / len(guesses)) if guesses else 0.0


def guess_bank(
    questions: Sequence[LibraryQuestion], blueprint: Blueprint, practice: Sequence[LibraryQuestion] = ()
) -> Guessing:
    """Guess every question of a bank by every approach, and let the best one sit the exam.

    The best is chosen after seeing how all of them did, so on a bank that tells nothing it lies a little above luck.
    """
    puzzles = [take_apart(each.question) for each in questions]
    kinds = {each.question.kind for each in questions}
    practised = [take_apart(each.question) for each in practice if each.question.kind in kinds]
    tried = {
        approach.name: guess_by(approach, questions, puzzles, practised if approach.practised else ())
        for approach in APPROACHES
    }
    best = max(tried, key=lambda name: share_of(tried[name]))
    return Guessing(
        approach=best,
        guesses=tried[best],
        others={name: share_of(guesses) for name, guesses in tried.items()},
        by_luck=_share_by_luck([each.question for each in questions]),
        passing=_passing(tried[best], blueprint),
        attempts=blueprint.attempts,
    )


def guess_by(
    approach: Approach,
    questions: Sequence[LibraryQuestion],
    puzzles: Sequence[Puzzle],
    practised: Sequence[Puzzle],
) -> tuple[Guess, ...]:
    names = _numbers([*puzzles, *practised], approach.without)
    before = [case for puzzle in practised for case in _cases(puzzle, names)]
    cases = [_cases(puzzle, names) for puzzle in puzzles]
    folds = [approach.fold(each) for each in questions]
    groups = [group_of(each.question) for each in questions]
    guesses: dict[int, Guess] = {}
    for fold in dict.fromkeys(folds):
        asked = [place for place, name in enumerate(folds) if name == fold]
        twins = {groups[place] for place in asked}
        known = [
            case
            for place, name in enumerate(folds)
            if name != fold and groups[place] not in twins
            for case in cases[place]
        ]
        weights = approach.fit([*before, *known], len(names))
        for place in asked:
            beliefs = [believe(weights, case.rows) for case in cases[place]]
            telling = _telling(puzzles[place], names, weights)
            guesses[place] = _guess(questions[place], puzzles[place], beliefs, telling)
    return tuple(guesses[place] for place in range(len(questions)))


def _numbers(puzzles: Sequence[Puzzle], without: tuple[str, ...]) -> dict[str, int]:
    """Return a number for every cue that occurs in enough questions to be learnt."""
    seen: Counter[str] = Counter()
    for puzzle in puzzles:
        seen.update({cue for decision in puzzle.decisions for cues in decision.cues for cue in cues})
    kept = (cue for cue, times in seen.items() if times >= LEAST_QUESTIONS and not cue.startswith(without))
    return {cue: number for number, cue in enumerate(sorted(kept))}


def _cases(puzzle: Puzzle, names: Mapping[str, int]) -> list[Case]:
    """Return the decisions in numbers, without the cues that all choices share: those decide nothing."""
    cases: list[Case] = []
    for decision in puzzle.decisions:
        rows = [[names[cue] for cue in cues if cue in names] for cues in decision.cues]
        shared = frozenset(rows[0]).intersection(*rows)
        cases.append(Case([tuple(cue for cue in row if cue not in shared) for row in rows], decision.right))
    return cases


def _telling(puzzle: Puzzle, names: Mapping[str, int], weights: Sequence[float]) -> tuple[str, ...]:
    """Return the cues that speak most for the key and not for the other choices."""
    gains: dict[str, float] = {}
    for decision in puzzle.decisions:
        if decision.right is not None:
            others = Counter(cue for place, row in enumerate(decision.cues) if place != decision.right for cue in row)
            for cue in decision.cues[decision.right]:
                if cue in names:
                    gain = weights[names[cue]] * (1 - others[cue] / (len(decision.cues) - 1))
                    gains[cue] = gains.get(cue, 0.0) + gain
    surest = sorted(gains, key=lambda cue: (-gains[cue], cue))[:MOST_TELLING]
    return tuple(cue for cue in surest if gains[cue] > 0)


def _guess(each: LibraryQuestion, puzzle: Puzzle, beliefs: Sequence[Beliefs], telling: tuple[str, ...]) -> Guess:
    held = [
        belief[decision.right]
        for decision, belief in zip(puzzle.decisions, beliefs, strict=True)
        if decision.right is not None
    ]
    verdicts = tuple(
        max(range(len(belief)), key=belief.__getitem__) == decision.right
        for decision, belief in zip(puzzle.decisions, beliefs, strict=True)
        if decision.right is not None and set(decision.ids) == set(CONDUCT)
    )
    points = each.question.grade(puzzle.answer(beliefs))
    return Guess(each, points, sum(held) / len(held) if held else 0.0, telling, verdicts)


def _share_by_luck(questions: Sequence[Question]) -> float:
    earned = [question.grade(_lucky(question, turn)) for question in questions for turn in range(BLIND_TRIES)]
    return float(sum(earned) / len(earned)) if earned else 0.0


def _lucky(question: Question, turn: int) -> Answer:
    answer: Answer = {}
    if question.kind == ORDERED:
        names = sorted((part.kept_as for part in question.fields()), key=lambda name: chance(turn, question.id, name))
        return {name: [str(place)] for place, name in enumerate(names, 1)}
    for part in question.fields():
        order = sorted(part.ids, key=lambda name: chance(turn, question.id, part.kept_as, name))
        count = 1 + chance(turn, question.id, part.kept_as)[0] % len(order) if part.many else 1
        answer[part.kept_as] = [name for name in part.ids if name in order[:count]]
    return answer


def _passing(guesses: Sequence[Guess], blueprint: Blueprint) -> float | None:
    """Return the share of guessers who pass within all attempts, their papers drawn as the product draws them."""
    points = {guess.each.question.id: guess.points for guess in guesses}
    pool = [PoolItem.of(guess.each.question) for guess in guesses]
    try:
        first = [_earned(pool, points, blueprint, f"coba {person}") for person in range(PEOPLE // 4)]
        if blueprint.pass_percent * blueprint.size / 100 > mean(first) + HOPELESS * stdev(first):
            return 0.0
        return sum(_passes(pool, points, blueprint, person) for person in range(PEOPLE)) / PEOPLE
    except PoolTooSmall:
        return None


def _earned(pool: Sequence[PoolItem], points: Mapping[str, Fraction], blueprint: Blueprint, seed: str) -> float:
    return float(sum(points[item.question_id] for item in draw_paper(pool, blueprint, seed)))


def _passes(pool: Sequence[PoolItem], points: Mapping[str, Fraction], blueprint: Blueprint, person: int) -> bool:
    seen: list[str] = []
    missed: list[str] = []
    for attempt in range(blueprint.attempts):
        paper = draw_paper(pool, blueprint, f"penebak {person} {attempt}", seen=seen, missed=missed)
        drawn = [item.question_id for item in paper]
        if passes(Grade(sum((points[name] for name in drawn), Fraction(0)), len(drawn)), blueprint.pass_percent):
            return True
        seen += drawn
        missed += [name for name in drawn if points[name] < 1]
    return False
