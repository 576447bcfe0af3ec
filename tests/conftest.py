from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines import Engine
from tests.telling import Tell, make_tell, told_lines


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
