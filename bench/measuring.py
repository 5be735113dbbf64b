"""Do the figures find what is known to be there? Simulated people sit papers of the shipped bank, and are counted.

.venv/bin/python -m bench.measuring [--people 8000] [--seed 2029]

Papers are drawn, answers graded, and counts kept and read by the code of the product, on an embedded database made for
it. Planted are the difficulty of every question, one wrong key, one question that is harder for PPPK, people who answer
before they can have read, and what some learned between a first paper and the exam.
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from math import exp, sqrt
from pathlib import Path
from random import Random
from statistics import correlation, fmean

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.access import Reach
from netral.audit.events import Act
from netral.content.edition import freeze
from netral.content.library import read_library
from netral.database.engines import make_engine
from netral.learning.editions.models import Edition, EditionQuestion, QuestionVersion
from netral.learning.exams.counting import POINT, Answered, Paper, count_items, count_paces, count_papers
from netral.learning.exams.groups import Group
from netral.migrating import upgrade
from netral.pledges.publishing import publish
from netral.quiz.blueprint import Blueprint
from netral.quiz.drawing import PoolItem, draw_paper
from netral.quiz.grading import Grade, passes
from netral.quiz.questions import Answer, Audience, Field, Question
from netral.quiz.statistics import DELTA, PairedSums, find_gain
from netral.reporting.items import Flag, ItemFigures, appraise, compare, read_counts
from netral.reporting.report import Asked
from netral.reporting.reports.exam_quality import EXAM_QUALITY, ExamQuality
from netral.settings import ROOT
from tests.factories import NOW, make_instansi, make_opd, make_period

ANY_DAY = date(2000, 1, 1)
BATCH = 1000
PASS_PERCENT = 85
# Abilities and difficulties are on the scale of a Rasch model.
ABILITY, SPREAD, DIFFICULTY = 2.0, 1.0, 1.0
PPPK_SHARE, PPPK_ABILITY = 0.45, -0.3
HARDER_FOR_PPPK = 1.8
AGES = (Group.YOUNGER, Group.MIDDLE, Group.OLDER)
# A hasty person skims this share of the questions; the OPD differ in how many such people they have.
SKIMMED = 0.75
HASTY = {"Dinas Satu": 0.02, "Dinas Dua": 0.05, "Dinas Tiga": 0.15}
WITHOUT_SCRIPT = 0.03
# The part of people who also answered before they learned, and how much less able they were then.
TRIED_BEFORE, LEARNED = 0.25, 1.2
GUESSES = 1000
LEAST_CORRELATION = 0.95
MOST_ERRORS = 1.2
MOST_FALSE = 2
AGREEMENT_APART = 0.02


@dataclass(frozen=True, slots=True)
class Person:
    number: int
    ability: float
    groups: tuple[Group, ...]
    opd: str
    hasty: bool
    timed: bool

    @property
    def audience(self) -> Audience:
        return Audience.PPPK if Group.PPPK in self.groups else Audience.PNS


@dataclass(frozen=True, slots=True)
class Planted:
    """The bank with what is planted in it. `guessed` is what a blind answer earns on average.

    The key of `wrong` is wrong: people who know answer `truth`. `unequal` is harder for PPPK.
    """

    questions: dict[str, Question]
    difficulty: dict[str, float]
    guessed: dict[str, float]
    wrong: str
    truth: Answer
    unequal: str

    def chance_to_know(self, person: Person, name: str) -> float:
        harder = HARDER_FOR_PPPK if name == self.unequal and Group.PPPK in person.groups else 0
        return 1 / (1 + exp(self.difficulty[name] + harder - person.ability))

    def expect(self, person: Person, name: str) -> float:
        """Return the points that a person earns on average on a question."""
        knows = (1 - SKIMMED * person.hasty) * self.chance_to_know(person, name)
        return knows * (name != self.wrong) + (1 - knows) * self.guessed[name]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table. `found` is False where the figure misses what was planted."""

    about: str
    planted: str
    measured: str
    found: bool = True


