"""A panel over a fake fleet whose accounts have databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.clock import FakeClock
from bot.fleet.fake import FakeFleet, make_account
from bot.settings.home import AccountFolder
from tests.analytics_world import Shape, write_account
from tests.webapp.panel import NOW

SHAPE = Shape(days=70, posts=4)
ACCOUNTS = (
    make_account("warung", "Warung <b>", groups=("bogor",)),
    make_account("kopi", "=Kopi", groups=("bogor", "bali")),
    make_account("baru", "Toko Baru"),
)


@pytest.fixture(scope="session")
def numbers_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two accounts of seventy days; the third has done nothing yet. Only read."""
    home = tmp_path_factory.mktemp("numbers")
    for seed, account in enumerate(ACCOUNTS[:2]):
        write_account(AccountFolder(home / account.folder).metrics_db, NOW, SHAPE, seed)
    return home


@pytest.fixture
def fleet(clock: FakeClock, numbers_home: Path) -> FakeFleet:
    fleet = FakeFleet(clock, ACCOUNTS)
    fleet.home = numbers_home
    return fleet
