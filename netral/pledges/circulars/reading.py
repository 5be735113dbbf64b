"""A person and a circular: the task, opening it, answering its check questions, acknowledging it.

Somebody who acknowledged an earlier version is asked about the differences only: those of the check questions that are
about a paragraph which is not as it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session, defer

from netral.audit.events import Act
from netral.database.tables import insert
from netral.errors import NetralError, NotFound
from netral.pledges.circulars.audience import Person, addresses, find_person
from netral.pledges.circulars.issuing import CircularKind, note
from netral.pledges.circulars.models import CheckAnswer, Circular, CircularReading, CircularVersion, PactSignature
from netral.pledges.circulars.paragraphs import Difference, changed_numbers, compare
from netral.pledges.circulars.questions import CheckQuestion, load


class CircularChanged(NetralError):
    """The page showed another version than the one in force; nothing was written."""


class CircularClosed(NetralError):
    """The circular was withdrawn, or does not address the person any more."""


class AnswersMissing(NetralError):
    """The arguments are the positions of the questions that lack an answer, or have one that was not offered."""


class Progress(StrEnum):
    NEW = "belum"
    OPENED = "dibuka"
    DONE = "selesai"


@dataclass(frozen=True, slots=True)
class CircularTask:
    """A circular on the list of a person. `renewed`: they acknowledged or signed an earlier version of it."""

    version: CircularVersion
    kind: CircularKind
    progress: Progress
    renewed: bool

    def is_late(self, now: datetime) -> bool:
        return self.progress is not Progress.DONE and now >= self.version.due_at


@dataclass(frozen=True)
class Own:
    """A circular as one person meets it.

    `open`: it is in force and addresses them. `earlier`: the version that they acknowledged or signed before this one.
    `answers`: by position of the question. `signature`: the one that stands under this version of a pakta. `annulled`:
    the last one under it, if that was annulled because the person objected.
    """

    circular: Circular
    version: CircularVersion
    open: bool
    reading: CircularReading | None
    earlier: CircularVersion | None
    answers: Mapping[int, CheckAnswer]
    signature: PactSignature | None
    annulled: PactSignature | None

    @property
    def kind(self) -> CircularKind:
        return CircularKind(self.circular.kind)

    @property
    def done(self) -> bool:
        if self.kind is CircularKind.PAKTA:
            return self.signature is not None
        return self.reading is not None and self.reading.acked_at is not None

    @property
    def opened(self) -> bool:
        return self.reading is not None

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """Return the paragraphs of the earlier version and this one; none where the person reads the whole."""
        if self.earlier is None:
            return ()
        return compare(tuple(self.earlier.paragraphs), tuple(self.version.paragraphs))

    @cached_property
    def questions(self) -> tuple[CheckQuestion, ...]:
        return load(self.version.questions)

    @cached_property
    def asked(self) -> tuple[int, ...]:
        """Return the positions of the questions that the person is asked."""
        if self.earlier is None:
            return tuple(range(len(self.questions)))
        changed = changed_numbers(self.differences)
        return tuple(position for position, each in enumerate(self.questions) if each.paragraph in changed)

    @property
    def unanswered(self) -> tuple[int, ...]:
        """Return the positions of the questions that are asked and have not been answered right."""
        return tuple(each for each in self.asked if each not in self.answers or not self.answers[each].right)

    def number(self, position: int) -> int:
        """Return the number of a question among those that the person is asked, from 1."""
        return self.asked.index(position) + 1

    def passage(self, position: int) -> str:
        return str(self.version.paragraphs[self.questions[position].paragraph - 1])


@dataclass(frozen=True, slots=True)
class Answered:
    """The result of sent answers. `wrong`: positions that were answered wrong. `new`: this call acknowledged it."""

    wrong: tuple[int, ...]
    new: bool


def list_tasks(session: Session, *, asn_id: int) -> tuple[CircularTask, ...]:
    """List the circulars that address a person now, those to do first, the earliest tenggat first."""
    person = find_person(session, asn_id)
    current = {each.circular_id: (each, kind) for each, kind in list_current(session, person.instansi_id)}
    wanted = {key: found for key, found in current.items() if addresses(found[0], person)}
    if not wanted:
        return ()
    opened, done = find_progress(session, asn_id)
    tasks = []
    for circular_id, (version, kind) in wanted.items():
        finished = done.get(circular_id, frozenset())
        state = Progress.OPENED if version.id in opened else Progress.NEW
        progress = Progress.DONE if version.id in finished else state
        tasks.append(CircularTask(version, kind, progress, bool(finished - {version.id})))
    return tuple(sorted(tasks, key=lambda each: (each.progress is Progress.DONE, each.version.due_at, each.version.id)))


def list_current(session: Session, instansi_id: int) -> list[tuple[CircularVersion, CircularKind]]:
    """List the versions in force: of each circular that was not withdrawn the newest published one.

    Their text is read only where it is asked for, since the list of a person's tasks has no need of it.
    """
    rows = session.execute(
        select(CircularVersion, Circular.kind)
        .options(defer(CircularVersion.paragraphs))
        .join(Circular, Circular.id == CircularVersion.circular_id)
        .where(
            CircularVersion.instansi_id == instansi_id,
            CircularVersion.published_at.is_not(None),
            Circular.withdrawn_at.is_(None),
        )
        .order_by(CircularVersion.number)
    )
    newest = {version.circular_id: (version, CircularKind(kind)) for version, kind in rows}
    return list(newest.values())


def find_progress(session: Session, asn_id: int) -> tuple[set[int], dict[int, frozenset[int]]]:
    """Return the versions that a person opened, and by circular those that they acknowledged or signed."""
    readings = select(CircularReading.version_id, CircularReading.acked_at, CircularVersion.circular_id).join(
        CircularVersion, CircularVersion.id == CircularReading.version_id
    )
    signatures = select(PactSignature.version_id, CircularVersion.circular_id).join(
        CircularVersion, CircularVersion.id == PactSignature.version_id
    )
    standing = (PactSignature.asn_id == asn_id) & PactSignature.annulled_at.is_(None)
    rows = session.execute(readings.where(CircularReading.asn_id == asn_id)).all()
    done = [(row.circular_id, row.version_id) for row in rows if row.acked_at]
    done += [(row.circular_id, row.version_id) for row in session.execute(signatures.where(standing))]
    grouped: dict[int, frozenset[int]] = {}
    for circular_id, version_id in done:
        grouped[circular_id] = grouped.get(circular_id, frozenset()) | {version_id}
    return {row.version_id for row in rows}, grouped


def find_own(session: Session, *, asn_id: int, circular_id: int) -> Own:
    """Return a circular as a person meets it: the version in force, or the last one that they opened or signed.

    Raises NotFound when it has never addressed them.
    """
    person = find_person(session, asn_id)
    circular = session.scalars(
        select(Circular).where(Circular.id == circular_id, Circular.instansi_id == person.instansi_id)
    ).one_or_none()
    if circular is None:
        raise NotFound("circular", circular_id)
    return read_own(session, circular, person)


def read_own(session: Session, circular: Circular, person: Person) -> Own:
    published = select(CircularVersion).where(
        CircularVersion.circular_id == circular.id, CircularVersion.published_at.is_not(None)
    )
    versions = {each.id: each for each in session.scalars(published.order_by(CircularVersion.number))}
    readings = read_mine(session, CircularReading, person.asn_id, versions)
    signed = read_mine(session, PactSignature, person.asn_id, versions)
    signatures = {key: each for key, each in signed.items() if each.annulled_at is None}
    current = list(versions.values())[-1] if versions else None
    is_open = current is not None and circular.withdrawn_at is None and addresses(current, person)
    met = [each for key, each in versions.items() if key in readings or key in signatures]
    version = current if is_open else met[-1] if met else None
    if version is None:
        raise NotFound("circular", circular.id)
    reading = readings.get(version.id)
    done = {key for key, each in readings.items() if each.acked_at} | set(signatures)
    before = [each for key, each in versions.items() if key in done and each.number < version.number]
    answers = select(CheckAnswer).where(CheckAnswer.reading_id == (reading.id if reading else None))
    return Own(
        circular=circular,
        version=version,
        open=is_open,
        reading=reading,
        earlier=before[-1] if before else None,
        answers={each.question: each for each in session.scalars(answers.execution_options(populate_existing=True))},
        signature=signatures.get(version.id),
        annulled=signed.get(version.id) if version.id not in signatures else None,
    )


Row = TypeVar("Row", CircularReading, PactSignature)


def read_mine(
    session: Session, table: type[Row], asn_id: int, versions: Mapping[int, CircularVersion]
) -> dict[int, Row]:
    """Return what a person did, by version, as it is now: the last row of each."""
    mine = select(table).where(table.asn_id == asn_id, table.version_id.in_(versions)).order_by(table.id)
    return {each.version_id: each for each in session.scalars(mine.execution_options(populate_existing=True))}


def open_circular(session: Session, act: Act, *, asn_id: int, circular_id: int) -> None:
    """Note that a person opened the version in force; opening it again changes nothing.

    Raises NotFound, CircularClosed.
    """
    own = find_own(session, asn_id=asn_id, circular_id=circular_id)
    if not own.open:
        raise CircularClosed(circular_id)
    begin_reading(session, act, own, asn_id)


def begin_reading(session: Session, act: Act, own: Own, asn_id: int) -> None:
    values = {
        "instansi_id": own.version.instansi_id,
        "version_id": own.version.id,
        "asn_id": asn_id,
        "opened_at": act.now,
    }
    session.execute(insert(session, CircularReading).values(values).on_conflict_do_nothing())


def answer(
    session: Session, act: Act, *, asn_id: int, circular_id: int, shown: int | None, choices: Mapping[int, int]
) -> Answered:
    """Keep the answers and, when none of those asked is wrong any more, acknowledge the circular.

    `shown` is the id of the version on the page; `choices` are options by question, both positions from 0. A circular
    that was acknowledged stays so, and sending again has no further effect. Raises NotFound, CircularClosed,
    CircularChanged, AnswersMissing.
    """
    own = lock_own(session, act, asn_id=asn_id, circular_id=circular_id, shown=shown)
    if own.reading is None or own.done:
        return Answered((), new=False)
    missing = [each for each in own.unanswered if not is_offered(own.questions[each], choices.get(each))]
    if missing:
        raise AnswersMissing(*missing)
    wrong = tuple(each for each in own.unanswered if not keep_answer(session, act, own, each, choices[each]))
    if wrong:
        return Answered(wrong, new=False)
    acknowledge(session, act, own)
    return Answered((), new=True)


def lock_own(session: Session, act: Act, *, asn_id: int, circular_id: int, shown: int | None) -> Own:
    """Begin the reading if need be, lock it, and return the circular as it is then.

    Raises NotFound, CircularClosed, CircularChanged.
    """
    own = find_own(session, asn_id=asn_id, circular_id=circular_id)
    if not own.open:
        raise CircularClosed(circular_id)
    if shown != own.version.id:
        raise CircularChanged(circular_id)
    begin_reading(session, act, own, asn_id)
    mine = select(CircularReading).where(CircularReading.version_id == own.version.id, CircularReading.asn_id == asn_id)
    session.scalars(mine.with_for_update().execution_options(populate_existing=True)).one()
    return find_own(session, asn_id=asn_id, circular_id=circular_id)


def is_offered(question: CheckQuestion, choice: int | None) -> bool:
    return choice is not None and 0 <= choice < len(question.options)


def keep_answer(session: Session, act: Act, own: Own, position: int, choice: int) -> bool:
    """Keep an answer and return whether it is right. The first one stays beside the last."""
    right = own.questions[position].is_right(choice)
    given = own.answers.get(position)
    if given is not None:
        session.execute(update(CheckAnswer).where(CheckAnswer.id == given.id).values(choice=choice, right=right))
        return right
    session.add(
        CheckAnswer(
            instansi_id=own.version.instansi_id,
            reading_id=own.reading.id if own.reading else None,
            question=position,
            first_choice=choice,
            first_right=right,
            first_at=act.now,
            choice=choice,
            right=right,
        )
    )
    return right


def acknowledge(session: Session, act: Act, own: Own) -> None:
    since = own.earlier.id if own.earlier else None
    mine = CircularReading.id == (own.reading.id if own.reading else None)
    session.execute(update(CircularReading).where(mine).values(acked_at=act.now, since_version_id=since))
    act = act.within(own.version.instansi_id)
    note(session, act, "circular.acknowledged", own.circular.id, number=own.version.number)


def name_choices(own: Own, sent: Mapping[str, Sequence[str]]) -> dict[int, int]:
    """Read choices from the fields `soal-0`, `soal-1` of a form; what is no number is no choice."""
    found = {position: (sent.get(f"soal-{position}") or [""])[0] for position in own.asked}
    return {position: int(text) for position, text in found.items() if text in {"0", "1", "2", "3"}}


def may_fetch(session: Session, version: CircularVersion, *, asn_id: int) -> bool:
    """Return whether a person may have the file of a published version: it addresses them, or they opened it."""
    if version.published_at is None:
        return False
    opened = select(CircularReading.id).where(
        CircularReading.version_id == version.id, CircularReading.asn_id == asn_id
    )
    return addresses(version, find_person(session, asn_id)) or session.scalar(opened) is not None
