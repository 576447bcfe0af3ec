"""Orders, chats and revenue over the REST API, as a shop's own system sends them."""

from __future__ import annotations

from typing import Any

import pytest

from bot.storage.panel.tokens import Scope
from bot.wa_links import code_in
from tests.homes import write_yaml
from tests.webapp.api.conftest import Api
from tests.worlds import finish

ONE = "/accounts/one/outcomes"


def enter(api: Api, **what: Any) -> Any:
    answer = api.post("/outcomes", {"account_id": "one", **what})
    assert answer.status_code == 201, answer.text
    return answer.json


def post_with_code(api: Api) -> str:
    """Have account one send a post; returns its code."""
    folder = api.world.home.root / "accounts" / "one_OneShop" / "config"
    link = "business: {wa_link: 'https://wa.me/6281234567?text=Halo', wa_codes: true}\n"
    settings = folder / "settings.yaml"
    settings.write_text("\n".join([link, "schedule: {timezone: UTC, morning: {time: '08:00', post: promo}}"]), "utf-8")
    write_yaml(folder / "templates.yaml", {"promo_templates": ["Order di {wa_link}"]})
    api.manager.reload()
    api.post("/accounts/one/run")
    api.manager.tick()
    finish(api.manager)
    return code_in(api.world.x.posts_of("OneShop")[0].text)


def test_an_order_is_entered_for_an_account_today_on_its_clock(api: Api) -> None:
    told = enter(api, orders=1, revenue=25_000)
    assert (told["account"], told["day"], told["orders"], told["chats"]) == ("one", "2026-03-02", 1, None)
    assert (told["source"], told["entered_by"], told["is_new"]) == ("api", "a program that may operate", True)
    assert api.json(f"{ONE}/{told['id']}")["revenue"] == 25_000
    assert [each["id"] for each in api.json("/outcomes")["items"]] == [told["id"]]


def test_a_webhook_that_sends_the_message_of_the_customer_finds_the_post(api: Api) -> None:
    code = post_with_code(api)
    answer = api.post("/outcomes", {"code": f"Halo ({code}) masih ada?", "chats": 1, "external_id": "wamid.1"})
    assert answer.status_code == 201, answer.text
    tweet = api.world.x.posts_of("OneShop")[0].id
    assert (answer.json["account"], answer.json["tweet_id"], answer.json["template"]) == (
        "one",
        tweet,
        "Order di {wa_link}",
    )
    told = api.json(f"/codes/{code}")
    assert (told["tweet_id"], told["state"], told["chats"], told["orders"]) == (tweet, "sent", 1, None)


def test_one_external_id_is_entered_once(api: Api) -> None:
    first = enter(api, orders=1, external_id="INV-1")
    again = enter(api, orders=9, external_id="INV-1")
    assert (again["id"], again["orders"], again["is_new"]) == (first["id"], 1, False)


def test_one_idempotency_key_is_entered_once(api: Api) -> None:
    body = {"account_id": "one", "orders": 1}
    first = api.post("/outcomes", body, Idempotency_Key="k1")
    again = api.post("/outcomes", body, Idempotency_Key="k1")
    assert first.json == again.json
    assert len(api.json("/outcomes")["items"]) == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"orders": 1}, "/account_id"),
        ({"account_id": "nobody", "orders": 1}, "/account_id"),
        ({"account_id": "one"}, "/orders"),
        ({"account_id": "one", "orders": 1, "day": "2026-02-31"}, "/day"),
        ({"account_id": "one", "orders": 1, "day": "2027-01-01"}, "/day"),
        ({"code": "K7M42", "orders": 1}, "/code"),
    ],
)
def test_what_cannot_be_entered_is_told_by_its_field(api: Api, body: dict[str, Any], pointer: str) -> None:
    answer = api.post("/outcomes", body)
    assert answer.status_code == 409
    assert answer.json["type"].endswith("#not-counted")
    assert answer.json["errors"][0]["pointer"] == pointer
    assert api.json("/outcomes")["items"] == []


def test_an_entry_is_changed_in_part_and_deleted(api: Api) -> None:
    number = enter(api, orders=1, chats=4, note="pagi")["id"]
    mark = api.get(f"{ONE}/{number}").headers["ETag"]
    told = api.ask("PATCH", f"{ONE}/{number}", {"orders": 2, "chats": None}, If_Match=mark)
    assert told.status_code == 200, told.text
    assert (told.json["orders"], told.json["chats"], told.json["note"]) == (2, None, "pagi")
    assert api.ask("PATCH", f"{ONE}/{number}", {"orders": 3}, If_Match=mark).status_code == 412
    assert api.ask("DELETE", f"{ONE}/{number}").status_code == 200
    assert api.get(f"{ONE}/{number}").status_code == 404


def test_the_summary_stands_beside_the_targets(api: Api) -> None:
    folder = api.world.home.root / "accounts" / "one_OneShop" / "config"
    with (folder / "settings.yaml").open("a", encoding="utf-8") as file:
        file.write("\ntargets: {daily_orders_target: 2, engagement_rate_target: 0.02}\n")
    api.manager.reload()
    enter(api, orders=3)
    told = api.json(ONE)
    assert [(each["days"], each["orders"], each["target_orders"]) for each in told["periods"]] == [
        (1, 3, 2),
        (7, 3, 14),
        (30, 3, 60),
    ]
    assert (told["periods"][0]["chats"], told["target_engagement_rate"]) == (None, 0.02)


def test_a_table_is_entered_once(api: Api) -> None:
    table = "date,account,orders,revenue\n2026-03-02,@OneShop,2,Rp 50.000\n2026-03-02,nobody,1,\n"
    headers = {"Authorization": f"Bearer {api.token}", "Content-Type": "text/csv"}
    client = api.app.test_client()

    def send(query: str = "") -> Any:
        return client.post(f"/api/outcomes/import{query}", data=table.encode(), headers=headers).json

    wrong = [{"line": 3, "faults": ["there is no account “nobody”"]}]
    assert send("?preview=true") == {"entered": 1, "known": 0, "faulty": wrong}
    assert api.json("/outcomes")["items"] == []
    assert send() == {"entered": 1, "known": 0, "faulty": wrong}
    assert send() == {"entered": 0, "known": 1, "faulty": wrong}
    assert api.json(ONE)["periods"][0]["revenue"] == 50_000


def test_lists_come_in_parts(api: Api) -> None:
    for day in ("2026-02-26", "2026-02-27", "2026-02-28"):
        enter(api, orders=1, day=day)
    first = api.json("/outcomes?limit=2")
    assert [each["day"] for each in first["items"]] == ["2026-02-28", "2026-02-27"]
    assert [each["day"] for each in api.json(f"/outcomes?limit=2&cursor={first['next']}")["items"]] == ["2026-02-26"]
    assert len(api.json("/outcomes?account=one&from=2026-02-28&to=2026-02-28")["items"]) == 1


def test_who_may_only_read_enters_nothing(api: Api) -> None:
    assert api.with_scope(Scope.READ).post("/outcomes", {"account_id": "one", "orders": 1}).status_code == 403
    assert api.with_scope(Scope.READ).get("/outcomes").status_code == 200
