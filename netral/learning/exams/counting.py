"""Counts of first attempts, kept for figures about questions and papers, so that no page reads everybody's answers.

Closing an attempt notes it; the sweep reads its answers once, adds them up and forgets the note. Answers are graded by
the key with which they were drawn: a question that is withdrawn later keeps the figures that show why.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any, TypeVar

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from netral.database.tables import insert
from netral.learning.editions.models import BODY, QuestionVersion
from netral.learning.exams.groups import Group, list_groups
from netral.learning.exams.models import (
    Attempt,
    AttemptItem,
    AttemptToCount,
    GainTally,
    IndicatorTally,
    ItemTally,
    PaceTally,
    PaperTally,
    Response,
)
from netral.learning.exams.pretest_items import AnsweredItem, list_answered
from netral.learning.periods.enrolments import Standing
from netral.learning.periods.models import Enrolment, Period
from netral.organisation.models import Asn
from netral.organisation.numbers import BIRTH_DIGITS
from netral.quiz.kinds import from_text
from netral.quiz.pace import least_seconds
from netral.quiz.questions import Answer, Question, Verdict
from netral.quiz.statistics import ItemSums

POINT = 2520
"""A whole point in the unit of the tallies: divisible by 1 to 10, so that part points are whole numbers too."""

SHARE = 100_000
"""All of a person's points in the unit of the tally of gains."""

BATCH = 50

Tally = TypeVar("Tally", ItemTally, PaperTally, IndicatorTally, PaceTally, GainTally)


@dataclass(frozen=True, slots=True)
class Answered:
    """A question of a paper as one person answered it. `seconds` None: not known."""

    version_id: int
    question: Question
    answer: Answer
    points: int
    seconds: int | None


@dataclass(slots=True)
class Paper:
    """A closed paper. `opd_id` None: its person was not wajib. `pretest`: what they answered before, if anything."""

    opd_id: int | None
    items: list[Answered] = field(default_factory=list)
    groups: tuple[Group, ...] = ()
    pretest: Sequence[AnsweredItem] = ()


def note_closed(session: Session, *, attempt_id: int, period_id: int) -> None:
    """Note a first attempt that was closed just now, in the same transaction."""
    session.execute(insert(session, AttemptToCount).values(attempt_id=attempt_id, period_id=period_id))


def find_noted(session: Session) -> list[int]:
    """Return the periods of which attempts wait to be counted."""
    noted = exists().where(AttemptToCount.period_id == Period.id)
    return list(session.scalars(select(Period.id).where(noted).order_by(Period.id)))


def count_noted(session: Session, *, period_id: int, most: int = BATCH) -> int:
    """Count at most `most` noted attempts, and return how many; commit and call again until there are none.

    Two sweeps of one period run one after the other, because both change the same few rows; nobody else does.
    """
    session.execute(select(Period.id).where(Period.id == period_id).with_for_update(key_share=True))
    noted = select(AttemptToCount.attempt_id).where(AttemptToCount.period_id == period_id)
    ids = list(session.scalars(noted.order_by(AttemptToCount.attempt_id).limit(most)))
    if ids:
        papers = read_papers(session, ids)
        count_items(session, period_id, papers)
        count_papers(session, period_id, papers)
        count_indicators(session, period_id, papers)
        count_paces(session, period_id, papers)
        count_gains(session, period_id, papers)
        session.execute(delete(AttemptToCount).where(AttemptToCount.attempt_id.in_(ids)))
    return len(ids)


def count_afresh(session: Session, *, period_id: int) -> None:
    """Forget the counts of a period and note all its first attempts, which the next sweep counts."""
    session.execute(select(Period.id).where(Period.id == period_id).with_for_update(key_share=True))
    for table in (ItemTally, PaperTally, IndicatorTally, PaceTally, GainTally, AttemptToCount):
        session.execute(delete(table).where(table.period_id == period_id))
    closed = select(Attempt.id, Attempt.period_id).where(
        Attempt.period_id == period_id, Attempt.number == 1, Attempt.passed.is_not(None)
    )
    session.execute(insert(session, AttemptToCount).from_select(["attempt_id", "period_id"], closed))


