"""config/selectors.yaml: what it replaces, and how it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings.home import Home
from bot.settings.selectors import SelectorsFile, load_selectors_file
from bot.x.selectors import ALL, BUILT_IN, LIKE, NAMES, SelectorSet

EXAMPLE = Path(__file__).resolve().parents[2] / "config" / "selectors.example.yaml"


def load(root: Path, text: str) -> SelectorsFile:
    home = Home(root)
    home.selectors_yaml.parent.mkdir(parents=True, exist_ok=True)
    home.selectors_yaml.write_text(text, encoding="utf-8")
    return load_selectors_file(home, NAMES)


def test_without_the_file_nothing_is_replaced(tmp_path: Path) -> None:
    assert load_selectors_file(Home(tmp_path), NAMES) == SelectorsFile()


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "like:\n", "like: ~\n"])
def test_an_empty_file_or_key_replaces_nothing(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text) == SelectorsFile()


def test_one_css_or_a_list_in_order(tmp_path: Path) -> None:
    file = load(tmp_path, "like: '[data-testid=\"likeV2\"]'\npost:\n  - article.a\n  - 'article:has(> b)'\n")
    assert file.problems == ()
    assert file.replacements == {"like": ('[data-testid="likeV2"]',), "post": ("article.a", "article:has(> b)")}


def test_several_has_beside_each_other_are_taken(tmp_path: Path) -> None:
    assert load(tmp_path, "like: 'a:has(b, > c):has(d):not(:has(e))'\n").problems == ()


def test_every_built_in_selector_would_be_taken(tmp_path: Path) -> None:
    lines = [f"{one.name}: {list(one.ways)!r}" for one in ALL]
    file = load(tmp_path, "\n".join(lines))
    assert file.problems == ()
    assert file.replacements == {one.name: one.ways for one in ALL}


@pytest.mark.parametrize(
    ("text", "line", "key", "words"),
    [
        ("like: a\nliek: b\n", 2, "liek", "is 'like' meant?"),
        ("nothing_like_it_at_all: a\n", 1, "nothing_like_it_at_all", "is no selector of Aviary"),
        ("1: a\n", 1, "1", "is no selector of Aviary"),
        ("\nlike: '[data-testid=\"x'\n", 2, "like", "is no CSS"),
        ("like: 'div >'\n", 1, "like", "is no CSS"),
        ("like: 'a:hass(b)'\n", 1, "like", ":hass() is unknown"),
        ("like: 'a:contains(\"x\")'\n", 1, "like", ":contains() is unknown"),
        ("like: 'a[b!=c]'\n", 1, "like", "!= is unknown"),
        ("like: 'a:has(b:has(c))'\n", 1, "like", "cannot stand inside another"),
        ("like: 'a:has(b):has(:not(:has(c)))'\n", 1, "like", "cannot stand inside another"),
        ("like: '//div[@x]'\n", 1, "like", "is no CSS"),
        ("like: ''\n", 1, "like", "must be CSS between quotes"),
        ("like: 5\n", 1, "like", "must be CSS between quotes"),
        ("like: {a: b}\n", 1, "like", "must be CSS between quotes"),
        ("like: []\n", 1, "like", "a list of 1 to 10"),
        ("like:\n  - a\n  - 'b ['\n", 3, "like.1", "is no CSS"),
        ("like: [a, [b]]\n", 1, "like.1", "must be CSS between quotes"),
        ("- like\n", 1, "", "as keys"),
        ("like: a\nlike: b\n", 2, "like", "stands twice"),
        ("like: [a\n", 1, "", "close it with ]"),
    ],
)
def test_each_mistake_is_named_with_its_place(tmp_path: Path, text: str, line: int, key: str, words: str) -> None:
    file = load(tmp_path, text)
    assert file.replacements == {}
    first, problem = file.problems
    assert "the built-in selectors are in force" in str(first)
    assert (problem.line, problem.key) == (line, key)
    assert problem.file.name == "selectors.yaml"
    assert words in problem.message


def test_one_mistake_leaves_the_whole_file_out_of_use_and_all_are_told(tmp_path: Path) -> None:
    file = load(tmp_path, "like: a\nfollow: 'b ['\nnope_nope: c\n")
    assert file.replacements == {}
    assert [problem.key for problem in file.problems] == ["", "follow", "nope_nope"]


def test_css_nested_without_end_is_a_mistake_like_any_other(tmp_path: Path) -> None:
    file = load(tmp_path, f"like: '{'a:is(' * 5000}b{')' * 5000}'\n")
    assert file.replacements == {}
    assert file.problems[1].key == "like"


def test_the_example_replaces_nothing_and_each_of_its_lines_would_be_taken(tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert load(tmp_path, text) == SelectorsFile()
    intro, *_ = text.split("# One way")
    lines = text.removeprefix(intro).splitlines()
    shown = [line.removeprefix("# ") for line in lines if line.startswith(("# like", "# composer", "#   -"))]
    file = load(tmp_path, "\n".join(shown))
    assert file.problems == ()
    assert set(file.replacements) == {"like", "composer_text"}


def test_a_set_holds_the_replacements_and_leaves_the_rest() -> None:
    selectors = SelectorSet({"like": ("a", "b")})
    assert selectors["like"].ways == ("a", "b")
    assert selectors["like"].level is LIKE.level
    assert selectors["unlike"] == BUILT_IN["unlike"]
    assert selectors.replaced == {"like"}
    assert selectors.as_css() == BUILT_IN.as_css() | {"like": "a, b"}


def test_a_set_knows_no_other_names() -> None:
    with pytest.raises(KeyError):
        SelectorSet({"liek": ("a",)})
