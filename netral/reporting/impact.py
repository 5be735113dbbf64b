"""The impact of a norm or rule: pages, items and their twins, attempts under way, certificates in force."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from netral.certificates.models import Certificate
from netral.errors import NotFound
from netral.learning.editions.models import Edition, EditionQuestion, QuestionVersion
from netral.learning.exams.models import Attempt, AttemptItem
from netral.learning.periods.models import Period
from netral.organisation.models import Instansi
from netral.quiz.kinds import from_json
from netral.quiz.questions import Citation, Question


@dataclass(frozen=True, slots=True)
class EditionImpact:
    """An edition in use: the newest one, or one of a period that is not over.

    `pages` are (slug of the module, number); `twins` are exam items in the same group as an item here, but not on the
    norm themselves. `periods` are (code of the instansi, code of the period).
    """

    number: int
    periods: tuple[tuple[str, str], ...]
    pages: tuple[tuple[str, int], ...]
    items: tuple[str, ...]
    practice: tuple[str, ...]
    twins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """The editions in use, newest first; the counts are over all editions that were ever published."""

    norm: str
    rule: str
    editions: tuple[EditionImpact, ...]
    open_attempts: int
    certificates: int


def read_impact(session: Session, norm: str, rule: str = "", *, now: datetime, today: date) -> Impact:
    """Return the impact of a norm, or of one rule of it. Raises NotFound where no edition knows the norm or rule."""
    periods = _list_periods(session, now)
    editions = _list_editions(session, periods)
    versions = _find_versions(session, norm, rule)
    if not versions and not any(_knows(edition.norms, norm, rule) for edition in editions):
        raise NotFound("aturan" if rule else "norma", f"{norm} {rule}".rstrip())
    return Impact(
        norm=norm,
        rule=rule,
        editions=tuple(_as_edition(session, edition, periods, norm, rule) for edition in editions),
        open_attempts=_count_open(session, versions),
        certificates=_count_certificates(session, versions, today),
    )


def _list_periods(session: Session, now: datetime) -> dict[int, list[tuple[str, str]]]:
    """Return id of edition -> its periods that are not over."""
    statement = (
        select(Period.edition_id, Instansi.kode.label("instansi"), Period.kode)
        .join(Instansi, Instansi.id == Period.instansi_id)
        .where(Period.closes_at > now)
        .order_by(Instansi.kode, Period.kode)
    )
    periods: dict[int, list[tuple[str, str]]] = {}
    for row in session.execute(statement):
        periods.setdefault(row.edition_id, []).append((row.instansi, row.kode))
    return periods


def _list_editions(session: Session, in_use: Iterable[int]) -> list[Edition]:
    newest = select(func.max(Edition.number)).scalar_subquery()
    wanted = or_(Edition.number == newest, Edition.id.in_(list(in_use)))
    return list(session.scalars(select(Edition).where(wanted).order_by(Edition.number.desc())))


def _knows(norms: dict[str, Any], norm: str, rule: str) -> bool:
    return norm in norms and (not rule or rule in norms[norm].get("rules", {}))


def _stands_on(question: Question, norm: str, rule: str) -> bool:
    return any(each == Citation(norm, rule) if rule else each.norm == norm for each in question.rules)


def _as_edition(
    session: Session, edition: Edition, periods: dict[int, list[tuple[str, str]]], norm: str, rule: str
) -> EditionImpact:
    statement = (
        select(QuestionVersion.body, EditionQuestion.module_slug)
        .join(EditionQuestion, EditionQuestion.question_version_id == QuestionVersion.id)
        .where(EditionQuestion.edition_id == edition.id)
        .order_by(EditionQuestion.position)
    )
    questions = [(from_json(row.body), row.module_slug is None) for row in session.execute(statement)]
    items = [question for question, in_bank in questions if in_bank and _stands_on(question, norm, rule)]
    groups = {question.twin_group for question in items} - {None}
    rules = edition.norms.get(norm, {}).get("rules", {})
    pages = {tuple(page) for key, each in rules.items() if rule in {"", key} for page in each.get("pages", [])}
    return EditionImpact(
        number=edition.number,
        periods=tuple(periods.get(edition.id, ())),
        pages=tuple(sorted((str(slug), int(number)) for slug, number in pages)),
        items=tuple(question.id for question in items),
        practice=tuple(
            question.id for question, in_bank in questions if not in_bank and _stands_on(question, norm, rule)
        ),
        twins=tuple(
            question.id
            for question, in_bank in questions
            if in_bank and question.twin_group in groups and not _stands_on(question, norm, rule)
        ),
    )


def _find_versions(session: Session, norm: str, rule: str) -> list[int]:
    rows = session.execute(select(QuestionVersion.id, QuestionVersion.body))
    return [row.id for row in rows if _stands_on(from_json(row.body), norm, rule)]


def _count_open(session: Session, versions: list[int]) -> int:
    drawn = select(AttemptItem.id).where(
        AttemptItem.attempt_id == Attempt.id, AttemptItem.question_version_id.in_(versions)
    )
    return session.scalar(select(func.count(Attempt.id)).where(Attempt.state == "open", drawn.exists())) or 0


def _count_certificates(session: Session, versions: list[int], today: date) -> int:
    """Count the valid certificates whose passed paper held such a question."""
    drawn = select(AttemptItem.id).where(
        AttemptItem.attempt_id == Certificate.attempt_id, AttemptItem.question_version_id.in_(versions)
    )
    current = or_(Certificate.valid_until.is_(None), Certificate.valid_until >= today)
    statement = select(func.count(Certificate.id)).where(Certificate.status == "valid", current, drawn.exists())
    return session.scalar(statement) or 0
