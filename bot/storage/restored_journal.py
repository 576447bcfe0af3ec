"""A metrics.db that comes back with a backup learns what was done since: what went out to x.com is never undone there.

What people set goes back to what it was; the record of posts, replies, likes, follows and runs keeps what came after.
What waited to be sent is held: a person looks at it first.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bot.errors import StorageError
from bot.storage.database import Database, Row, copy_database, to_text
from bot.storage.planned_posts import PlannedPosts

HELD = "it came back with a backup: look whether it was sent before you queue it"
_DOUBT = "it was about to be sent when the backup was made: look on the profile whether it stands there"
_ENDED = "ended: the account was restored from a backup"
_TEST_ENDED = "it came back with a backup, and was not drawn for since"
_FINAL = ("sent", "failed", "needs_review", "sending")
_KEPT_BY_KEY = (
    *("daily_activity", "tweet_performance", "follower_growth", "keyword_performance", "commented_tweets"),
    *("own_posts", "post_readings", "profile_readings"),
)
"""Rows of days, posts, people and readings that the backup does not know: what was read then cannot be read again."""


def carry_over(restored: Path, present: Path | None, at: datetime, why: str = HELD) -> int:
    """Bring `restored` up to date with the journal of `present`, if there is one; returns how many posts it learnt of.

    Nothing in it is queued, running or about to be sent then; `why` is told of posts that waited. Raises StorageError,
    for a damaged `present` too.
    """
    with tempfile.TemporaryDirectory(prefix="aviary-restore-") as folder:
        newer = _copy(present, Path(folder)) if present is not None else None
        database = Database(restored, "account")
        try:
            with database.together():
                learnt = _learn(database, newer) if newer is not None else 0
                _hold(database, at, why)
                if newer is None:
                    _forget_permits(database)
        finally:
            database.close()
            if newer is not None:
                newer.close()
    _make_one_file(restored)
    return learnt


def _copy(present: Path, folder: Path) -> Database:
    copy_database(present, folder / "present.db")
    return Database(folder / "present.db", "account")


def _make_one_file(file: Path) -> None:
    """What is put in place must not need the files beside it."""
    copy = file.with_name(f"{file.name}.one")
    copy_database(file, copy)
    for part in ("-wal", "-shm"):
        file.with_name(file.name + part).unlink(missing_ok=True)
    try:
        copy.replace(file)
    except OSError as error:
        raise StorageError(f"{file.name}: {error.strerror or error}") from error


def _learn(database: Database, newer: Database) -> int:
    posts = _learn_posts(database, newer)
    _insert_missing(database, "runs", newer.rows("SELECT * FROM runs WHERE trigger IN ('schedule', 'catch_up')"))
    _insert_missing(database, "engagements", newer.rows("SELECT * FROM engagements"))
    with database.write() as connection:
        connection.executemany(
            "UPDATE engagements SET state = ?, at = ? WHERE action = ? AND target = ? AND state = 'failed'",
            [
                (row["state"], row["at"], row["action"], row["target"])
                for row in newer.rows("SELECT * FROM engagements WHERE state <> 'failed'")
            ],
        )
    for table in _KEPT_BY_KEY:
        _insert_missing(database, table, newer.rows(f"SELECT * FROM {table}"))
    _learn_outcomes(database, newer)
    return posts


def _learn_posts(database: Database, newer: Database) -> int:
    """Posts that the backup does not know are entered, of those it knows the later end counts."""
    known = {_key(row): row for row in database.rows("SELECT * FROM intents")}
    same = dict(_written(database).items() & _written(newer).items())
    fresh = 0
    for row in newer.rows("SELECT * FROM intents ORDER BY id"):
        if row["state"] not in _FINAL:
            continue  # it never came to its click
        before = known.get(_key(row))
        if before is not None:
            _settle(database, before, row)
            continue
        fresh += 1
        link = row["planned_post_id"] if row["planned_post_id"] in same else None
        _insert_missing(database, "intents", [row], {"planned_post_id": link})
    return fresh


def _learn_outcomes(database: Database, newer: Database) -> None:
    """Orders, chats and revenue stay as they were entered, changed and deleted until now: a shop counts them once."""
    rows = newer.rows("SELECT * FROM outcomes")
    with database.write() as connection:
        connection.executemany("DELETE FROM outcomes WHERE uid = ?", [(row["uid"],) for row in rows])
    _insert_missing(database, "outcomes", rows)


def _written(database: Database) -> dict[object, object]:
    """Number and beginning of each post that a person wrote."""
    return {row["id"]: row["created_at"] for row in database.rows("SELECT id, created_at FROM planned_posts")}


def _key(row: Row) -> tuple[str, ...]:
    """What tells a post from all others of the account, whatever its number is in either file."""
    return (row["created_at"], row["text"], row["reply_to"], row["kind"])


def _settle(database: Database, before: Row, after: Row) -> None:
    if before["state"] in {"sent", "failed"} or before["state"] == after["state"]:
        return
    columns = ("state", "sending_at", "settled_at", "tweet_id", "reason", "looked_at", "sought_at", "looks")
    with database.write() as connection:
        connection.execute(
            f"UPDATE intents SET {', '.join(f'{name} = ?' for name in columns)} WHERE id = ?",
            (*(after[name] for name in columns), before["id"]),
        )


def _insert_missing(
    database: Database, table: str, rows: Sequence[Row], changes: dict[str, object] | None = None
) -> None:
    """Enter these rows under numbers of their own, but for those whose like is there; runs they name stay behind."""
    known = {row["name"] for row in database.rows("SELECT name FROM pragma_table_info(?)", (table,))}
    alone = {"run_id": None, "planned_post_id": None, **(changes or {})}
    for row in rows:
        values = {name: row[name] for name in row.keys() if name in known and name != "id"}  # noqa: SIM118  of a Row
        values |= {name: value for name, value in alone.items() if name in values}
        marks = ", ".join("?" * len(values))
        with database.write() as connection:
            connection.execute(
                f"INSERT OR IGNORE INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values())
            )


def _hold(database: Database, at: datetime, why: str) -> None:
    """Nothing goes on by itself: neither runs, nor what people wrote, nor what was about to be sent."""
    moment = to_text(at)
    PlannedPosts(database).hold(why)
    with database.write() as connection:
        connection.execute(
            "UPDATE runs SET state = 'stopped', ended_at = ?, reason = ? WHERE state IN ('queued', 'running')",
            (moment, _ENDED),
        )
        connection.execute(
            "UPDATE intents SET state = 'needs_review', settled_at = ?, sending_at = coalesce(sending_at, created_at),"
            " reason = ? WHERE state = 'intent'",
            (moment, _DOUBT),
        )


def _forget_permits(database: Database) -> None:
    """Their numbers are those of the fleet that the backup comes from, perhaps of another permit here."""
    with database.write() as connection:
        connection.execute("UPDATE intents SET permit_id = NULL WHERE state NOT IN ('sent', 'failed')")


def merge_fleet(database: Database, restored: Path, accounts: Sequence[str], *, is_whole: bool) -> None:
    """Enter into the fleet's database what one from a backup knows of these accounts and this one does not.

    What is there stays: limits that were used, people and posts that were claimed, whatever was decided since.
    `is_whole` takes what concerns all accounts, too. Raises StorageError.
    """
    with tempfile.TemporaryDirectory(prefix="aviary-restore-") as folder:
        copy = Path(folder) / "fleet.db"
        shutil.copyfile(restored, copy)
        old = Database(copy, "fleet")
        try:
            with database.together():
                _merge(database, old, set(accounts), is_whole=is_whole)
        finally:
            old.close()


def _merge(database: Database, old: Database, accounts: set[str], *, is_whole: bool) -> None:
    ended = "SELECT * FROM approvals WHERE state IN ('done', 'failed', 'rejected', 'expired')"
    for table, query in (
        ("engaged_people", "SELECT * FROM engaged_people"),
        ("engaged_posts", "SELECT * FROM engaged_posts"),
        ("approvals", ended),
        ("wa_codes", "SELECT * FROM wa_codes"),
    ):
        _insert_missing(database, table, [row for row in old.rows(query) if row["account_id"] in accounts])
    for table in ("never_engaged", "model_keys", "dismissed_suggestions", "taken_texts") if is_whole else ():
        _insert_missing(database, table, old.rows(f"SELECT * FROM {table}"))
    if is_whole:
        _merge_group_queues(database, old)
        _merge_experiments(database, old)
    with database.write() as connection:
        connection.executemany(
            "INSERT INTO permits (account_id, action, at) SELECT ?1, ?2, ?3 WHERE NOT EXISTS"
            " (SELECT 1 FROM permits WHERE account_id = ?1 AND action = ?2 AND at = ?3)",
            [
                (row["account_id"], row["action"], row["at"])
                for row in old.rows("SELECT * FROM permits")
                if row["account_id"] in accounts
            ],
        )


def _merge_group_queues(database: Database, old: Database) -> None:
    """Posts of groups that are unknown here come with all who had them; those that waited are held: they may be out."""
    _insert_missing(database, "group_queues", old.rows("SELECT * FROM group_queues"))
    known = {row["key"] for row in database.rows("SELECT key FROM group_posts")}
    fresh = [row for row in old.rows("SELECT * FROM group_posts") if row["key"] not in known]
    keys = {row["key"] for row in fresh}
    _insert_missing(database, "group_posts", fresh)
    _insert_missing(
        database, "group_hands", [row for row in old.rows("SELECT * FROM group_hands") if row["post_key"] in keys]
    )
    with database.write() as connection:
        connection.executemany("UPDATE group_posts SET held = ? WHERE key = ?", [(HELD, key) for key in keys])


def _merge_experiments(database: Database, old: Database) -> None:
    """Tests that are unknown here come with all that was drawn; one that ran then is stopped: its posts have a gap."""
    known = {(row["seed"], row["created_at"]) for row in database.rows("SELECT seed, created_at FROM experiments")}
    for row in old.rows("SELECT * FROM experiments ORDER BY id"):
        if (row["seed"], row["created_at"]) in known:
            continue
        drawn = old.rows("SELECT * FROM assignments WHERE experiment_id = ?", (row["id"],))
        ended_at = max((each["assigned_at"] for each in drawn), default=row["started_at"])
        stopped = {"state": "stopped", "verdict": "too_little", "why": _TEST_ENDED, "ended_at": ended_at}
        _insert_missing(database, "experiments", [row], stopped if row["state"] == "running" else None)
        number = database.value("SELECT max(id) FROM experiments")
        for each in drawn:
            _insert_missing(database, "assignments", [each], {"experiment_id": number, "run_id": each["run_id"]})
