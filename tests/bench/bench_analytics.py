"""How long the pages on numbers take: 50 accounts with 400 days of ten posts a day, beside plain SQL.

Run it:  python -m tests.bench.bench_analytics [ACCOUNTS] [DAYS] [POSTS] [TIMES]
Each page is asked for through the panel (no network). Cold is the first look after the panel began: every database is
read. The peer is one GROUP BY for each table of the page over one SQLite file that holds the posts of all accounts,
read once before: it makes no page. CPU time stands beside, since another load on the machine lengthens the other.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from bot.clock import FakeClock
from bot.fleet.fake import FakeFleet, make_account
from bot.settings.home import AccountFolder
from tests.analytics_world import Shape, write_account
from tests.webapp.panel import NOW, make_panel

EIGHT = "&".join(f"side=account:a{number}" for number in range(8))
PAGES = {
    "all, 7 days": "/numbers?days=7",
    "all, 30 days": "/numbers?days=30",
    "all, 90 days": "/numbers?days=90",
    "all, 190 days": f"/numbers?from={(NOW - timedelta(days=189)).date()}",
    "a group": "/numbers?days=90&group=g0",
    "eight, 90 days": f"/numbers/compare?days=90&{EIGHT}",
    "groups per 1,000": "/numbers/compare?days=90&per=1000&side=group:g0&side=group:g1",
    "one, 90 days": "/accounts/a0/numbers?days=90",
    "days as CSV": "/numbers/days.csv?days=90",
}
PEER = (
    "SELECT date(posted_at, '+7 hours') AS day, count(*), sum(likes + reposts + replies), sum(views) FROM own_posts"
    " WHERE reply_to = '' AND posted_at >= ? GROUP BY day",
    "SELECT strftime('%w%H', posted_at, '+7 hours') AS hour, count(*), sum(likes + reposts + replies), sum(views)"
    " FROM own_posts WHERE reply_to = '' AND posted_at >= ? GROUP BY hour",
    "SELECT account, template, count(*), sum(likes + reposts + replies), sum(views) FROM own_posts"
    " WHERE reply_to = '' AND posted_at >= ? GROUP BY account, template",
)
FIELDS = "tweet_id, posted_at, template, reply_to, views, likes, reposts, replies"


def main() -> None:
    accounts, days, posts, times = (*map(int, sys.argv[1:5]), *(50, 400, 10, 20)[len(sys.argv) - 1 :])
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        fleet = _fleet(home, accounts, Shape(days, posts))
        print(f"{accounts} accounts, {days} days, {posts} posts a day; milliseconds, CPU time in brackets")  # noqa: T201
        for name, address in PAGES.items():
            _page(fleet, home / "data", name, address, times)
        _peer(home, fleet, times)


def _fleet(home: Path, count: int, shape: Shape) -> FakeFleet:
    accounts = tuple(make_account(f"a{number}", groups=(f"g{number % 5}",)) for number in range(count))
    for seed, account in enumerate(accounts):
        write_account(AccountFolder(home / account.folder).metrics_db, NOW, shape, seed)
    fleet = FakeFleet(FakeClock(NOW), accounts)
    fleet.home = home
    return fleet


def _page(fleet: FakeFleet, data: Path, name: str, address: str, times: int) -> None:
    cold = []
    for _ in range(3):
        fresh = FakeFleet(FakeClock(NOW), fleet.overview().accounts)
        fresh.home = fleet.home
        client = make_panel(fresh, FakeClock(NOW), data).operator()
        client.get("/numbers/compare")  # templates are compiled once for a process
        cold.append(_timed(lambda client=client: client.get(address)))
    warm = [_timed(lambda: client.get(address)) for _ in range(times)]
    print(f"{name:18} cold {_told(cold)}   warm {_told(warm)}")  # noqa: T201


def _peer(home: Path, fleet: FakeFleet, times: int) -> None:
    with closing(sqlite3.connect(home / "all.db")) as connection:
        connection.execute(f"CREATE TABLE own_posts (account, {FIELDS})")
        for account in fleet.overview().accounts:
            connection.execute("ATTACH ? AS one", (str(AccountFolder(home / account.folder).metrics_db),))
            connection.execute(f"INSERT INTO own_posts SELECT ?, {FIELDS} FROM one.own_posts", (account.id,))
            connection.commit()
            connection.execute("DETACH one")
        connection.execute("CREATE INDEX by_time ON own_posts (posted_at)")
        since = ((NOW - timedelta(days=180)).isoformat(),)

        def ask() -> object:
            return [connection.execute(query, since).fetchall() for query in PEER]

        ask()
        print(f"{'plain SQL, 180 days':18} warm {_told([_timed(ask) for _ in range(times)])}")  # noqa: T201


def _timed(act: Callable[[], object]) -> tuple[float, float]:
    began, cpu = time.perf_counter(), time.process_time()
    act()
    return (time.perf_counter() - began) * 1000, (time.process_time() - cpu) * 1000


def _told(times: list[tuple[float, float]]) -> str:
    walls, cpus = (sorted(column) for column in zip(*times, strict=True))
    high = round(len(walls) * 0.95) - 1
    return f"p50 {statistics.median(walls):5.0f} p95 {walls[high]:5.0f} [p50 {statistics.median(cpus):4.0f}]"


if __name__ == "__main__":
    main()
