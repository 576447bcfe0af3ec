"""Numbers as shops write them: 1.250.000, Rp 1.250.000,-, 250rb, 1,5 jt. Pure."""

from __future__ import annotations

import re

LARGEST = 10**12
_UNITS = {"rb": 1_000, "ribu": 1_000, "k": 1_000, "jt": 1_000_000, "juta": 1_000_000}
_AMOUNT = re.compile(
    r"(?:rp|idr)?\.?\s*(?P<number>\d[\d.,\s]*?)\s*(?P<unit>rb|ribu|k|jt|juta)?\s*(?:,-|rupiah|idr)?", re.IGNORECASE
)
_IN_THOUSANDS = re.compile(r"\d{1,3}(?:(?P<mark>[., ])\d{3})(?:(?P=mark)\d{3})*")
_REMEDY = "write a whole number, such as 1250000 or 1.250.000"


def read_amount(words: str) -> int | None:
    """The whole number that is meant; None for nothing. Raises ValueError in words.

    Groups of three after points, commas or blanks are thousands; what follows the last mark otherwise is a fraction,
    which only 00 may be, or goes with rb and jt: 1,5 jt is 1500000.
    """
    plain = words.replace("\xa0", " ").strip()
    if not plain:
        return None
    found = _AMOUNT.fullmatch(plain)
    if found is None:
        raise ValueError(f"“{plain[:40]}” is no number: {_REMEDY}")
    unit = _UNITS.get((found["unit"] or "").lower(), 1)
    value = _value(found["number"].strip(), unit)
    if value is None:
        raise ValueError(f"“{plain[:40]}” is no whole number: {_REMEDY}")
    if value > LARGEST:
        raise ValueError(f"“{plain[:40]}” is more than Aviary counts: {_REMEDY}")
    return value


def write_amount(value: int | None) -> str:
    """For a table: digits alone, "" for what nobody said."""
    return "" if value is None else str(value)


def _value(number: str, unit: int) -> int | None:
    """The number times the unit; None when it is no whole one."""
    whole, mark, fraction = _parted(number)
    if whole is None:
        return None
    value = int(whole) * unit
    if not mark:
        return value
    rest = int(fraction) * unit
    return value + rest // 10 ** len(fraction) if rest % 10 ** len(fraction) == 0 else None


def _parted(number: str) -> tuple[str | None, str, str]:
    """Digits before the fraction, the mark, the fraction."""
    if number.isdigit():
        return number, "", ""
    if _IN_THOUSANDS.fullmatch(number):
        return re.sub(r"\D", "", number), "", ""
    before, mark, fraction = _cut(number)
    if not fraction.isdigit() or len(fraction) > 2:
        return None, "", ""
    if before.isdigit():
        return before, mark, fraction
    grouped = _IN_THOUSANDS.fullmatch(before)
    return (re.sub(r"\D", "", before), mark, fraction) if grouped and grouped["mark"] != mark else (None, "", "")


def _cut(number: str) -> tuple[str, str, str]:
    place = max(number.rfind("."), number.rfind(","))
    return (number[:place], number[place], number[place + 1 :]) if place >= 0 else (number, "", "")
