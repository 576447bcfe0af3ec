"""The numbers over days of choice over the REST API."""

from __future__ import annotations

from datetime import date

from bot.analytics.periods import last_days
from bot.settings.home import AccountFolder
from tests.analytics_world import Shape, write_account
from tests.webapp.api.conftest import Api

TODAY = date(2026, 3, 2)  # of the world's clock


def write(api: Api, *ids: str) -> None:
    for seed, account_id in enumerate(ids):
        folder = api.manager.home.root / api.manager.account_view(account_id).folder
        write_account(AccountFolder(folder).metrics_db, api.world.clock.now(), Shape(days=40), seed)


def put_into_bogor(api: Api) -> None:
    assert api.ask("PUT", "/accounts/one/groups", {"groups": ["bogor"]}).status_code == 200


def test_they_are_those_of_the_report_with_the_days_before(api: Api) -> None:
    write(api, "one", "two")
    told = api.json("/numbers?days=7")
    report = api.manager.analytics.report(["one", "two"], last_days(TODAY, 7))
    assert (told["period"]["first"], told["period"]["last"]) == ("2026-02-24", "2026-03-02")
    assert (told["before"]["first"], told["before"]["last"]) == ("2026-02-17", "2026-02-23")
    summary = report.period.summary
    assert told["period"]["summary"]["posts"] == summary.posts
    views = {"value": summary.views.value, "known": summary.views.known, "posts": summary.posts}
    assert told["period"]["summary"]["views"] == views
    assert [day["posts"] for day in told["period"]["days"]] == [day.posts for day in report.period.days]
    assert [hour["posts"] for hour in told["hours"]] == [cell.posts for cell in report.hours.cells]
    assert [row["template"] for row in told["templates"]] == [row.template for row in report.templates]
    assert [row["engaged"] for row in told["keywords"]] == [row.engaged for row in report.keywords]
    assert told["left_out"] == []
    assert summary.outcome.orders is not None
    assert [told[when]["summary"]["accounts_with_orders"] for when in ("period", "before")] == [2, 2]


def test_a_group_and_named_accounts_narrow_them_down(api: Api) -> None:
    write(api, "one", "two")
    put_into_bogor(api)
    alone = api.json("/accounts/one/numbers")["period"]["summary"]
    assert api.json("/numbers?group=bogor")["period"]["summary"] == alone
    assert api.json("/numbers?account=one")["period"]["summary"] == alone
    assert api.json("/numbers?account=one&account=two")["period"]["summary"]["accounts"] == 2


def test_of_an_account_that_did_nothing_everything_is_null(api: Api) -> None:
    summary = api.json("/accounts/one/numbers")["period"]["summary"]
    assert (summary["posts"], summary["views"]["value"], summary["followers"]) == (None, None, None)
    assert summary["outcome"] == {"chats": None, "orders": None, "revenue": None}
    assert summary["accounts_with_orders"] == 0


def test_sides_are_told_absolute_and_per_1000_followers(api: Api) -> None:
    write(api, "one", "two")
    put_into_bogor(api)
    told = api.json("/numbers/compare?side=account:two&side=group:bogor&from=2026-02-20&to=2026-03-01")
    assert [side["side"] for side in told["sides"]] == ["account:two", "group:bogor"]
    assert told["dates"][0] == "2026-02-20"
    assert len(told["dates"]) == 10
    posts, followers = told["sides"][0]["posts"], told["sides"][0]["followers"]
    assert posts["total"] == sum(posts["days"])
    assert posts["total_per_1000_followers"] == posts["total"] * 1000 / followers


def test_what_is_not_there_is_refused_and_named(api: Api) -> None:
    for path, name in (
        ("/numbers?account=nobody", "account"),
        ("/numbers?from=2026-02-30", "from"),
        ("/numbers/compare?side=account:nobody", "side"),
    ):
        answer = api.get(path)
        assert answer.status_code == 409
        assert answer.json["errors"][0]["parameter"] == name
    nine = "&".join(["side=account:one"] * 9)
    assert api.get(f"/numbers/compare?{nine}").status_code == 422
    assert api.get("/numbers?days=0").status_code == 422
    assert api.get("/accounts/nobody/numbers").status_code == 404
