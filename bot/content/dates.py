"""The day of a post in words, for templates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

Language = Literal["id", "en"]
_WEEKDAYS: Mapping[Language, tuple[str, ...]] = {
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS: Mapping[Language, tuple[str, ...]] = {
    "id": (
        "Januari", "Februari", "Maret", "April", "Mei", "Juni",
        "Juli", "Agustus", "September", "Oktober", "November", "Desember",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip


def words_of_day(moment: datetime, language: Language) -> dict[str, str]:
    """Variable -> its value, at a moment in the account's zone. The time is 08.05 in Indonesian, 08:05 in English."""
    month = _MONTHS[language][moment.month - 1]
    clock = f"{moment:%H.%M}" if language == "id" else f"{moment:%H:%M}"
    return {
        "weekday": _WEEKDAYS[language][moment.weekday()],
        "date": f"{moment.day} {month} {moment.year}",
        "day": str(moment.day),
        "month": month,
        "year": str(moment.year),
        "time": clock,
    }


def words_of_any_day(language: Language, year: int) -> dict[str, tuple[str, ...]]:
    """Variable -> values of which one is as long as it can get."""
    return {
        "weekday": _WEEKDAYS[language],
        "date": tuple(f"28 {month} {year}" for month in _MONTHS[language]),
        "day": ("28",),
        "month": _MONTHS[language],
        "year": (str(year),),
        "time": ("23.59" if language == "id" else "23:59",),
    }
