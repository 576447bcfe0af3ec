"""A fleet of accounts with real browsers on a practice site of its own."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.request import Request, urlopen

from PIL import Image

from bot.account_manager import AccountManager
from bot.browser.processes import find_own
from bot.browser.reaper import reap
from bot.connecting import connect_browser
from bot.x.page import Timeouts
from practice.seed import seeded_world
from practice.site import PracticeSite
from practice.world import cookies_for
from tests.homes import FAR, HomeBuilder, write_yaml


class PracticeFleet:
    """A home whose accounts exist on a practice site; a context manager that ends all it began."""

    def __init__(self, root: Path, *, seats: int = 3, timeouts: Timeouts | None = None) -> None:
        self.root = root
        self.site = PracticeSite(seeded_world(), upload_seconds=0.2)
        self.home = HomeBuilder(root)
        self.home.fleet |= {
            "max_concurrent_accounts": seats,
            "decide_after_seconds": 5,
            "pause_fleet_after": 0,  # many of its accounts are in trouble on purpose
            "browser": {"x_address": self.site.address, "language": "en-US"},
        }
        self.manager = AccountManager(root, connect=partial(connect_browser, timeouts=timeouts))
        self.most_browsers = 0

    def add(self, account_id: str, handle: str, *, slot: dict[str, Any], promo: list[Any] | None = None) -> Path:
        """An account on both sides; `slot` is what its morning does, `promo` its templates."""
        account = self.site.world.add_account(handle, f"Shop {handle}")
        schedule = {"timezone": "UTC", "morning": {"time": FAR, **slot}}
        folder = self.home.add(account_id, handle, schedule=schedule)
        (folder / "cookies.json").write_text(json.dumps(cookies_for(account)), encoding="utf-8")
        keywords = {"high_intent": ["butuh paket data", "cari paket murah", "kuota habis"]}
        write_yaml(folder / "config" / "keywords.yaml", keywords)
        if promo is not None:
            write_yaml(folder / "config" / "templates.yaml", {"promo_templates": promo})
        return folder

    def run_all(self, seconds: float) -> None:
        """Let every account do its slot once, and wait until all have ended."""
        self.manager.run_all_accounts()
        assert self.manager.wait_until_idle(seconds), "the runs did not end in time"

    @contextmanager
    def counting_browsers(self) -> Iterator[None]:
        """Keep in `most_browsers` how many there are at once. Not for every fleet: it looks at each process."""
        ended = threading.Event()
        counter = threading.Thread(target=self._count_browsers, args=(ended,))
        counter.start()
        try:
            yield
        finally:
            ended.set()
            counter.join()

    def state(self) -> dict[str, dict[str, Any]]:
        """What GET /state says, by handle."""
        with urlopen(f"{self.site.control_url}/state") as answer:
            return {account["handle"]: account for account in json.load(answer)["accounts"]}

    def set_fault(self, handle: str, kind: str, at: str, **more: Any) -> None:
        body = json.dumps({"handle": handle, "kind": kind, "count": 1, "at": at, **more}).encode()
        headers = {"Content-Type": "application/json"}
        with urlopen(Request(f"{self.site.control_url}/faults", data=body, headers=headers)):
            return

    def processes_left(self) -> list[str]:
        """Browsers and drivers of this home that still run."""
        return [f"{own.pid} {own.path}" for own in find_own(self.root)]

    def _count_browsers(self, ended: threading.Event) -> None:
        while not ended.wait(0.1):
            profiles = {own.path for own in find_own(self.root) if own.path.name == "profile"}
            self.most_browsers = max(self.most_browsers, len(profiles))

    def __enter__(self) -> PracticeFleet:
        self.site.start()
        self.manager.open()
        self.manager.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.manager.close()
        self.site.stop()
        reap(self.root)


def picture(file: Path, colour: str) -> Path:
    """A picture that is like no other."""
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (64, 36), colour).save(file)
    return file
