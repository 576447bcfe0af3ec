"""What the top fifth of the posts share more often than the rest, and what of it is more than chance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.advice.weighing import Trait, TraitKind, WeighedPost
from bot.statistics.intervals import (
    Interval,
    Sample,
    Shuffled,
    Stratum,
    discoveries,
    level_of_found,
    probability_of_score,
    share_interval,
    share_ratio_interval,
    shuffle,
    welch_probability,
)

FALSE_RATE = 0.05
"""Of what is told, at most this share is chance on average."""
FEWEST_WITH = 10
"""Posts with a trait, and posts without it, that a comparison needs."""


@dataclass(frozen=True)
class Practice:
    """A trait that goes together with being in the top fifth. It need not be the cause of it."""

    trait: Trait
    posts: int  # with the trait
    top: int  # of those, in the top fifth of their account
    other_posts: int
    other_top: int
    share: Interval  # top / posts
    other_share: Interval
    lift: Interval  # how many times as often
    accounts: int


@dataclass(frozen=True)
class Practices:
    """What was found among so many traits, the surest lift first."""

    found: tuple[Practice, ...] = ()
    tested: int = 0
    posts: int = 0
    accounts: int = 0


@dataclass(slots=True)
class Tally:
    """Of some posts: how many, how many of them in the top fifth, and sum and squares of their relative rates."""

    posts: int = 0
    top: int = 0
    total: float = 0.0
    squares: float = 0.0

    def count(self, post: WeighedPost) -> None:
        self.posts += 1
        self.top += post.is_top
        self.total += post.relative
        self.squares += post.relative**2

    def add(self, other: Tally) -> None:
        self.posts += other.posts
        self.top += other.top
        self.total += other.total
        self.squares += other.squares

    def without(self, other: Tally) -> Tally:
        return Tally(
            self.posts - other.posts, self.top - other.top, self.total - other.total, self.squares - other.squares
        )

    @property
    def sample(self) -> Sample:
        return Sample.of_sums(self.posts, self.total, self.squares)


Peers = tuple[str, int]
"""What is compared with each other within an account: a kind of post ("" any) in the same 30 days."""


@dataclass(frozen=True)
class TraitCounts:
    """The posts of one account, counted: so many accounts can be looked at together without their posts."""

    account_id: str
    whole: Mapping[Peers, Tally]
    by_trait: Mapping[Trait, Mapping[Peers, Tally]]

    @cached_property
    def sums(self) -> Mapping[Trait, tuple[Tally, Shuffled]]:
        """Of each trait all its posts, and how far they are from chance among their peers; both can be added up."""
        return {trait: (_sum(found.values()), shuffle(_strata(self, trait))) for trait, found in self.by_trait.items()}


def count_traits(account_id: str, posts: Iterable[WeighedPost]) -> TraitCounts:
    """Count the posts of one account."""
    whole: dict[Peers, Tally] = defaultdict(Tally)
    by_trait: dict[Trait, dict[Peers, Tally]] = defaultdict(lambda: defaultdict(Tally))
    for post in posts:
        of_kind, of_any = (post.post.kind, post.era), ("", post.era)
        whole[of_kind].count(post)
        for trait in post.traits:
            by_trait[trait][of_any if trait.kind is TraitKind.KIND else of_kind].count(post)
    return TraitCounts(account_id, dict(whole), {trait: dict(found) for trait, found in by_trait.items()})


def find_practices(accounts: Sequence[TraitCounts], *, with_templates: bool) -> Practices:
    """Look through all traits at once. Templates have meaning in one account alone.

    Compared are posts of the same account, of the same kind and of the same 30 days. A trait is told when posts with it
    are more often in the top fifth *and* have a better mean, both by more than chance among all traits that were looked
    at, and the intervals are as wide as choosing them afterwards asks for.
    """
    whole = _sum(tally for each in accounts for tally in each.whole.values())
    tested = [
        (trait, inside)
        for trait, inside in sorted(_with_trait(accounts).items())
        if (with_templates or trait.kind is not TraitKind.TEMPLATE)
        and min(inside.posts, whole.posts - inside.posts) >= FEWEST_WITH
    ]
    chances = [_chance(_shuffled(accounts, trait), inside, whole.without(inside)) for trait, inside in tested]
    holds = discoveries(chances, FALSE_RATE) if chances else []
    level = level_of_found(sum(holds), len(tested), FALSE_RATE)
    found = [
        _practice(accounts, trait, inside, whole.without(inside), level)
        for (trait, inside), held in zip(tested, holds, strict=True)
        if held
    ]
    better = sorted((each for each in found if each.lift.low > 1), key=lambda each: -each.lift.low)
    return Practices(tuple(better), len(tested), whole.posts, sum(bool(each.whole) for each in accounts))


def _sum(tallies: Iterable[Tally]) -> Tally:
    found = Tally()
    for tally in tallies:
        found.add(tally)
    return found


def _with_trait(accounts: Iterable[TraitCounts]) -> dict[Trait, Tally]:
    found: dict[Trait, Tally] = defaultdict(Tally)
    for each in accounts:
        for trait, (tally, _) in each.sums.items():
            found[trait].add(tally)
    return found


def _shuffled(accounts: Iterable[TraitCounts], trait: Trait) -> Shuffled:
    return sum((each.sums[trait][1] for each in accounts if trait in each.sums), Shuffled())


def _chance(shuffled: Shuffled, inside: Tally, outside: Tally) -> float:
    """The greater of two probabilities: of so many in the top, and of so different a mean; 1.0 if they disagree."""
    score = shuffled.score(step=1)
    having, lacking = inside.sample, outside.sample
    if (having.mean > lacking.mean) != (score > 0):
        return 1.0
    return max(probability_of_score(score), welch_probability(having, lacking))


def _strata(account: TraitCounts, trait: Trait) -> Iterator[Stratum]:
    inside = account.by_trait[trait]
    for peers, whole in _peers(account, trait):
        found = inside.get(peers)
        if found:
            yield Stratum(whole.posts, whole.top, whole.top, found.posts, found.top)


def _peers(account: TraitCounts, trait: Trait) -> Iterable[tuple[Peers, Tally]]:
    if trait.kind is not TraitKind.KIND:
        return account.whole.items()
    of_any: dict[Peers, Tally] = defaultdict(Tally)
    for (_, era), tally in account.whole.items():
        of_any["", era].add(tally)
    return of_any.items()


def _practice(accounts: Sequence[TraitCounts], trait: Trait, inside: Tally, outside: Tally, level: float) -> Practice:
    return Practice(
        trait,
        inside.posts,
        inside.top,
        outside.posts,
        outside.top,
        share_interval(inside.top, inside.posts, level),
        share_interval(outside.top, outside.posts, level),
        share_ratio_interval(inside.top, inside.posts, outside.top, outside.posts, level),
        sum(trait in each.by_trait for each in accounts),
    )
