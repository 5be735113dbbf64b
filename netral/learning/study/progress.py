"""Reading modules: pages reached, practice answered, what the exam still waits for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from netral.database.hot import Prepared
from netral.database.tables import Reader, insert, insert_into
from netral.errors import NetralError, NotFound
from netral.learning.periods.enrolments import Enrolled, lock_enrolled, mark_started
from netral.learning.study.models import PageReached, PracticeAnswer
from netral.learning.study.practice import MODULE, PAGE, REACHED, PracticeQuestion, find_practice
from netral.quiz.layouts import accept


class NothingChosen(NetralError):
    """A practice answer without a choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleProgress:
    """`reached` counts pages; `finished`: the last one is among them. `next_page` is the first that is not."""

    slug: str
    judul: str
    ringkas: str
    minutes: int
    page_count: int
    reached: int
    finished: bool
    next_page: int


PAGES_REACHED = Prepared(
    select(REACHED.c.module_slug, REACHED.c.number).where(REACHED.c.enrolment_id == bindparam("enrolment_id"))
)
MODULES = Prepared(
    select(MODULE.c.slug, MODULE.c.judul, MODULE.c.ringkas, MODULE.c.minutes, MODULE.c.page_count)
    .where(MODULE.c.edition_id == bindparam("edition_id"))
    .order_by(MODULE.c.position)
)


def list_modules(session: Reader, enrolled: Enrolled) -> tuple[ModuleProgress, ...]:
    """Of the period's edition, in order of teaching."""
    reached: dict[str, set[int]] = {}
    for slug, number in PAGES_REACHED.all(session, enrolment_id=enrolled.id):
        reached.setdefault(slug, set()).add(number)
    modules = MODULES.all(session, edition_id=enrolled.period.edition_id)
    return tuple(as_progress(row._asdict(), reached.get(row.slug, set())) for row in modules)


def as_progress(module: dict[str, Any], reached: set[int]) -> ModuleProgress:
    last = module["page_count"]
    pages = range(1, last + 1)
    return ModuleProgress(
        **module,
        reached=sum(number in reached for number in pages),
        finished=last in reached,
        next_page=next((number for number in pages if number not in reached), 1),
    )


LAST_PAGE = (
    (REACHED.c.module_slug == MODULE.c.slug)
    & (REACHED.c.number == MODULE.c.page_count)
    & (REACHED.c.enrolment_id == bindparam("enrolment_id"))
)


def count_minutes(session: Reader, edition_id: int) -> int:
    """Of reading all its modules once."""
    return sum(row.minutes for row in MODULES.all(session, edition_id=edition_id))


MODULES_LEFT = Prepared(
    select(MODULE.c.slug)
    .select_from(MODULE.outerjoin(REACHED, LAST_PAGE))
    .where(MODULE.c.edition_id == bindparam("edition_id"), REACHED.c.id.is_(None))
    .order_by(MODULE.c.position)
)


def modules_left(session: Reader, enrolled: Enrolled) -> tuple[str, ...]:
    """Slugs of the modules whose last page has not been reached."""
    left = MODULES_LEFT.all(session, enrolment_id=enrolled.id, edition_id=enrolled.period.edition_id)
    return tuple(row.slug for row in left)


COUNT_OF = Prepared(
    select(MODULE.c.page_count)
    .select_from(MODULE.join(PAGE, PAGE.c.module_version_id == MODULE.c.id))
    .where(
        MODULE.c.edition_id == bindparam("edition_id"),
        MODULE.c.slug == bindparam("slug"),
        PAGE.c.number == bindparam("number"),
    )
)


def make_mark(dialect: str) -> Any:
    names = ("instansi_id", "enrolment_id", "module_slug", "number", "reached_at")
    return insert_into(PageReached, dialect).values({name: bindparam(name) for name in names}).on_conflict_do_nothing()


MARK = Prepared(make_mark)


@dataclass(frozen=True, slots=True)
class Reached:
    """`counted` is false outside the period, when reading is welcome but counts for nothing."""

    counted: bool
    is_last: bool


def reach_page(writer: Reader, *, asn_id: int, kode: str, slug: str, number: int, now: datetime) -> Reached:
    """Idempotent. Raises NotFound."""
    enrolled = lock_enrolled(writer, asn_id=asn_id, kode=kode)
    page = COUNT_OF.first(writer, edition_id=enrolled.period.edition_id, slug=slug, number=number)
    if page is None:
        raise NotFound(slug)
    last = page.page_count
    if not enrolled.may_learn(now):
        return Reached(counted=False, is_last=number == last)
    MARK.change(
        writer,
        instansi_id=enrolled.period.instansi_id,
        enrolment_id=enrolled.id,
        module_slug=slug,
        number=number,
        reached_at=now,
    )
    mark_started(writer, enrolled, now=now)
    return Reached(counted=True, is_last=number == last)


def answer_practice(
    session: Session,
    *,
    asn_id: int,
    kode: str,
    slug: str,
    page: int,
    position: int,
    form: Mapping[str, Sequence[str]],
    now: datetime,
) -> PracticeQuestion:
    """Keeps the last answer to the practice question at this place of a page and shows what it was worth.

    Raises NotFound, NothingChosen or AnswerNotOffered. Outside the period the answer is shown but not kept.
    """
    enrolled = lock_enrolled(session, asn_id=asn_id, kode=kode)
    found = find_practice(session, enrolled, slug=slug, page=page, position=position)
    answer = accept(found.layout, form)
    if not answer:
        raise NothingChosen
    if enrolled.may_learn(now):
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
        mark_started(session, enrolled, now=now)
    return found.answered(answer)
