"""What a change would make of an account's files, told before it is made."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from bot.account_manager import AccountManager
from bot.errors import ChangedMeanwhile, SettingsError
from bot.file_edits import SLOT, FileEdit, draft, save_drafts
from bot.files_view import AccountFile
from bot.settings.account_editing import add_slot, delete_slot, set_keywords, set_values
from tests.worlds import World

LIMIT = ("safety", "rate_limits", "tweets_per_day")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    world.add("one", "OneShop")
    yield world
    world.close()


@pytest.fixture
def manager(world: World) -> AccountManager:
    return world.open()


def limit(value: object) -> FileEdit:
    return FileEdit.of_data(AccountFile.SETTINGS, partial(set_values, values={LIMIT: value}))


def test_a_value_is_told_as_it_is_and_as_it_would_be_and_nothing_is_written(manager: AccountManager) -> None:
    before = manager.files.read("one", AccountFile.SETTINGS)
    [found] = draft(manager.files, "one", [limit(7)])
    assert [(each.path, each.old, each.new) for each in found.alterations] == [(LIMIT, 50, 7)]
    assert manager.files.read("one", AccountFile.SETTINGS) == before


def test_what_is_left_out_has_its_default(manager: AccountManager) -> None:
    replies = ("safety", "rate_limits", "replies_per_day")
    edit = FileEdit.of_data(AccountFile.SETTINGS, partial(set_values, values={replies: 10}))
    [found] = draft(manager.files, "one", [edit])
    assert found.alterations == ()
    assert save_drafts(manager.files, "one", [found]) == []
    assert "replies_per_day" not in manager.files.read("one", AccountFile.SETTINGS).text


def test_slots_are_told_by_their_names(manager: AccountManager) -> None:
    add = FileEdit.of_data(AccountFile.SETTINGS, partial(add_slot, name="late", values={("time",): "22:00"}))
    [found] = draft(manager.files, "one", [add])
    [change] = found.alterations
    assert (change.path, change.old, change.new.name) == ((*SLOT, "late"), None, "late")
    [found] = draft(
        manager.files, "one", [FileEdit.of_data(AccountFile.SETTINGS, partial(delete_slot, name="morning"))]
    )
    [change] = found.alterations
    assert (change.old.name, change.new) == ("morning", None)


def test_keywords_and_content_are_told_by_their_lists(manager: AccountManager) -> None:
    words = FileEdit.of_data(AccountFile.KEYWORDS, partial(set_keywords, groups={"high_intent": ["x"]}))
    content = FileEdit(AccountFile.TEMPLATES, lambda _text: "promo_templates: [Halo]\n")
    first, second = draft(manager.files, "one", [words, content])
    assert [each.new for each in first.alterations] == [("x",)]
    assert [each.new for each in second.alterations] == [["Halo"]]
    assert save_drafts(manager.files, "one", [first, second]) == [AccountFile.KEYWORDS, AccountFile.TEMPLATES]
    assert len(manager.files.versions("one", AccountFile.KEYWORDS)) == 1


@pytest.mark.parametrize("value", [-1, "many"])
def test_what_no_file_can_say_is_refused(manager: AccountManager, value: object) -> None:
    with pytest.raises(SettingsError, match="tweets_per_day"):
        draft(manager.files, "one", [limit(value)])


def test_a_file_that_is_broken_already_is_not_touched(world: World, manager: AccountManager) -> None:
    file = world.home.root / "accounts" / "one_OneShop" / "config" / "settings.yaml"
    file.write_text("schedule: {timezone: Mars}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="Mars"):
        draft(manager.files, "one", [limit(7)])


def test_what_somebody_else_wrote_meanwhile_is_not_lost(world: World, manager: AccountManager) -> None:
    drafts = draft(manager.files, "one", [limit(7)])
    file = world.home.root / "accounts" / "one_OneShop" / "config" / "settings.yaml"
    text = file.read_text(encoding="utf-8") + "# by hand\n"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ChangedMeanwhile):
        save_drafts(manager.files, "one", drafts)
    assert file.read_text(encoding="utf-8") == text