@dataclass(slots=True)
class Exam:
    """An exam that is being sat. `verdicts` are those of two papers of each person, of which the first one counts.

    `pairs` are the points before and after learning, `gains` what a person may expect to gain on those two papers.
    """

    planted: Planted
    blueprint: Blueprint
    versions: Mapping[str, int]
    opds: Mapping[str, int]
    rng: Random
    pool: list[PoolItem] = field(init=False)
    people: list[Person] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    skimmed: Counter[str] = field(default_factory=Counter)
    verdicts: list[tuple[bool, bool]] = field(default_factory=list)
    pairs: list[tuple[int, int]] = field(default_factory=list)
    gains: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pool = [PoolItem.of(question) for question in self.planted.questions.values()]

    def sit(self, number: int) -> Paper:
        """Let a new person sit a paper that counts, and a second one to see whether its verdict is the same."""
        person = make_person(number, self.rng)
        papers = [self.answer(person, turn) for turn in range(2)]
        self.people.append(person)
        first, second = (passes(self.grade(paper), PASS_PERCENT) for paper in papers)
        self.verdicts.append((first, second))
        if person.timed:
            self.answers[person.opd] += len(papers[0].items)
            self.skimmed[person.opd] += sum((item.seconds or 0) < 3 for item in papers[0].items)
        if self.rng.random() < TRIED_BEFORE:
            self.try_before(person, papers[0])
        return papers[0]

    def try_before(self, person: Person, after: Paper) -> None:
        earlier = replace(person, ability=person.ability - LEARNED)
        before = self.answer(earlier, 2)
        self.pairs.append((sum(item.points for item in before.items), sum(item.points for item in after.items)))
        means = [
            fmean(self.planted.expect(who, item.question.id) for item in paper.items)
            for who, paper in ((earlier, before), (person, after))
        ]
        self.gains.append(means[1] - means[0])

    def answer(self, person: Person, turn: int) -> Paper:
        drawn = draw_paper(self.pool, self.blueprint, f"{person.number} {turn}", audience=person.audience)
        paper = Paper(self.opds[person.opd], groups=person.groups)
        for item in drawn:
            question = self.planted.questions[item.question_id]
            skims = person.hasty and self.rng.random() < SKIMMED
            answer = self.choose(person, question, skims=skims)
            seconds = self.rng.randint(1, 2) if skims else 6 + round(self.rng.lognormvariate(3, 0.5))
            points = round(question.grade(answer) * POINT)
            paper.items.append(
                Answered(self.versions[question.id], question, answer, points, seconds if person.timed else None)
            )
        return paper

    def choose(self, person: Person, question: Question, *, skims: bool) -> Answer:
        if skims or self.rng.random() >= self.planted.chance_to_know(person, question.id):
            return guess(question, self.rng)
        return self.planted.truth if question.id == self.planted.wrong else question.right_answer()

    @staticmethod
    def grade(paper: Paper) -> Grade:
        return Grade(Fraction(sum(item.points for item in paper.items), POINT), len(paper.items))


def make_person(number: int, rng: Random) -> Person:
    kind = Group.PPPK if rng.random() < PPPK_SHARE else Group.PNS
    opd = rng.choice(list(HASTY))
    return Person(
        number=number,
        ability=rng.gauss(ABILITY + PPPK_ABILITY * (kind is Group.PPPK), SPREAD),
        groups=(kind, rng.choice(AGES)),
        opd=opd,
        hasty=rng.random() < HASTY[opd],
        timed=rng.random() >= WITHOUT_SCRIPT,
    )


def plant(bank: Sequence[Question], rng: Random) -> Planted:
    """Plant a difficulty in every question, and a wrong key and an inequality in two that everybody may draw."""
    questions = {question.id: question for question in bank}
    wrong, unequal = rng.sample(sorted(name for name, each in questions.items() if not each.audiences), 2)
    truth = questions[wrong].right_answer()
    while questions[wrong].grade(truth):
        truth = guess(questions[wrong], rng)
    difficulty = {name: rng.gauss(0, DIFFICULTY) for name in questions} | {wrong: 0.0, unequal: 0.0}
    guessed = {
        name: fmean(float(each.grade(guess(each, rng))) for _ in range(GUESSES)) for name, each in questions.items()
    }
    return Planted(questions, difficulty, guessed, wrong, truth, unequal)