def read_papers(session: Session, attempt_ids: Sequence[int]) -> Sequence[Paper]:
    statement = (
        select(
            AttemptItem.attempt_id,
            AttemptItem.question_version_id,
            BODY,
            Response.answer,
            Response.seconds,
            Attempt.closed_at,
            Enrolment.current_opd_id,
            Enrolment.standing,
            Asn.jenis,
            func.substr(Asn.nip, 1, BIRTH_DIGITS).label("birth_digits"),
        )
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Asn, Asn.id == Enrolment.asn_id)
        .outerjoin(Response, (Response.attempt_id == AttemptItem.attempt_id) & (Response.slot == AttemptItem.slot))
        .where(AttemptItem.attempt_id.in_(attempt_ids))
    )
    papers: dict[int, Paper] = {}
    for row in session.execute(statement):
        if row.attempt_id not in papers:
            opd_id = row.current_opd_id if row.standing == Standing.WAJIB else None
            groups = list_groups(row.jenis, row.birth_digits, on=row.closed_at.date())
            papers[row.attempt_id] = Paper(opd_id, groups=groups)
        question, answer = from_text(row.body), row.answer or {}
        points = round(question.grade(answer) * POINT)
        papers[row.attempt_id].items.append(Answered(row.question_version_id, question, answer, points, row.seconds))
    for attempt_id, answered in list_answered(session, attempt_ids).items():
        papers[attempt_id].pretest = answered
    return list(papers.values())


def count_items(session: Session, period_id: int, papers: Iterable[Paper]) -> None:
    sums: defaultdict[int, ItemSums] = defaultdict(ItemSums)
    named: dict[str, defaultdict[int, Counter[str]]] = {name: defaultdict(Counter) for name in NAMED_COUNTS}
    for paper in papers:
        total = sum(item.points for item in paper.items)
        for item in paper.items:
            sums[item.version_id] = sums[item.version_id].with_person(item.points, total - item.points)
            named["choices"][item.version_id].update(
                f"{name}:{choice}" for name, chosen in item.answer.items() for choice in chosen
            )
            if item.seconds is not None:
                named["seconds"][item.version_id][str(item.seconds)] += 1
            named["by_group"][item.version_id].update(
                f"{group}:{total // POINT}:{int(item.points == POINT)}" for group in paper.groups
            )
    for version_id, found in sums.items():
        tally = find_tally(session, ItemTally, period_id=period_id, question_version_id=version_id)
        add_to(tally, asdict(found))
        for name, counts in named.items():
            setattr(tally, name, merge(getattr(tally, name), counts[version_id]))


def count_papers(session: Session, period_id: int, papers: Iterable[Paper]) -> None:
    squares: Counter[int] = Counter()
    results: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for paper in papers:
        squares[len(paper.items)] += sum(item.points**2 for item in paper.items)
        results[len(paper.items)][str(sum(item.points for item in paper.items))] += 1
    for length, found in results.items():
        tally = find_tally(session, PaperTally, period_id=period_id, items=length)
        tally.squares += squares[length]
        tally.results = merge(tally.results, found)


def count_indicators(session: Session, period_id: int, papers: Iterable[Paper]) -> None:
    sums: defaultdict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for paper in papers:
        if paper.opd_id is None:
            continue
        for indicator in {item.question.indicator.value for item in paper.items}:
            sums[paper.opd_id, indicator].update(people=1)
        for item in paper.items:
            counted = sums[paper.opd_id, item.question.indicator.value]
            counted.update(items=1, points=item.points)
            counted.update(list_judgements(item))
    for (opd_id, indicator), found in sums.items():
        add_to(find_tally(session, IndicatorTally, period_id=period_id, opd_id=opd_id, indicator=indicator), found)


def count_paces(session: Session, period_id: int, papers: Iterable[Paper]) -> None:
    """Count answers that came too soon to have been read, for each OPD. A paper without any seconds is only counted."""
    sums: defaultdict[int, Counter[str]] = defaultdict(Counter)
    least: dict[int, int] = {}
    for paper in papers:
        if paper.opd_id is None:
            continue
        counted = sums[paper.opd_id]
        timed = [(item, item.seconds) for item in paper.items if item.answer and item.seconds is not None]
        counted.update(people=int(bool(timed)), untimed=int(not timed), answers=len(timed))
        for item, seconds in timed:
            if item.version_id not in least:
                least[item.version_id] = least_seconds(item.question)
            counted["rapid"] += seconds < least[item.version_id]
    for opd_id, found in sums.items():
        add_to(find_tally(session, PaceTally, period_id=period_id, opd_id=opd_id), found)


