"""What was read of databases, kept in memory while their files stay as they are."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Generic, TypeVar

from bot.storage.database import database_stamp

Found = TypeVar("Found")


class ReadCache(Generic[Found]):
    """Keeps up to `most` results, those that were asked for last. Safe for threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[Path, Hashable], tuple[tuple[object, ...], Found]] = OrderedDict()

    def get(self, database: Path, what: Hashable, read: Callable[[], Found]) -> Found:
        """What `read` finds in this file; `what` names the question. What `read` raises is not kept."""
        key = (database, what)
        stamp = database_stamp(database)  # before it is read: what changes meanwhile is read again the next time
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None and kept[0] == stamp:
                self._kept.move_to_end(key)
                return kept[1]
        found = read()
        with self._lock:
            self._kept[key] = stamp, found
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return found
