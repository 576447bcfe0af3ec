"""What counts as the same text once x.com has shown it in its own way."""

from __future__ import annotations

import pytest

from bot.x.comparing import comparable


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Order: https://wa.me/62?text=a b", "Order: wa.me/62?text=a… b"),
        ("dua\nbaris", "dua baris"),
        ("hati ❤️ merah", "hati ❤ merah"),
        ("Café", "Cafe\u0301"),
        ("beli di tokoku.com", "beli di https://tokoku.com"),
        ("TokoKu.co.id.", "https://TokoKu.co.id."),
        ("wa.me/62812 sekarang", "https://wa.me/62812 sekarang"),
        ("toko.id/promo?x=1", "https://toko.id/promo?x=1"),
    ],
)
def test_texts_are_compared_as_x_rewrites_them(sent: str, shown: str) -> None:
    assert comparable(sent) == comparable(shown)


def test_texts_that_differ_in_a_number_are_different_posts() -> None:
    assert comparable("Paket 10GB") != comparable("Paket 25GB")
