"""settings.yaml of one account: what existing users have, and every mistake with its place."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SettingsError, SettingsProblem
from bot.settings.account import AccountSettings, Policy, TargetsSection, load_account_settings
from bot.settings.content import load_keywords, load_templates
from bot.settings.fleet import load_fleet_file
from bot.settings.home import AccountFolder, Home
from bot.settings.validation import check
from bot.settings.yaml_reading import parse_yaml
from tests import legacy


def read(text: str) -> AccountSettings:
    return check(parse_yaml(text, Path("settings.yaml")), AccountSettings)


def problems_of(text: str) -> list[SettingsProblem]:
    with pytest.raises(SettingsError) as caught:
        read(text)
    return caught.value.problems


def test_the_settings_of_an_existing_user_mean_what_they_meant() -> None:
    settings = read(legacy.SETTINGS)
    assert settings.account.username == "@TokoContoh"
    assert settings.business.wa_number == "080000000001"
    assert settings.business.wa_link.startswith("https://wa.me/6280000000001?text=")
    slots = {slot.name: slot for slot in settings.schedule.all_slots}
    assert {name: slot.time for name, slot in slots.items()} == {
        "morning": time(8),
        "afternoon": time(13),
        "evening": time(20),
    }
    assert [(slot.post, slot.like, slot.like_from, slot.follow) for slot in slots.values()] == [
        ("promo", 5, "high_intent", 5),
        ("value", 5, "medium_intent", 0),
        ("promo", 3, "high_intent", 5),
    ]
    assert settings.safety.delays.after_error == (60, 180)
    assert settings.safety.rate_limits.tweets_per_day == 10
    assert settings.safety.rate_limits.replies_per_day == 10, "a limit that the file does not name is the careful one"
    assert settings.policy.like is Policy.AUTOMATIC
    assert settings.schedule.zone.key == "Asia/Jakarta"


@pytest.mark.skipif(not legacy.SHARED.exists(), reason="the shared samples are not beside the project")
def test_the_shared_sample_of_an_existing_installation_is_read_unchanged(tmp_path: Path) -> None:
    folder = AccountFolder(legacy.SHARED)
    settings = load_account_settings(folder)
    assert [slot.time for slot in settings.schedule.all_slots] == [time(8), time(13), time(20)]
    assert settings.business.wa_number == "080000000000"
    assert set(load_keywords(folder)) >= {"high_intent", "medium_intent", "low_intent"}
    assert len(load_templates(folder)["promo_templates"]) == 3
    config = tmp_path / "config"
    config.mkdir()
    (config / "accounts.yaml").write_bytes((legacy.SHARED / "config" / "accounts.yaml").read_bytes())
    fleet = load_fleet_file(Home(tmp_path))
    assert [entry.id for entry in fleet.accounts] == ["account1"]
    assert (fleet.broken, fleet.problems) == ((), ())
    assert fleet.settings.global_rate_limit.tweets_per_hour == 15


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("08:00", time(8)),
        ("8:00", time(8)),
        ("'13:00'", time(13)),
        ("780", time(13)),
        ("0", time(0)),
        ("1439", time(23, 59)),
        ("13.30", time(13, 30)),
        ("20.3", time(20, 30)),
        ("'08.05'", time(8, 5)),
        ("8.00", time(8)),
        ("23:59:30", time(23, 59, 30)),
    ],
)
def test_a_time_of_day_may_be_written_in_any_usual_way(written: str, meant: time) -> None:
    settings = read(f"schedule: {{morning: {{time: {written}}}}}")
    assert settings.slot("morning").time == meant


@pytest.mark.parametrize("written", ["24:00", "1440", "-1", "8:60", "13.75", "soon", "true", "[8, 0]", "8", "1e3"])
def test_what_is_no_time_of_day_is_told_with_its_line(written: str) -> None:
    if written == "8":  # eight minutes past midnight is what YAML 1.1 tools write for 0:08
        assert read("schedule: {morning: {time: 8}}").slot("morning").time == time(0, 8)
        return
    problems = problems_of(f"schedule:\n  morning:\n    time: {written}\n")
    assert [(problem.line, problem.key) for problem in problems] == [(3, "schedule.morning.time")]
    assert "must be a time of day such as '08:00'" in problems[0].message


@pytest.mark.parametrize(("word", "meant"), [("yes", True), ("NO", False), ("Off", False), ("on", True)])
def test_yes_and_no_are_understood_where_a_switch_is_meant(word: str, meant: bool) -> None:
    assert read(f"schedule: {{enabled: {word}}}").schedule.enabled is meant


@pytest.mark.parametrize("number", ["080000000001", "'080000000001'", "+6281234567890", "6281234567890"])
def test_a_phone_number_keeps_every_sign(number: str) -> None:
    assert read(f"business: {{wa_number: {number}}}").business.wa_number == number.strip("'")


def test_an_empty_file_and_empty_sections_are_the_careful_defaults() -> None:
    assert read("") == AccountSettings()
    text = "account:\nbusiness:\nsafety:\n  delays:\n  rate_limits:\npolicy:\nschedule:\n  morning:\n  slots:\n"
    settings = read(text)
    assert settings.schedule.all_slots == ()
    assert settings.safety == AccountSettings().safety
    assert read("account: {cookies_file: }").account.cookies_file == "cookies.json"


@pytest.mark.parametrize(
    ("text", "line", "key", "message"),
    [
        ("safety:\n  rate_limits:\n    tweets_per_day: lots\n", 3, "safety.rate_limits.tweets_per_day", "not 'lots'"),
        ("safety:\n  rate_limits:\n    likes_per_day: -1\n", 3, "safety.rate_limits.likes_per_day", "greater than"),
        ("safety:\n  rate_limits:\n    likes_per_day: 1.5\n", 3, "safety.rate_limits.likes_per_day", "whole number"),
        ("safety:\n  delays:\n    after_tweet: [60, 30]\n", 3, "safety.delays.after_tweet", "first number"),
        ("safety:\n  delays:\n    after_tweet: [abc, 5]\n", 3, "safety.delays.after_tweet.0", "number, not 'abc'"),
        ("safety:\n  delays:\n    after_tweet: [1, 2, 3]\n", 3, "safety.delays.after_tweet", "2 items"),
        ("safety:\n  delays:\n    after_tweet: [1, nan]\n", 3, "safety.delays.after_tweet.1", ""),
        ("safety:\n  delays:\n    min_delay: 40\n", 2, "safety.delays", "min_delay"),
        ("safety: careful\n", 1, "safety", "keys of its own"),
        ("schedule:\n  morning: 08:00\n", 2, "schedule.morning", "keys of its own"),
        ("schedule:\n  timezone: WIB\n", 2, "schedule.timezone", "such as Asia/Jakarta"),
        ("schedule:\n  timezone: ../../etc/passwd\n", 2, "schedule.timezone", "no time zone"),
        ("schedule:\n  timezone: Asia\n", 2, "schedule.timezone", "no time zone"),
        ("schedule:\n  slots: morning\n", 2, "schedule.slots", "must be a list"),
        ("schedule:\n  slots:\n  - name: extra\n", 3, "schedule.slots.0.time", "is missing"),
        ("schedule:\n  slots:\n  - {name: check, time: 09:00}\n", 3, "schedule.slots.0.name", "needs itself"),
        ("schedule:\n  slots:\n  - {name: 'a b', time: 09:00}\n", 3, "schedule.slots.0.name", "letters, digits"),
        ("schedule:\n  slots:\n  - {time: 09:00}\n  - {time: 10:00}\n", 1, "schedule", "'slot' stands twice"),
        ("schedule:\n  morning:\n    weekdays: [mon, minggu]\n", 3, "schedule.morning.weekdays.1", "'mon'"),
        ("schedule:\n  morning:\n    like: 51\n", 3, "schedule.morning.like", "50"),
        ("schedule:\n  morning:\n    enabled: kadang\n", 3, "schedule.morning.enabled", "true or false"),
        ("policy:\n  like: sometimes\n", 2, "policy.like", "'off', 'approve' or 'automatic'"),
        ("account:\n  cookies_file: ../other/cookies.json\n", 2, "account.cookies_file", "plain path"),
        ("account:\n  cookies_file: C:/cookies.json\n", 2, "account.cookies_file", "plain path"),
        ("account:\n  username: [a]\n", 2, "account.username", "must be a text"),
        ("- a\n- b\n", 1, "", "keys of its own"),
        ("just a text\n", 1, "", "keys of its own"),
    ],
)
def test_every_mistake_has_file_line_and_key(text: str, line: int, key: str, message: str) -> None:
    problems = problems_of(text)
    assert [(problem.file.name, problem.line, problem.key) for problem in problems] == [("settings.yaml", line, key)]
    assert message in problems[0].message
    assert "Value error" not in problems[0].message


def test_all_mistakes_of_a_file_are_told_at_once() -> None:
    problems = problems_of("safety:\n  rate_limits:\n    tweets_per_day: x\nschedule:\n  timezone: y\n")
    assert [problem.line for problem in problems] == [3, 5]


def test_a_long_wrong_value_is_cut_short_in_its_message() -> None:
    assert len(problems_of(f"schedule: {{enabled: {'x' * 5000}}}")[0].message) < 100


def test_no_setting_raises_the_ceiling_of_fifty_posts_a_day() -> None:
    limits = read("safety: {rate_limits: {tweets_per_day: 500}}").safety.rate_limits
    assert limits.posts_per_day == 50


def test_a_delay_may_be_one_number() -> None:
    assert read("safety: {delays: {after_tweet: 7}}").safety.delays.after_tweet == (7, 7)


def test_further_slots_stand_beside_the_three() -> None:
    settings = read(
        "schedule:\n  morning: {time: 08:00, like: 0, post: none}\n"
        "  slots:\n  - {name: siang, time: 12:30, weekdays: [sat, sun], post: value, missed: {policy: skip}}\n"
    )
    assert [slot.name for slot in settings.schedule.all_slots] == ["morning", "siang"]
    assert (settings.slot("morning").post, settings.slot("morning").like) == ("none", 0)
    assert settings.slot("siang").weekdays == ("sat", "sun")
    with pytest.raises(KeyError):
        settings.slot("malam")


def test_keys_that_aviary_does_not_know_are_left_alone() -> None:
    extra: dict[str, Any] = read(legacy.SETTINGS + "\nown_key: {a: 1}\n").model_extra or {}
    assert extra["own_key"] == {"a": 1}


def test_targets_of_an_existing_file_are_read() -> None:
    assert read(legacy.SETTINGS).targets.daily_orders_target == 1
    assert read("targets: {engagement_rate_target: '0,02', followers_30days: '500'}\n").targets == TargetsSection(
        engagement_rate_target=0.02, followers_30days=500
    )


@pytest.mark.parametrize("written", ["none", "[1]", "{daily_orders_target: many}", "{daily_orders_target: -1}", "{}"])
def test_strange_targets_of_an_existing_file_keep_no_account_from_working(written: str) -> None:
    assert read(f"targets: {written}\n").targets == TargetsSection()


def test_help_by_a_model_is_read_from_files_that_had_it_before_there_was_a_choice() -> None:
    ai = read(legacy.SETTINGS).ai
    assert ai.improve_prompt == "Perbaiki tweet ini.\n\nTweet asli: {tweet}\n"
    assert (ai.enabled, ai.api_url, ai.timeout) == (False, "http://127.0.0.1:9/v1", 10)
    assert ai.approval, "what a model writes waits for a person unless the file says otherwise"


@pytest.mark.parametrize(("written", "seconds"), [("0", 1), ("-3", 1), ("20", 20), ("9999", 120), ("", 10)])
def test_a_strange_timeout_of_an_existing_file_keeps_no_account_from_working(written: str, seconds: float) -> None:
    assert read(f"ai: {{timeout: {written}}}\n").ai.timeout == seconds
