"""Backups made and put back in Chromium, as a person would, on a real manager over a fake x.com."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver

from bot.account_manager import AccountManager
from bot.fleet_view import StateKind
from tests.e2e.webapp.browsing import SIZES, Visit, visiting
from tests.webapp.panel import make_panel_of
from tests.worlds import World, state

pytestmark = pytest.mark.e2e


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    for account_id, handle in (("one", "OneShop"), ("two", "TwoShop")):
        world.add(account_id, handle)
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


def shoot(person: Visit, name: str) -> None:
    folder = os.environ.get("AVIARY_SHOTS")
    if folder:
        for theme in ("light", "dark"):
            person.use_theme(theme)
            person.browser.save_screenshot(f"{folder}/{name}-{theme}.png")
        person.use_theme("light")


@SIZES
def test_a_backup_is_made_and_put_back_by_buttons(
    person: Visit, manager: AccountManager, size: tuple[int, int]
) -> None:
    person.look(size)
    person.open("/backups")
    assert person.find_faults() == []
    person.click("#backup-now")
    person.wait(lambda: "is made and checked" in person.text("main"))
    assert person.find_faults() == []
    shoot(person, f"list-{size[0]}")
    person.click(".plain-row a.btn")
    person.wait(lambda: person.count("#restore-yes"))
    assert person.text("main").count("is replaced") == 2
    assert person.find_faults() == []
    shoot(person, f"restore-{size[0]}")
    person.click("#restore-yes")
    person.wait(lambda: "Restored: one, two" in person.text("main"))
    assert state(manager, "two") is StateKind.NEEDS_ATTENTION
    person.click(".plain-row a.btn:last-child")
    assert person.find_faults() == []
    person.click("#delete-yes")
    person.wait(lambda: "is deleted" in person.text("#toasts"))
