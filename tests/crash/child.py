"""The engine's process that the tests kill: an AccountManager on a home, whose accounts post again and again."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from bot.account_manager import AccountManager
from bot.connecting import Connect, connect_browser
from bot.log import configure
from tests.crash.client import SiteClient
from tests.crash.points import arm

SLOT = "morning"


@dataclass(frozen=True)
class Order:
    """What the process is to do."""

    home: Path
    site_port: int = 0  # of the stand-in; 0: real browsers, on the site that accounts.yaml names
    point: str = ""  # the named step at which it dies by itself
    times: int = 1  # when it is reached for the so-manieth time
    ends_in: float = 0  # not killed: each account has one more run, in up to so many seconds


def work(order: Order, is_open: Connection) -> None:
    """Run the slot of every account again and again until killed; with `ends_in` once, and end in peace.

    Says through `is_open` when the manager has its home, and what a crash left has been cleared.
    """
    _end_with_the_tests()
    if order.point:
        arm(order.point, order.times)
    manager = AccountManager(order.home, connect=_connect(order))
    manager.open()
    is_open.send(True)
    configure(manager.home.log_file)
    manager.start()
    if order.ends_in:
        ended = _run_once(manager, order.ends_in)
        manager.close()
        sys.exit(0 if ended else "the runs did not end in time")
    while True:
        for entry in manager.load_accounts():
            manager.run_account(entry.id, SLOT)
            time.sleep(0.01)


def _run_once(manager: AccountManager, seconds: float) -> bool:
    """What a crash left is picked up; then each account has its run."""
    deadline = time.monotonic() + seconds
    picked_up = manager.wait_until_idle(seconds)
    manager.run_all_accounts(SLOT)
    return picked_up and manager.wait_until_idle(deadline - time.monotonic())


def _connect(order: Order) -> Connect:
    if order.site_port:
        return lambda request: SiteClient(order.site_port, request)
    return connect_browser


def _end_with_the_tests() -> None:
    """Nothing goes on when the tests themselves are killed."""
    tests = multiprocessing.parent_process()

    def watch() -> None:
        if tests is not None:
            tests.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
