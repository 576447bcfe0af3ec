"""How late slots begin, what an idle fleet costs and how fast it starts: 1,000 accounts on the real clock.

Run it:  python -m tests.bench.bench_lateness [--seconds 60] [--accounts 1000]
x.com is a fake that answers at once, so that seats are free. Beside it, in the same run, the plainest thing that does
the same: a loop over `schedule` with as many daily jobs, polled every second. Each part has a process of its own.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import schedule
import structlog

from bot.account_manager import AccountManager
from bot.clock import SystemClock
from bot.connecting import ConnectRequest
from bot.x.contract import XClient
from bot.x.fake import FakeWorld, FakeX
from tests.homes import settings, templates

SEATS = 64
LEAD_SECONDS = 20.0
"""So long after the fleet's start the first slot comes."""
Figures = dict[str, float]


def build_home(root: Path, moments: list[datetime]) -> None:
    """An account for each moment, whose one slot posts then; JSON is YAML, too, and quicker to write."""
    entries = []
    for number, moment in enumerate(moments):
        handle = f"shop{number}"
        folder = root / "accounts" / handle
        slots = [{"name": "daily", "time": f"{moment:%H:%M:%S}", "post": "promo"}]
        write(folder / "config" / "settings.yaml", settings(handle, schedule={"timezone": "UTC", "slots": slots}))
        write(folder / "config" / "templates.yaml", templates(handle, 2))
        write(folder / "config" / "keywords.yaml", {"high_intent": ["paket data"]})
        write(folder / "cookies.json", [{"name": "auth_token", "value": f"token-{handle}", "domain": ".x.com"}])
        entries.append({"id": f"a{number}", "username": f"@{handle}", "folder": f"accounts/{handle}"})
    limits = {"tweets_per_hour": 1000}
    fleet = {"max_concurrent_accounts": SEATS, "global_rate_limit": limits, "minimum_gap_seconds": 0}
    write(root / "config" / "accounts.yaml", {"accounts": entries, "settings": fleet})


def write(file: Path, content: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content), encoding="utf-8")


class Opened:
    """When the fleet opened x.com for each account, and how many were open at most."""

    def __init__(self, accounts: int) -> None:
        self.at: dict[str, datetime] = {}
        self.world = FakeWorld(SystemClock())
        for number in range(accounts):
            self.world.add_account(f"shop{number}", session=f"token-shop{number}")

    def connect(self, request: ConnectRequest) -> XClient:
        self.at[request.handle] = datetime.now(UTC)
        return FakeX(self.world, request.handle, clock=request.clock, stop=request.stop, progress=request.progress)


def start_twice(root: Path, accounts: int, seconds: float) -> Figures:
    """How long the first start takes, and one after it."""
    first, second = (timed_start(root, accounts) for _ in range(2))
    return {"first": first, "again": second}


def timed_start(root: Path, accounts: int) -> float:
    begin = time.perf_counter()
    manager = AccountManager(root, connect=Opened(accounts).connect)
    manager.open()
    manager.start()
    took = time.perf_counter() - begin
    manager.close()
    return took


def idle_fleet(root: Path, accounts: int, seconds: float) -> Figures:
    """The CPU that a started fleet uses while nothing is due."""
    manager = AccountManager(root, connect=Opened(accounts).connect)
    manager.open()
    manager.start()
    time.sleep(3)  # the start itself is over
    share = cpu_share(lambda: time.sleep(seconds))
    manager.close()
    return {"share": share, "megabytes": psutil.Process().memory_info().rss / 2**20}


def idle_peer(root: Path, accounts: int, seconds: float) -> Figures:
    jobs = schedule.Scheduler()
    far = (datetime.now() + timedelta(hours=6)).strftime("%H:%M")  # noqa: DTZ005  schedule goes by local time
    for _ in range(accounts):
        jobs.every().day.at(far).do(print)
    end = time.monotonic() + seconds
    return {"share": cpu_share(lambda: poll(jobs, lambda: time.monotonic() > end))}


def poll(jobs: schedule.Scheduler, is_over: Callable[[], bool]) -> None:
    while not is_over():
        jobs.run_pending()
        time.sleep(1)


def cpu_share(work: Callable[[], None]) -> float:
    """CPU seconds of this process for each second that `work` takes."""
    process = psutil.Process()
    before, begin = process.cpu_times(), time.perf_counter()
    work()
    after, took = process.cpu_times(), time.perf_counter() - begin
    return (after.user + after.system - before.user - before.system) / took


