"""What the panel's store says no to."""

from __future__ import annotations

from bot.errors import AviaryError


class PanelRefusal(AviaryError):
    """What was asked for would leave users or tokens in a state that cannot be; nothing was changed."""
