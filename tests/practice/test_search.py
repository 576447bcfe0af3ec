from __future__ import annotations

from datetime import UTC, datetime

import pytest

from practice.model import Post
from practice.search import Query

POST = Post("1", "ayu_1", "Butuh paket DATA, murah! cc @contoh_operator #Hemat", datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "search",
    [
        "butuh data",
        "DATA paket butuh",
        '"paket data"',
        "@contoh_operator",
        "contoh_operator",
        "#hemat",
        "hemat",
        "murah from:ayu_1",
        "murah lang:id",
    ],
)
def test_a_search_finds_posts_with_all_its_words(search):
    assert Query.read(search).matches(POST)


@pytest.mark.parametrize("search", ["butuh kuota", "pak", '"data paket"', "#murah", "@ayu_1", "murah from:orang"])
def test_a_search_does_not_find_the_others(search):
    assert not Query.read(search).matches(POST)
