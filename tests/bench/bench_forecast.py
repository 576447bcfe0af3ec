"""How long the coming week of a fleet takes to simulate, beside the bare agenda of the same slots.

Run it:  python -m tests.bench.bench_forecast [accounts [slots a day, up to 5]]
The first look reads every account's files and database; the ones after it read only what has changed. The peer walks
`Agenda` over the same slots for the same week: it knows when slots come up, and nothing else.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

from bot.account_manager import AccountManager
from bot.clock import FakeClock
from bot.planning.agenda import Agenda
from bot.storage.database import Database
from bot.storage.journal import IntentState, Journal
from tests.homes import HomeBuilder, own_name, write_yaml

Result = TypeVar("Result")
START = datetime(2026, 3, 2, 9, 17, tzinfo=UTC)
PAST_DAYS, TEMPLATES, BOUND_SECONDS = 20, 40, 2.0
TIMES = ("07:10", "10:40", "13:20", "16:50", "20:30")
_SYLLABLES = ("ba", "cen", "di", "for", "gu", "hal", "je", "kim", "lo", "mur", "na", "pes", "ri", "son", "tu", "wal")


def build(root: Path, accounts: int, slots_a_day: int = len(TIMES)) -> HomeBuilder:
    """Each account likes in each slot, posts in every second, and has a past of three weeks."""
    home, random = HomeBuilder(root), Random(3)
    home.fleet |= {"max_concurrent_accounts": 6, "stagger_minutes": 30, "minimum_gap_seconds": 20}
    home.fleet["global_rate_limit"] = {"tweets_per_hour": 120, "likes_per_hour": 900, "follows_per_hour": 300}
    home.write = lambda: None  # type: ignore[method-assign]  # once, at the end
    for number in range(accounts):
        handle = f"Shop{number:04}"
        slots = [
            {"name": f"s{place}", "time": at, "post": "promo" if place % 2 == 0 else "none", "like": 3, "follow": 1}
            for place, at in enumerate(TIMES[:slots_a_day])
        ]
        folder = home.add(f"a{number:04}", handle, schedule={"timezone": "Asia/Jakarta", "slots": slots})
        texts = [
            f"Paket kuota {own_name(handle)}: {_words(random)} no {{number}} hubungi {{wa_number}}"
            for _ in range(TEMPLATES)
        ]
        write_yaml(folder / "config" / "templates.yaml", {"promo_templates": texts})
        _enter_past(folder, texts)
    HomeBuilder.write(home)
    return home


def _words(random: Random) -> str:
    """Seven of some thousand words: the posts of a fleet that differ as its guard asks."""
    return " ".join("".join(random.choices(_SYLLABLES, k=3)) for _ in range(7))


def _enter_past(folder: Path, texts: list[str]) -> None:
    database = Database(folder / "data" / "metrics.db", "account")
    journal = Journal(database)
    with journal.together():
        for number in range(PAST_DAYS * 3):
            at = START - timedelta(days=PAST_DAYS) + timedelta(hours=8 * number)
            run = journal.plan_run("s0", f"{at.date()} {number}", "schedule", at) or 0
            journal.start_run(run, at)
            text = texts[number % len(texts)]
            intent = journal.intend(run, "promo", text, text.format(number=number, wa_number="08"), (), None, at)
            journal.mark_sending(intent, at)
            journal.settle(intent, IntentState.SENT, at, tweet_id=str(number))
            journal.end_run(run, "done", at + timedelta(seconds=200))
    database.close()


@dataclass(frozen=True)
class Took:
    """Seconds on the clock, and of the processor: the two differ as far as others had it."""

    clock: float
    processor: float

    def __str__(self) -> str:
        return f"{self.clock:.2f} s ({self.processor:.2f} s of the processor)"


def timed(work: Callable[[], Result]) -> tuple[Took, Result]:
    clock, processor = time.perf_counter(), time.process_time()
    result = work()
    return Took(time.perf_counter() - clock, time.process_time() - processor), result


def _count() -> int:
    """Something that takes as long on every quiet machine of a kind: how far others slowed this one down."""
    total = 0
    for number in range(1_000_000):
        total += number
    return total


def walk_agenda(manager: AccountManager) -> int:
    """The peer."""
    agenda = Agenda()
    for key, member in manager._registry.members.items():
        assert member.settings is not None
        schedule = member.settings.schedule
        agenda.plan(key, schedule.all_slots, schedule.zone, START, 30)
    return len(agenda.take_due(START + timedelta(days=7)))


def main(accounts: int, slots_a_day: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder), accounts, slots_a_day)
        manager = AccountManager(folder, clock=FakeClock(START))
        manager.open()
        first, forecast = timed(manager.forecasts.look)
        looks = (timed(lambda: manager.forecasts.look(anew=True))[0] for _ in range(3))
        again = min(looks, key=lambda took: took.processor)
        unit = min((timed(_count)[0] for _ in range(3)), key=lambda took: took.processor)
        peer, occurrences = timed(lambda: walk_agenda(manager))
        manager.close()
    posts = sum(run.is_posted for run in forecast.runs)
    runs = f"{len(forecast.runs)} runs ({occurrences} by the bare agenda), {posts} posts go out"
    sys.stdout.write(f"{accounts} accounts, {runs}\nfirst look {first}, later ones {again}\n")
    sys.stdout.write(f"a loop of a million additions beside it: {unit}\n")
    sys.stdout.write(f"the bare agenda {peer}: x{again.processor / peer.processor:.1f}\n")
    return again.processor < BOUND_SECONDS * accounts / 200


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:]] + [200, len(TIMES)][len(sys.argv) - 1 :]
    sys.exit(0 if main(*numbers) else 1)
