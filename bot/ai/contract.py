"""What is asked of a language model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Question:
    """One request. The key is in no `repr`, so that no log has it."""

    address: str  # of the API, such as http://127.0.0.1:11434/v1
    rules: str  # what holds for every answer
    request: str
    model: str = ""  # "": the service has one, or chooses
    key: str = field(default="", repr=False)
    seconds: float = 10  # for all of it


class Model(Protocol):
    """Somebody to ask. Safe for threads."""

    def ask(self, question: Question) -> str:
        """The answer's text, as it came. Raises ModelTrouble."""

    def close(self) -> None:
        """Let go of connections."""
