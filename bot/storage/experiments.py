"""Tests of two ways of posting, and what was drawn for which slot of which day, in fleet.db."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.storage.database import Database, Row, storable, to_moment, to_text


class Compared(StrEnum):
    """What differs between the two arms."""

    TEXTS = "texts"
    TIMES = "times"


class OutcomeKind(StrEnum):
    """By what the arms are judged; chosen before the start."""

    ENGAGEMENT = "engagement"
    """Likes, reposts, replies and bookmarks per view."""
    CHATS = "chats"
    """Per post."""
    ORDERS = "orders"
    """Per post."""


class ExperimentState(StrEnum):
    """How far it has come. The last two are ends."""

    DRAFT = "draft"
    RUNNING = "running"
    STOPPED = "stopped"
    """By a person."""
    DONE = "done"
    """By itself."""


class Verdict(StrEnum):
    """What came of it."""

    OPEN = ""
    FIRST = "first"
    SECOND = "second"
    NONE = "none"
    """At the full size, no difference was found."""
    TOO_LITTLE = "too_little"
    """It ended before there was enough to say."""
    UNEVEN = "uneven"
    """One arm's posts could not go out far more often than the other's: what is left cannot be compared."""


@dataclass(frozen=True)
class Look:
    """What one look found. The interval is of the difference, second arm less first."""

    at: str  # UTC
    level: float
    posts: tuple[int, int]
    means: tuple[float, float]
    difference: float
    low: float | None
    high: float | None
    p_value: float | None


@dataclass(frozen=True)
class Plan:
    """What is compared, where, and when that is enough."""

    name: str
    compares: Compared
    folders: tuple[str, ...]
    subject: str  # texts: the kind of templates; times: the slot
    arms: tuple[tuple[str, ...], tuple[str, ...]]  # template keys, or one time each as HH:MM
    outcome: OutcomeKind
    smallest: float  # as a share of the mean
    size: int  # posts per arm
    longest_days: int
    group: str = ""


@dataclass(frozen=True)
class Experiment:
    """A plan with its number and what became of it. Times are UTC."""

    id: int
    plan: Plan
    seed: int
    state: ExperimentState
    created_at: datetime
    created_by: str
    started_at: datetime | None
    ended_at: datetime | None
    verdict: Verdict
    why: str
    looks: tuple[Look, ...]


@dataclass(frozen=True)
class Assignment:
    """The arm that a slot of a day had, and why no post went out as drawn; "" when one did, or is under way."""

    experiment_id: int
    folder: str
    slot: str
    local_date: date
    arm: int
    run_id: int
    left_out: str = ""


class Experiments:
    """Both tables. Safe for threads. Methods with an id raise KeyError for an unknown one; all raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._running: tuple[Experiment, ...] | None = None  # slots ask for them at every plan

    def add(self, plan: Plan, seed: int, at: datetime, who: str) -> Experiment:
        """Enter a draft."""
        with self._database.write() as connection:
            cursor = connection.execute(
                "INSERT INTO experiments (name, compares, folders, group_name, subject, arms, outcome, smallest, size,"
                " seed, longest_days, state, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    storable(plan.name),
                    plan.compares,
                    json.dumps(plan.folders),
                    storable(plan.group),
                    plan.subject,
                    json.dumps(plan.arms),
                    plan.outcome,
                    plan.smallest,
                    plan.size,
                    seed,
                    plan.longest_days,
                    ExperimentState.DRAFT,
                    to_text(at),
                    storable(who),
                ),
            )
        return self.find(int(cursor.lastrowid or 0))

    def find(self, experiment_id: int) -> Experiment:
        rows = self._database.rows("SELECT * FROM experiments WHERE id = ?", (min(experiment_id, 2**63 - 1),))
        if not rows:
            raise KeyError(experiment_id)
        return _experiment(rows[0])

    def all(self) -> list[Experiment]:
        """Newest first."""
        return [_experiment(row) for row in self._database.rows("SELECT * FROM experiments ORDER BY id DESC")]

    def begun(self) -> tuple[Experiment, ...]:
        """Those that run, and those that ran: on the day one ends, its slots keep the time that was drawn."""
        if self._running is None:
            rows = self._database.rows("SELECT * FROM experiments WHERE started_at IS NOT NULL ORDER BY id")
            self._running = tuple(_experiment(row) for row in rows)
        return self._running

    def start(self, experiment_id: int, at: datetime) -> bool:
        """Only a draft can be started; False when it is none any more."""
        query = "UPDATE experiments SET state = 'running', started_at = ? WHERE id = ? AND state = 'draft'"
        return self._change(query, (to_text(at), experiment_id))

    def end(
        self,
        experiment_id: int,
        state: ExperimentState,
        at: datetime,
        verdict: Verdict,
        why: str,
        looks: Sequence[Look],
    ) -> bool:
        """End one that runs, with what it found; False when it does not run any more."""
        query = (
            "UPDATE experiments SET state = ?, ended_at = ?, verdict = ?, why = ?, looks = ?"
            " WHERE id = ? AND state = 'running'"
        )
        return self._change(query, (state, to_text(at), verdict, storable(why), _looks_text(looks), experiment_id))

    def keep_looks(self, experiment_id: int, looks: Sequence[Look]) -> None:
        """What the looks so far found, of one that goes on."""
        self._change("UPDATE experiments SET looks = ? WHERE id = ?", (_looks_text(looks), experiment_id))

    def delete_draft(self, experiment_id: int) -> bool:
        """False when it is no draft any more."""
        return self._change("DELETE FROM experiments WHERE id = ? AND state = 'draft'", (experiment_id,))

    def enter(self, assignment: Assignment, at: datetime) -> None:
        """Enter what was drawn for a slot of a day; entered again, it says why it is left out, or that it is not."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO assignments VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET left_out = excluded.left_out",
                (
                    assignment.experiment_id,
                    assignment.folder,
                    assignment.slot,
                    assignment.local_date.isoformat(),
                    assignment.arm,
                    assignment.run_id,
                    to_text(at),
                    storable(assignment.left_out),
                ),
            )

    def assignments(self, experiment_id: int) -> list[Assignment]:
        """In the order of their dates."""
        query = "SELECT * FROM assignments WHERE experiment_id = ? ORDER BY local_date, slot, folder"
        return [_assignment(row) for row in self._database.rows(query, (experiment_id,))]

    def forget_read(self) -> None:
        """Somebody else changed the tables."""
        self._running = None

    def _change(self, query: str, values: Sequence[object]) -> bool:
        with self._database.write() as connection:
            count = connection.execute(query, tuple(values)).rowcount
        self.forget_read()
        return count > 0


def _looks_text(looks: Sequence[Look]) -> str:
    return json.dumps([asdict(look) for look in looks])


def _look(data: dict[str, object]) -> Look:
    pairs = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    return Look(**pairs)  # type: ignore[arg-type]


def _experiment(row: Row) -> Experiment:
    created_at = to_moment(row["created_at"])
    assert created_at is not None
    first, second = json.loads(row["arms"])
    plan = Plan(
        name=row["name"],
        compares=Compared(row["compares"]),
        folders=tuple(json.loads(row["folders"])),
        subject=row["subject"],
        arms=(tuple(first), tuple(second)),
        outcome=OutcomeKind(row["outcome"]),
        smallest=row["smallest"],
        size=row["size"],
        longest_days=row["longest_days"],
        group=row["group_name"],
    )
    return Experiment(
        row["id"],
        plan,
        row["seed"],
        ExperimentState(row["state"]),
        created_at,
        row["created_by"],
        to_moment(row["started_at"]),
        to_moment(row["ended_at"]),
        Verdict(row["verdict"]),
        row["why"],
        tuple(_look(each) for each in json.loads(row["looks"])),
    )


def _assignment(row: Row) -> Assignment:
    return Assignment(
        row["experiment_id"],
        row["folder"],
        row["slot"],
        date.fromisoformat(row["local_date"]),
        row["arm"],
        row["run_id"],
        row["left_out"],
    )
