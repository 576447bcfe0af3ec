"""Pictures and videos over the API."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

from tests.homes import write_yaml
from tests.media import picture
from tests.webapp.api.conftest import Api
from tests.webapp.api.test_accounts import kind

RED, BLUE = picture("PNG", (40, 30), "red"), picture("PNG", (40, 30), "blue")


def send(api: Api, name: str, content: bytes, more: str = "") -> TestResponse:
    headers = {"Authorization": f"Bearer {api.token}", "Content-Type": "application/octet-stream"}
    path = f"/api/accounts/one/media?name={name}{more}"
    return api.app.test_client().post(path, data=content, headers=headers)


def told(answer: TestResponse) -> Any:
    assert answer.status_code == 201, answer.text
    return answer.json


def test_a_picture_is_added_listed_taken_away_and_deleted(api: Api) -> None:
    added = told(send(api, "sale.jpg", RED))
    assert (added["name"], added["format"], added["width"], added["height"]) == ("media/sale.png", "PNG", 40, 30)
    assert [file["name"] for file in api.json("/accounts/one/media")["items"]] == ["media/sale.png"]
    content = api.get("/accounts/one/media/file?name=media/sale.png")
    assert content.data == RED
    assert content.headers["Content-Disposition"].startswith("attachment")
    assert api.ask("DELETE", "/accounts/one/media/file?name=media/sale.png").status_code == 200
    assert api.json("/accounts/one/media")["total"] == 0
    assert kind(api.get("/accounts/one/media/file?name=media/sale.png")) == (404, "not-found")


def test_a_file_never_replaces_another(api: Api) -> None:
    name = told(send(api, "sale.png", RED))["name"]
    assert kind(send(api, "sale.png", BLUE)) == (422, "values")
    assert api.get(f"/accounts/one/media/file?name={name}").data == RED


def test_the_list_comes_in_parts(api: Api) -> None:
    for number in range(3):
        told(send(api, f"{number}.png", RED))
    first = api.json("/accounts/one/media?limit=2")
    second = api.json(f"/accounts/one/media?limit=2&cursor={first['next']}")
    names = [file["name"] for file in (*first["items"], *second["items"])]
    assert names == ["media/0.png", "media/1.png", "media/2.png"]
    assert second["next"] is None


def test_what_x_does_not_take_and_names_that_lead_elsewhere_are_refused(api: Api) -> None:
    assert kind(send(api, "a.png", b"<html>")) == (422, "values")
    for name in ("../a.png", "..%2F..%2Fa.png", "CON.png", ".hidden.png"):
        assert kind(send(api, name, RED)) == (422, "values")
    assert kind(send(api, "a.png", RED, "&folder=../config")) == (422, "values")
    root = api.world.home.root
    assert [file.name for file in root.rglob("*.png")] == []


def test_what_a_template_uses_goes_only_by_its_mark(api: Api) -> None:
    name = told(send(api, "sale.png", RED))["name"]
    templates = api.world.home.root / "accounts" / "one_OneShop" / "config" / "templates.yaml"
    write_yaml(templates, {"promo_templates": [{"text": "Sale", "media": [name]}]})
    item = api.json("/accounts/one/media")["items"][0]
    assert item["uses"] == [{"kind": "promo", "text": "Sale"}]
    path = f"/accounts/one/media/file?name={name}"
    assert kind(api.ask("DELETE", path)) == (409, "in-use")
    assert api.ask("DELETE", f"{path}&uses={item['use_mark']}").status_code == 200
