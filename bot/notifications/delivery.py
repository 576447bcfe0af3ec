"""Messages on their way: sent in threads of their own, a few at a time, each at most once unless surely not taken.

    waiting -> sending -> sent | unknown;  sending -> waiting (failed, tried again) | failed (given up)

`sending` is written before anything goes out. So a crash in between loses a message at worst, and never repeats one:
of a cause that lasts the person is reminded a day later.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.errors import StorageError
from bot.notifications.sending import Sent
from bot.storage.messages import Message, Messages, MessageState

SEATS = 4
"""So many are sent at a time."""
PATIENCE_SECONDS = 60.0
"""After that nobody waits for a sending any more; its thread cannot be ended, and keeps its seat until it ends."""
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
"""Between the tries of a message that was not taken."""
_NO_ANSWER = "there was no answer within a minute: it may have arrived or not, and is not sent again"
Send = Callable[[str, str, str], Sent]
"""Address, subject, body."""
Start = Callable[[Callable[[], None]], object]
_log = structlog.get_logger(__name__)


def start_thread(work: Callable[[], None]) -> object:
    """Do it beside everything else; the end of the process does not wait for it."""
    thread = threading.Thread(target=work, name="aviary-notification", daemon=True)
    thread.start()
    return thread


class Delivery:
    """Safe for threads. `address_of` is the address of a channel, and why there is none: one of both is ""."""

    def __init__(
        self,
        messages: Messages,
        address_of: Callable[[str], tuple[str, str]],
        clock: Clock,
        send: Send,
        start: Start = start_thread,
    ) -> None:
        self._messages = messages
        self._address_of = address_of
        self._clock = clock
        self._send = send
        self._start = start
        self._lock = threading.Lock()
        self._begun: dict[int, float] = {}  # message -> monotonic second in which its sending began
        self._given_up: set[int] = set()

    def look(self) -> None:
        """Give up what takes too long, and begin with what is due, as far as seats are free."""
        self._give_up_overdue()
        with self._lock:
            free = SEATS - len(self._begun)
        for message in self._messages.due(self._clock.now(), free) if free > 0 else ():
            self.begin(message)

    def begin(self, message: Message, over: Callable[[], None] = lambda: None) -> bool:
        """Begin to send it, and call `over` at the end; False when there is no seat or it does not wait any more."""
        with self._lock:
            if len(self._begun) >= SEATS or message.id in self._begun or not self._messages.begin(message.id):
                return False
            self._begun[message.id] = self._clock.monotonic()
        self._start(lambda: self._work(message, over))
        return True

    def send_and_wait(self, message: Message, seconds: float) -> None:
        """Begin to send it, and wait so long for its end; without a free seat the next look begins it."""
        is_over = threading.Event()
        if self.begin(message, is_over.set):
            is_over.wait(seconds)

    def _work(self, message: Message, over: Callable[[], None]) -> None:
        try:
            self._end(message, self._try(message))
        except StorageError as error:
            # It stays `sending`: given up at the next start, and never sent twice.
            _log.error("the end of a notification cannot be recorded", message=message.id, error=error.message)
        finally:
            with self._lock:
                self._begun.pop(message.id, None)
                self._given_up.discard(message.id)
            over()

    def _try(self, message: Message) -> Sent:
        address, why_none = self._address_of(message.channel_id)
        if why_none:
            return Sent(why_none)
        try:
            return self._send(address, message.subject, message.body)
        except Exception as error:  # noqa: BLE001  many plug-ins of others; their words may hold what is secret
            _log.error("a service for notifications broke", channel=message.channel_id, kind=type(error).__name__)
            return Sent("the part of Aviary that speaks to this service broke. Another service may work.")

    def _end(self, message: Message, sent: Sent) -> None:
        now, tries = self._clock.now(), message.tries + 1
        if sent.is_taken:
            self._messages.end(message.id, MessageState.SENT, "", now)
            return
        _log.warning("a notification was not taken", channel=message.channel_id, tries=tries)
        if message.kind == "test" or tries > len(WAITS):
            self._messages.end(message.id, MessageState.FAILED, sent.problem, now)
        else:
            self._messages.postpone(message.id, sent.problem, now + WAITS[tries - 1])

    def _give_up_overdue(self) -> None:
        second = self._clock.monotonic()
        with self._lock:
            late = [key for key, begun in self._begun.items() if second - begun > PATIENCE_SECONDS]
            fresh = [key for key in late if key not in self._given_up]
            self._given_up.update(fresh)
        for key in fresh:
            self._messages.end(key, MessageState.UNKNOWN, _NO_ANSWER, self._clock.now())
