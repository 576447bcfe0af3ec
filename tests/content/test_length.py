"""The length of a post as X counts it."""

from __future__ import annotations

import time

import pytest

from bot.content.length import MAX_WEIGHT, fits, weighted_length, why_unfit


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("abc", 3),
        ("héllo", 5),
        ("e\u0301", 1),  # counted as the composed letter
        ("日本語", 6),
        ("😀", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("🇮🇩", 2),
        ("👍🏽", 2),
        ("https://x.com", 23),
        ("lihat https://contoh.example.com/a/b/c?d=e&f=g yuk", 6 + 23 + 4),
        ("contoh.com", 23),
        ("a\nb", 3),
        ("Rp25.000", 8),
    ],
)
def test_weights_are_those_of_x(text: str, weight: int) -> None:
    assert weighted_length(text) == weight


@pytest.mark.parametrize("unit", ["a", "日", "😀", "https://x.com/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa "])
def test_a_text_fits_up_to_the_limit_and_not_beyond(unit: str) -> None:
    each = weighted_length(unit)
    count = MAX_WEIGHT // each
    full = unit * count + "a" * (MAX_WEIGHT - each * count)
    assert weighted_length(full) == MAX_WEIGHT
    assert fits(full)
    assert why_unfit(full + "a") == f"is longer than X takes (281 of {MAX_WEIGHT})"


@pytest.mark.parametrize("text", ["", " ", "\n\t "])
def test_an_empty_text_is_told_as_such(text: str) -> None:
    assert why_unfit(text) == "is empty"


@pytest.mark.parametrize("text", ["a\ufffeb", "a\ufeffb", "a\uffffb", "half \ud83d"])
def test_characters_that_x_refuses_are_told(text: str) -> None:
    assert why_unfit(text) == "holds a character that X does not take"
    assert isinstance(weighted_length(text), int)


def test_a_text_as_long_as_a_book_is_refused_at_once() -> None:
    before = time.monotonic()
    assert "longer than X takes (2000000 characters)" in why_unfit("a " * 1_000_000)
    assert time.monotonic() - before < 1
