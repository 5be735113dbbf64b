"""Carrying over what people have read to the pages of a newer edition.

A page is known again by `match_pages`: it stays read wherever it stands now, also when its words changed. A page that
is new is unread.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, and_, case, exists, false, func, literal, or_, select, true, update
from sqlalchemy.orm import Session

from netral.content.comparing import Pages, Place, find_ends, match_pages
from netral.database.tables import Reader, insert
from netral.learning.editions.reading import read_all_pages
from netral.learning.periods.enrolments import Standing
from netral.learning.periods.models import Enrolment
from netral.learning.study.models import PageReached

Modules = Mapping[str, Pages]
GONE = 1_000
"""A page that is gone keeps its row, which shows that somebody began: page 3 of edition 2 becomes number -2003."""


def carry_pages(session: Session, *, period_id: int, number: int, old: Modules, new: Modules) -> None:
    """Move the pages read in a period from the edition of this number to a newer one.

    All enrolments are locked first, so that nobody records a page by its old number meanwhile.
    """
    moves = match_pages(old, new)
    old_places = [(slug, page) for slug, pages in old.items() for page in range(1, len(pages) + 1)]
    targets = {place: moves.get(place, (place[0], -(number * GONE + place[1]))) for place in old_places}
    moved = {place: target for place, target in targets.items() if target != place}
    if not moved:
        return
    people = select(Enrolment.id).where(Enrolment.period_id == period_id)
    session.execute(people.order_by(Enrolment.id).with_for_update(key_share=True)).all()
    mine = PageReached.enrolment_id.in_(people)
    move_rows(session, mine, moved)
    for end, sources in find_ends(old, new).items():
        for source in {targets[place] for place in sources} - {end}:
            stay_at_end(session, mine, source, end)


def move_rows(session: Session, mine: ColumnElement[bool], moved: Mapping[Place, Place]) -> None:
    """Give rows their new place, by way of negative numbers, since two rows may not stand in one place even briefly."""
    unsynchronised = {"synchronize_session": False}
    for slug in dict.fromkeys(place[0] for place in moved):
        pages = {page: target for (here, page), target in moved.items() if here == slug}
        values = {
            "module_slug": case({page: target[0] for page, target in pages.items()}, value=PageReached.number),
            "number": case({page: -abs(target[1]) for page, target in pages.items()}, value=PageReached.number),
        }
        here = (PageReached.module_slug == slug) & PageReached.number.in_(list(pages))
        session.execute(update(PageReached).where(mine, here).values(values), execution_options=unsynchronised)
    back = update(PageReached).where(mine, PageReached.number < 0, PageReached.number > -GONE)
    session.execute(back.values(number=-PageReached.number), execution_options=unsynchronised)


def stay_at_end(session: Session, mine: ColumnElement[bool], source: Place, end: Place) -> None:
    """Count the end of a module as reached by everybody who reached `source`."""
    names = ["instansi_id", "enrolment_id", "module_slug", "number", "reached_at"]
    rows = select(
        PageReached.instansi_id, PageReached.enrolment_id, literal(end[0]), literal(end[1]), PageReached.reached_at
    ).where(mine, is_at(source))
    session.execute(insert(session, PageReached).from_select(names, rows).on_conflict_do_nothing())


def is_at(place: Place) -> ColumnElement[bool]:
    return and_(PageReached.module_slug == place[0], PageReached.number == place[1])


def follow(reader: Reader, places: Collection[Place], *, shown: int, present: int) -> frozenset[Place]:
    """Return where pages of the edition `shown` stand in the one at `present`, by their ids."""
    moves = match_pages(read_all_pages(reader, shown), read_all_pages(reader, present))
    return frozenset(moves[place] for place in places if place in moves)


def count_ready(reader: Reader, *, period_id: int, old: Modules, new: Modules) -> tuple[int, int]:
    """Count who has finished all modules and has not passed: before a move to a newer edition, and after it."""
    ends = {(slug, len(pages)): {(slug, len(pages))} for slug, pages in old.items()}
    before, after = have_finished(ends), have_finished(find_ends(old, new))
    learning = (
        (Enrolment.period_id == period_id)
        & (Enrolment.standing != Standing.KELUAR.value)
        & Enrolment.passed_at.is_(None)
    )
    counts = select(func.count().filter(before), func.count().filter(before & after)).where(learning)
    row = reader.execute(counts.select_from(Enrolment)).one()
    return row[0], row[1]


def have_finished(ends: Mapping[Place, Collection[Place]]) -> ColumnElement[bool]:
    """Return whether an enrolment has reached, for each end of a module, one of the pages that lead there."""
    mine = PageReached.enrolment_id == Enrolment.id
    found = [exists().where(mine, or_(*map(is_at, sorted(places)))) if places else false() for places in ends.values()]
    return and_(true(), *found)
