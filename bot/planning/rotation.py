"""Whose turn it is in the queue of a group. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.storage.group_queues import RotationMode

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Turn:
    """What counts of one member when a post is given out."""

    account_id: str
    last_given: datetime | None = None  # when it got a post of the group last that it kept
    posts_lately: int = 0  # of 7 days, with what it has of groups and did not send yet
    had_before: int = 0  # so often this very post was taken back from it


def in_turn(turns: Sequence[Turn], mode: RotationMode) -> list[Turn]:
    """The members in the order in which the post is offered to them; those that had it before come last.

    Of equal ones the order handed in counts: that of accounts.yaml.
    """

    def by_turn(turn: Turn) -> tuple[int, datetime]:
        return (turn.had_before, turn.last_given or _NEVER)

    def by_posts(turn: Turn) -> tuple[int, int, datetime]:
        return (turn.had_before, turn.posts_lately, turn.last_given or _NEVER)

    return sorted(turns, key=by_posts) if mode is RotationMode.FEWEST else sorted(turns, key=by_turn)


def reason_of(turn: Turn, mode: RotationMode) -> str:
    """Why this one is before those behind it, in words."""
    if mode is RotationMode.FEWEST:
        posts = "1 post" if turn.posts_lately == 1 else f"{turn.posts_lately} posts"
        return f"it has the fewest posts of the members that can take it: {posts} in 7 days"
    if turn.last_given is None:
        return "it is its turn: it got no post of this queue before"
    return "it is its turn: of the members that can take it, it got its last one longest ago"
