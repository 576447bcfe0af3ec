from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot.log import configure_console
from tests.engines import Engine
from tests.logs import own_logging
from tests.telling import Tell, make_tell, told_lines

LONGEST = (
    "e2e/test_faults.py",
    "e2e/x/test_check.py",
    "e2e/test_fleet.py",
    "crash/test_browser_kills.py",
    "simulation/",
    "e2e/",
    "crash/",
)
"""What takes longest comes first: two workers then end at about the same time."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent

    def turn(item: pytest.Item) -> int:
        place = item.path.relative_to(here).as_posix()
        return next((number for number, start in enumerate(LONGEST) if place.startswith(start)), len(LONGEST))

    items.sort(key=turn)


@pytest.fixture(autouse=True)
def _plain_log() -> Iterator[None]:
    """A command that was tried sends the log to a stream that is closed after its test; the next has its own again."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def console_logs() -> Iterator[None]:
    """What the commands do to logging does not outlive a test."""
    with own_logging():
        configure_console()
        yield


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    return make_tell(request)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in told_lines(terminalreporter):
        terminalreporter.write_line(line)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(tmp_path)
    yield engine
    engine.close()
