"""Which accounts are shown, and in which order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.fleet.fake import every_state, make_account, make_run
from bot.fleet_view import AccountState, AccountView, RunState, StateKind
from tests.webapp.panel import NOW
from webapp.overview.selection import Selection, reason_of_trouble, sort_choices, trouble_counts

STATES = every_state(NOW)
LOGGED_OUT = STATES[StateKind.NEEDS_ATTENTION].reason


def _ids(args: dict[str, str], accounts: list[AccountView]) -> list[str]:
    selection = Selection.of(args)
    return [account.id for account in selection.shown(selection.found(accounts))]


@pytest.fixture
def accounts() -> list[AccountView]:
    return [
        make_account("calm", followers=5, posts_today=1),
        make_account("lost", state=STATES[StateKind.NEEDS_ATTENTION], followers=90),
        make_account("odd", warnings=("media/a.png is missing",), last_run=make_run(NOW, state=RunState.FAILED)),
        make_account("unsure", needs_review=2, posts_today=3, last_run=make_run(NOW - timedelta(days=2))),
    ]


@pytest.mark.parametrize(
    ("trouble", "found"),
    [
        ("any", ["lost"]),
        ("review", ["unsure"]),
        ("warnings", ["odd"]),
        ("failed", ["odd"]),
        (LOGGED_OUT, ["lost"]),
        ("never heard of", []),
        ("", ["calm", "lost", "odd", "unsure"]),
    ],
)
def test_trouble_is_chosen_by_kind_or_by_its_reason(
    accounts: list[AccountView], trouble: str, found: list[str]
) -> None:
    assert _ids({"trouble": trouble}, accounts) == found


@pytest.mark.parametrize("kind", [StateKind.BROKEN, StateKind.NEEDS_ATTENTION, StateKind.LIMITED, StateKind.FAILING])
def test_these_states_are_trouble(kind: StateKind) -> None:
    assert _ids({"trouble": "any"}, [make_account("a", state=STATES[kind])]) == ["a"]


def test_only_troubles_that_occur_are_offered_with_their_number(accounts: list[AccountView]) -> None:
    assert trouble_counts(accounts) == [
        ("any", "In trouble", 1),
        ("review", "Posts to review", 1),
        ("warnings", "To put right", 1),
        ("failed", "Last run failed", 1),
        (LOGGED_OUT, LOGGED_OUT, 1),
    ]
    assert trouble_counts(accounts[:1]) == []


def test_runs_that_failed_for_one_reason_are_one_trouble_however_many_failed() -> None:
    for number in (3, 5):
        state = AccountState(StateKind.FAILING, f"{number} runs failed in a row; the last: x.com is down")
        assert reason_of_trouble(make_account("a", state=state)) == "x.com is down"


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("posts", ["unsure", "calm", "lost", "odd"]),
        ("followers", ["lost", "calm", "odd", "unsure"]),
        ("last", ["odd", "unsure", "calm", "lost"]),
        ("urgent", ["lost", "calm", "odd", "unsure"]),
        ("-name", ["unsure", "odd", "lost", "calm"]),
        ("-posts", ["lost", "odd", "calm", "unsure"]),
        ("-nonsense", ["calm", "lost", "odd", "unsure"]),
    ],
)
def test_each_order_runs_both_ways(accounts: list[AccountView], sort: str, order: list[str]) -> None:
    assert _ids({"sort": sort}, accounts) == order


def test_a_heading_sorts_by_its_column_and_then_turns_it_round() -> None:
    assert Selection().turned("posts") == "posts"
    assert Selection(sort="posts").turned("posts") == "-posts"
    assert Selection(sort="-posts").turned("posts") == "posts"
    assert Selection(sort="posts").direction("posts") == "descending"
    assert Selection(sort="-posts").direction("posts") == "ascending"
    assert Selection(sort="name").direction("name") == "ascending"
    assert Selection(sort="name").direction("posts") == ""


def test_a_reversed_order_stands_among_the_choices() -> None:
    assert ("-name", "By name, reversed") in sort_choices("-name")
    assert not any(value.startswith("-") for value, _ in sort_choices("name"))
