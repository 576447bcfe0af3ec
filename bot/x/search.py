"""Searches the tab Latest (x_dom_facts: URLs)."""

from __future__ import annotations

from urllib.parse import quote

from bot.x.contract import PostSeen
from bot.x.page import Page
from bot.x.timeline import collect


def search_latest(page: Page, query: str, limit: int) -> list[PostSeen]:
    """Posts that match `query`, in the order shown, each id once."""
    page.open(f"search?q={quote(query, safe='')}&src=typed_query&f=live")
    return collect(page, lambda shown: len(shown) >= limit)[:limit]
