"""What of settings.yaml the form shows, in its order, and what X's rules say to it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.settings.account import POSTS_PER_DAY_CEILING
from webapp.files.fields import Field, Kind

_POLICIES = (
    ("off", "Off"),
    ("approve", "After a person’s word"),
    ("automatic", "By itself"),
)
_MOST = 1000
_LONGEST_DELAY = 3600


@dataclass(frozen=True)
class Part:
    """Fields under a heading. `note` stands below it."""

    title: str
    fields: tuple[Field, ...]
    note: str = ""


def _policy(action: str, label: str, rule: str) -> Field:
    return Field(("policy", action), label, Kind.CHOICE, choices=_POLICIES, rule=rule)


def _limit(name: str, label: str, hint: str = "", most: int = _MOST) -> Field:
    return Field(("safety", "rate_limits", name), label, Kind.NUMBER, hint, most=most)


def _delay(name: str, label: str, kind: Kind = Kind.RANGE) -> Field:
    return Field(("safety", "delays", name), label, kind, most=_LONGEST_DELAY, unit="seconds")


PARTS = (
    Part(
        "What it does",
        (
            _policy(
                "post",
                "Posts",
                "X forbids scripting its website, and the same text on several accounts. The risk is yours; give each "
                "account texts of its own.",
            ),
            _policy("like", "Likes", "X forbids automated likes: by itself, they may cost the account."),
            _policy(
                "follow", "Follows", "X forbids following in bulk and by a program: by itself, it may cost the account."
            ),
        ),
        "“After a person’s word” leaves such actions out for now: Aviary does not collect them for approval yet. The "
        "record says so each time.",
    ),
    Part(
        "Limits",
        (
            _limit("tweets_per_hour", "Posts an hour"),
            _limit(
                "tweets_per_day", "Posts a day", f"Never more than {POSTS_PER_DAY_CEILING}, whatever is written here."
            ),
            _limit("likes_per_hour", "Likes an hour"),
            _limit("likes_per_day", "Likes a day"),
            _limit("follows_per_hour", "Follows an hour"),
            _limit("follows_per_day", "Follows a day"),
        ),
        "An hour is any 60 minutes, a day any 24 hours.",
    ),
    Part(
        "Delays",
        (
            _delay("min_delay", "Between two actions, at least", Kind.NUMBER),
            _delay("max_delay", "Between two actions, at most", Kind.NUMBER),
            _delay("after_tweet", "After a post"),
            _delay("after_follow", "After a follow"),
            _delay("after_error", "After an error"),
        ),
        "In seconds; each is drawn anew from its range.",
    ),
    Part(
        "Writing help",
        (
            Field(("ai", "enabled"), "Ask a language model", Kind.TICK, "For better words; texts are sent to it."),
            Field(
                ("ai", "approval"),
                "A person approves what it writes",
                Kind.TICK,
                "Without it, each text is improved right before it is posted, and nobody looks at it first.",
            ),
            Field(("ai", "api_url"), "Address", hint="OpenAI-compatible, such as http://127.0.0.1:11434/v1."),
            Field(("ai", "model"), "Model", hint="Its name, as the service at that address spells it."),
            Field(("ai", "timeout"), "Wait for an answer", Kind.NUMBER, most=120, unit="seconds"),
            Field(("ai", "budget_per_day"), "Requests a day", Kind.NUMBER, most=_MOST),
        ),
        "The key, where the service wants one, and what waits for approval are on the tab Writing help.",
    ),
    Part(
        "Times",
        (
            Field(
                ("schedule", "timezone"),
                "Time zone",
                hint="Its slots and its days follow this zone, such as Asia/Jakarta.",
                suggestions="zones",
            ),
            Field(("schedule", "enabled"), "Its slots fire", Kind.TICK, "Without it, it works only when told to."),
            Field(
                ("schedule", "queue", "within_minutes"),
                "A queued post may be late by",
                Kind.NUMBER,
                "Later, it is called missed, and you give it another time.",
                most=24 * 60,
                unit="minutes",
            ),
        ),
    ),
    Part(
        "Business",
        (
            Field(("business", "wa_number"), "WhatsApp number", hint="{wa_number} in templates."),
            Field(("business", "wa_link"), "WhatsApp link", hint="{wa_link} in templates."),
            Field(("business", "product"), "Product", hint="A note for you."),
        ),
    ),
)
FIELDS = tuple(field for part in PARTS for field in part.fields)
