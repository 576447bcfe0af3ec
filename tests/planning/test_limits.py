"""From the names in the files to the windows that are counted."""

from __future__ import annotations

import pytest

from bot.planning.limits import DAY, HOUR, windows_for
from bot.settings.account import RateLimits
from bot.settings.fleet import GlobalRateLimit
from bot.storage.permits import Window

OWN = RateLimits(
    tweets_per_hour=1, tweets_per_day=2, likes_per_hour=3, likes_per_day=4, follows_per_hour=5, follows_per_day=6,
    replies_per_hour=7, replies_per_day=8, retweets_per_hour=9, retweets_per_day=10,
)  # fmt: skip
FLEET = GlobalRateLimit(
    tweets_per_hour=11, likes_per_hour=12, follows_per_hour=13, replies_per_hour=14, retweets_per_hour=15
)


@pytest.mark.parametrize(
    ("action", "hour", "day", "fleet"),
    [("post", 1, 2, 11), ("like", 3, 4, 12), ("follow", 5, 6, 13), ("reply", 7, 8, 14), ("repost", 9, 10, 15)],
)
def test_each_action_has_its_own_hour_and_day_and_the_fleets_hour(action: str, hour: int, day: int, fleet: int) -> None:
    expected = (Window(HOUR, hour), Window(DAY, day), Window(HOUR, fleet, fleet=True))
    assert windows_for(action, OWN, FLEET) == expected


def test_no_setting_raises_the_ceiling_of_posts() -> None:
    windows = windows_for("post", RateLimits(tweets_per_hour=1000, tweets_per_day=1000), FLEET)
    assert Window(DAY, 50) in windows


def test_an_unknown_action_is_an_error_and_not_without_limits() -> None:
    with pytest.raises(KeyError):
        windows_for("dance", OWN, FLEET)
