"""Archives over the API: made, listed, taken away, brought back."""

from __future__ import annotations

import io
import zipfile

from tests.webapp.api.conftest import Api
from tests.webapp.api.test_accounts import kind, listed


def test_an_account_is_archived_while_it_goes_on(api: Api) -> None:
    answer = api.post("/accounts/one/archive")
    assert answer.status_code == 201
    assert answer.json is not None
    name = answer.json["name"]
    assert answer.headers["Location"] == f"/api/archives/{name}"
    assert (answer.json["account"], answer.json["username"]) == ("one", "@OneShop")
    assert "one" in listed(api)
    content = api.get(f"/archives/{name}")
    assert content.mimetype == "application/zip"
    names = zipfile.ZipFile(io.BytesIO(content.data)).namelist()
    assert any(each.endswith("settings.yaml") for each in names)
    assert not any("cookies" in each for each in names)


def test_a_removed_account_comes_back_disabled(api: Api) -> None:
    removed = api.ask("DELETE", "/accounts/one?confirm=OneShop").json
    assert removed is not None
    answer = api.post(f"/archives/{removed['archive']}/restore")
    assert answer.status_code == 201, answer.text
    assert answer.json is not None
    assert (answer.json["id"], answer.json["enabled"]) == ("one", False)
    assert answer.headers["Location"] == "/api/accounts/one"
    assert answer.headers["ETag"] == api.get("/accounts/one").headers["ETag"]


def test_an_archive_of_an_account_that_is_there_is_not_brought_back(api: Api) -> None:
    made = api.post("/accounts/one/archive").json
    assert made is not None
    assert kind(api.post(f"/archives/{made['name']}/restore")) == (409, "refused")


def test_archives_come_in_parts(api: Api) -> None:
    for account_id in ("one", "two"):
        api.post(f"/accounts/{account_id}/archive")
    first = api.json("/archives?limit=1")
    second = api.json(f"/archives?limit=1&cursor={first['next']}")
    assert [each["account"] for each in (*first["items"], *second["items"])] == ["one", "two"]
    assert second["next"] is None


def test_an_archive_that_there_is_not_is_not_found(api: Api) -> None:
    for name in ("nothing.zip", "..%2Fconfig%2Faccounts.yaml", "accounts.yaml"):
        assert kind(api.get(f"/archives/{name}"))[0] == 404
    assert kind(api.post("/archives/nothing.zip/restore")) == (404, "not-found")
