"""New accounts begin with few posts a day: how many at which age. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.settings.account import AccountSettings, Ramp

_DAY = timedelta(days=1)


def posts_at_age(ramp: Ramp, created_at: datetime | None, now: datetime) -> int | None:
    """How many posts in any 24 hours the ramp allows; None when it sets no limit (any more).

    The first day is the one that begins with `created_at`. An account that nobody knows the age of has no ramp.
    """
    if not ramp.enabled or created_at is None:
        return None
    day = (now - created_at) // _DAY + 1
    return next((step.posts_per_day for step in ramp.in_order if day <= step.until_day), None)


def with_ramp(settings: AccountSettings, created_at: datetime | None, now: datetime) -> AccountSettings:
    """The settings as they hold at this age: never more posts a day than the ramp allows, nor than they say."""
    limit = posts_at_age(settings.safety.ramp, created_at, now)
    limits = settings.safety.rate_limits
    if limit is None or limit >= limits.posts_per_day:
        return settings
    lowered = limits.model_copy(update={"tweets_per_day": limit})
    return settings.model_copy(update={"safety": settings.safety.model_copy(update={"rate_limits": lowered})})
