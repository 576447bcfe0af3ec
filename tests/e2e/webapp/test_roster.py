"""Accounts added, changed and removed in Chromium, as a person would, on a real manager over a fake x.com."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver

from bot.account_manager import AccountManager
from bot.fleet_view import StateKind
from bot.roster_view import NewAccount
from tests.e2e.webapp.browsing import SIZES, Visit, visiting
from tests.webapp.panel import make_panel_of
from tests.worlds import World

pytestmark = pytest.mark.e2e


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
def person(browser: webdriver.Chrome, world: World, manager: AccountManager) -> Iterator[Visit]:
    panel = make_panel_of(manager, world.clock)
    with visiting(browser, panel) as visit:
        visit.log_in()
        yield visit


def test_an_account_is_added_changed_removed_and_brought_back(person: Visit, manager: AccountManager) -> None:
    person.click("a[href='/accounts/new']")
    person.find("#field-handle").send_keys("@TwoShop")
    person.find("#field-name").send_keys("Toko Dua")
    person.find("#session-text").send_keys("auth_token=token-TwoShop; ct0=c7c7")
    person.click("#new-add")
    person.wait(lambda: person.text("#account-twoshop-name") == "Toko Dua")
    assert manager.sessions.look("twoshop").is_sealed
    person.click("nav.tabs a[href='/accounts/twoshop/entry']")
    person.find("#field-groups").send_keys("bali")
    person.click("#entry-save")
    person.wait(lambda: manager.account_view("twoshop").groups == ("bali",))
    person.wait(lambda: "Saved." in person.text("#toasts"))
    person.click("#entry-remove")
    person.find("#removal-handle").send_keys("@TwoShop")
    person.click("#removal-yes")
    person.wait(lambda: "Toko Dua is removed" in person.text("#toasts"))
    person.click(".plain-row button")
    person.wait(lambda: person.count("#entry-save"))
    assert manager.account_view("twoshop").state.kind is StateKind.DISABLED
    assert person.complaints() == []


def test_a_clone_is_made_from_the_accounts_page(person: Visit, manager: AccountManager) -> None:
    person.open("/accounts/one/entry")
    person.click("#entry-clone")
    person.find("#field-handle").send_keys("TwoShop")
    person.click("#new-add")
    person.wait(lambda: person.count("#account-twoshop-name"))
    assert manager.account_view("twoshop").slots == manager.account_view("one").slots


def test_a_template_is_saved_and_an_account_added_from_it(person: Visit, manager: AccountManager) -> None:
    person.open("/accounts/one/entry")
    person.click("#entry-template")
    person.find("#field-name").send_keys("Pulsa shop")
    person.click("#template-save")
    person.wait(lambda: "Morning 08:00" in person.text("#template-holds"))
    person.click("#template-add")
    person.find("#field-handle").send_keys("TwoShop")
    person.click("#new-add")
    person.wait(lambda: person.count("#account-twoshop-name"))
    assert manager.account_view("twoshop").slots == manager.account_view("one").slots
    assert person.complaints() == []


def test_an_order_that_takes_its_time_says_so_until_its_result_is_there(person: Visit, manager: AccountManager) -> None:
    press = """
        const button = document.getElementById(arguments[0]), status = button.form.querySelector("[role=status]");
        button.form.requestSubmit(button);
        return [button.getAttribute("aria-busy"), status.textContent];
    """
    person.open("/bulk?scope=all&action=set_limit")
    person.find("#field-set\\.value").send_keys("4")
    assert person.script(press, "ask-preview") == ["true", "Looking at 1 account…"]
    person.wait(lambda: person.count("#order-give"))
    busy, words = person.script(press, "order-give")
    assert busy == "true"
    assert words.startswith("Changing 1 account")
    person.wait(lambda: "1 account has its new limit" in person.text("#order-title"))
    person.browser.back()
    person.wait(lambda: person.count("#order-give"))
    assert person.count("[aria-busy]") == 0
    assert manager.account_view("one").posts_limit == 4


@SIZES
def test_a_page_whose_order_is_under_way_is_sound(person: Visit, size: tuple[int, int]) -> None:
    person.look(size)
    for query, button in (("", "#ask-preview"), ("&set.limit=tweets_per_day&set.value=4", "#order-give")):
        person.open(f"/bulk?scope=all&action=set_limit{query}")
        person.script("for (const field of document.querySelectorAll('#ask input')) field.required = false")
        person.script("addEventListener('submit', (event) => event.preventDefault())")  # it stays under way
        person.click(button)
        assert person.count(f"{button}[aria-busy=true]") == 1
        assert person.find_faults() == [], button


def test_ticked_accounts_come_into_a_group_and_get_a_limit_that_a_former_state_takes_back(
    person: Visit, world: World, manager: AccountManager
) -> None:
    manager.roster.add(NewAccount("Two", "TwoShop"))
    person.open("/")
    person.wait(lambda: person.count("#pick-page:not([hidden])"))
    person.click("#pick-page")
    person.click("#bulk-more summary")
    person.click("#bulk-add_to_group")
    person.find("#field-set\\.group").send_keys("bali")
    person.click("#ask-preview")
    person.wait(lambda: "Groups: none → bali" in person.text("#order-changing"))
    person.click("#order-give")
    person.wait(lambda: "2 accounts are in the group" in person.text("#order-title"))
    person.open("/groups/one?name=bali")
    person.click("button[value='set_limit']")
    person.find("#field-set\\.value").send_keys("4")
    person.click("#ask-preview")
    person.wait(lambda: "Posts a day: 50 → 4" in person.text("#order-changing"))
    person.click("#order-give")
    person.wait(lambda: "2 accounts have their new limit" in person.text("#order-title"))
    person.click("#order-results a[href='/accounts/one/files/settings#versions']")
    person.click("#versions .plain-row a")
    person.click("#version-restore")
    settings = world.home.root / "accounts" / "one_OneShop" / "config" / "settings.yaml"
    person.wait(lambda: "tweets_per_day: 50" in settings.read_text(encoding="utf-8"))
    assert person.complaints() == []


def test_a_former_state_is_put_back_after_a_question(person: Visit, manager: AccountManager) -> None:
    manager.roster.change("one", {"name": "Changed"})
    [version] = manager.roster.versions()
    person.open(f"/roster/versions/{version.id}")
    person.click("#version-restore")
    person.wait(lambda: person.find("#confirm").is_displayed())
    person.click("#confirm-yes")
    person.wait(lambda: manager.account_view("one").name == "Shop OneShop")


@SIZES
def test_each_page_is_sound_in_each_look(person: Visit, manager: AccountManager, size: tuple[int, int]) -> None:
    manager.roster.archive("one")
    manager.roster.change("one", {"name": "Changed", "groups": ["bali", "a group with a rather long name"]})
    manager.account_templates.save("one", "Pulsa shop", description="careful", with_content=True)
    [version] = manager.roster.versions()
    person.look(size)
    for address in (
        "/accounts/new",
        "/accounts/one/entry",
        "/accounts/one/remove",
        "/roster",
        f"/roster/versions/{version.id}",
        "/account-templates",
        "/account-templates/new?account=one",
        "/account-templates/Pulsa%20shop",
        "/groups",
        "/groups/one?name=bali",
        "/bulk?action=set_limit&scope=all",
        "/bulk?action=add_slot&scope=all",
        "/bulk?action=apply_template&scope=all",
        "/bulk?action=set_limit&scope=all&set.limit=tweets_per_day&set.value=7",
    ):
        person.open(address)
        assert person.find_faults() == [], address
