"""How the engine says no to a person."""

from __future__ import annotations


class Refusal(str):
    """A line for a person that says why nothing was done."""

    __slots__ = ()
