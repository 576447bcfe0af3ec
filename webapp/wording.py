"""Every word the panel has for a state, a step, a trigger or an end, in one place.

English now. Another language is another set of these tables: nothing else here or in the engine makes words
out of enum values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.fleet_view import FleetView, RunState, RunView, StateKind, Trigger
from bot.storage.approvals import ApprovalState
from bot.suggestions_view import AccountAdvice
from bot.x.contract import Step, StepKind


@dataclass(frozen=True)
class Face:
    """How a state looks: its words, its icon (static/icons.txt) and its tone (a CSS class)."""

    words: str
    icon: str
    tone: str  # bad, warn, busy, calm, good, off


STATES: dict[StateKind, Face] = {
    StateKind.BROKEN: Face("Broken", "file-alert", "bad"),
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
_HOLDS_STILL = {StateKind.PAUSED, StateKind.STOPPED, StateKind.DISABLED, StateKind.NEEDS_ATTENTION, StateKind.BROKEN}

RUN_STATES: dict[RunState, Face] = {
    RunState.QUEUED: Face("Queued", "hourglass", "busy"),
    RunState.RUNNING: Face("Running", "loader-2", "busy"),
    RunState.DONE: Face("Done", "circle-check", "good"),
    RunState.PARTLY: Face("Partly done", "circle-half-2", "warn"),
    RunState.FAILED: Face("Failed", "circle-x", "bad"),
    RunState.STOPPED: Face("Stopped", "player-stop", "off"),
    RunState.SKIPPED: Face("Skipped", "player-skip-forward", "off"),
}

APPROVAL_ACTIONS: dict[str, Face] = {
    "like": Face("Like", "heart", "busy"),
    "follow": Face("Follow", "user-plus", "busy"),
    "reply": Face("Reply", "send", "busy"),
}
APPROVAL_STATES: dict[ApprovalState, Face] = {
    ApprovalState.WAITING: Face("Waiting", "hourglass", "off"),
    ApprovalState.APPROVED: Face("Approved", "circle-check", "busy"),
    ApprovalState.DOING: Face("Being done", "loader-2", "busy"),
    ApprovalState.DONE: Face("Done", "circle-check", "good"),
    ApprovalState.FAILED: Face("Not done", "circle-x", "bad"),
    ApprovalState.REJECTED: Face("Rejected", "x", "off"),
    ApprovalState.EXPIRED: Face("Expired", "clock", "off"),
}
APPROVALS_RULE = (
    "You look at each and decide; the account that found it then does it, inside its limits. X forbids automated "
    "likes, following in bulk and replies by keyword: approve what you would do yourself."
)

POST_STATES: dict[str, Face] = {
    "intent": Face("Prepared", "clock", "busy"),
    "sending": Face("Waits for proof", "hourglass", "busy"),
    "sent": Face("Posted", "circle-check", "good"),
    "failed": Face("Not posted", "circle-x", "bad"),
    "needs_review": Face("Needs review", "alert-triangle", "warn"),
}

QUEUE_STATES: dict[str, Face] = {
    "draft": Face("Draft", "file-alert", "off"),
    "queued": Face("Queued", "clock", "good"),
    "sending": Face("Being sent", "hourglass", "busy"),
    "sent": Face("Posted", "circle-check", "good"),
    "needs_review": Face("Needs review", "alert-triangle", "warn"),
    "failed": Face("Needs you", "circle-x", "bad"),
    "missed": Face("Missed", "alert-circle", "bad"),
}
"""The states of a post that a person wrote."""

HAND_STATES: dict[str, Face] = {
    "giving": Face("Being given", "hourglass", "busy"),
    "held": Face("Has it", "clock", "good"),
    "taking": Face("Being taken back", "hourglass", "warn"),
    "back": Face("Taken back", "alert-triangle", "warn"),
    "sent": Face("Sent it", "circle-check", "good"),
    "lost": Face("Nobody knows whether it was sent", "alert-circle", "bad"),
}
"""How a post of a group stands with one member."""

ROTATION_MODES: dict[str, str] = {
    "turn": "the member that got one longest ago (by turn)",
    "fewest": "the member with the fewest posts in the last 7 days",
}
"""Who gets the next post of a group."""

POST_NOTES: dict[str, str] = {
    "sending": "Aviary looks for it on the profile. Nothing is sent again.",
    "needs_review": "Aviary pressed Post, got no answer, and could not find out whether the post went out. "
    "Nothing is sent again. Look at the profile, then say what you see.",
}
"""What a post's state means for a person, where that is not plain."""