def guess(question: Question, rng: Random) -> Answer:
    return {each.kept_as: choose_blindly(each, rng) for each in question.fields()}


def choose_blindly(part: Field, rng: Random) -> list[str]:
    if not part.many:
        return [rng.choice(part.ids)]
    return [name for name in part.ids if rng.random() < 1 / 2] or [rng.choice(part.ids)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--isi", type=Path, default=ROOT / "content")
    parser.add_argument("--people", type=int, default=8000)
    parser.add_argument("--seed", type=int, default=2029)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        url = f"sqlite:///{Path(directory) / 'bench.sqlite3'}"
        upgrade(url)
        engine = make_engine(url)
        with Session(engine) as session:
            lines = list(measure(session, arguments.isi, people=arguments.people, rng=Random(arguments.seed)))
        engine.dispose()
    for line in [Line("", "planted", "measured"), *lines]:
        print(f"{line.about:52}  {line.planted:>12}  {line.measured}{'' if line.found else '  MISSED'}")
    return 0 if all(line.found for line in lines) else 1


def measure(session: Session, content: Path, *, people: int, rng: Random) -> Iterator[Line]:
    """Let people sit the exam, and yield what was planted beside what the product measures."""
    library = read_library(content, today=ANY_DAY)
    instansi = make_instansi(session)
    published = publish(session, Act(None, NOW), freeze(library))
    edition = session.get_one(Edition, published.edition_id)
    period = make_period(session, instansi=instansi, edition=edition, pass_percent=PASS_PERCENT)
    opds = {name: make_opd(session, instansi=instansi, nama=name).id for name in HASTY}
    planted = plant([each.question for each in library.bank_questions], rng)
    exam = Exam(planted, library.blueprint, read_versions(session, edition.id), opds, rng)
    for first in range(0, people, BATCH):
        papers = [exam.sit(number) for number in range(first, min(people, first + BATCH))]
        for keep in (count_items, count_papers, count_paces):
            keep(session, period.id, papers)
        session.commit()
    counts = read_counts(session, edition_id=edition.id)
    figures = {name: appraise(planted.questions[name], found) for name, found in counts.items()}
    compared = sum(len(compare(found.strata)) for found in counts.values())
    quality = EXAM_QUALITY.read(session, Asked(reach=Reach(instansi.id), period_id=period.id, now=NOW))
    yield Line("people / questions in the bank / on a paper", "", f"{people} / {len(figures)} / {quality.items}")
    yield from recover_difficulties(exam, figures)
    yield from recover_wrong_key(planted, figures)
    yield from recover_inequality(planted, figures, compared)
    yield from recover_haste(exam, quality)
    yield recover_verdicts(exam, quality)
    yield recover_gain(exam, quality.items)


def read_versions(session: Session, edition_id: int) -> dict[str, int]:
    statement = (
        select(QuestionVersion.question_id, QuestionVersion.id)
        .join(EditionQuestion, EditionQuestion.question_version_id == QuestionVersion.id)
        .where(EditionQuestion.edition_id == edition_id, EditionQuestion.module_slug.is_(None))
    )
    return {row.question_id: row.id for row in session.execute(statement)}


def recover_difficulties(exam: Exam, figures: Mapping[str, ItemFigures]) -> Iterator[Line]:
    """Compare the mean points of everybody, by the chances planted, with those of the people who drew the question."""
    planted, measured, apart = [], [], []
    for name, found in figures.items():
        if name == exam.planted.wrong or found.facility is None:
            continue
        mine = [person for person in exam.people if may_draw(person, exam.planted.questions[name])]
        expected = fmean(exam.planted.expect(person, name) for person in mine)
        planted.append(expected)
        measured.append(found.facility)
        apart.append((found.facility - expected) / sqrt(expected * (1 - expected) / found.people))
    found_again = correlation(planted, measured)
    yield Line("facility, correlation", "1", f"{found_again:.3f}", found_again >= LEAST_CORRELATION)
    # For a yes or no this is 1, give or take a tenth; part points vary less, and the planted means are sampled, too.
    spread = sqrt(fmean(each * each for each in apart))
    yield Line("facility, distance in standard errors", "about 1", f"{spread:.2f}", spread < MOST_ERRORS)


def may_draw(person: Person, question: Question) -> bool:
    return not question.audiences or person.audience in question.audiences


def recover_wrong_key(planted: Planted, figures: Mapping[str, ItemFigures]) -> Iterator[Line]:
    order = sorted(figures, key=lambda name: figures[name].discrimination or 0)
    flagged = [name for name, found in figures.items() if Flag.WRONG_KEY in found.flags]
    place = 1 + order.index(planted.wrong)
    lowest = figures[planted.wrong].discrimination or 0
    told = f"{place} of {len(order)} (item-rest {lowest:.2f}, next {figures[order[1]].discrimination:.2f})"
    yield Line("wrong key, place by item-rest correlation", "1", told, place == 1)
    yield Line("questions flagged for a wrong key", "1", f"{len(flagged)}", flagged == [planted.wrong])


def recover_inequality(planted: Planted, figures: Mapping[str, ItemFigures], compared: int) -> Iterator[Line]:
    """Look for the one unequal question. PPPK know less in general, which must flag no other one."""
    flagged = [(name, each) for name, found in figures.items() for each in found.unequal]
    mine = [each for name, each in flagged if name == planted.unequal and each.harder_for is Group.PPPK]
    size = mine[0].found.delta or 0 if mine else 0
    told = f"{size:.2f} (blind guesses make it smaller)" if mine else "not flagged"
    yield Line("harder for PPPK, MH D-DIF", f"{DELTA * HARDER_FOR_PPPK:.2f}", told, bool(mine))
    others = len(flagged) - len(mine)
    yield Line(f"other flags among {compared} comparisons", "0", f"{others}", others <= MOST_FALSE)


def recover_haste(exam: Exam, quality: ExamQuality) -> Iterator[Line]:
    for pace in quality.paces:
        planted = exam.skimmed[pace.nama] / exam.answers[pace.nama]
        low, high = (pace.low or 0) / 1000, (pace.high or 0) / 1000
        told = f"{(pace.tenths or 0) / 1000:.1%} ({low:.1%} to {high:.1%})"
        yield Line(f"answers sooner than can be read, {pace.nama}", f"{planted:.1%}", told, low <= planted <= high)
    untimed = sum(not person.timed for person in exam.people)
    yield Line("people without seconds", f"{untimed}", f"{quality.pace.untimed}", untimed == quality.pace.untimed)


def recover_verdicts(exam: Exam, quality: ExamQuality) -> Line:
    """Compare the consistency reckoned from one paper with that of the second papers."""
    same = fmean(first == second for first, second in exam.verdicts)
    steady = quality.found.consistency if quality.found else None
    agreement = steady.agreement if steady else 0
    close = abs(agreement - same) <= AGREEMENT_APART
    return Line("same verdict on a second paper", f"{same:.3f}", f"{agreement:.3f}", close)


def recover_gain(exam: Exam, items: int) -> Line:
    """Compare the gain of people who answered before they learned. Their pairs are summed here, not kept."""
    sums = PairedSums(
        people=len(exam.pairs),
        before=sum(before for before, _ in exam.pairs),
        after=sum(after for _, after in exam.pairs),
        squares=sum((after - before) ** 2 for before, after in exam.pairs),
    )
    found, planted = find_gain(sums, items * POINT), fmean(exam.gains)
    told = f"{found.gain:.1%} ({found.low:.1%} to {found.high:.1%})" if found else "none"
    close = found is not None and found.low <= planted <= found.high
    return Line(f"gain of points, {len(exam.pairs)} people", f"{planted:.1%}", told, close)


if __name__ == "__main__":
    raise SystemExit(main())
