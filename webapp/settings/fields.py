"""What of settings.yaml the form shows, in its order, and what X's rules say to it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.settings.account import POSTS_PER_DAY_CEILING
from webapp.files.fields import Field, Kind

_MOST = 1000
_LONGEST_DELAY = 3600


@dataclass(frozen=True)
class Part:
    """Fields under a heading. `note` stands below it."""

    title: str
    fields: tuple[Field, ...]
    note: str = ""


def _limit(name: str, label: str, hint: str = "", most: int = _MOST) -> Field:
    return Field(("safety", "rate_limits", name), label, Kind.NUMBER, hint, most=most)


def _filter(name: str, label: str, kind: Kind, most: int | None = None, unit: str = "", hint: str = "") -> Field:
    return Field(("engagement", "filters", name), label, kind, hint, most=most, unit=unit)


def _delay(name: str, label: str, kind: Kind = Kind.RANGE) -> Field:
    return Field(("safety", "delays", name), label, kind, most=_LONGEST_DELAY, unit="seconds")


def _target(name: str, label: str, hint: str = "") -> Field:
    return Field(("targets", name), label, Kind.NUMBER, hint, most=1_000_000_000)


PARTS = (
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
            _limit("replies_per_hour", "Replies an hour"),
            _limit("replies_per_day", "Replies a day"),
        ),
        "An hour is any 60 minutes, a day any 24 hours.",
    ),
    Part(
        "Filters",
        (
            _filter("max_age_hours", "Posts not older than", Kind.NUMBER, most=24 * 365, unit="hours"),
            _filter("max_replies", "Posts with at most so many replies", Kind.NUMBER, most=1_000_000),
            _filter(
                "languages", "Only posts in these languages", Kind.LINES, hint="As X calls them, such as id or en."
            ),
            _filter("avoid_words", "Not posts with these words", Kind.LINES),
            _filter("skip_promotional", "Leave out posts that sell something themselves", Kind.TICK),
        ),
        "Of what its search finds for likes, follows and replies; 0 or nothing leaves nothing out.",
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
            Field(
                ("ai", "improve_prompt"), "What it is asked", Kind.LONG, "{tweet} stands for the text it shall improve."
            ),
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
        "Numbers",
        (
            Field(
                ("numbers", "refresh_hours"),
                "Read its numbers every",
                Kind.NUMBER,
                "At the end of a run, when the last reading is as old as that.",
                most=24 * 7,
                unit="hours",
            ),
            Field(("numbers", "days"), "Posts of the last", Kind.NUMBER, most=90, unit="days"),
            Field(
                ("numbers", "most_posts"),
                "At most so many posts",
                Kind.NUMBER,
                "X limits how much an account may read.",
                most=800,
            ),
            Field(
                ("numbers", "own_visit"),
                "Open a browser only for them",
                Kind.TICK,
                "Once a day at most, when no run has read them in time.",
            ),
        ),
        "Followers, following, and views, likes, reposts, replies and bookmarks of its own posts.",
    ),
    Part(
        "Business",
        (
            Field(("business", "wa_number"), "WhatsApp number", hint="{wa_number} in templates."),
            Field(("business", "wa_link"), "WhatsApp link", hint="{wa_link} in templates."),
            Field(
                ("business", "wa_codes"),
                "Each post carries a code in its WhatsApp link",
                Kind.TICK,
                "Customers’ messages then end with a code such as (K7M427), by which an order finds its post.",
            ),
            Field(("business", "product"), "Product", hint="{product} in templates."),
        ),
    ),
    Part(
        "Targets",
        (
            _target("daily_orders_target", "Orders a day"),
            _target("daily_wa_messages_target", "WhatsApp chats a day"),
            _target("followers_30days", "Followers gained in 30 days"),
            _target("engagement_rate_target", "Engagement rate", "Likes, reposts and replies by views: 0.02 is 2%."),
        ),
        "What the account is meant to reach. The page Orders shows how far it is; they change nothing that it does.",
    ),
)
FIELDS = tuple(field for part in PARTS for field in part.fields)
