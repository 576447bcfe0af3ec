"""templates.yaml is changed where it was meant to be, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.settings.template_editing import (
    add_template,
    change_template,
    delete_template,
    duplicate_template,
    move_template,
    set_list,
    set_own_list,
)
from bot.settings.yaml_editing import edit_yaml
from bot.settings.yaml_reading import parse_yaml
from tests import legacy

FILE = Path("templates.yaml")
TEXT = """\
# what we say
promo_templates:
- text: "🔥 Paket {wa_number}"   # the best
  media: media/a.png
- 'plain one'   # older
- last
tips:
- "one"   # first
- two
"""


def edit(change: Callable[[Any], object], text: str = TEXT) -> str:
    def do(data: Any) -> None:
        change(data)

    return edit_yaml(text, do, FILE)


def data(text: str) -> Any:
    return parse_yaml(text, FILE).data


def test_a_new_template_stands_at_the_end_as_a_plain_text_or_with_its_keys() -> None:
    after = edit(lambda data: add_template(data, "promo_templates", {"text": "new", "media": None}))
    assert after == TEXT.replace("- last\n", "- last\n- new\n")
    after = edit(lambda data: add_template(data, "value_templates", {"text": "a\n\nb", "weight": 2}))
    assert after == TEXT + "value_templates:\n- text: |-\n    a\n\n    b\n  weight: 2\n"


def test_only_the_keys_that_change_are_written() -> None:
    after = edit(lambda data: change_template(data, "promo_templates", 0, {"media": "media/b.png", "weight": None}))
    assert after == TEXT.replace("a.png", "b.png")
    after = edit(lambda data: change_template(data, "promo_templates", 0, {"media": None}))
    assert after == TEXT.replace("  media: media/a.png\n", "")


def test_a_plain_text_stays_one_until_it_has_more() -> None:
    after = edit(lambda data: change_template(data, "promo_templates", 1, {"text": "other", "media": None}))
    assert data(after)["promo_templates"][1] == "other"
    assert "# older" in after
    after = edit(lambda data: change_template(data, "promo_templates", 1, {"enabled": False}))
    assert yaml.safe_load(after)["promo_templates"][1] == {"text": "plain one", "enabled": False}


def test_a_template_is_deleted_with_its_own_comment_at_most() -> None:
    after = edit(lambda data: delete_template(data, "promo_templates", 1))
    assert data(after)["promo_templates"] == [data(TEXT)["promo_templates"][0], "last"]
    assert "# what we say" in after
    assert "# the best" in after


def test_a_copy_stands_behind_and_is_switched_off() -> None:
    after = edit(lambda data: duplicate_template(data, "promo_templates", 0))
    first, copy, *_ = yaml.safe_load(after)["promo_templates"]
    assert copy == {**first, "enabled": False}
    assert "# the best" in after


@pytest.mark.parametrize(("place", "to", "order"), [(0, 1, [1, 0, 2]), (2, 0, [2, 0, 1]), (0, 9, [1, 2, 0])])
def test_a_template_is_moved_and_its_comment_with_it(place: int, to: int, order: list[int]) -> None:
    after = edit(lambda data: move_template(data, "promo_templates", place, to))
    before = data(TEXT)["promo_templates"]
    assert data(after)["promo_templates"] == [before[index] for index in order]
    lines = {line.strip("- ").split("   #")[0]: line for line in after.splitlines()}
    assert lines['text: "🔥 Paket {wa_number}"'].endswith("# the best")
    assert lines["'plain one'"].endswith("# older")


@pytest.mark.parametrize("key", ["promo_templates", "value_templates", "tips_templates"])
@pytest.mark.parametrize("place", [-1, 3, 99])
def test_a_template_that_is_not_there_is_told(key: str, place: int) -> None:
    for act in (delete_template, duplicate_template):
        with pytest.raises(KeyError):
            edit(lambda data, act=act: act(data, key, place))  # type: ignore[misc]


def test_entries_of_a_list_that_stay_keep_their_comments() -> None:
    after = edit(lambda data: set_list(data, "tips", ["one", "three"]))
    assert after == TEXT.replace("- two", "- three")


def test_lists_of_entries_with_keys_are_written_as_such() -> None:
    after = edit(lambda data: set_list(data, "faqs", [{"question": "q?", "answer": "NO"}]))
    assert yaml.safe_load(after)["faqs"] == [{"question": "q?", "answer": "NO"}]
    assert edit(lambda data: set_list(data, "faqs", [{"question": "q?", "answer": "NO"}]), after) == after


def test_lists_of_ones_own_come_and_go() -> None:
    after = edit(lambda data: set_own_list(data, "warna", ["merah", "biru"]))
    assert yaml.safe_load(after)["lists"] == {"warna": ["merah", "biru"]}
    assert yaml.safe_load(edit(lambda data: set_own_list(data, "warna", None), after))["lists"] == {}


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], include_characters="\n "), min_size=1))
def test_every_text_reads_back_as_it_was_written(text: str) -> None:
    after = edit(lambda data: add_template(data, "promo_templates", {"text": text}), legacy.TEMPLATES)
    assert data(after)["promo_templates"][-1] == text
    assert data(after)["promo_templates"][:-1] == data(legacy.TEMPLATES)["promo_templates"]
