"""Proxies over the API: addresses come out, logins only go in."""

from __future__ import annotations

from bot.storage.panel.tokens import Scope
from tests.webapp.api.conftest import Api
from tests.webapp.api.test_accounts import kind
from tests.worlds import finish

ADDRESS = "http://proxy.example:8080"
TO_PUT = {"proxy": ADDRESS, "user": "c4n4ry-user", "password": "c4n4ry:p@ss"}
DIRECT = {"account": "one", "proxy": "", "has_login": False, "problem": ""}


def test_a_proxy_is_given_and_its_login_is_never_told(api: Api) -> None:
    assert api.json("/accounts/one/proxy") == DIRECT
    answer = api.ask("PUT", "/accounts/one/proxy", TO_PUT)
    assert answer.status_code == 200, answer.text
    assert answer.json == {"account": "one", "proxy": ADDRESS, "has_login": True, "problem": ""}
    api.manager.run_account("one")
    finish(api.manager)
    used = api.world.connected[-1].proxy
    assert used is not None
    assert (used.user, used.password) == ("c4n4ry-user", "c4n4ry:p@ss")
    told = ("/accounts/one/proxy", "/accounts/one", "/accounts", "/accounts/one/why", "/accounts/one/session")
    for each in (answer, *map(api.get, told)):
        assert "c4n4ry" not in each.text
    assert api.json("/accounts/one")["proxy"] == ADDRESS


def test_an_account_that_a_hand_edit_took_out_of_the_list_is_no_fault_of_the_server(api: Api) -> None:
    (api.world.home.root / "config" / "accounts.yaml").write_text("accounts: []\n", encoding="utf-8")
    for method, body in (("GET", None), ("PUT", TO_PUT), ("DELETE", None)):
        assert kind(api.ask(method, "/accounts/one/proxy", body)) == (409, "entry-broken")


def test_a_kept_login_stays_until_it_is_said_to_be_empty(api: Api) -> None:
    api.ask("PUT", "/accounts/one/proxy", TO_PUT)
    for body, stays in (({"proxy": ADDRESS}, True), ({"proxy": ADDRESS, "user": ""}, False)):
        answer = api.ask("PUT", "/accounts/one/proxy", body)
        assert answer.json is not None
        assert answer.json["has_login"] is stays


def test_taken_away_the_account_connects_directly(api: Api) -> None:
    api.ask("PUT", "/accounts/one/proxy", TO_PUT)
    assert api.ask("DELETE", "/accounts/one/proxy").json == DIRECT
    assert api.ask("DELETE", "/accounts/one/proxy").json == DIRECT


def test_what_is_no_proxy_is_refused_by_its_field_and_without_its_login(api: Api) -> None:
    for body in (
        {"proxy": "c4n4ry.example:80:c4n4ry:c4n4ry"},
        {"proxy": "http://c4n4ry:c4n4ry@h,:80"},
        {"proxy": "http://c4n4ry:c4n4ry@h:99999"},
    ):
        answer = api.ask("PUT", "/accounts/one/proxy", body)
        assert kind(answer) == (422, "values")
        assert answer.json is not None
        assert [error["pointer"] for error in answer.json["errors"]] == ["/proxy"]
        assert "c4n4ry" not in answer.text
    wrong_type = api.ask("PUT", "/accounts/one/proxy", {**TO_PUT, "password": ["c4n4ry"]})
    assert kind(wrong_type) == (422, "values")
    assert "c4n4ry" not in wrong_type.text


def test_somebody_elses_change_is_not_written_over(api: Api) -> None:
    mark = api.get("/accounts/one/proxy").headers["ETag"]
    api.ask("PATCH", "/accounts/one", {"description": "changed"})
    answer = api.ask("PUT", "/accounts/one/proxy", TO_PUT, **{"If-Match": mark})
    assert kind(answer) == (412, "changed-meanwhile")
    assert api.json("/accounts/one/proxy") == DIRECT


def test_who_may_only_read_sees_it_and_changes_nothing(api: Api) -> None:
    reader = api.with_scope(Scope.READ)
    assert reader.get("/accounts/one/proxy").status_code == 200
    assert reader.ask("PUT", "/accounts/one/proxy", TO_PUT).status_code == 403
    assert reader.ask("DELETE", "/accounts/one/proxy").status_code == 403
    assert api.get("/accounts/nobody/proxy").status_code == 404
