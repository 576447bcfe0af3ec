"""The length of a post as X counts it (twitter-text v3, by the package twitter-text-parser)."""

from __future__ import annotations

import twitter_text

MAX_WEIGHT = 280
"""x_dom_facts, Composer: 280 for accounts without Premium."""
_LONGEST = 8_000
"""Characters. Longer texts are not counted, which takes seconds: only a post of huge links could be one and fit."""


def weighted_length(text: str) -> int:
    """Latin letters count 1, others and emoji 2, every link 23."""
    return int(twitter_text.parse_tweet(_whole(text)).weightedLength)


def fits(text: str) -> bool:
    """Whether X takes the text as one post: not empty, not too long, no forbidden characters."""
    return not why_unfit(text)


def why_unfit(text: str) -> str:
    """Why X does not take the text as one post, in words that follow its name; "" when it does."""
    if not text.strip():
        return "is empty"
    if len(text) > _LONGEST:
        return f"is longer than X takes ({len(text)} characters)"
    parsed = twitter_text.parse_tweet(_whole(text))
    if parsed.weightedLength > MAX_WEIGHT:
        return f"is longer than X takes ({parsed.weightedLength} of {MAX_WEIGHT})"
    return "" if parsed.valid and text == _whole(text) else "holds a character that X does not take"


def _whole(text: str) -> str:
    """`text` with half an emoji, which the counting cannot read, made a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")
