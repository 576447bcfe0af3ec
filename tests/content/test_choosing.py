"""Which template is next, and why others were passed over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.content.choosing import choose
from bot.content.templates import Rendered, Template

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def templates(*texts: str) -> list[Template]:
    return [Template("promo", text) for text in texts]


def plain(template: Template) -> Rendered:
    return Rendered(template, template.text)


def cycling(*texts: str) -> Callable[[Template], Rendered]:
    """Draws that give these texts one after the other."""
    drawn = iter(texts * 10)
    return lambda template: Rendered(template, next(drawn))


def test_the_template_unused_for_longest_is_next() -> None:
    last = {"a": NOW, "b": NOW - timedelta(days=3), "c": NOW - timedelta(days=1)}
    choice = choose(templates("a", "b", "c"), last, set(), plain)
    assert choice.post is not None
    assert choice.post.text == "b"
    assert choice.passed_over == ()


def test_templates_never_used_come_first_in_the_order_of_the_file() -> None:
    choice = choose(templates("a", "b", "c"), {"a": NOW - timedelta(days=900)}, set(), plain)
    assert choice.post is not None
    assert choice.post.text == "b"


def test_over_many_posts_every_template_has_its_turn() -> None:
    last: dict[str, datetime] = {}
    chosen: list[str] = []
    for day in range(9):
        choice = choose(templates("a", "b", "c"), last, set(), plain)
        assert choice.post is not None
        chosen.append(choice.post.text)
        last[choice.post.text] = NOW + timedelta(days=day)
    assert chosen == ["a", "b", "c"] * 3


def test_a_text_of_the_last_days_is_passed_over_with_the_reason() -> None:
    choice = choose(templates("a", "b"), {}, {"a"}, plain)
    assert choice.post is not None
    assert choice.post.text == "b"
    assert choice.passed_over == ("“a” was posted in the last 30 days",)


@pytest.mark.parametrize(
    ("text", "why"),
    [("x" * 281, "is longer than X takes (281 of 280)"), ("  ", "is empty"), ("a\ufffe", "holds a character")],
)
def test_what_x_does_not_take_is_passed_over_with_the_reason(text: str, why: str) -> None:
    choice = choose(templates(text, "b"), {}, set(), plain)
    assert choice.post is not None
    assert choice.post.text == "b"
    assert why in choice.passed_over[0]
    assert len(choice.passed_over[0]) < 100


def test_a_template_without_a_value_is_passed_over_with_the_reason() -> None:
    choice = choose(templates("{tip}"), {}, set(), lambda _template: None)
    assert choice.post is None
    assert choice.passed_over == ("“{tip}” names a variable that has no value in settings.yaml or templates.yaml",)


def test_a_template_with_drawn_variables_gets_several_draws() -> None:
    choice = choose(templates("t"), {}, {"used 1", "used 2"}, cycling("used 1", "used 2", "x" * 300, "fresh"))
    assert choice.post is not None
    assert choice.post.text == "fresh"


def test_draws_come_to_an_end() -> None:
    tries: list[int] = []

    def draw(template: Template) -> Rendered:
        tries.append(1)
        return Rendered(template, "used")

    assert choose(templates("t"), {}, {"used"}, draw).post is None
    assert len(tries) < 50


def test_without_templates_there_is_nothing() -> None:
    choice = choose([], {}, set(), plain)
    assert (choice.post, choice.passed_over) == (None, ())