LOOK_AT_PROFILE = "Look at the profile"
LOOK_AT_POST = "Look at the post"
REPLY_TO = "a reply to"
IT_IS_THERE = "It is there"
IT_IS_NOT_THERE = "It is not there"
CONFIRM_THERE = (
    "You see this post on the profile. It then counts as sent: it stands in today's numbers of its day, "
    "and its text is not used again for 30 days."
)
CONFIRM_NOT_THERE = (
    "You looked at the profile and this post is not on it. It then counts as not sent: its place in the limits is "
    "given back, and its text may be posted again. If it is on the profile after all, it may come up twice."
)

LEVELS: dict[str, Face] = {
    "info": Face("", "point", "off"),
    "good": Face("Good", "circle-check", "good"),
    "warning": Face("Warning", "alert-circle", "warn"),
    "error": Face("Error", "circle-x", "bad"),
}

RECORD_LEVELS: dict[str, Face] = {
    "info": Face("Step", "point", "off"),
    "good": Face("Done", "circle-check", "good"),
    "warning": Face("Warning", "alert-circle", "warn"),
    "error": Face("Error", "circle-x", "bad"),
}
"""The levels of the record, each with a word, since there they can be chosen."""

TRIGGERS: dict[Trigger, str] = {
    Trigger.SCHEDULE: "by schedule",
    Trigger.MANUAL: "by hand",
    Trigger.CATCH_UP: "caught up",
    Trigger.CHECK: "to look for a post",
    Trigger.PAGES: "to look at x.com's pages",
    Trigger.SESSION: "to look whose the session is",
    Trigger.WINDOW: "to log in in a window",
    Trigger.APPROVED: "to do what was approved",
}

_STEPS: dict[StepKind, str] = {
    StepKind.OPENING: "starting the browser",
    StepKind.LOGGING_IN: "logging in",
    StepKind.AWAITING_LOG_IN: "waiting for your log-in in the window",
    StepKind.COMPOSING: "opening the composer",
    StepKind.UPLOADING: "uploading",
    StepKind.TYPING: "typing",
    StepKind.WAITING_TURN: "waiting for its turn to post",
    StepKind.SENDING: "sending",
    StepKind.CONFIRMING: "looking for the new post",
    StepKind.SEARCHING: "searching",
    StepKind.LIKING: "liking",
    StepKind.FOLLOWING: "following",
    StepKind.REPLYING: "replying",
    StepKind.READING_PROFILE: "reading the profile",
    StepKind.CHECKING: "looking at x.com's pages",
    StepKind.PAUSING: "pausing",
    StepKind.CLOSING: "closing the browser",
}

_STEPS_OF_SECONDS = {StepKind.PAUSING, StepKind.WAITING_TURN}
_STEPS_OF_PARTS = {StepKind.LIKING, StepKind.FOLLOWING, StepKind.REPLYING, StepKind.CHECKING}


def holds_still(state: StateKind) -> str:
    """The state that keeps an account's coming runs from being, in words; "" when they will be."""
    return STATES[state].words.lower() if state in _HOLDS_STILL else ""


def step_words(step: Step) -> str:
    """What a step does, in words: "typing", "uploading 2/3", "liking 3 of 5", "pausing 12 s"."""
    words = _STEPS[step.kind]
    if step.kind is StepKind.SEARCHING and step.detail:
        return f"{words} “{step.detail}”"
    if step.kind in _STEPS_OF_SECONDS and step.total:
        return f"{words} {step.total} s"
    if step.kind is StepKind.AWAITING_LOG_IN:
        return f"{words}, for up to {step.total} min"
    if not step.total:
        return words
    return (
        f"{words} {step.done} of {step.total}" if step.kind in _STEPS_OF_PARTS else f"{words} {step.done}/{step.total}"
    )


