"""The journal of one account: its runs, every step and decision, and each post from intent to proof.

The protocol that keeps a post from being sent twice (docs/architecture.md, "Never twice, never lost"):
`intend` and `mark_sending` are durable before the click; what is found in `sending` later is looked up on the
account's own profile and never sent again by itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.errors import StorageError
from bot.storage.database import Database, Row, storable, to_moment, to_text
from bot.wa_links import mark_of, without_code

USES_KEPT = 10
"""So many of a template's newest uses are told."""
BY_A_MODEL = "model"
"""Who worded a post that a language model did."""
_ENDS = ("done", "partly", "failed", "stopped", "skipped")


class IntentState(StrEnum):
    """Where a post stands between the wish and the proof."""

    INTENT = "intent"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    NEEDS_REVIEW = "needs_review"


@dataclass(frozen=True)
class Origin:
    """Where a post comes from, beside its template."""

    planned_post_id: int | None = None  # what a person wrote: bot/storage/planned_posts.py
    worded_by: str = ""  # BY_A_MODEL, or "" for the account's own templates
    reply_to: str = ""  # the id of the post it answers; "" for a post of its own
    reply_to_handle: str = ""
    reply_to_text: str = ""


@dataclass(frozen=True)
class Intent:
    """One post that the bot set out to send."""

    id: int
    run_id: int
    kind: str
    template: str
    text: str
    media: tuple[str, ...]
    permit_id: int | None
    state: IntentState
    created_at: datetime
    sending_at: datetime | None
    tweet_id: str
    reason: str
    looked_at: datetime | None = None  # when the profile was read for it first, and did not show it
    sought_at: datetime | None = None  # when it was first looked for; the profile may not have been readable
    looks: int = 0  # how often it was looked for, also in vain
    planned_post_id: int | None = None  # what a person wrote: bot/storage/planned_posts.py
    worded_by: str = ""  # BY_A_MODEL, or "" for the account's own templates
    reply_to: str = ""  # the id of the post it answers; "" for a post of its own
    reply_to_handle: str = ""
    reply_to_text: str = ""


@dataclass(frozen=True)
class RunRecord:
    """One run as stored. Times are UTC."""

    id: int
    slot: str
    trigger: str
    state: str
    planned_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    reason: str
    remedy: str
    posts: int
    likes: int
    follows: int
    replies: int = 0
    first_started_at: datetime | None = None  # it may have rested, and started again


@dataclass(frozen=True)
class StepRecord:
    """One step or decision as stored."""

    id: int
    at: datetime
    level: str
    text: str
    evidence: str
    run_id: int | None = None  # None: a decision about the account itself
    next_at: datetime | None = None  # when it will be tried again
    slot: str = ""


@dataclass(frozen=True)
class TemplateUse:
    """When posts were made of a template, newest first; `posted_at` is the last one that was not a failure."""

    times: tuple[datetime, ...] = ()
    posted_at: datetime | None = None


