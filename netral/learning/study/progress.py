"""Reading modules: pages reached, practice answered, and the modules that the exam still waits for."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from sqlalchemy import and_, func, select, tuple_, update
from sqlalchemy.orm import Session

from netral.content.comparing import Place
from netral.database.tables import Reader, insert
from netral.errors import NetralError, NotFound
from netral.learning.editions.models import ModuleVersion
from netral.learning.periods.enrolments import Enrolled, get_enrolled, lock_enrolled, mark_started
from netral.learning.periods.models import Period
from netral.learning.study.carrying import follow
from netral.learning.study.models import PageReached, PracticeAnswer, Pretest
from netral.learning.study.practice import FoundPractice, PracticePlace, PracticeQuestion, find_practice
from netral.quiz.questions import Answer, accept, as_sent


class PracticeChanged(NetralError):
    """Another question stands where the answered one stood: the period moved to a newer edition since."""


class NothingChosen(NetralError):
    """The practice answer has no choice, or lacks one without which it earns nothing; `sent` is what was chosen."""

    def __init__(self, sent: Answer) -> None:
        super().__init__(sent)
        self.sent = sent


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleProgress:
    """A person's progress. `reached` counts pages; `finished`: also the last; `next_page`: the first not reached.

    `mastered`: the pre-test showed that they may pass over it.
    """

    slug: str
    judul: str
    ringkas: str
    minutes: int
    page_count: int
    reached: int
    finished: bool
    next_page: int
    mastered: bool

    @property
    def minutes_left(self) -> int:
        """Return the share of the minutes that falls to the pages not reached, rounded up."""
        return ceil(self.minutes * (self.page_count - self.reached) / self.page_count)


MODULE, REACHED = ModuleVersion.__table__, PageReached.__table__


def list_modules(session: Reader, enrolled: Enrolled) -> tuple[ModuleProgress, ...]:
    """List the modules of the period's edition, in order of teaching."""
    reached: dict[str, set[int]] = {}
    pages = select(REACHED.c.module_slug, REACHED.c.number).where(REACHED.c.enrolment_id == enrolled.id)
    for slug, number in session.execute(pages):
        reached.setdefault(slug, set()).add(number)
    mastered = find_mastered(session, enrolled)
    modules = (
        select(MODULE.c.slug, MODULE.c.judul, MODULE.c.ringkas, MODULE.c.minutes, MODULE.c.page_count)
        .where(MODULE.c.edition_id == enrolled.period.edition_id)
        .order_by(MODULE.c.position)
    )
    return tuple(
        as_progress(row._asdict(), reached.get(row.slug, set()), mastered=row.slug in mastered)
        for row in session.execute(modules)
    )


def as_progress(module: dict[str, Any], reached: set[int], *, mastered: bool) -> ModuleProgress:
    last = module["page_count"]
    pages = range(1, last + 1)
    return ModuleProgress(
        **module,
        reached=sum(number in reached for number in pages),
        finished=last in reached,
        next_page=next((number for number in pages if number not in reached), 1),
        mastered=mastered,
    )


def find_mastered(session: Reader, enrolled: Enrolled) -> frozenset[str]:
    """Return the slugs of the modules that the person's pre-test lets them pass over."""
    if not enrolled.period.pretest:
        return frozenset()
    return frozenset(session.scalar(select(Pretest.mastered).where(Pretest.enrolment_id == enrolled.id)) or ())


def count_minutes(session: Reader, edition_id: int) -> int:
    """Return how many minutes reading all modules of an edition once takes."""
    return session.scalar(select(func.sum(MODULE.c.minutes)).where(MODULE.c.edition_id == edition_id)) or 0


def modules_left(session: Reader, enrolled: Enrolled) -> tuple[str, ...]:
    """Return the slugs of the modules whose last page has not been reached, without those that are mastered."""
    last_page = (
        (REACHED.c.module_slug == MODULE.c.slug)
        & (REACHED.c.number == MODULE.c.page_count)
        & (REACHED.c.enrolment_id == enrolled.id)
    )
    statement = (
        select(MODULE.c.slug)
        .select_from(MODULE.outerjoin(REACHED, last_page))
        .where(MODULE.c.edition_id == enrolled.period.edition_id, REACHED.c.id.is_(None))
        .order_by(MODULE.c.position)
    )
    mastered = find_mastered(session, enrolled)
    return tuple(slug for slug in session.execute(statement).scalars() if slug not in mastered)


@dataclass(frozen=True, slots=True)
class Reached:
    """The pages reached. `counted` is false outside the period, when reading is welcome but does not count.

    `places` are the pages in the present edition; `moved` is true when the reader saw another one.
    """

    counted: bool
    finished: bool
    places: frozenset[Place] = frozenset()
    moved: bool = False


