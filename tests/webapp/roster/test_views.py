"""Adding, changing, archiving and removing accounts in the panel, on a real manager over a fake x.com."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient

from bot.account_manager import AccountManager
from bot.settings.account import load_account_settings
from bot.settings.home import AccountFolder
from bot.storage.sealing import is_sealed
from tests.webapp.panel import make_panel_of
from tests.worlds import World, finish


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    world.add("one", "OneShop")
    yield world
    world.close()


@pytest.fixture
def manager(world: World) -> AccountManager:
    return world.open()


@pytest.fixture
def person(world: World, manager: AccountManager) -> FlaskClient:
    return make_panel_of(manager, world.clock, config={"WTF_CSRF_ENABLED": False}).operator()


def listed(world: World) -> dict[str, Any]:
    text = (world.home.root / "config" / "accounts.yaml").read_text(encoding="utf-8")
    return {entry["id"]: entry for entry in yaml.safe_load(text)["accounts"]}


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found
    return found[1]


def test_every_page_leads_to_the_form_for_a_new_account(person: FlaskClient) -> None:
    for address in ("/", "/accounts/one", "/roster"):
        assert 'href="/accounts/new"' in person.get(address).text


def test_a_new_account_is_shown_with_what_comes_next(person: FlaskClient, world: World) -> None:
    answer = person.post(
        "/accounts/new", data={"handle": " @TwoShop ", "name": "Toko Dua", "groups": "bali, pulsa, bali"}
    )
    assert answer.headers["Location"] == "/accounts/twoshop"
    page = person.get("/accounts/twoshop").text
    assert "Toko Dua is added. Next: its session" in page
    assert listed(world)["twoshop"]["groups"] == ["bali", "pulsa"]


def export(token: str = "token-TwoShop") -> str:
    return json.dumps({"auth_token": token, "ct0": "Canary-of-ct0"})


@pytest.mark.parametrize("way", ["pasted", "file"])
def test_an_account_can_be_added_with_its_session(
    person: FlaskClient, world: World, manager: AccountManager, way: str
) -> None:
    world.x.add_account("TwoShop", session="token-TwoShop")
    sent = {"cookies": export()} if way == "pasted" else {"file": (BytesIO(export().encode()), "cookies.json")}
    answer = person.post("/accounts/new", data={"handle": "TwoShop", **sent}, content_type="multipart/form-data")
    assert answer.headers["Location"] == "/accounts/twoshop"
    html = person.get("/accounts/twoshop").text
    assert "TwoShop is added. The session was imported. Check it to see whose it is. Next: what it posts." in html
    folder = world.home.root / listed(world)["twoshop"]["folder"]
    assert is_sealed((folder / "cookies.json").read_bytes())
    manager.check_session("twoshop")
    finish(manager)
    check = manager.sessions.look("twoshop").check
    assert check is not None
    assert check.handle == "TwoShop"


@pytest.mark.parametrize(
    ("cookies", "words"), [("[{,]", "What you sent is not valid JSON"), ('{"ct0": "Canary-of-ct0"}', "no auth_token")]
)
def test_cookies_that_are_no_session_are_told_before_the_account_is_added(
    person: FlaskClient, world: World, cookies: str, words: str
) -> None:
    answer = person.post("/accounts/new", data={"handle": "TwoShop", "cookies": cookies})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="TwoShop"' in answer.text
    assert "Canary" not in answer.text
    assert list(listed(world)) == ["one"]


@pytest.mark.parametrize("way", ["pasted", "file", "none"])
def test_cookies_that_a_refused_form_held_are_asked_for_again(person: FlaskClient, way: str) -> None:
    held = {"pasted": {"cookies": export()}, "file": {"file": (BytesIO(export().encode()), "c.json")}, "none": {}}
    data = {"handle": "no handle", **held[way]}
    html = person.post("/accounts/new", data=data, content_type="multipart/form-data").text
    assert ("paste the cookies again: they were not imported" in html) is (way != "none")
    assert "Canary" not in html


def test_an_account_whose_cookies_are_those_of_another_is_added_without_them(person: FlaskClient, world: World) -> None:
    answer = person.post("/accounts/new", data={"handle": "TwoShop", "cookies": export("token-OneShop")})
    assert answer.headers["Location"] == "/accounts/twoshop/session"
    html = person.get("/accounts/twoshop/session").text
    assert "is added, without a session. The session was not replaced: this is the session of Shop OneShop" in html
    assert not (world.home.root / listed(world)["twoshop"]["folder"] / "cookies.json").exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"handle": ""}, "Write its handle on X."),
        ({"handle": "not a handle"}, "A handle has 1 to 15 letters"),
        ({"handle": "oneshop"}, "is used by the account one already"),
        ({"handle": "TwoShop", "timezone": "Mars/Base"}, "There is no such time zone."),
        ({"handle": "TwoShop", "clone_of": "nobody"}, "Not a valid choice"),
        ({"handle": "TwoShop", "morning": "25:00"}, "Write it as 08:30."),
        ({"handle": "TwoShop", "evening": "20:00\nenabled: no"}, "Write it as 08:30."),
    ],
)
def test_what_cannot_be_is_told_and_what_was_written_stays(
    person: FlaskClient, world: World, wrong: dict[str, str], words: str
) -> None:
    answer = person.post("/accounts/new", data={"name": "<b>Toko</b>", **wrong})
    assert answer.status_code in {409, 422}
    assert words in answer.text
    assert "&lt;b&gt;Toko&lt;/b&gt;" in answer.text
    assert list(listed(world)) == ["one"]


@pytest.mark.parametrize(
    ("start", "times"),
    [
        ("", {"morning": "07:15", "afternoon": "13:00", "evening": "21:40"}),
        ("one", {"morning": "07:15", "evening": "21:40"}),
    ],
)
def test_a_new_account_has_its_first_slots_at_the_times_of_the_form(
    person: FlaskClient, world: World, start: str, times: dict[str, str]
) -> None:
    data = {"handle": "TwoShop", "clone_of": start, "morning": "07:15", "afternoon": "", "evening": "21:40"}
    assert person.post("/accounts/new", data=data).status_code == 302
    folder = AccountFolder(world.home.root / listed(world)["twoshop"]["folder"])
    slots = load_account_settings(folder).schedule.all_slots
    assert {slot.name: f"{slot.time:%H:%M}" for slot in slots if slot.enabled} == times


def test_a_clone_begins_with_the_form_filled_in(person: FlaskClient, world: World) -> None:
    assert '<option value="one" selected>' in person.get("/accounts/new?clone=one").text
    person.post("/accounts/new", data={"handle": "TwoShop", "clone_of": "one", "with_content": "y"})
    folder = world.home.root / listed(world)["twoshop"]["folder"]
    assert "OneShop offer" in (folder / "config" / "templates.yaml").read_text(encoding="utf-8")


def test_saving_changes_what_was_changed_and_nothing_else(person: FlaskClient, world: World) -> None:
    before = listed(world)["one"]
    page = person.get("/accounts/one/entry").text
    data = {
        "mark": hidden(page, "mark"),
        "name": before["name"],
        "handle": "@OneShop",
        "groups": "",
        "description": "Baru",
    }
    assert person.post("/accounts/one/entry", data={**data, "enabled": "y"}).status_code == 302
    assert listed(world)["one"] == {**before, "description": "Baru"}
    assert "Saved." in person.get("/accounts/one/entry").text


def test_an_account_is_switched_off_and_on(person: FlaskClient, world: World, manager: AccountManager) -> None:
    data = {"name": "Shop OneShop", "handle": "OneShop"}
    person.post("/accounts/one/entry", data=data)
    assert not manager.account_view("one").enabled
    person.post("/accounts/one/entry", data={**data, "enabled": "y"})
    assert manager.account_view("one").enabled


def test_the_second_of_two_edits_sees_the_first_and_keeps_its_own_words(person: FlaskClient, world: World) -> None:
    mark = hidden(person.get("/accounts/one/entry").text, "mark")
    first = {"mark": mark, "handle": "OneShop", "name": "First", "enabled": "y"}
    assert person.post("/accounts/one/entry", data=first).status_code == 302
    answer = person.post("/accounts/one/entry", data={**first, "name": "Second"})
    assert answer.status_code == 409
    assert "<dd>First</dd>" in answer.text
    assert 'value="Second"' in answer.text
    assert "The account one was changed by somebody else" in answer.text
    assert listed(world)["one"]["name"] == "First"
    again = {**first, "name": "Second", "mark": hidden(answer.text, "mark")}
    assert person.post("/accounts/one/entry", data=again).status_code == 302
    assert listed(world)["one"]["name"] == "Second"


@pytest.mark.parametrize("path", ["/entry", "/proxy"])
def test_a_list_that_a_hand_edit_broke_is_told_with_its_line_on_the_accounts_page(
    person: FlaskClient, world: World, path: str
) -> None:
    file = world.home.root / "config" / "accounts.yaml"
    broken = file.read_text(encoding="utf-8") + "settings: [\n"
    file.write_text(broken, encoding="utf-8")
    data = {"handle": "OneShop", "name": "Mine", "address": ""}
    for answer in (person.get("/accounts/one/entry"), person.post(f"/accounts/one{path}", data=data)):
        assert answer.status_code == 409
        assert "config/accounts.yaml, line " in answer.text
        assert "Correct the file; it is read again by itself." in answer.text
    assert file.read_text(encoding="utf-8") == broken


def test_removing_asks_for_the_handle(person: FlaskClient, world: World) -> None:
    assert "Write <strong>@OneShop</strong>" in person.get("/accounts/one/remove").text
    answer = person.post("/accounts/one/remove", data={"handle": "one", "archive": "y"})
    assert answer.status_code == 422
    assert "nothing was removed" in answer.text
    assert list(listed(world)) == ["one"]


def test_a_removed_account_is_in_the_archive_and_comes_back(person: FlaskClient, world: World) -> None:
    answer = person.post("/accounts/one/remove", data={"handle": "@oneshop", "archive": "y"})
    assert answer.headers["Location"] == "/roster"
    page = person.get("/roster").text
    assert "Shop OneShop is removed. Its archive is one_" in page
    [name] = set(re.findall(r"/roster/archives/([^/\"]+)\"", page))
    zipped = person.get(f"/roster/archives/{name}")
    assert zipped.data.startswith(b"PK")
    assert "attachment" in zipped.headers["Content-Disposition"]
    answer = person.post(f"/roster/archives/{name}/restore")
    assert answer.headers["Location"] == "/accounts/one/entry"
    assert listed(world)["one"]["enabled"] is False


def test_without_the_tick_nothing_is_kept(person: FlaskClient, world: World) -> None:
    person.post("/accounts/one/remove", data={"handle": "OneShop"})
    assert "Nothing of it was kept." in person.get("/").text
    assert "No account is archived." in person.get("/roster").text


def test_an_account_is_archived_while_it_goes_on(person: FlaskClient, world: World) -> None:
    person.post("/accounts/one/archive")
    assert "Archived as one_" in person.get("/accounts/one/entry").text
    assert list(listed(world)) == ["one"]


def test_a_former_state_is_compared_and_put_back(person: FlaskClient, world: World) -> None:
    person.post("/accounts/one/entry", data={"handle": "OneShop", "name": "Changed", "enabled": "y"})
    [address] = re.findall(r'href="(/roster/versions/[^"]+)"', person.get("/roster").text)
    page = person.get(address).text
    assert "−  name: Shop OneShop" in page
    assert "+  name: Changed" in page
    assert person.post(address, data={"mark": hidden(page, "mark")}).headers["Location"] == "/roster"
    assert listed(world)["one"]["name"] == "Shop OneShop"
    person.post(address, data={"mark": hidden(page, "mark")})
    assert "changed by somebody else" in person.get(address).text


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/nobody/entry",
        "/accounts/nobody/remove",
        "/roster/archives/x.zip",
        "/roster/archives/..%2f..%2fdata%2fpanel.db",
        "/roster/versions/x",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(person: FlaskClient, address: str) -> None:
    answer = person.get(address)
    assert answer.status_code == 404
    assert "To the overview" in answer.text


def test_posts_to_what_is_not_there_change_nothing(person: FlaskClient, world: World) -> None:
    for address in ("/accounts/nobody/entry", "/accounts/nobody/remove", "/accounts/nobody/archive"):
        assert person.post(address, data={"handle": "x"}).status_code == 404
    for address in ("/roster/archives/x.zip/restore", "/roster/versions/x"):
        assert person.post(address).status_code == 404
    assert list(listed(world)) == ["one"]


# its proxy

PROXY = {"address": "http://proxy.example:8080", "user": "canary-user-5c", "password": "canary:p@ss-5c"}


def test_a_proxy_is_given_and_of_its_login_only_that_there_is_one_is_shown(person: FlaskClient, world: World) -> None:
    page = person.get("/accounts/one/entry").text
    assert "Its browser connects directly." in page
    answer = person.post("/accounts/one/proxy", data={**PROXY, "mark": hidden(page, "mark")})
    assert answer.headers["Location"] == "/accounts/one/entry"
    page = person.get("/accounts/one/entry").text
    assert "Its runs go through the proxy from now on." in page
    assert "<strong>http://proxy.example:8080</strong>, login kept" in page
    assert listed(world)["one"]["proxy"] == PROXY["address"]
    for address in ("/accounts/one/entry", "/accounts/one", "/accounts/one/activity", "/roster", "/", "/audit"):
        assert "canary" not in person.get(address).text


def test_the_kept_login_stays_with_its_address_and_can_be_forgotten(
    person: FlaskClient, manager: AccountManager
) -> None:
    person.post("/accounts/one/proxy", data=PROXY)
    person.post("/accounts/one/proxy", data={"address": PROXY["address"]})
    assert manager.roster.proxy("one").has_login
    person.post("/accounts/one/proxy", data={"address": PROXY["address"], "forget_login": "y"})
    assert not manager.roster.proxy("one").has_login
    person.post("/accounts/one/proxy", data={"address": ""})
    assert "Its browser connects directly." in person.get("/accounts/one/entry").text


@pytest.mark.parametrize("address", ["canary.example:80:canary:canary", "http://canary:canary@h", "x" * 1001, ""])
def test_what_is_no_proxy_is_told_without_the_login_that_was_typed(
    person: FlaskClient, manager: AccountManager, address: str
) -> None:
    answer = person.post("/accounts/one/proxy", data={**PROXY, "address": address})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text or "field-wrong" in answer.text
    assert "canary" not in answer.text
    assert manager.roster.proxy("one").address == ""


def test_a_proxy_is_not_written_over_somebody_elses_change(person: FlaskClient, manager: AccountManager) -> None:
    mark = hidden(person.get("/accounts/one/entry").text, "mark")
    manager.roster.change("one", {"description": "changed"})
    answer = person.post("/accounts/one/proxy", data={**PROXY, "mark": mark})
    assert answer.status_code == 409
    assert "changed by somebody else" in answer.text
    assert "canary" not in answer.text
    assert manager.roster.proxy("one").address == ""


def test_former_states_of_the_list_show_no_login(person: FlaskClient, world: World, manager: AccountManager) -> None:
    world.home.entries[0]["proxy"] = "http://canary:canary@proxy.example:8080"
    world.home.write()
    manager.reload()
    person.post("/accounts/one/proxy", data={"address": "http://proxy.example:8080"})
    version = manager.roster.versions()[0].id
    page = person.get(f"/roster/versions/{version}").text
    assert "proxy.example:8080" in page
    assert "canary" not in page
    assert "canary" not in person.get("/accounts/one/entry").text
