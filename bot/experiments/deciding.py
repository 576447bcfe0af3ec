"""Whether a test has come to a look, and what that look says. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.experiments.measuring import Mark, tally_of
from bot.statistics.comparison import Comparison, PlannedLook, compare_at_looks
from bot.statistics.looks import SHARES, look_sizes, spent
from bot.statistics.measured import Measured
from bot.statistics.sizes import is_uneven
from bot.storage.database import to_text
from bot.storage.experiments import Experiment, Look, Verdict


@dataclass(frozen=True)
class Decision:
    """What was found; `verdict` OPEN when the test goes on."""

    looks: tuple[Look, ...]
    verdict: Verdict = Verdict.OPEN
    why: str = ""


def decide(experiment: Experiment, marks: Sequence[Mark], now: datetime) -> Decision:
    """Look at the test, if it has come to one of its looks or to its longest time."""
    posts = [mark.post for mark in marks if mark.post is not None]
    planned = planned_looks(posts, experiment.plan.size)
    done = len(experiment.looks)
    if len(planned) > done:
        return _look(experiment, marks, posts, planned, now)
    assert experiment.started_at is not None
    if now - experiment.started_at >= timedelta(days=experiment.plan.longest_days):
        return Decision(experiment.looks, Verdict.TOO_LITTLE, _too_long(experiment, posts))
    return Decision(experiment.looks)


def planned_looks(posts: Sequence[Measured], size: int) -> list[PlannedLook]:
    """The looks that so many posts allow. Each takes the posts up to the one with which both arms had enough.

    So a look finds the same, whenever it is made.
    """
    found: list[PlannedLook] = []
    sizes = look_sizes(size)
    counts = [0, 0]
    for number, post in enumerate(posts, 1):
        counts[post.arm] += 1
        while len(found) < len(sizes) and min(counts) >= sizes[len(found)]:
            found.append(PlannedLook(number, spent(SHARES[len(found)])))
    return found


def _look(
    experiment: Experiment,
    marks: Sequence[Mark],
    posts: Sequence[Measured],
    planned: Sequence[PlannedLook],
    now: datetime,
) -> Decision:
    left_out = tally_of(marks).left_out_in_all
    if is_uneven(*left_out):
        why = f"{left_out[0]} posts of A and {left_out[1]} of B could not go out as drawn, or were not read"
        return Decision(experiment.looks, Verdict.UNEVEN, why)
    results = compare_at_looks(posts, planned, experiment.seed)
    looks = experiment.looks
    for planned_look, result in list(zip(planned, results, strict=True))[len(looks) :]:
        looks = (*looks, _as_look(result, planned_look.level, now))
        if result.winner is not None:
            verdict = (Verdict.FIRST, Verdict.SECOND)[result.winner]
            return Decision(looks, verdict, f"look {len(looks)} of {len(SHARES)} found a difference")
    if len(looks) == len(SHARES):
        return Decision(looks, Verdict.NONE, f"{experiment.plan.size} posts each are counted")
    return Decision(looks)


def _as_look(result: Comparison, level: float, now: datetime) -> Look:
    return Look(
        to_text(now),
        level,
        result.posts,
        result.means,
        result.difference,
        result.low,
        result.high,
        result.p_value,
    )


def _too_long(experiment: Experiment, posts: Sequence[Measured]) -> str:
    counts = [sum(post.arm == arm for post in posts) for arm in range(2)]
    plan = experiment.plan
    return f"after {plan.longest_days} days {counts[0]} and {counts[1]} of {plan.size} posts each were counted"
