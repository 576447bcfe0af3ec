"""The YAML files of an account: read also when broken, checked before they are written, never written over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.account_manager import AccountManager
from bot.errors import ChangedMeanwhile, SettingsError
from bot.files_view import AccountFile
from bot.fleet_view import StateKind
from bot.settings.account_editing import add_slot, set_values
from tests.worlds import World, state

SETTINGS, KEYWORDS, TEMPLATES = AccountFile.SETTINGS, AccountFile.KEYWORDS, AccountFile.TEMPLATES
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


def path_of(world: World, file: AccountFile = SETTINGS) -> Path:
    return world.home.root / "accounts" / "one_OneShop" / "config" / file.filename


def test_what_is_saved_is_in_force_at_once(world: World, manager: AccountManager) -> None:
    before = manager.files.read("one", SETTINGS)
    after = manager.files.change("one", SETTINGS, lambda data: set_values(data, {LIMIT: 7}), before.mark)
    assert manager.account_view("one").posts_limit == 7
    assert path_of(world).read_text(encoding="utf-8") == after.text
    assert manager.files.read("one", SETTINGS) == after


def test_a_mistake_is_told_with_file_line_and_key_and_nothing_is_written(world: World, manager: AccountManager) -> None:
    before = manager.files.read("one", SETTINGS)
    with pytest.raises(SettingsError) as raised:
        manager.files.change("one", SETTINGS, lambda data: set_values(data, {LIMIT: "ten"}), before.mark)
    assert "one_OneShop/config/settings.yaml, line" in str(raised.value)
    assert "safety.rate_limits.tweets_per_day: must be a whole number" in str(raised.value)
    assert path_of(world).read_text(encoding="utf-8") == before.text
    assert manager.files.versions("one", SETTINGS) == []


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        (SETTINGS, "schedule: [", "settings.yaml, line 2: has nothing"),
        (KEYWORDS, "- paket\n", "must have keys such as high_intent"),
        (KEYWORDS, "a:\n  - b: c\n", "line 2: a.0: must be a text"),
        (TEMPLATES, "promo_templates:\n  - 7\n", "line 2: promo_templates.0"),
    ],
)
def test_each_file_is_checked_by_what_it_is(manager: AccountManager, file: AccountFile, text: str, words: str) -> None:
    mark = manager.files.read("one", file).mark
    with pytest.raises(SettingsError) as raised:
        manager.files.save("one", file, text, mark)
    assert words in str(raised.value)
    assert [str(problem) for problem in manager.files.check("one", file, text).problems] == [str(raised.value)]


def test_keys_that_look_misspelled_are_told_and_stop_nothing(manager: AccountManager) -> None:
    mark = manager.files.read("one", SETTINGS).mark
    saved = manager.files.save("one", SETTINGS, "schedule:\n  timzone: UTC\n", mark)
    assert "did you mean timezone" in str(saved.hints[0])
    assert manager.files.read("one", SETTINGS).hints == saved.hints


def test_the_second_of_two_edits_is_told(world: World, manager: AccountManager) -> None:
    mark = manager.files.read("one", SETTINGS).mark
    manager.files.change("one", SETTINGS, lambda data: set_values(data, {LIMIT: 7}), mark)
    with pytest.raises(ChangedMeanwhile):
        manager.files.change("one", SETTINGS, lambda data: set_values(data, {LIMIT: 8}), mark)
    with pytest.raises(ChangedMeanwhile):
        manager.files.save("one", SETTINGS, "broken: [", mark)
    assert manager.account_view("one").posts_limit == 7


def test_what_a_person_read_is_known_after_a_change_in_the_panel_or_by_hand(
    world: World, manager: AccountManager
) -> None:
    before = manager.files.read("one", SETTINGS)
    path_of(world).write_text("account: {}\n", encoding="utf-8")
    assert manager.files.read_as_of("one", SETTINGS, before.mark) == before
    assert manager.files.read_as_of("one", SETTINGS, "0" * 64) is None
    manager.files.save("one", SETTINGS, before.text, manager.files.read("one", SETTINGS).mark)
    manager.files.save("one", SETTINGS, "a: 1\n", before.mark)
    manager.close()
    world.managers.remove(manager)
    fresh = world.open()
    found = fresh.files.read_as_of("one", SETTINGS, before.mark)
    assert found is not None
    assert found.text == before.text


def test_a_broken_file_can_be_mended(world: World, manager: AccountManager) -> None:
    good = path_of(world).read_text(encoding="utf-8")
    path_of(world).write_text("schedule: [\n", encoding="utf-8")
    manager.reload()
    assert state(manager) is StateKind.BROKEN
    broken = manager.files.read("one", SETTINGS)
    assert broken.problems
    assert broken.settings is None
    manager.files.save("one", SETTINGS, good, broken.mark)
    assert state(manager) is not StateKind.BROKEN


def test_a_file_that_is_no_utf_8_is_shown_and_can_be_mended(world: World, manager: AccountManager) -> None:
    path_of(world, KEYWORDS).write_bytes(b"high_intent:\n  - caf\xe9\n")
    broken = manager.files.read("one", KEYWORDS)
    assert broken.problems[0].line == 2
    assert "caf\ufffd" in broken.text
    manager.files.save("one", KEYWORDS, "high_intent:\n  - café\n", broken.mark)
    assert manager.files.read("one", KEYWORDS).keywords == {"high_intent": ("café",)}


def test_a_missing_file_can_be_written(world: World, manager: AccountManager) -> None:
    for file in AccountFile:
        path_of(world, file).unlink()
    assert "is missing" in str(manager.files.read("one", SETTINGS).problems[0])
    assert manager.files.read("one", KEYWORDS).problems == ()
    for file, text in ((SETTINGS, "a: 1\n"), (KEYWORDS, "a: []\n")):
        manager.files.save("one", file, text, manager.files.read("one", file).mark)
        assert path_of(world, file).read_text(encoding="utf-8") == text


def test_what_is_no_file_is_told(world: World, manager: AccountManager) -> None:
    path_of(world, KEYWORDS).unlink()
    path_of(world, KEYWORDS).mkdir()
    found = manager.files.read("one", KEYWORDS)
    assert found.mark == ""
    assert "is a folder" in str(found.problems[0])


def test_what_is_too_large_is_not_written(manager: AccountManager) -> None:
    mark = manager.files.read("one", KEYWORDS).mark
    with pytest.raises(SettingsError) as raised:
        manager.files.save("one", KEYWORDS, f"a: {'x' * 2**21}\n", mark)
    assert "larger than 2048 KiB" in str(raised.value)


def test_a_former_state_is_put_back_and_the_present_one_is_kept(manager: AccountManager) -> None:
    first = manager.files.read("one", SETTINGS)
    second = manager.files.change("one", SETTINGS, lambda data: set_values(data, {LIMIT: 7}), first.mark)
    [version] = manager.files.versions("one", SETTINGS)
    assert manager.files.version("one", SETTINGS, version.id).text == first.text
    with pytest.raises(ChangedMeanwhile):
        manager.files.restore("one", SETTINGS, version.id, first.mark)
    assert manager.files.restore("one", SETTINGS, version.id, second.mark).mark == first.mark
    assert len(manager.files.versions("one", SETTINGS)) == 2


def test_a_former_state_that_was_broken_is_not_put_back(world: World, manager: AccountManager) -> None:
    path_of(world).write_text("schedule: [\n", encoding="utf-8")
    mended = manager.files.save("one", SETTINGS, "a: 1\n", manager.files.read("one", SETTINGS).mark)
    [version] = manager.files.versions("one", SETTINGS)
    with pytest.raises(SettingsError):
        manager.files.restore("one", SETTINGS, version.id, mended.mark)
    assert manager.files.read("one", SETTINGS) == mended


def test_the_coming_runs_are_those_of_the_planner_in_the_accounts_zone(world: World, manager: AccountManager) -> None:
    world.home.fleet["stagger_minutes"] = 30
    world.home.write()
    manager.reload()
    mark = manager.files.read("one", SETTINGS).mark

    def change(data: dict[str, object]) -> None:
        set_values(data, {("schedule", "timezone"): "Asia/Jakarta"})
        add_slot(data, "lunch", {("time",): "12:00", ("weekdays",): ("mon",)})

    manager.files.change("one", SETTINGS, change, mark)
    coming = manager.files.coming("one")
    assert coming == sorted(coming)
    assert [each.slot for each in coming].count("morning") == 7
    [lunch] = [each for each in coming if each.slot == "lunch"]
    assert lunch.local_date.weekday() == 0
    plain = datetime.combine(lunch.local_date, datetime.min.time(), tzinfo=lunch.planned_at.tzinfo)
    assert timedelta(hours=5) <= lunch.planned_at - plain < timedelta(hours=5, minutes=30)
    assert coming[0].planned_at == manager.account_view("one").next_run


def test_nothing_comes_while_the_schedule_is_off_or_cannot_be_read(world: World, manager: AccountManager) -> None:
    for text in ("schedule: {enabled: false, morning: {time: '08:00'}}\n", "schedule: [\n"):
        path_of(world).write_text(text, encoding="utf-8")
        assert manager.files.coming("one") == []


def test_an_unknown_account_is_told(manager: AccountManager) -> None:
    with pytest.raises(KeyError):
        manager.files.read("nobody", SETTINGS)
    with pytest.raises(KeyError):
        manager.files.version("one", SETTINGS, "nothing")


@pytest.mark.parametrize("file", list(AccountFile))
def test_flat_folders_have_their_files_beside_the_session(world: World, file: AccountFile) -> None:
    folder = world.home.root / "accounts" / "one_OneShop"
    for each in list((folder / "config").iterdir()):
        each.rename(folder / each.name)
    manager = world.open()
    text = manager.files.read("one", file).text
    manager.files.save("one", file, f"# mine\n{text}", manager.files.read("one", file).mark)
    assert (folder / file.filename).read_text(encoding="utf-8") == f"# mine\n{text}"
