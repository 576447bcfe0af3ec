"""Reads posts from a list that shows only what is near the window and uses its nodes again.

Posts are collected by id while scrolling (x_dom_facts: Home timeline, virtualised list rules).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.errors import PageTimeout, Trouble, XDown
from bot.x.arrival import check, missing_element
from bot.x.contract import PostSeen
from bot.x.counts import read_exact, read_left_over
from bot.x.page import Page
from bot.x.selectors import POST
from bot.x.trouble import trouble_of_words

_FRUITLESS_SCROLLS = 3
_LIST_ERROR = "something went wrong. try reloading"

_SCROLL = "window.scrollBy({top: window.innerHeight * 0.9, behavior: 'instant'}); return true;"
_IS_AT_END = """
const page = document.documentElement;
return window.scrollY + window.innerHeight > page.scrollHeight - 5;
"""
_END_SECONDS = 0.8  # at the end of the list, for one more page that may be on its way


def collect(
    page: Page, is_enough: Callable[[Sequence[PostSeen]], bool], *, may_be_bare: bool = False
) -> list[PostSeen]:
    """The posts of the open list in the order shown, each id once, until what was shown `is_enough`.

    Ends when several scrolls brought nothing new. Raises what the list itself says is wrong, and PageTimeout
    for a list that stays bare without saying that it is empty: only with `may_be_bare` is that taken for empty.
    """
    found: dict[str, PostSeen] = {}
    if not _wait_for_list(page, may_be_bare):
        return []
    fruitless = 0
    while fruitless < _FRUITLESS_SCROLLS:
        fruitless = 0 if _gather(page, found) else fruitless + 1
        if is_enough(list(found.values())):
            break
        page.evaluate(_SCROLL)
        seconds = _END_SECONDS if page.evaluate(_IS_AT_END) else page.timeouts.scroll
        page.poll(lambda: _has_new(page, found), seconds)
    return list(found.values())


def read_posts(page: Page) -> list[PostSeen]:
    """The posts the page holds right now."""
    return [_post(raw) for raw in page.run("posts")]


def _gather(page: Page, found: dict[str, PostSeen]) -> bool:
    before = len(found)
    for post in read_posts(page):
        found.setdefault(post.id, post)
    return len(found) > before


def _has_new(page: Page, found: dict[str, PostSeen]) -> bool:
    return any(post.id not in found for post in read_posts(page))


def _wait_for_list(page: Page, may_be_bare: bool) -> bool:
    """True when posts came, False for a list that is empty. Raises PageChanged when its cells hold no posts."""
    seconds = page.timeouts.bare_list if may_be_bare else page.timeouts.element
    shown = page.poll(lambda: _shown(page), seconds)
    if shown:
        return shown == "posts"
    state = check(page)
    if state.cells or not state.list_shown:
        raise missing_element(page, POST)
    if not may_be_bare:
        raise PageTimeout("The list of posts did not load.")
    return False


def _shown(page: Page) -> str:
    state = check(page)
    if state.posts:
        return "posts"
    if state.nothing_here or state.not_found:
        return "nothing"
    trouble = trouble_of_list(state.words)
    if trouble:
        raise trouble
    return ""


def trouble_of_list(words: str) -> Trouble | None:
    """What the list itself says is wrong; `words` are those of PageState."""
    if _LIST_ERROR in words.lower():
        return XDown("x.com could not load the list.")
    return trouble_of_words(words)


def _post(raw: dict[str, Any]) -> PostSeen:
    """Each number from its own button, which says "0 Likes. Like" for none; a label without a number is unknown.

    So is "View post analytics": it stands at old posts that have no count, and nothing tells those from posts that
    nobody has seen yet (x_dom_facts: Action bar; captures profile_loggedout, home_loggedin).
    """
    likes, reposts, replies = (read_exact(raw[name]) for name in ("likes", "reposts", "replies"))
    views = read_exact(raw["views"])
    bookmarks = read_exact(raw["bookmarks"])
    if bookmarks is None and raw["views"] is not None:
        bookmarks = read_left_over(raw["bar"], (replies, reposts, likes), views)
    return PostSeen(
        id=raw["id"],
        handle=raw["handle"],
        text=raw["text"],
        posted_at=_moment(raw["time"]),
        likes=likes,
        reposts=reposts,
        replies=replies,
        views=views,
        bookmarks=bookmarks,
        liked=raw["liked"],
        language=raw["language"],
        out_of_order=raw["out_of_order"],
    )


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if text else None
    except ValueError:
        return None
