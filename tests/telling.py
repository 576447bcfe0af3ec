"""What long tests found is told at the end of the test run, whatever is asked of pytest's output."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Tell = Callable[[str], None]
_PROPERTY = "told at the end"


def make_tell(request: pytest.FixtureRequest) -> Tell:
    """Takes a line for the end of the test run. It travels with the test's report, from a worker process too."""
    return lambda line: request.node.user_properties.append((_PROPERTY, line))


def told_lines(reporter: pytest.TerminalReporter) -> list[str]:
    """Every line that tests gave to their `tell`."""
    reports = [report for kept in reporter.stats.values() for report in kept if getattr(report, "when", "") == "call"]
    return [str(line) for report in reports for name, line in report.user_properties if name == _PROPERTY]