TO_PUT_RIGHT = "To put right"
"""Heads what keeps no account from working: keys that are not applied, files that are missing."""

ACCOUNT_PAGES: dict[str, str] = {
    "accounts.show": "Runs and posts",
    "activity.show": "Activity",
    "plan.show": "Plan",
    "content.show": "Content",
    "queue.show": "Queue",
    "keywords.show": "Keywords",
    "media.show": "Media",
    "writing.show": "Writing help",
    "session.show": "Session",
    "settings.show": "Settings",
    "numbers.show": "Numbers",
    "suggestions.show": "Suggestions",
    "outcomes.show": "Orders",
    "summaries.of_account": "Summaries",
    "check.show": "X’s pages",
    "roster.edit": "Account",
}
"""The pages of one account, by endpoint, in the order of its menu."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

NUMBERS_PAGES: dict[str, str] = {
    "analytics.show": "Overview",
    "analytics.compare": "Compare",
    "summaries.index": "Summaries",
    "outcomes.index": "Orders",
    "suggestions.index": "Suggestions",
    "experiments.index": "Tests",
}
"""The pages on the numbers of all accounts, by endpoint, in the order of their menu."""

_TRAITS: dict[str, dict[str, str]] = {
    "days": {"weekend": "Posted on Saturday or Sunday", "weekdays": "Posted from Monday to Friday"},
    "length": {"short": "Up to 100 characters", "medium": "101 to 200 characters", "long": "More than 200 characters"},
    "media": {"none": "Without a picture or video", "picture": "With a picture", "video": "With a video"},
}
ASSOCIATION = (
    "What goes together need not be the cause: hour, template and picture often come together. Posts are compared "
    "within the same account, the same kind and the same 30 days; try a change before you trust it."
)
REWRITE_DRAFT = "Say it in other words: as long as it is like the post it quotes, it cannot be queued."
MEDIA_OF_SOURCE = {
    "picture": "That post had a picture: add one of this account’s own.",
    "video": "That post had a video: add one of this account’s own.",
    "none": "That post had no picture.",
}


def trait_words(kind: str, value: str) -> str:
    """What posts share, as a heading."""
    if kind == "hour":
        return f"Posted between {int(value):02d}:00 and {(int(value) + 1) % 24:02d}:00"
    if kind in {"kind", "template"}:
        return f"{'Of the kind' if kind == 'kind' else 'From the template'} {value}"
    return _TRAITS[kind].get(value, value)


def lacking_posts(advice: AccountAdvice) -> str:
    """Why nothing is said of an account yet."""
    if advice.trouble:
        return f"its numbers cannot be read: {advice.trouble}"
    return (
        f"{advice.settled:,} of {advice.needed:,} posts with known views, read two days after they went out or later"
        + (f"; {counted(advice.posts, 'post', 'posts')} in the last 180 days" if advice.posts else "")
    )


COOKIE_FORMATS = (
    "As JSON of EditThisCookie, Cookie-Editor, Playwright, Selenium or twikit; as cookies.txt; as a Cookie header; "
    "or a request copied as cURL. They are encrypted, and never shown again."
)
"""Below the fields that cookies are handed in with."""
WRITTEN_BY_A_MODEL = "Written by a language model"
"""Marks every text that a language model worded."""

MEDIA_ALTHOUGH_USED = "Delete it all the same"
MEDIA_TICK_FIRST = f"If it shall go, tick “{MEDIA_ALTHOUGH_USED}”."

WHOLE_RECORD = "The whole record"
TRIES_AGAIN = "Tries again"
RECORD_IS_EMPTY = "Nothing is recorded yet."
RECORD_FILLS = "Every step and every decision of this account will stand here, with its reason."
RECORD_HAS_NO_SUCH = "Nothing in the record matches."
RECORD_LOOK_ELSEWHERE = "Use other words, or show all kinds of entries."

NOTIFICATION_KINDS: dict[str, tuple[str, str]] = {
    "trouble": ("Trouble", "An account needs attention, fails or is broken; all are paused; no backup"),
    "review": ("Needs review", "Posts, proposals and queued posts that wait for a person"),
    "session": ("Session", "It ends within two weeks, or cannot be used"),
    "runway": ("Texts run out", "Templates last for a few days only"),
    "daily": ("Daily summary", "What the day came to"),
    "weekly": ("Weekly summary", "What seven days came to"),
}
"""What people are told of, each with what it means."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MESSAGE_STATES: dict[str, Face] = {
    "waiting": Face("Waiting", "hourglass", "busy"),
    "sending": Face("Being sent", "loader-2", "busy"),
    "sent": Face("Taken", "circle-check", "good"),
    "failed": Face("Not taken", "circle-x", "bad"),
    "unknown": Face("Unknown", "alert-circle", "warn"),
}
"""How the last message to a channel stands."""

