"""What counts as the same text once x.com has shown it in its own way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.x.composer import _id_in, _is_it
from bot.x.contract import Draft, PostSeen
from bot.x.reactions import Toast

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Kuota murah", "Kuota murah"),
        ("Satu\nDua", "Satu\nDua"),
        ("Lihat https://toko.example/promo?kode=HEMAT ya", "Lihat toko.example/promo?kode=HE ya"),
        ("Lihat https://toko.example/a", "Lihat https://toko.example/a"),
    ],
)
def test_a_post_is_known_again_although_its_link_is_shown_shortened(written: str, shown: str) -> None:
    assert _is_it(PostSeen("1", "ayu", shown, NOW), Draft(written), NOW)


def test_another_text_or_an_older_post_is_not_it() -> None:
    assert not _is_it(PostSeen("1", "ayu", "Lain", NOW), Draft("Kuota"), NOW)
    assert not _is_it(PostSeen("1", "ayu", "Kuota", NOW - timedelta(hours=1)), Draft("Kuota"), NOW)
    assert not _is_it(PostSeen("1", "ayu", "Kuota", None), Draft("Kuota"), NOW)


def test_the_id_comes_from_a_link_to_the_own_post_only() -> None:
    assert _id_in(Toast("sent", ("/Ayu/status/42",)), "ayu") == "42"
    assert _id_in(Toast("sent", ("/somebody/status/42",)), "ayu") is None
    assert _id_in(Toast("sent"), "ayu") is None


@pytest.mark.parametrize("text", ["beli di tokoku.com", "TokoKu.co.id ya", "wa.me/62812 sekarang"])
def test_a_bare_domain_is_known_again_although_x_draws_a_scheme_before_it(text: str) -> None:
    shown = " ".join(f"https://{word}" if "." in word else word for word in text.split())
    assert _is_it(PostSeen("1", "ayu", shown, NOW), Draft(text), NOW)
