"""A language model in memory, for tests and screenshots."""

from __future__ import annotations

from collections.abc import Callable

from bot.ai.contract import Question
from bot.errors import ModelTrouble


class FakeModel:
    """Implements `Model`. Answers with `answer` of the request's last paragraph, which by default is the text."""

    def __init__(self, answer: Callable[[str], str] = lambda text: f"Better: {text}") -> None:
        self.answer = answer
        self.trouble: ModelTrouble | None = None
        """Raised instead of an answer, while it is set."""
        self.asked: list[Question] = []

    def ask(self, question: Question) -> str:
        self.asked.append(question)
        if self.trouble is not None:
            raise self.trouble
        return self.answer(question.request.split("\n\n")[-1].removeprefix("Post: "))

    def close(self) -> None:
        """Nothing is open."""
