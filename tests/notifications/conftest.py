from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.notifications.house import House, Service, listening


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.database.close()


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """No proxy of the machine's comes in between."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with listening() as found:
        yield found
