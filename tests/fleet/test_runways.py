"""Cards warn of texts that run out, without a look at every poll."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.account_manager import AccountManager
from bot.fleet.runways import LOOKED_AT_ONCE
from tests.homes import write_yaml
from tests.worlds import World, finish


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def warnings(manager: AccountManager, account_id: str = "one") -> tuple[str, ...]:
    """After another look."""
    manager._runways.refresh()
    return tuple(line for line in manager.account_view(account_id).warnings if "last for" in line)


def write(world: World, texts: str) -> None:
    write_yaml(world.home.root / "accounts/one_OneShop/config/templates.yaml", {"promo_templates": list(texts)})


def test_a_card_warns_when_its_texts_last_for_less_than_a_week(world: World) -> None:
    world.add("one", "OneShop")
    write(world, "ab")
    assert warnings(world.open()) == (
        "The texts of promo_templates last for 2 more days: write more, or let slots post less often.",
    )


def test_new_texts_are_seen_at_the_next_look(world: World) -> None:
    world.add("one", "OneShop")
    write(world, "ab")
    manager = world.open()
    assert warnings(manager)
    write(world, "abcdefghij")
    manager.reload()
    assert warnings(manager) == ()


def test_what_was_posted_is_seen_at_once(world: World) -> None:
    world.add("one", "OneShop")
    write(world, "abcdefg")
    manager = world.open()
    assert warnings(manager) == ()
    manager.run_account("one")
    finish(manager)
    assert "last for 6 more days" in warnings(manager)[0]
    world.clock.advance(31 * 24 * 3600)
    assert warnings(manager) == ()  # the text has come back, which the hourly look sees


def test_of_many_accounts_a_few_are_looked_at_at_once(world: World) -> None:
    ids = [f"a{number}" for number in range(LOOKED_AT_ONCE + 1)]
    for account_id in ids:
        world.add(account_id, f"Shop{account_id}")
    manager = world.open()
    manager._runways.refresh()
    seen = [any("last for" in line for line in manager.account_view(each).warnings) for each in ids]
    assert seen == [True] * LOOKED_AT_ONCE + [False]
    assert all(warnings(manager, each) for each in ids)


def test_an_account_whose_files_are_broken_is_left_alone(world: World) -> None:
    world.add("one", "OneShop")
    (world.home.root / "accounts/one_OneShop/config/templates.yaml").write_text("[", encoding="utf-8")
    assert warnings(world.open()) == ()
