"""What stands in the calendar of each account: what was posted, what is queued, which slots come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.fleet.records import open_records
from bot.planning.slots import Occurrence
from bot.queue_view import CalendarEntry, EntryKind
from bot.settings.home import AccountFolder, is_there
from bot.storage.database import database_stamp
from bot.storage.journal import Intent, IntentState
from bot.storage.planned_posts import PlannedPost, PostState

_POSTED = (IntentState.SENDING, IntentState.SENT, IntentState.NEEDS_REVIEW)
_UNDECIDED = {PostState.SENDING, PostState.NEEDS_REVIEW}


@dataclass(frozen=True)
class _Read:
    """What an account's database held when it had this stamp."""

    stamp: tuple[object, ...]
    since: datetime
    posts: tuple[PlannedPost, ...] = ()
    intents: tuple[Intent, ...] = ()


class Calendar:
    """Reads an account's database only when it is another one than at the last look. Safe for threads."""

    def __init__(self) -> None:
        self._read: dict[Path, _Read] = {}

    def entries(
        self, account_id: str, handle: str, folder: AccountFolder, start: datetime, end: datetime
    ) -> list[CalendarEntry]:
        """What was posted from `start` to `end`, and what is queued for then. Raises StorageError."""
        read = self._look(folder, start)
        posted = [_posted(account_id, handle, each) for each in read.intents]
        queued = [_queued(account_id, post) for post in read.posts if post.at and post.state not in _UNDECIDED]
        return [entry for entry in (*posted, *queued) if start <= entry.at < end]

    def waiting(self, folder: AccountFolder) -> list[PlannedPost]:
        """The posts that wait for a slot, as `entries` saw them last."""
        read = self._read.get(folder.root)
        return [post for post in read.posts if post.state is PostState.QUEUED and post.at is None] if read else []

    def slot_entry(self, account_id: str, slot: Occurrence, post: PlannedPost | None) -> CalendarEntry:
        """A slot that comes, with the post it will take."""
        kind = EntryKind.QUEUED if post else EntryKind.SLOT
        text, state = (post.text, post.state.value) if post else ("", "")
        return CalendarEntry(account_id, slot.planned_at, kind, text, slot.slot, post, state)

    def _look(self, folder: AccountFolder, since: datetime) -> _Read:
        stamp = database_stamp(folder.metrics_db)
        known = self._read.get(folder.root)
        if known is not None and known.stamp == stamp and known.since <= since:
            return known
        if not is_there(folder.metrics_db):
            found = _Read(stamp, since)
        else:
            with open_records(folder) as records:
                posts = tuple(records.posts.open_posts())
                found = _Read(stamp, since, posts, tuple(records.journal.sent_since(since, _POSTED)))
        self._read[folder.root] = found
        return found


def _posted(account_id: str, handle: str, intent: Intent) -> CalendarEntry:
    at = intent.sending_at or intent.created_at
    url = f"https://x.com/{handle}/status/{intent.tweet_id}" if intent.tweet_id else ""
    return CalendarEntry(account_id, at, EntryKind.POSTED, intent.text, state=intent.state.value, url=url)


def _queued(account_id: str, post: PlannedPost) -> CalendarEntry:
    at = post.at or post.created_at
    return CalendarEntry(account_id, at, EntryKind.QUEUED, post.text, "", post, post.state.value)
