"""Work in a thread of its own: one at a time, and what fails is told in the log."""

from __future__ import annotations

import threading

from structlog.testing import capture_logs

from bot.errors import StorageError
from bot.fleet.aside import Aside


def test_what_is_under_way_is_not_begun_again() -> None:
    ended, begun = threading.Event(), []
    aside = Aside(lambda: (begun.append(1), ended.wait(10)), "test")
    aside.begin()
    aside.begin()
    assert aside.is_busy
    ended.set()
    aside.wait()
    assert not aside.is_busy
    aside.begin()
    aside.wait()
    assert len(begun) == 2


def test_what_fails_is_logged_and_can_be_begun_again() -> None:
    def fail() -> None:
        raise StorageError("the disk is full")

    aside = Aside(fail, "test")
    with capture_logs() as logs:
        aside.begin()
        aside.wait()
    assert [(each["work"], each["error"]) for each in logs] == [("test", "the disk is full")]
    assert not aside.is_busy
