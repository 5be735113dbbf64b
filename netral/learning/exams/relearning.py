"""The pages that somebody reads again between a failed attempt and the next one: those about the missed rules."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from netral.database.tables import Reader
from netral.learning.editions.models import BODY, Edition, EditionQuestion, ModulePage, ModuleVersion, QuestionVersion
from netral.learning.editions.reading import view_rule
from netral.learning.exams.models import AttemptItem
from netral.learning.exams.sittings import Sitting
from netral.learning.periods.enrolments import Enrolled
from netral.learning.study.models import PageReached, PracticeAnswer
from netral.quiz.kinds import from_text

Place = tuple[str, int]
"""A page: the slug of its module and its number."""


@dataclass(frozen=True, slots=True)
class PageToRead:
    """A page to read again; `title` is sanitised HTML."""

    slug: str
    number: int
    title: str


def list_pages_to_read(session: Reader, enrolled: Enrolled, sittings: Sequence[Sitting]) -> tuple[PageToRead, ...]:
    """List the pages that still stand between the last failed attempt and the next; empty without such a wait."""
    failed = sittings[-1] if sittings else None
    over = enrolled.passed_at is not None or len(sittings) >= enrolled.max_attempts
    if not enrolled.period.relearn or over or failed is None or failed.closed_at is None or failed.replaced:
        return ()
    teaching = find_teaching(session, enrolled, failed.attempt_id)
    again = find_read_again(session, enrolled, since=failed.closed_at)
    return name_pages(session, enrolled.period.edition_id, choose_pages(teaching, again))


def name_pages(session: Reader, edition_id: int, places: Collection[Place]) -> tuple[PageToRead, ...]:
    """Return pages with their titles, in the order of teaching."""
    if not places:
        return ()
    titles = read_titles(session, edition_id)
    return tuple(PageToRead(*place, titles[place]) for place in sorted(places, key=list(titles).index))


def choose_pages(teaching: Iterable[Collection[Place]], again: Collection[Place]) -> tuple[Place, ...]:
    """Choose few pages that together teach every missed rule of which none was read again.

    `teaching` holds the pages of each rule; a rule that no page teaches is skipped, as nobody can read what is not
    there. The page that teaches the most rules comes first; of equal ones, the first by name.
    """
    left = [set(places) for places in teaching if places and not set(places) & set(again)]
    chosen: list[Place] = []
    while left:
        best = min(sorted(set().union(*left)), key=lambda place: -sum(place in places for places in left))
        chosen.append(best)
        left = [places for places in left if best not in places]
    return tuple(chosen)


def find_teaching(session: Reader, enrolled: Enrolled, attempt_id: int) -> list[tuple[Place, ...]]:
    """Return the pages of the edition that cite each missed rule of an attempt."""
    missed = (AttemptItem.attempt_id == attempt_id) & (AttemptItem.points_numerator < AttemptItem.points_denominator)
    bodies = select(BODY).join(AttemptItem, AttemptItem.question_version_id == QuestionVersion.id).where(missed)
    questions = [from_text(row.body) for row in session.execute(bodies)]
    rules = {rule for question in questions for rule in question.rules}
    (norms,) = session.execute(select(Edition.norms).where(Edition.id == enrolled.period.edition_id)).one()
    return [view_rule(norms, rule).pages for rule in sorted(rules)]


def find_read_again(session: Reader, enrolled: Enrolled, *, since: datetime) -> frozenset[Place]:
    """Return the pages read again since then: the person said so, or answered one of their practice questions."""
    said = select(PageReached.module_slug, PageReached.number).where(
        PageReached.enrolment_id == enrolled.id, PageReached.read_again_at > since
    )
    practised = (
        select(EditionQuestion.module_slug, EditionQuestion.page)
        .join(PracticeAnswer, PracticeAnswer.question_version_id == EditionQuestion.question_version_id)
        .where(
            EditionQuestion.edition_id == enrolled.period.edition_id,
            PracticeAnswer.enrolment_id == enrolled.id,
            PracticeAnswer.answered_at > since,
        )
    )
    return frozenset((slug, number) for slug, number in session.execute(said.union(practised)))


def read_titles(session: Reader, edition_id: int) -> dict[Place, str]:
    """Return the title of every page, in the order of teaching."""
    statement = (
        select(ModuleVersion.slug, ModulePage.number, ModulePage.title)
        .join(ModulePage, ModulePage.module_version_id == ModuleVersion.id)
        .where(ModuleVersion.edition_id == edition_id)
        .order_by(ModuleVersion.position, ModulePage.number)
    )
    return {(slug, number): title for slug, number, title in session.execute(statement)}
