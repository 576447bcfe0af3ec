"""What counts as the same text once x.com has shown it in its own way, and which toast answers the click."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from selenium.webdriver.remote.webdriver import WebDriver

from bot.clock import FakeClock, StopSignal
from bot.x import scripts
from bot.x.composer import _click_and_confirm, _id_in, _is_it
from bot.x.contract import Draft, PostSeen
from bot.x.fake import ignore_progress
from bot.x.page import HOME_URL, Page, Timeouts
from bot.x.reactions import Toast
from tests.x.test_trouble import FINE

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


class ComposerShown:
    """A driver on the composer, ready to send. x.com answers the click a second later."""

    def __init__(self, clock: FakeClock, answer: Toast) -> None:
        self._clock = clock
        self._answer = answer
        self._answer_at = float("inf")
        self.toasts: list[Toast] = []

    def find_elements(self, _by: str, _css: str) -> list[ComposerShown]:
        return [self]

    def click(self) -> None:
        self._answer_at = self._clock.monotonic() + 1

    def execute_script(self, source: str, *_arguments: Any) -> Any:
        if source == scripts.load("cover"):
            return None
        if source == scripts.load("state"):
            return {"url": HOME_URL + "home", **{key: value for key, value in asdict(FINE).items() if key != "path"}}
        assert source.startswith("return window.aviaryWatch"), source
        is_answered = self._clock.monotonic() >= self._answer_at
        return [asdict(toast) for toast in [*self.toasts, *([self._answer] if is_answered else [])]]


@pytest.mark.parametrize(
    "early",
    [
        Toast("Whoops! You already said that."),
        Toast("You are over the daily limit for sending posts."),
        Toast("Your post was sent.", ("/ayu/status/41",)),
        Toast("Something went wrong."),
    ],
)
def test_a_toast_that_came_while_the_post_waited_for_its_turn_does_not_answer_the_click(early: Toast) -> None:
    clock = FakeClock(NOW)
    shown = ComposerShown(clock, answer=Toast("Your post was sent.", ("/ayu/status/42",)))
    page = Page(cast(WebDriver, shown), clock, StopSignal(), Timeouts())
    sent = _click_and_confirm(page, "ayu", Draft("Kuota"), lambda: shown.toasts.append(early), ignore_progress, list)
    assert sent == "42"
