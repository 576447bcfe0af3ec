"""What accounts did, over the API."""

from __future__ import annotations

from typing import Any

from tests.webapp.api.conftest import Api
from tests.webapp.api.test_accounts import kind
from tests.worlds import finish


def run(api: Api, account_id: str, times: int) -> None:
    for _ in range(times):
        assert api.post(f"/accounts/{account_id}/run").status_code == 202
        finish(api.manager)
        api.world.clock.advance(60)


def whole_list(api: Api, path: str) -> list[Any]:
    """All items of a list, fetched one by one."""
    found: list[Any] = []
    cursor: int | None = 0
    while cursor is not None:
        part = api.json(f"{path}?limit=1&cursor={cursor}")
        assert len(part["items"]) == 1
        found += part["items"]
        cursor = part["next"]
    return found


def test_runs_and_posts_come_newest_first_and_in_parts(api: Api) -> None:
    run(api, "one", 3)
    runs, tweets = whole_list(api, "/accounts/one/runs"), whole_list(api, "/accounts/one/tweets")
    assert [each["id"] for each in runs] == [3, 2, 1]
    assert [each["posts"] for each in runs] == [1, 1, 1]
    assert {each["trigger"] for each in runs} == {"manual"}
    assert [each["id"] for each in tweets] == [3, 2, 1]
    assert {each["state"] for each in tweets} == {"sent"}
    assert [each["text"] for each in reversed(tweets)] == [post.text for post in api.world.x.posts_of("OneShop")]
    assert tweets[0]["url"] == f"https://x.com/OneShop/status/{tweets[0]['tweet_id']}"
    assert api.json("/accounts/two/runs") == {"items": [], "next": None}


def test_a_run_is_told_with_its_steps(api: Api) -> None:
    run(api, "one", 2)
    found = api.json("/accounts/one/runs/1")
    assert (found["run"]["id"], found["run"]["posts"]) == (1, 1)
    assert found["steps"]
    assert all(step["level"] in {"info", "good", "warning", "error"} for step in found["steps"])
    assert kind(api.get("/accounts/one/runs/3")) == (404, "not-found")


def test_the_numbers_of_an_account_are_of_today_7_and_30_days(api: Api) -> None:
    run(api, "one", 2)
    stats = api.json("/accounts/one/stats")
    assert stats["today"] == {"posts": 2, "posts_limit": 50, "likes": 0, "follows": 0}
    assert [(period["days"], period["posts"]) for period in stats["periods"]] == [(1, 2), (7, 2), (30, 2)]
    assert len(stats["days"]) == 30
    assert (stats["days"][-1]["date"], stats["days"][-1]["posts"]) == ("2026-03-02", 2)


def test_the_numbers_of_all_accounts_are_the_sums(api: Api) -> None:
    run(api, "one", 2)
    run(api, "two", 1)
    stats = api.json("/accounts/all/stats")
    assert (stats["accounts"], stats["today"]["posts"]) == (2, 3)
    assert [(period["days"], period["posts"]) for period in stats["periods"]] == [(1, 3), (7, 3), (30, 3)]
    assert stats["days"][-1]["posts"] == 3
    assert stats["states"] == {"waiting": 2}


def test_of_no_account_at_all_nothing_is_known(api: Api) -> None:
    for account_id in ("one", "two"):
        api.manager.roster.remove(account_id, archive=False)
    stats = api.json("/accounts/all/stats")
    assert (stats["accounts"], stats["periods"], stats["days"]) == (0, [], [])
