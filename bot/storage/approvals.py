"""What runs found and a person shall decide, in fleet.db: from `waiting` to what became of it.

waiting -> approved -> doing -> done | failed; waiting -> rejected | expired. A decision can be undone until it is being
done. Each step is a compare-and-set, so that two people, or a person and a run, never both have their way.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from sqlite3 import Connection

from bot.clock import Clock
from bot.storage.database import Database, Row, storable, to_moment, to_text

EXPIRES_AFTER = timedelta(hours=24)
"""What nobody decided by then is left out; what was approved and not done by then, too."""
UNDO_SECONDS = 15.0
"""So long what was approved waits before a run takes it, so that a slip of the finger can be undone."""
NEVER_THIS_PERSON = "never this person"
_FORGOTTEN_AFTER = timedelta(days=90)


class ApprovalState(StrEnum):
    """How far a person and then a run have come with it. The last four are ends."""

    WAITING = "waiting"
    APPROVED = "approved"
    DOING = "doing"
    DONE = "done"
    FAILED = "failed"
    REJECTED = "rejected"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Proposal:
    """Something an account would do, if a person says yes."""

    account_id: str
    action: str  # like, follow, reply
    target: str  # the post's id, or the person's handle in lower case
    post_id: str
    handle: str  # author of the post, without @
    text: str
    posted_at: datetime | None
    keyword: str
    suggestion: str = ""  # text of a reply


@dataclass(frozen=True)
class Approval:
    """A proposal with its number and what became of it. Times are UTC."""

    id: int
    proposal: Proposal
    state: ApprovalState
    reason: str
    found_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    decided_by: str
    ended_at: datetime | None


class Approvals:
    """The table approvals. Safe for threads. `version` grows with each change."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._version = 0
        self._waiting = 0
        self._changed()

    @property
    def version(self) -> int:
        return self._version

    @property
    def waiting(self) -> int:
        """How many wait for a person. Kept in memory: every page shows it."""
        return self._waiting

    # finding

    def propose(self, proposal: Proposal) -> bool:
        """Enter it; False when it was proposed before, or another account has proposed to engage the same person.

        What expired may be proposed again.
        """
        with self._database.write() as connection:
            if _is_anothers(connection, proposal):
                return False
            connection.execute(
                "DELETE FROM approvals WHERE action = ? AND target = ? AND state = 'expired'",
                (proposal.action, proposal.target),
            )
            added = bool(connection.execute(_INSERT, self._values(proposal)).rowcount)
        if added:
            self._changed()
        return added

    def was_proposed(self, action: str, target: str) -> bool:
        """Whether it waits, or was decided."""
        query = "SELECT 1 FROM approvals WHERE action = ? AND target = ? AND state <> 'expired'"
        return self._database.value(query, (action, target)) is not None

    def _values(self, proposal: Proposal) -> tuple[object, ...]:
        now = self._clock.now()
        return (
            proposal.account_id,
            proposal.action,
            proposal.target,
            proposal.post_id,
            proposal.handle,
            storable(proposal.text),
            to_text(proposal.posted_at) if proposal.posted_at else None,
            proposal.keyword,
            storable(proposal.suggestion),
            to_text(now),
            to_text(now + EXPIRES_AFTER),
        )

    def found_since(self, account_id: str, action: str, moment: datetime) -> int:
        """How many the account has found since `moment`."""
        query = "SELECT count(*) FROM approvals WHERE account_id = ? AND action = ? AND found_at >= ?"
        return int(self._database.value(query, (account_id, action, to_text(moment))))

    # looking

    def find(
        self,
        states: Collection[ApprovalState],
        *,
        account_id: str = "",
        action: str = "",
        keyword: str = "",
        after: int = 0,
        limit: int = 500,
    ) -> list[Approval]:
        """Oldest first; `after` is a number to page on from."""
        wanted = {"account_id": account_id, "action": action, "keyword": keyword}
        conditions = [f"state IN ({', '.join('?' * len(states))})", "id > ?"]
        conditions += [f"{column} = ?" for column, value in wanted.items() if value]
        values = (*states, after, *(value for value in wanted.values() if value), limit)
        query = f"SELECT * FROM approvals WHERE {' AND '.join(conditions)} ORDER BY id LIMIT ?"
        return [_approval(row) for row in self._database.rows(query, values)]

    def lately_decided(self, limit: int) -> list[Approval]:
        """What people decided last, newest first."""
        query = "SELECT * FROM approvals WHERE decided_by <> '' ORDER BY decided_at DESC, id DESC LIMIT ?"
        return [_approval(row) for row in self._database.rows(query, (limit,))]

    def get(self, approval_id: int) -> Approval:
        """Raises KeyError for a number that is not there."""
        rows = self._database.rows("SELECT * FROM approvals WHERE id = ?", (approval_id,))
        if not rows:
            raise KeyError(approval_id)
        return _approval(rows[0])

    def keywords(self) -> list[str]:
        """Those that found what waits."""
        query = "SELECT DISTINCT keyword FROM approvals WHERE state = 'waiting' ORDER BY keyword"
        return [str(row["keyword"]) for row in self._database.rows(query)]

    def latest_approved(self) -> dict[str, datetime]:
        """Account -> when something that it shall do now was approved last; what may still be undone is left out."""
        query = (
            "SELECT account_id, max(decided_at) AS at FROM approvals"
            " WHERE state = 'approved' AND decided_at <= ? GROUP BY account_id"
        )
        rows = self._database.rows(query, (self._settled_before(),))
        return {str(row["account_id"]): datetime.fromisoformat(row["at"]) for row in rows}

    def approved(self, account_id: str, action: str) -> list[Approval]:
        """What the account shall do now, in the order it was found; what may still be undone is left out."""
        found = self.find([ApprovalState.APPROVED], account_id=account_id, action=action)
        settled = datetime.fromisoformat(self._settled_before())
        return [each for each in found if each.decided_at is not None and each.decided_at <= settled]

    def _settled_before(self) -> str:
        return to_text(self._clock.now() - timedelta(seconds=UNDO_SECONDS))

    # deciding

    def decide(self, approval_id: int, state: ApprovalState, by: str, suggestion: str | None = None) -> bool:
        """A person's word: approved or rejected. False when it does not wait any more. Raises KeyError."""
        self.get(approval_id)
        with self._database.write() as connection:
            cursor = connection.execute(
                "UPDATE approvals SET state = ?, decided_at = ?, decided_by = ?, suggestion = coalesce(?, suggestion)"
                " WHERE id = ? AND state = 'waiting'",
                (state, to_text(self._clock.now()), by, suggestion, approval_id),
            )
        return self._changed_if(cursor.rowcount)

    def edit(self, approval_id: int, suggestion: str) -> bool:
        """Another text for a reply; False when it is decided already. Raises KeyError."""
        self.get(approval_id)
        with self._database.write() as connection:
            cursor = connection.execute(
                "UPDATE approvals SET suggestion = ? WHERE id = ? AND state = 'waiting' AND action = 'reply'",
                (storable(suggestion), approval_id),
            )
        return self._changed_if(cursor.rowcount)

    def undo(self, approval_id: int) -> bool:
        """Have it wait again; False when it is being done, was done, or has expired meanwhile. Raises KeyError."""
        self.get(approval_id)
        with self._database.write() as connection:
            cursor = connection.execute(
                "UPDATE approvals SET state = 'waiting', decided_at = NULL, decided_by = '', reason = ''"
                " WHERE id = ? AND state IN ('approved', 'rejected') AND expires_at > ?",
                (approval_id, to_text(self._clock.now())),
            )
        return self._changed_if(cursor.rowcount)

    def never(self, handle: str, by: str) -> int:
        """Reject all of this person that wait, whom nobody shall engage; returns how many."""
        now = to_text(self._clock.now())
        with self._database.write() as connection:
            cursor = connection.execute(
                "UPDATE approvals SET state = 'rejected', decided_at = ?, decided_by = ?, reason = ?"
                " WHERE lower(handle) = ? AND state IN ('waiting', 'approved')",
                (now, by, NEVER_THIS_PERSON, handle.lower()),
            )
        self._changed()
        return cursor.rowcount

    # doing

    def claim(self, approval_id: int) -> bool:
        """A run is about to do it; False when it is not approved any more."""
        return self._move(approval_id, ApprovalState.APPROVED, ApprovalState.DOING)

    def give_back(self, approval_id: int, reason: str) -> None:
        """A limit came between: it is approved still."""
        self._move(approval_id, ApprovalState.DOING, ApprovalState.APPROVED, reason)

    def end(self, approval_id: int, state: ApprovalState, reason: str = "") -> None:
        """What became of what a run claimed, or could not: done or failed."""
        self._move(approval_id, ApprovalState.DOING, state, reason)

    def _move(self, approval_id: int, before: ApprovalState, after: ApprovalState, reason: str = "") -> bool:
        ended = to_text(self._clock.now()) if after in {ApprovalState.DONE, ApprovalState.FAILED} else None
        with self._database.write() as connection:
            cursor = connection.execute(
                "UPDATE approvals SET state = ?, reason = ?, ended_at = ? WHERE id = ? AND state = ?",
                (after, storable(reason), ended, approval_id, before),
            )
        return self._changed_if(cursor.rowcount)

    # keeping

    def expire(self) -> int:
        """End what was not decided, or not done, in time, and forget what is old; returns how many ended."""
        now = self._clock.now()
        with self._database.write() as connection:
            cursor = connection.execute(
                "UPDATE approvals SET ended_at = ?1, state = 'expired', reason ="
                " CASE state WHEN 'waiting' THEN 'nobody decided in time' ELSE 'limits left no time for it' END"
                " WHERE (state = 'waiting' AND expires_at <= ?1) OR (state = 'approved' AND decided_at <= ?2)",
                (to_text(now), to_text(now - EXPIRES_AFTER)),
            )
            connection.execute(
                "DELETE FROM approvals WHERE found_at <= ? AND state NOT IN ('waiting', 'approved', 'doing')",
                (to_text(now - _FORGOTTEN_AFTER),),
            )
        self._changed_if(cursor.rowcount)
        return cursor.rowcount

    def settle_left_over(self, account_ids: Sequence[str] = ()) -> None:
        """End what a crash cut off: whether x.com has it is not known, and it is not done again."""
        whose = f" AND account_id IN ({', '.join('?' * len(account_ids))})" if account_ids else ""
        with self._database.write() as connection:
            cursor = connection.execute(
                "UPDATE approvals SET state = 'failed', reason = 'Aviary ended while it was being done; look at X',"
                f" ended_at = ? WHERE state = 'doing'{whose}",
                (to_text(self._clock.now()), *account_ids),
            )
        self._changed_if(cursor.rowcount)

    def forget(self, account_id: str) -> None:
        """The account is gone, and what it found with it."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM approvals WHERE account_id = ?", (account_id,))
        self._changed()

    def _changed_if(self, rows: int) -> bool:
        if rows:
            self._changed()
        return bool(rows)

    def _changed(self) -> None:
        waiting = int(self._database.value("SELECT count(*) FROM approvals WHERE state = 'waiting'"))
        with self._lock:
            self._waiting = waiting
            self._version += 1


_INSERT = """INSERT OR IGNORE INTO approvals
    (account_id, action, target, post_id, handle, text, posted_at, keyword, suggestion, state, found_at, expires_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?)"""


def _is_anothers(connection: Connection, proposal: Proposal) -> bool:
    """Whether another account is about to engage this person: one managed account only does."""
    query = (
        "SELECT 1 FROM approvals WHERE lower(handle) = ? AND account_id <> ?"
        " AND state IN ('waiting', 'approved', 'doing')"
    )
    return connection.execute(query, (proposal.handle.lower(), proposal.account_id)).fetchone() is not None


def _approval(row: Row) -> Approval:
    proposal = Proposal(
        account_id=row["account_id"],
        action=row["action"],
        target=row["target"],
        post_id=row["post_id"],
        handle=row["handle"],
        text=row["text"],
        posted_at=to_moment(row["posted_at"]),
        keyword=row["keyword"],
        suggestion=row["suggestion"],
    )
    return Approval(
        id=row["id"],
        proposal=proposal,
        state=ApprovalState(row["state"]),
        reason=row["reason"],
        found_at=datetime.fromisoformat(row["found_at"]),
        expires_at=datetime.fromisoformat(row["expires_at"]),
        decided_at=to_moment(row["decided_at"]),
        decided_by=row["decided_by"],
        ended_at=to_moment(row["ended_at"]),
    )
