"""Draws the items of one attempt from the pool: exact quotas, enough open items, no twins, unseen items first."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from netral.errors import NetralError
from netral.quiz.blueprint import Blueprint
from netral.quiz.questions import Audience, Citation, Indicator, Question, chance


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolItem:
    """A question as drawing sees it: `ids` are those to shuffle, and no audience means everybody."""

    question_id: str
    indicator: Indicator
    is_open: bool
    twin_group: str | None
    ids: tuple[str, ...]
    shuffle: bool
    audiences: tuple[Audience, ...] = ()
    rules: frozenset[Citation] = frozenset()

    @classmethod
    def of(cls, question: Question) -> "PoolItem":
        return cls(
            question_id=question.id,
            indicator=question.indicator,
            is_open=question.is_open,
            twin_group=question.twin_group,
            ids=question.shuffled_ids,
            shuffle=question.may_shuffle,
            audiences=question.audiences,
            rules=frozenset(question.rules),
        )

    @property
    def group(self) -> tuple[str, str]:
        """Return the twin group; a question without twins is a group of its own."""
        return ("kembar", self.twin_group) if self.twin_group else ("soal", self.question_id)

    def suits(self, audience: Audience | None) -> bool:
        return not self.audiences or audience is None or audience in self.audiences


@dataclass(frozen=True, slots=True)
class PaperItem:
    """An item of a paper. `slot` counts from 1; `option_order` is the display order of its shuffled parts."""

    slot: int
    question_id: str
    option_order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shortage:
    """Why papers cannot be filled. `indicator` None: too few open items can stand together in one paper.

    Twins count once. `audience`: the people whose papers cannot be filled; None means everybody.
    """

    indicator: Indicator | None
    needed: int
    available: int
    audience: Audience | None = None


class PoolTooSmall(NetralError):
    """The pool cannot fill a paper of this blueprint."""

    def __init__(self, shortages: Collection[Shortage]) -> None:
        super().__init__(*shortages)
        self.shortages = tuple(shortages)


def audiences_of(pool: Iterable[PoolItem]) -> tuple[Audience | None, ...]:
    """Return the audiences to check the pool for: (None,) when all of it is for everybody."""
    return tuple(Audience) if any(item.audiences for item in pool) else (None,)


def shortages(pool: Iterable[PoolItem], blueprint: Blueprint) -> tuple[Shortage, ...]:
    """Return the reasons why the pool cannot fill a paper of this blueprint, for each audience; empty when it can.

    A shortage that everybody shares is listed once.
    """
    items = tuple(pool)
    found = {who: _shortages([item for item in items if item.suits(who)], blueprint) for who in audiences_of(items)}
    alike = [short for short in next(iter(found.values())) if all(short in shorts for shorts in found.values())]
    apart = (replace(short, audience=who) for who, shorts in found.items() for short in shorts if short not in alike)
    return (*alike, *apart)


def _shortages(pool: Iterable[PoolItem], blueprint: Blueprint) -> tuple[Shortage, ...]:
    groups = _by_indicator(pool)
    short, most_open = [], 0
    for indicator, quota in blueprint.quotas.items():
        mine = groups.get(indicator, {})
        if len(mine) < quota:
            short.append(Shortage(indicator, quota, len(mine)))
        most_open += min(quota, sum(any(item.is_open for item in twins) for twins in mine.values()))
    if not short and most_open < blueprint.least_open:
        short.append(Shortage(None, blueprint.least_open, most_open))
    return tuple(short)


def draw_paper(
    pool: Iterable[PoolItem],
    blueprint: Blueprint,
    seed: str | int,
    *,
    audience: Audience | None = None,
    seen: Collection[str] = (),
    missed: Collection[str] = (),
) -> tuple[PaperItem, ...]:
    """Draw a paper; equal arguments give equal papers, whatever the order of the pool.

    Only items that suit the `audience` are drawn; None stands for a person whom all of them suit. `seen` are the
    questions of earlier attempts, `missed` those of them that were answered wrong: unseen twins of the missed come
    first, then unseen items about a missed rule, then other unseen items, then the rest. Twins are drawn as one; they
    share an indicator, which the check of content ensures. Raises `PoolTooSmall`.
    """
    items = tuple(item for item in pool if item.suits(audience))
    if short := _shortages(items, blueprint):
        raise PoolTooSmall(short)
    failed = [item for item in items if item.question_id in missed]
    draw = _Draw(
        seed=str(seed),
        met=frozenset(seen) | frozenset(missed),
        missed_groups=frozenset(item.group for item in failed),
        missed_rules=frozenset().union(*(item.rules for item in failed)),
    )
    for indicator, twins in _by_indicator(items).items():
        draw.choose(list(twins.values()), blueprint.quotas.get(indicator, 0))
    draw.open_up(blueprint.least_open)
    if len(draw.chosen) < blueprint.size:
        raise PoolTooSmall([Shortage(None, blueprint.size, len(draw.chosen))])
    paper = sorted(draw.chosen, key=lambda item: chance(seed, "slot", item.question_id))
    return tuple(PaperItem(slot, item.question_id, option_order(item, seed)) for slot, item in enumerate(paper, 1))


def option_order(item: PoolItem, seed: str | int) -> tuple[str, ...]:
    """Return the display order: source order if the author or the kind asks for it, else drawn from the seed."""
    if not item.shuffle:
        return item.ids
    return tuple(sorted(item.ids, key=lambda option: chance(seed, item.question_id, option)))


def _by_indicator(pool: Iterable[PoolItem]) -> dict[Indicator, dict[tuple[str, str], list[PoolItem]]]:
    grouped: dict[Indicator, dict[tuple[str, str], list[PoolItem]]] = {}
    for item in sorted(pool, key=lambda item: item.question_id):
        grouped.setdefault(item.indicator, {}).setdefault(item.group, []).append(item)
    return dict(sorted(grouped.items()))


@dataclass(slots=True, kw_only=True)
class _Draw:
    seed: str
    met: frozenset[str]
    missed_groups: frozenset[tuple[str, str]]
    missed_rules: frozenset[Citation]
    chosen: list[PoolItem] = field(default_factory=list)
    left: list[PoolItem] = field(default_factory=list)

    def rank(self, item: PoolItem) -> tuple[int, bytes]:
        """Return the rank of an item; lower is drawn first."""
        if item.question_id in self.met:
            tier = 3
        elif item.group in self.missed_groups:
            tier = 0
        else:
            tier = 1 if item.rules & self.missed_rules else 2
        return tier, chance(self.seed, "draw", item.question_id)

    def choose(self, groups: list[list[PoolItem]], quota: int) -> None:
        """Choose the best item of each group that is not in the paper yet, and of those the best `quota`."""
        taken = {item.group for item in self.chosen}
        best = [min(twins, key=self.rank) for twins in groups if twins[0].group not in taken]
        best.sort(key=self.rank)
        self.chosen.extend(best[:quota])
        self.left.extend(item for twins in groups for item in twins if item not in best[:quota] and quota)

    def open_up(self, least: int) -> None:
        """Exchange closed items for open ones of their indicator, or open twins, until there are enough."""
        for item in sorted((item for item in self.left if item.is_open), key=self.rank):
            if sum(chosen.is_open for chosen in self.chosen) >= least:
                return
            self._exchange(item)

    def _exchange(self, item: PoolItem) -> None:
        twin = next((chosen for chosen in self.chosen if chosen.group == item.group), None)
        closed = [chosen for chosen in self.chosen if chosen.indicator == item.indicator and not chosen.is_open]
        if twin is not None:
            closed = [twin] if twin in closed else []
        if closed:
            self.chosen.remove(max(closed, key=self.rank))
            self.chosen.append(item)


def with_twins(pool: Iterable[PoolItem], question_ids: Collection[str]) -> frozenset[str]:
    """Return these questions and every twin that they have in the pool."""
    items = list(pool)
    groups = {item.group for item in items if item.question_id in question_ids}
    return frozenset(question_ids) | {item.question_id for item in items if item.group in groups}


def least_pool(blueprint: Blueprint, times: int = 3) -> Mapping[Indicator, int]:
    """Return how many items each indicator needs so that three attempts need not repeat one."""
    return {indicator: quota * times for indicator, quota in blueprint.quotas.items()}
