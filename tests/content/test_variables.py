"""What templates can name: the day on the account's clock, the business, lists of one's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from bot.content.length import weighted_length
from bot.content.longest import greatest_length
from bot.content.rendering import draw
from bot.content.templates import Template, read_content
from bot.content.variables import at_their_longest, vocabulary_of
from bot.settings.account import AccountSettings

EVENING = datetime(2026, 11, 30, 17, 5, tzinfo=UTC)  # a Monday; in Jakarta it is Tuesday already


def fill(text: str, lists: dict[str, Any] | None = None, number: int = 7, **settings: Any) -> str | None:
    checked = AccountSettings.model_validate(settings)
    vocabulary = vocabulary_of(read_content(lists or {}), checked, EVENING, number)
    post = draw(Template("promo", text), vocabulary, Random(1))
    return post.text if post else None


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "Selasa, 1 Desember 2026: 1 Desember 2026 00.05"),
        ({"content": {"language": "en"}}, "Tuesday, 1 December 2026: 1 December 2026 00:05"),
        ({"schedule": {"timezone": "America/New_York"}}, "Senin, 30 November 2026: 30 November 2026 12.05"),
    ],
)
def test_the_day_is_that_of_the_accounts_clock_in_its_language(settings: dict[str, Any], words: str) -> None:
    assert fill("{weekday}, {date}: {day} {month} {year} {time}", **settings) == words


def test_keys_of_the_business_are_variables_when_they_hold_a_text_or_a_number() -> None:
    business = {"wa_number": "0800", "product": "Kuota", "niche": "pulsa", "since": 2019, "prices": [], "open": True}
    assert fill("{product} {niche} {since} {wa_number}", business=business) == "Kuota pulsa 2019 0800"
    assert fill("{prices} {open}", business=business) == "{prices} {open}"


@pytest.mark.parametrize("name", ["wa_number", "wa_link", "product"])
def test_a_business_variable_without_a_value_makes_no_post(name: str) -> None:
    assert fill(f"Order {{{name}}}") is None


def test_a_list_of_ones_own_is_a_variable_of_its_name() -> None:
    assert fill("{warna}!", {"lists": {"warna": ["merah {number}"]}}) == "merah 7!"


def test_no_key_of_the_business_hides_a_variable_that_everybody_has() -> None:
    business = {"tip": "mine", "date": "mine", "number": "mine"}
    assert fill("{tip} {date} {number}", {"tips": ["theirs"]}, business=business) == "theirs 1 Desember 2026 7"


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_promised_length_holds_on_every_day_and_for_many_posts(language: str) -> None:
    text = "{weekday} {date} {day} {month} {year} {time} {number}"
    settings = AccountSettings.model_validate({"content": {"language": language}})
    content = read_content({})
    longest = at_their_longest(vocabulary_of(content, settings, EVENING, 7), settings, EVENING, 7)
    promised = greatest_length(text, longest)
    for days in range(0, 31 * 12, 5):
        vocabulary = vocabulary_of(content, settings, EVENING + timedelta(days=days - 330, hours=days), 9999)
        post = draw(Template("promo", text), vocabulary, Random(1))
        assert post is not None
        assert weighted_length(post.text) <= promised
