"""The hashtags of a post. Pure."""

from __future__ import annotations

import re

_HASHTAG = re.compile(r"(?<![\w&/])[#＃](\w*[^\W\d_]\w*)")
"""A tag has a letter in it: x.com makes none of #1. One inside of a link or a word is none."""


def hashtags_of(text: str) -> tuple[str, ...]:
    """The tags without #, in small letters, each once, in order."""
    return tuple(dict.fromkeys(tag.casefold() for tag in _HASHTAG.findall(text)))
