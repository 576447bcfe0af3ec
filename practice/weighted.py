"""The length of a post as x.com counts it (x_dom_facts: Composer, weighted_length; limit 280).

Written apart from the bot's own counting, so that one checks the other. `static/js/weight.js` says the same.
"""

from __future__ import annotations

import re
import unicodedata

LIMIT = 280
URL_WEIGHT = 23

_PICTURE = (
    r"(?:[\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf"
    r"\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]|[\u00a9\u00ae](?=\ufe0f))"
)
_TONE = r"[\U0001f3fb-\U0001f3ff]"
_TAGS = r"(?:[\U000e0020-\U000e007e]+\U000e007f)"
_ONE = rf"{_PICTURE}(?:\ufe0f?{_TONE}|\ufe0f)?{_TAGS}?"
_EMOJI = re.compile(
    rf"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_ONE}(?:\u200d(?:{_ONE}|[\u2640\u2642]\ufe0f?))*"
)
_TLDS = "com|net|org|info|biz|id|co|io|me|app|dev|shop|store|site|xyz|link|ly|gg|tv|uk|us|in|sg|my|jp|cn|de|fr"
_URL = re.compile(
    rf"(?<![\w@#$.\-])(?:https?://[^\s<>\"']+|(?:[a-z0-9][a-z0-9\-]*\.)+(?:{_TLDS})(?![\w@\-])(?:[/?][^\s<>\"']*)?)",
    re.IGNORECASE | re.ASCII,
)
_LIGHT = ((0, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))


def weighted_length(text: str) -> int:
    """How much of the 280 the text uses: URLs 23 each, an emoji sequence 2, other characters 1 or 2."""
    text = unicodedata.normalize("NFC", text)
    total = 0
    rest = []
    position = 0
    for match in _URL.finditer(text):
        address = match.group().rstrip(".,;:!?)]}…")
        rest.append(text[position : match.start()])
        position = match.start() + len(address)
        total += URL_WEIGHT
    rest.append(text[position:])
    return total + sum(_plain_weight(part) for part in rest)


def _plain_weight(text: str) -> int:
    without, emoji = _EMOJI.subn("", text)
    return 2 * emoji + sum(_weight(ord(character)) for character in without)


def _weight(code: int) -> int:
    return 1 if any(low <= code <= high for low, high in _LIGHT) else 2