def count_gains(session: Session, period_id: int, papers: Iterable[Paper]) -> None:
    """Count what people had right before and after, each indicator of which they had answered every question."""
    sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for paper in papers:
        if paper.opd_id is None or not paper.pretest:
            continue
        for indicator, (before, after) in share_points(paper).items():
            asked = [item for item in paper.pretest if indicator in {"", item.indicator.value}]
            sums[indicator].update(people=1, before=before, after=after, squares=(after - before) ** 2)
            sums[indicator].update(answers=len(asked), sure_wrong=sum(item.sure_wrong for item in asked))
    for indicator, found in sums.items():
        add_to(find_tally(session, GainTally, period_id=period_id, indicator=indicator), found)


def share_points(paper: Paper) -> dict[str, tuple[int, int]]:
    """Return indicator -> shares before and after, "" for all questions together if none was left open before.

    Together, the indicators of the pre-test weigh what they weigh in the exam.
    """
    after: defaultdict[str, list[int]] = defaultdict(list)
    for item in paper.items:
        after[item.question.indicator.value].append(item.points)
    shares, whole_before = {}, Fraction(0)
    for indicator, points in after.items():
        asked = [item for item in paper.pretest if item.indicator.value == indicator]
        if asked and all(item.complete for item in asked):
            before = sum((item.points for item in asked), Fraction(0)) / len(asked)
            shares[indicator] = round(SHARE * before), round(Fraction(SHARE * sum(points), POINT * len(points)))
            whole_before += before * len(points)
    if len(shares) == len(after):
        total = sum(item.points for item in paper.items)
        shares[""] = (
            round(SHARE * whole_before / len(paper.items)),
            round(Fraction(SHARE * total, POINT * len(paper.items))),
        )
    return shares


def list_judgements(item: Answered) -> list[str]:
    """Return the columns of IndicatorTally in which the judged acts count; those that depend count in none."""
    counted: list[str] = []
    for key, chosen in item.question.judged(item.answer):
        if key in {Verdict.TIDAK, Verdict.BOLEH}:
            forbidden = key is Verdict.TIDAK
            counted.append("forbidden" if forbidden else "allowed")
            if chosen == Verdict.TIDAK:
                counted.append("hits" if forbidden else "false_alarms")
    return counted


def find_tally(session: Session, table: type[Tally], **key: Any) -> Tally:
    """Return the row of this key as it is now, made where there is none."""
    session.execute(insert(session, table).values(EMPTY[table] | key).on_conflict_do_nothing())
    statement = select(table).filter_by(**key).execution_options(populate_existing=True)
    return session.scalars(statement).one()


NAMED_COUNTS = ("choices", "seconds", "by_group")
PACE_SUMS = ("people", "untimed", "answers", "rapid")
GAIN_SUMS = ("people", "before", "after", "squares", "answers", "sure_wrong")
INDICATOR_SUMS = ("people", "items", "points", "forbidden", "hits", "allowed", "false_alarms")
EMPTY: dict[type, dict[str, Any]] = {
    ItemTally: asdict(ItemSums()) | {name: {} for name in NAMED_COUNTS},
    PaperTally: {"squares": 0, "results": {}},
    IndicatorTally: dict.fromkeys(INDICATOR_SUMS, 0),
    PaceTally: dict.fromkeys(PACE_SUMS, 0),
    GainTally: dict.fromkeys(GAIN_SUMS, 0),
}


def add_to(tally: ItemTally | IndicatorTally | PaceTally | GainTally, sums: Mapping[str, int]) -> None:
    for name, number in sums.items():
        setattr(tally, name, getattr(tally, name) + number)


def merge(kept: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    return {name: kept.get(name, 0) + more.get(name, 0) for name in {**kept, **more}}
