"""The length of a post as X counts it (twitter-text v3, by the package twitter-text-parser)."""

from __future__ import annotations

import twitter_text

MAX_WEIGHT = 280
"""x_dom_facts, Composer: 280 for accounts without Premium."""


def weighted_length(text: str) -> int:
    """Latin letters count 1, others and emoji 2, every link 23."""
    return int(twitter_text.parse_tweet(text).weightedLength)


def fits(text: str) -> bool:
    """Whether X takes the text as one post: not empty, not too long, no forbidden characters."""
    return bool(twitter_text.parse_tweet(text).valid)
