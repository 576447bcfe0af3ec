"""Giving posts of groups to members, and taking them back: the hand-over between fleet.db and two metrics.db.

Each arrow is durable before the next step begins, and each step may be done again (docs/architecture.md, "Rotation"):

    giving (fleet.db) -> the post in the member's queue, under the hand's token (its metrics.db) -> held (fleet.db)
    taking (fleet.db) -> the post there unsendable for ever (its metrics.db) -> back (fleet.db): the next may get it

Whatever is found `giving` or `taking` is carried on. Taking back fails for a post that was sent or may have been: it
stays with its member. Where the member's record cannot say, the hand is `lost` and a person says.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.errors import AviaryError
from bot.excerpts import excerpt
from bot.fleet.offers import (
    LATELY,
    PATIENCE,
    Choice,
    GroupMember,
    Offers,
    is_near,
    is_over,
    refusals_in_words,
    why_late,
    why_leaves,
)
from bot.fleet.records import AccountRecords, open_records
from bot.settings.home import AccountFolder, is_there
from bot.storage.group_queues import GroupBook, GroupPost, Hand, HandState, RotationMode
from bot.storage.journal import IntentState
from bot.storage.planned_posts import PlannedPost, PostState, TakenBack, Written

_EVERY = timedelta(seconds=5)
_AGAIN = timedelta(minutes=1)
"""So often members are looked through for a post that none could take."""
_AT_ONCE = 20  # posts that are given out at one look
_OUT = [IntentState.SENDING, IntentState.SENT, IntentState.NEEDS_REVIEW]
_GONE = "its account's record is not there any more, so nobody knows whether it was sent"
_UNKNOWN = "its account's record came back from a backup, so nobody knows whether it was sent"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class GroupSurroundings:
    """What hand-overs need of the rest of the fleet.

    `changed` is told of each account whose queue is another one now: what it plans counts for the guards from there on.
    `bring_media` has files of a group among those of a folder; `why_not` is what the guards have against a text.
    """

    members: Callable[[], Sequence[GroupMember]]
    folder_of: Callable[[str], AccountFolder]  # by its name below the home
    changed: Callable[[str], None]
    bring_media: Callable[[AccountFolder, Sequence[str]], tuple[str, ...]]
    why_not: Callable[[str, str, datetime | None], str]
    stagger_minutes: Callable[[], float]
    why_paused: Callable[[], str]


@dataclass(frozen=True)
class _Record:
    """What counts of an account's own record."""

    is_slot_taken: bool = False  # a post waits for its next slot
    texts: frozenset[str] = frozenset()  # that it may not post again yet


