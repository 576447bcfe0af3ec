"""A test in words, and its interval drawn."""

from __future__ import annotations

from dataclasses import dataclass

from bot.experiments.view import ARMS, ExperimentView
from bot.storage.experiments import Experiment, ExperimentState, Look, OutcomeKind, Verdict

OUTCOMES = {
    OutcomeKind.ENGAGEMENT: "engagement per view (likes, reposts and replies)",
    OutcomeKind.CHATS: "chats per post",
    OutcomeKind.ORDERS: "orders per post",
}
STATES = {
    ExperimentState.DRAFT: "Draft",
    ExperimentState.RUNNING: "Running",
    ExperimentState.STOPPED: "Stopped",
    ExperimentState.DONE: "Ended by itself",
}
VERDICTS = {
    Verdict.OPEN: "",
    Verdict.FIRST: "A did better",
    Verdict.SECOND: "B did better",
    Verdict.NONE: "No difference was found",
    Verdict.TOO_LITTLE: "Not enough data",
    Verdict.UNEVEN: "It cannot be compared",
}
_LEFT, _WIDTH = 20.0, 560.0


@dataclass(frozen=True)
class IntervalDrawing:
    """Where things stand on a line of 600 units."""

    zero: float
    low: float
    high: float
    middle: float
    words: str


def in_words(experiment: Experiment, value: float) -> str:
    """A mean or a difference of its outcome."""
    if experiment.plan.outcome is OutcomeKind.ENGAGEMENT:
        return f"{value * 100:.2f} %"
    return f"{value:.2f}"


def arm_words(experiment: Experiment, arm: int) -> str:
    return " · ".join(experiment.plan.arms[arm])


def headline(view: ExperimentView) -> str:
    """How it stands, in one line."""
    experiment = view.experiment
    if experiment.state is ExperimentState.DRAFT:
        return f"A draft: it would take {experiment.plan.size} posts per text or time."
    if experiment.state is ExperimentState.RUNNING:
        return f"Not enough data yet: {min(view.tally.counted)} of {experiment.plan.size} posts each."
    return f"{VERDICTS[experiment.verdict]}: {experiment.why}."


def chance_words(look: Look) -> str:
    """The probability, and what it is one of."""
    if look.p_value is None:
        return "Nothing could be told apart: the posts are all the same."
    times = max(1, round(look.p_value * 1000))
    return (
        f"If {ARMS[0]} and {ARMS[1]} were alike, chance alone would show a difference at least this large in about"
        f" {times} of 1,000 such tests."
    )


def interval_of(experiment: Experiment, look: Look) -> IntervalDrawing | None:
    """None where nothing can be said yet."""
    if look.low is None or look.high is None:
        return None
    ends = min(0.0, look.low), max(0.0, look.high)
    span = (ends[1] - ends[0]) or 1.0

    def place(value: float) -> float:
        return round(_LEFT + (value - ends[0]) / span * _WIDTH, 1)

    words = (
        f"B less A: {in_words(experiment, look.difference)},"
        f" between {in_words(experiment, look.low)} and {in_words(experiment, look.high)}"
    )
    return IntervalDrawing(place(0.0), place(look.low), place(look.high), place(look.difference), words)
