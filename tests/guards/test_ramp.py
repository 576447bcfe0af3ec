from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.guards.ramp import posts_at_age, with_ramp
from bot.settings.account import AccountSettings
from bot.settings.fleet import AccountEntry
from tests.engines import START


def settings(**ramp: Any) -> AccountSettings:
    return AccountSettings.model_validate({"safety": {"rate_limits": {"tweets_per_day": 4}, "ramp": ramp}})


@pytest.mark.parametrize(
    ("days", "expected"), [(0, 2), (2.99, 2), (3, 3), (6.9, 3), (7, 5), (13.9, 5), (14, None), (400, None), (-1, 2)]
)
def test_a_new_account_may_post_more_with_age(days: float, expected: int | None) -> None:
    ramp = settings(enabled=True).safety.ramp
    assert posts_at_age(ramp, START - timedelta(days=days), START) == expected


def test_the_settings_hold_when_they_are_stricter_and_after_the_ramp() -> None:
    own = settings(enabled=True)
    assert with_ramp(own, START, START).safety.rate_limits.posts_per_day == 2
    assert with_ramp(own, START - timedelta(days=8), START) is own
    assert with_ramp(own, START - timedelta(days=30), START) is own


def test_it_is_off_for_existing_accounts_and_those_of_unknown_age() -> None:
    assert with_ramp(settings(), START, START).safety.rate_limits.posts_per_day == 4
    assert with_ramp(settings(enabled=True), None, START).safety.rate_limits.posts_per_day == 4


def test_steps_may_be_written_in_any_order() -> None:
    steps = [{"until_day": 10, "posts_per_day": 3}, {"until_day": 1, "posts_per_day": 0}]
    ramp = settings(enabled=True, steps=steps).safety.ramp
    assert [posts_at_age(ramp, START - timedelta(days=days), START) for days in (0, 1, 9, 10)] == [0, 3, 3, None]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-03-02T08:00:00+00:00", START),
        ("2026-03-02T08:00:00", START),
        (START, START),
        (START.date(), START.replace(hour=0)),
        ("last week", None),
        (None, None),
    ],
)
def test_the_age_is_read_however_it_is_written(written: object, read: datetime | None) -> None:
    entry = AccountEntry.model_validate({"id": "one", "folder": "accounts/one", "created_at": written})
    assert entry.created_at == read
