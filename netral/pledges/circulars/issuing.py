"""Drafting circulars, publishing their versions, and withdrawing them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.errors import NetralError, NotFound
from netral.organisation.instansi import lock_instansi
from netral.pledges.circulars.audience import count_audience
from netral.pledges.circulars.models import Circular, CircularReading, CircularVersion, PactSignature
from netral.pledges.circulars.paragraphs import MOST_PARAGRAPHS, MOST_SIGNS, Paragraphs, compare, hash_text, join
from netral.pledges.circulars.questions import QUESTIONS, CheckQuestion, dump, load
from netral.versions import check_version, version_of


class CircularKind(StrEnum):
    EDARAN = "edaran"
    PAKTA = "pakta"


class TextTooLong(NetralError):
    """The text has more than 40,000 signs or 150 paragraphs."""


class PassageMissing(NetralError):
    """A question is about a paragraph that the text lacks. The arguments: number of the question, of the paragraph."""


class NoDraft(NetralError):
    """There is no draft: the circular has been published as it is."""


class FileMissing(NetralError):
    """A circular is published only with the signed PDF."""


class QuestionsMissing(NetralError):
    """A circular is published only with two check questions."""


class DuePassed(NetralError):
    """The tenggat of the draft is over; the argument is its instant."""


class CircularWithdrawn(NetralError):
    """The circular was withdrawn; the argument is when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The content of a version, except its file. `units` (ids) and `kinds` are empty where all are addressed."""

    title: str
    nomor: str
    dated: date
    signatory_name: str
    signatory_title: str
    paragraphs: Paragraphs
    units: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    questions: tuple[CheckQuestion, ...] = ()
    due_at: datetime


@dataclass(frozen=True, slots=True)
class CircularLine:
    """One row of the officer's list. `current` is the version in force, `done` how many acknowledged or signed it."""

    circular: Circular
    draft: CircularVersion | None
    current: CircularVersion | None
    done: int

    @property
    def shown(self) -> CircularVersion:
        """Return the version by which the circular is named."""
        found = self.current or self.draft
        if found is None:
            raise NotFound("circular", self.circular.id)
        return found


def check(draft: Draft) -> None:
    """Check what any draft must keep to. Raises TextTooLong, PassageMissing."""
    if len(draft.paragraphs) > MOST_PARAGRAPHS or len(join(draft.paragraphs)) > MOST_SIGNS:
        raise TextTooLong
    for number, question in enumerate(draft.questions, 1):
        if not 1 <= question.paragraph <= len(draft.paragraphs):
            raise PassageMissing(number, question.paragraph)


def as_values(draft: Draft) -> dict[str, Any]:
    return {
        "title": draft.title,
        "nomor": draft.nomor,
        "dated": draft.dated,
        "signatory_name": draft.signatory_name,
        "signatory_title": draft.signatory_title,
        "paragraphs": list(draft.paragraphs),
        "text_hash": hash_text(draft.paragraphs),
        "units": sorted(draft.units),
        "kinds": sorted(draft.kinds),
        "questions": dump(draft.questions),
        "due_at": draft.due_at,
    }


def stamp_of(row: CircularVersion) -> str:
    """Return the version of a draft's content, by which an outdated page is known."""
    return version_of(*shown(row))


def shown(row: CircularVersion) -> tuple[object, ...]:
    facts = (row.title, row.nomor, row.dated.isoformat(), row.signatory_name, row.signatory_title, row.text_hash)
    return (*facts, row.units, row.kinds, row.questions, row.due_at.isoformat(), row.file_hash)


def create(session: Session, act: Act, *, kind: CircularKind, draft: Draft) -> int:
    """Create a circular with its first draft and return its id; an identical draft is found, not made twice.

    Raises TextTooLong, PassageMissing, NotFound.
    """
    check(draft)
    instansi = lock_instansi(session, act.instansi_id)
    values = as_values(draft)
    if (same := find_same(session, instansi.id, kind, values)) is not None:
        return same
    circular = Circular(
        instansi_id=instansi.id, kind=kind.value, created_at=act.now, created_by=act.actor_id, withdrawn_reason=""
    )
    session.add(circular)
    session.flush()
    session.add(CircularVersion(instansi_id=instansi.id, circular_id=circular.id, number=1, saved_at=act.now, **values))
    session.flush()
    note(session, act, "circular.drafted", circular.id, nomor=draft.nomor)
    return circular.id


