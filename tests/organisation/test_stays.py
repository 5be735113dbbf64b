"""Everybody has one definitif place or none on each day, whatever changes are written in whatever order."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from netral.organisation.stays import Rearranged, Stay, carry_out, find_stay, leave_on, settle_in, take_back

BEGIN = date(2029, 5, 1)
DAYS = 30
Step = tuple[str, int, int]


def day(number: int) -> date:
    return BEGIN + timedelta(days=number)


def written(stays: tuple[Stay, ...], changes: Rearranged) -> tuple[Stay, ...]:
    """Carry changes out as the database does, which gives a new stay an id of its own."""
    following = max((stay.id for stay in stays), default=0) + 1
    return tuple(
        stay if stay.id else Stay(following, stay.opd_id, stay.first, stay.last) for stay in carry_out(stays, changes)
    )


def apply(stays: tuple[Stay, ...], step: Step) -> tuple[Stay, ...]:
    verb, number, opd_id = step
    if verb == "leave":
        return written(stays, leave_on(stays, day(number)))
    if verb == "take back" and stays:
        return written(stays, take_back(stays, stays[opd_id % len(stays)]))
    return written(stays, settle_in(stays, opd_id, day(number)))


def places(stays: tuple[Stay, ...]) -> list[int | None]:
    found = [find_stay(stays, day(number)) for number in range(DAYS)]
    return [stay.opd_id if stay else None for stay in found]


steps = st.lists(
    st.tuples(st.sampled_from(["settle", "settle", "leave", "take back"]), st.integers(0, DAYS - 1), st.integers(1, 4)),
    max_size=12,
)


@given(steps=steps)
def test_no_day_has_two_places(steps: list[Step]) -> None:
    stays: tuple[Stay, ...] = (Stay(1, 1, BEGIN, None),)
    for step in steps:
        stays = apply(stays, step)

        assert all(stay.last is None or stay.first <= stay.last for stay in stays)
        for number in range(DAYS):
            assert sum(stay.holds(day(number)) for stay in stays) <= 1


@given(steps=steps, number=st.integers(0, DAYS - 1), opd_id=st.integers(1, 4))
def test_a_move_places_from_its_day_on_and_leaves_earlier_days_alone(
    steps: list[Step], number: int, opd_id: int
) -> None:
    stays: tuple[Stay, ...] = (Stay(1, 1, BEGIN, None),)
    for step in steps:
        stays = apply(stays, step)

    after = written(stays, settle_in(stays, opd_id, day(number)))

    assert places(after)[:number] == places(stays)[:number]
    assert places(after)[number] == opd_id
    assert settle_in(after, opd_id, day(number)) == Rearranged(), "a second time changes nothing"


@given(steps=steps, number=st.integers(0, DAYS - 1))
def test_nobody_has_a_place_from_the_day_of_leaving_on(steps: list[Step], number: int) -> None:
    stays: tuple[Stay, ...] = (Stay(1, 1, BEGIN, None),)
    for step in steps:
        stays = apply(stays, step)

    after = written(stays, leave_on(stays, day(number)))

    assert places(after) == [*places(stays)[:number], *([None] * (DAYS - number))]


def test_a_move_before_a_planned_one_ends_as_that_begins() -> None:
    planned = (Stay(1, 1, BEGIN, day(9)), Stay(2, 2, day(10), None))

    after = written(planned, settle_in(planned, 3, day(4)))

    assert [(stay.opd_id, stay.first, stay.last) for stay in after] == [
        (1, BEGIN, day(3)),
        (3, day(4), day(9)),
        (2, day(10), None),
    ]


def test_a_move_taken_back_leaves_no_trace() -> None:
    stays = (Stay(1, 1, BEGIN, None),)
    moved = written(stays, settle_in(stays, 2, day(7)))

    assert written(moved, take_back(moved, moved[1])) == stays
