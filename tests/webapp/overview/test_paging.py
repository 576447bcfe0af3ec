"""Pages of a long list."""

from __future__ import annotations

import pytest

from webapp.overview.paging import Paging


@pytest.mark.parametrize(
    ("wanted", "number"),
    [("", 1), ("3", 3), ("4", 4), ("99", 4), ("0", 1), ("-2", 1), ("x", 1), ("²", 1), ("9" * 30, 1)],
)
def test_the_nearest_page_there_is_is_shown(wanted: str, number: int) -> None:
    assert Paging.of(200, 50, wanted).number == number


def test_each_item_stands_on_exactly_one_page() -> None:
    items = list(range(101))
    pages = [Paging(101, 25, number).cut(items) for number in range(1, 6)]
    assert [item for page in pages for item in page] == items
    assert [len(page) for page in pages] == [25, 25, 25, 25, 1]


def test_an_empty_list_has_one_empty_page() -> None:
    paging = Paging.of(0, 50, "2")
    assert (paging.number, paging.last, paging.before, paging.after, paging.cut([])) == (1, 1, None, None, [])


@pytest.mark.parametrize(
    ("number", "offered"),
    [(1, [1, 2, None, 9]), (5, [1, None, 4, 5, 6, None, 9]), (9, [1, None, 8, 9]), (3, [1, 2, 3, 4, None, 9])],
)
def test_the_ends_and_the_neighbors_are_offered(number: int, offered: list[int | None]) -> None:
    assert Paging(90, 10, number).numbers() == offered
