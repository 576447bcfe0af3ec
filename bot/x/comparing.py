"""Whether a post on x.com has the text that was sent: links are drawn in another form there."""

from __future__ import annotations

import re
import unicodedata

_LINK = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[^\W\d_]{2,}(?:[/?#:]\S*)?|\S+…", re.IGNORECASE)
"""An address with its scheme or without: x.com makes a link of both, draws the scheme where none was written and
hides it, and cuts long ones (x_dom_facts: Post, tweetText)."""


def comparable(text: str) -> str:
    """What stays of a text on its way through x.com: links are rewritten there, blanks and variants may change."""
    plain = _LINK.sub(" ", unicodedata.normalize("NFC", text))
    return " ".join(plain.replace("\ufe0f", "").split()).casefold()
