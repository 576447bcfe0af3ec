"""keywords.yaml and templates.yaml as files."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings.content import load_keywords, load_templates, read_templates
from bot.settings.home import AccountFolder
from tests import legacy


@pytest.fixture
def folder(tmp_path: Path) -> AccountFolder:
    legacy.write_account(tmp_path)
    return AccountFolder(tmp_path)


def test_the_keywords_of_an_existing_user_are_read(folder: AccountFolder) -> None:
    assert load_keywords(folder) == {
        "high_intent": ("butuh paket data", "cari paket murah"),
        "competitor": ("@contoh_operator",),
        "location_based": (),
    }


def test_an_account_without_keywords_has_none(folder: AccountFolder) -> None:
    folder.keywords_yaml.unlink()
    assert load_keywords(folder) == {}


def test_empty_keywords_are_left_out_and_numbers_are_texts(folder: AccountFolder) -> None:
    folder.keywords_yaml.write_text("a: ['', ' x ', , 5]\nb:\n".replace(", ,", ", ~,"), encoding="utf-8")
    assert load_keywords(folder) == {"a": ("x", "5"), "b": ()}


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [("a: one\n", 1, "a"), ("a:\n- x\n- y: z\n", 3, "a.1"), ("- a\n", 1, ""), ("a: {b: c}", 1, "a")],
)
def test_wrong_keywords_are_told_with_their_line(folder: AccountFolder, text: str, line: int, key: str) -> None:
    folder.keywords_yaml.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_keywords(folder)
    assert [(problem.line, problem.key) for problem in caught.value.problems] == [(line, key)]


def test_templates_come_with_their_lines(folder: AccountFolder) -> None:
    document = read_templates(folder)
    assert document.line_of(("promo_templates", 1)) == 4
    assert load_templates(folder) == document.data


def test_templates_that_are_a_list_are_told(folder: AccountFolder) -> None:
    folder.templates_yaml.write_text("- a\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"templates\.yaml, line 1: must have keys such as promo_templates"):
        load_templates(folder)
