"""When written posts are tried."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.planning.post_times import PostAgenda, next_try, slots_of_posts
from bot.planning.slots import Occurrence
from bot.settings.account import AccountSettings
from bot.storage.planned_posts import PlannedPost, PostState

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ROOT = Path("accounts/one")


@pytest.mark.parametrize(("late", "again"), [(1, 11), (50, 60), (51, None), (90, None)])
def test_it_is_tried_again_while_it_is_not_too_late(late: int, again: int | None) -> None:
    found = next_try(NINE, NINE + timedelta(minutes=late), HOUR)
    assert found == (NINE + timedelta(minutes=again) if again else None)


def test_each_slot_that_posts_takes_one_in_their_order() -> None:
    settings = AccountSettings.model_validate(
        {
            "schedule": {
                "slots": [
                    {"name": "early", "time": "08:00", "post": "value"},
                    {"name": "look", "time": "09:00"},
                    {"name": "late", "time": "10:00", "post": "promo"},
                ]
            }
        }
    )
    day = date(2026, 3, 2)
    coming = [Occurrence(NINE + n * HOUR, name, day) for n, name in enumerate(("early", "look", "late"))]
    waiting = [_post(7), _post(3), _post(5)]
    assert {key: slot.slot for key, slot in slots_of_posts(waiting, coming, settings).items()} == {
        7: "early",
        3: "late",
    }


def test_what_is_due_comes_in_its_order_and_again_in_half_a_minute() -> None:
    agenda = PostAgenda()
    agenda.put(ROOT, {1: NINE, 2: NINE - HOUR, 3: NINE + HOUR})
    assert agenda.coming(ROOT) == NINE - HOUR
    assert agenda.take_due(NINE) == [(ROOT, 2), (ROOT, 1)]
    assert agenda.take_due(NINE) == []
    assert agenda.take_due(NINE + timedelta(seconds=30)) == [(ROOT, 1), (ROOT, 2)]


def test_one_can_be_put_off_and_left_out() -> None:
    agenda = PostAgenda()
    agenda.put(ROOT, {1: NINE, 2: NINE})
    agenda.set(ROOT, 1, None)
    agenda.set(ROOT, 2, NINE + HOUR)
    assert agenda.take_due(NINE) == []
    assert agenda.coming(ROOT) == NINE + HOUR
    agenda.forget(ROOT)
    assert agenda.coming(ROOT) is None


def _post(number: int) -> PlannedPost:
    return PlannedPost(number, "", (), None, None, 0, PostState.QUEUED, "", "budi", NINE, NINE, 1)
