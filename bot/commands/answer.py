"""What a command says at its end, for people and for programs, and the exit codes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any


class ExitCode(IntEnum):
    """docs/operations.md, "The command line". 2 (wrong usage) is argparse's own."""

    DONE = 0
    REFUSED = 1  # unknown account, home in use, trouble: one line says what to do
    SELECTORS_MISSING = 3  # --check-x: x.com's pages are not as known
    INCOMPLETE = 4  # --export-metrics: some accounts could not be read, the others are exported


@dataclass(frozen=True)
class Answer:
    """`text` is for a terminal, `data` the same as JSON takes it."""

    text: str
    data: Any
    code: ExitCode = ExitCode.DONE
