"""Changes of settings and keywords touch the lines they are about."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import pytest

from bot.settings.account import AccountSettings
from bot.settings.account_editing import (
    add_slot,
    change_slot,
    delete_keywords,
    delete_slot,
    set_keywords,
    set_values,
)
from bot.settings.validation import check
from bot.settings.yaml_editing import edit_yaml
from bot.settings.yaml_reading import parse_yaml

FILE = Path("settings.yaml")
SETTINGS = """# mine
schedule:
  timezone: Asia/Jakarta
  morning: {enabled: true, time: '08:00'}   # early
  # more of them
  slots:
    - name: lunch   # short
      time: '12:15'
      mood: good
    - name: night
      time: '22:00'
safety:
  rate_limits:
    tweets_per_day: 6   # careful
"""
KEYWORDS = """high_intent:
  - paket data   # the best
  - "kuota"
  - pulsa murah
medium_intent: []
"""


def edited(change: Any, text: str = SETTINGS) -> tuple[Any, list[str]]:
    """The data after a change, and the lines that differ."""
    after = edit_yaml(text, change, FILE)
    lines = difflib.unified_diff(text.splitlines(), after.splitlines(), n=0, lineterm="")
    changed = [line for line in lines if line[0] in "+-" and line[:3] not in {"+++", "---"}]
    return parse_yaml(after, FILE).data, changed


def test_a_value_is_changed_where_it_stands() -> None:
    path = ("safety", "rate_limits", "tweets_per_day")
    assert edited(lambda data: set_values(data, {path: 7}))[1] == [
        "-    tweets_per_day: 6   # careful",
        "+    tweets_per_day: 7   # careful",
    ]


def test_a_value_that_is_the_same_changes_no_line() -> None:
    assert edited(lambda data: set_values(data, {("schedule", "timezone"): "Asia/Jakarta"}))[1] == []


def test_a_section_that_is_missing_or_empty_is_made() -> None:
    data, _ = edited(lambda data: set_values(data, {("business", "wa_number"): "0812"}), "business:\n")
    assert data == {"business": {"wa_number": "0812"}}
    data, _ = edited(lambda data: set_values(data, {("a", "b", "c"): 1}), "x: 1\n")
    assert data == {"x": 1, "a": {"b": {"c": 1}}}


@pytest.mark.parametrize(
    ("name", "line"),
    [("morning", "+  morning: {enabled: true, time: '09:00'}   # early"), ("lunch", "+      time: '09:00'")],
)
def test_a_slot_is_changed_under_its_name(name: str, line: str) -> None:
    assert line in edited(lambda data: change_slot(data, name, {("time",): "09:00"}))[1]


def test_a_slot_gets_weekdays_on_one_line_and_sections_of_its_own() -> None:
    def change(data: Any) -> None:
        change_slot(data, "lunch", {("weekdays",): ("mon", "tue"), ("missed", "policy"): "skip"})

    data, changed = edited(change)
    assert "+      weekdays: [mon, tue]" in changed
    slots = data["schedule"]["slots"]
    assert slots[0]["missed"] == {"policy": "skip"}
    assert slots[0]["mood"] == "good"


@pytest.mark.parametrize("text", [SETTINGS, "schedule:\n  slots: []\n", "schedule:\n", "# nothing\n"])
@pytest.mark.parametrize("name", ["evening", "tea"])
def test_a_new_slot_can_be_read_back(text: str, name: str) -> None:
    values: dict[tuple[str, ...], Any] = {("time",): "16:30", ("weekdays",): ("sat",), ("like",): 2}
    after = edit_yaml(text, lambda data: add_slot(data, name, values), FILE)
    slot = check(parse_yaml(after, FILE), AccountSettings).slot(name)
    assert (slot.time.hour, slot.weekdays, slot.like) == (16, ("sat",), 2)
    assert all(line in after.splitlines() for line in text.splitlines() if "#" in line)


@pytest.mark.parametrize("name", ["morning", "night"])
def test_a_slot_is_not_entered_twice(name: str) -> None:
    with pytest.raises(ValueError, match="already"):
        edit_yaml(SETTINGS, lambda data: add_slot(data, name, {}), FILE)


@pytest.mark.parametrize("name", ["morning", "lunch", "night"])
def test_a_slot_is_deleted_alone(name: str) -> None:
    data, changed = edited(lambda data: delete_slot(data, name))
    assert all(line.startswith("-") for line in changed)
    left = check(parse_yaml(edit_yaml(SETTINGS, lambda each: delete_slot(each, name), FILE), FILE), AccountSettings)
    assert {slot.name for slot in left.schedule.all_slots} == {"morning", "lunch", "night"} - {name}
    assert data["safety"]


@pytest.mark.parametrize("text", [SETTINGS, "a: 1\n", "schedule: 3\n", "schedule:\n  slots: 4\n"])
def test_an_unknown_slot_is_told(text: str) -> None:
    with pytest.raises(KeyError):
        edit_yaml(text, lambda data: delete_slot(data, "evening"), FILE)


def test_keywords_that_stay_keep_their_comments() -> None:
    def change(data: Any) -> None:
        set_keywords(data, {"high_intent": ["paket data", "kuota malam", "pulsa murah", "voucher"]})

    _, changed = edited(change, KEYWORDS)
    assert changed == ['-  - "kuota"', '+  - "kuota malam"', "+  - voucher"]


@pytest.mark.parametrize(
    "words", [[], ["pulsa murah"], ["a", "b", "paket data"], ["kuota", "paket data"], ["0123", "NO", "- x: y"]]
)
def test_a_group_becomes_what_was_wanted(words: list[str]) -> None:
    data, _ = edited(lambda data: set_keywords(data, {"high_intent": words}), KEYWORDS)
    assert data["high_intent"] == words
    assert data["medium_intent"] == []


def test_an_empty_group_is_filled_a_new_one_added_and_one_deleted() -> None:
    def change(data: Any) -> None:
        set_keywords(data, {"medium_intent": ["wifi"], "new": ["x"]})
        delete_keywords(data, "high_intent")

    data, _ = edited(change, KEYWORDS)
    assert data == {"medium_intent": ["wifi"], "new": ["x"]}
