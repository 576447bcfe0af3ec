"""How long the texts of an account last."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.content.runway import KindRunway, look_ahead, posts_per_week, warn
from bot.content.templates import read_content
from bot.content.variables import vocabulary_of
from bot.settings.account import AccountSettings

NOW = datetime(2026, 3, 2, tzinfo=UTC)
DAILY = {"morning": {"time": "08:00"}}


def settings(**sections: Any) -> AccountSettings:
    return AccountSettings.model_validate({"schedule": {"timezone": "UTC", **DAILY}, **sections})


def ahead(data: dict[str, Any], used: dict[str, float] | None = None, **sections: Any) -> tuple[KindRunway, ...]:
    """`used`: text -> how many days ago."""
    checked = settings(**sections)
    content = read_content(data)
    times = {text: NOW - timedelta(days=days) for text, days in (used or {}).items()}
    return look_ahead(content, vocabulary_of(content, checked, NOW, 1), checked, times, NOW)


def days(data: dict[str, Any], used: dict[str, float] | None = None, **sections: Any) -> int | None:
    (found,) = ahead(data, used, **sections)
    return found.days


def test_a_text_a_day_lasts_for_as_many_days_as_there_are_texts() -> None:
    assert ahead({"promo_templates": ["{a|b}", "c"]}) == (KindRunway("promo", 7, 3, 3),)


def test_texts_that_come_back_in_time_never_run_out() -> None:
    assert days({"promo_templates": [f"text {number} a" for number in range(31)]}) is None
    assert days({"promo_templates": ["a", "b", "c"]}, content={"repeat_after_days": 2}) is None


def test_texts_of_the_last_days_count_from_the_day_they_come_back() -> None:
    assert days({"promo_templates": ["a", "b", "c"]}, {"a": 5}) == 2
    assert days({"promo_templates": ["a", "b", "c"]}, {"a": 29}) == 3
    assert days({"promo_templates": ["a"]}, {"a": 1}) == 0


def test_posts_that_differ_in_number_and_day_alone_are_one() -> None:
    data = {"promo_templates": ["{weekday} {date}: tip {number}"]}
    assert days(data) == 1
    assert days(data, {"Senin 1 Maret 2026: tip 9": 1}) == 0


def test_a_template_that_rests_gives_a_post_now_and_then_only() -> None:
    assert days({"promo_templates": [{"text": "{a|b|c|d|e|f}", "cool_down_days": 3}]}) == 1


def test_texts_that_x_does_not_take_do_not_count() -> None:
    assert days({"promo_templates": ["{a|" + "b" * 281 + "}"]}) == 1


def test_what_cannot_be_posted_does_not_count() -> None:
    data = {"promo_templates": ["{tip}", {"text": "off", "enabled": False}, {"thread": ["a", "b"]}]}
    assert ahead(data) == (KindRunway("promo", 7, 0, 0),)
    content = read_content({"promo_templates": [{"text": "a", "media": "gone.png"}]})
    checked = settings()
    found = look_ahead(content, content.vocabulary, checked, {}, NOW, lambda template: not template.media)
    assert found == (KindRunway("promo", 7, 0, 0),)


def test_very_many_texts_are_not_gone_through() -> None:
    began = time.perf_counter()
    assert days({"promo_templates": [" ".join(["{a|b|c|d}"] * 30)]}) is None
    assert time.perf_counter() - began < 2


def test_the_kind_that_runs_out_first_stands_in_front() -> None:
    schedule = {
        "timezone": "UTC",
        **DAILY,
        "slots": [{"name": "noon", "time": "12:00", "post": "story", "weekdays": ["mon"]}],
    }
    found = ahead({"promo_templates": ["a", "b", "c"], "story_templates": ["d", "e"]}, schedule=schedule)
    assert [(each.kind, each.per_week, each.days) for each in found] == [("promo", 7, 3), ("story", 1, 14)]


@pytest.mark.parametrize(
    "sections", [{"policy": {"post": "approve"}}, {"schedule": {"enabled": False, **DAILY}}, {"schedule": {}}]
)
def test_an_account_that_posts_nothing_by_itself_needs_no_texts(sections: dict[str, Any]) -> None:
    assert posts_per_week(settings(**sections)) == {}


@pytest.mark.parametrize(
    ("left", "least", "words"),
    [
        (3, 7, "last for 3 more days:"),
        (1, 7, "1 more day:"),
        (0, 7, "less than a day:"),
        (7, 7, ""),
        (0, 0, ""),
        (None, 7, ""),
    ],
)
def test_it_warns_before_texts_run_out(left: int | None, least: int, words: str) -> None:
    lines = warn([KindRunway("promo", 7, 3, left)], settings(content={"runway_warning_days": least}))
    assert bool(lines) == bool(words)
    assert words in "".join(lines)
