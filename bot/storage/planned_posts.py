"""The posts that people wrote for an account: for a moment, or for the next slot that posts.

What came of a post is told by its intent alone (bot/storage/journal.py), so that no crash parts the two: a post whose
intent waits for proof, was sent, or needs a person's word is in that state, whatever its own row says.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.errors import ChangedMeanwhile, PostTaken
from bot.storage.database import Database, Row, storable, to_moment, to_text

QUEUE_SLOT = "queued post"
"""The slot name of a run that sends one post at its moment. No slot of a file can be called so: it has a blank."""
MOST_TRIES = 3
"""So often a post without a moment is tried, before a person is asked."""


class PostState(StrEnum):
    """Where a written post stands."""

    DRAFT = "draft"  # nothing sends it
    QUEUED = "queued"
    SENDING = "sending"  # its answer was lost, or it goes out this moment
    SENT = "sent"
    NEEDS_REVIEW = "needs_review"  # a person looks whether it stands on the profile
    FAILED = "failed"  # surely not sent; only a person queues it again
    MISSED = "missed"  # its moment passed; only a person queues it again


OPEN_STATES = (PostState.DRAFT, PostState.QUEUED, PostState.FAILED, PostState.MISSED)
"""What a person may still change: it was surely not sent."""


@dataclass(frozen=True)
class PlannedPost:
    """One written post. Times are UTC."""

    id: int
    text: str
    media: tuple[str, ...]
    at: datetime | None
    due_at: datetime | None
    place: int
    state: PostState
    reason: str
    who: str
    created_at: datetime
    changed_at: datetime
    version: int
    tweet_id: str = ""
    sent_at: datetime | None = None
    is_deleted: bool = False
    group_hand: str = ""  # of a post of a group: bot/storage/group_queues.py

    @property
    def is_open(self) -> bool:
        """Whether it may still be changed: it was surely not sent."""
        return self.state in OPEN_STATES

    @property
    def is_changeable(self) -> bool:
        """Whether a person may still change it here; one of a group is changed in the group's queue."""
        return self.is_open and not self.group_hand


@dataclass(frozen=True)
class Written:
    """What a person wants of a post. `at` None: it goes with the next slot that posts."""

    text: str
    media: tuple[str, ...] = ()
    at: datetime | None = None
    is_draft: bool = False


_LARGEST_ID = 2**63 - 1
_LOST = "EXISTS (SELECT 1 FROM intents WHERE planned_post_id = planned_posts.id AND state NOT IN ('intent', 'failed'))"
_SELECT = """SELECT planned_posts.*, intents.state AS intent_state, intents.tweet_id, intents.sending_at
    FROM planned_posts LEFT JOIN intents ON intents.planned_post_id = planned_posts.id
    AND intents.state NOT IN ('intent', 'failed')"""
_TRIES = """(SELECT count(*) FROM intents WHERE planned_post_id = planned_posts.id AND state = 'failed'
    AND created_at >= planned_posts.changed_at)"""


class TakenBack(StrEnum):
    """What came of taking a group's post back."""

    TAKEN = "taken"  # nothing sends it any more, whatever was about to
    BOUND = "bound"  # it was sent, or may have been
    ABSENT = "absent"  # it is not here
    DOUBTFUL = "doubtful"  # it came back with a backup: it may have been sent


