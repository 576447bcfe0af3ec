"""Work that takes a while, done in a thread of its own so that the ticker goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from bot.errors import AviaryError

_log = structlog.get_logger(__name__)


class Aside:
    """`work` is done one at a time; an AviaryError that it raises is logged. The ticker's thread alone begins it."""

    def __init__(self, work: Callable[[], object], name: str) -> None:
        self._work = work
        self._name = name
        self._thread: threading.Thread | None = None

    @property
    def is_busy(self) -> bool:
        """Whether it is being done now."""
        return self._thread is not None and self._thread.is_alive()

    def begin(self) -> None:
        """Begin, and return at once; what is still being done is not begun again."""
        if not self.is_busy:
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()

    def wait(self, patience_seconds: float = 10.0) -> None:
        """Wait for the end of what is being done."""
        if self._thread is not None:
            self._thread.join(patience_seconds)

    def _run(self) -> None:
        try:
            self._work()
        except AviaryError as error:
            _log.warning("work beside the ticker failed", work=self._name, error=error.message)
