"""The arrows between the rooms, held by import-linter with the contracts in pyproject.toml."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGES, ROOT

LINT = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"


def lint(folder: Path) -> tuple[int, str]:
    """Run import-linter over a checkout."""
    done = subprocess.run(
        [sys.executable, "-c", LINT],
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_imports_go_down_only() -> None:
    code, report = lint(ROOT)
    assert code == 0, report


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The product's modules in a place where they may be spoilt."""
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=lambda folder, names: {n for n in names if is_no_code(folder, n)}
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def is_no_code(folder: str, name: str) -> bool:
    return not (name.endswith(".py") or Path(folder, name).is_dir()) or name == "__pycache__"


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("bot/errors.py", "import bot.storage.journal", "Imports go down only"),
        ("bot/newcomer.py", "", "Imports go down only"),
        ("bot/settings/home.py", "import webapp", "The panel is above the bot"),
        ("practice/world.py", "import bot.errors", "it knows nothing of the bot and the panel"),
        ("webapp/live.py", "import practice.world", "bot and panel know nothing of it"),
        ("webapp/live.py", "import selenium", "Selenium is in bot.browser and bot.x"),
        ("bot/automation.py", "import sqlite3", "SQLite is in bot.storage"),
        ("practice/seed.py", "import yaml", "YAML is in bot.settings"),
        ("bot/automation.py", "import schedule", "schedule is in the ticker"),
        ("bot/log.py", "import flask", "Flask is in the panel and the practice site"),
    ],
)
def test_a_forbidden_import_is_found(copy: Path, file: str, line: str, contract: str) -> None:
    path = copy / file
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{before}\n{line}\n", encoding="utf-8")
    code, report = lint(copy)
    assert code == 1
    assert f"{contract} BROKEN" in report
