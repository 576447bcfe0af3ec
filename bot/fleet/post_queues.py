"""The posts that people write for the accounts: read and changed by panel and API."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.content.length import why_unfit
from bot.content.media import check_media
from bot.content.post_table import TableRow, read_table, write_table
from bot.errors import MediaRefused, PostUnfit, StorageError
from bot.fleet.calendar import Calendar
from bot.fleet.post_import import plan_rows
from bot.fleet.queue_remarks import remark_on_posts
from bot.fleet.records import open_records
from bot.planning.post_times import slots_of_posts
from bot.planning.slots import Occurrence, TimeOf, occurrences, own_time
from bot.queue_view import CalendarEntry, ImportPlan, ImportRow, QueueLook
from bot.settings.account import AccountSettings, Policy
from bot.settings.home import AccountFolder, is_there
from bot.storage.media_store import MEDIA
from bot.storage.planned_posts import PlannedPost, PostState, Written

SENT_SHOWN = 20
LATEST = timedelta(days=366)
_SLOTS_AHEAD = timedelta(days=14)
_TOLERANCE = timedelta(minutes=1)
"""A form gives minutes: the present one is not in the past."""


@dataclass(frozen=True)
class QueuePlace:
    """An account whose settings can be read."""

    account_id: str
    handle: str
    folder: AccountFolder
    settings: AccountSettings
    time_of: TimeOf = own_time


class PostQueues:
    """Implements `bot.queue_view.PostQueues`. Safe for threads: each look opens the account's database.

    `places` gives the accounts by id; `changed` is told of each whose queue is another one now; `stagger_minutes` is
    the fleet's; `why_not` says what the guards have against a text of an account at a moment.
    """

    def __init__(
        self,
        places: Callable[[], Mapping[str, QueuePlace]],
        clock: Clock,
        changed: Callable[[str], None],
        stagger_minutes: Callable[[], float],
        why_not: Callable[[str, str, datetime | None], str] = lambda _account_id, _text, _at: "",
    ) -> None:
        self._places = places
        self._clock = clock
        self._changed = changed
        self._stagger_minutes = stagger_minutes
        self._why_not = why_not
        self._calendar = Calendar()

    # looking

    def look(self, account_id: str) -> QueueLook:
        place = self._places()[account_id]
        posts: tuple[PlannedPost, ...] = ()
        sent: tuple[PlannedPost, ...] = ()
        used: Mapping[str, datetime] = {}
        now, repeat_days = self._clock.now(), place.settings.content.repeat_after_days
        if is_there(place.folder.metrics_db):
            with open_records(place.folder) as records:
                posts, sent = tuple(records.posts.open_posts()), tuple(records.posts.sent(SENT_SHOWN))
                used = records.journal.times_of_texts(now - timedelta(days=repeat_days)) if posts else {}
        waiting = [post for post in posts if post.state is PostState.QUEUED and post.at is None]
        slots = slots_of_posts(waiting, self._coming(place, now, now + _SLOTS_AHEAD), place.settings)
        within = place.settings.schedule.queue.within_minutes
        faults = {post.id: _media_fault(place.folder, post.media) for post in posts if post.media}
        lacks = {post_id: fault for post_id, fault in faults.items() if fault}
        expected = {post_id: slot.planned_at for post_id, slot in slots.items()}
        remarks = remark_on_posts(posts, expected, used, repeat_days, now)
        return QueueLook(posts, sent, slots, lacks, _why_held(place.settings), within, remarks)

    def find(self, account_id: str, post_id: int) -> PlannedPost:
        place = self._places()[account_id]
        if not is_there(place.folder.metrics_db):
            raise KeyError(post_id)
        with open_records(place.folder) as records:
            post = records.posts.find(post_id)
        if post.is_deleted:
            raise KeyError(post_id)
        return post

    def faults(self, account_id: str, written: Written) -> dict[str, str]:
        return self._faults(self._places()[account_id], written)

    def calendar(self, start: datetime, end: datetime, account_ids: Collection[str]) -> list[CalendarEntry]:
        places, now = self._places(), self._clock.now()
        found: list[CalendarEntry] = []
        for account_id in account_ids:
            place = places.get(account_id)
            if place is None:
                continue
            # Which slot takes which post is known from now on, slot by slot; far ahead nothing waits any more.
            is_far = start > now + _SLOTS_AHEAD
            coming = self._coming(place, start if is_far else now, end) if end > max(now, start) else []
            with contextlib.suppress(StorageError):  # its card says that its database is damaged
                found += self._calendar.entries(place.account_id, place.handle, place.folder, start, end)
                found += self._slots_of(place, coming, start, () if is_far else self._calendar.waiting(place.folder))
        return sorted(found, key=lambda entry: (entry.at, entry.account_id))

    def _slots_of(
        self, place: QueuePlace, coming: Sequence[Occurrence], start: datetime, waiting: Sequence[PlannedPost]
    ) -> list[CalendarEntry]:
        """The runs of its slots; one that will take a queued post stands with it."""
        takers = {slot: post for post, slot in slots_of_posts(waiting, coming, place.settings).items()}
        posts = {post.id: post for post in waiting}
        return [
            self._calendar.slot_entry(place.account_id, slot, posts.get(takers.get(slot, 0)))
            for slot in coming
            if slot.planned_at >= start
        ]

    def _coming(self, place: QueuePlace, after: datetime, until: datetime) -> list[Occurrence]:
        schedule, stagger = place.settings.schedule, self._stagger_minutes()
        if not schedule.enabled:
            return []
        each = (
            occurrences(place.account_id, slot, schedule.zone, after, until, stagger, place.time_of)
            for slot in schedule.all_slots
        )
        return sorted(occurrence for of_slot in each for occurrence in of_slot)

    # changing

    def add(self, account_id: str, written: Written, who: str) -> PlannedPost:
        place = self._places()[account_id]
        wanted = self._checked(place, written)
        with open_records(place.folder) as records:
            post = records.posts.find(records.posts.add(wanted, who, self._clock.now()))
        self._changed(account_id)
        return post

    def change(self, account_id: str, post_id: int, written: Written, version: int) -> PlannedPost:
        place, before = self._places()[account_id], self.find(account_id, post_id)
        wanted = self._checked(place, written, before)
        with open_records(place.folder) as records:
            records.posts.change(post_id, wanted, version, self._clock.now())
            post = records.posts.find(post_id)
        self._changed(account_id)
        return post

    def move(self, account_id: str, post_id: int, at: datetime | None, version: int) -> PlannedPost:
        post = self.find(account_id, post_id)
        is_draft = post.state is PostState.DRAFT
        return self.change(account_id, post_id, Written(post.text, post.media, at, is_draft), version)

    def delete(self, account_id: str, post_id: int, version: int) -> None:
        place = self._places()[account_id]
        self.find(account_id, post_id)
        with open_records(place.folder) as records:
            records.posts.delete(post_id, version, self._clock.now())
        self._changed(account_id)

    def restore(self, account_id: str, post_id: int) -> PlannedPost:
        place = self._places()[account_id]
        with open_records(place.folder) as records:
            records.posts.restore(post_id)
            post = records.posts.find(post_id)
        self._changed(account_id)
        return post

    def shift(self, account_id: str, post_id: int, step: int) -> None:
        place = self._places()[account_id]
        with open_records(place.folder) as records, records.journal.together():
            waiting = [post.id for post in records.posts.open_posts() if _waits(post)]
            place_before = waiting.index(post_id) if post_id in waiting else None
            if place_before is None:
                records.posts.find(post_id)
                return
            waiting.insert(max(0, place_before + step), waiting.pop(place_before))
            records.posts.reorder(waiting)
        self._changed(account_id)

    def _checked(self, place: QueuePlace, written: Written, before: PlannedPost | None = None) -> Written:
        """What is stored. Raises PostUnfit."""
        wanted = replace(written, media=tuple(_stored_name(place.folder, name) for name in written.media))
        faults = self._faults(place, wanted, before)
        if faults:
            raise PostUnfit(faults)
        return wanted

    def _faults(self, place: QueuePlace, written: Written, before: PlannedPost | None = None) -> dict[str, str]:
        found: dict[str, str] = {}
        unfit = why_unfit(written.text)
        if unfit and not (written.is_draft and written.text.strip()):
            found["text"] = f"the text {unfit}"
        elif not written.is_draft and (why := self._why_not(place.account_id, written.text, written.at)):
            found["text"] = f"the text {why}. Change it, or let this one post pass on the page Guards"
        media = _media_fault(place.folder, written.media)
        if media:
            found["media"] = media
        stays = before is not None and before.state is PostState.QUEUED and before.at == written.at
        if written.at is not None and not stays:
            late = why_not_at(written.at, self._clock.now())
            found |= {"at": late} if late else {}
        return found

    # many

    def plan_import(self, content: bytes) -> ImportPlan:
        places = self._places()
        waiting = {key: self._waiting_texts(place) for key, place in places.items()}
        rows = read_table(content)
        zones = {key: place.settings.schedule.zone for key, place in places.items()}
        handles = {place.handle.casefold(): key for key, place in places.items() if place.handle}
        return ImportPlan(tuple(plan_rows(rows, zones, handles, waiting, self._faults_of_row)))

    def _faults_of_row(self, account_id: str, written: Written) -> dict[str, str]:
        place = self._places()[account_id]
        names = tuple(_stored_name(place.folder, name) for name in written.media)
        return self._faults(place, replace(written, media=names))

    def planned_texts(self, account_id: str) -> list[tuple[str, datetime]]:
        """What waits in its queue, with the moment of each; what has none may go out at any time."""
        place = self._places().get(account_id)
        if place is None or not is_there(place.folder.metrics_db):
            return []
        with open_records(place.folder) as records:
            posts = [post for post in records.posts.open_posts() if post.state is PostState.QUEUED]
        return [(post.text, post.at or self._clock.now()) for post in posts]

    def planned_media(self, account_id: str) -> list[tuple[str, tuple[str, ...]]]:
        """Text and files of each post in its queue that has any."""
        place = self._places().get(account_id)
        if place is None or not is_there(place.folder.metrics_db):
            return []
        with contextlib.suppress(StorageError), open_records(place.folder) as records:
            return [(post.text, post.media) for post in records.posts.open_posts() if post.media]
        return []

    def _waiting_texts(self, place: QueuePlace) -> list[str]:
        if not is_there(place.folder.metrics_db):
            return []
        with contextlib.suppress(StorageError), open_records(place.folder) as records:
            return [post.text for post in records.posts.open_posts()]
        return []

    def add_all(self, rows: Sequence[ImportRow], who: str) -> list[tuple[str, int]]:
        made: list[tuple[str, int]] = []
        for account_id in dict.fromkeys(row.account_id for row in rows if not row.faults):
            place = self._places().get(account_id)
            if place is None:
                continue
            own = [self._checked(place, row.written) for row in rows if row.account_id == account_id and not row.faults]
            with open_records(place.folder) as records, records.journal.together():
                made += [(account_id, records.posts.add(written, who, self._clock.now())) for written in own]
            self._changed(account_id)
        return made

    def table(self, account_ids: Collection[str], separator: str = ",") -> bytes:
        rows: list[TableRow] = []
        for account_id in account_ids:
            place = self._places().get(account_id)
            if place is not None and is_there(place.folder.metrics_db):
                with open_records(place.folder) as records:
                    posts = [post for post in records.posts.open_posts() if post.state is PostState.QUEUED]
                rows += [_row(place, post) for post in posts]
        return write_table(rows, separator)


def _waits(post: PlannedPost) -> bool:
    return post.state is PostState.QUEUED and post.at is None


def _why_held(settings: AccountSettings) -> str:
    if settings.policy.post is Policy.OFF:
        return "its settings say that it posts nothing"
    return "" if settings.schedule.enabled else "its schedule is switched off"


def _stored_name(folder: AccountFolder, name: str) -> str:
    """The name as it is kept: below the account's folder; media/ may be left out."""
    name = name.strip().replace("\\", "/")
    if name.startswith(f"{MEDIA}/"):
        return name
    with contextlib.suppress(ValueError):
        if not is_there(folder.media_file(name)):
            return f"{MEDIA}/{name}"
    return name


def _media_fault(folder: AccountFolder, names: Sequence[str]) -> str:
    """Why these files cannot go with a post; "" when they can."""
    try:
        check_media([folder.media_file(name) for name in names])
    except ValueError as error:
        return str(error)
    except MediaRefused as refused:
        return refused.message
    return ""


def why_not_at(at: datetime, now: datetime) -> str:
    """Why nothing can be queued for this moment; "" when it can."""
    if at < now - _TOLERANCE:
        return "this time has passed"
    return "this is more than a year away" if at > now + LATEST else ""


def _row(place: QueuePlace, post: PlannedPost) -> TableRow:
    local = post.at.astimezone(place.settings.schedule.zone) if post.at else None
    day, clock = (f"{local:%Y-%m-%d}", f"{local:%H:%M}") if local else ("", "")
    return TableRow(0, place.account_id, day, clock, post.text, "|".join(post.media))
