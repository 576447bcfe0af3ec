"""How long a look for a near-duplicate takes among 30 days of a thousand accounts with ten posts a day.

    .venv/bin/python -m tests.bench.bench_guards [TEXTS]

Each account has its own templates, as hard as it comes: half of each post are words that most posts have.
Prints how long entering took, and the times of reserving texts that are new and ones that are not.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from bot.clock import FakeClock
from bot.guards.book import GuardBook
from bot.storage.database import Database

NOW = datetime(2026, 3, 31, 8, 0, tzinfo=UTC)
ACCOUNTS, TEMPLATES, TRIES = 1000, 40, 200
COMMON = "paket data kuota murah promo order stok aktif bulan operator gratis bonus cepat aman toko".split()  # noqa: SIM905


def main() -> None:
    texts = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
    random = Random(1)
    rare = ["".join(random.choice("bdgklmnprst") + random.choice("aeiou") for _ in range(3)) for _ in range(4000)]
    templates = [[_post(random, rare) for _ in range(TEMPLATES)] for _ in range(ACCOUNTS)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "fleet.db"
        database = Database(file, "fleet")
        book = GuardBook(database, FakeClock(NOW))
        began = time.perf_counter()
        with database.together():
            for number in range(texts):
                account = random.randrange(ACCOUNTS)
                text = f"{random.choice(templates[account])} {number}"
                book.enter_past(f"a{account}", text, NOW - timedelta(minutes=random.randrange(30 * 24 * 60)))
        size = (file.stat().st_size + file.with_name("fleet.db-wal").stat().st_size) // 2**20
        print(f"{texts} texts entered in {time.perf_counter() - began:.0f} s, {size} MB")  # noqa: T201
        _time("new text", book, [_post(random, rare) for _ in range(TRIES)])
        _time("own template again", book, [random.choice(templates[0]) for _ in range(TRIES)], "a0")
        _time("another account's", book, [f"{random.choice(templates[5])} 7" for _ in range(TRIES)])
        _time("common words alone", book, [" ".join(random.sample(COMMON, 8)) for _ in range(TRIES)])
        database.close()


def _post(random: Random, rare: list[str]) -> str:
    words = random.sample(COMMON, 6) + random.sample(rare, 6)
    random.shuffle(words)
    return " ".join(words)


def _time(what: str, book: GuardBook, texts: list[str], account: str = "new") -> None:
    times, refused, cpu = [], 0, time.process_time()
    for text in texts:
        began = time.perf_counter()
        reserved = book.reserve(account, text)
        times.append((time.perf_counter() - began) * 1000)
        refused += bool(reserved.why_not)
        if reserved.number:
            book.release(reserved.number)
    cpu = (time.process_time() - cpu) * 1000 / len(texts)
    times.sort()
    print(  # noqa: T201
        f"{what}: median {statistics.median(times):.1f} ms, 95 % {times[int(len(times) * 0.95)]:.1f} ms, "
        f"longest {times[-1]:.1f} ms; {cpu:.1f} ms of processor each; "
        f"{refused} of {len(texts)} refused"
    )


if __name__ == "__main__":
    main()
