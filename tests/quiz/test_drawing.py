"""Drawing a paper from the pool."""

import random
from collections import Counter
from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netral.quiz.blueprint import BadQuota, Blueprint, parse_quotas
from netral.quiz.drawing import PaperItem, PoolItem, PoolTooSmall, Shortage, draw_paper, shortages
from netral.quiz.questions import Audience, Citation, Indicator, Verdict
from tests.quiz.make import ALLOWED, DEPENDS, FORBIDDEN, make_btt, make_single, make_true_false

SMALL = Blueprint(quotas={Indicator.KAMPANYE: 3, Indicator.UMUM: 2}, open_percent=40)
TWO = Blueprint(quotas={Indicator.KAMPANYE: 2}, open_percent=0)


def make_item(
    name: str,
    *,
    indicator: Indicator = Indicator.KAMPANYE,
    is_open: bool = False,
    twins: str | None = None,
    shuffle: bool = True,
    audiences: tuple[Audience, ...] = (),
    rules: Collection[Citation] = (),
) -> PoolItem:
    return PoolItem(
        question_id=name,
        indicator=indicator,
        is_open=is_open,
        twin_group=twins,
        ids=("a", "b", "c", "d"),
        shuffle=shuffle,
        audiences=audiences,
        rules=frozenset(rules),
    )


def make_pool(times: int = 3) -> list[PoolItem]:
    return [
        make_item(f"{indicator}-{number}", indicator=indicator, is_open=number % 3 == 0)
        for indicator, quota in Blueprint().quotas.items()
        for number in range(quota * times)
    ]


def ids(paper: tuple[PaperItem, ...]) -> list[str]:
    return [item.question_id for item in paper]


@st.composite
def pools(draw: st.DrawFn) -> list[PoolItem]:
    """Return pools in which twins share an indicator, as the check of content demands."""
    items = []
    for number in range(draw(st.integers(0, 24))):
        indicator = draw(st.sampled_from([Indicator.KAMPANYE, Indicator.UMUM]))
        group = draw(st.none() | st.integers(0, 3))
        twins = None if group is None else f"{indicator}-{group}"
        items.append(make_item(f"soal-{number}", indicator=indicator, is_open=draw(st.booleans()), twins=twins))
    return items


@given(pools(), st.text(max_size=8), st.sets(st.integers(0, 24)), st.sets(st.integers(0, 24)))
def test_a_paper_keeps_quotas_share_and_twins_or_says_what_is_short(
    pool: list[PoolItem], seed: str, seen: set[int], missed: set[int]
) -> None:
    by_id = {item.question_id: item for item in pool}
    names = {f"soal-{number}" for number in seen}, {f"soal-{number}" for number in missed}

    if shortages(pool, SMALL):
        with pytest.raises(PoolTooSmall):
            draw_paper(pool, SMALL, seed, seen=names[0], missed=names[1])
        return
    paper = draw_paper(pool, SMALL, seed, seen=names[0], missed=names[1])

    chosen = [by_id[name] for name in ids(paper)]
    assert Counter(item.indicator for item in chosen) == SMALL.quotas
    assert sum(item.is_open for item in chosen) >= SMALL.least_open
    assert len({item.group for item in chosen}) == len(chosen)
    assert [item.slot for item in paper] == [1, 2, 3, 4, 5]
    assert all(sorted(item.option_order) == ["a", "b", "c", "d"] for item in paper)


def test_the_default_paper_has_twenty_items_of_which_six_are_open() -> None:
    pool = make_pool()
    open_ids = {item.question_id for item in pool if item.is_open}

    for seed in range(50):
        paper = draw_paper(pool, Blueprint(), seed)
        assert len(paper) == 20
        assert len(open_ids.intersection(ids(paper))) >= 6


def test_the_same_seed_gives_the_same_paper_in_whatever_order_the_pool_comes() -> None:
    pool = make_pool()
    shuffled = random.Random(1).sample(pool, len(pool))

    assert draw_paper(pool, Blueprint(), "Siti") == draw_paper(shuffled, Blueprint(), "Siti")


def test_another_seed_gives_another_paper_and_another_order_of_options() -> None:
    first, second = (draw_paper(make_pool(), Blueprint(), seed) for seed in ("Siti", "Budi"))

    assert ids(first) != ids(second)
    assert len({item.option_order for item in (*first, *second)}) > 10


def test_every_item_of_the_pool_is_drawn_sometimes() -> None:
    pool = make_pool()
    drawn = Counter(name for seed in range(200) for name in ids(draw_paper(pool, Blueprint(), seed)))

    assert len(drawn) == len(pool)
    assert max(drawn.values()) < 2 * 200 * 20 / 60


def test_unseen_items_come_first() -> None:
    pool = [make_item(name) for name in ("a", "b", "c", "d")]

    assert sorted(ids(draw_paper(pool, TWO, 1, seen={"a", "b"}))) == ["c", "d"]


def test_seen_items_fill_up_when_there_is_nothing_new() -> None:
    pool = [make_item(name) for name in ("a", "b", "c")]

    assert "c" in ids(draw_paper(pool, TWO, 1, seen={"a", "b"}))