class Journal:
    """Runs, steps, intents and engagements in an account's metrics.db."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def together(self) -> AbstractContextManager[None]:
        """What is written to this account's database inside the block stands as a whole, or not at all."""
        return self._database.together()

    # runs

    def plan_run(
        self, slot: str, slot_date: str, trigger: str, planned_at: datetime, state: str = "queued"
    ) -> int | None:
        """Enter a run and return its number; None when this slot has had its run of that date already."""
        with self._database.write() as connection:
            cursor = connection.execute(
                "INSERT OR IGNORE INTO runs (slot, slot_date, trigger, state, planned_at) VALUES (?, ?, ?, ?, ?)",
                (slot, slot_date, trigger, state, to_text(planned_at)),
            )
            return int(cursor.lastrowid or 0) if cursor.rowcount else None

    def start_run(self, run_id: int, at: datetime) -> None:
        """The run has its seat and begins."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE runs SET state = 'running', started_at = ?1, first_started_at = coalesce(first_started_at, ?1)"
                " WHERE id = ?2",
                (to_text(at), run_id),
            )

    def end_run(self, run_id: int, state: str, at: datetime, reason: str = "", remedy: str = "") -> None:
        """The run has ended in `state`: done, partly, failed, stopped or skipped."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE runs SET state = ?, ended_at = ?, reason = ?, remedy = ? WHERE id = ?",
                (state, to_text(at), storable(reason), storable(remedy), run_id),
            )

    def requeue_run(self, run_id: int, reason: str) -> None:
        """The run waits for a permit and goes on later."""
        with self._database.write() as connection:
            connection.execute("UPDATE runs SET state = 'queued', reason = ? WHERE id = ?", (storable(reason), run_id))

    def unfinished_runs(self) -> list[RunRecord]:
        """Runs that a crash left queued or running, oldest first."""
        return self._runs(f"WHERE state NOT IN ({_marks(_ENDS)}) ORDER BY planned_at", _ENDS)

    def runs(self, limit: int, *, before: int = 0) -> list[RunRecord]:
        """Newest first; `before` is a run's number to page on from."""
        return self._runs("WHERE ?1 = 0 OR id < ?1 ORDER BY id DESC LIMIT ?2", (before, limit))

    def slots_run_since(self, moment: datetime) -> frozenset[tuple[str, str]]:
        """(slot, local date) of the runs that the schedule made, planned since then."""
        query = "SELECT slot, slot_date FROM runs WHERE trigger IN ('schedule', 'catch_up') AND planned_at >= ?"
        return frozenset((row["slot"], row["slot_date"]) for row in self._database.rows(query, (to_text(moment),)))

    def seconds_of_runs(self, limit: int) -> list[float]:
        """How long the newest runs of slots and posts took that did their work, from their last start on."""
        query = """SELECT started_at, ended_at FROM runs WHERE state IN ('done', 'partly') AND started_at IS NOT NULL
            AND trigger IN ('schedule', 'catch_up', 'manual') ORDER BY id DESC LIMIT ?"""
        spans = (
            (to_moment(row["started_at"]), to_moment(row["ended_at"])) for row in self._database.rows(query, (limit,))
        )
        return [(end - start).total_seconds() for start, end in spans if start and end and end > start]

    def last_work(self) -> RunRecord | None:
        """The newest run that has ended and was of a slot: not one that only looked at something."""
        of_slots = "trigger NOT IN ('check', 'pages', 'session', 'window') AND slot <> 'read-numbers'"
        found = self._runs(f"WHERE state IN ({_marks(_ENDS)}) AND {of_slots} ORDER BY id DESC LIMIT 1", _ENDS)
        return found[0] if found else None

    def run(self, run_id: int) -> RunRecord | None:
        """One run; None for an unknown number."""
        found = self._runs("WHERE id = ?", (run_id,))
        return found[0] if found else None

    def slot_date(self, run_id: int) -> tuple[str, date] | None:
        """Slot and local date of a run that a schedule made; None for any other."""
        query = "SELECT slot, slot_date FROM runs WHERE id = ? AND trigger IN ('schedule', 'catch_up')"
        rows = self._database.rows(query, (run_id,))
        return (str(rows[0]["slot"]), date.fromisoformat(rows[0]["slot_date"])) if rows else None

    def _runs(self, where: str, values: Sequence[object]) -> list[RunRecord]:
        done = "SELECT count(*) FROM engagements WHERE run_id = runs.id AND state = 'done' AND action ="
        query = f"""SELECT runs.*,
            (SELECT count(*) FROM intents WHERE run_id = runs.id AND state = 'sent' AND reply_to = '') AS posts,
            (SELECT count(*) FROM intents WHERE run_id = runs.id AND state = 'sent' AND reply_to <> '') AS replies,
            ({done} 'like') AS likes, ({done} 'follow') AS follows
            FROM runs {where}"""
        return [_run_record(row) for row in self._database.rows(query, values)]

    # steps

    def note(
        self,
        run_id: int | None,
        at: datetime,
        text: str,
        level: str = "info",
        evidence: str = "",
        next_at: datetime | None = None,
    ) -> None:
        """Record one step or decision in words; `next_at` is when it will be tried again."""
        again = to_text(next_at) if next_at else None
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO steps (run_id, at, level, text, evidence, next_at) VALUES (?, ?, ?, ?, ?, ?)",
                (run_id, to_text(at), level, storable(text), evidence, again),
            )

    def history(self, limit: int, *, before: int = 0, levels: Sequence[str] = (), words: str = "") -> list[StepRecord]:
        """Steps and decisions of all runs and of the account itself, newest first.

        `before` is a step's number to page on from, `levels` and `words` (in the text or the slot) narrow it down.
        """
        conditions, values = ["1 = 1"], list[object]()
        if before:
            conditions.append("steps.id < ?")
            values.append(before)
        if levels:
            conditions.append(f"level IN ({_marks(levels)})")
            values += levels
        if words:
            conditions.append("(steps.text LIKE ? ESCAPE '\\' OR runs.slot LIKE ? ESCAPE '\\')")
            values += [_like(words)] * 2
        where = " AND ".join(conditions)
        query = f"""SELECT steps.*, coalesce(runs.slot, '') AS slot FROM steps LEFT JOIN runs ON runs.id = run_id
            WHERE {where} ORDER BY steps.id DESC LIMIT ?"""
        return [_step_record(row) for row in self._database.rows(query, (*values, limit))]

    def steps(self, run_id: int) -> list[StepRecord]:
        """Newest first."""
        query = (
            "SELECT steps.*, runs.slot FROM steps JOIN runs ON runs.id = run_id WHERE run_id = ? ORDER BY steps.id DESC"
        )
        rows = self._database.rows(query, (run_id,))
        return [_step_record(row) for row in rows]

    # intents

    def intend(
        self,
        run_id: int,
        kind: str,
        template: str,
        text: str,
        media: Sequence[str],
        permit_id: int,
        at: datetime,
        origin: Origin | None = None,
    ) -> int:
        """Write down that this post shall be sent.

        Raises StorageError for a planned post of which another try was not proven to have failed.
        """
        of = origin or Origin()
        with self._database.write() as connection:
            cursor = connection.execute(
                "INSERT INTO intents"
                " (run_id, kind, template, text, media, permit_id, state, created_at, planned_post_id, worded_by,"
                " reply_to, reply_to_handle, reply_to_text)"
                " VALUES (?, ?, ?, ?, ?, ?, 'intent', ?, ?, ?, ?, ?, ?)",
                (
                    *(run_id, kind, template, text, json.dumps(list(media)), permit_id, to_text(at)),
                    *(of.planned_post_id, of.worded_by, of.reply_to, of.reply_to_handle, of.reply_to_text),
                ),
            )
            return int(cursor.lastrowid or 0)

    def mark_sending(self, intent_id: int, at: datetime) -> None:
        """The click comes next. From here on nothing sends this post again by itself.

        Raises StorageError, so that there is no click, for a post that is not waiting to be sent: it was marked before.
        """
        with self._database.write() as connection:
            cursor = connection.execute(
                "UPDATE intents SET state = 'sending', sending_at = ? WHERE id = ? AND state = 'intent'",
                (to_text(at), intent_id),
            )
        if not cursor.rowcount:
            raise StorageError(f"post {intent_id} was sent or given up before; it is not sent again")

    def mark_sought(self, at: datetime) -> None:
        """Every post that waits for proof is being looked for, once more or for the first time.

        Of the first time the earliest is kept, as in `mark_looked`: a clock that was ahead then is set right.
        """
        with self._database.write() as connection:
            connection.execute(
                "UPDATE intents SET sought_at = min(coalesce(sought_at, ?1), ?1), looks = looks + 1"
                " WHERE state = 'sending'",
                (to_text(at),),
            )

    def mark_looked(self, intent_id: int, at: datetime) -> None:
        """The profile was read for this post, and did not show it; the earliest time is kept."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE intents SET looked_at = min(coalesce(looked_at, ?1), ?1) WHERE id = ?2",
                (to_text(at), intent_id),
            )

    def settle(self, intent_id: int, state: IntentState, at: datetime, *, tweet_id: str = "", reason: str = "") -> bool:
        """How the post ended: sent, failed or needs_review. Sent and failed are final: False when it had ended so."""
        with self._database.write() as connection:
            cursor = connection.execute(
                "UPDATE intents SET state = ?, settled_at = ?, tweet_id = ?, reason = ?"
                " WHERE id = ? AND state NOT IN ('sent', 'failed')",
                (state, to_text(at), tweet_id, storable(reason), intent_id),
            )
            return bool(cursor.rowcount)

    def intents(self, *, states: Sequence[IntentState] = (), limit: int = 1000, before: int = 0) -> list[Intent]:
        """Newest first; of the given states, or of all. `before` is a number to page on from."""
        conditions = [f"state IN ({_marks(states)})"] if states else []
        conditions += ["id < ?"] if before else []
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        query = f"SELECT * FROM intents {where} ORDER BY id DESC LIMIT ?"
        values = (*states, *([before] if before else []), limit)
        return [_intent(row) for row in self._database.rows(query, values)]

    def sent_since(self, moment: datetime, states: Sequence[IntentState]) -> list[Intent]:
        """Posts of these states whose click came since `moment`, oldest first."""
        query = f"SELECT * FROM intents WHERE sending_at >= ? AND state IN ({_marks(states)}) ORDER BY sending_at"
        return [_intent(row) for row in self._database.rows(query, (to_text(moment), *states))]

    def intent(self, intent_id: int) -> Intent:
        """One post. Raises KeyError for a number that is not there."""
        rows = self._database.rows("SELECT * FROM intents WHERE id = ?", (intent_id,))
        if not rows:
            raise KeyError(intent_id)
        return _intent(rows[0])

    def intent_with_code(self, code: str, intent_id: int | None) -> Intent | None:
        """The post with this code in its link. `intent_id` is its number, unless the journal came from a backup."""
        mark = mark_of(code)
        query = "SELECT * FROM intents WHERE id = ? AND instr(text, ?)"
        rows = self._database.rows(query, (intent_id, mark)) or self._database.rows(
            "SELECT * FROM intents WHERE instr(text, ?) ORDER BY state = 'failed', id DESC LIMIT 1", (mark,)
        )
        return _intent(rows[0]) if rows else None

    def posts_sent(self) -> int:
        """How many posts this account has sent in all, replies left out."""
        return int(self._database.value("SELECT count(*) FROM intents WHERE state = 'sent' AND reply_to = ''"))

    def posts_of_run(self, run_id: int) -> int:
        """How many posts the run sent or may have sent, replies left out."""
        query = (
            "SELECT count(*) FROM intents WHERE run_id = ? AND reply_to = ''"
            " AND state IN ('sending', 'sent', 'needs_review')"
        )
        return int(self._database.value(query, (run_id,)))

    def has_undecided(self) -> bool:
        """Whether a post waits for proof."""
        return self._database.value("SELECT 1 FROM intents WHERE state = 'sending' LIMIT 1") is not None

    def count_in_review(self) -> int:
        """How many posts wait for a person's word."""
        return int(self._database.value("SELECT count(*) FROM intents WHERE state = 'needs_review'"))

    def texts_since(self, moment: datetime) -> set[str]:
        """Texts that were sent, or may have been, since `moment`: without their codes (bot/wa_links.py)."""
        query = "SELECT text FROM intents WHERE created_at >= ? AND state <> 'failed'"
        return {without_code(row["text"]) for row in self._database.rows(query, (to_text(moment),))}

    def times_of_texts(self, since: datetime) -> dict[str, datetime]:
        """The same with the time of each, the newest of several."""
        query = (
            "SELECT text, max(created_at) AS at FROM intents WHERE created_at >= ? AND state <> 'failed'"
            " GROUP BY text ORDER BY at"
        )
        rows = self._database.rows(query, (to_text(since),))
        return {without_code(row["text"]): datetime.fromisoformat(row["at"]) for row in rows}

    def uses_of_templates(self) -> dict[str, TemplateUse]:
        """Template -> when it was used, failed attempts too (so that one bad template is not tried forever)."""
        query = f"""SELECT template, group_concat(created_at) AS times,
            max(CASE WHEN state <> 'failed' THEN created_at END) AS posted_at
            FROM (SELECT *, row_number() OVER (PARTITION BY template, state = 'failed' ORDER BY id DESC) AS number
                FROM intents) WHERE number <= {USES_KEPT} GROUP BY template"""
        return {row["template"]: _template_use(row) for row in self._database.rows(query)}

    def state_of_text(self, text: str, since: datetime) -> IntentState | None:
        """What became of the newest post with this text that was begun since then; None when there is none."""
        query = "SELECT state FROM intents WHERE text = ? AND created_at >= ? ORDER BY id DESC LIMIT 1"
        state = self._database.value(query, (text, to_text(since)))
        return None if state is None else IntentState(state)

    # engagements

    def begin_engagement(self, run_id: int, action: str, target: str, keyword: str, at: datetime) -> bool:
        """Claim a target before acting on it; False when this account acted on it before."""
        with self._database.write() as connection:
            cursor = connection.execute(
                "INSERT OR IGNORE INTO engagements (run_id, action, target, keyword, state, at)"
                " VALUES (?, ?, ?, ?, 'doing', ?)",
                (run_id, action, target.lower(), keyword, to_text(at)),
            )
            return bool(cursor.rowcount)

    def end_engagement(self, action: str, target: str, *, done: bool) -> None:
        """How the act on a claimed target ended; done or not, the account does not act on it again."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE engagements SET state = ? WHERE action = ? AND target = ?",
                ("done" if done else "failed", action, target.lower()),
            )

    def release_engagement(self, action: str, target: str) -> None:
        """The act on a claimed target was surely not begun: it may be claimed again."""
        with self._database.write() as connection:
            connection.execute(
                "DELETE FROM engagements WHERE action = ? AND target = ? AND state = 'doing'", (action, target.lower())
            )

    def engaged_in_run(self, run_id: int, action: str) -> int:
        """How many targets the run has engaged so far."""
        query = "SELECT count(*) FROM engagements WHERE run_id = ? AND action = ? AND state = 'done'"
        return int(self._database.value(query, (run_id, action)))

    def was_engaged(self, action: str, target: str) -> bool:
        """Whether this account acted on the target before, or tried to."""
        query = "SELECT 1 FROM engagements WHERE action = ? AND target = ?"
        return self._database.value(query, (action, target.lower())) is not None

    # people who follow back

    def followed_unseen(self, followed: tuple[datetime, datetime], looked_before: datetime, limit: int) -> list[str]:
        """People followed between two moments who are not known to follow back and were not looked at since a moment.

        Those never looked at come first, then those whose look is longest ago.
        """
        query = """SELECT target FROM engagements LEFT JOIN follow_backs ON handle = target
            WHERE action = 'follow' AND state = 'done' AND at BETWEEN ? AND ?
            AND coalesce(follows, 0) = 0 AND coalesce(looked_at, '') < ? ORDER BY coalesce(looked_at, ''), at LIMIT ?"""
        values = (to_text(followed[0]), to_text(followed[1]), to_text(looked_before), limit)
        return [str(row["target"]) for row in self._database.rows(query, values)]

    def enter_follow_back(self, handle: str, follows: bool | None, at: datetime) -> None:
        """Whether the person follows back, as their profile shows it; None when it does not show it."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO follow_backs VALUES (?, ?, ?) ON CONFLICT (handle) DO UPDATE SET"
                " follows = coalesce(excluded.follows, follows), looked_at = excluded.looked_at",
                (handle.lower(), follows, to_text(at)),
            )


