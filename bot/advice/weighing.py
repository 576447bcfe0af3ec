"""Posts weighed within their account: how good each was beside the others, and what can be told of it beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.storage.settled_posts import SettledPost

SPAN = timedelta(days=180)
"""Older posts say little of today's readers."""
FEWEST_POSTS = 40
"""Settled posts with known views that an account needs before anything is said of it."""
TOP_SHARE = 5
"""The best one in so many posts of an account are its top."""
_ERA = timedelta(days=30)
_SHORT, _MEDIUM = 100, 200


class TraitKind(StrEnum):
    """What of a post can be chosen before it is sent."""

    HOUR = "hour"
    DAYS = "days"
    LENGTH = "length"
    MEDIA = "media"
    KIND = "kind"
    TEMPLATE = "template"

    __hash__ = str.__hash__  # that of Enum is slow, and each post is counted by each of its traits


class Trait(NamedTuple):
    """One of them: (hour, "19"), (days, "weekend"), (length, "short"), (media, "picture"), (template, "promo-3")."""

    kind: TraitKind
    value: str


@dataclass(frozen=True)
class WeighedPost:
    """A settled post beside the others of its account.

    `rate` is engagement per view, drawn a little toward the account's mean, so that one like on three views is not
    its best post. `rank` is the place among the account's posts, 0 to 1; `era` counts spans of 30 days back from now.
    """

    post: SettledPost
    account_id: str
    hour: int
    weekday: int  # 0 is Monday
    era: int
    rate: float
    relative: float  # rate by the account's mean rate
    rank: float
    is_top: bool
    traits: tuple[Trait, ...]


def weigh(account_id: str, posts: Sequence[SettledPost], zone: ZoneInfo, now: datetime) -> list[WeighedPost]:
    """Weigh the posts of one account; none where there are too few, or nobody ever engaged with any."""
    engaged, seen = sum(post.engagement for post in posts), sum(post.views for post in posts)
    if len(posts) < FEWEST_POSTS or not engaged:
        return []
    usual = engaged / seen
    rates = [(post.engagement + 1) / (post.views + 1 / usual) for post in posts]
    mean = sum(rates) / len(rates)
    ranks = _ranks(rates)
    least = _least_of_top(rates)
    return [
        _weighed(account_id, post, zone, now, rate, rate / mean, rank, is_top=rate >= least)
        for post, rate, rank in zip(posts, rates, ranks, strict=True)
    ]


def _weighed(
    account_id: str,
    post: SettledPost,
    zone: ZoneInfo,
    now: datetime,
    rate: float,
    relative: float,
    rank: float,
    *,
    is_top: bool,
) -> WeighedPost:
    local = post.posted_at.astimezone(zone)
    era = (now - post.posted_at) // _ERA
    traits = _traits(post, local)
    return WeighedPost(post, account_id, local.hour, local.weekday(), era, rate, relative, rank, is_top, traits)


def _traits(post: SettledPost, local: datetime) -> tuple[Trait, ...]:
    found = [
        Trait(TraitKind.HOUR, str(local.hour)),
        Trait(TraitKind.DAYS, "weekend" if local.weekday() >= 5 else "weekdays"),
        Trait(TraitKind.LENGTH, _length(post.text)),
    ]
    known = ((TraitKind.MEDIA, post.media), (TraitKind.KIND, post.kind), (TraitKind.TEMPLATE, post.template))
    return (*found, *(Trait(kind, value) for kind, value in known if value))


def _length(text: str) -> str:
    """By characters as they are read; X's own counting of links changes nothing here."""
    if len(text) <= _SHORT:
        return "short"
    return "medium" if len(text) <= _MEDIUM else "long"


def _ranks(rates: Sequence[float]) -> list[float]:
    """The place of each, 0 to 1; equal ones share theirs."""
    order = sorted(range(len(rates)), key=rates.__getitem__)
    ranks = [0.0] * len(rates)
    place = 0
    for _, group in groupby(order, key=rates.__getitem__):
        same = list(group)
        for index in same:
            ranks[index] = (place + (len(same) - 1) / 2) / max(len(rates) - 1, 1)
        place += len(same)
    return ranks


def _least_of_top(rates: Sequence[float]) -> float:
    """The least rate of the top fifth; where equal ones would not all fit in, they are all left out."""
    best = sorted(rates, reverse=True)
    number = len(best) // TOP_SHARE
    edge = best[number - 1]
    return edge if best[number] < edge else min((rate for rate in best[:number] if rate > edge), default=float("inf"))
