"""Which trouble a page is in: by its address and test ids first, by X's own words only where nothing else tells.

Words are looked for in toasts and in what X itself wrote in the main column, never in the page source (every
app shell holds "Something went wrong") nor in the sidebar, whose errors mean only that its widget failed
(x_dom_facts: Locks, suspension, limits, error texts; App shell, traps).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.errors import (
    AccountLocked,
    AccountSuspended,
    ActionRefused,
    ChallengeShown,
    DuplicateRefused,
    MediaRefused,
    PostLimitReached,
    ProxyRefused,
    SessionExpired,
    SlowDown,
    TargetGone,
    Trouble,
    XDown,
)

_LOGIN_PATHS = ("/login", "/i/flow/login", "/i/jf/onboarding", "/logout")
_ACCESS_PATH = "/account/access"
_PROXY_LOGIN_WANTED = 407
"""Chromium shows what a proxy says without a login as an empty page of the site that was asked for."""


@dataclass(frozen=True)
class PageState:
    """What scripts/state.js read."""

    path: str
    status: int
    logged_in: bool | None
    login_shown: bool
    code_asked: bool
    frame_shown: bool
    script_failed: bool
    column_shown: bool
    own_handle: str
    posts: int
    cells: int
    list_shown: bool
    nothing_here: bool
    not_found: bool
    words: str

    @classmethod
    def read(cls, raw: dict[str, Any]) -> PageState:
        facts = {key: value for key, value in raw.items() if key != "url"}
        return cls(path=urlsplit(str(raw["url"])).path, **facts)


def trouble_of_page(state: PageState) -> Trouble | None:
    """The trouble that concerns the whole account or site, or None when the page is in order."""
    if state.status == _PROXY_LOGIN_WANTED:
        return ProxyRefused("The proxy wants a user and password (407): those it got are wrong, or it got none.")
    if state.status >= 500:
        return XDown(f"x.com answered with an error ({state.status}).")
    words = _plain(state.words)
    if state.path.startswith(_ACCESS_PATH):
        return _trouble_of_access(state, words)
    if state.code_asked:
        return ChallengeShown("x.com asks for a code, a phone number or a user name.")
    if state.path.startswith(_LOGIN_PATHS) or state.logged_in is False or state.login_shown:
        return SessionExpired("x.com shows its login: the session is not valid any more.")
    if any(sign in words for sign in _SUSPENDED):
        return AccountSuspended("x.com says that the account is suspended.")
    return None


def is_access_undecided(state: PageState) -> bool:
    """Whether the page of a stopped account has not yet shown what it asks for."""
    at_access = state.path.startswith(_ACCESS_PATH)
    return at_access and not (state.frame_shown or state.code_asked or _says_locked(_plain(state.words)))


def _trouble_of_access(state: PageState, words: str) -> Trouble:
    if (state.frame_shown or state.code_asked) and not _says_locked(words):
        return ChallengeShown("x.com wants to see that a person is there.")
    return AccountLocked("x.com has locked the account.")


def _says_locked(words: str) -> bool:
    return any(sign in words for sign in _LOCKED)


def trouble_of_words(text: str) -> Trouble | None:
    """The trouble X names in a toast or in the main column; None for words that are not a known "no"."""
    plain = _plain(text)
    make = next((make for signs, make in _KNOWN if any(sign in plain for sign in signs)), None)
    return make(f"x.com says: {text.strip()}") if make else None


_LOCKED = ("account has been locked",)
_SUSPENDED = ("your account is suspended",)

# X's own English words (x_dom_facts: toast_or_inline_texts_en_from_X_bundle; Composer, media errors).
_KNOWN: tuple[tuple[tuple[str, ...], Callable[[str], Trouble]], ...] = (
    (("you already said that",), DuplicateRefused),
    (("over the daily limit for sending posts", "exceeded your post limit"), PostLimitReached),
    (
        (
            "looks like it might be automated",
            "temporarily blocked from sending posts",
            "reached your daily limit for this action",
            "you are rate limited",
            "account is temporarily restricted",
        ),
        SlowDown,
    ),
    (_SUSPENDED, AccountSuspended),
    (_LOCKED, AccountLocked),
    (("media failed to upload", "media failed to load"), MediaRefused),
    (("has been deleted or is not visible to you", "that post has been deleted"), TargetGone),
    (
        (
            "exceeds the maximum allowed limit",
            "may not be allowed to perform this action",
            "you have been blocked from",
        ),
        ActionRefused,
    ),
)


def _plain(text: str) -> str:
    return " ".join(text.replace("’", "'").lower().split())
