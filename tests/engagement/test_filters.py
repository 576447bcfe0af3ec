"""What the filters leave out, and that what a page did not show leaves nothing out."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.engagement.filters import (
    AVOIDED,
    MANY_REPLIES,
    OTHER_LANGUAGE,
    PROMOTIONAL,
    TOO_OLD,
    has_word,
    left_out_in_words,
    why_left_out,
)
from bot.engagement.promotional import is_promotional
from bot.settings.account import Filters
from bot.x.contract import PostSeen

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def post(text: str = "butuh paket data", **more: Any) -> PostSeen:
    return PostSeen("1", "siti", text, more.pop("posted_at", NOW), **more)


def test_without_filters_nothing_is_left_out() -> None:
    old = post("PROMO Rp10.000 wa.me/62", posted_at=NOW - timedelta(days=900), replies=9000, language="ja")
    assert why_left_out(old, Filters(), NOW) == ""


@pytest.mark.parametrize(
    ("seen", "filters", "why"),
    [
        (post(posted_at=NOW - timedelta(hours=49)), Filters(max_age_hours=48), TOO_OLD),
        (post(language="ja"), Filters(languages=("id", "en")), OTHER_LANGUAGE),
        (post("minta pinjol dong"), Filters(avoid_words=("pinjol",)), AVOIDED),
        (post("PROMO! 10GB Rp25.000"), Filters(skip_promotional=True), PROMOTIONAL),
        (post(replies=31), Filters(max_replies=30), MANY_REPLIES),
    ],
)
def test_each_filter_leaves_out_what_it_is_for(seen: PostSeen, filters: Filters, why: str) -> None:
    assert why_left_out(seen, filters, NOW) == why


@pytest.mark.parametrize("language", ["in", "id", "qme", "und", ""])
def test_indonesian_by_its_old_code_and_texts_without_a_language_stay(language: str) -> None:
    assert why_left_out(post(language=language), Filters(languages=("ID",)), NOW) == ""


def test_what_the_page_did_not_show_leaves_nothing_out() -> None:
    unknown = post(posted_at=None, replies=None)
    assert why_left_out(unknown, Filters(max_age_hours=1, max_replies=1, languages=("id",)), NOW) == ""


def test_words_to_avoid_are_whole_words_in_any_case() -> None:
    assert has_word("Ini JUDI online", ["judi online"])
    assert not has_word("judika menyanyi", ["judi"])
    assert not has_word("apa saja", ["", " "])


@pytest.mark.parametrize(
    "text",
    [
        "Promo 10GB cuma Rp25.000, order wa.me/628123",
        "Jual pulsa murah, chat WA: 081234567890",
        "READY STOCK kuota 50rb",
        "Big sale! $5 only https://shop.example",
    ],
)
def test_a_shop_is_told_from(text: str) -> None:
    assert is_promotional(text)


@pytest.mark.parametrize(
    "text",
    [
        "ada yang tau paket data 50rb sebulan?",
        "butuh paket data dong, kuota habis",
        "kemarin beli kuota di konter, cepat banget",
        "https://berita.example/internet-lambat",
    ],
)
def test_a_person_who_asks(text: str) -> None:
    assert not is_promotional(text)


def test_what_was_left_out_is_summed_up_in_one_line() -> None:
    assert left_out_in_words(Counter({PROMOTIONAL: 1, TOO_OLD: 4})) == "left out 5: 4 too old, 1 promotional"
    assert left_out_in_words(Counter()) == ""
