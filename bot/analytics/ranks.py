"""Templates and keywords with what they brought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.analytics.gathering import GroupSums, Member, Posts, Rate, Sum, sum_by
from bot.analytics.outcome_sums import Outcome, outcomes_by_template
from bot.analytics.periods import Span


@dataclass(frozen=True)
class TemplateRank:
    """One template of one account. `template` is "" for posts that a person wrote."""

    account: str
    name: str  # of the account
    template: str
    posts: int
    views: Sum
    engagement: Sum
    rate: Rate
    rate_before: Rate
    outcome: Outcome


@dataclass(frozen=True)
class KeywordRank:
    """One keyword over all accounts that searched with it."""

    keyword: str
    accounts: int
    found: int
    engaged: int

    @property
    def share(self) -> float | None:
        """Engaged of those found."""
        return self.engaged / self.found if self.found else None


def rank_templates(members: Sequence[Member], span: Span, posts: Posts, before: Posts) -> tuple[TemplateRank, ...]:
    """Those that were posted, or that something is attributed to: by engagement per view, unknown ones last."""
    offsets = np.cumsum([0, *(len(member.data.templates) for member in members)])
    sums, sums_before = (
        sum_by(each, offsets[each.account] + each.template, int(offsets[-1])) for each in (posts, before)
    )
    rows: list[TemplateRank] = []
    for member, offset in zip(members, offsets, strict=False):
        rows += _templates_of(member, span, _Sums(sums, sums_before, int(offset)))
    return tuple(sorted(rows, key=_by_rate))


@dataclass(frozen=True)
class _Sums:
    """Those of all templates, and where one account's begin."""

    now: GroupSums
    before: GroupSums
    offset: int


def _templates_of(member: Member, span: Span, sums: _Sums) -> list[TemplateRank]:
    outcomes = outcomes_by_template(member, span)
    begun = member.data.outcomes.begun
    none = Outcome() if begun is None or begun > span.last.toordinal() else Outcome(0, 0, 0.0, 1)
    places = {template: place for place, template in enumerate(member.data.templates, sums.offset)}
    posted = {template for template, place in places.items() if sums.now.posts[place]}
    return [
        _template(member, template, sums, places.get(template), outcomes.get(template, none if template else Outcome()))
        for template in sorted(posted | set(outcomes))
    ]


def _template(member: Member, template: str, sums: _Sums, place: int | None, outcome: Outcome) -> TemplateRank:
    part = slice(0, 0) if place is None else slice(place, place + 1)
    return TemplateRank(
        member.id,
        member.name,
        template,
        int(sums.now.posts[part].sum()),
        sums.now.sum_of("views", part),
        sums.now.sum_of("engagement", part),
        sums.now.rate_of(part),
        sums.before.rate_of(part),
        outcome,
    )


def _by_rate(row: TemplateRank) -> tuple[float, int, str, str]:
    rate = row.rate.value
    return (-rate if rate is not None else 1.0, -row.posts, row.name, row.template)


def rank_keywords(members: Sequence[Member], span: Span) -> tuple[KeywordRank, ...]:
    """Those that were searched for: most engaged first."""
    found: dict[str, list[int]] = {}
    for member in members:
        told = member.data.keywords
        inside = (told.day >= span.first.toordinal()) & (told.day <= span.last.toordinal())
        place, count = told.keyword[inside], len(told.keywords)
        searches = np.bincount(place, minlength=count)
        sums = [np.bincount(place, weights=values[inside], minlength=count) for values in (told.found, told.engaged)]
        for each in np.flatnonzero(searches):
            row = found.setdefault(told.keywords[each], [0, 0, 0])
            row[0] += 1
            row[1] += int(sums[0][each])
            row[2] += int(sums[1][each])
    ranks = [KeywordRank(keyword, *row) for keyword, row in found.items()]
    return tuple(sorted(ranks, key=lambda rank: (-rank.engaged, -rank.found, rank.keyword)))
