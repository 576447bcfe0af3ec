"""x.com in a real browser: the `XClient` the engine works with."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from bot.browser.contract import Browser
from bot.clock import Clock, StopSignal
from bot.errors import PageChanged, PageTimeout
from bot.x import check, composer, evidence, profile, search, session, window
from bot.x import follow as following
from bot.x import post as liking
from bot.x import reply as replying
from bot.x.contract import Cookie, Draft, Evidence, LoggedIn, PostSeen, ProfileSeen, Progress, Step, StepKind
from bot.x.page import CoveredError, Page, StaleError, Timeouts
from bot.x.report import PageLook
from bot.x.selectors import BUILT_IN, SelectorSet


def ignore_progress(_step: Step) -> None:
    """For callers that watch no steps."""


class TwitterClient:
    """One account's visit to x.com, in the browser it was given. See `XClient` for what each call promises."""

    def __init__(
        self,
        browser: Browser,
        handle: str,
        *,
        clock: Clock,
        stop: StopSignal,
        progress: Progress = ignore_progress,
        timeouts: Timeouts | None = None,
        selectors: SelectorSet = BUILT_IN,
        is_proxied: bool = False,
    ) -> None:
        self._browser = browser
        self._handle = handle.removeprefix("@")
        self._progress = progress
        self._page = Page(browser.driver, clock, stop, timeouts or Timeouts(), selectors, is_proxied=is_proxied)

    def log_in(self, cookies: Sequence[Cookie]) -> str:
        self._progress(Step(StepKind.LOGGING_IN))
        with _settled():
            return session.log_in(self._page, self._handle, cookies)

    def let_person_log_in(self, seconds: float) -> LoggedIn:
        self._progress(Step(StepKind.AWAITING_LOG_IN, total=math.ceil(seconds / 60)))
        with _settled():
            return window.watch_log_in(self._page, seconds)

    def post(self, draft: Draft, *, before_send: Callable[[], None]) -> str:
        with _settled():
            return composer.send(self._page, self._handle, draft, before_send, self._progress)

    def reply(self, post: PostSeen, text: str, *, before_send: Callable[[], None]) -> str:
        with _settled():
            return replying.reply(self._page, self._handle, post, text, before_send, self._progress)

    def read_own_replies(self, post: PostSeen) -> list[PostSeen]:
        self._progress(Step(StepKind.READING_PROFILE, detail=post.handle))
        with _settled():
            return replying.read_own_replies(self._page, self._handle, post)

    def read_profile(self, handle: str) -> ProfileSeen:
        self._progress(Step(StepKind.READING_PROFILE, detail=handle))
        with _settled():
            return profile.read_profile(self._page, handle.removeprefix("@"))

    def read_own_posts(self, limit: int = 20, *, since: datetime | None = None) -> list[PostSeen]:
        self._progress(Step(StepKind.READING_PROFILE, detail=self._handle))
        with _settled():
            return profile.read_posts_of(self._page, self._handle, limit, since)

    def search_latest(self, query: str, limit: int = 20) -> list[PostSeen]:
        self._progress(Step(StepKind.SEARCHING, detail=query))
        with _settled():
            return search.search_latest(self._page, query, limit)

    def like(self, post: PostSeen) -> bool:
        with _settled():
            return liking.like(self._page, post)

    def follow(self, handle: str) -> bool:
        with _settled():
            return following.follow(self._page, handle.removeprefix("@"))

    def check_pages(self, cookies: Sequence[Cookie]) -> Iterator[PageLook]:
        with _settled():
            yield from check.walk(self._page, self._handle, cookies, self._progress)

    def evidence(self) -> Evidence:
        return evidence.gather(self._page)

    def close(self) -> None:
        self._browser.close()


@contextmanager
def _settled() -> Iterator[None]:
    """A page that never came to rest is a trouble like any other; it must not leave as an inner exception."""
    try:
        yield
    except StaleError as error:
        raise PageTimeout("The page kept changing and did not come to rest.") from error
    except CoveredError as error:
        raise PageChanged(f"Something lies over the element to click: {error}") from error
