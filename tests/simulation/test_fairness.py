"""Twenty accounts want more than the fleet may post: what is free is shared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from bot.account_manager import AccountManager
from bot.account_run import MAY_WAIT
from bot.clock import FakeClock
from bot.connecting import ConnectRequest
from bot.fleet_view import RunState
from bot.x.contract import XClient
from bot.x.fake import FakeWorld, FakeX
from tests.homes import HomeBuilder, templates, write_yaml

ACCOUNTS, PER_HOUR, HOURS = 20, 5, 48
START = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)


class Shops:
    """A fleet of accounts that all want to post at the same minutes of the day."""

    def __init__(self, root: Path, times: list[str], *, stagger_minutes: float) -> None:
        self.clock = FakeClock(START)
        self.x = FakeWorld(self.clock)
        self.home = HomeBuilder(root)
        self.home.fleet["global_rate_limit"]["tweets_per_hour"] = PER_HOUR
        self.home.fleet["stagger_minutes"] = stagger_minutes
        slots = [{"name": f"at{place:02}", "time": at, "post": "promo"} for place, at in enumerate(times)]
        for number in range(ACCOUNTS):
            handle = f"Shop{number:02}"
            self.x.add_account(handle, session=f"token-{handle}")
            folder = self.home.add(f"a{number:02}", handle, schedule={"timezone": "UTC", "slots": slots})
            write_yaml(folder / "config" / "templates.yaml", templates(handle, 60))
        self.manager = AccountManager(root, clock=self.clock, connect=self._connect, random_of=Random)
        self.manager.open()

    def live(self) -> None:
        """Two days, a tick every two minutes."""
        for _ in range(HOURS * 30):
            self.clock.advance(120)
            self.manager.tick()
            assert self.manager.wait_until_idle(30)

    def posts(self) -> dict[str, int]:
        return {f"a{number:02}": len(self.x.posts_of(f"Shop{number:02}")) for number in range(ACCOUNTS)}

    def longest_wait(self, number: int) -> timedelta:
        """The longest time without a post of one account, from the beginning on."""
        moments = [START, *(post.posted_at for post in self.x.posts_of(f"Shop{number:02}")), self.clock.now()]
        return max(later - earlier for earlier, later in pairwise(moments))

    def _connect(self, request: ConnectRequest) -> XClient:
        return FakeX(self.x, request.handle, clock=request.clock, stop=request.stop, progress=request.progress)


EVERY_TWO_HOURS = [f"{hour:02}:00" for hour in range(1, 24, 2)]  # twice as many posts as the limit allows


AT_ONE_TIME = pytest.param(0, id="all at one time", marks=pytest.mark.nightly)  # staggered is how homes are set up
STAGGERED = pytest.param(20, id="staggered")


@pytest.fixture(scope="module", params=[AT_ONE_TIME, STAGGERED])
def shops(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shops]:
    shops = Shops(tmp_path_factory.mktemp("shops"), EVERY_TWO_HOURS, stagger_minutes=request.param)
    shops.live()
    yield shops
    shops.manager.close()


def test_nobody_starves_each_gets_as_many_posts_as_the_others(shops: Shops) -> None:
    """Who got least goes first; three seats that ask for the last permit at once may change places once a day."""
    posts = shops.posts()
    assert max(posts.values()) - min(posts.values()) <= 2, posts


def test_nobody_waits_much_longer_than_a_round_takes(shops: Shops) -> None:
    a_round = timedelta(hours=ACCOUNTS / PER_HOUR)
    assert max(shops.longest_wait(number) for number in range(ACCOUNTS)) <= 2 * a_round


def test_what_the_limit_leaves_is_used(shops: Shops) -> None:
    assert sum(shops.posts().values()) >= 0.9 * PER_HOUR * HOURS


def test_a_slot_that_got_no_permit_for_hours_is_left_out_and_says_so(shops: Shops) -> None:
    left_out = 0
    for number in range(ACCOUNTS):
        for run in shops.manager.runs(f"a{number:02}", 100):
            if run.ended_at is not None:
                assert run.ended_at - run.planned_at <= MAY_WAIT + timedelta(minutes=60), run
                left_out += not run.posts
                assert run.posts == 1 or (run.state is RunState.PARTLY and " permit " in run.reason), run
    assert left_out > 100
