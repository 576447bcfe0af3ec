"""An edit changes what it is about, and nothing else."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SettingsError
from bot.settings.yaml_editing import as_yaml, edit_yaml
from bot.settings.yaml_reading import parse_yaml
from tests import legacy

FILE = Path("accounts.yaml")
MASTER_LIST = """# My shops
version: "1.0"   # keep

accounts:
  # the first
  - id: one
    name: 'Toko Satu'  # quoted
    enabled: yes
    folder: accounts/one

  - id: two
    folder: accounts/two
    extra: {a: 1, b: [1, 2]}
# end
settings:
    max_concurrent_accounts: 3
    when: 13:00
    empty:
    no: NO
"""


def nothing(_data: Any) -> None:
    """Change nothing."""


def changed_lines(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[0] in "+-" and line[:3] not in {"+++", "---"}]


def test_an_edit_that_changes_nothing_changes_no_letter() -> None:
    assert edit_yaml(MASTER_LIST, nothing, FILE) == MASTER_LIST


@pytest.mark.parametrize("text", [legacy.TEMPLATES, legacy.KEYWORDS, legacy.ACCOUNTS, legacy.SETTINGS])
def test_the_files_of_existing_users_keep_every_key_and_comment(text: str) -> None:
    after = edit_yaml(text, nothing, FILE)
    assert parse_yaml(after, FILE).data == parse_yaml(text, FILE).data
    assert [line for line in after.splitlines() if "#" in line] == [line for line in text.splitlines() if "#" in line]


@pytest.mark.skipif(not legacy.SHARED.exists(), reason="the shared samples are not beside the project")
def test_the_samples_of_existing_users_change_no_letter() -> None:
    for file in legacy.SHARED.rglob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        assert edit_yaml(text, nothing, file) == text


def test_one_value_is_one_line() -> None:
    def change(data: Any) -> None:
        data["accounts"][0]["enabled"] = False

    after = edit_yaml(MASTER_LIST, change, FILE)
    assert changed_lines(MASTER_LIST, after) == ["-    enabled: yes", "+    enabled: false"]


def test_a_new_account_is_written_like_those_before_it() -> None:
    def change(data: Any) -> None:
        data["accounts"].append(as_yaml({"id": "three", "groups": ["bali"]}))

    after = edit_yaml(MASTER_LIST, change, FILE)
    assert changed_lines(MASTER_LIST, after) == ["+  - id: three", "+    groups:", "+      - bali"]


def test_dashes_below_their_key_stay_where_they_are() -> None:
    text = "accounts:\n- id: one\n  folder: a\n- id: two\n  folder: b\n"
    assert edit_yaml(text, nothing, FILE) == text


@pytest.mark.parametrize(
    "text", ["a:\n", "a: null\n", "# only words\n\n", "", "a: 'x'\r\nb: 2\r\n", "a:\n    b:\n        c: 1\n"]
)
def test_what_is_written_in_another_way_stays_so(text: str) -> None:
    assert edit_yaml(text, nothing, FILE) == text


def test_the_first_key_of_a_file_goes_below_its_comments() -> None:
    assert edit_yaml("# mine\n", lambda data: data.update({"version": "1.0"}), FILE) == "# mine\nversion: '1.0'\n"


def test_one_file_does_not_change_how_the_next_is_written() -> None:
    assert [edit_yaml(text, nothing, FILE) for text in ("a:\n", "a: null\n", "a:\n")] == ["a:\n", "a: null\n", "a:\n"]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\x85\ufeff\ufffe\uffff")))
def test_any_text_reads_back_as_it_was_also_by_other_programs(text: str) -> None:
    after = edit_yaml("a: 1\n", lambda data: data.update({"name": as_yaml(text)}), FILE)
    assert parse_yaml(after, FILE).data["name"] == text
    assert yaml.safe_load(after)["name"] == text


@pytest.mark.parametrize("word", ["NO", "yes", "13:00", "0123", "1e3", "2026-03-02", "null", "~", "12_000", "=", "<<"])
def test_words_that_are_no_text_to_other_programs_get_quotes(word: str) -> None:
    after = edit_yaml("a: 1\n", lambda data: data.update({"word": as_yaml(word)}), FILE)
    assert yaml.safe_load(after)["word"] == parse_yaml(after, FILE).data["word"] == word


@pytest.mark.parametrize("text", ["a: [\n", "- a\n", "a: 1\na: 2\n", "a: &x [*x]\n", "a: !!python/name:os.system\n"])
def test_what_cannot_be_read_is_not_changed_and_says_where(text: str) -> None:
    with pytest.raises(SettingsError) as raised:
        edit_yaml(text, nothing, FILE)
    assert raised.value.problems[0].line >= 1
