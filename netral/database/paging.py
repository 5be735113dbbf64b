"""Lists that are shown page by page."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

PAGE_SIZE = 50
Item = TypeVar("Item")
Other = TypeVar("Other")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """One page of a list that has `total` items in all. `number` counts from 1 and is never beyond `pages`."""

    items: tuple[Item, ...]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """Return how many pages the list has; an empty list has one."""
        return count_pages(self.total, self.size)

    def holding(self, items: Iterable[Other]) -> "Page[Other]":
        """Return the same page with other items."""
        return Page(tuple(items), self.number, self.size, self.total)

    def map(self, make: Callable[[Item], Other]) -> "Page[Other]":
        return self.holding(make(item) for item in self.items)


def paginate(
    session: Session, statement: Select[*tuple[Any, ...]], *, number: int, total: int | None = None
) -> Page[Row[*tuple[Any, ...]]]:
    """Read one page of an ordered statement; a page beyond the last shows the last. `total`: the count, if known."""
    if total is None:
        total = session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    number = within(number, total)
    rows = session.execute(statement.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE))
    return Page(tuple(rows), number, PAGE_SIZE, total)


def cut(items: Sequence[Item], *, number: int, size: int = PAGE_SIZE) -> Page[Item]:
    """Return one page of a list in memory, by the same rule."""
    number = within(number, len(items), size)
    return Page(tuple(items[(number - 1) * size : number * size]), number, size, len(items))


def within(number: int, total: int, size: int = PAGE_SIZE) -> int:
    return min(max(1, number), count_pages(total, size))


def count_pages(total: int, size: int) -> int:
    return max(1, -(-total // size))
