"""What became of the last orders, so that each is given once however often its button is pressed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from webapp.bulk.preview import Outcome

KEPT = 50


class Outcomes:
    """In memory, by the one-time id that the preview carries. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Outcome] = OrderedDict()

    def get(self, order_id: str) -> Outcome | None:
        return self._kept.get(order_id)

    def give_once(self, order_id: str, act: Callable[[], Outcome]) -> Outcome:
        """Act unless an order of this id was given already. Orders follow each other: none runs into another."""
        with self._lock:
            known = self._kept.get(order_id)
            if known is None:
                known = self._kept[order_id] = act()
                if len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            return known
