"""A test in words that need no statistics, and its interval drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.experiments.view import ARMS, ExperimentView
from bot.storage.experiments import Experiment, ExperimentState, Look, OutcomeKind, Verdict

OUTCOMES = {
    OutcomeKind.ENGAGEMENT: "engagement per view (likes, reposts and replies)",
    OutcomeKind.CHATS: "chats per post",
    OutcomeKind.ORDERS: "orders per post",
}
MEASURED = {
    OutcomeKind.ENGAGEMENT: "likes, reposts and replies per 100 views, as read 3 to 10 days after each post",
    OutcomeKind.CHATS: "chats per post, those that come within 7 days and are attributed to it",
    OutcomeKind.ORDERS: "orders per post, those that come within 7 days and are attributed to it",
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
_LEFT, _WIDTH = 10.0, 300.0


@dataclass(frozen=True)
class IntervalDrawing:
    """Where things stand on a line of 320 units."""

    zero: float
    low: float
    high: float
    middle: float
    words: str


def in_words(experiment: Experiment, value: float) -> str:
    """A mean or a difference of its outcome."""
    if experiment.plan.outcome is OutcomeKind.ENGAGEMENT:
        return f"{value * 100:.2f} per 100 views"
    return f"{value:.2f} per post"


def day(moment: datetime) -> str:
    """A day that is only about right: without a clock."""
    return f"{moment.day} {moment:%B %Y}"


def arm_words(experiment: Experiment, arm: int) -> str:
    return " · ".join(experiment.plan.arms[arm])


def headline(view: ExperimentView) -> str:
    """How it stands, in one line."""
    experiment = view.experiment
    if experiment.state is ExperimentState.DRAFT:
        return f"A draft: it would take {experiment.plan.size} posts each of A and B."
    if experiment.state is ExperimentState.RUNNING:
        return f"Not enough data yet: {min(view.tally.counted)} of {experiment.plan.size} posts each."
    return f"{VERDICTS[experiment.verdict]}: {experiment.why}."


def stop_warning(view: ExperimentView) -> str:
    """What ending it before its time means."""
    return (
        f"{min(view.tally.counted)} of {view.experiment.plan.size} posts each are counted. A stopped test cannot go on,"
        " and it names no winner: another one begins from nothing."
    )


def answer(view: ExperimentView) -> str:
    """What is known of which is better."""
    experiment = view.experiment
    if experiment.ended_at is None:
        return "Not known yet."
    if view.winner is None or not experiment.looks:
        return f"{VERDICTS[experiment.verdict]}: {experiment.why}."
    look = experiment.looks[-1]
    better, worse = in_words(experiment, look.means[view.winner]), in_words(experiment, look.means[1 - view.winner])
    return f"{ARMS[view.winner]} did better: {better}, with {ARMS[1 - view.winner]} {worse}."


def certainty(view: ExperimentView) -> str:
    """How sure the answer is; "" while there is none."""
    experiment = view.experiment
    if experiment.ended_at is None:
        return ""
    if experiment.verdict in {Verdict.TOO_LITTLE, Verdict.UNEVEN} or not experiment.looks:
        return "Nothing can be said: neither that one is better, nor that they are alike."
    look = experiment.looks[-1]
    if view.winner is not None:
        return f"{chance_words(look)} Where there is none, such a test names one at most once in twenty."
    return (
        f"A difference of {experiment.plan.smallest * 100:.0f} % would have been found about three times out of four;"
        " a smaller one may be there."
    )


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
    """None where nothing can be said yet. No difference stands in the middle half, so that either side has room."""
    if look.low is None or look.high is None:
        return None
    ends = min(0.0, look.low, -look.high / 3), max(0.0, look.high, -look.low / 3)
    span = (ends[1] - ends[0]) or 1.0

    def place(value: float) -> float:
        return round(_LEFT + (value - ends[0]) / span * _WIDTH, 1)

    words = (
        f"B less A: {in_words(experiment, look.difference)}; it may be anything from"
        f" {in_words(experiment, look.low)} to {in_words(experiment, look.high)}"
    )
    return IntervalDrawing(place(0.0), place(look.low), place(look.high), place(look.difference), words)