ALL_GROUPS = "All groups"
PAUSE_ALL = "Pause all"
RESUME_ALL = "Resume all"
PAUSE = "Pause"
RESUME = "Resume"
FLEET_IS_PAUSED = "All accounts are paused"
FLEET_GOES_ON = "The accounts go on"
PAUSED_WITH_FLEET = "Paused with all accounts"
WHILE_PAUSED = (
    "No run begins until you resume; present runs go on to their end. A slot whose time comes meanwhile is left out, "
    "and its account's record says so."
)
NO_RUN_WHILE_PAUSED = "All accounts are paused: press Resume all on the overview first."


def resume_fleet_warning(fleet: FleetView) -> str:
    """What resuming means after a pause that Aviary itself began; "" after a person's own."""
    if not fleet.paused_by_itself:
        return ""
    return (
        "Aviary paused all accounts by itself, because several fell into trouble within minutes. That is often the "
        "first sign that X has taken notice, or that its pages have changed. Look at the accounts in trouble and their "
        "pictures first. Resume lets the others go on at once; those that need attention stay as they are."
    )


def review_words(number: int) -> str:
    """What a card says about posts that wait for a person's word."""
    return f"{counted(number, 'post needs', 'posts need')} your review"


def counted(number: int, one: str, many: str) -> str:
    """ "1 post", "3 posts"."""
    return f"{number:,} {one if number == 1 else many}"


def deeds_words(run: RunView) -> str:
    """What a run got done: "1 post, 5 likes"; "" when nothing."""
    deeds = (
        (run.posts, "post", "posts"),
        (run.likes, "like", "likes"),
        (run.follows, "follow", "follows"),
        (run.replies, "reply", "replies"),
    )
    return ", ".join(counted(number, one, many) for number, one, many in deeds if number)


TO_CHOOSE = "To choose"
CHOOSE = "Choose how"


def unchosen_words(actions: Sequence[str]) -> str:
    """What goes on by itself in an account of an existing user, because nobody has said how it shall."""
    names = {"like": "likes", "follow": "follows", "reply": "replies"}
    told = " and ".join(names[action] for action in actions)
    return (
        f"Nobody has chosen yet how {told} shall be made: they go on by themselves, as before. X forbids programs to "
        "do so, and it may cost the account."
    )


def decided_words(deed: str, done: int, left: int) -> str:
    """What one decision for many came to."""
    past = {"approve": "approved", "reject": "rejected"}[deed]
    told = f"{done:,} {past}."
    return f"{told} {left:,} were decided already." if left else told


def seats_words(working: int, seats: int) -> str:
    """ "2 of 3 seats working"."""
    return f"{working} of {counted(seats, 'seat', 'seats')} working"


def sentence(words: str) -> str:
    """The words with a capital first letter; a first word like settings.yaml or x.com stays as it is."""
    first = words.partition(" ")[0].rstrip(",:;.")
    return words[:1].upper() + words[1:] if first.isalpha() else words
