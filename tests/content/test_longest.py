"""No post is longer than its template promised, by X's own count."""

from __future__ import annotations

import time
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content.length import weighted_length
from bot.content.longest import greatest_length, weight_at_most
from bot.content.rendering import draw
from bot.content.templates import Template, read_content
from tests.content.grammar import DATA, TEXTS, vocabulary_of

PIECES = st.sampled_from(
    [
        *("a", " ", "\n", ".", "co", "com"),
        *("http://", "https://", "wa.me", "/", "1", "#", "@", "é", "e\u0301", "\u0323"),
        *("🔥", "❤️", "👩\u200d", "👩\u200d❤️\u200d👩", "🇮", "🇩", "🇮🇩", "\ufe0f", "\u20e3", "한", "\u1161"),
        *("क\u093c", "©", "-"),
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("a b", 3),
        ("🔥 a", 4),
        ("{a|bbb|cc}", 3),
        ("x {a b|c} d", 7),
        ("{tip} {tip}", 11),
        ("Order: {wa_link}", 30),
        ("{toko|warung}.{id|com}/a", 23),
        ("{toko} {unknown}", 16),
        ("{review}", 0),
    ],
)
def test_the_greatest_length_is_that_of_the_longest_post(text: str, weight: int) -> None:
    assert greatest_length(text, vocabulary_of({"tips": ["kopi", "susu!"], "lists": {}})) == weight


def test_many_choices_without_blanks_are_bounded_quickly() -> None:
    began = time.perf_counter()
    assert greatest_length("{a|bb|ccc|dddd}" * 60, vocabulary_of({})) == 240
    assert time.perf_counter() - began < 2


def test_texts_that_double_each_other_come_to_an_end() -> None:
    own = {f"v{number}": [f"{{v{number + 1}}}{{v{number + 1}}}"] for number in range(40)}
    vocabulary = read_content({"lists": {**own, "v40": ["end"]}}).vocabulary
    assert greatest_length("{v0}", vocabulary) == 3 * 2**40


def test_what_leads_back_to_itself_promises_nothing() -> None:
    assert greatest_length("{tip}", vocabulary_of({"tips": ["x {tip}", "y"]})) > 280


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(TEXTS, DATA, st.integers(0, 99))
def test_no_post_is_longer_than_promised(text: str, data: dict[str, Any], seed: int) -> None:
    vocabulary = vocabulary_of(data)
    promised = greatest_length(text, vocabulary)
    post = draw(Template("promo", text), vocabulary, Random(seed))
    assert post is None or weighted_length(post.text) <= promised


@settings(max_examples=600, deadline=None)
@given(st.lists(st.lists(PIECES, max_size=3).map("".join), max_size=6), st.integers(0, 3))
def test_texts_that_join_to_links_emoji_and_letters_are_no_longer_than_promised(parts: list[str], other: int) -> None:
    text = "".join(f"{{{part}|{'z' * other}}}" for part in parts)
    vocabulary = vocabulary_of({})
    promised = greatest_length(text, vocabulary)
    for seed in range(6):
        post = draw(Template("promo", text), vocabulary, Random(seed))
        assert post is not None
        assert weighted_length(post.text) <= promised


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=9).map("".join))
def test_the_quick_bound_is_none_too_small(text: str) -> None:
    assert weighted_length(text) <= weight_at_most(text)
