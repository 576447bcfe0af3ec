"""From settings to the windows that the limiter counts."""

from __future__ import annotations

from bot.settings.account import RateLimits
from bot.settings.fleet import GlobalRateLimit
from bot.storage.permits import Window

HOUR = 3600
DAY = 86400


def windows_for(action: str, own: RateLimits, fleet: GlobalRateLimit) -> tuple[Window, ...]:
    """The windows that hold for one action of an account. Raises KeyError for an unknown action."""
    return {
        "post": (
            Window(HOUR, own.tweets_per_hour),
            Window(DAY, own.posts_per_day),
            Window(HOUR, fleet.tweets_per_hour, fleet=True),
        ),
        "like": (
            Window(HOUR, own.likes_per_hour),
            Window(DAY, own.likes_per_day),
            Window(HOUR, fleet.likes_per_hour, fleet=True),
        ),
        "follow": (
            Window(HOUR, own.follows_per_hour),
            Window(DAY, own.follows_per_day),
            Window(HOUR, fleet.follows_per_hour, fleet=True),
        ),
        "reply": (
            Window(HOUR, own.replies_per_hour),
            Window(DAY, own.replies_per_day),
            Window(HOUR, fleet.replies_per_hour, fleet=True),
        ),
        "repost": (
            Window(HOUR, own.retweets_per_hour),
            Window(DAY, own.retweets_per_day),
            Window(HOUR, fleet.retweets_per_hour, fleet=True),
        ),
    }[action]