def late_fleet(root: Path, accounts: int, seconds: float) -> Figures:
    """How much later than planned each account's x.com is opened."""
    opened = Opened(accounts)
    manager = AccountManager(root, connect=opened.connect)
    manager.open()
    manager.start()
    moments = read_moments(root)
    wait_until(max(moments.values()) + timedelta(seconds=5), lambda: len(opened.at) == accounts)
    idle = manager.wait_until_idle(60)
    manager.close()
    if not idle or len(opened.world.posts) != accounts:
        raise RuntimeError(f"{len(opened.at)} of {accounts} accounts began, {len(opened.world.posts)} posted")
    lateness = [(opened.at[handle] - moment).total_seconds() for handle, moment in moments.items()]
    return {**percentiles(lateness), "seats": opened.world.most_open_clients}


def late_peer(root: Path, accounts: int, seconds: float) -> Figures:
    jobs, lateness = schedule.Scheduler(), list[float]()
    moments = read_moments(root)

    def run(moment: datetime) -> None:
        lateness.append((datetime.now(UTC) - moment).total_seconds())

    for moment in moments.values():
        jobs.every().day.at(f"{moment.astimezone():%H:%M:%S}").do(run, moment)
    poll(jobs, lambda: len(lateness) == accounts or datetime.now(UTC) > max(moments.values()) + timedelta(minutes=1))
    return percentiles(lateness)


def read_moments(root: Path) -> dict[str, datetime]:
    content = json.loads((root / "moments.json").read_text(encoding="utf-8"))
    return {handle: datetime.fromisoformat(text) for handle, text in content.items()}


def wait_until(latest: datetime, is_over: Callable[[], bool]) -> None:
    over = threading.Event()
    while not is_over() and datetime.now(UTC) < latest:
        over.wait(0.2)


def percentiles(values: list[float]) -> Figures:
    ordered = sorted(values)
    return {"p50": ordered[len(ordered) // 2], "p99": ordered[int(len(ordered) * 0.99)], "max": ordered[-1]}


PARTS = {each.__name__: each for each in (start_twice, idle_fleet, idle_peer, late_fleet, late_peer)}


def run_part(name: str, root: Path, accounts: int, seconds: float) -> subprocess.Popen[str]:
    """A part in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.bench_lateness", "--part", name, "--home", str(root)]
    command += ["--accounts", str(accounts), "--seconds", str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")


def figures_of(part: subprocess.Popen[str]) -> Figures:
    answer = part.communicate()[0]
    if part.returncode:
        raise RuntimeError(f"a part ended with {part.returncode}")
    figures: Figures = json.loads(answer)
    return figures


def measure(folder: Path, accounts: int, seconds: float) -> dict[str, Figures]:
    """All parts; the two that measure lateness side by side, on one set of moments."""
    home, busy = folder / "idle", folder / "busy"
    far = datetime.now(UTC) + timedelta(hours=6)
    build_home(home, [far] * accounts)
    found = {}
    for name in ("start_twice", "idle_fleet", "idle_peer"):
        found[name] = figures_of(run_part(name, home, accounts, seconds))
    build_home(busy, [far] * accounts)
    figures_of(run_part("start_twice", busy, accounts, seconds))  # its databases are made
    first = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=LEAD_SECONDS + accounts / 20)
    step = max(180.0, seconds) / accounts
    moments = [first + timedelta(seconds=int(number * step)) for number in range(accounts)]
    build_home(busy, moments)
    write(busy / "moments.json", {f"shop{number}": moment.isoformat() for number, moment in enumerate(moments)})
    parts = {name: run_part(name, busy, accounts, seconds) for name in ("late_fleet", "late_peer")}
    return found | {name: figures_of(part) for name, part in parts.items()}


def report(found: dict[str, Figures], accounts: int) -> str:
    start, idle, late, peer = (found[name] for name in ("start_twice", "idle_fleet", "late_fleet", "late_peer"))
    load = "/".join(f"{each:.1f}" for each in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown"
    return (
        f"accounts={accounts} cores={os.cpu_count()} load={load}\n"
        f"start: first {start['first']:.1f} s, again {start['again']:.1f} s\n"
        f"idle: fleet {idle['share']:.2%} of a core ({idle['megabytes']:.0f} MB),"
        f" schedule loop {found['idle_peer']['share']:.2%}\n"
        f"lateness: fleet p50 {late['p50']:.2f} s p99 {late['p99']:.2f} s max {late['max']:.2f} s"
        f" (at most {late['seats']:.0f} of {SEATS} seats taken),"
        f" schedule loop p50 {peer['p50']:.2f} s p99 {peer['p99']:.2f} s max {peer['max']:.2f} s\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--part", choices=list(PARTS), help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    if given.part:
        sys.stdout.write(json.dumps(PARTS[given.part](given.home, given.accounts, given.seconds)))
        return
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(report(measure(Path(folder), given.accounts, given.seconds), given.accounts))


if __name__ == "__main__":
    main()
