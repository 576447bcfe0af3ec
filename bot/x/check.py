"""Walks the real pages read-only and reports which selectors they show. Nothing is typed, posted, liked or followed.

The walk must go on where selectors are missing: it finds its way by addresses alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from bot.errors import PageChanged, PageTimeout, TargetGone
from bot.x import evidence, session
from bot.x.arrival import check
from bot.x.contract import Cookie, Progress, Step, StepKind
from bot.x.expectations import PAGES, Counts, judge, missing_on
from bot.x.overlays import click_once
from bot.x.page import Page
from bot.x.report import CheckedPage, PageLook
from bot.x.selectors import ALL, COMPOSER_TEXT
from bot.x.timeline import trouble_of_list

HARMLESS_WORD = "internet"
"""Found in many languages, and says nothing about the account."""

_POST_PATH = re.compile(r"/(?!i/)(\w{1,15})/status/(\d+)")
_LINKS = "return [...document.querySelectorAll('a[href]')].map((link) => link.pathname);"
_OF_OTHERS = ("post", "person")  # may be deleted between the list and the visit
_NO_POST = "not visited: no post was found to open"
_NOBODY = "not visited: no post of somebody else was found"


def walk(page: Page, handle: str, cookies: Sequence[Cookie], progress: Progress) -> Iterator[PageLook]:
    """Each page of PAGES as it is seen. Raises the trouble of the account or site that ends the walk."""
    yield from _Walk(page, handle, progress).pages(cookies)


class _Walk:
    """One walk. A post and its author are taken from the lists on the way, by the addresses of links alone."""

    def __init__(self, page: Page, handle: str, progress: Progress) -> None:
        self._page = page
        self._handle = handle
        self._progress = progress
        self._posts: list[tuple[str, str]] = []  # (author, id), the best to open first

    def pages(self, cookies: Sequence[Cookie]) -> Iterator[PageLook]:
        """The looks in the order of PAGES."""
        self._tell("home")
        yield self._look("home", self._log_in(cookies))
        self._tell("composer")
        yield self._look("composer", self._open_composer())
        yield self._visit("profile", self._handle)
        self._remember_posts()
        yield self._visit("search", f"search?q={quote(HARMLESS_WORD)}&src=typed_query&f=live")
        self._remember_posts()
        yield self._post()
        yield self._person()

    def _log_in(self, cookies: Sequence[Cookie]) -> str:
        """Put the session in place and open home; a note when the page does not show whose session it is."""
        try:
            session.log_in(self._page, self._handle, cookies)
        except (PageChanged, PageTimeout) as error:
            return f"the log-in could not be confirmed: {error.message}"
        return ""

    def _open_composer(self) -> str:
        """Click into the text field, as before writing; a note when that is not possible."""
        if self._page.find(COMPOSER_TEXT) is None:
            return ""
        try:
            click_once(self._page, lambda: self._page.find(COMPOSER_TEXT), COMPOSER_TEXT.name)
        except PageChanged as error:
            return error.message
        return ""

    def _post(self) -> PageLook:
        if not self._posts:
            return PageLook(CheckedPage("post", note=_NO_POST))
        author, post_id = self._posts[0]
        return self._visit("post", f"{author}/status/{post_id}")

    def _person(self) -> PageLook:
        author = next((author for author, _ in self._posts if not self._is_own(author)), None)
        return self._visit("person", author) if author else PageLook(CheckedPage("person", note=_NOBODY))

    def _visit(self, name: str, path: str) -> PageLook:
        self._tell(name)
        self._page.open(path)
        try:
            return self._look(name)
        except TargetGone as gone:
            return PageLook(CheckedPage(name, note=f"not visited: {gone.message}"))

    def _look(self, name: str, note: str = "") -> PageLook:
        """Wait for what must be there, then take down what is."""
        findings = judge(name, self._wait_for_counts(name), self._page.selectors)
        seen = evidence.gather(self._page)
        checked = CheckedPage(name, seen.url, findings, note, bool(seen.screenshot), bool(seen.html))
        return PageLook(checked, seen)

    def _wait_for_counts(self, name: str) -> Counts:
        """What each selector finds, as soon as nothing is missing, or when the time for that is up."""

        def look() -> Counts | None:
            self._check(name)
            counts = self._counts()
            return None if missing_on(name, counts) else counts

        return self._page.poll(look, self._page.timeouts.element) or self._counts()

    def _check(self, name: str) -> None:
        """Raise what the page itself says is wrong."""
        state = check(self._page)
        if name in _OF_OTHERS and (state.not_found or state.nothing_here):
            raise TargetGone("it is deleted or cannot be seen")
        trouble = trouble_of_list(state.words) if name == "search" else None
        if trouble:
            raise trouble

    def _counts(self) -> Counts:
        ways = {known.name: self._page.selectors[known.name].ways for known in ALL}
        counts: Counts = self._page.run("counts", ways)
        return counts

    def _remember_posts(self) -> None:
        """Posts that the page links to; those of others go before own ones, for their authors' profiles."""
        matches = (_POST_PATH.fullmatch(path) for path in self._page.evaluate(_LINKS))
        found = [(match[1], match[2]) for match in matches if match]
        self._posts = sorted((*self._posts, *found), key=lambda post: self._is_own(post[0]))

    def _is_own(self, handle: str) -> bool:
        return handle.casefold() == self._handle.casefold()

    def _tell(self, name: str) -> None:
        self._page.stop.check()
        self._progress(Step(StepKind.CHECKING, PAGES.index(name) + 1, len(PAGES), name))
