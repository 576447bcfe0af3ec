"""What each keyword brought: posts found, targets engaged, people who follow back."""

from __future__ import annotations

from dataclasses import dataclass

from bot.storage.database import Database


@dataclass(frozen=True)
class KeywordNumbers:
    """One keyword, over all its days. `followed_back` is of the `looked_at` of those `followed` whose profile told."""

    keyword: str
    found: int
    engaged: int
    followed: int = 0
    looked_at: int = 0
    followed_back: int = 0


def read_keyword_numbers(database: Database) -> dict[str, KeywordNumbers]:
    """Keyword -> its numbers."""
    follows = {str(row["keyword"]): row for row in database.rows(_FOLLOWS)}
    found: dict[str, KeywordNumbers] = {}
    for row in database.rows(_DAYS):
        keyword, of_follows = str(row["keyword"]), follows.get(str(row["keyword"]))
        known = (of_follows["followed"], of_follows["looked_at"], of_follows["back"]) if of_follows else (0, 0, 0)
        found[keyword] = KeywordNumbers(keyword, row["found"], row["engaged"], *known)
    return found


_DAYS = """SELECT keyword, sum(coalesce(tweets_found, 0)) AS found, sum(coalesce(engaged, 0)) AS engaged
    FROM keyword_performance GROUP BY keyword"""
_FOLLOWS = """SELECT keyword, count(*) AS followed, count(follows) AS looked_at, coalesce(sum(follows), 0) AS back
    FROM engagements LEFT JOIN follow_backs ON handle = target
    WHERE action = 'follow' AND state = 'done' GROUP BY keyword"""
