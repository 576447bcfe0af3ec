"""What people set up to be told, and what is told: channels, wishes, the look at causes, messages on their way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import structlog

from bot.clock import Clock
from bot.errors import AviaryError, SessionFileError, StorageError, sentences
from bot.notifications.addresses import Address, AddressRefused, is_on_this_machine, read_address
from bot.notifications.causes import CAUSES, Kind, Sight, after, compare, of_groups
from bot.notifications.delivery import Delivery, Send, Start, start_thread
from bot.notifications.hours import clock_time, due_summary, is_due, is_quiet
from bot.notifications.sending import check, send
from bot.notifications.wording import TEST, compose, where
from bot.storage.database import Database
from bot.storage.messages import Message, Messages, MessageState
from bot.storage.panel.database import PanelDatabase
from bot.storage.panel.notifications import Channel, Hours, Notifications
from bot.storage.sealing import SessionKeys
from bot.summaries.composing import Span, Summary
from bot.summaries.room import Summaries
from bot.summaries.telling import tell

GATHERED_FOR = timedelta(minutes=5)
"""After a message, a channel gets no further one for so long: what begins meanwhile comes in one."""
MOST_CHANNELS = 10  # of one user
LONGEST_NAME = 60
SUMMARIES = {Kind.DAILY: Span.DAY, Kind.WEEKLY: Span.WEEK}
_ABOUT = "The address of a channel for notifications, encrypted by Aviary."
_TIDIED_EVERY = timedelta(days=1)
_GONE = "the channel was removed, or its user is deactivated"
_AGAIN = "Remove the channel and add it again."
_Made = dict[tuple[Span, date, tuple[str, ...]], tuple[str, str]]
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ChannelView:
    """A channel as its user sees it."""

    channel: Channel
    last: Message | None  # the newest message to it
    last_sent: datetime | None


@dataclass(frozen=True)
class Surroundings:
    """What the desk asks the engine for."""

    look: Callable[[], Sight]
    groups_of: Callable[[], Mapping[str, frozenset[str]]]
    """Folder of each account -> its groups."""
    panel: Callable[[], str]
    """The address of the panel, "" when it is not known."""


class NotificationDesk:
    """Safe for threads. Raises StorageError from every method.

    `panel_db` is opened at first need. `begin` is called with the open fleet.db before anything else.
    """

    def __init__(
        self,
        panel_db: Path,
        keys: SessionKeys,
        clock: Clock,
        surroundings: Surroundings,
        *,
        send: Send = send,
        start: Start = start_thread,
    ) -> None:
        self._panel_db = panel_db
        self._keys = keys
        self._clock = clock
        self._around = surroundings
        self._send = send
        self._start = start
        self._lock = threading.Lock()
        self._book: Notifications | None = None
        self._tidied_at: datetime | None = None
        self._stays_here = False

    def begin(self, database: Database, summaries: Summaries) -> None:
        """Work with an open home."""
        self._messages = Messages(database)
        self._summaries = summaries
        self._delivery = Delivery(self._messages, self._address_of, self._clock, self._send, self._start)
        self._messages.give_up_interrupted(self._clock.now())
        self._lasting = self._messages.lasting()

    @property
    def messages(self) -> Messages:
        """Causes and messages as they are kept."""
        return self._messages

    @property
    def stays_on_this_machine(self) -> bool:
        """Whether channels may only lead to this machine itself, as in the demo."""
        return self._stays_here

    @property
    def panel_address(self) -> str:
        """Where people open the panel, "" when it is not known."""
        return self._around.panel()

    def stay_on_this_machine(self) -> None:
        """Let nothing leave the machine."""
        self._stays_here = True

    # what a user sets up

    def channels(self, user_id: int) -> tuple[ChannelView, ...]:
        """The user's own."""
        return tuple(self._view(channel) for channel in self._wishes.channels(user_id))

    def add(self, user_id: int, name: str, service: str, fields: Mapping[str, str]) -> str:
        """Keep a new channel; returns its id. Raises AddressRefused, and SessionFileError when it cannot be sealed."""
        if len(self._wishes.channels(user_id)) >= MOST_CHANNELS:
            raise AddressRefused(f"you have {MOST_CHANNELS} channels already", remedy="Remove one first.")
        address = read_address(service, fields)
        if self._stays_here and not is_on_this_machine(address.url):
            remedy = "Take a webhook at http://127.0.0.1 with a port on which something of yours listens."
            raise AddressRefused("nothing leaves this machine in the demo", remedy=remedy)
        return self._keep(user_id, name, check(address))

    def _keep(self, user_id: int, name: str, address: Address) -> str:
        try:
            sealed = self._keys.seal(address.url.encode("utf-8"), about=_ABOUT)
        except OSError as error:
            raise StorageError(f"the key file cannot be written: {error.strerror or error}") from error
        called = " ".join(name.split())[:LONGEST_NAME] or address.service
        return self._wishes.add(user_id, called, address.service, address.shown, sealed, self._clock.now())

    def remove(self, user_id: int, channel_id: str) -> None:
        """Forget a channel with all that was on its way to it. Raises KeyError when it is none of the user's."""
        if not self._wishes.remove(user_id, channel_id):
            raise KeyError(channel_id)
        self._messages.forget_channel(channel_id)

    def hours(self, user_id: int) -> Hours:
        """When, and of which accounts, the user wants to be told."""
        return self._wishes.hours(user_id)

    def choose(self, user_id: int, wishes: Mapping[str, Iterable[Kind]], hours: Hours) -> None:
        """Keep what goes to which channel, and when. Raises AviaryError for times that are none."""
        if clock_time(hours.summary_at) is None:
            raise AviaryError("the time of the summary is none", remedy="Write it as 20:00.")
        quiet = (hours.quiet_from, hours.quiet_to)
        if quiet != ("", "") and None in map(clock_time, quiet):
            raise AviaryError(
                "quiet hours need a beginning and an end", remedy="Write both as 22:00, or leave both empty."
            )
        self._wishes.choose(user_id, wishes, hours, self._clock.now())

    def test(self, user_id: int, channel_id: str, patience_seconds: float = 10.0) -> Message:
        """Send a test now; returns how far it is after so many seconds of waiting.

        Raises KeyError when the channel is none of the user's, AviaryError while the last test is under way.
        """
        if channel_id not in {channel.id for channel in self._wishes.channels(user_id)}:
            raise KeyError(channel_id)
        last = next((each for each in self._messages.last_of(channel_id) if each.kind == "test"), None)
        if last is not None and last.state in {MessageState.WAITING, MessageState.SENDING}:
            raise AviaryError("the last test is still being sent", remedy="Look at this page again in a minute.")
        message = self._messages.message(self._messages.queue(channel_id, "test", (), *TEST, self._clock.now()))
        self._delivery.send_and_wait(message, patience_seconds)
        return self._messages.message(message.id)

    # what is told

    def look(self) -> None:
        """See what began and what is over, make messages of it, and send what is due. Called every minute."""
        with self._lock:
            self._take_in(self._around.look())
            made: _Made = {}
            for channel, hours in self._wishes.active() if self._panel_db.exists() else ():
                self._tell_causes(channel, hours)
                self._tell_summaries(channel, hours, made)
            self._tidy()
        self._delivery.look()

    def _take_in(self, sight: Sight) -> None:
        turn = compare(self._lasting, sight, self._clock.now())
        if turn.changed or turn.ended:
            self._messages.keep_causes(turn.changed, turn.ended, self._clock.now())
            self._lasting = after(self._lasting, turn)

    def _tell_causes(self, channel: Channel, hours: Hours) -> None:
        now = self._clock.now()
        wanted = {kind for kind in CAUSES if kind in channel.wishes}
        if is_quiet(hours, now):
            wanted &= {Kind.TROUBLE} if hours.trouble_even_then else set()
        lasting = [cause for cause in self._lasting.values() if cause.kind in wanted]
        if not lasting or self._was_told_lately(channel, now):
            return
        told = self._messages.told(channel.id)
        due = [cause for cause in lasting if is_due(cause.began_at, told.get(cause.key), now)]
        due = list(of_groups(due, hours.groups, self._around.groups_of()))
        if due:
            keys = [cause.key for cause in due]
            self._messages.queue(channel.id, "cause", keys, *compose(due, self._around.panel()), now)

    def _was_told_lately(self, channel: Channel, now: datetime) -> bool:
        last = self._messages.last_queued(channel.id, "cause")
        return last is not None and timedelta() <= now - last < GATHERED_FOR

    def _tell_summaries(self, channel: Channel, hours: Hours, made: _Made) -> None:
        """`made` are the summaries of this look: each reads the databases of all accounts."""
        now = self._clock.now()
        if is_quiet(hours, now):
            return
        for kind, span in SUMMARIES.items():
            since = channel.wishes.get(kind)
            due = due_summary(kind, hours, since, now) if since is not None else None
            if due is None or due.key in self._messages.told(channel.id):
                continue
            key = (span, due.day, hours.groups)
            if key not in made:
                made[key] = self._told(self._summaries.of_fleet(*key))
            self._messages.queue(channel.id, "summary", (due.key,), *made[key], now)

    def _told(self, summary: Summary) -> tuple[str, str]:
        subject, body = tell(summary)
        path = f"/summaries/{summary.last.isoformat()}?span={summary.span}"
        return subject, f"{body}\n\n{where('Summaries', path, self._around.panel())}"

    def _tidy(self) -> None:
        now = self._clock.now()
        if self._tidied_at is None or abs(now - self._tidied_at) >= _TIDIED_EVERY:
            self._messages.forget_old(now)
            self._tidied_at = now

    # addresses

    def _address_of(self, channel_id: str) -> tuple[str, str]:
        """What the channel is reached by, or why it cannot be."""
        sealed = self._wishes.sealed_address(channel_id)
        if sealed is None:
            return "", _GONE
        try:
            url = self._keys.unseal(sealed, "the address of this channel").content.decode("utf-8")
        except (SessionFileError, ValueError) as error:
            _log.error("the address of a channel cannot be decrypted", channel=channel_id, kind=type(error).__name__)
            return "", sentences("its address cannot be decrypted", _AGAIN)
        if self._stays_here and not is_on_this_machine(url):
            return "", "nothing leaves this machine in the demo"
        return url, ""

    @property
    def _wishes(self) -> Notifications:
        if self._book is None:
            self._book = Notifications(PanelDatabase(self._panel_db))
        return self._book

    def _view(self, channel: Channel) -> ChannelView:
        last = self._messages.last_of(channel.id)
        return ChannelView(channel, last[0] if last else None, self._messages.last_sent(channel.id))
