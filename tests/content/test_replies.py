from __future__ import annotations

from typing import Any

import pytest

from bot.content.replies import read_reply_templates, replies_of
from bot.content.templates import ContentError


def texts(data: dict[str, Any], group: str = "") -> list[str]:
    return [template.text for template in replies_of(read_reply_templates(data), group)]


def test_groups_and_the_list_without_a_group_are_read() -> None:
    data = {"reply_templates": {"tips_based": ["Coba ini"], "short_based": ["Semoga beres"]}}
    data |= {"engagement_templates": ["Setuju!"]}
    assert texts(data) == ["Coba ini", "Semoga beres", "Setuju!"]
    assert texts(data, "short_based") == ["Semoga beres"]
    assert texts(data, "engagement") == ["Setuju!"]
    assert texts(data, "nobody") == []


def test_a_plain_list_needs_no_groups_and_empty_entries_are_left_out() -> None:
    assert texts({"reply_templates": ["Halo", None, "", 24]}) == ["Halo", "24"]
    assert texts({}) == texts({"reply_templates": None}) == []


@pytest.mark.parametrize("data", [{"reply_templates": {"a": "text"}}, {"engagement_templates": [{"a": 1}]}])
def test_what_is_no_list_of_texts_is_told_with_its_place(data: dict[str, Any]) -> None:
    with pytest.raises(ContentError):
        read_reply_templates(data)
