"""What people get wrong in YAML is told in words that say what to do, with the line to look at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.errors import SettingsError
from bot.settings.yaml_reading import LibraryLoader, PythonLoader, parse_yaml

OF_THE_PARSER = ("mapping", "token", "block", "scalar", "expected", "scanning", "parsing", "stream")


@pytest.fixture(params=[LibraryLoader, PythonLoader])
def loader(request: pytest.FixtureRequest) -> Any:
    """Both ways of reading must say the same: not every platform has libyaml."""
    return request.param


def told(text: str, loader: Any) -> tuple[int, str]:
    with pytest.raises(SettingsError) as caught:
        parse_yaml(text, Path("settings.yaml"), loader)
    (problem,) = caught.value.problems
    return problem.line, problem.message


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a:\n\tb: 2\n", 2, "holds a tab"),
        ("a: 1\n\tb: 2\n", 2, "holds a tab"),
        ("a:\n  b: 1\n \tc: 2\n", 3, "use blanks, two for each level"),
        ("account:\n  username '@a'\n  cookies_file: x\n", 2, "has a key without its colon"),
        ("account:\n  username:'@a'\n  cookies_file: x\n", 2, "with a blank after the colon"),
        ("account:\n  username: x\n  cookies_file\n", 3, "has a key without its colon"),
        ("safety\n\n  delays: {min_delay: 1}\n", 1, "has a key without its colon"),
        ("a: 1\nsafety\n  delays:\n    min_delay: 3\n", 2, "has a key without its colon"),
        ("t:\n- Promo hari ini\n  Order: 08\n", 2, "put the whole text between quotes"),
        ('a: 1\nb: "open\nc: 2\n', 2, "opens a quote that is never closed"),
        ("a: 1\nb: 'open\nc: 2\n", 2, "opens a quote that is never closed"),
        ("a: 'open\nb: 'x'\nc: 1\n", 2, "look whether a quote further up is not closed"),
        ("a: 'it's here'\n", 1, "goes on after a closing quote"),
        ("t:\n- {tip} hari ini\n", 2, "put the whole text between quotes"),
        ("a:\n  b: 1\n    c: 2\n", 3, "is indented otherwise"),
        ("a:\n    b: 1\n  c: 2\n", 3, "is indented otherwise"),
        ("  a: 1\nb: 2\n", 2, "is indented otherwise"),
        ("t:\n  - a\n - b\n", 3, "is indented otherwise"),
        ("b: 1\n- a\n", 2, "is indented otherwise"),
        ("a: promo: murah\n", 1, "put a text that holds a colon between quotes"),
        ("t:\n- Hemat: matikan data: x\n", 2, "put a text that holds a colon between quotes"),
        ("a: 1\nb: [1, 2\nc: 3\n", 2, "close it with ]"),
        ("a: {b: 1\nc: 3\n", 1, "close it with }"),
        ("a: {b: 1 c: 2}\n", 1, "put commas between its entries"),
        ("b: ]\n", 1, "has ] where a value must stand"),
        ("a: @toko\n", 1, "put a text that begins with @ between quotes"),
        ("a: *promo*\n", 1, "put a text that begins with * between quotes"),
        ("a: *nobody\n", 1, "put a text that begins with * between quotes"),
        ("a: & b\n", 1, "put a text that begins with & between quotes"),
        ("a: !promo hari\n", 1, "put a text that begins with ! between quotes"),
        ("a: >50 orang\n", 1, "put a text that begins with | or > between quotes"),
        ('a: "C:\\dir"\n', 1, "put this text between single quotes"),
        ("a: - b\n", 1, "put each dash on a line of its own"),
        ("a: 1\n---\nb: 2\n", 2, "delete the line ---"),
        ("a: ? b\n", 1, "put a text that begins with ? between quotes"),
    ],
)
def test_the_words_say_what_to_do(text: str, line: int, words: str, loader: Any) -> None:
    where, message = told(text, loader)
    assert words in message
    assert where == line
    assert [word for word in OF_THE_PARSER if word in message] == []


def test_a_mistake_that_nobody_knows_has_the_parsers_words_in_parentheses(loader: Any) -> None:
    line, message = told("a: &x 1\nb: &x 2\n", loader)
    assert line == 2
    assert message.startswith(
        "cannot be read: check indentation, colons and quotes in this line and in the one above ("
    )
    assert "found duplicate anchor" in message


def test_brackets_in_brackets_without_end_keep_their_own_words(loader: Any) -> None:
    assert told("[" * 100, loader) == (1, "is nested more than 60 deep")
