"""Icons and files the pages name are there."""

from __future__ import annotations

import re
from pathlib import Path

from webapp import assets, wording
from webapp.accounts.card import Action

WEBAPP = Path(assets.__file__).parent
TEMPLATES = sorted((WEBAPP / "templates").rglob("*.html"))
LISTED = set((assets.STATIC_FOLDER / "icons.txt").read_text(encoding="utf-8").split())


def _named_in_templates() -> set[str]:
    calls = [call for page in TEMPLATES for call in re.findall(r"icon\(([^)]*)\)", page.read_text(encoding="utf-8"))]
    # The first argument: "name", or "name" if ... else "other"; a variable is looked for in the Python code.
    return {name for call in calls for name in re.findall(r'(?<!== )"([a-z0-9-]+)"', call.split(",")[0])}


def _named_in_code() -> set[str]:
    tables = (wording.STATES, wording.RUN_STATES, wording.POST_STATES, wording.LEVELS)
    faces = {face.icon for table in tables for face in table.values()}
    code = "".join(file.read_text(encoding="utf-8") for file in WEBAPP.rglob("*.py"))
    calls = {icon for _, icon in re.findall(r'(?:Face|Action)\(([^,()]+), "([a-z0-9-]+)"', code)}
    return faces | calls


def test_each_icon_in_use_is_listed_for_the_set_up_and_none_is_too_many() -> None:
    in_macros = set(re.findall(r'icon\("([a-z0-9-]+)"', "".join(p.read_text(encoding="utf-8") for p in TEMPLATES)))
    assert {"feather", "file-alert", "player-play"} <= in_macros | _named_in_code()
    assert _named_in_templates() | _named_in_code() == LISTED


def test_each_listed_icon_is_in_the_sprite() -> None:
    sprite = (assets.STATIC_FOLDER / "vendor" / "icons.svg").read_text(encoding="utf-8")
    assert {name for name in LISTED if f'id="tabler-{name}"' not in sprite} == set()


def test_each_file_the_pages_ask_for_is_there() -> None:
    asked = {name for p in TEMPLATES for name in re.findall(r"asset\('([^']+)'\)", p.read_text(encoding="utf-8"))}
    assert "css/panel.css" in asked
    assert {name for name in asked if not (assets.STATIC_FOLDER / name).is_file()} == set()


def test_an_action_is_allowed_exactly_when_nothing_speaks_against_it() -> None:
    assert Action("Start", "player-play").allowed
    assert not Action("Start", "player-play", "It runs already.").allowed
