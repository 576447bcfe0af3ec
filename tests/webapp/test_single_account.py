"""The panel of a home with the single account of an existing user: one card, and every way from it leads somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bot.account_manager import AccountManager
from tests import legacy
from tests.webapp.panel import make_panel_of
from tests.worlds import World, finish

HANDLE = "TokoContoh"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    legacy.write_account(tmp_path)
    legacy.write_metrics(tmp_path / "data" / "metrics.db")
    world.x.add_account(HANDLE, session=legacy.AUTH_TOKEN)
    yield world
    world.close()


@pytest.fixture
def manager(world: World) -> AccountManager:
    return world.open()


@pytest.fixture
def person(world: World, manager: AccountManager) -> FlaskClient:
    return make_panel_of(manager, world.clock, config={"WTF_CSRF_ENABLED": False}).operator()


def files(root: Path) -> dict[str, bytes]:
    """Of all outside of data/."""
    found = {file.relative_to(root).as_posix(): file for file in root.rglob("*") if file.is_file()}
    return {name: file.read_bytes() for name, file in found.items() if not name.startswith("data/")}


def test_the_first_page_has_its_card_with_the_numbers_of_before(person: FlaskClient) -> None:
    page = person.get("/").text
    assert page.count('<article class="account') == 1
    assert f"@{HANDLE}" in page
    assert "118" in page
    assert "No accounts yet" not in page


def test_every_link_from_its_first_page_leads_somewhere_and_looking_writes_no_list(
    person: FlaskClient, world: World
) -> None:
    before = files(world.home.root)
    waiting, seen, dead = ["/"], {"/"}, {}
    while waiting:
        address = waiting.pop()
        answer = person.get(address)
        if answer.status_code >= 400:
            dead[address] = answer.status_code
        links = set(re.findall(r'href="(/[^"#?]*)["#]', answer.text if answer.mimetype == "text/html" else ""))
        fresh = {each for each in links - seen if not each.startswith("/static/")}
        waiting += fresh
        seen |= fresh
    assert dead == {}
    assert {f"/accounts/account1{page}" for page in ("", "/session", "/plan", "/settings", "/entry", "/remove")} <= seen
    assert files(world.home.root) == before


def test_its_page_and_session_say_where_its_files_are(person: FlaskClient) -> None:
    assert "the home itself" in person.get("/accounts/account1").text
    assert "stays in plain text" in person.get("/accounts/account1/session").text


def test_its_session_can_be_checked_and_stays_plain(person: FlaskClient, manager: AccountManager, world: World) -> None:
    person.post("/accounts/account1/session/check")
    finish(manager)
    assert f"@{HANDLE}" in person.get("/accounts/account1/session").text
    check = manager.sessions.look("account1").check
    assert check is not None
    assert check.handle == HANDLE
    assert world.home.root.joinpath("cookies.json").read_text(encoding="utf-8")[0] == "["


def test_a_second_account_writes_the_list_and_the_panel_says_so_before_and_after(
    person: FlaskClient, world: World
) -> None:
    assert 'id="list-unwritten"' in person.get("/accounts/new").text
    answer = person.post("/accounts/new", data={"handle": "TokoDua"}, follow_redirects=True)
    assert "config/accounts.yaml was written" in answer.text
    assert "Toko" in answer.text
    written = (world.home.root / "config" / "accounts.yaml").read_text(encoding="utf-8")
    assert written.count("folder:") == 2
    assert 'id="list-unwritten"' not in person.get("/accounts/new").text
    person.post("/accounts/new", data={"handle": "TokoTiga"})
    assert "was written" not in person.get("/").text


def test_changing_its_entry_says_so_too(person: FlaskClient) -> None:
    page = person.get("/accounts/account1/entry").text
    assert 'id="list-unwritten"' in page
    found = re.search(r'name="mark" value="([^"]+)"', page)
    assert found
    form = {"handle": HANDLE, "name": "Toko Lama", "enabled": "y", "mark": found[1]}
    answer = person.post("/accounts/account1/entry", data=form, follow_redirects=True)
    assert "config/accounts.yaml was written" in answer.text
    assert "Toko Lama" in answer.text


def test_removing_it_says_that_its_files_stay(person: FlaskClient, world: World) -> None:
    before = files(world.home.root)
    assert "all its files stay there" in person.get("/accounts/account1/remove").text
    answer = person.post("/accounts/account1/remove", data={"handle": HANDLE}, follow_redirects=True)
    assert "is removed" in answer.text
    assert {name: files(world.home.root)[name] for name in before} == before
