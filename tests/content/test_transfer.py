"""Templates go out as a table and come in again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.content.templates import Content, read_content
from bot.content.transfer import TableError, from_table, merge, to_table
from bot.settings.yaml_editing import edit_yaml
from bot.settings.yaml_reading import parse_yaml
from tests import legacy

FILE = Path("templates.yaml")
ALL = """\
promo_templates:
- {text: "a\\n\\nb, \\"c\\"", media: [x.png, y.png], weight: 2, cool_down_days: 3, enabled: false, name: spring}
- thread: [one, "two\\nlines"]
story_templates:
- {text: which, poll: {options: [a, b], minutes: 60}}
"""


def read(text: str) -> Content:
    return read_content(parse_yaml(text, FILE).data)


def merged(text: str, table: str) -> str:
    return edit_yaml(text, lambda data: merge(data, from_table(table)), FILE)


@pytest.mark.parametrize("text", [ALL, legacy.TEMPLATES])
def test_what_goes_out_comes_in_as_it_was(text: str) -> None:
    assert from_table(to_table(read(text))).templates == read(text).templates


@pytest.mark.parametrize("text", [ALL, legacy.TEMPLATES])
def test_taking_in_what_is_there_already_changes_nothing(text: str) -> None:
    assert merged(text, to_table(read(text))) == text


def test_rows_change_what_is_there_by_name_or_text_and_add_the_rest() -> None:
    table = "kind,text,name,weight\npromo,new text,spring,4\npromo,another,,\nvalue,tip,,2\n"
    content = read(merged(ALL, table))
    assert [template.text for template in content.of_kind("promo")] == ["one", "another"]
    assert [(each.text, each.weight) for each in content.templates if each.name] == [("new text", 4)]
    assert [(each.text, each.weight) for each in content.of_kind("value")] == [("tip", 2)]


@pytest.mark.parametrize("sign", [";", "\t"])
def test_tables_of_other_spreadsheets_are_read(sign: str) -> None:
    (template,) = from_table(f"\ufeffKind{sign}Text\r\npromo{sign}a, b\r\n").templates
    assert (template.kind, template.text) == ("promo", "a, b")


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("", "line 1: the column kind is missing"),
        ("kind,texts\n", "line 1: the column text is missing"),
        ("kind,text,colour\n", "line 1: the column colour is not known"),
        ("kind,text\nreply,a\n", "line 2: “reply” is no kind"),
        ("kind,text\npromo,a,b\n", "line 2: has more cells"),
        ("kind,text,weight\npromo,a,\npromo,b,x\n", "line 3: weight must be a whole number"),
    ],
)
def test_what_cannot_be_taken_in_is_told_with_its_line(table: str, told: str) -> None:
    with pytest.raises(TableError) as caught:
        from_table(table)
    assert str(caught.value).startswith(told)


def test_a_merge_keeps_comments() -> None:
    text: Any = merged(legacy.TEMPLATES, "kind,text\npromo,one more\n")
    assert "# old form: a plain string" in text
    assert "one more" in text
