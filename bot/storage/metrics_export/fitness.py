"""Which tables of an account's database go into the one file, how their rows are told apart, and why others stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class FitTable:
    """A table that is exported. `key` tells the rows of one account apart; `indexes` are for people's queries.

    `redacted` are columns of free text in which an older program may have written a token.
    """

    key: str = "id"
    indexes: tuple[tuple[str, ...], ...] = ()
    redacted: frozenset[str] = frozenset()


FIT: Mapping[str, FitTable] = {
    "daily_activity": FitTable(indexes=(("date",),)),
    "tweet_performance": FitTable(indexes=(("posted_at",), ("tweet_id",))),
    "follower_growth": FitTable(indexes=(("date",),)),
    "conversions": FitTable(indexes=(("date",),)),
    "keyword_performance": FitTable(indexes=(("keyword", "date"),)),
    "activity_log": FitTable(indexes=(("timestamp",),), redacted=frozenset({"details", "error_message"})),
    "commented_tweets": FitTable(indexes=(("tweet_id",),)),
    "runs": FitTable(indexes=(("planned_at",),)),
    "steps": FitTable(indexes=(("account_id", "run_id"),)),
    "intents": FitTable(indexes=(("created_at",),)),
    "engagements": FitTable(indexes=(("at",), ("action", "target"))),
    "follow_backs": FitTable(key="handle"),
    "planned_posts": FitTable(indexes=(("at",),)),
    "model_drafts": FitTable(),
    "own_posts": FitTable(key="tweet_id", indexes=(("posted_at",),)),
    "profile_readings": FitTable(key="read_at"),
    "outcomes": FitTable(indexes=(("day",),)),
}
LEFT_OUT: Mapping[str, str] = {
    "accounts": "of an older program: it names the file of the session; `accounts` of the export is made anew",
    "config_history": "of an older program: former settings, which may hold keys of services and passwords",
    "post_readings": "the series of each post: its last counts are in own_posts",
    "aviary_migrations": "says how the account's database was made; tells nothing of the account",
}
"""Table -> why it stays where it is. Tables that are in neither list are unknown, and so is what they hold."""
