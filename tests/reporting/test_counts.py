"""Counts up a tree: totals add up whatever its shape, shares never round up."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netral.reporting.counts import Counts, OpdCompletion, State, Unit, add, add_up, state_of


def make_unit(opd_id: int, *, parent: Unit | None = None, nama: str | None = None) -> Unit:
    path = f"{parent.path if parent else ''}{opd_id}/"
    return Unit(opd_id, f"opd-{opd_id}", nama or f"Dinas {opd_id}", "opd", path, parent.opd_id if parent else None)


@st.composite
def counts(draw: st.DrawFn) -> Counts:
    idle, under_way, passed, pledged, done = draw(st.lists(st.integers(0, 40), min_size=5, max_size=5))
    return Counts(
        wajib=idle + under_way + passed + pledged + done,
        not_started=idle,
        under_way=under_way,
        passed_only=passed,
        pledged_only=pledged,
        completed=done,
        late=draw(st.integers(0, done)),
        recent=draw(st.integers(0, done)),
        exempt=draw(st.integers(0, 3)),
        left=draw(st.integers(0, 3)),
    )


@st.composite
def trees(draw: st.DrawFn) -> tuple[list[Unit], dict[int, Counts]]:
    units: list[Unit] = []
    for opd_id in range(1, draw(st.integers(1, 25)) + 1):
        parent = draw(st.sampled_from([None, *units]))
        units.append(make_unit(opd_id, parent=parent))
    own = {unit.opd_id: draw(counts()) for unit in units if draw(st.booleans())}
    return draw(st.permutations(units)), own


def rows_below(rows: tuple[OpdCompletion, ...], row: OpdCompletion) -> list[OpdCompletion]:
    return [other for other in rows if other.unit.path.startswith(row.unit.path)]


@given(trees())
def test_every_total_is_the_sum_of_its_subtree(tree: tuple[list[Unit], dict[int, Counts]]) -> None:
    rows = add_up(*tree)

    assert len(rows) == len(tree[0])
    for row in rows:
        assert row.total == add(*(below.own for below in rows_below(rows, row)))


@given(trees())
def test_the_top_rows_count_everybody_once(tree: tuple[list[Unit], dict[int, Counts]]) -> None:
    rows = add_up(*tree)

    assert add(*(row.total for row in rows if row.depth == 0)) == add(*tree[1].values())


@given(trees())
def test_a_unit_stands_between_its_parent_and_the_next_sibling(tree: tuple[list[Unit], dict[int, Counts]]) -> None:
    rows = add_up(*tree)

    for position, row in enumerate(rows):
        below = rows_below(rows, row)
        assert list(rows[position : position + len(below)]) == below


@given(trees())
def test_the_worst_sibling_comes_first(tree: tuple[list[Unit], dict[int, Counts]]) -> None:
    rows = add_up(*tree)

    for parent_id in {row.unit.parent_id for row in rows}:
        siblings = [row.total for row in rows if row.unit.parent_id == parent_id]
        shares = [(total.wajib == 0, total.completed / (total.wajib or 1)) for total in siblings]
        assert shares == sorted(shares)


def test_at_the_same_share_the_opd_with_more_unfinished_people_comes_first() -> None:
    units = [make_unit(1, nama="Bapenda"), make_unit(2, nama="Satpol PP")]
    rows = add_up(units, {1: Counts(wajib=4, completed=2), 2: Counts(wajib=10, completed=5)})

    assert [row.unit.nama for row in rows] == ["Satpol PP", "Bapenda"]


def test_an_opd_where_nobody_is_wajib_comes_last_and_has_no_share() -> None:
    rows = add_up([make_unit(1), make_unit(2)], {1: Counts(exempt=3), 2: Counts(wajib=1, completed=1)})

    assert [row.unit.opd_id for row in rows] == [2, 1]
    assert rows[1].total.tenths is None


def test_a_subtree_alone_has_its_root_at_the_top() -> None:
    dinas = make_unit(7, parent=make_unit(1))
    rows = add_up([dinas, make_unit(8, parent=dinas)], {8: Counts(wajib=2)})

    assert [(row.unit.opd_id, row.depth, row.total.wajib) for row in rows] == [(7, 0, 2), (8, 1, 2)]


@pytest.mark.parametrize(
    ("completed", "wajib", "tenths"), [(9996, 10000, 999), (10000, 10000, 1000), (2, 3, 666), (0, 5, 0)]
)
def test_a_share_is_floored_to_a_tenth(completed: int, wajib: int, tenths: int) -> None:
    assert Counts(wajib=wajib, completed=completed).tenths == tenths


def test_only_a_certificate_completes() -> None:
    for started, passed, pledged, completed in product([False, True], repeat=4):
        state = state_of(started=started, passed=passed, pledged=pledged, completed=completed)
        assert (state is State.COMPLETED) == completed


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ("", State.NOT_STARTED),
        ("started", State.UNDER_WAY),
        ("started passed", State.PASSED_ONLY),
        ("pledged", State.PLEDGED_ONLY),
        ("started pledged", State.PLEDGED_ONLY),
        ("started passed pledged", State.UNDER_WAY),
    ],
)
def test_steps_decide_the_state(steps: str, state: State) -> None:
    taken = {step: step in steps.split() for step in ("started", "passed", "pledged")}

    assert state_of(**taken, completed=False) is state
