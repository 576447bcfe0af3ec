"""Whether a post sells something itself, in English and Indonesian.

A guess that needs two signs, so that a person who asks for a price is not taken for a shop.
"""

from __future__ import annotations

import re

_PRICE = re.compile(r"(?:\brp\.?\s?\d|\bidr\s?\d|[$€£]\s?\d|\d+\s?(?:ribu|rb|jt)\b|\b\d+k\b)", re.IGNORECASE)
_CONTACT = re.compile(
    r"(?:wa\.me/|\bwhatsapp\b|\b(?:wa|dm|chat|hub(?:ungi)?)\b\s?(?:[:.]|\d|kami|aja|us)|\+?62\d{8}|\b08\d{8})",
    re.IGNORECASE,
)
_OFFER = re.compile(
    r"\b(?:promo|diskon|discount|sale|jual|ready\s?stock|stok\s?ready|order|pesan\s+sekarang|open\s+(?:order|po)|"
    r"gratis\s+ongkir|free\s+shipping|best\s?price|harga\s+(?:murah|spesial)|buy\s+now|shop\s+now)\b",
    re.IGNORECASE,
)
_LINK = re.compile(r"(?:https?://|\b(?:shopee|tokopedia|lazada|bit\.ly|linktr\.ee)\b)", re.IGNORECASE)
_MANY_HASHTAGS = 4


def is_promotional(text: str) -> bool:
    """Whether at least two of price, contact, words of an offer, a link, and many hashtags are in the text."""
    signs = sum(pattern.search(text) is not None for pattern in (_PRICE, _CONTACT, _OFFER, _LINK))
    return signs + (text.count("#") >= _MANY_HASHTAGS) >= 2
