"""Two managed accounts and a stranger on a fake x.com: only what the guards allow comes to pass there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.account_manager import AccountManager
from bot.errors import PageTimeout
from tests.homes import write_yaml
from tests.worlds import World, finish

OFFER = "🔥 Paket data 10GB cuma Rp25.000, aktif sebulan! Order {wa_number}"
SAME = "aktif sebulan!! PAKET DATA 25GB cuma Rp50.000 👉 {wa_link}"
OTHER = "Kuota malam untuk yang suka begadang, tanya stok {wa_number}"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    world.home.fleet["never_engage"] = ["@galak"]
    yield world
    world.close()


def add(world: World, account_id: str, handle: str, *texts: str, **changes: Any) -> Path:
    folder = world.add(account_id, handle, **changes)
    write_yaml(folder / "config" / "templates.yaml", {"promo_templates": list(texts)})
    return folder


def open_two(world: World) -> AccountManager:
    add(world, "one", "TokoSatu", OFFER)
    add(world, "two", "TokoDua", SAME, OTHER)
    return world.open()


def run(manager: AccountManager, *account_ids: str) -> None:
    for account_id in account_ids:
        manager.run_account(account_id)
        finish(manager)


def texts_of(world: World, handle: str) -> list[str]:
    return [post.text for post in world.x.posts_of(handle)]


def told(manager: AccountManager, account_id: str) -> str:
    return "\n".join(step.text for step in manager.why(account_id))


def test_the_second_passes_over_what_the_first_has_posted_and_says_why(world: World) -> None:
    manager = open_two(world)
    run(manager, "one", "two")
    assert "10GB" in texts_of(world, "TokoSatu")[0]
    assert [text.split()[0] for text in texts_of(world, "TokoDua")] == ["Kuota"]
    assert "is 96% like what Shop TokoSatu posted just now" in told(manager, "two")
    (stop,) = [stop for stop in manager.guards.stops(10) if stop.guard == "near_duplicate"]
    assert stop.account_id == "two"


def test_an_account_may_come_again_with_other_numbers_but_never_with_the_same_text(world: World) -> None:
    add(world, "one", "TokoSatu", OFFER, OFFER.replace("10GB", "12GB"))
    add(world, "two", "TokoDua", OTHER)
    manager = world.open()
    run(manager, "one", "one", "one")
    assert len(texts_of(world, "TokoSatu")) == 2
    assert "was posted in the last 30 days" in told(manager, "one")


def test_an_account_that_is_strict_with_itself_does_not(world: World) -> None:
    folder = add(world, "one", "TokoSatu", OFFER, OFFER.replace("10GB", "12GB"))
    settings = yaml.safe_load((folder / "config" / "settings.yaml").read_text("utf-8"))
    settings["safety"]["guards"] = {"own_near_duplicates": True}
    write_yaml(folder / "config" / "settings.yaml", settings)
    run(world.open(), "one", "one")
    assert len(texts_of(world, "TokoSatu")) == 1


def test_a_post_that_was_surely_not_sent_leaves_its_text_to_others(world: World) -> None:
    manager = open_two(world)
    world.x.fail_next("post", PageTimeout("slow"))
    run(manager, "one", "two")
    assert texts_of(world, "TokoSatu") == []
    assert "25GB" in texts_of(world, "TokoDua")[0]


def test_a_post_whose_answer_was_lost_keeps_its_text(world: World) -> None:
    manager = open_two(world)
    world.x.fail_next("post", PageTimeout("slow"), after_click=True)
    run(manager, "one", "two")
    assert [text.split()[0] for text in texts_of(world, "TokoDua")] == ["Kuota"]


def test_a_post_that_a_person_did_not_find_leaves_its_text_to_others(world: World) -> None:
    manager = open_two(world)
    world.x.fail_next("post", PageTimeout("slow"), after_click=True)
    run(manager, "one")
    manager.decide_post("one", manager.posts("one")[0].intent_id, is_there=False)
    run(manager, "two")
    assert "25GB" in texts_of(world, "TokoDua")[0]


def test_texts_of_before_hold_the_other_account_back_after_a_restart_without_the_book(world: World) -> None:
    manager = open_two(world)
    run(manager, "one")
    manager.close()
    world.managers.remove(manager)
    for file in (world.home.root / "data").glob("fleet.db*"):
        file.unlink()
    again = world.open()
    run(again, "two")
    assert [text.split()[0] for text in texts_of(world, "TokoDua")] == ["Kuota"]


def test_managed_accounts_leave_each_other_alone_and_a_stranger_is_one_accounts_only(world: World) -> None:
    manager = open_two(world)
    add(world, "three", "TokoTiga", "Tutup", enabled=False)
    manager.reload()
    for handle in ("TokoSatu", "TokoDua", "TokoTiga", "galak", "pembeli"):
        world.x.add_post(handle, "cari paket data dong")
    run(manager, "one", "two")
    deeds = [(call.handle, call.detail) for call in world.x.calls if call.name in {"like", "follow"}]
    assert {who for who, _ in deeds} == {"TokoSatu"}, "the stranger is the first one's"
    assert len(world.x.likes_of("TokoSatu")) == 1
    assert {follow.lower() for follow in world.x.accounts["tokosatu"].follows} == {"pembeli"}
    held = {(stop.guard, stop.subject) for stop in manager.guards.stops(20) if stop.account_id == "one"}
    assert {("managed", "@tokodua"), ("managed", "@tokotiga"), ("never", "@galak")} <= held


def test_a_new_account_posts_little_at_first(world: World) -> None:
    ramp = {"enabled": True, "steps": [{"until_day": 2, "posts_per_day": 1}]}
    add(world, "one", "TokoSatu", OFFER, OTHER, safety={"delays": {"min_delay": 0, "max_delay": 0}, "ramp": ramp})
    world.home.entries[0]["created_at"] = world.clock.now().isoformat()
    world.home.write()
    manager = world.open()
    assert manager.account_view("one").posts_limit == 1
    run(manager, "one", "one")
    assert len(texts_of(world, "TokoSatu")) == 1
    assert "a new account: its posts are limited to 1 in 24 hours" in told(manager, "one")
