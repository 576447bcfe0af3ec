"""The beginning of a text."""

from __future__ import annotations

from bot.excerpts import excerpt


def test_a_short_text_stays_on_one_line_as_it_is() -> None:
    assert excerpt("kopi\n  susu ", 9) == "kopi susu"


def test_a_long_one_ends_with_a_sign_that_counts() -> None:
    assert excerpt("kopi susu gula", 9) == "kopi sus…"