def reach_pages(
    session: Session,
    *,
    asn_id: int,
    kode: str,
    slug: str,
    numbers: Collection[int],
    now: datetime,
    shown: int | None = None,
) -> Reached:
    """Record these pages of a module as read; recording them again has no further effect.

    `shown` is the edition that the reader saw; if the period has moved since, pages count where they stand now. Raises
    NotFound.
    """
    enrolled = lock_enrolled(session, asn_id=asn_id, kode=kode)
    edition_id, last = find_last_page(session, enrolled, slug)
    places, moved = frozenset((slug, number) for number in numbers), shown not in {None, edition_id}
    if shown is not None and moved:
        places = follow(session, places, shown=shown, present=edition_id)
    elif last is None or not numbers or not all(1 <= number <= last for number in numbers):
        raise NotFound(slug)
    finished = (slug, last) in places
    if not enrolled.may_learn(now):
        return Reached(counted=False, finished=finished, moved=moved)
    about = {"instansi_id": enrolled.period.instansi_id, "enrolment_id": enrolled.id, "reached_at": now}
    rows = [about | {"module_slug": slug, "number": number} for slug, number in sorted(places)]
    if rows:
        session.execute(insert(session, PageReached).values(rows).on_conflict_do_nothing())
        mark_started(session, enrolled, now=now)
    return Reached(counted=True, finished=finished, places=places, moved=moved)


def find_last_page(session: Session, enrolled: Enrolled, slug: str) -> tuple[int, int | None]:
    """Return the edition of the period and the last page of its module.

    The edition is read once more, since the lock may have waited until the period had moved to another one.
    """
    module = and_(ModuleVersion.edition_id == Period.edition_id, ModuleVersion.slug == slug)
    statement = select(Period.edition_id, ModuleVersion.page_count).outerjoin(ModuleVersion, module)
    row = session.execute(statement.where(Period.id == enrolled.period.id)).one()
    return row.edition_id, row.page_count


def read_again(
    session: Session, *, asn_id: int, kode: str, slug: str, number: int, now: datetime, shown: int | None = None
) -> bool:
    """Record that a page was read again now; `shown` as for `reach_pages`. Raises NotFound.

    Outside the period nothing is recorded, and the result is false.
    """
    reached = reach_pages(session, asn_id=asn_id, kode=kode, slug=slug, numbers=[number], now=now, shown=shown)
    if reached.places:
        enrolled = get_enrolled(session, asn_id=asn_id, kode=kode)
        place = tuple_(PageReached.module_slug, PageReached.number)
        pages = (PageReached.enrolment_id == enrolled.id) & place.in_(sorted(reached.places))
        session.execute(update(PageReached).where(pages).values(read_again_at=now))
    return reached.counted


def answer_practice(
    session: Session,
    place: PracticePlace,
    *,
    asn_id: int,
    kode: str,
    form: Mapping[str, Sequence[str]],
    now: datetime,
    shown: int | None = None,
    counts: Callable[[Enrolled, datetime], bool] = Enrolled.may_learn,
) -> PracticeQuestion:
    """Keep the last answer to the practice question at this place; return it with its points.

    `shown` is the version of the question on the page. `counts` says whether the answer is kept; else it is only shown,
    as outside the period. Raises NotFound, PracticeChanged, NothingChosen or AnswerNotOffered.
    """
    enrolled = lock_enrolled(session, asn_id=asn_id, kode=kode)
    found = find_practice(session, enrolled, place)
    if shown not in {None, found.version_id}:
        raise PracticeChanged(place)
    answer = read_answer(found, form)
    if counts(enrolled, now):
        keep_answer(session, enrolled, found, answer, now=now)
        mark_started(session, enrolled, now=now)
    return found.answered(answer)


def read_answer(found: FoundPractice, form: Mapping[str, Sequence[str]]) -> Answer:
    """Return the answer in a form. Raises NothingChosen or AnswerNotOffered."""
    answer = accept(found.layout, form)
    question = found.layout.question
    if not answer or (question.whole and not question.is_complete(answer)):
        raise NothingChosen(as_sent(found.layout, answer))
    return answer


def keep_answer(session: Session, enrolled: Enrolled, found: FoundPractice, answer: Answer, *, now: datetime) -> None:
    """Keep an answer in place of the earlier one."""
    statement = insert(session, PracticeAnswer).values(
        instansi_id=enrolled.period.instansi_id,
        enrolment_id=enrolled.id,
        question_version_id=found.version_id,
        answer=answer,
        answered_at=now,
    )
    newer = {name: statement.excluded[name] for name in ("answer", "answered_at")}
    index = ["enrolment_id", "question_version_id"]
    session.execute(statement.on_conflict_do_update(index_elements=index, set_=newer))