def test_an_unseen_twin_of_what_was_missed_comes_before_all() -> None:
    pool = [make_item("salah", twins="suka"), make_item("kembaran", twins="suka"), *map(make_item, "abcdefgh")]

    for seed in range(20):
        paper = draw_paper(pool, TWO, seed, seen={"salah"}, missed={"salah"})
        assert "kembaran" in ids(paper)


def test_enough_open_items_count_more_than_unseen_ones() -> None:
    plan = Blueprint(quotas={Indicator.KAMPANYE: 2}, open_percent=50)
    pool = [make_item("lama", is_open=True), make_item("a"), make_item("b"), make_item("c")]

    assert "lama" in ids(draw_paper(pool, plan, 1, seen={"lama"}))


def test_an_open_twin_takes_the_place_of_its_closed_twin() -> None:
    plan = Blueprint(quotas={Indicator.KAMPANYE: 2}, open_percent=100)
    pool = [make_item("a1", twins="a"), make_item("a2", twins="a", is_open=True), make_item("b", is_open=True)]

    assert all(sorted(ids(draw_paper(pool, plan, seed))) == ["a2", "b"] for seed in range(20))


def test_too_small_a_pool_is_named_by_indicator() -> None:
    with pytest.raises(PoolTooSmall) as short:
        draw_paper([make_item("a"), make_item("b", twins="x"), make_item("c", twins="x")], SMALL, 1)

    assert short.value.shortages == (Shortage(Indicator.KAMPANYE, 3, 2), Shortage(Indicator.UMUM, 2, 0))


def test_too_few_open_items_are_named() -> None:
    plan = Blueprint(quotas={Indicator.KAMPANYE: 2}, open_percent=100)

    assert shortages([make_item("a", is_open=True), make_item("b")], plan) == (Shortage(None, 2, 1),)


def test_options_stay_in_place_where_the_author_asks_for_it() -> None:
    pool = [make_item(name, shuffle=False) for name in "abcdef"]

    assert {item.option_order for item in draw_paper(pool, TWO, 1)} == {("a", "b", "c", "d")}


def test_an_item_is_drawn_only_for_its_audience() -> None:
    pool = [make_item("a"), make_item("b", audiences=(Audience.PNS,)), make_item("c", audiences=(Audience.PPPK,))]

    assert sorted(ids(draw_paper(pool, TWO, 1, audience=Audience.PNS))) == ["a", "b"]
    assert sorted(ids(draw_paper(pool, TWO, 1, audience=Audience.PPPK))) == ["a", "c"]


def test_a_pool_that_is_enough_for_some_only_is_short_for_the_others() -> None:
    pool = [make_item("a"), make_item("b", audiences=(Audience.PNS, Audience.PPPK))]

    assert shortages(pool, TWO) == (Shortage(Indicator.KAMPANYE, 2, 1, Audience.PPNPN),)
    assert shortages(pool, SMALL)[0] == Shortage(Indicator.UMUM, 2, 0)
    with pytest.raises(PoolTooSmall):
        draw_paper(pool, TWO, 1, audience=Audience.PPNPN)


def test_true_and_false_are_never_shuffled() -> None:
    assert not PoolItem.of(make_true_false()).shuffle
    assert PoolItem.of(make_single()).shuffle
    assert not PoolItem.of(make_single(shuffle=False)).shuffle


def test_the_conditions_of_a_btt_item_are_what_is_shuffled() -> None:
    assert PoolItem.of(make_btt(ALLOWED, DEPENDS)).ids == ("s1", "s2")


@pytest.mark.parametrize(
    ("verdict", "opens"), [("boleh", True), ("tergantung", True), ("tidak", False), ("pengetahuan", False)]
)
def test_an_item_is_open_by_its_verdict(verdict: str, *, opens: bool) -> None:
    assert make_single(verdict=Verdict(verdict)).is_open is opens


def test_a_btt_item_is_open_when_more_than_half_of_its_situations_are() -> None:
    assert make_btt(ALLOWED, DEPENDS, FORBIDDEN).is_open
    assert not make_btt(ALLOWED, FORBIDDEN).is_open


def test_quotas_are_read_from_the_command_line() -> None:
    assert parse_quotas(" partai=3, kampanye = 8 ,umum=0") == {Indicator.PARTAI: 3, Indicator.KAMPANYE: 8}


@pytest.mark.parametrize("text", ["", "kampanye", "kampanya=3", "kampanye=-1", "kampanye=3,kampanye=4", "umum=0", "=3"])
def test_quotas_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(BadQuota):
        parse_quotas(text)


def test_the_least_number_of_open_items_is_rounded_up() -> None:
    assert Blueprint().least_open == 6
    assert Blueprint(quotas={Indicator.UMUM: 21}).least_open == 7


def test_after_a_failure_unseen_items_about_the_missed_rule_come_first() -> None:
    rule, other = Citation("SKB-9-2022", "lamp.II-A4"), Citation("PP-9-2021", "ps.1")
    missed, same = make_item("salah", rules={rule}), make_item("aturan-sama", rules={rule, other})
    pool = [missed, same, *(make_item(f"lain-{number}", rules={other}) for number in range(10))]

    for seed in range(20):
        assert "aturan-sama" in ids(draw_paper(pool, TWO, seed, seen=["salah"], missed=["salah"]))
