"""What the runs of kills found is told at the end of the test run, whatever is asked of pytest's output."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Tell = Callable[[str], None]
_LINES = pytest.StashKey[list[str]]()


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    """Takes a line for the end of the test run."""
    lines: list[str] = request.config.stash.setdefault(_LINES, [])
    return lines.append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in terminalreporter.config.stash.get(_LINES, []):
        terminalreporter.write_line(line)