class PlannedPosts:
    """The written posts in an account's metrics.db. Methods with a `post_id` raise KeyError for an unknown one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # looking

    def find(self, post_id: int) -> PlannedPost:
        """One post, also a deleted one."""
        found = self._posts("WHERE planned_posts.id = ?", (post_id,)) if post_id <= _LARGEST_ID else []
        if not found:
            raise KeyError(post_id)
        return found[0]

    def open_posts(self) -> list[PlannedPost]:
        """What was not sent yet: first those with a moment, in its order; then those that wait for a slot."""
        order = "ORDER BY at IS NULL, at, place, planned_posts.id"
        states = "intents.state IS NULL OR intents.state <> 'sent'"
        return self._posts(f"WHERE deleted_at IS NULL AND ({states}) {order}")

    def sent(self, limit: int) -> list[PlannedPost]:
        """Newest first."""
        return self._posts("WHERE intents.state = 'sent' ORDER BY intents.id DESC LIMIT ?", (limit,))

    def count_asking(self) -> int:
        """How many a person has to give another time, or other words."""
        query = f"""SELECT count(*) FROM planned_posts
            WHERE state IN ('failed', 'missed') AND deleted_at IS NULL AND NOT {_LOST}"""
        return int(self._database.value(query))

    def dated(self) -> dict[int, datetime]:
        """Post -> when it is tried next, of those that have a moment."""
        query = f"""SELECT id, due_at FROM planned_posts
            WHERE state = 'queued' AND deleted_at IS NULL AND due_at IS NOT NULL AND NOT {_LOST}"""
        return {row["id"]: datetime.fromisoformat(row["due_at"]) for row in self._database.rows(query)}

    def next_free(self) -> PlannedPost | None:
        """The post that goes with the next slot; None when none waits."""
        waits = "planned_posts.state = 'queued' AND deleted_at IS NULL AND at IS NULL AND intents.state IS NULL"
        found = self._posts(f"WHERE {waits} ORDER BY place, planned_posts.id LIMIT 1")
        return found[0] if found else None

    def _posts(self, where: str, values: Sequence[object] = ()) -> list[PlannedPost]:
        return [_planned_post(row) for row in self._database.rows(f"{_SELECT} {where}", values)]

    # what a person does

    def add(self, written: Written, who: str, at: datetime) -> int:
        """Enter a post behind the others; returns its number."""
        due = to_text(written.at) if written.at else None
        state = PostState.DRAFT if written.is_draft else PostState.QUEUED
        with self._database.write() as connection:
            cursor = connection.execute(
                "INSERT INTO planned_posts (text, media, at, due_at, place, state, who, created_at, changed_at)"
                " VALUES (?, ?, ?, ?, (SELECT coalesce(max(place), 0) + 1 FROM planned_posts), ?, ?, ?, ?)",
                (
                    storable(written.text),
                    json.dumps(list(written.media)),
                    due,
                    due,
                    state,
                    who,
                    to_text(at),
                    to_text(at),
                ),
            )
            return int(cursor.lastrowid or 0)

    def change(self, post_id: int, written: Written, version: int, at: datetime) -> None:
        """Put `written` in its place.

        Raises PostTaken once it may have been sent, ChangedMeanwhile when `version` is not the present one.
        A moment that is the same as before keeps the tries it had: saving alone does not fire it a second time.
        """
        due = to_text(written.at) if written.at else None
        state = PostState.DRAFT if written.is_draft else PostState.QUEUED
        changes = (
            "due_at = CASE WHEN at IS ?5 AND state = 'queued' THEN due_at ELSE ?5 END,"
            " text = ?3, media = ?4, at = ?5, state = ?6, changed_at = ?7, reason = ''"
        )
        values = (storable(written.text), json.dumps(list(written.media)), due, state, to_text(at))
        self._change(post_id, version, changes, values)

    def delete(self, post_id: int, version: int, at: datetime) -> None:
        """Take it out of the queue; `restore` brings it back. Raises as `change` does."""
        self._change(post_id, version, "deleted_at = ?3", (to_text(at),))

    def _change(self, post_id: int, version: int, changes: str, values: Sequence[object]) -> None:
        with self._database.write() as connection:
            cursor = connection.execute(
                f"UPDATE planned_posts SET {changes}, version = version + 1"
                f" WHERE id = ?1 AND version = ?2 AND deleted_at IS NULL AND group_hand IS NULL AND NOT {_LOST}",
                (post_id, version, *values),
            )
        if not cursor.rowcount:
            self._refuse(post_id)

    def _refuse(self, post_id: int) -> None:
        post = self.find(post_id)
        if not post.is_open:
            raise PostTaken(f"this post is {post.state.replace('_', ' ')} already, so it cannot be changed")
        if post.group_hand:
            raise PostTaken("this post belongs to the queue of a group: it is changed there")
        words = "deleted" if post.is_deleted else "changed"
        raise ChangedMeanwhile(f"this post was {words} by somebody else meanwhile")

    def restore(self, post_id: int) -> None:
        """Bring a deleted post back as it was."""
        self.find(post_id)
        with self._database.write() as connection:
            connection.execute(
                "UPDATE planned_posts SET deleted_at = NULL, version = version + 1"
                " WHERE id = ? AND deleted_at IS NOT NULL AND group_hand IS NULL",
                (post_id,),
            )

    def reorder(self, post_ids: Sequence[int]) -> None:
        """Let those that wait for a slot stand in this order; others stay behind them."""
        with self._database.write() as connection:
            ours = ", ".join("?" * len(post_ids))
            rows = connection.execute(f"SELECT place FROM planned_posts WHERE id IN ({ours}) ORDER BY place", post_ids)
            places = [row["place"] for row in rows.fetchall()]
            connection.executemany(
                "UPDATE planned_posts SET place = ? WHERE id = ?", list(zip(places, post_ids, strict=False))
            )

    # posts of groups

    def take_in(self, hand: str, written: Written, who: str, at: datetime) -> bool:
        """Enter a group's post behind the others, once for each hand however often it is asked; True the first time."""
        due = to_text(written.at) if written.at else None
        with self._database.write() as connection:
            cursor = connection.execute(
                "INSERT INTO planned_posts"
                " (text, media, at, due_at, place, state, who, created_at, changed_at, group_hand)"
                " SELECT ?1, ?2, ?3, ?3, (SELECT coalesce(max(place), 0) + 1 FROM planned_posts), 'queued',"
                " ?4, ?5, ?5, ?6 WHERE NOT EXISTS (SELECT 1 FROM planned_posts WHERE group_hand = ?6)",
                (storable(written.text), json.dumps(list(written.media)), due, who, to_text(at), hand),
            )
            return bool(cursor.rowcount)

    def of_hand(self, hand: str) -> PlannedPost | None:
        """The post of a hand, also one that was taken back; None when it never came here."""
        found = self._posts("WHERE group_hand = ?", (hand,))
        return found[0] if found else None

    def hands(self) -> list[str]:
        """Of all posts of groups here that were not taken back."""
        query = "SELECT group_hand FROM planned_posts WHERE group_hand IS NOT NULL AND deleted_at IS NULL"
        return [row["group_hand"] for row in self._database.rows(query)]

    def take_back(self, hand: str, at: datetime) -> TakenBack:
        """Let nothing send the post of this hand any more, for ever, unless it may have been sent.

        Who sends looks at the post again in the transaction that writes `sending`: one of the two comes first.
        """
        with self._database.write() as connection:
            cursor = connection.execute(
                "UPDATE planned_posts SET deleted_at = coalesce(deleted_at, ?), version = version + 1"
                f" WHERE group_hand = ? AND state <> 'draft' AND NOT {_LOST}",
                (to_text(at), hand),
            )
            if cursor.rowcount:
                return TakenBack.TAKEN
        post = self.of_hand(hand)
        if post is None:
            return TakenBack.ABSENT
        return TakenBack.DOUBTFUL if post.state is PostState.DRAFT else TakenBack.BOUND

    def drop_hand(self, hand: str, at: datetime) -> None:
        """Take a post out that a backup brought back and that another member has, or had, meanwhile."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE planned_posts SET deleted_at = coalesce(deleted_at, ?), version = version + 1"
                f" WHERE group_hand = ? AND NOT {_LOST}",
                (to_text(at), hand),
            )

    # what the engine does

    def is_unchanged(self, post: PlannedPost) -> bool:
        """Whether it may go out as it was read: nobody changed, moved or deleted it, and no try of it is undecided."""
        query = f"""SELECT 1 FROM planned_posts
            WHERE id = ? AND version = ? AND state = 'queued' AND deleted_at IS NULL AND NOT {_LOST}"""
        return self._database.value(query, (post.id, post.version)) is not None

    def give_up(self, post_id: int, state: PostState, reason: str) -> None:
        """It is not tried any more until a person says so: failed or missed."""
        with self._database.write() as connection:
            connection.execute(
                f"UPDATE planned_posts SET state = ?, reason = ? WHERE id = ? AND state = 'queued' AND NOT {_LOST}",
                (state, storable(reason), post_id),
            )

    def hold(self, reason: str) -> None:
        """Make a draft of all that waits."""
        with self._database.write() as connection:
            connection.execute(
                f"UPDATE planned_posts SET state = 'draft', reason = ?, version = version + 1"
                f" WHERE state = 'queued' AND NOT {_LOST}",
                (storable(reason),),
            )

    def give_up_worn(self) -> None:
        """Give up those without a moment that failed too often since a person saw them last."""
        query = f"SELECT id, {_TRIES} AS tries FROM planned_posts WHERE state = 'queued' AND at IS NULL"
        for row in self._database.rows(query):
            if row["tries"] >= MOST_TRIES:
                why = self.last_failure(row["id"])
                self.give_up(row["id"], PostState.FAILED, f"tried {row['tries']} times in vain; the last time: {why}")

    def last_failure(self, post_id: int) -> str:
        """Why its last try failed; "" without one."""
        query = "SELECT reason FROM intents WHERE planned_post_id = ? AND state = 'failed' ORDER BY id DESC LIMIT 1"
        return str(self._database.value(query, (post_id,)) or "")

    def try_again(self, post_id: int, due_at: datetime) -> None:
        """Its moment stays; it is tried at `due_at`."""
        with self._database.write() as connection:
            connection.execute("UPDATE planned_posts SET due_at = ? WHERE id = ?", (to_text(due_at), post_id))

    # runs of their own

    def plan_run(self, post: PlannedPost, trigger: str) -> int | None:
        """Enter the run of a post with a moment; None when this try of it had its run already."""
        due = to_text(post.due_at) if post.due_at else ""
        with self._database.write() as connection:
            cursor = connection.execute(
                "INSERT OR IGNORE INTO runs (slot, slot_date, trigger, state, planned_at, planned_post_id)"
                " VALUES (?, ?, ?, 'queued', ?, ?)",
                (QUEUE_SLOT, _try_of(post), trigger, due, post.id),
            )
            return int(cursor.lastrowid or 0) if cursor.rowcount else None

    def run_of(self, post: PlannedPost) -> tuple[str, str] | None:
        """(state, reason) of the run of its present try; None when that had none yet."""
        query = "SELECT state, reason FROM runs WHERE slot = ? AND slot_date = ?"
        rows = self._database.rows(query, (QUEUE_SLOT, _try_of(post)))
        return (rows[0]["state"], rows[0]["reason"]) if rows else None

    def of_run(self, run_id: int) -> PlannedPost:
        """The post that the run is for. Raises KeyError for a run of something else."""
        found = self._database.value("SELECT planned_post_id FROM runs WHERE id = ?", (run_id,))
        if found is None:
            raise KeyError(run_id)
        return self.find(found)


def _try_of(post: PlannedPost) -> str:
    """Stands for one try, where a run of a slot has its date: it has one run, whatever is restarted."""
    return f"{post.id} {to_text(post.due_at) if post.due_at else ''}"


def _planned_post(row: Row) -> PlannedPost:
    return PlannedPost(
        id=row["id"],
        text=row["text"],
        media=tuple(json.loads(row["media"])),
        at=to_moment(row["at"]),
        due_at=to_moment(row["due_at"]),
        place=row["place"],
        state=PostState(row["intent_state"] or row["state"]),
        reason=row["reason"],
        who=row["who"],
        created_at=datetime.fromisoformat(row["created_at"]),
        changed_at=datetime.fromisoformat(row["changed_at"]),
        version=row["version"],
        tweet_id=row["tweet_id"] or "",
        sent_at=to_moment(row["sending_at"]),
        is_deleted=row["deleted_at"] is not None,
        group_hand=row["group_hand"] or "",
    )
