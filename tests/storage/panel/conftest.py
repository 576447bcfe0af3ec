"""A panel's store in a fresh folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.storage.panel import PanelStore


@pytest.fixture
def store(tmp_path: Path) -> PanelStore:
    return PanelStore(tmp_path)
