"""What an account lacks is known before a run meets it, with what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.content.readiness import Readiness
from bot.settings.account import load_account_settings
from bot.settings.home import AccountFolder
from tests import legacy
from tests.homes import HomeBuilder, write_yaml

TEMPLATES: dict[str, Any] = {"promo_templates": [{"text": "murah", "media": "media/promo/poster.png"}]}


@pytest.fixture
def folder(tmp_path: Path) -> AccountFolder:
    """An account that lacks nothing: one slot that posts a promo, likes and follows."""
    return AccountFolder(HomeBuilder(tmp_path).add("one", "OneShop"))


def lacks(folder: AccountFolder, readiness: Readiness | None = None) -> tuple[str, ...]:
    return (readiness or Readiness()).lacks(folder, load_account_settings(folder))


def change(folder: AccountFolder, **sections: Any) -> None:
    write_yaml(folder.settings_yaml, {"schedule": {"morning": {"time": "08:00"}}, **sections})


def test_an_account_with_everything_lacks_nothing(folder: AccountFolder) -> None:
    assert lacks(folder) == ()


def test_a_missing_session_is_told_with_what_to_do(folder: AccountFolder) -> None:
    folder.cookies_json.unlink()
    (line,) = lacks(folder)
    assert line.startswith("cookies.json is missing: export the cookies of x.com")


def test_the_session_is_looked_for_under_the_name_in_the_settings(folder: AccountFolder) -> None:
    change(folder, account={"cookies_file": "session.json"})
    assert [line.partition(":")[0] for line in lacks(folder)] == ["session.json is missing"]
    (folder.root / "session.json").write_text("[]", encoding="utf-8")
    assert lacks(folder) == ()


def test_a_picture_that_a_template_names_and_is_not_there_is_told_once(folder: AccountFolder) -> None:
    write_yaml(folder.templates_yaml, {"promo_templates": TEMPLATES["promo_templates"] * 2})
    (line,) = lacks(folder)
    assert line.startswith("media/promo/poster.png is missing: put it into the account's folder")
    picture = folder.media_file("media/promo/poster.png")
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"x")
    assert lacks(folder) == ()


def test_many_missing_pictures_are_one_line(folder: AccountFolder) -> None:
    media = [f"media/{number}.png" for number in range(7)]
    write_yaml(folder.templates_yaml, {"promo_templates": [{"text": "murah", "media": media}]})
    (line,) = lacks(folder)
    assert line.startswith("media/0.png, media/1.png, media/2.png and 4 more are missing")


def test_a_picture_outside_of_the_folder_counts_as_missing(folder: AccountFolder) -> None:
    write_yaml(folder.templates_yaml, {"promo_templates": [{"text": "murah", "media": "../other/poster.png"}]})
    assert lacks(folder)[0].startswith("../other/poster.png is missing")


def test_pictures_of_templates_that_no_slot_posts_are_not_missed(folder: AccountFolder) -> None:
    unused = [{"text": "tip", "media": "media/none.png"}]
    write_yaml(folder.templates_yaml, {"promo_templates": ["murah"], "value_templates": unused})
    assert lacks(folder) == ()


@pytest.mark.parametrize("templates", [None, {}, {"value_templates": ["tip"]}])
def test_a_slot_without_templates_is_told(folder: AccountFolder, templates: Any) -> None:
    folder.templates_yaml.unlink() if templates is None else write_yaml(folder.templates_yaml, templates)
    assert lacks(folder) == ("templates.yaml has no promo_templates: morning will post nothing until you write some.",)


def test_a_group_of_keywords_that_a_slot_needs_is_told(folder: AccountFolder) -> None:
    folder.keywords_yaml.write_text("low_intent: [kuota]\nhigh_intent: []\n", encoding="utf-8")
    assert lacks(folder) == (
        "keywords.yaml has no keywords under high_intent: nobody is found there to like or follow.",
    )


@pytest.mark.parametrize("policy", ["off", "approve"])
def test_what_is_not_done_by_itself_needs_nothing(folder: AccountFolder, policy: str) -> None:
    folder.keywords_yaml.unlink()
    folder.templates_yaml.unlink()
    change(folder, policy={"post": policy, "like": policy, "follow": policy})
    assert lacks(folder) == ()


def test_a_slot_that_is_switched_off_needs_nothing(folder: AccountFolder) -> None:
    folder.templates_yaml.unlink()
    change(folder, schedule={"morning": {"enabled": False}})
    assert lacks(folder) == ()


@pytest.mark.parametrize("text", ["promo_templates: [", "promo_templates: 3\n", "- x\n"])
def test_templates_that_cannot_be_read_are_told_elsewhere(folder: AccountFolder, text: str) -> None:
    folder.templates_yaml.write_text(text, encoding="utf-8")
    assert lacks(folder) == ()


def test_misspelled_keys_of_templates_are_told_with_their_line(folder: AccountFolder) -> None:
    text = "promo_templates:\n- murah\n- text: kuota\n  meida: media/x.png\nvalue_template:\n- tip\n"
    folder.templates_yaml.write_text(text, encoding="utf-8")
    first, second = lacks(folder)
    assert "templates.yaml, line 5: value_template: is not known; did you mean value_templates?" in first
    assert "templates.yaml, line 4: promo_templates.1.meida: is not known; did you mean media?" in second


def test_an_existing_users_files_have_no_misspelled_keys(folder: AccountFolder) -> None:
    folder.templates_yaml.write_text(legacy.TEMPLATES, encoding="utf-8")
    assert [line for line in lacks(folder) if "is not known" in line] == []


@pytest.mark.skipif(not legacy.SHARED.exists(), reason="the shared samples are not beside the project")
def test_the_shared_samples_lack_their_picture_alone() -> None:
    (line,) = lacks(AccountFolder(legacy.SHARED))
    assert line.startswith("media/promo/poster.png is missing")


def test_what_was_seen_stands_until_it_is_asked_to_look_again(folder: AccountFolder) -> None:
    readiness, settings = Readiness(), load_account_settings(folder)
    assert readiness.lacks(folder, settings) == ()
    folder.cookies_json.unlink()
    assert readiness.lacks(folder, settings) == ()
    readiness.forget(folder)
    assert len(readiness.lacks(folder, settings)) == 1


def test_a_changed_file_is_read_again_and_accounts_that_are_gone_are_forgotten(folder: AccountFolder) -> None:
    readiness, settings = Readiness(), load_account_settings(folder)
    assert readiness.lacks(folder, settings) == ()
    write_yaml(folder.templates_yaml, TEMPLATES)
    readiness.forget(folder)
    assert len(readiness.lacks(folder, settings)) == 1
    write_yaml(folder.templates_yaml, {"promo_templates": ["murah sekali"]})
    readiness.keep_only([])
    assert readiness.lacks(folder, settings) == ()
