"""The text that a post or reply keeps for itself in the fleet's book, so that no other account posts one like it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.actions.visit import Visit


class TextHold:
    """One text at most, from its choice until it was sent or surely was not. Raises StorageError."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._texts = visit.guards.texts
        self._own = visit.settings.safety.guards.own_near_duplicates
        self._text = ""
        self._number = 0

    def take(self, text: str) -> str:
        """Keep this text in place of the one before; why it may not be posted, "" when it is kept."""
        if self._number and text == self._text:
            return ""
        self.release()
        reserved = self._texts.reserve(self._visit.account_id, text, own=self._own)
        self._text, self._number = text, reserved.number
        return reserved.why_not

    def release(self) -> None:
        """It was surely not sent."""
        if self._number:
            self._texts.release(self._number)
        self._number = 0

    def confirm(self) -> None:
        """It was sent."""
        self._texts.confirm(self._number)

    def settle(self) -> None:
        """Nobody knows at once: it follows the journal."""
        self._texts.settle(self._visit.account_id, self._visit.journal.state_of_text)


@dataclass(frozen=True)
class Going:
    """A post or reply on its way: its intent, its permit, and its text."""

    intent: int
    permit: int
    hold: TextHold
