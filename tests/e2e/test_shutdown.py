"""A signal in the middle of the work: it ends in time, every post is decided or journalled, no browser stays."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.fleet.records import open_records
from bot.fleet_view import Trigger
from bot.settings.home import AccountFolder
from bot.storage.database import Database
from bot.storage.journal import Intent, IntentState, RunRecord
from practice.faults import Fault
from practice.site import PracticeSite
from practice.world import World, cookies_for
from tests.e2e.serving import ServedApp
from tests.homes import FAR, NO_DELAYS, HomeBuilder, write_yaml

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(180),
    pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGTERM to send"),
]

TEXTS = {
    "First": "Kebun teh di bukit sejuk sekali pagi ini, kabutnya tipis dan jalannya kering. Mari mampir, petik sendiri "
    "daunnya, lalu duduk di teras sambil minum hangat bersama keluarga tercinta.",
    "Second": "Warung kopi dekat stasiun buka sampai larut malam, parkirnya luas untuk rombongan. Pesan dulu lewat "
    "telepon supaya meja besar tetap kosong ketika kereta terakhir datang.",
}
"""Long to type, and no two alike: the guards would let only one of them out."""
HANDLES = tuple(TEXTS)
IN_TIME = 30.0


class Shops:
    """A home of two accounts whose run a person asked for just now, and the practice site they post on."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.site = PracticeSite(World(), upload_seconds=0.2)
        self.folders: dict[str, AccountFolder] = {}
        home = HomeBuilder(root)
        home.fleet |= {
            "max_concurrent_accounts": 2,
            "decide_after_seconds": 5,
            "browser": {"x_address": self.site.address, "language": "en-US"},
        }
        for handle in HANDLES:
            account = self.site.world.add_account(handle, f"Shop {handle}")
            slot = {"time": FAR, "like": 0, "follow": 0}
            schedule = {"timezone": "UTC", "morning": slot}
            folder = home.add(handle.lower(), handle, safety={"delays": NO_DELAYS}, schedule=schedule)
            (folder / "cookies.json").write_text(json.dumps(cookies_for(account)), encoding="utf-8")
            write_yaml(folder / "config" / "templates.yaml", {"promo_templates": [TEXTS[handle]]})
            self.folders[handle] = AccountFolder(folder)
            self._ask_for_run(handle)

    def _ask_for_run(self, handle: str) -> None:
        """As Run now enters it right before the process ends: the next start picks it up."""
        now = datetime.now(UTC)
        with open_records(self.folders[handle]) as records:
            assert records.journal.plan_run("morning", now.date().isoformat(), Trigger.MANUAL, now)

    def intents(self, handle: str) -> list[Intent]:
        with open_records(self.folders[handle]) as records:
            return records.journal.intents()

    def runs(self, handle: str) -> list[RunRecord]:
        with open_records(self.folders[handle]) as records:
            return records.journal.runs(10)

    def wait_until_all(self, is_so: Callable[[list[Intent]], bool]) -> None:
        """Until it is so for the journal of every account."""
        deadline = time.monotonic() + 60
        while not all(is_so(self.intents(handle)) for handle in HANDLES):
            assert time.monotonic() < deadline, [self.intents(handle) for handle in HANDLES]
            time.sleep(0.02)

    def slow_down(self, at: str, seconds: float) -> None:
        """Let every account wait there."""
        for handle in HANDLES:
            self.site.faults.add(Fault(handle, "slow", left=50, at=at, seconds=seconds))

    def check_journals(self) -> None:
        """What stands on the site is `sent`, or still `sending` to be looked up; every run has an end and a reason."""
        for handle in HANDLES:
            standing = {post.id for post in self.site.world.posts_of(handle)}
            intents = self.intents(handle)
            assert {each.tweet_id for each in intents if each.state is IntentState.SENT} <= standing
            waiting = [each for each in intents if each.state is IntentState.SENDING]
            assert len(standing) <= len(waiting) + sum(each.state is IntentState.SENT for each in intents)
            assert all(run.state in {"done", "partly", "stopped", "failed"} for run in self.runs(handle))
            for file in (self.folders[handle].metrics_db, self.root / "data" / "fleet.db"):
                database = Database(file, "account" if file.name == "metrics.db" else "fleet")
                assert database.check() == "ok"
                database.close()


@pytest.fixture
def shops(tmp_path: Path) -> Iterator[Shops]:
    shops = Shops(tmp_path)
    with shops.site:
        yield shops


def end_in_time(app: ServedApp, number: signal.Signals) -> None:
    """Send the signal: exit code 0 within 30 s, no traceback, and no browser left."""
    app.process.send_signal(number)
    assert app.process.wait(IN_TIME) == 0
    assert app.end() == 0
    assert not [line for line in app.lines if "Traceback" in line]
    assert app.processes_left() == []


def start_again(shops: Shops) -> None:
    """The home is free, and what was left open gets decided by looking at the profile."""
    shops.site.faults.clear()
    with ServedApp(shops.root) as app:
        app.line("panel: ")
        shops.wait_until_all(lambda intents: not any(each.state is IntentState.SENDING for each in intents))
        assert app.end() == 0
        assert app.processes_left() == []
    for handle in HANDLES:
        posts = shops.site.world.posts_of(handle)
        sent = [each.tweet_id for each in shops.intents(handle) if each.state is IntentState.SENT]
        assert sent == [post.id for post in posts]
        assert len(posts) <= 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_while_two_accounts_are_typing(shops: Shops, number: signal.Signals) -> None:
    with ServedApp(shops.root) as app:
        shops.wait_until_all(bool)
        end_in_time(app, number)
    shops.check_journals()
    start_again(shops)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_while_two_accounts_are_sending(shops: Shops, number: signal.Signals) -> None:
    shops.slow_down("post", 4.0)
    with ServedApp(shops.root) as app:
        shops.wait_until_all(lambda intents: any(each.state is IntentState.SENDING for each in intents))
        end_in_time(app, number)
    shops.check_journals()
    start_again(shops)
    assert sum(len(shops.site.world.posts_of(handle)) for handle in HANDLES) == 2


@pytest.mark.parametrize("at", ["load", "post"])
def test_while_the_pages_hang(shops: Shops, at: str) -> None:
    shops.slow_down(at, 120.0)
    with ServedApp(shops.root) as app:
        app.line("panel: ")
        if at == "post":
            shops.wait_until_all(lambda intents: any(each.state is IntentState.SENDING for each in intents))
        else:
            _wait_for_browsers(app)
        end_in_time(app, signal.SIGTERM)
    shops.check_journals()


def _wait_for_browsers(app: ServedApp) -> None:
    """Until both accounts have theirs: a driver and a browser each."""
    deadline = time.monotonic() + 60
    while len(app.processes_left()) < 4:
        assert time.monotonic() < deadline, "the browsers did not start"
        time.sleep(0.1)
