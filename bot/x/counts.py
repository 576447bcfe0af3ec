"""Reads the numbers x.com shows, in the languages it shows them in.

Labels carry exact numbers with the separators of the language ("1,497 Likes. Like", "8 回复。回复"); profiles
carry numbers that are rounded from 10,000 up ("393.2K", "1.6万") (x_dom_facts: Action bar, Profile).
"""

from __future__ import annotations

import re

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
