"""An edit by a program leaves the lines it was not about as a person wrote them."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import pytest

from bot.settings.line_keeping import keep_lines
from bot.settings.yaml_editing import as_yaml, edit_yaml

ODD = """# top
schedule:
    morning:   {enabled: true,  time: '08:00' }   # early
    # about the afternoon
    afternoon:
      enabled:  true
      time: "13:00"
    # about the slots
    slots:
    - name: a      # first
      time: '09:00'

    # second one
    - name: b
      time: '10:00'
    # the third
    - name: c
      time: '11:00'
      weekdays: [mon,
                 tue]
# the policy follows
policy:
   like:   approve    # careful
"""


def changed_lines(change: Any, text: str = ODD) -> list[str]:
    after = edit_yaml(text, change, Path("settings.yaml"))
    lines = difflib.unified_diff(text.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[0] in "+-" and line[:3] not in {"+++", "---"}]


def test_spacing_quotes_and_indentation_of_other_lines_stay() -> None:
    def change(data: Any) -> None:
        data["policy"]["like"] = as_yaml("automatic")

    before, after = changed_lines(change)
    assert before == "-   like:   approve    # careful"
    assert after.split() == ["+", "like:", "automatic", "#", "careful"]


def test_a_comment_below_what_is_deleted_stays() -> None:
    def delete(data: Any) -> None:
        del data["schedule"]["slots"][1]

    assert changed_lines(delete) == ["-    - name: b", "-      time: '10:00'"]


def test_the_last_entry_goes_without_what_stands_below_its_list() -> None:
    def delete(data: Any) -> None:
        del data["schedule"]["slots"][2]

    assert [line for line in changed_lines(delete) if "policy" in line] == []
    assert "-    - name: c" in changed_lines(delete)


def test_a_key_goes_without_the_comment_of_the_next_one() -> None:
    def delete(data: Any) -> None:
        del data["schedule"]["afternoon"]

    assert changed_lines(delete) == ["-    afternoon:", "-      enabled:  true", '-      time: "13:00"']


def test_a_short_list_is_written_on_one_line() -> None:
    def add(data: Any) -> None:
        data["schedule"]["slots"][0]["weekdays"] = as_yaml(("mon", "tue"))

    assert changed_lines(add) == ["+      weekdays: [mon, tue]"]


def test_lines_that_were_joined_are_taken_back_as_they_were() -> None:
    text, untouched = "a: [1,\n  2]\nb:  1\nc: 1\n", "a: [1, 2]\nb: 1\nc: 1\n"
    assert keep_lines(text, untouched, "a: [1, 2]\nb: 1\nc: 2\n") == "a: [1,\n  2]\nb:  1\nc: 2\n"


@pytest.mark.parametrize("text", ["", "# x\n\na: 1\n", "a:  1\r\nb: 2\r\n", "a: 1"])
def test_what_was_not_changed_is_what_it_was(text: str) -> None:
    assert keep_lines(text, text.replace("  ", " "), text.replace("  ", " ")) == text


def test_a_result_that_would_mean_something_else_is_not_taken() -> None:
    def change(data: Any) -> None:
        data["a"] = as_yaml([1, 2, 3])
        data["b"] = as_yaml("x")

    after = edit_yaml("a: [1,\n    2]\nb:   y\n", change, Path("settings.yaml"))
    assert "b: x" in after
    assert "3" in after
