"""What was read is asked for again exactly when the file changed, and no more is kept than allowed."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import StorageError
from bot.storage.database import Database
from bot.storage.read_cache import ReadCache


class Reader:
    """Counts how often it reads how many days there are."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.times = 0

    def __call__(self) -> int:
        self.times += 1
        with closing(Database(self.file, "account")) as database:
            return int(database.value("SELECT count(*) FROM follower_growth"))


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    file = tmp_path / "metrics.db"
    Database(file, "account").close()
    return Reader(file)


def grow(file: Path, day: str) -> None:
    with closing(Database(file, "account")) as database, database.write() as connection:
        query = "INSERT INTO follower_growth (date, followers_count, following_count) VALUES (?, 7, 3)"
        connection.execute(query, (day,))


def test_it_is_read_once_while_nothing_changes(reader: Reader) -> None:
    cache: ReadCache[int] = ReadCache(4)
    assert [cache.get(reader.file, "all", reader) for _ in range(3)] == [0, 0, 0]
    assert reader.times == 1


def test_a_change_is_seen_at_the_next_look(reader: Reader) -> None:
    cache: ReadCache[int] = ReadCache(4)
    cache.get(reader.file, "all", reader)
    grow(reader.file, "2026-11-01")
    assert cache.get(reader.file, "all", reader) == 1


def test_a_change_while_it_is_read_is_seen_the_next_time(reader: Reader) -> None:
    cache: ReadCache[int] = ReadCache(4)

    def read_late() -> int:
        found = reader()
        grow(reader.file, "2026-11-01")
        return found

    assert cache.get(reader.file, "all", read_late) == 0
    assert cache.get(reader.file, "all", reader) == 1


def test_the_longest_unused_goes_first(reader: Reader) -> None:
    cache: ReadCache[int] = ReadCache(2)
    for what in ("a", "b", "a", "c", "a", "b"):
        cache.get(reader.file, what, reader)
    assert reader.times == 4  # a, b, c, and b again


def test_an_error_is_not_kept(reader: Reader) -> None:
    cache: ReadCache[int] = ReadCache(2)

    def fail() -> int:
        raise StorageError("it is locked")

    with pytest.raises(StorageError):
        cache.get(reader.file, "all", fail)
    assert cache.get(reader.file, "all", reader) == 0
