"""What the runs of kills found is told at the end of the test run, whatever is asked of pytest's output."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Tell = Callable[[str], None]
_PROPERTY = "told at the end"


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    """Takes a line for the end of the test run. It travels with the test's report, from a worker process too."""
    return lambda line: request.node.user_properties.append((_PROPERTY, line))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for reports in list(terminalreporter.stats.values()):
        for report in reports:
            if getattr(report, "when", "") == "call":
                for name, line in report.user_properties:
                    if name == _PROPERTY:
                        terminalreporter.write_line(str(line))
