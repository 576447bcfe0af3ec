"""What of settings.yaml goes into a template, and from a template into other accounts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.settings.account_template import settings_for_template, take_business, take_settings, take_slots
from bot.settings.yaml_editing import edit_yaml
from bot.settings.yaml_reading import parse_yaml

FILE = Path("settings.yaml")
SOURCE = """\
# the login of the proxy is canary-comment
account:
  username: '@OneShop'
  cookies_file: canary-session.json
proxy: http://shop:canary-proxy@proxy.example:8080
notes:
  supplier: Budi
  api_key: canary-key
business: {wa_number: '0800', wa_link: https://wa.me/62800}
safety:
  delays: {after_tweet: [30, 60]}
  rate_limits: {tweets_per_day: 6}
schedule:
  timezone: Asia/Makassar
  morning: {time: '08:00', like: 2}
  slots:
  - {name: lunch, time: '12:15', weekdays: [mon, fri], post: value}
"""


def template() -> dict[str, Any]:
    found: dict[str, Any] = parse_yaml(settings_for_template(SOURCE, FILE), FILE).data
    return found


def taken(text: str, take: Callable[[Any, Any], None]) -> str:
    return edit_yaml(text, lambda data: take(data, template()), FILE)


def test_what_belongs_to_the_account_alone_is_left_out() -> None:
    text = settings_for_template(SOURCE, FILE)
    assert "OneShop" not in text
    assert "canary" not in text
    assert template()["notes"] == {"supplier": "Budi"}
    assert template()["schedule"]["slots"][0]["weekdays"] == ["mon", "fri"]


def test_it_can_be_read_and_says_what_it_is() -> None:
    text = settings_for_template(SOURCE, FILE)
    assert text.startswith("# Settings of an account template")
    assert "after_tweet: [30, 60]" in text
    assert "time: '12:15'" in text


def test_settings_that_the_template_names_not_stay_and_so_do_comments() -> None:
    before = (
        "account: {username: '@Two'}\nsafety:\n  rate_limits:\n    tweets_per_day: 3  # careful\n    likes_per_day: 9\n"
    )
    after = taken(before, take_settings)
    assert "tweets_per_day: 6  # careful" in after
    assert "likes_per_day: 9" in after
    assert "'@Two'" in after
    assert "business" not in after
    assert "schedule" not in after


def test_slots_become_those_of_the_template() -> None:
    before = """\
schedule:
  timezone: UTC
  morning: {time: '07:00', like: 9, follow: 9}  # early
  evening: {time: '20:00'}
  slots:
  - {name: late, time: '23:00'}
"""
    after = parse_yaml(taken(before, take_slots), FILE).data["schedule"]
    assert after == template()["schedule"]
    assert "# early" in taken(before, take_slots)


def test_business_texts_are_taken_alone() -> None:
    after = parse_yaml(taken("account: {username: '@Two'}\n", take_business), FILE).data
    assert after == {"account": {"username": "@Two"}, "business": template()["business"]}


@pytest.mark.parametrize("take", [take_settings, take_slots, take_business])
def test_of_an_empty_template_nothing_is_taken(take: Callable[[Any, Any], None]) -> None:
    assert edit_yaml("schedule: {timezone: UTC}\n", lambda data: take(data, {}), FILE) == "schedule: {timezone: UTC}\n"