def find_same(session: Session, instansi_id: int, kind: CircularKind, values: Mapping[str, Any]) -> int | None:
    drafts = (
        select(CircularVersion)
        .join(Circular, Circular.id == CircularVersion.circular_id)
        .where(
            Circular.instansi_id == instansi_id,
            Circular.kind == kind.value,
            CircularVersion.published_at.is_(None),
            CircularVersion.nomor == values["nomor"],
            CircularVersion.text_hash == values["text_hash"],
        )
    )
    found = (row for row in session.scalars(drafts) if all(getattr(row, name) == values[name] for name in values))
    return next((row.circular_id for row in found), None)


def find_circular(session: Session, *, instansi_id: int, circular_id: int) -> Circular:
    """Return a circular of the instansi. Raises NotFound."""
    statement = select(Circular).where(Circular.id == circular_id, Circular.instansi_id == instansi_id)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound("circular", circular_id)
    return found


def lock_circular(session: Session, act: Act, circular_id: int) -> Circular:
    """Lock a circular until the transaction ends. Raises NotFound."""
    statement = select(Circular).where(Circular.id == circular_id, Circular.instansi_id == act.instansi_id)
    locked = statement.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(locked).one_or_none()
    if found is None:
        raise NotFound("circular", circular_id)
    return found


def lock_draft(session: Session, act: Act, circular_id: int) -> CircularVersion:
    """Lock a circular and return its draft. Raises NotFound, CircularWithdrawn, NoDraft."""
    circular = lock_circular(session, act, circular_id)
    if circular.withdrawn_at is not None:
        raise CircularWithdrawn(circular.withdrawn_at)
    draft = find_draft(session, circular_id)
    if draft is None:
        raise NoDraft(circular_id)
    return draft


def find_draft(session: Session, circular_id: int) -> CircularVersion | None:
    drafts = select(CircularVersion).where(
        CircularVersion.circular_id == circular_id, CircularVersion.published_at.is_(None)
    )
    return session.scalars(drafts.execution_options(populate_existing=True)).one_or_none()


def list_versions(session: Session, circular_id: int) -> tuple[CircularVersion, ...]:
    """List the versions of a circular, the newest first; a draft is the first."""
    versions = select(CircularVersion).where(CircularVersion.circular_id == circular_id)
    return tuple(session.scalars(versions.order_by(CircularVersion.number.desc())))


def change(session: Session, act: Act, *, circular_id: int, draft: Draft, version: str | None = None) -> bool:
    """Change the draft; return False where nothing changes. `version`: of the content that the page showed.

    A question follows its paragraph to another number unless the draft gives it one itself. Raises NotFound,
    CircularWithdrawn, NoDraft, Outdated, TextTooLong, PassageMissing.
    """
    row = lock_draft(session, act, circular_id)
    draft = follow_paragraphs(row, draft)
    check(draft)
    values = as_values(draft)
    if all(getattr(row, name) == value for name, value in values.items()):
        return False
    check_version(version, *shown(row))
    for name, value in values.items():
        setattr(row, name, value)
    row.saved_at = act.now
    session.flush()
    note(session, act, "circular.draft_changed", circular_id, number=row.number)
    return True


def follow_paragraphs(row: CircularVersion, draft: Draft) -> Draft:
    """Return the draft with new numbers of paragraphs in the questions that ask about the same ones as before."""
    differences = compare(tuple(row.paragraphs), draft.paragraphs)
    moved = {each.old_number: each.new_number for each in differences if each.old_number and each.new_number}
    stored = {(each.ask, each.paragraph) for each in load(row.questions)}
    followed = tuple(
        replace(each, paragraph=moved.get(each.paragraph, each.paragraph))
        if (each.ask, each.paragraph) in stored
        else each
        for each in draft.questions
    )
    return replace(draft, questions=followed)


def set_file(session: Session, act: Act, *, circular_id: int, hashed: str, pages: int, size: int) -> None:
    """Name the stored PDF of the draft. Raises NotFound, CircularWithdrawn, NoDraft."""
    row = lock_draft(session, act, circular_id)
    if row.file_hash == hashed:
        return
    row.file_hash, row.file_pages, row.file_bytes, row.saved_at = hashed, pages, size, act.now
    session.flush()
    note(session, act, "circular.file_set", circular_id, number=row.number, hash=hashed)


COPIED = (
    "title", "nomor", "dated", "signatory_name", "signatory_title", "paragraphs", "text_hash", "units", "kinds",
    "questions", "due_at",
)  # fmt: skip


