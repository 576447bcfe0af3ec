"""Moments in words."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.webapp.panel import NOW
from webapp import times


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "now"),
        (-4, "now"),
        (5, "in 5 s"),
        (59, "in 59 s"),
        (-60, "1 min ago"),
        (240, "in 4 min"),
        (5399, "in 89 min"),
        (5400, "in 1 h"),
        (-7200, "2 h ago"),
        (36 * 3600, "in 1 d"),
        (-10 * 86400, "10 d ago"),
    ],
)
def test_how_far_away_a_moment_is(seconds: int, words: str) -> None:
    assert times.relative(NOW + timedelta(seconds=seconds), NOW) == words


def test_an_awaited_moment_that_has_passed_is_due() -> None:
    assert times.relative(NOW - timedelta(hours=3), NOW, due=True) == "due now"
    assert times.relative(NOW + timedelta(hours=3), NOW, due=True) == "in 3 h"


def test_exact_times_are_in_the_accounts_zone() -> None:
    assert times.exact(NOW, "Asia/Jakarta") == "Mon 23 Nov 2026, 14:30 (Asia/Jakarta)"
    assert times.exact(NOW, "no zone") == "Mon 23 Nov 2026, 07:30 (UTC)"
    assert times.exact(NOW, "") == "Mon 23 Nov 2026, 07:30 (UTC)"
    assert times.exact(NOW, "../../etc/passwd") == "Mon 23 Nov 2026, 07:30 (UTC)"


def test_clock_times_name_the_day_when_it_is_another() -> None:
    assert times.clock_time(NOW, NOW, "Asia/Jakarta") == "14:30:00"
    assert times.clock_time(NOW, NOW, "Asia/Jakarta", seconds=False) == "14:30"
    assert times.clock_time(NOW + timedelta(hours=10), NOW, "Asia/Jakarta") == "24 Nov 00:30"


def test_days_are_those_of_the_accounts_calendar() -> None:
    assert times.day_words(NOW, NOW, "Asia/Jakarta") == "Today"
    evening = NOW - timedelta(hours=15)  # 23:30 in Jakarta
    assert times.day_words(evening, NOW, "Asia/Jakarta") == "Yesterday"
    assert times.day_words(NOW - timedelta(days=2), NOW, "Asia/Jakarta") == "Sat 21 Nov 2026"
    assert times.day_words(NOW + timedelta(days=1), NOW, "Asia/Jakarta") == "Tue 24 Nov 2026"


def test_spans_are_in_seconds_and_minutes() -> None:
    assert times.duration(timedelta(seconds=48)) == "48 s"
    assert times.duration(timedelta(seconds=185)) == "3 min 05 s"
    assert times.duration(timedelta(seconds=-1)) == "0 s"


def test_the_script_gets_the_same_words() -> None:
    words = json.loads(times.WORDS_FOR_SCRIPT)
    assert words["ahead"].format(n=4, unit="min") == times.relative(NOW + timedelta(minutes=4), NOW)