class Handovers:
    """Shares the manager's lock. One room does it: nobody else writes hands."""

    def __init__(self, lock: threading.RLock, book: GroupBook, clock: Clock, around: GroupSurroundings) -> None:
        self._lock = lock
        self._book = book
        self._clock = clock
        self._around = around
        self.version = 0
        """Grows with what people do to the queues of groups."""
        self._looked_at: datetime | None = None
        self._stale: set[str] = set()  # accounts whose posts may stand otherwise
        self._seen: set[str] = set()  # hands this process has looked at
        self._not_before: dict[str, datetime] = {}
        self._posts_lately: dict[str, int] = {}
        self._records: dict[str, _Record] = {}  # as they were at the present look

    def look_again(self, account_id: str) -> None:
        """A run of the account has ended, or its queue is another one."""
        self._stale.add(account_id)
        self._posts_lately.pop(account_id, None)

    def forget_records(self) -> None:
        """Somebody looks now: what accounts have in their queues is read anew."""
        self._records.clear()

    def look_at_all(self) -> None:
        """Posts, members or modes are others: whoever waits may be served."""
        self._not_before.clear()
        self._looked_at = None
        self.version += 1

    def look(self) -> None:
        """Follow what members have, then give out what waits. A few moments pass from one look to the next."""
        with self._lock:
            now = self._clock.now()
            if self._looked_at is not None and abs(now - self._looked_at) < _EVERY:
                return
            self._looked_at = now
            self._records.clear()
            hands, waiting = self._book.live_hands(), self._book.waiting()
            if not hands and not waiting:
                return
            members = self._around.members()
            stale, self._stale = self._stale, set()
            for hand in hands:
                self._guarded(hand, lambda hand=hand: self._follow(hand, members, stale, now))  # type: ignore[misc]
            if not self._around.why_paused():
                self._give_out(self._book.waiting(), members, now)

    def _guarded(self, hand: Hand, work: Callable[[], None]) -> None:
        """What one account's database raises keeps no other post waiting; it is looked at again."""
        try:
            work()
        except AviaryError as error:
            self._stale.add(hand.account_id)
            _log.error("post of a group could not be handed over", account=hand.account_id, error=error.message)

    # following

    def _follow(self, hand: Hand, members: Sequence[GroupMember], stale: set[str], now: datetime) -> None:
        if hand.state is HandState.TAKING:
            self._finish_taking(hand)
            return
        post = self._book.find(hand.post_key)
        member = next((each for each in members if each.folder_name == hand.folder), None)
        trouble = "" if self._around.why_paused() else why_leaves(member, post.group, hand.expected_at)
        if hand.state is HandState.GIVING:
            if trouble or member is None:
                self.take(hand, trouble)
            else:
                self._finish_giving(hand, post, member)
            return
        is_late = now > hand.expected_at + PATIENCE
        is_known = hand.token in self._seen and hand.account_id not in stale
        if trouble or is_late or not is_known:
            self._settle(hand, member, trouble, now)
            self._seen.add(hand.token)

    def _settle(self, hand: Hand, member: GroupMember | None, trouble: str, now: datetime) -> None:
        """What the member's record says of the post decides."""
        folder = self._around.folder_of(hand.folder)
        if not is_there(folder.metrics_db):
            self._lose(hand, _GONE)
            return
        with open_records(folder) as records:
            planned = records.posts.of_hand(hand.token)
            failure = records.posts.last_failure(planned.id) if planned else ""
        if planned is None or planned.state is PostState.DRAFT:
            self._lose(hand, _UNKNOWN)
        elif planned.state is PostState.SENT:
            self._book.end(hand.token, HandState.SENT, now, tweet_id=planned.tweet_id)
        elif planned.is_open:
            late = "" if self._around.why_paused() else why_late(member, hand.expected_at, failure, now)
            why = _why_back(planned, trouble, failure) or late
            if why:
                self.take(hand, why)

    # taking back

    def take(self, hand: Hand, why: str) -> HandState:
        """Take the post back, if it surely was not sent; returns how the hand stands then. Raises StorageError."""
        with self._lock:
            self._book.begin_taking(hand.token, why)
            return self._finish_taking(self._fresh(hand))

    def _finish_taking(self, hand: Hand) -> HandState:
        folder, now = self._around.folder_of(hand.folder), self._clock.now()
        if not is_there(folder.metrics_db):
            if hand.was_held:
                return self._lose(hand, _GONE)
            self._book.end(hand.token, HandState.BACK, now)
            return HandState.BACK
        with open_records(folder) as records, records.journal.together():
            taken = self._take_from(records, hand, now)
        if taken is TakenBack.BOUND:
            self._book.mark_held(hand.token, now)
            return HandState.HELD
        if taken is TakenBack.DOUBTFUL or (taken is TakenBack.ABSENT and hand.was_held):
            return self._lose(hand, _UNKNOWN)
        self._around.changed(hand.account_id)  # first: the next member's text must not be alike to this plan
        self._records.pop(hand.account_id, None)
        self._book.end(hand.token, HandState.BACK, now)
        self._not_before.pop(hand.post_key, None)
        return HandState.BACK

    def _take_from(self, records: AccountRecords, hand: Hand, now: datetime) -> TakenBack:
        before = records.posts.of_hand(hand.token)
        taken = records.posts.take_back(hand.token, now)
        if taken is TakenBack.TAKEN and before is not None and not before.is_deleted:
            told = f"the post “{excerpt(before.text)}” of its group was taken back: {hand.reason}"
            records.journal.note(None, now, told, "warning")
        return taken

    def _lose(self, hand: Hand, why: str) -> HandState:
        """Its member plans it no more, and nobody else gets it until a person says so."""
        self._around.changed(hand.account_id)
        self._book.end(hand.token, HandState.LOST, self._clock.now(), reason=why)
        return HandState.LOST

    def _fresh(self, hand: Hand) -> Hand:
        return self._book.hand(hand.token) or hand

    def restored(self, account_ids: Iterable[str]) -> None:
        """The records of these accounts came back from a backup, which knows hands of then. Raises StorageError.

        What it does not know, or holds, may have been sent; what it has that went to another member is never sent.
        """
        with self._lock:
            wanted, now = set(account_ids), self._clock.now()
            for hand in self._book.live_hands():
                if hand.account_id in wanted:
                    self._guarded(hand, lambda hand=hand: self._doubt(hand))  # type: ignore[misc]
            for member in self._around.members():
                if member.account_id in wanted and is_there(member.folder.metrics_db):
                    self._drop_ended(member.folder, now, unknown=True)

    def _doubt(self, hand: Hand) -> None:
        folder = self._around.folder_of(hand.folder)
        planned = None
        if is_there(folder.metrics_db):
            with open_records(folder) as records:
                planned = records.posts.of_hand(hand.token)
        if planned is None or planned.state is PostState.DRAFT:
            self._lose(hand, _UNKNOWN)

    def meet(self, account_id: str, folder_name: str) -> None:
        """An account is in the list, perhaps again: what it has that went to another member is never sent."""
        with self._lock:
            folder = self._around.folder_of(folder_name)
            if self._book.has_lost_hold(folder_name) and is_there(folder.metrics_db):
                self._drop_ended(folder, self._clock.now(), unknown=False)
                self._around.changed(account_id)

    def release(self, account_id: str, why: str) -> None:
        """The account goes: take back what it has. What it may have sent stays with it. Raises StorageError."""
        with self._lock:
            for hand in self._book.live_hands():
                if hand.account_id == account_id:
                    self._book.begin_taking(hand.token, why)
                    self._finish_taking(self._fresh(hand))

    def _drop_ended(self, folder: AccountFolder, now: datetime, *, unknown: bool) -> None:
        """Let nothing send what the hands say this account does not have; `unknown` hands, too, if asked."""
        with open_records(folder) as records:
            for token in records.posts.hands():
                hand = self._book.hand(token)
                if unknown if hand is None else hand.state in {HandState.BACK, HandState.LOST}:
                    records.posts.drop_hand(token, now)

    # giving

    def _give_out(self, waiting: Sequence[GroupPost], members: Sequence[GroupMember], now: datetime) -> None:
        due = [post for post in waiting if self._not_before.get(post.key, now) <= now and is_near(post, now)]
        for post in due[:_AT_ONCE]:
            self._not_before[post.key] = now + _AGAIN
            choice, refused = self.choose(post, members, now)
            if choice is not None:
                self._give(post, choice, now)
            elif is_over(post, members, now):
                told = "; ".join(refusals_in_words(refused)) or "no account is in the group"
                self._book.hold(post.key, f"its time passed and no member could take it ({told})")

    def _give(self, post: GroupPost, choice: Choice, now: datetime) -> None:
        member = choice.member
        hand = self._book.begin_giving(post, member.account_id, member.folder_name, choice.expected_at, choice.why, now)
        if hand is not None:
            self._guarded(hand, lambda: self._finish_giving(hand, post, member))

    def _finish_giving(self, hand: Hand, post: GroupPost, member: GroupMember) -> None:
        now = self._clock.now()
        try:
            media = self._around.bring_media(member.folder, post.media)
        except AviaryError as error:
            self.take(hand, error.in_words)
            return
        with open_records(member.folder) as records, records.journal.together():
            if records.posts.take_in(hand.token, Written(post.text, media, post.at), post.who, now):
                told = f"the post “{excerpt(post.text)}” of the group {post.group} came to this account: {hand.why}"
                records.journal.note(None, now, told, next_at=hand.expected_at)
        self._around.changed(member.account_id)
        self._records.pop(member.account_id, None)
        self._book.mark_held(hand.token, now)
        self._seen.discard(hand.token)

    # choosing: what `Offers` asks

    def choose(
        self,
        post: GroupPost,
        members: Sequence[GroupMember],
        now: datetime,
        promised: Mapping[str, datetime] | None = None,
    ) -> tuple[Choice | None, dict[str, str]]:
        """As `Offers.choose`, with what the records say now. Raises StorageError."""
        return Offers(self, self._around.stagger_minutes()).choose(post, members, now, promised)

    def mode(self, group: str) -> RotationMode:
        return self._book.mode(group)

    def last_given(self, group: str) -> Mapping[str, datetime]:
        return self._book.last_given(group)

    def hands_before(self, post: GroupPost) -> Sequence[Hand]:
        return self._book.hands([post.key])[post.key]

    def posts_lately(self, member: GroupMember) -> int:
        """How many posts it sent in the last 7 days. Raises StorageError."""
        known = self._posts_lately.get(member.account_id)
        if known is None:
            known = self._posts_lately[member.account_id] = len(times_lately(member.folder, self._clock.now()))
        return known

    def posts_held(self) -> Sequence[str]:
        return [hand.account_id for hand in self._book.live_hands()]

    def is_slot_taken(self, member: GroupMember) -> bool:
        return self._record_of(member).is_slot_taken

    def was_posted(self, member: GroupMember, text: str) -> bool:
        return text in self._record_of(member).texts

    def why_not(self, account_id: str, text: str, at: datetime) -> str:
        return self._around.why_not(account_id, text, at)

    def _record_of(self, member: GroupMember) -> _Record:
        record = self._records.get(member.account_id)
        if record is None:
            days = member.settings.content.repeat_after_days if member.settings else 0
            since = self._clock.now() - timedelta(days=days)
            record = self._records[member.account_id] = _read_record(member.folder, since)
        return record


def times_lately(folder: AccountFolder, now: datetime) -> list[datetime]:
    """When the posts of the last 7 days went out, or may have. Raises StorageError."""
    if not is_there(folder.metrics_db):
        return []
    with open_records(folder) as records:
        return [intent.created_at for intent in records.journal.sent_since(now - LATELY, _OUT) if not intent.reply_to]


def _read_record(folder: AccountFolder, since: datetime) -> _Record:
    if not is_there(folder.metrics_db):
        return _Record()
    with open_records(folder) as records:
        is_taken = records.posts.next_free() is not None
        return _Record(is_taken, frozenset(records.journal.texts_since(since)))


def _why_back(planned: PlannedPost, trouble: str, failure: str) -> str:
    if planned.state in {PostState.FAILED, PostState.MISSED}:
        return planned.reason or failure or planned.state.value
    return "it was deleted" if planned.is_deleted else trouble
