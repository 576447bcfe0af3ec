"""The files that a new account begins with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.settings.yaml_editing import as_yaml, edit_yaml

_SETTINGS = """\
# Read again whenever it changes; no restart is needed. Every key is explained in docs/settings.md.
account:
  cookies_file: cookies.json
schedule:
  morning: {enabled: true, time: '08:00', post: promo, like: 5, follow: 5}
  afternoon: {enabled: true, time: '13:00', post: value, like: 5}
  evening: {enabled: true, time: '20:00', post: value, like: 3}
# off, approve (a person says yes to each) or automatic. X forbids automated likes and bulk follows.
policy:
  post: automatic
  like: approve
  follow: approve
  reply: approve
engagement:
  filters:                       # what of that which its search finds is left out
    max_age_hours: 48
    skip_promotional: true
    max_replies: 30
safety:
  rate_limits:
    tweets_per_hour: 2
    tweets_per_day: 6
    likes_per_hour: 5
    likes_per_day: 20
    follows_per_hour: 3
    follows_per_day: 10
    replies_per_hour: 3
    replies_per_day: 10
  # Few posts a day at first: 2 until the third day, 3 until the seventh, 5 until the fourteenth.
  ramp: {enabled: true}
"""
FIRST_SLOTS = {"morning": "08:00", "afternoon": "13:00", "evening": "20:00"}
"""The slots of an account that begins from nothing."""
KEYWORDS = """\
# What its search looks for, in groups; morning uses high_intent, afternoon and evening medium_intent.
high_intent: []
medium_intent: []
"""
TEMPLATES = """\
# What it posts. {name} puts in a value of settings.yaml (business) or one of a list.
promo_templates: []
value_templates: {}
"""


def starting_settings(handle: str, timezone: str) -> str:
    """settings.yaml of a new account: careful limits, posts by itself, all else after a person's word."""
    return for_another(_SETTINGS, handle, timezone)


def for_clone(text: str, handle: str, timezone: str = "") -> str:
    """As `for_another`; the clone is a new account, so it begins with few posts a day. Raises SettingsError."""

    def change(data: dict[str, object]) -> None:
        _section(_section(data, "safety"), "ramp")["enabled"] = True

    return edit_yaml(for_another(text, handle, timezone), change, Path("settings.yaml"))


def for_another(text: str, handle: str, timezone: str = "") -> str:
    """A settings.yaml, as another account has it: with its own handle, and in another zone if one is given.

    Raises SettingsError for a text that cannot be read.
    """

    def change(data: dict[str, object]) -> None:
        _section(data, "account")["username"] = as_yaml(f"@{handle}")
        if timezone:
            _section(data, "schedule")["timezone"] = as_yaml(timezone)

    return edit_yaml(text, change, Path("settings.yaml"))


def at_times(text: str, slot_times: Mapping[str, str]) -> str:
    """A settings.yaml with these of the three slots at other times, switched on. Raises SettingsError."""

    def change(data: dict[str, object]) -> None:
        for name, time in slot_times.items():
            slot = _section(_section(data, "schedule"), name)
            slot["time"] = as_yaml(time)
            if slot.get("enabled") is not True:
                slot["enabled"] = True

    return edit_yaml(text, change, Path("settings.yaml")) if slot_times else text


def _section(data: dict[str, object], key: str) -> dict[str, object]:
    found = data.get(key)
    if not isinstance(found, dict):
        found = data[key] = as_yaml({})
    return found
