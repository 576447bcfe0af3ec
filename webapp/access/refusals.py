"""What the way in says no to."""

from __future__ import annotations

from datetime import datetime

from bot.errors import AviaryError


class AccessRefused(AviaryError):
    """This login or set-up does not go through; `remedy` says how it could."""


class TooManyAttempts(AccessRefused):
    """Wrong passwords or codes came too fast. `free_at` (UTC) is when the next attempt is looked at."""

    remedy = "Wait until then; nobody is locked out for longer."

    def __init__(self, message: str, *, free_at: datetime) -> None:
        super().__init__(message)
        self.free_at = free_at
