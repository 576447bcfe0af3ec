"""Who follows the guide, or what the panel says where there is no account, has an account that works."""

from __future__ import annotations

import html
import json
import re
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.account_manager import AccountManager
from bot.clock import FakeClock
from bot.content.counting import count_posts
from bot.content.language import parse
from bot.content.rendering import draw
from bot.content.templates import read_content
from bot.content.variables import vocabulary_of
from bot.fleet.fake import FakeFleet
from bot.fleet_view import RunState, StateKind
from bot.settings.account import AccountSettings, Policy, load_account_settings
from bot.settings.home import AccountFolder
from bot.settings.yaml_reading import parse_yaml
from tests.webapp.panel import make_panel
from tests.worlds import World, finish, state

ROOT = Path(__file__).resolve().parents[1]
GUIDE = (ROOT / "docs" / "user-guide.md").read_text(encoding="utf-8")
HANDLE = "your_handle"
FOLDER = f"accounts/account1_{HANDLE}"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    world.x.add_account(HANDLE, session="token")
    yield world
    world.close()


def example(first_key: str) -> str:
    """The indented block of the guide that begins with this key."""
    (found,) = re.findall(rf"^( +){first_key}:\n((?:\1.*\n)+)", GUIDE, re.MULTILINE)
    return textwrap.dedent(f"{found[0]}{first_key}:\n{found[1]}")


def write(world: World, name: str, text: str) -> None:
    file = world.home.root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def copy(world: World, example_file: str, name: str) -> None:
    write(world, name, (ROOT / "config" / example_file).read_text(encoding="utf-8"))


def save_session(world: World) -> None:
    write(world, f"{FOLDER}/cookies.json", json.dumps([{"name": "auth_token", "value": "token", "domain": ".x.com"}]))


def follow_the_guide(world: World) -> None:
    copy(world, "accounts.example.yaml", "config/accounts.yaml")
    copy(world, "settings.example.yaml", f"{FOLDER}/config/settings.yaml")
    write(world, f"{FOLDER}/config/templates.yaml", example("promo_templates"))
    save_session(world)


def post_once(world: World, manager: AccountManager) -> None:
    manager.run_account("account1")
    finish(manager)
    assert manager.runs("account1")[0].state is RunState.DONE
    assert len(world.x.posts_of(HANDLE)) == 1


def test_the_guide_alone_leads_to_an_account_that_posts(world: World) -> None:
    follow_the_guide(world)
    manager = world.open()
    assert manager.overview().problems == ()
    assert state(manager, "account1") is StateKind.WAITING
    (lacking,) = manager.account_view("account1").warnings
    assert lacking.startswith("media/promo/poster.png is missing"), "the guide says to put a picture there"
    post_once(world, manager)


def test_the_example_does_by_itself_what_new_accounts_do(world: World) -> None:
    follow_the_guide(world)
    policy = load_account_settings(AccountFolder(world.home.root / FOLDER)).policy
    waiting = Policy.APPROVE
    assert (policy.post, policy.like, policy.follow, policy.reply) == (Policy.AUTOMATIC, waiting, waiting, waiting)


def test_the_keywords_of_the_guide_are_all_that_likes_and_follows_need(world: World) -> None:
    follow_the_guide(world)
    settings = world.home.root / FOLDER / "config" / "settings.yaml"
    settings.write_text(re.sub(r"\bapprove\b", "automatic", settings.read_text(encoding="utf-8")), encoding="utf-8")
    write(world, f"{FOLDER}/config/keywords.yaml", example("high_intent"))
    assert [line for line in world.open().account_view("account1").warnings if "keywords" in line] == []


def samples_of_the_panel(tmp_path: Path, clock: FakeClock) -> list[str]:
    """The files shown where there is no account."""
    page = make_panel(FakeFleet(clock), clock, tmp_path / "panel").operator().get("/").text
    return [html.unescape(found) for found in re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)]


def test_what_the_panel_says_leads_to_an_account_that_posts(world: World, tmp_path: Path) -> None:
    master_list, templates = samples_of_the_panel(tmp_path, world.clock)
    write(world, "config/accounts.yaml", master_list)
    copy(world, "settings.example.yaml", f"{FOLDER}/config/settings.yaml")
    write(world, f"{FOLDER}/config/templates.yaml", templates)
    save_session(world)
    manager = world.open()
    assert manager.account_view("account1").warnings == ()
    post_once(world, manager)


def test_the_panels_sample_says_the_same_as_the_example_file(tmp_path: Path, world: World) -> None:
    shown: Any = parse_yaml(samples_of_the_panel(tmp_path, world.clock)[0], Path("shown.yaml")).data
    text = (ROOT / "config" / "accounts.example.yaml").read_text(encoding="utf-8")
    written: Any = parse_yaml(text, Path("accounts.example.yaml")).data
    assert shown["accounts"][0].items() <= written["accounts"][0].items()


def test_the_example_of_the_language_of_templates_posts_without_a_hole() -> None:
    content = read_content(parse_yaml(example("story_templates"), Path("templates.yaml")).data)
    settings = AccountSettings.model_validate({"business": {"wa_link": "https://wa.me/62"}})
    vocabulary = vocabulary_of(content, settings, datetime(2026, 3, 2, tzinfo=UTC), 1)
    posts = [draw(template, vocabulary, Random(1)) for template in content.templates]
    counts = [count_posts(template, vocabulary).number for template in content.templates]
    assert all(post is not None and not vocabulary.unknown(parse(post.text)) for post in posts)
    assert counts == [1, 4, 4]
