"""The number of different posts equals what going through all ways finds, however large."""

from __future__ import annotations

import time
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content.counting import Count, count_posts
from bot.content.rendering import draw
from bot.content.templates import Poll, Template, read_content
from tests.content.grammar import DATA, TEXTS, AllWays, entries_of, vocabulary_of


def count(text: str | list[str], **lists: Any) -> Count:
    first, *more = [text] if isinstance(text, str) else text
    return count_posts(Template("promo", first, more=tuple(more)), vocabulary_of({"lists": {}, **lists}))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("plain", 1),
        ("{a|b} {c|d|e}", 6),
        ("{a|b|a}", 2),
        ("{a|ab}{c|bc}", 3),
        ("{a|{b|{c|d}}}", 4),
        ("{ a|a |a}", 1),
        ("{ |}", 0),
        ("{no variable} {x}", 1),
        ("{tip} {tip}", 3),
        ("{tip} {fact}", 6),
        ("{question} {answer}", 2),
        ("{question}", 2),
        ("{tip|fact} ", 2),
        ("{{tip}|{fact}}", 5),
        ("{review}", 0),
        ("{review} or {a|b}", 0),
        ("{{review}|b}", 1),
    ],
)
def test_different_posts_are_counted(text: str, number: int) -> None:
    lists = {
        "tips": ["t1", "t2", "t3"],
        "facts": ["f1", "f2"],
        "faqs": [{"question": "q1", "answer": "a1"}, {"question": "q2", "answer": "a2"}],
    }
    assert count(text, **lists) == Count(number)


def test_choices_inside_what_is_drawn_count_and_a_variable_that_stands_twice_has_one_text() -> None:
    assert count("{tip}", tips=["a{b|c}", "d"]) == Count(3)
    assert count("{tip}, {tip}", tips=["a{b|c}", "d"]) == Count(3)
    assert count("{tip} {fact}", tips=["{fact}!", "t"], facts=["f", "g"]) == Count(4)


def test_a_number_of_any_size_is_exact() -> None:
    assert count(" ".join(["{a|b|c}"] * 60)) == Count(3**60)


def test_long_lists_beside_questions_and_answers_are_counted_exactly_and_quickly() -> None:
    lists = {
        "tips": [f"tip number {n}, which goes on for quite a while" for n in range(300)],
        "faqs": [{"question": f"what about {n}?", "answer": f"that is {n}"} for n in range(100)],
    }
    began = time.perf_counter()
    assert count("A {tip}. {question} {answer}, {Halo|Hai}!", **lists) == Count(300 * 100 * 2)
    assert count("{question} {answer} {tip}", **lists) == Count(300 * 100)
    assert time.perf_counter() - began < 3


def test_threads_are_counted_as_wholes() -> None:
    assert count(["{a|b}", "{c|d} "]) == Count(4)
    assert count(["{tip}", "because: {tip}"], tips=["a", "b"]) == Count(2)
    assert count(["{a| a}", "{ b|b}"]) == Count(1)
    assert count(["{a|}", "b"]) == Count(1)


def test_other_options_of_a_poll_make_another_post() -> None:
    template = Template("promo", "Which?", poll=Poll(("{a|b}", "c")))
    assert count_posts(template, vocabulary_of({})) == Count(2)


def test_what_leads_back_to_itself_is_no_post() -> None:
    assert count("{tip}", tips=["x {tip}"]) == Count(0)
    assert count("{tip}", tips=["x {tip}", "y"]) == Count(1)
    assert count("{tip}", tips=["x {fact}"], facts=["{tip}"]) == Count(0)


def test_what_is_too_entangled_is_counted_as_far_as_it_goes_and_quickly() -> None:
    lists = {name: [f"{name} {n}" for n in range(100)] for name in ("tips", "facts", "locations", "reviews")}
    began = time.perf_counter()
    found = count("{tip} {fact} {location} {review} {tip} {fact} {location} {review}", **lists)
    assert not found.is_exact
    assert 100 < found.number <= 100**4
    assert time.perf_counter() - began < 3


def test_texts_that_double_each_other_come_to_an_end() -> None:
    names = [f"v{number}" for number in range(40)]
    own = {name: [f"{{{after}}}{{{after}}}"] for name, after in pairwise(names)}
    lists = {"lists": {**own, names[-1]: ["end"]}}
    began = time.perf_counter()
    content = read_content(lists)
    count_posts(Template("promo", "{v0}"), content.vocabulary)
    assert draw(Template("promo", "{v0}"), content.vocabulary, Random(1)) is None
    assert time.perf_counter() - began < 5


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=2), DATA)
def test_the_count_is_that_of_all_ways(texts: list[str], data: dict[str, Any]) -> None:
    template = Template("promo", texts[0], more=tuple(texts[1:]))
    vocabulary = vocabulary_of(data)
    expected = AllWays(vocabulary, entries_of(data)).posts(template)
    found = count_posts(template, vocabulary)
    assert found.number == len(expected) if found.is_exact else 0 < found.number <= len(expected), sorted(expected)[:20]


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(TEXTS, DATA, st.integers(0, 99))
def test_every_draw_is_one_of_all_ways(text: str, data: dict[str, Any], seed: int) -> None:
    template = Template("promo", text)
    vocabulary = vocabulary_of(data)
    post = draw(template, vocabulary, Random(seed))
    assert post is None or not post.text or (post.text,) in AllWays(vocabulary, entries_of(data)).posts(template)
