"""A report: figures read within a reach, shown as tables of typed columns, with notes that explain them.

A report's title, heads and notes are Indonesian and stand with it in `reports/`, because they are its content.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, auto
from operator import attrgetter
from typing import Generic, Self, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.access import Permission, Reach
from netral.errors import NotFound
from netral.indonesian import day, instant, last_day
from netral.learning.periods.models import Period
from netral.organisation.models import Instansi

Figures = TypeVar("Figures")
Value = str | int | date | datetime | None
Notes = list[tuple[str, str]]


# The width of a column, in characters, whose texts are broken anywhere on a page.
LONG = 60


class Linked(str):
    """A text that leads to `href` where a page shows it; in a file it is the text alone."""

    __slots__ = ("href",)

    href: str

    def __new__(cls, text: str, href: str) -> Self:
        linked = super().__new__(cls, text)
        linked.href = href
        return linked


class Kind(Enum):
    """The meaning of a column's values.

    Percent and points are in tenths. Instants are aware; a stamp is an instant shown to the second, as evidence. Digits
    are the last ones of a longer number.
    """

    TEXT = auto()
    DIGITS = auto()
    COUNT = auto()
    YEAR = auto()
    PERCENT = auto()
    POINTS = auto()
    DAY = auto()
    INSTANT = auto()
    STAMP = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `field` of each item, dotted for a part of it. `width` in characters; `meaning` is explained beside.

    On a page `head` replaces the label, and `absent` an empty value.
    """

    label: str
    field: str
    kind: Kind = Kind.TEXT
    width: int = 12
    meaning: str = ""
    head: str = ""
    absent: str = "–"
    on_page: bool = True

    @property
    def numeric(self) -> bool:
        return self.kind in {Kind.COUNT, Kind.PERCENT, Kind.POINTS}

    @property
    def unbroken(self) -> bool:
        """Return whether the value stays on one line."""
        return self.kind is Kind.STAMP

    @property
    def long(self) -> bool:
        """Return whether the text may hold a word that is wider than a page, such as a hash."""
        return self.width >= LONG


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `total` is a last row apart from the others, if there is one; `note` says what the table shows."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    total: tuple[Value, ...] | None = None
    note: str = ""


def tabulate(columns: Sequence[Column], items: Iterable[object]) -> Table:
    """Make the table Data, a row for each item."""
    fields = [attrgetter(column.field) for column in columns]
    return Table("Data", tuple(columns), tuple(tuple(field(item) for field in fields) for item in items))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question to a report. The edge ensures that `reach` is no wider than the report's permission.

    `period_id` is 0 for a report of no period; `zona` is the reader's; `options` are the other values of the address;
    `base_url` begins the links that files carry.
    """

    reach: Reach
    now: datetime
    period_id: int = 0
    zona: str = "Asia/Jakarta"
    options: Mapping[str, str] = field(default_factory=dict)
    base_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Generic[Figures]):
    """One report, which the edge shows as a page and sends as .xlsx and .csv.

    `read` raises NotFound for what is not there or out of reach. The first of `tables` is the report; the others are
    further sheets of the workbook, and stand on the page as well if the report is shown `whole`. `file` names the
    download, without day and ending; `about` names the unit that the report is of, which stands beside the title, so
    that printed sheets of two units can be told apart. `of_chain`: it reads a whole chain of the audit trail.
    """

    code: str
    title: str
    permission: Permission
    read: Callable[[Session, Asked], Figures]
    tables: Callable[[Figures], tuple[Table, ...]]
    notes: Callable[[Figures], Notes]
    file: Callable[[Figures], str]
    about: Callable[[Figures], str] = lambda _: ""
    of_period: bool = True
    of_chain: bool = False
    whole: bool = False
    empty: str = "Belum ada yang dapat ditampilkan."


def explain(columns: Sequence[Column]) -> Notes:
    """List labels and meanings of the columns that have one."""
    return [(column.label, column.meaning) for column in columns if column.meaning]


@dataclass(frozen=True, slots=True)
class PeriodFacts:
    """The facts about its period and instansi that a report must state."""

    period_id: int
    kode: str
    nama: str
    opens_at: datetime
    due_at: datetime
    instansi_id: int
    instansi: str
    zona: str


def find_period(session: Session, *, instansi_id: int, period_id: int) -> PeriodFacts:
    """Return a period. Raises NotFound, also for a period of another instansi."""
    row = session.execute(
        select(
            Period.id,
            Period.kode,
            Period.nama,
            Period.opens_at,
            Period.due_at,
            Instansi.id,
            Instansi.nama,
            Instansi.zona,
        )
        .join(Instansi, Instansi.id == Period.instansi_id)
        .where(Period.id == period_id, Instansi.id == instansi_id)
    ).one_or_none()
    if row is None:
        raise NotFound(period_id)
    return PeriodFacts(*row)


def read_period(session: Session, asked: Asked) -> PeriodFacts:
    """Return the period of a report. Raises NotFound."""
    return find_period(session, instansi_id=asked.reach.instansi_id, period_id=asked.period_id)


def period_notes(period: PeriodFacts, as_of: datetime) -> Notes:
    return [
        ("Instansi", period.instansi),
        ("Periode", period.nama),
        ("Tenggat", day(last_day(period.due_at, period.zona))),
        ("Data per", instant(as_of, period.zona)),
    ]
