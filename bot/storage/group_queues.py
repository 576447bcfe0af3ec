"""The queues of groups in fleet.db: their posts, and which member has or had each of them.

A post and the member that has it are a *hand*. Of each post one hand at most has not ended with the proof that its
member will not send it; a unique index keeps it so. docs/architecture.md, "Rotation", has the protocol.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.errors import ChangedMeanwhile, PostTaken
from bot.storage.database import Database, Row, storable, to_moment, to_text
from bot.storage.renaming import rename_accounts


class RotationMode(StrEnum):
    """Who gets the next post."""

    TURN = "turn"  # the member that got one longest ago
    FEWEST = "fewest"  # the member that posted least in the last 7 days


class HandState(StrEnum):
    """How far a hand is."""

    GIVING = "giving"  # it may lie in the member's queue already
    HELD = "held"  # it lies there; what came of it, the member's journal says
    TAKING = "taking"  # it is being taken back, and perhaps is not yet
    BACK = "back"  # the member surely did not send it and never will
    SENT = "sent"
    LOST = "lost"  # nobody knows whether it was sent: a person says


LIVE = (HandState.GIVING, HandState.HELD, HandState.TAKING)


@dataclass(frozen=True)
class Hand:
    """A post with one member. Times are UTC."""

    token: str
    post_key: str
    account_id: str
    folder: str  # of the account, below the home, with slashes
    state: HandState
    expected_at: datetime
    given_at: datetime
    why: str
    was_held: bool
    ended_at: datetime | None
    reason: str
    tweet_id: str


@dataclass(frozen=True)
class GroupPost:
    """A post in the queue of a group, with the hand it is in; `hand` is None while it waits. Times are UTC."""

    key: str
    group: str
    text: str
    media: tuple[str, ...]
    at: datetime | None
    held: str
    who: str
    created_at: datetime
    version: int
    is_deleted: bool
    hand: Hand | None


@dataclass(frozen=True)
class GroupWritten:
    """What a person wants of a post of a group. `at` None: with the next free slot of a member."""

    text: str
    media: tuple[str, ...] = ()
    at: datetime | None = None


_SELECT = """SELECT group_posts.*, group_hands.* FROM group_posts
    LEFT JOIN group_hands ON group_hands.post_key = group_posts.key AND group_hands.state <> 'back'"""
_FREE = "NOT EXISTS (SELECT 1 FROM group_hands WHERE post_key = group_posts.key AND state <> 'back')"


class GroupBook:
    """Posts and hands of all groups. All raise StorageError, those with a `key` KeyError for an unknown post."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # groups

    def mode(self, group: str) -> RotationMode:
        """By turn, unless a person chose otherwise."""
        found = self._database.value("SELECT mode FROM group_queues WHERE group_name = ?", (group,))
        return RotationMode(found) if found else RotationMode.TURN

    def set_mode(self, group: str, mode: RotationMode) -> None:
        """Let the posts of the group go out in this order of members."""
        with self._database.write() as connection:
            connection.execute("INSERT OR REPLACE INTO group_queues VALUES (?, ?)", (group, mode))

    def groups(self) -> dict[str, int]:
        """Group -> how many posts were not sent yet, of those that have any."""
        query = f"""SELECT group_name, count(*) AS number FROM group_posts WHERE deleted_at IS NULL AND NOT EXISTS
            (SELECT 1 FROM group_hands WHERE post_key = key AND state = '{HandState.SENT}') GROUP BY group_name"""
        return {row["group_name"]: row["number"] for row in self._database.rows(query)}

    def move_all(self, group: str, other: str) -> None:
        """The posts of a group are another one's, behind those it has; its mode goes along where that has none."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE group_posts SET place = place + (SELECT coalesce(max(place), 0) FROM group_posts"
                " WHERE group_name = ?2), group_name = ?2 WHERE group_name = ?1",
                (group, other),
            )
            connection.execute("UPDATE OR IGNORE group_queues SET group_name = ? WHERE group_name = ?", (other, group))
            connection.execute("DELETE FROM group_queues WHERE group_name = ?", (group,))

    # posts

    def find(self, key: str) -> GroupPost:
        """One post, also a deleted one."""
        found = self._posts("WHERE key = ?", (key,))
        if not found:
            raise KeyError(key)
        return found[0]

    def open_posts(self, group: str = "") -> list[GroupPost]:
        """What was not sent yet, of one group or of all, in the order in which it is given out."""
        where = "WHERE deleted_at IS NULL AND coalesce(state, '') <> 'sent' AND ?1 IN ('', group_name)"
        return self._posts(f"{where} ORDER BY group_name, place, created_at", (group,))

    def waiting(self) -> list[GroupPost]:
        """What no member has and a member may get, in order."""
        return self._posts(
            "WHERE deleted_at IS NULL AND token IS NULL AND held = '' ORDER BY group_name, place, created_at"
        )

    def sent(self, group: str, limit: int) -> list[GroupPost]:
        """Newest first."""
        return self._posts("WHERE state = 'sent' AND group_name = ? ORDER BY ended_at DESC LIMIT ?", (group, limit))

    def add(self, group: str, written: Sequence[GroupWritten], who: str, at: datetime) -> list[str]:
        """Enter posts behind the others, all or none; returns their keys."""
        keys = [secrets.token_hex(8) for _ in written]
        with self._database.write() as connection:
            for key, each in zip(keys, written, strict=True):
                connection.execute(
                    "INSERT INTO group_posts (key, group_name, text, media, at, place, who, created_at, changed_at)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, (SELECT coalesce(max(place), 0) + 1 FROM group_posts"
                    " WHERE group_name = ?2), ?6, ?7, ?7)",
                    (key, group, *_columns(each), who, to_text(at)),
                )
        return keys

    def change(self, key: str, written: GroupWritten, version: int, at: datetime) -> None:
        """Put `written` in its place; it may go out again if it was held.

        Raises PostTaken while a member has it, ChangedMeanwhile when `version` is not the present one.
        """
        self._change(key, version, "text = ?3, media = ?4, at = ?5, changed_at = ?6, held = ''", written, at)

    def delete(self, key: str, version: int, at: datetime) -> None:
        """Take it out of the queue; `restore` brings it back. Raises as `change` does."""
        with self._database.write() as connection:
            cursor = connection.execute(
                "UPDATE group_posts SET deleted_at = ?3, version = version + 1"
                f" WHERE key = ?1 AND version = ?2 AND deleted_at IS NULL AND {_FREE}",
                (key, version, to_text(at)),
            )
        if not cursor.rowcount:
            self._refuse(key)

    def restore(self, key: str) -> None:
        """Bring a deleted post back as it was."""
        self.find(key)
        with self._database.write() as connection:
            connection.execute(
                "UPDATE group_posts SET deleted_at = NULL, version = version + 1"
                " WHERE key = ? AND deleted_at IS NOT NULL",
                (key,),
            )

    def hold(self, key: str, why: str) -> None:
        """No member gets it until a person says so, or changes it."""
        with self._database.write() as connection:
            connection.execute(
                f"UPDATE group_posts SET held = ? WHERE key = ? AND deleted_at IS NULL AND {_FREE}",
                (storable(why), key),
            )

    def let_go(self, key: str, at: datetime, reason: str) -> bool:
        """A person's word that no member sent it: one that was held or lost waits again. False for any other."""
        with self._database.write() as connection:
            lost = connection.execute(
                "UPDATE group_hands SET state = 'back', ended_at = ?, reason = ? WHERE post_key = ? AND state = 'lost'",
                (to_text(at), storable(reason), key),
            )
            held = connection.execute("UPDATE group_posts SET held = '' WHERE key = ? AND held <> ''", (key,))
            return bool(lost.rowcount + held.rowcount)

    def reorder(self, keys: Sequence[str]) -> None:
        """Let these stand in this order, at the places they have together."""
        with self._database.write() as connection:
            marks = ", ".join("?" * len(keys))
            rows = connection.execute(f"SELECT place FROM group_posts WHERE key IN ({marks}) ORDER BY place", keys)
            places = [row["place"] for row in rows.fetchall()]
            connection.executemany(
                "UPDATE group_posts SET place = ? WHERE key = ?", list(zip(places, keys, strict=False))
            )

    def _change(self, key: str, version: int, changes: str, written: GroupWritten, at: datetime) -> None:
        with self._database.write() as connection:
            cursor = connection.execute(
                f"UPDATE group_posts SET {changes}, version = version + 1"
                f" WHERE key = ?1 AND version = ?2 AND deleted_at IS NULL AND {_FREE}",
                (key, version, *_columns(written), to_text(at)),
            )
        if not cursor.rowcount:
            self._refuse(key)

    def _refuse(self, key: str) -> None:
        post = self.find(key)
        if post.hand is not None:
            raise PostTaken("a member of its group has this post, and perhaps sent it: it cannot be changed")
        words = "deleted" if post.is_deleted else "changed"
        raise ChangedMeanwhile(f"this post was {words} by somebody else meanwhile")

    def _posts(self, where: str, values: Sequence[object] = ()) -> list[GroupPost]:
        return [_group_post(row) for row in self._database.rows(f"{_SELECT} {where}", values)]

    # hands

    def hand(self, token: str) -> Hand | None:
        """None for an unknown one."""
        rows = self._database.rows("SELECT * FROM group_hands WHERE token = ?", (token,))
        return _hand(rows[0]) if rows else None

    def hands(self, keys: Collection[str]) -> dict[str, list[Hand]]:
        """Post -> all hands it was in, the first one first."""
        marks = ", ".join("?" * len(keys))
        query = f"SELECT * FROM group_hands WHERE post_key IN ({marks}) ORDER BY given_at, rowid"
        found: dict[str, list[Hand]] = {key: [] for key in keys}
        for row in self._database.rows(query, tuple(keys)):
            found[row["post_key"]].append(_hand(row))
        return found

    def live_hands(self) -> list[Hand]:
        """Those of posts that are with a member, or on the way there or back, the oldest first."""
        marks = ", ".join("?" * len(LIVE))
        query = f"SELECT * FROM group_hands WHERE state IN ({marks}) ORDER BY given_at, rowid"
        return [_hand(row) for row in self._database.rows(query, LIVE)]

    def has_lost_hold(self, folder: str) -> bool:
        """Whether a post was taken back from, or is lost in, the account of this folder."""
        query = "SELECT 1 FROM group_hands WHERE folder = ? AND state IN ('back', 'lost') LIMIT 1"
        return self._database.value(query, (folder,)) is not None

    def last_given(self, group: str) -> dict[str, datetime]:
        """Folder of an account -> when it got a post of the group last that it still has or sent."""
        query = """SELECT folder, max(given_at) AS at FROM group_hands JOIN group_posts ON key = post_key
            WHERE group_name = ? AND state <> 'back' GROUP BY folder"""
        return {row["folder"]: datetime.fromisoformat(row["at"]) for row in self._database.rows(query, (group,))}

    def begin_giving(
        self, post: GroupPost, account_id: str, folder: str, expected_at: datetime, why: str, at: datetime
    ) -> Hand | None:
        """Bind the post to this member; None when it was changed, or another one has it."""
        token = secrets.token_hex(8)
        with self._database.write() as connection:
            cursor = connection.execute(
                "INSERT INTO group_hands (token, post_key, account_id, folder, state, expected_at, given_at, why)"
                " SELECT ?1, key, ?4, ?5, 'giving', ?6, ?7, ?8 FROM group_posts"
                f" WHERE key = ?2 AND version = ?3 AND deleted_at IS NULL AND held = '' AND {_FREE}",
                (token, post.key, post.version, account_id, folder, to_text(expected_at), to_text(at), storable(why)),
            )
        return self.hand(token) if cursor.rowcount else None

    def mark_held(self, token: str, at: datetime) -> None:
        """It lies in the member's queue, for the first time or after all."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE group_hands SET state = 'held', held_at = coalesce(held_at, ?), reason = ''"
                " WHERE token = ? AND state IN ('giving', 'held', 'taking')",
                (to_text(at), token),
            )

    def begin_taking(self, token: str, reason: str) -> None:
        """It is taken back for this reason."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE group_hands SET state = 'taking', reason = ? WHERE token = ? AND state IN ('giving', 'held')",
                (storable(reason), token),
            )

    def end(self, token: str, state: HandState, at: datetime, *, reason: str = "", tweet_id: str = "") -> None:
        """The hand has ended: back, sent or lost. Without a `reason` the one it was being taken back for stays."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE group_hands SET state = ?1, ended_at = ?2, tweet_id = ?3,"
                " reason = CASE WHEN ?4 = '' THEN reason ELSE ?4 END"
                " WHERE token = ?5 AND state NOT IN ('back', 'sent')",
                (state, to_text(at), tweet_id, storable(reason), token),
            )

    def rename(self, accounts: Mapping[str, str]) -> None:
        """The hands of an account are its new id's (old -> new)."""
        with self._database.write() as connection:
            rename_accounts(connection, "group_hands", accounts)


def _columns(written: GroupWritten) -> tuple[str, str, str | None]:
    at = to_text(written.at) if written.at else None
    return storable(written.text), json.dumps(list(written.media)), at


def _hand(row: Row) -> Hand:
    return Hand(
        token=row["token"],
        post_key=row["post_key"],
        account_id=row["account_id"],
        folder=row["folder"],
        state=HandState(row["state"]),
        expected_at=datetime.fromisoformat(row["expected_at"]),
        given_at=datetime.fromisoformat(row["given_at"]),
        why=row["why"],
        was_held=row["held_at"] is not None,
        ended_at=to_moment(row["ended_at"]),
        reason=row["reason"],
        tweet_id=row["tweet_id"],
    )


def _group_post(row: Row) -> GroupPost:
    return GroupPost(
        key=row["key"],
        group=row["group_name"],
        text=row["text"],
        media=tuple(json.loads(row["media"])),
        at=to_moment(row["at"]),
        held=row["held"],
        who=row["who"],
        created_at=datetime.fromisoformat(row["created_at"]),
        version=row["version"],
        is_deleted=row["deleted_at"] is not None,
        hand=_hand(row) if row["token"] is not None else None,
    )
