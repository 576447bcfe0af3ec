"""What this process holds of the machine, and whether something was left behind."""

from __future__ import annotations

import gc
import threading
from dataclasses import dataclass

import psutil

SPARE = 2
"""So many more descriptors or threads are no leak: Python and SQLite open some when they are first needed."""


@dataclass(frozen=True)
class Held:
    """Descriptors (handles on Windows), threads and child processes."""

    descriptors: int
    threads: int
    children: int

    @classmethod
    def now(cls) -> Held:
        """What is held at this moment."""
        gc.collect()
        process = psutil.Process()
        descriptors = process.num_fds() if hasattr(process, "num_fds") else process.num_handles()
        return cls(descriptors, threading.active_count(), len(process.children(recursive=True)))

    def check_against(self, before: Held) -> None:
        """Raises AssertionError when more is held than before."""
        told = f"{before} before, {self} after"
        assert self.descriptors <= before.descriptors + SPARE, told
        assert self.threads <= before.threads + SPARE, told
        assert self.children <= before.children, told
