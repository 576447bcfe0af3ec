"""Every word the panel has for a state, a step, a trigger or an end, in one place.

English now. Another language is another set of these tables: nothing else here or in the engine makes words
out of enum values.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.fleet_view import RunState, RunView, StateKind, Trigger
from bot.x.contract import Step, StepKind


@dataclass(frozen=True)
class Face:
    """How a state looks: its words, its icon (static/icons.txt) and its tone (a CSS class)."""

    words: str
    icon: str
    tone: str  # bad, warn, busy, calm, good, off


STATES: dict[StateKind, Face] = {
    StateKind.BROKEN: Face("Broken settings", "file-alert", "bad"),
    StateKind.NEEDS_ATTENTION: Face("Needs attention", "alert-triangle", "bad"),
    StateKind.WORKING: Face("Working", "loader-2", "busy"),
    StateKind.QUEUED: Face("Queued", "hourglass", "busy"),
    StateKind.LIMITED: Face("Resting", "clock-pause", "warn"),
    StateKind.FAILING: Face("Failing", "alert-circle", "warn"),
    StateKind.PAUSED: Face("Paused", "player-pause", "off"),
    StateKind.WAITING: Face("Waiting", "clock", "good"),
    StateKind.STOPPED: Face("Stopped", "player-stop", "off"),
    StateKind.DISABLED: Face("Disabled", "circle-off", "off"),
}

RUN_STATES: dict[RunState, Face] = {
    RunState.QUEUED: Face("Queued", "hourglass", "busy"),
    RunState.RUNNING: Face("Running", "loader-2", "busy"),
    RunState.DONE: Face("Done", "circle-check", "good"),
    RunState.PARTLY: Face("Partly done", "circle-half-2", "warn"),
    RunState.FAILED: Face("Failed", "circle-x", "bad"),
    RunState.STOPPED: Face("Stopped", "player-stop", "off"),
    RunState.SKIPPED: Face("Skipped", "player-skip-forward", "off"),
}

POST_STATES: dict[str, Face] = {
    "intent": Face("Prepared", "clock", "busy"),
    "sending": Face("Being sent", "send", "busy"),
    "sent": Face("Posted", "circle-check", "good"),
    "failed": Face("Not posted", "circle-x", "bad"),
    "needs_review": Face("Needs review", "alert-triangle", "warn"),
}

LEVELS: dict[str, Face] = {
    "info": Face("", "point", "off"),
    "good": Face("Good", "circle-check", "good"),
    "warning": Face("Warning", "alert-circle", "warn"),
    "error": Face("Error", "circle-x", "bad"),
}

TRIGGERS: dict[Trigger, str] = {
    Trigger.SCHEDULE: "by schedule",
    Trigger.MANUAL: "by hand",
    Trigger.CATCH_UP: "caught up",
    Trigger.CHECK: "to look for a post",
    Trigger.PAGES: "to look at x.com's pages",
}

_STEPS: dict[StepKind, str] = {
    StepKind.OPENING: "starting the browser",
    StepKind.LOGGING_IN: "logging in",
    StepKind.COMPOSING: "opening the composer",
    StepKind.UPLOADING: "uploading",
    StepKind.TYPING: "typing",
    StepKind.SENDING: "sending",
    StepKind.CONFIRMING: "looking for the new post",
    StepKind.SEARCHING: "searching",
    StepKind.LIKING: "liking",
    StepKind.FOLLOWING: "following",
    StepKind.READING_PROFILE: "reading the profile",
    StepKind.CHECKING: "looking at x.com's pages",
    StepKind.PAUSING: "pausing",
    StepKind.CLOSING: "closing the browser",
}

_STEPS_OF_PARTS = {StepKind.LIKING, StepKind.FOLLOWING, StepKind.CHECKING}


def step_words(step: Step) -> str:
    """What a step does, in words: "typing", "uploading 2/3", "liking 3 of 5", "pausing 12 s"."""
    words = _STEPS[step.kind]
    if step.kind is StepKind.SEARCHING and step.detail:
        return f"{words} “{step.detail}”"
    if step.kind is StepKind.PAUSING and step.total:
        return f"{words} {step.total} s"
    if not step.total:
        return words
    return (
        f"{words} {step.done} of {step.total}" if step.kind in _STEPS_OF_PARTS else f"{words} {step.done}/{step.total}"
    )


def counted(number: int, one: str, many: str) -> str:
    """ "1 post", "3 posts"."""
    return f"{number:,} {one if number == 1 else many}"


def deeds_words(run: RunView) -> str:
    """What a run got done: "1 post, 5 likes"; "" when nothing."""
    deeds = (
        (run.posts, "post", "posts"),
        (run.likes, "like", "likes"),
        (run.follows, "follow", "follows"),
    )
    return ", ".join(counted(number, one, many) for number, one, many in deeds if number)


def seats_words(working: int, seats: int) -> str:
    """ "2 of 3 seats working"."""
    return f"{working} of {counted(seats, 'seat', 'seats')} working"


def sentence(words: str) -> str:
    """The words with a capital first letter; a first word like settings.yaml or x.com stays as it is."""
    first = words.partition(" ")[0].rstrip(",:;.")
    return words[:1].upper() + words[1:] if first.isalpha() else words
