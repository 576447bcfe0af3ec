"""Former states of files over the API: listed, compared, put back, never over somebody else's change."""

from __future__ import annotations

from typing import Any

import pytest

from tests.webapp.api.conftest import Api
from tests.webapp.api.test_accounts import kind

KEYWORDS = "/accounts/one/files/keywords"
LIST = "/accounts-file"
LOGIN = "http://shop:canary-p@ss@proxy.example:8080"


@pytest.fixture
def changed(api: Api) -> str:
    """keywords.yaml after one change; the id of the state before."""
    text = api.json(KEYWORDS)["text"] + "new: [word]\n"
    assert api.ask("PUT", KEYWORDS, {"text": text}, If_Match="*").status_code == 200
    [version] = api.json(f"{KEYWORDS}/versions")["items"]
    return str(version["id"])


def test_a_former_state_is_compared_and_put_back(api: Api, changed: str) -> None:
    got = api.get(f"{KEYWORDS}/versions/{changed}")
    assert got.json is not None
    assert "+new: [word]" in got.json["difference"].splitlines()
    assert "new:" not in got.json["text"]
    assert got.headers["ETag"] == api.get(KEYWORDS).headers["ETag"]
    restored = api.ask("POST", f"{KEYWORDS}/versions/{changed}/restore", If_Match=got.headers["ETag"])
    assert restored.status_code == 200, restored.text
    assert restored.json is not None
    assert restored.json["text"] == got.json["text"] == api.json(KEYWORDS)["text"]
    assert len(api.json(f"{KEYWORDS}/versions")["items"]) == 2
    assert api.json(f"{KEYWORDS}/versions/{changed}")["difference"] == ""


def test_it_is_put_back_only_over_the_state_that_was_seen(api: Api, changed: str) -> None:
    path = f"{KEYWORDS}/versions/{changed}/restore"
    mark = api.get(KEYWORDS).headers["ETag"]
    api.ask("PUT", KEYWORDS, {"text": "other: []\n"}, If_Match="*")
    assert kind(api.ask("POST", path, If_Match=mark)) == (412, "changed-meanwhile")
    assert kind(api.ask("POST", path)) == (428, "mark-needed")
    assert api.json(KEYWORDS)["text"] == "other: []\n"


def test_a_state_that_was_broken_is_refused(api: Api) -> None:
    file = api.world.home.root / "accounts" / "one_OneShop" / "config" / "keywords.yaml"
    file.write_text("high_intent: 5\n", encoding="utf-8")
    assert api.ask("PUT", KEYWORDS, {"text": "a: []\n"}, If_Match="*").status_code == 200
    [version] = api.json(f"{KEYWORDS}/versions")["items"]
    assert api.json(f"{KEYWORDS}/versions/{version['id']}")["problems"]
    path = f"{KEYWORDS}/versions/{version['id']}/restore"
    assert kind(api.ask("POST", path, If_Match="*")) == (409, "refused")


def first_list_version(api: Api) -> dict[str, Any]:
    api.manager.roster.change("one", {"name": "Changed"})
    found: dict[str, Any] = api.json(f"{LIST}/versions")["items"][0]
    return found


def test_the_list_of_accounts_is_compared_and_put_back(api: Api) -> None:
    path = f"{LIST}/versions/{first_list_version(api)['id']}"
    got = api.get(path)
    assert got.json is not None
    assert "+  name: Changed" in got.json["difference"]
    assert kind(api.ask("POST", f"{path}/restore", If_Match='"other"')) == (412, "changed-meanwhile")
    assert kind(api.ask("POST", f"{path}/restore")) == (428, "mark-needed")
    answer = api.ask("POST", f"{path}/restore", If_Match=got.headers["ETag"])
    assert answer.status_code == 200, answer.text
    assert api.json("/accounts/one")["name"] == "Shop OneShop"


def test_the_login_of_a_proxy_is_told_nowhere(api: Api) -> None:
    api.world.home.entries[0]["proxy"] = LOGIN
    api.world.home.write()
    api.manager.reload()
    path = f"{LIST}/versions/{first_list_version(api)['id']}"
    told = api.get(path)
    assert "proxy.example:8080" in told.text
    restored = api.ask("POST", f"{path}/restore", If_Match=told.headers["ETag"])
    assert restored.status_code == 200
    assert "canary" not in told.text + restored.text
    file = api.world.home.root / "config" / "accounts.yaml"
    assert LOGIN in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path", [f"{KEYWORDS}/versions/x", f"{LIST}/versions/x", "/accounts/x/files/keywords/versions"]
)
def test_what_is_not_kept_is_not_found(api: Api, path: str) -> None:
    assert kind(api.get(path)) == (404, "not-found")
    if path.endswith("/x"):
        assert kind(api.ask("POST", f"{path}/restore", If_Match="*")) == (404, "not-found")
