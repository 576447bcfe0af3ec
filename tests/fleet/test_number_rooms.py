"""The rooms of the numbers as the fleet opens them."""

from __future__ import annotations

from datetime import timedelta

from bot.analytics.periods import last_days
from tests.worlds import World


def test_numbers_are_read_ahead_once_somebody_has_looked_at_some(world: World) -> None:
    for key, handle in (("one", "OneShop"), ("two", "TwoShop")):
        world.add(key, handle)
    manager = world.open()
    manager.run_all_accounts()
    assert manager.wait_until_idle(20)
    rooms, today = manager._number_rooms, world.clock.now().date()
    rooms._look_ahead()
    rooms.close()
    assert len(manager.analytics._kept) == 0
    manager.analytics.report(["one"], last_days(today, 7))
    rooms._look_ahead()
    rooms.close()
    assert {world.clock.now() - kept.since > timedelta(days=190) for kept in manager.analytics._kept.values()} == {True}
    assert len(manager.analytics._kept) == 2
