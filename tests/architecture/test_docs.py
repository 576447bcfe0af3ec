"""The documents name everything there is, and point only to what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.commands.answer import ExitCode
from bot.fleet_view import StateKind
from bot.settings import account, fleet
from bot.x.selectors import ALL
from main import make_parser
from webapp import wording

ROOT = Path(__file__).resolve().parents[2]
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
MODELS = [
    each
    for module in (account, fleet)
    for each in vars(module).values()
    if isinstance(each, type) and issubclass(each, BaseModel) and each.__module__ == module.__name__
]
NAMES = sorted({(model.__name__, name) for model in MODELS for name in model.model_fields})


@pytest.mark.parametrize(("model", "name"), NAMES)
def test_every_setting_is_documented(model: str, name: str) -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    words = {word for span in re.findall(r"`([^`]*)`", text) for word in re.split(r"[^a-z0-9_]+", span)}
    headings = {"accounts", "settings", "account", "business", "safety", "delays", "rate_limits", "schedule", "policy"}
    assert name in words | headings, f"{model}.{name}"


@pytest.mark.parametrize("state", list(StateKind))
def test_every_state_is_in_the_user_guide(state: StateKind) -> None:
    guide = (ROOT / "docs" / "user-guide.md").read_text(encoding="utf-8")
    assert f"| {wording.STATES[state].words} |" in guide


@pytest.mark.parametrize("document", DOCS, ids=lambda document: document.name)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (document.parent / target).exists(), target


@pytest.mark.parametrize("name", [selector.name for selector in ALL])
def test_every_selector_that_can_be_replaced_is_named(name: str) -> None:
    section = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8").partition("## config/selectors.yaml")[2]
    assert f"`{name}`" in section


def test_every_option_and_exit_code_of_the_command_line_is_documented() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    section = page.partition("## The command line")[2].partition("\n## ")[0]
    options = set(re.findall(r"--[a-z-]+", make_parser().format_help())) - {"--help"}
    assert {"--why", "--check-x", "--list-accounts", "--json"} <= options
    assert [option for option in options if option not in section] == []
    assert [code for code in ExitCode if f"| {code.value} |" not in section] == []
