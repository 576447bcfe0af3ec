"""Evidence shows the page and no secret."""

from __future__ import annotations

import pytest

from bot.x.evidence import redact


@pytest.mark.parametrize(
    "secret",
    [
        "fa4efa4efa4efa4efa4efa4efa4efa4efa4efa4e",
        "c0ffeec0ffeec0ffeec0ffeec0ffeec0",
        "owner.shop+x@mail.example.co.id",
        "auth_token=abc123",
        "ct0: 77aa",
    ],
)
def test_tokens_and_addresses_are_removed(secret: str) -> None:
    redacted = redact(f"<p>before {secret} after</p>")
    assert secret not in redacted
    assert redacted.startswith("<p>before ")
    assert redacted.endswith(" after</p>")


def test_known_values_are_removed_wherever_they_stand() -> None:
    assert redact("a v1_Zm9vYmFy== b", ["v1_Zm9vYmFy=="]) == "a [removed] b"


def test_short_values_do_not_eat_the_page() -> None:
    assert redact("lang en and end", ["en"]) == "lang en and end"


def test_ordinary_text_ids_and_handles_stay() -> None:
    text = 'href="/ayu/status/1991602883648235994" @ayu 1,234'
    assert redact(text) == text
