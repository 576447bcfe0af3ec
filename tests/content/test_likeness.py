"""Texts that say the same in other clothes."""

from __future__ import annotations

import pytest

from bot.content.likeness import are_alike, words_of


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Kuota 10GB murah! 🎉 https://wa.me/1", "KUOTA 20GB murah https://wa.me/2", True),
        ("Promo hari ini: paket data", "paket data: promo hari ini!!!", True),
        ("Promo paket data hari ini", "Cara cek sisa kuota di ponsel", False),
        ("🎉", "🎊", False),
        ("", "", False),
    ],
)
def test_clothes_do_not_count(one: str, other: str, alike: bool) -> None:
    assert are_alike(words_of(one), words_of(other)) is alike