def start_version(session: Session, act: Act, *, circular_id: int) -> int:
    """Begin a new version as a draft with the words of the newest one; return its number. A draft stays the one it is.

    Its PDF must be uploaded anew, since it is another paper. Raises NotFound, CircularWithdrawn.
    """
    circular = lock_circular(session, act, circular_id)
    if circular.withdrawn_at is not None:
        raise CircularWithdrawn(circular.withdrawn_at)
    newest = list_versions(session, circular_id)[0]
    if newest.published_at is None:
        return newest.number
    values = {name: getattr(newest, name) for name in COPIED}
    number = newest.number + 1
    session.add(
        CircularVersion(
            instansi_id=circular.instansi_id, circular_id=circular_id, number=number, saved_at=act.now, **values
        )
    )
    session.flush()
    note(session, act, "circular.version_begun", circular_id, number=number)
    return number


def check_ready(circular: Circular, draft: CircularVersion, now: datetime) -> None:
    """Check that a draft may be published. Raises FileMissing, QuestionsMissing, DuePassed."""
    if circular.kind == CircularKind.EDARAN and draft.file_hash is None:
        raise FileMissing
    if circular.kind == CircularKind.EDARAN and len(draft.questions) != QUESTIONS:
        raise QuestionsMissing
    if draft.due_at <= now:
        raise DuePassed(draft.due_at)


def publish(session: Session, act: Act, *, circular_id: int, version: str | None = None) -> CircularVersion:
    """Publish the draft, which from then on is the version in force and never changes.

    Raises NotFound, CircularWithdrawn, NoDraft, Outdated, FileMissing, QuestionsMissing, DuePassed.
    """
    draft = lock_draft(session, act, circular_id)
    check_version(version, *shown(draft))
    circular = find_circular(session, instansi_id=draft.instansi_id, circular_id=circular_id)
    check_ready(circular, draft, act.now)
    draft.audience = count_audience(session, draft)
    draft.published_at, draft.published_by = act.now, act.actor_id
    session.flush()
    said: dict[str, str | int] = {"nomor": draft.nomor, "number": draft.number, "count": draft.audience}
    note(session, act, "circular.published", circular_id, hash=draft.text_hash, **said)
    return draft


def withdraw(session: Session, act: Act, *, circular_id: int, reason: str) -> bool:
    """Withdraw a circular with all its versions; return False if it was withdrawn before. Raises NotFound."""
    circular = lock_circular(session, act, circular_id)
    if circular.withdrawn_at is not None:
        return False
    session.execute(
        update(Circular)
        .where(Circular.id == circular_id)
        .values(withdrawn_at=act.now, withdrawn_by=act.actor_id, withdrawn_reason=reason)
    )
    note(session, act, "circular.withdrawn", circular_id, reason=reason)
    return True


def list_circulars(session: Session, *, instansi_id: int) -> tuple[CircularLine, ...]:
    """List the circulars of an instansi, the newest first."""
    circulars = session.scalars(
        select(Circular).where(Circular.instansi_id == instansi_id).order_by(Circular.id.desc())
    )
    versions: dict[int, list[CircularVersion]] = {}
    rows = session.scalars(
        select(CircularVersion).where(CircularVersion.instansi_id == instansi_id).order_by(CircularVersion.number)
    )
    for row in rows:
        versions.setdefault(row.circular_id, []).append(row)
    done = count_done(session, instansi_id)
    lines = []
    for circular in circulars:
        own = versions.get(circular.id, [])
        draft = next((each for each in own if each.published_at is None), None)
        current = next((each for each in reversed(own) if each.published_at is not None), None)
        lines.append(CircularLine(circular, draft, current, done.get(current.id, 0) if current else 0))
    return tuple(lines)


def count_done(session: Session, instansi_id: int) -> dict[int, int]:
    """Count those who acknowledged or signed each version."""
    reading, signature = CircularReading, PactSignature
    acked = select(reading.version_id, func.count(reading.acked_at)).where(reading.instansi_id == instansi_id)
    standing = signature.annulled_at.is_(None) & (signature.instansi_id == instansi_id)
    signed = select(signature.version_id, func.count()).where(standing)
    counts = {row[0]: row[1] for row in session.execute(acked.group_by(reading.version_id))}
    for version_id, people in session.execute(signed.group_by(signature.version_id)):
        counts[version_id] = counts.get(version_id, 0) + people
    return counts


def note(session: Session, act: Act, action: str, circular_id: int, **detail: str | int) -> None:
    record(session, act, action=action, object_kind="circular", object_id=circular_id, detail=detail)
