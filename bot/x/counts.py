"""Reads the numbers x.com shows, in the languages it shows them in.

Labels carry exact numbers with the separators of the language ("1,497 Likes. Like", "8 回复。回复"); profiles
carry numbers that are rounded from 10,000 up ("393.2K", "1.6万") (x_dom_facts: Action bar, Profile).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_GROUP = r"[.,'’\u00a0\u202f\u066c ]"
_EXACT = re.compile(rf"\d{{1,3}}(?:{_GROUP}\d{{2,3}})*{_GROUP}\d{{3}}(?!\d)|\d+")
_ROUNDED = re.compile(r"(\d+(?:[.,\u00a0\u202f\u066b\u066c' ’]\d+)*)\s*([^\W\d_]+)?")

_SCALES = {
    **dict.fromkeys(("k", "rb", "mil", "tsd", "tys", "тыс", "千", "천"), 1_000),
    **dict.fromkeys(("m", "jt", "mio", "mln", "mi", "млн"), 1_000_000),
    **dict.fromkeys(("b", "mrd", "млрд"), 1_000_000_000),
    **dict.fromkeys(("万", "萬", "만"), 10_000),
    **dict.fromkeys(("亿", "億", "억"), 100_000_000),
}
_INDONESIAN = {"m": 1_000_000_000}  # miliar; a million is "jt"


def read_exact(label: str | None) -> int | None:
    """The first number of a label, whatever its language; None when it has none."""
    found = _EXACT.search(label or "")
    return int(re.sub(r"\D", "", found.group())) if found else None


def read_left_over(label: str | None, before: Sequence[int | None], after: int | None) -> int | None:
    """The number that the label of the whole bar has besides those known from their own buttons; None when in doubt.

    In lists the bookmark's button carries no number, and only "12 replies, 3 reposts, 40 likes, 1 bookmark, 900
    views" does. Zero counts are left out of it, so when every number is one that is known, there is no bookmark; when
    one more stands between those `before` it and the one `after` it, that is the bookmarks. Anything else, as a count
    that changed meanwhile, leaves it unknown (x_dom_facts: Action bar, label_grammar_en).
    """
    if None in before:
        return None
    shown = [int(re.sub(r"\D", "", number)) for number in _EXACT.findall(label or "")]
    head, tail = [count for count in before if count], [after] if after else []
    if shown == head + tail:
        return 0
    place = len(head)
    return shown[place] if len(shown) > place and shown[:place] + shown[place + 1 :] == head + tail else None


def read_rounded(text: str | None, language: str = "") -> int | None:
    """A number as profiles show it: "1,017", "14K", "393.2K", "1,2 jt", "1.6万". None when there is none."""
    found = _ROUNDED.search(text or "")
    if not found:
        return None
    digits, unit = found.group(1), (found.group(2) or "").lower()
    scales = {**_SCALES, **_INDONESIAN} if language.startswith("id") else _SCALES
    scale = scales.get(unit) or scales.get(unit[:1] if unit[:1] > "\u2e80" else "")
    return round(_decimal(digits) * scale) if scale else read_exact(digits)


def _decimal(digits: str) -> float:
    whole, mark, part = re.fullmatch(r"(.*?)(?:([.,\u066b])(\d{1,2}))?", digits).groups()  # type: ignore[union-attr]
    return float(re.sub(r"\D", "", whole) + (f".{part}" if mark else ""))
