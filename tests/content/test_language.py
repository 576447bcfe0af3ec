"""Texts as trees: what is a choice, what a variable, and what are words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.language import DEEPEST, LONGEST_SOURCE, Choice, Tree, Variable, Words, parse


def source(tree: Tree) -> str:
    """The text a tree was made of."""
    parts: list[str] = []
    for part in tree:
        if isinstance(part, Words):
            parts.append(part.text)
        elif isinstance(part, Variable):
            parts.append(part.source)
        else:
            parts.append("{" + "|".join(source(option) for option in part.options) + "}")
    return "".join(parts)


def words(text: str) -> Tree:
    return (Words(text),) if text else ()


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", ()),
        ("a b", (Words("a b"),)),
        ("{tip}", (Variable("tip"),)),
        ("{belum ada}", (Variable("belum ada"),)),
        ("{}", (Variable(""),)),
        ("{a|b}", (Choice((words("a"), words("b"))),)),
        ("{a|}", (Choice((words("a"), ())),)),
        ("x{a|b{c|{d}}}", (Words("x"), Choice((words("a"), (Words("b"), Choice((words("c"), (Variable("d"),)))))))),
        ("{{a|b}}", (Words("{"), Choice((words("a"), words("b"))), Words("}"))),
        ("a|b", (Words("a|b"),)),
        ("{a|b", (Words("{a|b"),)),
        ("a|b}", (Words("a|b}"),)),
        ("{x {tip} y}", (Words("{x "), Variable("tip"), Words(" y}"))),
        ("{a|{tip}", (Words("{a|"), Variable("tip"))),
        ("}{", (Words("}{"),)),
    ],
)
def test_braces_with_a_bar_are_a_choice_and_without_one_a_variable(text: str, tree: Tree) -> None:
    assert parse(text) == tree


@given(st.text(alphabet="{}|ab ", max_size=60))
def test_nothing_of_a_text_is_lost(text: str) -> None:
    assert source(parse(text)) == text


def test_what_is_nested_too_deeply_is_words() -> None:
    deep = "{a|" * (DEEPEST + 1) + "b" + "}" * (DEEPEST + 1)
    assert parse(deep) == words(deep)
    assert isinstance(parse(deep[3:-1])[0], Choice)


@pytest.mark.timeout(60)  # what takes the square of the time would take hours
@pytest.mark.parametrize("text", ["{", "{|", "{a|b}", "{{", "{" * 9000 + "}" * 9000])
def test_a_text_of_nothing_but_braces_is_read_in_the_end(text: str) -> None:
    parse((text * LONGEST_SOURCE)[:LONGEST_SOURCE])
    parse(text * LONGEST_SOURCE)
