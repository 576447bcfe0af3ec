"""The queues of groups: read and changed by panel and API."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import BinaryIO
from zoneinfo import ZoneInfo

import structlog

from bot.clock import Clock
from bot.content.length import why_unfit
from bot.content.media import check_media
from bot.content.media_library import MediaLibrary
from bot.errors import MediaRefused, PostTaken, PostUnfit, StorageError
from bot.excerpts import excerpt
from bot.fleet.handovers import GroupSurroundings, Handovers
from bot.fleet.offers import GroupMember, name_among, refusals_in_words
from bot.fleet.post_queues import why_not_at
from bot.group_queue_view import Entered, GroupQueueLook, RotatingPost, TurnView
from bot.guards.likeness import are_alike
from bot.settings.home import AccountFolder
from bot.storage.group_queues import GroupBook, GroupPost, GroupWritten, HandState, RotationMode

SENT_SHOWN = 20
_PREDICTED = 30
"""So many posts that wait are told who would get them."""
_MEMBERS_TOLD = 3
_STOCK = "groups"
"""What the media of groups are called, where an account would be."""
_NO_ACCOUNT = "no account is in this group"
_log = structlog.get_logger(__name__)


class GroupQueues:
    """Implements `bot.group_queue_view.GroupQueues`. Shares the manager's lock with `handovers`.

    `stock` is the folder in which the media of groups lie.
    """

    def __init__(
        self,
        lock: threading.RLock,
        book: GroupBook,
        handovers: Handovers,
        around: GroupSurroundings,
        stock: AccountFolder,
        clock: Clock,
    ) -> None:
        self._lock = lock
        self._book = book
        self._handovers = handovers
        self._around = around
        self._stock = stock
        self._clock = clock
        self._library = MediaLibrary(lambda _name: stock, lambda _name: None, self._named_media)

    # looking

    def counts(self) -> dict[str, int]:
        return self._book.groups()

    def look(self, group: str) -> GroupQueueLook:
        with self._lock:
            self._handovers.forget_records()
            members = self._members_of(group)
            posts = self._book.open_posts(group)
            shown = [*posts, *self._book.sent(group, SENT_SHOWN)]
            hands = self._book.hands([post.key for post in shown])
            found = {post.key: RotatingPost(post, tuple(hands[post.key]), lacks=self._lacks(post)) for post in shown}
            waiting = [post for post in posts if post.hand is None and not post.held]
            return GroupQueueLook(
                group=group,
                mode=self._book.mode(group),
                members=tuple(self._turns(group, members)),
                waiting=tuple(self._predict(waiting, found, members)),
                given=tuple(sorted((_given(found[post.key]) for post in posts if _is_given(post)), key=_expected)),
                asks=tuple(_asking(found[post.key]) for post in posts if _asks(post)),
                sent=tuple(found[post.key] for post in shown if post.hand and post.hand.state is HandState.SENT),
                zone=_zone_of(members),
                holds=self._around.why_paused() if members else _NO_ACCOUNT,
            )

    def find(self, group: str, key: str) -> RotatingPost:
        post = self._find(group, key)
        return RotatingPost(post, tuple(self._book.hands([key])[key]), lacks=self._lacks(post))

    def group_of_hand(self, token: str) -> str:
        hand = self._book.hand(token)
        if hand is None:
            raise KeyError(token)
        return self._book.find(hand.post_key).group

    def _find(self, group: str, key: str) -> GroupPost:
        post = self._book.find(key)
        if post.group != group or post.is_deleted:
            raise KeyError(key)
        return post

    def _members_of(self, group: str) -> list[GroupMember]:
        return [each for each in self._around.members() if group in each.groups]

    def _turns(self, group: str, members: Sequence[GroupMember]) -> list[TurnView]:
        last = self._book.last_given(group)
        return [
            TurnView(
                each.account_id,
                each.name,
                last.get(each.folder_name),
                self._posts_lately(each),
                each.hindrance or ("its files cannot be read" if each.settings is None else ""),
            )
            for each in members
        ]

    def _posts_lately(self, member: GroupMember) -> int | None:
        try:
            return self._handovers.posts_lately(member)
        except StorageError as error:
            _log.warning("account has a damaged database", account=member.account_id, error=error.message)
            return None

    def _predict(
        self, waiting: Sequence[GroupPost], found: Mapping[str, RotatingPost], members: Sequence[GroupMember]
    ) -> list[RotatingPost]:
        """Who would get each, if all were given out now; what comes to pass meanwhile may change it."""
        promised: dict[str, datetime] = {}
        told: list[RotatingPost] = []
        now = self._clock.now()
        for place, post in enumerate(waiting):
            if place >= _PREDICTED:
                told.append(replace(found[post.key], expected_at=post.at))
                continue
            choice, refused = self._handovers.choose(post, members, now, promised)
            if choice is None:
                told.append(replace(found[post.key], why=_why_nobody(refused), expected_at=post.at))
                continue
            promised[choice.member.account_id] = now + timedelta(seconds=place)
            told.append(
                replace(
                    found[post.key],
                    next_account=choice.member.account_id,
                    why=choice.why,
                    expected_at=choice.expected_at,
                )
            )
        return told

    # changing

    def set_mode(self, group: str, mode: RotationMode) -> None:
        self._book.set_mode(group, mode)
        self._handovers.look_at_all()

    def add(self, group: str, written: Sequence[GroupWritten], who: str) -> Entered:
        members = self._members_of(group)
        others = [post.text for post in self._book.open_posts()]
        faults: dict[int, Mapping[str, str]] = {}
        remarks: dict[int, str] = {}
        good: list[GroupWritten] = []
        for place, each in enumerate(written):
            wrong, remark = self._faults(each, members, others)
            if wrong:
                faults[place] = wrong
                continue
            good.append(each)
            others.append(each.text)
            if remark:
                remarks[place] = remark
        keys = self._book.add(group, good, who, self._clock.now())
        self._handovers.look_at_all()
        return Entered(tuple(keys), faults, remarks)

    def change(self, group: str, key: str, written: GroupWritten, version: int, who: str) -> GroupPost:
        before = self._find(group, key)
        others = [post.text for post in self._book.open_posts() if post.key != key]
        stays = before.at == written.at
        faults, _ = self._faults(written, self._members_of(group), others, own=key, moment_stays=stays)
        if faults:
            raise PostUnfit(faults)
        with self._lock:
            self._take_back(before, f"{who or 'somebody'} changed it")
            self._book.change(key, written, version, self._clock.now())
        self._handovers.look_at_all()
        return self._book.find(key)

    def delete(self, group: str, key: str, version: int, who: str) -> None:
        with self._lock:
            self._take_back(self._find(group, key), f"{who or 'somebody'} deleted it")
            self._book.delete(key, version, self._clock.now())

    def restore(self, group: str, key: str) -> GroupPost:
        post = self._book.find(key)
        if post.group != group:
            raise KeyError(key)
        self._book.restore(key)
        self._handovers.look_at_all()
        return self._book.find(key)

    def shift(self, group: str, key: str, step: int) -> None:
        with self._lock:
            self._find(group, key)
            waiting = [post.key for post in self._book.open_posts(group) if post.hand is None]
            if key not in waiting:
                return
            before = waiting.index(key)
            waiting.insert(max(0, before + step), waiting.pop(before))
            self._book.reorder(waiting)
        self._handovers.look_at_all()

    def give_again(self, group: str, key: str, who: str) -> None:
        self._find(group, key)
        if not self._book.let_go(key, self._clock.now(), f"{who or 'somebody'} said that it was not sent"):
            raise PostTaken("this post waits for no word of a person")
        self._handovers.look_at_all()

    def move_all(self, group: str, other: str) -> None:
        with self._lock:
            self._book.move_all(group, other)
        self._handovers.look_at_all()

    def _take_back(self, post: GroupPost, why: str) -> None:
        """Nobody has it afterwards. Raises PostTaken, StorageError."""
        hand = post.hand
        if hand is None:
            return
        state = hand.state if hand.state in {HandState.SENT, HandState.LOST} else self._handovers.take(hand, why)
        if state is not HandState.BACK:
            holder = name_among(self._around.members(), hand.account_id)
            raise PostTaken(f"{holder} has sent this post, or may have: it cannot be changed any more")

    # what is wrong with a text

    def _faults(
        self,
        written: GroupWritten,
        members: Sequence[GroupMember],
        others: Sequence[str],
        own: str = "",
        *,
        moment_stays: bool = False,
    ) -> tuple[dict[str, str], str]:
        """Field -> what is wrong with it; and what a person should know."""
        found: dict[str, str] = {}
        unfit, remark = why_unfit(written.text), ""
        near = next((text for text in others if are_alike(written.text, text)), None)
        if unfit:
            found["text"] = f"the text {unfit}"
        elif near is not None:
            found["text"] = f"the text is nearly the same as another one in the queues of groups: “{excerpt(near)}”"
        else:
            found, remark = self._guarded(written, members, own)
        media = self._media_fault(written.media)
        if media:
            found["media"] = media
        late = "" if written.at is None or moment_stays else why_not_at(written.at, self._clock.now())
        return (found | {"at": late} if late else found), remark

    def _guarded(self, written: GroupWritten, members: Sequence[GroupMember], own: str) -> tuple[dict[str, str], str]:
        """What the guards of the members say: a fault when all refuse it, else who does."""
        hand = self._book.find(own).hand if own else None
        own_plan = f"{name_among(self._around.members(), hand.account_id)} plans" if hand else ""
        if not self._around.why_not("", written.text, written.at):  # unlike what any account posted or plans
            return {}, ""
        told = {
            each.name: why
            for each in members
            if (why := self._around.why_not(each.account_id, written.text, written.at))
            and not (own_plan and own_plan in why)  # the very post that is changed
        }
        if not told:
            return {}, ""
        lines = "; ".join(f"{name}: the text {why}" for name, why in list(told.items())[:_MEMBERS_TOLD])
        if len(told) == len(members):
            return {"text": f"no member may post it ({lines})"}, ""
        return {}, f"{len(told)} of {len(members)} members may not post it ({lines})"

    # media

    def add_media(self, name: str, stream: BinaryIO) -> str:
        with contextlib.suppress(OSError):  # what keeps the folder from being made is told by what comes next
            self._stock.root.mkdir(parents=True, exist_ok=True)
        return self._library.add(_STOCK, name, stream).name

    def media(self) -> Sequence[str]:
        return [item.name for item in self._library.look(_STOCK, limit=200).items if item.facts]

    def _named_media(self, _name: str) -> list[tuple[str, tuple[str, ...]]]:
        return [(post.text, post.media) for post in self._book.open_posts() if post.media]

    def _media_fault(self, names: Sequence[str]) -> str:
        try:
            check_media([self._stock.media_file(name) for name in names])
        except ValueError as error:
            return str(error)
        except MediaRefused as refused:
            return refused.message
        return ""

    def _lacks(self, post: GroupPost) -> str:
        return self._media_fault(post.media) if post.media and post.hand is None else ""


def _is_given(post: GroupPost) -> bool:
    return post.hand is not None and post.hand.state is not HandState.LOST


def _asks(post: GroupPost) -> bool:
    return bool(post.held) if post.hand is None else post.hand.state is HandState.LOST


def _given(shown: RotatingPost) -> RotatingPost:
    hand = shown.post.hand
    return replace(shown, why=hand.why, expected_at=hand.expected_at) if hand else shown


def _expected(shown: RotatingPost) -> datetime:
    assert shown.expected_at is not None, "a post with a member has a moment"
    return shown.expected_at


def _asking(shown: RotatingPost) -> RotatingPost:
    hand = shown.post.hand
    return replace(shown, why=hand.reason if hand else shown.post.held)


def _why_nobody(refused: Mapping[str, str]) -> str:
    if not refused:
        return _NO_ACCOUNT
    told = refusals_in_words(refused)
    more = f"; and {len(told) - 6} more" if len(told) > 6 else ""
    return "; ".join(told[:6]) + more


def _zone_of(members: Sequence[GroupMember]) -> ZoneInfo:
    """That of most members; of the first of them where several have equally many."""
    zones = [each.settings.schedule.zone for each in members if each.settings is not None]
    return max(zones, key=zones.count) if zones else ZoneInfo("UTC")
