"""Whether two texts say the same in other clothes: other emoji, numbers, order, links, casing, punctuation."""

from __future__ import annotations

import re
from collections.abc import Set

_LINK = re.compile(r"https?://\S+|\b(?:[\w-]+\.)+[a-z]{2,}/\S*", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2,}")
_ALIKE = 0.8
"""Share of the words of both that both have."""


def words_of(text: str) -> frozenset[str]:
    """The words that a text is known by."""
    return frozenset(_WORD.findall(_LINK.sub(" ", text).casefold()))


def are_alike(one: Set[str], other: Set[str]) -> bool:
    """Whether the words of two texts are nearly the same. Texts without words are like no other."""
    union = len(one | other)
    return bool(union) and len(one & other) / union >= _ALIKE
