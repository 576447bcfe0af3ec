"""The Python files whose shape the tests of this folder look at."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bot", "webapp", "practice")
COMMANDS = ("start.py", "app.py", "main.py", "migrate_to_multi_account.py")


def source_files() -> list[Path]:
    """Every file of the product, without the tests."""
    inside = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return inside + [ROOT / name for name in COMMANDS if (ROOT / name).is_file()]
