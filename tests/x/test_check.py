"""What follows from what a page shows, and the report on it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.clock import FakeClock
from bot.x.contract import Cookie
from bot.x.expectations import EXPECTED, PAGES, Counts, judge, missing_on
from bot.x.fake import FakeWorld, FakeX
from bot.x.report import CheckedPage, Finding, PageReport, Result
from bot.x.selectors import ALL, BUILT_IN, NAMES, SelectorSet

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def counts(**found: list[int]) -> Counts:
    """Nothing is on the page but what `found` says."""
    return {name: found.get(name, [0] * len(BUILT_IN[name].ways)) for name in NAMES}


def everything(page: str, **changes: list[int]) -> Counts:
    """The page shows what it must, the first of each group."""
    shown = {group[0].name: [1, *[0] * (len(group[0].ways) - 1)] for group in EXPECTED[page]}
    return counts(**(shown | changes))


def finding(page: str, name: str, shown: Counts, selectors: SelectorSet = BUILT_IN) -> Finding:
    return next(each for each in judge(page, shown, selectors) if each.selector == name)


def test_each_page_of_the_walk_must_show_something() -> None:
    assert set(EXPECTED) == set(PAGES)
    assert all(EXPECTED[page] for page in PAGES)


def test_what_the_bot_acts_with_is_expected_somewhere() -> None:
    expected = {selector.name for groups in EXPECTED.values() for group in groups for selector in group}
    assert {"composer_text", "composer_submit", "file_input", "like", "follow", "own_avatar", "post"} <= expected


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_shows_what_it_must_misses_nothing(page: str) -> None:
    assert missing_on(page, everything(page)) == []
    assert {each.result for each in judge(page, everything(page), BUILT_IN)} <= {Result.FOUND, Result.NOT_EXPECTED}


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_page_misses_all_of_it(page: str) -> None:
    names = [each.selector for each in judge(page, counts(), BUILT_IN) if each.result is Result.MISSING]
    assert sorted(names) == sorted(group[0].name for group in EXPECTED[page])


def test_every_selector_has_its_finding_on_every_page() -> None:
    assert {each.selector for each in judge("home", counts(), BUILT_IN)} == {known.name for known in ALL}


def test_one_of_a_group_is_enough() -> None:
    shown = everything("post", like=[0], unlike=[3])
    assert missing_on("post", shown) == []
    assert finding("post", "like", shown).result is Result.NOT_EXPECTED
    assert finding("post", "unlike", shown).count == 3


def test_a_fall_back_is_named_by_its_number() -> None:
    found = finding("person", "followers_count", everything("person", followers_count=[0, 2]))
    assert (found.result, found.fallback, found.count) == (Result.FALLBACK, 1, 2)
    assert found.css == BUILT_IN["followers_count"].fallbacks[0]
    assert found.in_words == "found by fall-back 1"


def test_a_replaced_selector_is_told_apart() -> None:
    selectors = SelectorSet({"like": ("a.x", "a.y", "a.z")})
    found = finding("post", "like", everything("post", like=[0, 0, 4]), selectors)
    assert (found.replaced, found.fallback, found.css) == (True, 2, "a.z")
    assert not finding("post", "reply", everything("post"), selectors).replaced


def test_css_that_the_browser_does_not_take_is_missing_even_where_nothing_is_expected() -> None:
    selectors = SelectorSet({"toast": ("a:has(:has(b))",)})
    found = finding("home", "toast", everything("home", toast=[-1]), selectors)
    assert found.result is Result.MISSING
    assert "no CSS that this browser takes" in found.in_words


def test_a_search_that_finds_nothing_and_says_so_misses_nothing() -> None:
    assert missing_on("search", counts(empty_state=[1, 0])) == []
    assert missing_on("search", counts()) != []


def report(*names: str) -> PageReport:
    """Every page of the walk, without the selectors of these names."""
    shown = {page: everything(page, **{name: [0] for name in names}) for page in PAGES}
    pages = [CheckedPage(page, "https://x.com/", judge(page, shown[page], BUILT_IN), "", True, True) for page in PAGES]
    return PageReport("toko", AT, tuple(pages), "", "20260302-080000")


def test_the_report_comes_back_from_json_as_it_was() -> None:
    whole = report("like")
    assert PageReport.from_json(whole.to_json()) == whole


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"pages": [{}]}', '{"pages": 3, "at": "x"}', "null"])
def test_what_is_no_report_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        PageReport.from_json(text)


def test_the_report_names_each_missing_selector_once_and_first() -> None:
    whole = report("like", "composer_text")
    assert whole.missing == ("composer_text", "like")
    first, second, *others = whole.rows
    assert {(row.finding.selector, row.pages) for row in (first, second)} == {
        ("composer_text", ("composer",)),
        ("like", ("search", "post")),
    }
    assert all(row.finding.result is Result.FOUND for row in others)


def test_what_no_page_showed_or_needed_is_told_as_unknown() -> None:
    unseen = report().unseen
    assert {"toast", "code_input", "unlike"} <= set(unseen)
    assert "like" not in unseen


def test_the_files_are_those_that_were_kept() -> None:
    page = CheckedPage("home", has_picture=True)
    assert PageReport("toko", AT, (page, CheckedPage("post", note="not visited"))).files == ("home.png",)


def test_the_fake_reports_what_was_renamed() -> None:
    world = FakeWorld(FakeClock(AT))
    world.add_account("toko", session="t")
    world.renamed = {"like"}
    looks: list[Any] = list(FakeX(world, "toko").check_pages([Cookie("auth_token", "t")]))
    assert [look.page.name for look in looks] == list(PAGES)
    assert [look.page.missing for look in looks] == [(), (), (), ("like",), ("like",), ()]
