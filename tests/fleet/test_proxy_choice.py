"""Proxies of accounts: given, changed, kept, taken away; their logins are told to the browser's opener alone."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.account_manager import AccountManager
from bot.errors import ChangedMeanwhile, ProxyFailed, ProxyRefused, SettingsError, StorageError
from bot.fleet_view import StateKind
from bot.roster_view import NewAccount, ProxyView, WantedProxy
from bot.settings.proxy import Proxy
from bot.storage.proxy_login import LOGIN_FILE
from bot.storage.sealing import KEY_FILE
from tests.worlds import World, finish, state

ADDRESS = "http://proxy.example:8080"
USER, PASSWORD = "canary-user-9f", "canary:pass@word-9f"
WANTED = WantedProxy(ADDRESS, USER, PASSWORD)


@pytest.fixture
def manager(world: World) -> AccountManager:
    world.add("one", "OneShop")
    return world.open()


def list_of(world: World) -> str:
    return (world.home.root / "config" / "accounts.yaml").read_text(encoding="utf-8")


def entry_of(world: World, account_id: str = "one") -> dict[str, Any]:
    entries: list[dict[str, Any]] = yaml.safe_load(list_of(world))["accounts"]
    return next(entry for entry in entries if entry["id"] == account_id)


def used_by(world: World, manager: AccountManager, account_id: str = "one") -> Proxy | None:
    """What the next run of the account asks the browser for."""
    manager.run_account(account_id)
    finish(manager)
    return world.connected[-1].proxy


def write_by_hand(world: World, manager: AccountManager, value: object) -> None:
    world.home.entries[0]["proxy"] = value
    world.home.write()
    manager.reload()


def login_file(world: World) -> Path:
    return world.home.root / "accounts" / "one_OneShop" / "data" / LOGIN_FILE


def test_without_one_a_run_connects_directly(world: World, manager: AccountManager) -> None:
    assert manager.roster.proxy("one") == ProxyView()
    assert used_by(world, manager) is None


def test_a_login_given_here_is_sealed_and_the_list_names_the_address_alone(
    world: World, manager: AccountManager
) -> None:
    assert manager.roster.set_proxy("one", WANTED) == ProxyView(ADDRESS, has_login=True)
    assert entry_of(world)["proxy"] == ADDRESS
    assert "canary" not in list_of(world)
    used = used_by(world, manager)
    assert used is not None
    assert (used.address, used.user, used.password) == (ADDRESS, USER, PASSWORD)
    assert "canary" not in repr(world.connected[-1])


def test_one_that_a_person_wrote_into_the_list_works_as_it_is(world: World, manager: AccountManager) -> None:
    write_by_hand(world, manager, f"socks5://{USER}:kopi@10.0.0.7:1080")
    assert manager.roster.proxy("one") == ProxyView("socks5://10.0.0.7:1080", has_login=True)
    used = used_by(world, manager)
    assert used is not None
    assert (used.scheme, used.user, used.password) == ("socks5", USER, "kopi")


def test_a_pasted_address_may_hold_the_login(world: World, manager: AccountManager) -> None:
    manager.roster.set_proxy("one", WantedProxy(f"http://{USER}:kopi@proxy.example:8080"))
    assert entry_of(world)["proxy"] == ADDRESS
    used = used_by(world, manager)
    assert used is not None
    assert used.password == "kopi"


def test_a_login_stays_with_its_address_until_it_is_to_go(world: World, manager: AccountManager) -> None:
    manager.roster.set_proxy("one", WANTED)
    assert manager.roster.set_proxy("one", WantedProxy(ADDRESS)).has_login
    assert not manager.roster.set_proxy("one", WantedProxy("http://other.example:8080")).has_login
    assert not manager.roster.set_proxy("one", WantedProxy(ADDRESS)).has_login
    manager.roster.set_proxy("one", WANTED)
    assert not manager.roster.set_proxy("one", WantedProxy(ADDRESS, forget_login=True)).has_login
    assert not login_file(world).exists()


def test_the_login_of_a_hand_written_one_is_sealed_when_it_is_saved_here(world: World, manager: AccountManager) -> None:
    write_by_hand(world, manager, f"http://{USER}:kopi@proxy.example:8080")
    assert manager.roster.set_proxy("one", WantedProxy(ADDRESS)) == ProxyView(ADDRESS, has_login=True)
    assert "canary" not in list_of(world)


def test_another_host_in_the_list_is_never_given_the_login(world: World, manager: AccountManager) -> None:
    manager.roster.set_proxy("one", WANTED)
    write_by_hand(world, manager, "http://elsewhere.example:8080")
    assert manager.roster.proxy("one") == ProxyView("http://elsewhere.example:8080")
    used = used_by(world, manager)
    assert used is not None
    assert not used.has_login


def test_taken_away_nothing_of_it_is_left(world: World, manager: AccountManager) -> None:
    manager.roster.set_proxy("one", WANTED)
    assert manager.roster.set_proxy("one", WantedProxy("")) == ProxyView()
    assert "proxy" not in entry_of(world)
    assert not login_file(world).exists()
    assert used_by(world, manager) is None


@pytest.mark.parametrize(
    "wanted",
    [
        WantedProxy("canary.example:80:canary:canary"),
        WantedProxy("", USER, PASSWORD),
        WantedProxy(ADDRESS, "", PASSWORD),
        WantedProxy(ADDRESS, "canary:canary", PASSWORD),
    ],
)
def test_what_is_no_proxy_is_refused_and_changes_nothing(
    world: World, manager: AccountManager, wanted: WantedProxy
) -> None:
    manager.roster.set_proxy("one", WANTED)
    before, kept = list_of(world), login_file(world).read_bytes()
    with pytest.raises(SettingsError) as refused:
        manager.roster.set_proxy("one", wanted)
    assert "canary" not in str(refused.value)
    assert [problem.key for problem in refused.value.problems] == ["proxy"]
    assert (list_of(world), login_file(world).read_bytes()) == (before, kept)


def test_the_login_stays_as_it_was_when_the_list_cannot_be_written(world: World, manager: AccountManager) -> None:
    manager.roster.set_proxy("one", WANTED)
    kept = login_file(world).read_bytes()
    with pytest.raises(ChangedMeanwhile):
        manager.roster.set_proxy("one", WantedProxy(ADDRESS, "other", "other"), "a mark of long ago")
    assert login_file(world).read_bytes() == kept
    login_file(world).unlink()
    login_file(world).mkdir()
    with pytest.raises(StorageError, match="cannot be written"):
        manager.roster.set_proxy("one", WANTED)


def test_a_login_whose_key_is_lost_stops_the_account_and_says_what_to_do(world: World, manager: AccountManager) -> None:
    manager.roster.set_proxy("one", WANTED)
    (world.home.root / "data" / KEY_FILE).unlink()
    before = len(world.connected)
    assert "another key" in manager.roster.proxy("one").problem
    (world.home.root / "accounts" / "one_OneShop" / "cookies.json").write_text(
        '[{"name": "auth_token", "value": "token-OneShop", "domain": ".x.com"}]', encoding="utf-8"
    )
    manager.run_account("one")
    finish(manager)
    assert len(world.connected) == before
    assert state(manager) is StateKind.NEEDS_ATTENTION
    assert "page Account" in manager.account_view("one").state.remedy


def test_one_that_cannot_be_read_keeps_its_account_from_running(world: World, manager: AccountManager) -> None:
    write_by_hand(world, manager, "canary.example:8080:canary:canary")
    assert state(manager) is StateKind.BROKEN
    view = manager.account_view("one")
    assert "config/accounts.yaml, line" in view.state.reason
    assert "canary" not in repr(view)


def test_a_clone_begins_without_the_proxy_of_its_source(world: World, manager: AccountManager) -> None:
    manager.roster.set_proxy("one", WANTED)
    clone = manager.roster.add(NewAccount("Two", "TwoShop", clone_of="one", with_content=True))
    assert manager.roster.proxy(clone) == ProxyView()


def test_an_account_that_comes_back_has_its_address_but_no_login(world: World, manager: AccountManager) -> None:
    manager.roster.set_proxy("one", WANTED)
    name = manager.roster.remove("one")
    with zipfile.ZipFile(world.home.root / "archive" / name) as archive:
        assert not [each for each in archive.namelist() if LOGIN_FILE in each]
        assert b"canary" not in b"".join(archive.read(each) for each in archive.namelist())
    assert manager.roster.restore(name) == "one"
    assert manager.roster.proxy("one") == ProxyView(ADDRESS)


def test_a_proxy_that_fails_three_times_opens_the_circuit_and_one_that_refuses_stops_the_account(
    world: World, manager: AccountManager
) -> None:
    manager.roster.set_proxy("one", WANTED)
    for _ in range(3):
        for _ in range(3):
            world.x.fail_next("log_in", ProxyFailed("The proxy cannot be used"))
        manager.run_account("one")
        finish(manager)
    assert state(manager) is StateKind.FAILING
    manager.resume_accounts(["one"])
    world.x.fail_next("log_in", ProxyRefused("The proxy wants a user and password (407)"))
    manager.run_account("one")
    finish(manager)
    view = manager.account_view("one")
    assert view.state.kind is StateKind.NEEDS_ATTENTION
    assert "page Account" in view.state.remedy


def test_its_login_is_in_no_file_but_the_sealed_one_and_in_nothing_that_is_told(
    world: World, manager: AccountManager, capsys: pytest.CaptureFixture[str]
) -> None:
    manager.roster.set_proxy("one", WANTED)
    used_by(world, manager)
    world.x.fail_next("log_in", ProxyRefused("The proxy wants a user and password (407)"))
    manager.check_session("one")
    finish(manager)
    told = [str(manager.roster.entry("one")), repr(manager.account_view("one")), str(manager.why("one"))]
    told += [str(manager.roster.proxy("one")), manager.roster.archive("one"), capsys.readouterr().out]
    files = [file for file in world.home.root.rglob("*") if file.is_file()]
    for secret in (USER, PASSWORD):
        assert not [file.name for file in files if secret.encode() in file.read_bytes()]
        assert not [text for text in told if secret in text]


def test_one_written_by_hand_is_hidden_in_all_that_the_list_shows(world: World, manager: AccountManager) -> None:
    write_by_hand(world, manager, f"http://{USER}:kopi-9f@proxy.example:8080")
    mark = manager.roster.entry("one").mark
    manager.roster.change("one", {"description": "first"}, mark)
    shown = [manager.roster.version(each.id) for each in manager.roster.versions()]
    shown += [manager.roster.read_list()[0], str(manager.roster.entries()), str(manager.roster.entry("one"))]
    for text in shown:
        assert "proxy.example:8080" in text
        assert USER not in text
        assert "kopi-9f" not in text
    assert f"{USER}:kopi-9f" in list_of(world)  # a change here leaves alone what it does not concern
    manager.roster.restore_version(manager.roster.versions()[0].id, manager.roster.read_list()[1])
    assert f"{USER}:kopi-9f" in list_of(world)
