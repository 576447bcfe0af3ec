"""One order for many accounts over the API."""

from __future__ import annotations

from typing import Any

import pytest

from bot.fleet_view import StateKind
from tests.webapp.api.conftest import Api
from tests.webapp.api.test_accounts import kind
from tests.worlds import state
from webapp.api.bulk import Deed
from webapp.bulk.deeds import DEEDS


def order(api: Api, deed: str, accounts: Any, **more: Any) -> dict[str, str]:
    """Account -> what became of it."""
    answer = api.post("/bulk", {"deed": deed, "accounts": accounts, **more})
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    return {each["account"]: each["outcome"] for each in answer.json["results"]}


def test_a_preview_tells_what_would_change_and_changes_nothing(api: Api) -> None:
    api.manager.stop_account("two")
    assert order(api, "stop", "all", preview=True) == {"one": "done", "two": "left"}
    assert state(api.manager, "one") is StateKind.WAITING


def test_all_a_group_or_some_are_meant(api: Api) -> None:
    api.manager.roster.change("one", {"groups": ["bogor"]})
    assert order(api, "pause", {"group": "bogor"}) == {"one": "done"}
    assert order(api, "pause", "all") == {"one": "left", "two": "done"}
    assert order(api, "resume", ["two", "two", "nobody"]) == {"two": "done", "nobody": "left"}
    assert (state(api.manager, "one"), state(api.manager, "two")) == (StateKind.PAUSED, StateKind.WAITING)


@pytest.mark.parametrize("accounts", [None, "some", {"group": ""}, {"groups": "x"}, [1]])
def test_whoever_says_not_which_accounts_moves_none(api: Api, accounts: Any) -> None:
    assert kind(api.post("/bulk", {"deed": "stop", "accounts": accounts})) == (422, "values")
    assert kind(api.post("/bulk", {"deed": "stop"})) == (422, "values")
    assert state(api.manager, "one") is StateKind.WAITING


def test_the_deeds_are_those_of_the_panel() -> None:
    assert set(Deed) == set(DEEDS)
