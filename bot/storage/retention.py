"""What an account's database forgets, so that it stays small: the record of old work, never the proof of what was done.

Never forgotten: posts that were sent, with their runs; posts that wait for proof or for a person, with their runs and
steps; the last use of each template; who was followed; the tables that existing users have, whatever they hold. The
newest runs and steps stay at any age: an account that rests still tells why, and a clock that ran ahead takes no more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.storage.database import Database, to_text

BATCH = 200
"""So many rows go in one transaction: a few milliseconds, for which whoever else writes has to wait."""
LIKES_KEPT_DAYS = 365
"""At least. Searches find posts of these days, and x.com itself shows that an older one was liked."""

_RUN_HAS_ENDED = "state IN ('done', 'partly', 'failed', 'stopped', 'skipped')"
_RUN_IS_NEW = "id > (SELECT max(id) FROM runs) - 100"
_POST_IS_OPEN = "state IN ('intent', 'sending', 'needs_review')"


@dataclass(frozen=True)
class _Kind:
    """Rows of one table that are forgotten. `is_old` is SQL in which ?1 is the moment before which rows are old."""

    table: str
    is_old: str
    before_it: str = ""  # SQL for the same rows, ahead of their deletion


_STEPS = _Kind(
    "steps",
    "at < ?1 AND id <= (SELECT max(id) FROM steps) - 1000"
    f" AND NOT EXISTS (SELECT 1 FROM runs WHERE id = steps.run_id AND (NOT {_RUN_HAS_ENDED} OR {_RUN_IS_NEW}))"
    f" AND NOT EXISTS (SELECT 1 FROM intents WHERE run_id = steps.run_id AND {_POST_IS_OPEN})",
)
_FAILED_POSTS = _Kind(
    "intents",
    # The last use of a template counts also when it failed: see Journal.uses_of_templates.
    "state = 'failed' AND max(created_at, coalesce(settled_at, '')) < ?1"
    " AND id NOT IN (SELECT id FROM (SELECT id, max(created_at) FROM intents GROUP BY template))",
)
_RUNS = _Kind(
    "runs",
    f"{_RUN_HAS_ENDED} AND max(planned_at, coalesce(ended_at, '')) < ?1 AND NOT {_RUN_IS_NEW}"
    " AND NOT EXISTS (SELECT 1 FROM intents WHERE run_id = runs.id)"
    " AND NOT EXISTS (SELECT 1 FROM steps WHERE run_id = runs.id)",
    # Whom the run engaged is remembered without it.
    "UPDATE engagements SET run_id = NULL"
    " WHERE run_id IN (SELECT id FROM runs WHERE id BETWEEN ?2 AND ?3 AND {is_old})",
)
_DELETED_POSTS = _Kind(
    "planned_posts",
    "deleted_at < ?1 AND NOT EXISTS (SELECT 1 FROM intents WHERE planned_post_id = planned_posts.id)"
    " AND NOT EXISTS (SELECT 1 FROM runs WHERE planned_post_id = planned_posts.id)",
)
_LIKES = _Kind("engagements", "action = 'like' AND at < ?1 AND id <= (SELECT max(id) FROM engagements) - 1000")


def forget_old(database: Database, now: datetime, keep_days: int, rest: Callable[[], None] = lambda: None) -> int:
    """Remove what is older than `keep_days` from an account's database; returns how many rows went.

    It goes in short transactions; between two of them `rest` is called, so that whoever waits to write gets a turn.
    It may end at any moment, also by a kill: what is left goes the next time. Raises StorageError, and what `rest`
    raises.
    """
    record = to_text(now - timedelta(days=keep_days))
    likes = to_text(now - timedelta(days=max(keep_days, LIKES_KEPT_DAYS)))
    # In this order: a run, and a written post that was deleted, go when nothing refers to them any more.
    gone = sum(_forget(database, kind, record, rest) for kind in (_STEPS, _FAILED_POSTS, _RUNS, _DELETED_POSTS))
    return gone + _forget(database, _LIKES, likes, rest)


def _forget(database: Database, kind: _Kind, moment: str, rest: Callable[[], None]) -> int:
    """Forget all old rows of one kind. They are looked for outside of the transactions, which only take them away."""
    gone, last = 0, 0
    while batch := _next_batch(database, kind, moment, last):
        first, last = batch
        gone += _delete(database, kind, moment, first, last)
        rest()
    return gone


def _next_batch(database: Database, kind: _Kind, moment: str, after: int) -> tuple[int, int] | None:
    """The lowest and the highest number of the next old rows; None when there are no more."""
    query = f"SELECT id FROM {kind.table} WHERE id > ?2 AND {kind.is_old} ORDER BY id LIMIT {BATCH}"
    rows = database.rows(query, (moment, after))
    return (rows[0]["id"], rows[-1]["id"]) if rows else None


def _delete(database: Database, kind: _Kind, moment: str, first: int, last: int) -> int:
    """Delete those between two numbers that are old, looked at again: others may have written since."""
    values = (moment, first, last)
    with database.write() as connection:
        if kind.before_it:
            connection.execute(kind.before_it.format(is_old=kind.is_old), values)
        return connection.execute(
            f"DELETE FROM {kind.table} WHERE id BETWEEN ?2 AND ?3 AND {kind.is_old}", values
        ).rowcount
