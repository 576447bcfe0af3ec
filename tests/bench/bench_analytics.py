"""How long the pages on numbers take: 50 accounts with 400 days of ten posts a day, beside plain SQL.

Run it:  python -m tests.bench.bench_analytics [--home FOLDER] [--only WORDS] [--accounts 50] [--days 400] [--times 20]
Each page is asked for through the panel over a real AccountManager (no network). Cold is the first look after a start:
what the page needs of every database is read. "Changed" is a look after one post of one account was read again, as it
is on any day. The peer is one GROUP BY for each table of the analytics' page over one SQLite file that holds the posts
of all accounts and was read once before: it makes no page. CPU time stands in brackets, since other work on the machine
lengthens the time on the clock. A folder given by --home keeps the made-up accounts for the next time.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median

from flask.testing import FlaskClient

from bot.account_manager import AccountManager
from bot.clock import FakeClock
from bot.settings.home import AccountFolder, Home
from bot.storage.database import Database, to_text
from bot.storage.experiments import Compared, Experiments, OutcomeKind, Plan
from tests.analytics_world import Shape, write_account
from tests.experiments.trials import post_for
from tests.homes import HomeBuilder
from tests.webapp.panel import NOW, make_panel_of

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
    "suggestions": "/suggestions",
    "one's suggestions": "/accounts/a0/suggestions",
    "summary of a day": "/summaries",
    "summary of a week": f"/summaries/{NOW.date()}?span=week",
    "one's summary": "/accounts/a0/summaries",
    "orders": "/orders",
    "one's orders": "/accounts/a0/orders",
    "tests": "/experiments",
    "a running test": "/experiments/1",
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
Times = list[tuple[float, float]]


def main() -> None:
    asked = _options()
    with tempfile.TemporaryDirectory() as scratch:
        home = asked.home or Path(scratch)
        if not Home(home).fleet_db.exists():
            _write(home, asked.accounts, Shape(asked.days, asked.posts, read_after=timedelta(days=3)))
        print("milliseconds as p50/p95, CPU time in brackets")  # noqa: T201
        peer = _peer(home, asked.times)
        for name, address in PAGES.items():
            if asked.only in name:
                _page(home, name, address, asked, peer)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", type=Path)
    parser.add_argument("--only", default="")
    for name, usual in (("accounts", 50), ("days", 400), ("posts", 10), ("times", 20), ("starts", 3)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    return parser.parse_args()


def _write(home: Path, count: int, shape: Shape) -> None:
    builder = HomeBuilder(home)
    for seed in range(count):
        root = builder.add(f"a{seed}", f"a{seed}")
        builder.entries[-1]["groups"] = [f"g{seed % 5}"]
        write_account(AccountFolder(root).metrics_db, NOW, shape, seed)
    builder.write()
    with _opened(home) as (manager, _):
        roots = [manager._registry.members[f"a{number}"].folder.root for number in range(min(count, 5))]
        with closing(Database(manager.home.fleet_db, "fleet")) as database:
            _run_test(Experiments(database), roots, home)


def _run_test(store: Experiments, roots: list[Path], home: Path) -> None:
    """A test of two texts that has gone on for 60 days in these accounts."""
    folders = tuple(root.relative_to(home).as_posix() for root in roots)
    arms = (("question",), ("statement",))
    plan = Plan("Question or statement", Compared.TEXTS, folders, "promo", arms, OutcomeKind.ENGAGEMENT, 0.2, 400, 180)
    began = NOW - timedelta(days=61)
    made = store.add(plan, 7, began, "")
    store.start(made.id, began)
    days = [(began + timedelta(days=number)).date() for number in range(1, 61)]
    for folder, root in zip(folders, roots, strict=True):
        post_for(replace(store.find(made.id), plan=replace(plan, folders=(folder,))), root, days, store)


@contextmanager
def _opened(home: Path) -> Iterator[tuple[AccountManager, FlaskClient]]:
    clock = FakeClock(NOW)
    manager = AccountManager(home, clock=clock)
    manager.open(pick_up=False)
    try:
        yield manager, make_panel_of(manager, clock).operator()
    finally:
        manager.close(1)


def _page(home: Path, name: str, address: str, asked: argparse.Namespace, peer: float) -> None:
    cold: Times = []
    for start in range(asked.starts):
        with _opened(home) as (manager, client):
            client.get("/numbers/compare?days=7")  # templates are compiled once for a process

            def ask(client: FlaskClient = client) -> None:
                answer = client.get(address)
                assert answer.status_code == 200, answer.status

            cold.append(_timed(ask))
            if start == asked.starts - 1:
                warm = [_timed(ask) for _ in range(asked.times)]
                file = manager._registry.members["a0"].folder.metrics_db
                changed = [_timed(ask) for number in range(asked.times) if _change(file, number)]
    ratio = median(cpu for _, cpu in warm) / peer
    told = f"cold {_told(cold)}  warm {_told(warm)}  changed {_told(changed)}  {ratio:4.2f} x peer"
    print(f"{name:18} {told}", flush=True)  # noqa: T201


def _change(file: Path, number: int) -> bool:
    """Count a post once more, as a reading does."""
    with closing(Database(file, "account")) as database, database.write() as connection:
        last = "(SELECT max(posted_at) FROM own_posts)"
        read_at = to_text(NOW + timedelta(seconds=number))
        query = f"UPDATE own_posts SET likes = ?, read_at = ? WHERE posted_at = {last}"
        done = connection.execute(query, (number, read_at))
        return bool(done.rowcount)


def _peer(home: Path, times: int) -> float:
    """CPU milliseconds of plain SQL at the median."""
    file = home / "peer.db"
    since = ((NOW - timedelta(days=180)).isoformat(),)
    is_new = not file.exists()
    with closing(sqlite3.connect(file)) as connection:
        if is_new:
            _fill_peer(connection, home)

        def ask() -> object:
            return [connection.execute(query, since).fetchall() for query in PEER]

        ask()
        found = [_timed(ask) for _ in range(times)]
    print(f"{'plain SQL, 180 days':18} warm {_told(found)}")  # noqa: T201
    return median(cpu for _, cpu in found)


def _fill_peer(connection: sqlite3.Connection, home: Path) -> None:
    connection.execute(f"CREATE TABLE own_posts (account, {FIELDS})")
    for root in sorted((home / "accounts").iterdir()):
        connection.execute("ATTACH ? AS one", (str(AccountFolder(root).metrics_db),))
        connection.execute(f"INSERT INTO own_posts SELECT ?, {FIELDS} FROM one.own_posts", (root.name,))
        connection.commit()
        connection.execute("DETACH one")
    connection.execute("CREATE INDEX by_time ON own_posts (posted_at)")
    connection.commit()


def _timed(act: Callable[[], object]) -> tuple[float, float]:
    began, cpu = time.perf_counter(), time.process_time()
    act()
    return (time.perf_counter() - began) * 1000, (time.process_time() - cpu) * 1000


def _told(times: Times) -> str:
    return "{} [{}]".format(*(_both(sorted(column)) for column in zip(*times, strict=True)))


def _both(numbers: list[float]) -> str:
    return f"{median(numbers):4.0f}/{numbers[round(len(numbers) * 0.95) - 1]:4.0f}"


if __name__ == "__main__":
    main()
