"""Which template is next, and why others were passed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.choosing import Choice, choose
from bot.content.templates import Rendered, Template
from bot.storage.journal import TemplateUse

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def templates(*texts: str) -> list[Template]:
    return [Template("promo", text) for text in texts]


def used(*days_ago: float) -> TemplateUse:
    times = tuple(NOW - timedelta(days=days) for days in days_ago)
    return TemplateUse(times, times[0])


def plain(template: Template) -> Rendered:
    return Rendered(template, template.text)


def unless_used(texts: Collection[str]) -> Callable[[Rendered], str]:
    return lambda post: "was posted in the last 30 days" if post.text in texts else ""


def cycling(*texts: str) -> Callable[[Template], Rendered]:
    """Draws that give these texts one after the other."""
    drawn = iter(texts * 10)
    return lambda template: Rendered(template, next(drawn))


class Diary:
    """Posts of some templates, one after the other, with their uses as the journal tells them."""

    def __init__(self, offered: list[Template]) -> None:
        self.offered = offered
        self.now = NOW
        self.posts: list[tuple[datetime, Template, str]] = []

    def post(self, render: Callable[[Template], Rendered | None] = plain, days: int = 0) -> Choice:
        """`days`: no text of so many days is posted again."""
        recent = {text for at, _, text in self.posts if at >= self.now - timedelta(days=days)} if days else set()
        choice = choose(self.offered, self.uses(), self.now, render, unless_used(recent))
        if choice.post is not None:
            self.posts.append((self.now, choice.post.template, choice.post.text))
        return choice

    def uses(self) -> dict[str, TemplateUse]:
        times: dict[str, list[datetime]] = {}
        for at, template, _ in reversed(self.posts):
            times.setdefault(template.key, []).append(at)
        return {key: TemplateUse(tuple(each[:10]), each[0]) for key, each in times.items()}


def test_the_template_unused_for_longest_is_next() -> None:
    choice = choose(templates("a", "b", "c"), {"a": used(0), "b": used(3), "c": used(1)}, NOW, plain)
    assert choice.post is not None
    assert choice.post.text == "b"
    assert choice.passed_over == ()
    assert choice.why == "its turn has come: last used 3 days ago"


def test_templates_never_used_come_first_in_the_order_of_the_file() -> None:
    choice = choose(templates("a", "b", "c"), {"a": used(900)}, NOW, plain)
    assert choice.post is not None
    assert choice.post.text == "b"
    assert choice.why == "it was never used before"


def test_over_many_posts_every_template_has_its_turn() -> None:
    diary = Diary(templates("a", "b", "c"))
    for _ in range(9):
        diary.post()
        diary.now += timedelta(days=1)
    assert [text for _, _, text in diary.posts] == ["a", "b", "c"] * 3


@given(st.lists(st.integers(1, 10), min_size=1, max_size=6), st.integers(1, 4))
def test_a_template_comes_up_as_often_as_its_weight_says(weights: list[int], rounds: int) -> None:
    diary = Diary([Template("promo", str(place), weight=weight) for place, weight in enumerate(weights)])
    for _ in range(sum(weights) * (rounds + 1)):
        diary.post()
        diary.now += timedelta(hours=5)
    in_the_end = Counter(text for _, _, text in diary.posts[-sum(weights) * rounds :])
    assert in_the_end == {str(place): weight * rounds for place, weight in enumerate(weights)}


def test_a_template_that_got_a_name_keeps_its_turn() -> None:
    named = replace(templates("a")[0], name="spring")
    choice = choose([named, *templates("b")], {"a": used(1), "b": used(3)}, NOW, plain)
    assert choice.post is not None
    assert choice.post.text == "b"


def test_a_template_rests_for_its_cool_down_and_says_so() -> None:
    resting = replace(templates("a")[0], cool_down_days=5)
    choice = choose([resting], {"a": used(4.99)}, NOW, plain)
    assert choice.post is None
    assert choice.passed_over == ("“a” rests for 5 days after each post; its last was 4 days ago",)
    assert choose([resting], {"a": used(5)}, NOW, plain).post is not None


def test_a_post_that_failed_begins_no_cool_down() -> None:
    resting = replace(templates("a")[0], cool_down_days=5)
    assert choose([resting], {"a": TemplateUse((NOW,), None)}, NOW, plain).post is not None


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(1, 3), st.integers(1, 3)), min_size=1, max_size=4),
    st.lists(st.integers(1, 60), min_size=1, max_size=40),
    st.integers(1, 6),
    st.randoms(use_true_random=False),
)
def test_no_template_and_no_text_ever_comes_back_too_soon(
    offered: list[tuple[int, int, int]], hours: list[int], repeat_days: int, random: Random
) -> None:
    diary = Diary(
        [
            Template("promo", f"t{place}-{texts}", weight=weight, cool_down_days=days)
            for place, (days, weight, texts) in enumerate(offered)
        ]
    )

    def draw(template: Template) -> Rendered:
        return Rendered(template, f"{template.text} {random.randint(1, int(template.text[-1]))}")

    for wait in hours:
        diary.now += timedelta(hours=wait)
        diary.post(draw, repeat_days)
    for index, (at, template, text) in enumerate(diary.posts):
        for later, other, again in diary.posts[index + 1 :]:
            assert template != other or later - at >= timedelta(days=template.cool_down_days)
            assert text != again or later - at > timedelta(days=repeat_days)


def test_a_text_that_may_not_go_out_is_passed_over_with_the_reason() -> None:
    choice = choose(templates("a", "b"), {}, NOW, plain, unless_used({"a"}))
    assert choice.post is not None
    assert choice.post.text == "b"
    assert choice.passed_over == ("“a” was posted in the last 30 days",)


@pytest.mark.parametrize(
    ("text", "why"),
    [("x" * 281, "is longer than X takes (281 of 280)"), ("  ", "is empty"), ("a\ufffe", "holds a character")],
)
def test_what_x_does_not_take_is_passed_over_with_the_reason(text: str, why: str) -> None:
    choice = choose(templates(text, "b"), {}, NOW, plain)
    assert choice.post is not None
    assert choice.post.text == "b"
    assert why in choice.passed_over[0]
    assert len(choice.passed_over[0]) < 100


def test_a_thread_is_passed_over_when_any_of_its_posts_is_too_long() -> None:
    choice = choose(templates("a"), {}, NOW, lambda template: Rendered(template, "a", ("x" * 281,)))
    assert choice.passed_over == ("“a” is longer than X takes (281 of 280)",)


def test_a_template_without_a_value_is_passed_over_with_the_reason() -> None:
    choice = choose(templates("{tip}"), {}, NOW, lambda _template: None)
    assert choice.post is None
    assert choice.passed_over == ("“{tip}” names a variable that has no value in settings.yaml or templates.yaml",)


def test_a_template_with_drawn_variables_gets_several_draws() -> None:
    draws = cycling("used 1", "used 2", "x" * 300, "fresh")
    choice = choose(templates("t"), {}, NOW, draws, unless_used({"used 1", "used 2"}))
    assert choice.post is not None
    assert choice.post.text == "fresh"


def test_draws_come_to_an_end() -> None:
    tries: list[int] = []

    def draw(template: Template) -> Rendered:
        tries.append(1)
        return Rendered(template, "used")

    assert choose(templates("t"), {}, NOW, draw, unless_used({"used"})).post is None
    assert len(tries) < 50


def test_without_templates_there_is_nothing() -> None:
    choice = choose([], {}, NOW, plain)
    assert (choice.post, choice.passed_over) == (None, ())
