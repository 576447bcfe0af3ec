"""To wait for an answer so that the wait can be ended."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait

from bot.clock import StopSignal

_LOOK_SECONDS = 0.1


def wait_for(ask: Callable[[], str], stop: StopSignal) -> str:
    """What `ask` returns or raises. Raises Stopped soon after `stop` is set: the request then ends by itself, unheard.

    HTTP has no way to take a request back, and a socket that waits for its first byte none to look up meanwhile.
    """
    answer: Future[str] = Future()
    threading.Thread(target=_settle, args=(answer, ask), name="language model", daemon=True).start()
    while not answer.done():
        stop.check()
        wait([answer], timeout=_LOOK_SECONDS)
    return answer.result()


def _settle(answer: Future[str], ask: Callable[[], str]) -> None:
    try:
        answer.set_result(ask())
    except BaseException as error:  # noqa: BLE001  raised again in the thread that waits for it
        answer.set_exception(error)
