"""Pages of a list: fifty items, and a page that does not exist leads to one that does."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.database.paging import Page, cut, paginate
from netral.organisation.models import Opd
from tests.factories import make_opd


def test_an_empty_list_has_one_page() -> None:
    assert cut([], number=7) == Page((), 1, 50, 0)
    assert cut([], number=7).pages == 1


@pytest.mark.parametrize(("asked", "shown"), [(-3, 1), (0, 1), (1, 1), (3, 3), (4, 3), (10**6, 3)])
def test_a_page_outside_the_list_is_the_first_or_the_last(asked: int, shown: int) -> None:
    page = cut(range(5), number=asked, size=2)

    assert (page.number, page.pages, page.total) == (shown, 3, 5)
    assert page.items == {1: (0, 1), 3: (4,)}[shown]


def test_a_full_last_page_is_followed_by_none() -> None:
    assert cut(range(100), number=3).number == 2


def test_a_statement_is_read_by_the_same_rule_and_counted_once(session: Session) -> None:
    for number in range(53):
        make_opd(session, nama=f"Dinas {number:02}")
    statement = select(Opd.nama).order_by(Opd.nama)

    page = paginate(session, statement, number=9)

    assert (page.number, page.pages, page.total) == (2, 2, 53)
    assert page.map(lambda row: row.nama).items == ("Dinas 50", "Dinas 51", "Dinas 52")
    assert paginate(session, statement, number=2, total=53) == page
