"""Keys that nobody knows are kept; those that look like a slip of the pen are told as hints."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings.account import AccountSettings, load_account_settings
from bot.settings.fleet import FleetFile, load_fleet_file
from bot.settings.hints import hints_of
from bot.settings.home import AccountFolder, Home
from bot.settings.validation import check
from bot.settings.yaml_reading import parse_yaml
from tests import legacy

MASTER_LIST = "accounts:\n- {id: a, folder: accounts/a}\n"


def settings(text: str) -> AccountSettings:
    document = parse_yaml(text, Path("config/settings.yaml"))
    return check(document, AccountSettings).with_hints(hints_of(document, AccountSettings))


def hints(text: str) -> list[str]:
    return [f"{hint.line} {hint.key}: {hint.message}" for hint in settings(text).hints]


def load_list(root: Path, text: str) -> FleetFile:
    home = Home(root)
    home.accounts_yaml.parent.mkdir(parents=True, exist_ok=True)
    home.accounts_yaml.write_text(text, encoding="utf-8")
    return load_fleet_file(home)


def test_a_misspelled_limit_is_told_with_its_line_and_what_was_meant(tmp_path: Path) -> None:
    folder = AccountFolder(tmp_path)
    folder.settings_yaml.parent.mkdir()
    folder.settings_yaml.write_text("safety:\n  rate_limits:\n    likes_per_dya: 3\n", encoding="utf-8")
    read = load_account_settings(folder)
    (hint,) = read.hints
    assert str(hint).endswith(
        "config/settings.yaml, line 3: safety.rate_limits.likes_per_dya: "
        "is not known; did you mean likes_per_day? It is not applied."
    )
    assert read.safety.rate_limits.likes_per_day == 30, "the file stays usable"


@pytest.mark.parametrize(
    ("text", "key", "meant"),
    [
        ("safty: {}", "safty", "safety"),
        ("schedule: {enabeld: false}", "schedule.enabeld", "enabled"),
        ("schedule: {mornin: {time: '08:00'}}", "schedule.mornin", "morning"),
        ("schedule: {morning: {tiem: '08:00'}}", "schedule.morning.tiem", "time"),
        ("schedule: {slots: [{time: '08:00', like_form: x}]}", "schedule.slots.0.like_form", "like_from"),
        ("schedule: {evening: {missed: {polisy: skip}}}", "schedule.evening.missed.polisy", "policy"),
        ("schedule: {time-zone: UTC}", "schedule.time-zone", "timezone"),
        ("policy: {Like: off}", "policy.Like", "like"),
        ("policy: {likes: off}", "policy.likes", "like"),
    ],
)
def test_a_slip_is_told_on_every_level(text: str, key: str, meant: str) -> None:
    assert hints(text) == [f"1 {key}: is not known; did you mean {meant}? It is not applied."]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "targets: {likes_per_dya: 3}",
        "safety: {rate_limits: {quotes_in_all: 3}}",
        "schedule: {night: {time: '23:00'}}",
        "business: {niche: pulsa, prices: []}",
        "schedule: {morning: }",
    ],
)
def test_keys_of_the_users_own_are_left_alone(text: str) -> None:
    assert hints(text) == []


def test_a_key_whose_likely_meaning_stands_beside_it_is_the_users_own() -> None:
    assert hints("policy: {like: off, likes: many}") == []


def test_an_unknown_key_is_kept_with_its_hint() -> None:
    assert settings("policy: {likes: off}").policy.model_extra == {"likes": "off"}


@pytest.mark.parametrize("text", [legacy.SETTINGS, legacy.SETTINGS.replace("schedule:\n", "schedule:\n  siang: {}\n")])
def test_an_existing_users_settings_give_no_hint(text: str) -> None:
    assert hints(text) == []


def test_an_existing_users_master_list_gives_no_hint(tmp_path: Path) -> None:
    fleet = load_list(tmp_path, legacy.ACCOUNTS)
    assert (fleet.hints, fleet.accounts[0].hints) == ((), ())


@pytest.mark.skipif(not legacy.SHARED.exists(), reason="the shared samples are not beside the project")
def test_the_shared_samples_give_no_hint(tmp_path: Path) -> None:
    assert load_account_settings(AccountFolder(legacy.SHARED)).hints == ()
    fleet = load_list(tmp_path, (legacy.SHARED / "config" / "accounts.yaml").read_text(encoding="utf-8"))
    assert (fleet.hints, [entry.hints for entry in fleet.accounts]) == ((), [()])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("acounts: []\n", "line 1: acounts: is not known; did you mean accounts?"),
        (MASTER_LIST + "setings: {}\n", "line 3: setings: is not known; did you mean settings?"),
        (
            MASTER_LIST + "settings:\n  stager_minutes: 5\n",
            "line 4: settings.stager_minutes: is not known; did you mean stagger_minutes?",
        ),
        (
            MASTER_LIST + "settings:\n  browser: {headles: false}\n",
            "line 4: settings.browser.headles: is not known; did you mean headless?",
        ),
    ],
)
def test_a_slip_in_the_master_list_is_told(tmp_path: Path, text: str, told: str) -> None:
    (hint,) = load_list(tmp_path, text).hints
    assert f"config/accounts.yaml, {told} It is not applied." in str(hint)


def test_a_slip_in_an_entry_is_told_with_that_account(tmp_path: Path) -> None:
    fleet = load_list(tmp_path, MASTER_LIST + "- id: b\n  folder: accounts/b\n  enabeld: false\n")
    first, second = fleet.accounts
    assert (fleet.hints, first.hints) == ((), ())
    assert [f"{hint.line} {hint.key}" for hint in second.hints] == ["5 accounts.1.enabeld"]


def test_a_misspelled_key_that_is_needed_is_named_by_the_problem(tmp_path: Path) -> None:
    (broken,) = load_list(tmp_path, "accounts:\n- id: a\n  fodler: accounts/a\n").broken
    assert str(broken.problems[0]).endswith("folder: is missing; the key fodler is not known, did you mean it?")
    with pytest.raises(SettingsError, match="time: is missing; the key tiem is not known, did you mean it") as caught:
        settings("schedule:\n  slots:\n  - tiem: '09:00'\n")
    assert caught.value.problems[0].line == 3
