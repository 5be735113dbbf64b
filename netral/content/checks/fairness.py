"""The bank asks different things of the same difficulty, and its wording favours nobody who reads only the options.

Two questions are taken for one when they share rare words: approximately, and the same on every machine.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from netral.content.blind.wording import ABSOLUTE, count_phrases, meanings, plain, verdict_word
from netral.content.contents import Library, LibraryQuestion
from netral.content.findings import FindingBook, Findings, Severity
from netral.quiz.drawing import PoolItem
from netral.quiz.kinds.btt import BttQuestion
from netral.quiz.kinds.jodoh import Matching
from netral.quiz.kinds.langkah import NextStep
from netral.quiz.kinds.putusan import VerdictQuestion
from netral.quiz.kinds.tunggal import SingleChoice
from netral.quiz.kinds.urut import Ordering
from netral.quiz.options import OptionsQuestion
from netral.quiz.questions import Level, Question, Verdict

MOST_EASY_PERCENT = 30
FEWEST = 20
"""A share of fewer questions says nothing."""
FEWEST_COMPARED = 5
"""Among fewer questions no word is rare, so that likeness says nothing."""
# In percent of the words that two questions hold together.
ALIKE = 45
ALIKE_WITH_RULES = 30
ALIKE_REASON = 20
ALIKE_PRACTICE = 25
ABSOLUTE_PERCENT = 10
NAMED = 5
JOINTS = frozenset({"dan", "kemudian", "lalu", "sambil", "serta", "sesudah itu", "setelah itu"})
FINE = 1000
"""Weights are whole numbers, so that no order of adding up changes a finding."""
SIDES = Severity.PERINGATAN


@dataclass(frozen=True, slots=True)
class Counts:
    """The bank in numbers. `groups`: twins count once; `independent`: so do groups that ask the same thing.

    `judged` are the verdicts of conduct in questions and situations.
    """

    questions: int
    groups: int
    independent: int
    judged: Mapping[Verdict, int]
    levels: Mapping[Level, int]
    open_questions: int


def check_fairness(library: Library, book: FindingBook) -> None:
    questions = library.bank_questions
    _check_levels(questions, book.at("bank"))
    _check_absolutes(questions, book.at("bank"))
    _check_sides(questions, book)
    _check_joints(questions, book.at("bank"), "bank")
    _check_joints(library.practice_questions, book.at("modul"), "latihan")
    if len(library.questions) >= FEWEST_COMPARED:
        _check_likeness(library, book)


def _check_likeness(library: Library, book: FindingBook) -> None:
    compared = Comparison(library.questions)
    for one, other in alike_in_bank(library.bank_questions, compared):
        message = f'soal "{one.question.id}" menanyakan hal yang sama dengan "{other.question.id}" ({_place(other)}).'
        book.at(one.path).warn(
            one.source.line, "P07", f"{message} Beri kembar yang sama, atau ubah fakta yang menentukan."
        )
    for one, other in alike_to_practice(library, compared):
        message = f'latihan "{one.question.id}" hampir sama dengan soal ujian "{other.question.id}" ({_place(other)}).'
        book.at(one.path).warn(one.source.line, "P09", f"{message} Ganti situasi salah satunya.")


def count_bank(library: Library) -> Counts:
    questions = library.bank_questions
    groups = {group_of(each) for each in questions}
    joined = {group: group for group in groups}
    for one, other in alike_in_bank(questions, Comparison(library.questions)):
        joined[_end(joined, group_of(one))] = _end(joined, group_of(other))
    return Counts(
        questions=len(questions),
        groups=len(groups),
        independent=sum(group == end for group, end in joined.items()),
        judged=Counter(verdict for each in questions for verdict in _verdicts(each.question)),
        levels=Counter(each.question.level for each in questions if each.question.level),
        open_questions=sum(each.question.is_open for each in questions),
    )


Group = tuple[str, str]


def group_of(each: LibraryQuestion) -> Group:
    return PoolItem.of(each.question).group


def _end(joined: Mapping[Group, Group], group: Group) -> Group:
    while joined[group] != group:
        group = joined[group]
    return group


def _verdicts(question: Question) -> Iterator[Verdict]:
    if isinstance(question, BttQuestion):
        yield from (situation.verdict for situation in question.situations)
    elif question.verdict and question.verdict is not Verdict.PENGETAHUAN:
        yield question.verdict


class Comparison:
    """How alike questions are: the share of common words, each weighed by how few questions hold it."""

    def __init__(self, questions: Iterable[LibraryQuestion]) -> None:
        self.words = {id(each): meanings(asked(each.question)) for each in questions}
        held = Counter(word for words in self.words.values() for word in words)
        self.weights = {word: round(FINE * math.log(len(self.words) / times)) for word, times in held.items()}
        self.totals = {name: self._weigh(words) for name, words in self.words.items()}

    def _weigh(self, words: Iterable[str]) -> int:
        return sum(map(self.weights.__getitem__, words))

    def likeness(self, one: LibraryQuestion, other: LibraryQuestion) -> int:
        """Return a percentage, rounded down."""
        common = self._weigh(self.words[id(one)] & self.words[id(other)])
        return 100 * common // max(1, self.totals[id(one)] + self.totals[id(other)] - common)


def asked(question: Question) -> str:
    """Return the words of a question that are its own: not those of a list of reasons that others share."""
    texts = [question.stem, question.details]
    if isinstance(question, OptionsQuestion):
        texts += [option.text for option in question.options]
    elif isinstance(question, BttQuestion):
        texts += [situation.text for situation in question.situations]
    elif isinstance(question, Matching):
        texts += [row.text for row in question.rows]
    elif isinstance(question, Ordering):
        texts += [step.text for step in question.steps]
    return plain(" ".join(texts))


def alike_in_bank(
    questions: Sequence[LibraryQuestion], compared: Comparison
) -> Iterator[tuple[LibraryQuestion, LibraryQuestion]]:
    """Yield questions of different groups of twins that ask the same thing: the later one first."""
    for place, one in enumerate(questions):
        for other in questions[:place]:
            likeness = compared.likeness(one, other)
            if likeness >= ALIKE_REASON and likeness >= _bound(one, other) and group_of(one) != group_of(other):
                yield one, other


def _bound(one: LibraryQuestion, other: LibraryQuestion) -> int:
    """Return how alike two questions may be: less where they stand on the same rules, and for the same reason."""
    mine, theirs = one.question, other.question
    if set(mine.rules) != set(theirs.rules):
        return ALIKE
    if isinstance(mine, VerdictQuestion) and isinstance(theirs, VerdictQuestion):
        same = (mine.verdict, mine.list_name, mine.reason) == (theirs.verdict, theirs.list_name, theirs.reason)
        return ALIKE_REASON if same else ALIKE_WITH_RULES
    return ALIKE_WITH_RULES


def alike_to_practice(library: Library, compared: Comparison) -> Iterator[tuple[LibraryQuestion, LibraryQuestion]]:
    """Yield a practice question and the one of the bank that repeats it most."""
    for one in library.practice_questions:
        near = [(compared.likeness(one, other), place) for place, other in enumerate(library.bank_questions)]
        likeness, place = max(near, default=(0, 0))
        if likeness >= ALIKE_PRACTICE:
            yield one, library.bank_questions[place]


def _check_levels(questions: Sequence[LibraryQuestion], found: Findings) -> None:
    graded = [each.question for each in questions if each.question.level]
    easy = sum(question.level is Level.MUDAH for question in graded)
    if len(graded) >= FEWEST and 100 * easy > MOST_EASY_PERCENT * len(graded):
        message = f"{easy} dari {len(graded)} soal bank mudah; paling banyak {MOST_EASY_PERCENT} persen"
        found.warn(1, "P05", f"{message}. Tulis soal yang fakta penentunya tidak langsung terlihat.")


def _check_absolutes(questions: Sequence[LibraryQuestion], found: Findings) -> None:
    """Check that words such as *semua* and *hanya* do not stand in distractors alone."""
    options = [
        (each, option.correct, count_phrases(plain(option.text), ABSOLUTE) > 0)
        for each in questions
        if isinstance(each.question, OptionsQuestion)
        for option in each.question.options
    ]
    keys = [absolute for _, correct, absolute in options if correct]
    others = [absolute for _, correct, absolute in options if not correct]
    if len(keys) < FEWEST or 100 * sum(others) < ABSOLUTE_PERCENT * len(others):
        return
    if sum(others) * len(keys) > 2 * sum(keys) * len(others):
        times = Counter(each.question.id for each, correct, absolute in options if absolute and not correct)
        named = ", ".join(name for name, _ in times.most_common(NAMED))
        message = f"kata mutlak (semua, hanya, selalu) ada pada {sum(others)} dari {len(others)} pengecoh"
        found.warn(1, "P06", f"{message}, tetapi {sum(keys)} dari {len(keys)} kunci. Ratakan, misalnya pada {named}.")


def _check_joints(questions: Sequence[LibraryQuestion], found: Findings, what: str) -> None:
    """Check that the right act is not the one that consists of two: *Menolak, lalu melapor* among single acts."""
    acts = [
        (each, option.correct, joined(plain(option.text)))
        for each in questions
        if isinstance(each.question, NextStep)
        for option in each.question.options
    ]
    keys = [both for _, correct, both in acts if correct]
    others = [both for _, correct, both in acts if not correct]
    if len(keys) < FEWEST or not Fraction(sum(keys), len(keys)) > 2 * Fraction(sum(others), len(others)):
        return
    named = ", ".join([each.question.id for each, correct, both in acts if correct and both][:NAMED])
    message = f'dua tindakan sekaligus ("lalu", "dan") ada pada {sum(keys)} dari {len(keys)} kunci langkah di {what}'
    repair = f"Ratakan: kunci satu tindakan, atau pengecoh dua, misalnya pada {named}."
    found.warn(1, "P10", f"{message}, tetapi {sum(others)} dari {len(others)} pengecoh. {repair}")


def joined(text: str) -> bool:
    return "," in text or count_phrases(text, JOINTS) > 0


def _check_sides(questions: Sequence[LibraryQuestion], book: FindingBook) -> None:
    sided: dict[str, list[LibraryQuestion]] = {}
    for each in questions:
        if isinstance(each.question, SingleChoice):
            verdicts = [verdict_word(plain(option.text)) for option in each.question.options]
            if sum(map(bool, verdicts)) > 1:
                sided.setdefault(each.path, []).append(each)
    for path, found in sided.items():
        names = ", ".join(each.question.id for each in found[:NAMED])
        more = f" dan {len(found) - NAMED} lagi" if len(found) > NAMED else ""
        message = f'pilihan "Boleh, ..." dan "Dilarang, ..." membocorkan kunci pada {names}{more}'
        book.at(path).add(SIDES, found[0].source.line, "P08", f"{message}. Pakai jenis putusan atau langkah.")


def _place(each: LibraryQuestion) -> str:
    return f"{each.path}:{each.source.line}"
