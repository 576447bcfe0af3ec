from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines import Engine


@pytest.fixture
def evening_engine(tmp_path: Path) -> Iterator[Engine]:
    """An account with morning and evening slots."""
    slots = {"morning": {"time": "08:00", "like": 2, "follow": 1}, "evening": {"time": "20:00"}}
    engine = Engine(tmp_path, schedule={"timezone": "UTC", **slots})
    yield engine
    engine.close()
