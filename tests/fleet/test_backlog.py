from __future__ import annotations

from datetime import UTC, datetime

from bot.clock import FakeClock
from bot.errors import StorageError
from bot.fleet.backlog import Backlog

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Disk:
    """A record that takes entries while the disk has room."""

    def __init__(self) -> None:
        self.is_full = True
        self.tries = 0
        self.entered: list[str] = []

    def enter(self, what: str = "slot") -> None:
        self.tries += 1
        if self.is_full:
            raise StorageError("the disk is full")
        self.entered.append(what)


def test_what_can_be_entered_is_entered_at_once_and_once() -> None:
    clock, disk = FakeClock(NOW), Disk()
    disk.is_full = False
    backlog = Backlog(clock)
    backlog.enter("one", disk.enter)
    clock.advance(60)
    backlog.try_again()
    assert disk.entered == ["slot"]


def test_what_could_not_be_entered_is_entered_when_there_is_room_again() -> None:
    clock, disk = FakeClock(NOW), Disk()
    backlog = Backlog(clock)
    backlog.enter("one", disk.enter)
    clock.advance(60)
    backlog.try_again()
    disk.is_full = False
    clock.advance(60)
    backlog.try_again()
    clock.advance(60)
    backlog.try_again()
    assert disk.entered == ["slot"]


def test_it_is_not_tried_at_every_tick() -> None:
    clock, disk = FakeClock(NOW), Disk()
    backlog = Backlog(clock)
    backlog.enter("one", disk.enter)
    for _ in range(120):
        clock.advance(0.5)
        backlog.try_again()
    assert disk.tries == 3


def test_after_a_day_it_is_given_up() -> None:
    clock, disk = FakeClock(NOW), Disk()
    backlog = Backlog(clock)
    backlog.enter("one", disk.enter)
    clock.advance(86_401)
    backlog.try_again()
    disk.is_full = False
    clock.advance(60)
    backlog.try_again()
    assert disk.entered == []


def test_an_entry_that_cannot_be_made_is_given_up_and_the_others_are_entered() -> None:
    clock, disk = FakeClock(NOW), Disk()
    backlog = Backlog(clock)

    def enter_for_nobody() -> None:
        disk.enter()
        raise KeyError("an account that is gone")

    backlog.enter("gone", enter_for_nobody, NOW)
    backlog.enter("one", disk.enter)
    assert backlog.oldest_slot == NOW
    disk.is_full = False
    for _ in range(3):
        clock.advance(60)
        backlog.try_again()
    assert disk.entered == ["slot", "slot"]
    assert backlog.oldest_slot is None
