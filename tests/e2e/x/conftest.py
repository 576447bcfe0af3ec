"""A practice site, browsers that are surely gone after each test, and clients on them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from PIL import Image

from bot.browser.contract import BrowserRequest
from bot.browser.drivers import opener
from bot.browser.processes import find_own
from bot.clock import StopSignal, SystemClock
from bot.x.client import TwitterClient
from bot.x.contract import Cookie, Step
from bot.x.page import Timeouts
from bot.x.selectors import BUILT_IN, SelectorSet
from practice.seed import seeded_world
from practice.site import PracticeSite
from practice.world import cookies_for

HANDLE = "toko_satu"

QUICK = Timeouts(element=20, confirm_post=25, effect=10)


class Shop:
    """The practice site with one account on it, as a test sees it."""

    def __init__(self, site: PracticeSite) -> None:
        self.site = site
        self.account = site.world.add_account(HANDLE, "Toko Satu")
        site.world.open_session(self.account)

    @property
    def cookies(self) -> list[Cookie]:
        """The account's cookies as the client takes them."""
        same_site = {"no_restriction": "None", "lax": "Lax"}
        return [
            Cookie(
                one["name"],
                one["value"],
                one["domain"],
                one["path"],
                one["secure"],
                one["httpOnly"],
                same_site[one["sameSite"]],
                int(one["expirationDate"]),
            )
            for one in cookies_for(self.account)
        ]

    def state(self) -> dict[str, Any]:
        """What `GET /state` says of the account."""
        with urlopen(f"{self.site.control_url}/state") as answer:
            accounts = json.load(answer)["accounts"]
        return next(dict(one) for one in accounts if one["handle"] == HANDLE)

    def set_fault(self, kind: str, at: str = "", **more: Any) -> None:
        """Set one fault for the account."""
        body = {"handle": HANDLE, "kind": kind, "count": 1, **({"at": at} if at else {}), **more}
        request = Request(
            f"{self.site.control_url}/faults",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urlopen(request):
            return

    def faults_left(self) -> list[Any]:
        """The faults that were set and have not happened yet."""
        return self.site.faults.told()


@pytest.fixture
def shop() -> Iterator[Shop]:
    with PracticeSite(seeded_world(), upload_seconds=0.2) as site:
        yield Shop(site)


@pytest.fixture
def open_client(shop: Shop, tmp_path: Path) -> Iterator[Callable[..., TwitterClient]]:
    """Opens clients on the practice site; at the end no process of theirs may be left."""
    opened: list[TwitterClient] = []

    def open_one(
        driver: str = "chrome",
        *,
        handle: str = HANDLE,
        stop: StopSignal | None = None,
        steps: list[Step] | None = None,
        timeouts: Timeouts = QUICK,
        selectors: SelectorSet = BUILT_IN,
    ) -> TwitterClient:
        request = BrowserRequest(profile=tmp_path / "profiles" / handle, x_address=shop.site.address)
        client = TwitterClient(
            opener(driver).open(request),
            handle,
            clock=SystemClock(),
            stop=stop or StopSignal(),
            progress=(lambda _step: None) if steps is None else steps.append,
            timeouts=timeouts,
            selectors=selectors,
        )
        opened.append(client)
        return client

    yield open_one
    for client in opened:
        client.close()
    assert find_own(tmp_path) == []


@pytest.fixture
def client(shop: Shop, open_client: Callable[..., TwitterClient]) -> TwitterClient:
    """A client that is logged in."""
    client = open_client()
    assert client.log_in(shop.cookies) == HANDLE
    return client


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A small PNG."""
    file = tmp_path / "promo.png"
    Image.new("RGB", (60, 40), (200, 30, 90)).save(file)
    return file
