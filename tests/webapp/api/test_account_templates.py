"""Account templates over the API: saved, looked at, used, deleted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.webapp.api.conftest import Api
from tests.webapp.api.test_accounts import errors, kind

SHOP = {"name": "shop", "account": "one"}


def test_an_account_is_saved_and_another_begins_from_it(api: Api) -> None:
    answer = api.post("/account-templates", {**SHOP, "description": "careful"})
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == "/api/account-templates/shop"
    assert answer.json == api.json("/account-templates/shop")
    [listed] = api.json("/account-templates")["items"]
    assert (listed["slots"], listed["keywords"]) == (["morning"], {"high_intent": 2})
    assert (listed["description"], listed["has_content"], listed["problems"]) == ("careful", False, [])
    answer = api.post("/accounts", {"username": "ThreeShop", "template": "shop"})
    assert answer.status_code == 201, answer.text
    assert answer.json is not None
    assert (answer.json["slots"], answer.json["timezone"]) == (["morning"], "UTC")


def test_it_tells_its_files_and_nothing_that_is_the_accounts_own(api: Api) -> None:
    told = api.post("/account-templates", {**SHOP, "with_content": True}).json
    assert told is not None
    assert "OneShop offer" in told["templates_text"]
    assert "kuota" in told["keywords_text"]
    assert "OneShop" not in told["settings_text"]
    assert "token-" not in str(told)


def test_a_deleted_one_is_gone(api: Api) -> None:
    api.post("/account-templates", SHOP)
    assert api.ask("DELETE", "/account-templates/shop").json == {"name": "shop"}
    assert kind(api.ask("DELETE", "/account-templates/shop")) == (404, "not-found")
    assert kind(api.get("/account-templates/shop")) == (404, "not-found")
    assert api.json("/account-templates") == {"items": []}


@pytest.mark.parametrize(
    ("change", "expected", "pointer"),
    [
        ({"name": "../x"}, (422, "values"), "/name"),
        ({"name": "new"}, (409, "refused"), None),
        ({"name": "con"}, (409, "refused"), None),
        ({"name": "SHOP"}, (409, "clash"), "/name"),
        ({"account": "nobody", "name": "other"}, (409, "refused"), "/account"),
    ],
)
def test_what_no_template_can_be_is_refused(
    api: Api, change: dict[str, Any], expected: tuple[int, str], pointer: str | None
) -> None:
    api.post("/account-templates", SHOP)
    answer = api.post("/account-templates", {**SHOP, **change})
    assert kind(answer) == expected
    if pointer:
        assert errors(answer)[0]["pointer"] == pointer


def test_an_account_begins_with_one_thing_that_is_there(api: Api) -> None:
    api.post("/account-templates", SHOP)
    answer = api.post("/accounts", {"username": "ThreeShop", "template": "nothing"})
    assert kind(answer) == (409, "refused")
    assert errors(answer)[0]["pointer"] == "/template"
    assert kind(api.post("/accounts", {"username": "ThreeShop", "template": "shop", "clone_of": "two"})) == (
        409,
        "refused",
    )
