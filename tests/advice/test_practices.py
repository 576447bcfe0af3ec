"""What the top fifth shares: found where it is, and not found where nothing is."""

from __future__ import annotations

from random import Random
from zoneinfo import ZoneInfo

import pytest

from bot.advice.practices import Practices, count_traits, find_practices
from bot.advice.weighing import FEWEST_POSTS, Trait, TraitKind, weigh
from bot.storage.settled_posts import SettledPost
from tests.advice.worlds import NOW, make_posts

UTC_ZONE = ZoneInfo("UTC")
DAY_HOURS = (7, 9, 12, 13, 16, 19, 20)


def practices_of(*accounts: list[SettledPost], with_templates: bool = False) -> Practices:
    counts = [
        count_traits(f"a{number}", weigh(f"a{number}", posts, UTC_ZONE, NOW)) for number, posts in enumerate(accounts)
    ]
    return find_practices(counts, with_templates=with_templates)


def found_in(practices: Practices) -> set[tuple[str, str]]:
    return {(each.trait.kind.value, each.trait.value) for each in practices.found}


def test_pictures_that_do_better_are_found_with_an_interval() -> None:
    posts = make_posts(Random(1), DAY_HOURS, 60, lambda post: 1.6 if post.media == "picture" else 1.0)
    practices = practices_of(posts)
    best = practices.found[0]
    assert best.trait == Trait(TraitKind.MEDIA, "picture")
    assert best.share.low > best.other_share.high
    assert 1 < best.lift.low < best.lift.estimate < best.lift.high
    assert best.posts + best.other_posts == practices.posts == len(posts)
    assert best.top + best.other_top == len(posts) // 5


def test_an_hour_is_that_of_the_accounts_own_clock() -> None:
    posts = make_posts(Random(2), DAY_HOURS, 90, lambda post: 2.0 if post.posted_at.hour == 12 else 1.0)
    weighed = weigh("a", posts, ZoneInfo("Asia/Jakarta"), NOW)
    found = find_practices([count_traits("a", weighed)], with_templates=True)
    assert Trait(TraitKind.HOUR, "19") in [each.trait for each in found.found]


def test_a_template_is_told_of_one_account_and_never_of_all() -> None:
    posts = make_posts(Random(3), DAY_HOURS, 90, lambda post: 2.0 if post.template == "t3" else 1.0)
    assert ("template", "t3") in found_in(practices_of(posts, with_templates=True))
    assert not {kind for kind, _ in found_in(practices_of(posts, posts))} & {"template"}


def test_a_large_account_does_not_speak_for_the_others() -> None:
    """One account has ten times the engagement and posts at noon alone: that noon is no better is seen."""
    random = Random(4)
    large = make_posts(random, (12,), 100, lambda _post: 8.0)
    small = [make_posts(random, (7, 12, 19), 60) for _ in range(3)]
    assert ("hour", "12") not in found_in(practices_of(large, *small))


def test_what_goes_together_with_a_good_kind_is_not_praised_for_it() -> None:
    """Promo posts do better, and all of them go out in the evening beside value posts that do as badly as ever."""
    random = Random(6)
    promo = [post for post in make_posts(random, (19, 20), 90, lambda _post: 2.5) if post.kind == "promo"]
    value = [post for post in make_posts(random, (7, 9, 13, 19), 90) if post.kind == "value"]
    found = found_in(practices_of(promo + value))
    assert ("kind", "promo") in found
    assert ("hour", "19") not in found


def test_few_posts_say_nothing() -> None:
    posts = make_posts(Random(7), (8, 20), 40, lambda post: 5.0 if post.posted_at.hour == 20 else 1.0)
    few = posts[: FEWEST_POSTS - 1]
    assert practices_of(few) == Practices()
    assert practices_of(posts).posts == 80


def test_an_account_that_nobody_engages_with_is_left_out() -> None:
    posts = make_posts(Random(8), (8, 20), 40, lambda _post: 0.0)
    assert practices_of(posts) == Practices()


def test_one_like_on_three_views_is_not_the_best_post() -> None:
    posts = make_posts(Random(9), (8, 20), 40)
    lucky = SettledPost("lucky", posts[0].posted_at, "kata", "promo", "t1", "none", 3, 1)
    weighed = weigh("a", [*posts, lucky], UTC_ZONE, NOW)
    best = max(weighed, key=lambda post: post.rate)
    assert lucky.rate > best.post.rate
    assert best.post is not lucky


def test_posts_that_are_all_the_same_have_no_top() -> None:
    posts = [SettledPost(str(n), NOW, "kata", "promo", "t1", "none", 100, 2) for n in range(60)]
    assert not any(post.is_top for post in weigh("a", posts, UTC_ZONE, NOW))
    assert practices_of(posts).found == ()


def share_of_worlds_with_advice(worlds: int, seed: int) -> float:
    """Without any pattern in how good posts are, though evenings are seen by three times as many."""
    random = Random(seed)
    advised = 0
    for _ in range(worlds):
        accounts = [
            make_posts(random, DAY_HOURS[: random.randint(2, 7)], random.randint(15, 60), reach=_evenings)
            for _ in range(2)
        ]
        whole = practices_of(*accounts)
        advised += bool(whole.found)
    return advised / worlds


def _evenings(at: object) -> float:
    return 3.0 if getattr(at, "hour", 0) >= 18 else 1.0


def test_without_a_pattern_it_praises_something_in_few_worlds() -> None:
    assert share_of_worlds_with_advice(60, 11) <= 0.05


@pytest.mark.nightly
def test_without_a_pattern_it_praises_something_in_five_percent_of_many_worlds_at_most() -> None:
    assert share_of_worlds_with_advice(3000, 12) <= 0.05
