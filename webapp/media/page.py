"""What the media page shows, and the words for sizes and limits."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from bot.content.media import FORMATS, MAX_PICTURES, MediaFacts, MediaFormat
from bot.content.media_library import (
    MOST_FRAMES,
    MOST_PIXELS_OF_ALL_FRAMES,
    QUEUED,
    SHOWN,
    USES_UNKNOWN,
    MediaItem,
    MediaShelf,
    MediaUse,
)
from bot.fleet_view import AccountView, Fleet
from webapp.accounts.card import Card, key
from webapp.live import Mark
from webapp.wording import counted

_MB = 1024 * 1024
KINDS = {"promo": "Promo", "value": "Value", QUEUED: "Queued post"}
RULES = (
    f"A post takes up to {MAX_PICTURES} pictures, or 1 video.",
    f"A GIF has up to {MOST_FRAMES} frames, and {MOST_PIXELS_OF_ALL_FRAMES // 10**6} million pixels in all of them.",
    "A file is judged by its content. A name with the wrong ending gets the right one.",
)


@dataclass(frozen=True)
class MediaPage:
    """The page of one account. `shelf` is None while its entry in accounts.yaml is broken."""

    card: Card
    why_today: str
    shelf: MediaShelf | None
    number: int  # of the part that is shown, from 1
    mark: Mark

    @property
    def account(self) -> AccountView:
        return self.card.account

    @property
    def shelf_key(self) -> str:
        """The same while the same files are used by the same templates."""
        return key(self.shelf, self.number)

    @property
    def count_words(self) -> str:
        return counted(self.shelf.total if self.shelf else 0, "file", "files")

    @property
    def last_number(self) -> int:
        return max(1, -(-self.shelf.total // SHOWN)) if self.shelf else 1

    @property
    def earlier(self) -> str:
        """The address of the part before this one; "" on the first."""
        return self._part(self.number - 1) if self.number > 1 else ""

    @property
    def later(self) -> str:
        return self._part(self.number + 1) if self.number < self.last_number else ""

    @property
    def limits(self) -> list[tuple[str, str]]:
        """("JPG, PNG, WEBP", "up to 5 MB"): the formats that have a limit in common."""
        sizes = dict.fromkeys(each.most_bytes for each in FORMATS)
        return [(_names([f for f in FORMATS if f.most_bytes == size]), f"up to {size // _MB} MB") for size in sizes]

    @property
    def rules(self) -> tuple[str, ...]:
        return RULES

    @property
    def accept(self) -> str:
        """For the file chooser."""
        return ",".join([each.mime for each in FORMATS] + [suffix for each in FORMATS for suffix in each.suffixes])

    @property
    def most_bytes(self) -> int:
        return max(each.most_bytes for each in FORMATS)

    def _part(self, number: int) -> str:
        return url_for("media.show", account_id=self.account.id, page=None if number == 1 else number)


def look_at_media(fleet: Fleet, account_id: str, number: int, mark: Mark) -> MediaPage:
    """Gather the page. Raises KeyError for an unknown account."""
    card = Card(fleet.account_view(account_id))
    why_today = fleet.why_no_post_today(account_id)
    try:
        shelf = fleet.media.look(account_id, offset=(number - 1) * SHOWN)
    except KeyError:
        return MediaPage(card, why_today, None, 1, mark)
    return MediaPage(card, why_today, shelf, number, mark)


def facts_words(facts: MediaFacts) -> str:
    """ "JPG · 1,280 × 720 · 312 kB"."""
    pixels = f"{facts.width:,} × {facts.height:,}" if facts.width else ""
    return " · ".join(filter(None, (facts.format.name, pixels, size_words(facts.size))))


def size_words(size: int) -> str:
    """ "312 kB", "1.4 MB"."""
    return f"{size / _MB:.1f} MB" if size >= _MB else f"{max(1, round(size / 1024))} kB"


def use_words(use: MediaUse) -> str:
    """ "Promo: the text's beginning"."""
    text = " ".join(use.text.split())
    return f"{KINDS.get(use.kind, use.kind)}: {text[:79] + '…' if len(text) > 80 else text}"


def uses_are_unknown(item: MediaItem) -> bool:
    return item.use_mark == USES_UNKNOWN


def _names(formats: list[MediaFormat]) -> str:
    return ", ".join(each.name for each in formats)