def _like(words: str) -> str:
    """A LIKE pattern that finds `words` anywhere."""
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _run_record(row: Row) -> RunRecord:
    return RunRecord(
        id=row["id"],
        slot=row["slot"],
        trigger=row["trigger"],
        state=row["state"],
        planned_at=datetime.fromisoformat(row["planned_at"]),
        started_at=to_moment(row["started_at"]),
        ended_at=to_moment(row["ended_at"]),
        reason=row["reason"],
        remedy=row["remedy"],
        posts=row["posts"],
        likes=row["likes"],
        follows=row["follows"],
        replies=row["replies"],
        first_started_at=to_moment(row["first_started_at"]),
    )


def _step_record(row: Row) -> StepRecord:
    return StepRecord(
        row["id"],
        datetime.fromisoformat(row["at"]),
        row["level"],
        row["text"],
        row["evidence"],
        row["run_id"],
        to_moment(row["next_at"]),
        row["slot"],
    )


def _template_use(row: Row) -> TemplateUse:
    times = sorted((datetime.fromisoformat(each) for each in row["times"].split(",")), reverse=True)
    return TemplateUse(tuple(times[:USES_KEPT]), to_moment(row["posted_at"]))


def _intent(row: Row) -> Intent:
    return Intent(
        id=row["id"],
        run_id=row["run_id"],
        kind=row["kind"],
        template=row["template"],
        text=row["text"],
        media=tuple(json.loads(row["media"])),
        permit_id=row["permit_id"],
        state=IntentState(row["state"]),
        created_at=datetime.fromisoformat(row["created_at"]),
        sending_at=to_moment(row["sending_at"]),
        tweet_id=row["tweet_id"],
        reason=row["reason"],
        looked_at=to_moment(row["looked_at"]),
        sought_at=to_moment(row["sought_at"]),
        looks=row["looks"],
        planned_post_id=row["planned_post_id"],
        worded_by=row["worded_by"],
        reply_to=row["reply_to"],
        reply_to_handle=row["reply_to_handle"],
        reply_to_text=row["reply_to_text"],
    )
