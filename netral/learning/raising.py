"""Moving a period to a newer edition: what it changes for people, and the move itself.

Papers that were drawn keep their questions, passes and certificates stay, and so do the rules of the period. Pages that
were read stay read (`study/carrying.py`). Whoever has not signed the ikrar yet signs the text of the newer edition.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from netral.audit.events import Act, record
from netral.content.comparing import Difference, Pages, Place, differ, match_pages
from netral.database.tables import Reader
from netral.errors import NetralError, NotFound
from netral.learning.editions.cards import list_cards
from netral.learning.editions.models import Edition, EditionQuestion, QuestionVersion
from netral.learning.editions.reading import list_feed_versions, list_modules, load_bank, read_all_pages
from netral.learning.exams.sittings import count_sitting
from netral.learning.periods.enrolments import ReasonMissing, Standing
from netral.learning.periods.models import Enrolment, Period
from netral.learning.periods.reading import PeriodState, PeriodView, choose_period
from netral.learning.study.carrying import carry_pages, count_ready
from netral.organisation.instansi import lock_instansi
from netral.organisation.numbers import mask_nik
from netral.quiz.drawing import PoolTooSmall, shortages


class PeriodClosed(NetralError):
    """The period is closed, so its edition stays."""


class EditionInUse(NetralError):
    """The period uses this edition already; the argument is its number."""


class EditionNotNewer(NetralError):
    """The period uses a newer edition; the arguments are its number and the wanted one."""


class EditionMovedMeanwhile(NetralError):
    """The period has another edition than the page showed; the argument is the number of the present one."""


class EditionTooSmall(PoolTooSmall):
    """The bank of the wanted edition cannot fill the papers of this period."""


@dataclass(frozen=True, slots=True)
class EditionMark:
    id: int
    number: int
    published_at: datetime
    pledge_version_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleChange:
    """The titles of pages that are new, changed and gone in a module; `state` is new, changed or retired."""

    judul: str
    state: str
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentChange:
    """The differences between two editions; `nothing`: only norms, terms and the like differ."""

    modules: tuple[ModuleChange, ...]
    bank: Difference
    practice: Difference
    cards: Difference
    feeds: Difference
    pledge: bool

    @property
    def nothing(self) -> bool:
        kinds = (self.bank, self.practice, self.cards, self.feeds)
        return not self.modules and not self.pledge and all(each.empty for each in kinds)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleTouched:
    """How many people are where. `sitting`: in an exam now. `waiting`: passed, without a certificate.

    `learning` have not passed and have not left; of these, `ready` have finished all modules, and `held` of these have
    to read something new before the next exam. `signed` have signed the ikrar.
    """

    sitting: int
    certified: int
    waiting: int
    signed: int
    learning: int
    ready: int
    held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisePreview:
    """The effect of a move. `short` holds why the bank of the edition cannot fill the papers of the period."""

    period: PeriodView
    present: EditionMark
    wanted: EditionMark
    content: ContentChange
    people: PeopleTouched
    short: EditionTooSmall | None


def find_newer(reader: Reader, period: PeriodView, *, now: datetime) -> EditionMark | None:
    """Return the newest edition if the period may move to it."""
    newest = find_edition(reader, None)
    if period.state(now) is PeriodState.CLOSED or newest.number <= find_present(reader, period).number:
        return None
    return newest


def find_present(reader: Reader, period: PeriodView) -> EditionMark:
    return EditionMark(*reader.execute(MARK.where(Edition.id == period.edition_id)).one())


def find_edition(reader: Reader, number: int | None) -> EditionMark:
    """Return the edition of this number, or the newest one. Raises NotFound."""
    statement = MARK if number is None else MARK.where(Edition.number == number)
    row = reader.execute(statement.order_by(Edition.number.desc()).limit(1)).one_or_none()
    if row is None:
        raise NotFound("edisi", number)
    return EditionMark(*row)


MARK = select(Edition.id, Edition.number, Edition.published_at, Edition.pledge_version_id)


def preview_raise(session: Session, *, instansi_id: int, kode: str, to: int | None, now: datetime) -> RaisePreview:
    """Return the effect of moving to the edition `to`, by default the newest one.

    Raises NotFound, PeriodClosed, EditionInUse or EditionNotNewer.
    """
    period = choose_period(session, instansi_id=instansi_id, kode=kode, now=now)
    present, wanted = settle(session, period, to, now=now)
    old, new = read_all_pages(session, present.id), read_all_pages(session, wanted.id)
    return RaisePreview(
        period=period,
        present=present,
        wanted=wanted,
        content=compare_content(session, present, wanted, old, new),
        people=count_people(session, period, old, new),
        short=find_short(session, period, wanted),
    )


def settle(
    reader: Reader, period: PeriodView, to: int | None, *, now: datetime, shown: int | None = None
) -> tuple[EditionMark, EditionMark]:
    """Return the present edition and the wanted one. `shown` is the number that the page took for the present one."""
    present, wanted = find_present(reader, period), find_edition(reader, to)
    if period.state(now) is PeriodState.CLOSED:
        raise PeriodClosed
    if wanted.number == present.number:
        raise EditionInUse(present.number)
    if shown not in {None, present.number}:
        raise EditionMovedMeanwhile(present.number)
    if wanted.number < present.number:
        raise EditionNotNewer(present.number, wanted.number)
    return present, wanted


def find_short(session: Session, period: PeriodView, wanted: EditionMark) -> EditionTooSmall | None:
    short = shortages(list(load_bank(session, wanted.id).values()), period.blueprint)
    return EditionTooSmall(short) if short else None


def compare_content(
    session: Session, present: EditionMark, wanted: EditionMark, old: Mapping[str, Pages], new: Mapping[str, Pages]
) -> ContentChange:
    there, here = list_uses(session, present.id), list_uses(session, wanted.id)
    titles = list_modules(session, number=present.number) | list_modules(session, number=wanted.number)
    cards = [{card.slug: card for card in list_cards(session, edition_id=each.id)} for each in (wanted, present)]
    feeds = [list_feed_versions(session, number=each.number) for each in (wanted, present)]
    return ContentChange(
        modules=tuple(compare_modules(titles, old, new)),
        bank=differ(here[True], there[True]),
        practice=differ(here[False], there[False]),
        cards=differ(*cards),
        feeds=differ(*feeds),
        pledge=present.pledge_version_id != wanted.pledge_version_id,
    )


def list_uses(reader: Reader, edition_id: int) -> dict[bool, dict[str, str]]:
    """Return the hashes of the questions of the exam (True) and of practice (False), by id of the question."""
    in_bank = EditionQuestion.module_slug.is_(None)
    statement = (
        select(QuestionVersion.question_id, QuestionVersion.content_hash, in_bank.label("in_bank"))
        .join(EditionQuestion, EditionQuestion.question_version_id == QuestionVersion.id)
        .where(EditionQuestion.edition_id == edition_id)
    )
    uses: dict[bool, dict[str, str]] = {True: {}, False: {}}
    for row in reader.execute(statement):
        uses[bool(row.in_bank)][row.question_id] = row.content_hash
    return uses


def compare_modules(
    titles: Mapping[str, str], old: Mapping[str, Pages], new: Mapping[str, Pages]
) -> list[ModuleChange]:
    """Return the modules that differ, in the order of teaching, those that are gone last."""
    moves = match_pages(old, new)
    came_from: dict[Place, Place] = {there: here for here, there in moves.items()}
    found = []
    for slug in [*new, *(slug for slug in old if slug not in new)]:
        pages = {(slug, number): page for number, page in enumerate(new.get(slug, ()), 1)}
        before = {place: old[source[0]][source[1] - 1] for place in pages if (source := came_from.get(place))}
        gone = [page for number, page in enumerate(old.get(slug, ()), 1) if (slug, number) not in moves]
        change = ModuleChange(
            judul=titles[slug],
            state="retired" if slug not in new else "changed" if slug in old else "new",
            new=tuple(pages[place][0] for place in pages if place not in before),
            changed=tuple(pages[place][0] for place in before if pages[place] != before[place]),
            gone=tuple(title for title, _ in gone),
        )
        if change.state != "changed" or change.new or change.changed or change.gone:
            found.append(change)
    return found


def count_people(
    session: Session, period: PeriodView, old: Mapping[str, Pages], new: Mapping[str, Pages]
) -> PeopleTouched:
    there = Enrolment.standing != Standing.KELUAR.value
    passed, completed = Enrolment.passed_at.is_not(None), Enrolment.completed_at.is_not(None)
    counts = select(
        func.count().filter(completed),
        func.count().filter(passed & ~completed & there),
        func.count().filter(Enrolment.pledged_at.is_not(None)),
        func.count().filter(~passed & there),
    )
    certified, waiting, signed, learning = session.execute(
        counts.select_from(Enrolment).where(Enrolment.period_id == period.id)
    ).one()
    ready, still = count_ready(session, period_id=period.id, old=old, new=new) if period.modules_first else (0, 0)
    return PeopleTouched(
        sitting=count_sitting(session, period_id=period.id),
        certified=certified,
        waiting=waiting,
        signed=signed,
        learning=learning,
        ready=ready,
        held=ready - still,
    )


def raise_edition(
    session: Session, act: Act, *, kode: str, to: int, reason: str, shown: int | None = None
) -> tuple[EditionMark, EditionMark]:
    """Move a period to the edition of the number `to`; return the edition before and the one after.

    `shown`: the edition from which the page of the officer would move it. Raises ReasonMissing, NotFound, PeriodClosed,
    EditionInUse, EditionMovedMeanwhile, EditionNotNewer or EditionTooSmall.
    """
    reason = mask_nik(reason.strip())
    if not reason:
        raise ReasonMissing
    instansi = lock_instansi(session, act.instansi_id)
    period = choose_period(session, instansi_id=instansi.id, kode=kode, now=act.now)
    present, wanted = settle(session, period, to, now=act.now, shown=shown)
    if short := find_short(session, period, wanted):
        raise short
    values = {"edition_id": wanted.id, "raised_at": act.now}
    session.execute(update(Period).where(Period.id == period.id).values(values))
    old, new = read_all_pages(session, present.id), read_all_pages(session, wanted.id)
    carry_pages(session, period_id=period.id, number=present.number, old=old, new=new)
    detail = {"kode": kode, "from": present.number, "to": wanted.number, "reason": reason}
    record(session, act, action="period.edition_raised", object_kind="period", object_id=period.id, detail=detail)
    return present, wanted
