"""What the engine asks of x.com, apart from how a browser does it.

`TwitterClient` (bot/x/client.py) does it in a real browser, `FakeX` (bot/x/fake.py) in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from bot.storage.cookies import Cookie

if TYPE_CHECKING:
    from bot.x.report import PageLook

__all__ = [
    "Cookie",
    "Draft",
    "Evidence",
    "LoggedIn",
    "PostSeen",
    "ProfileSeen",
    "Progress",
    "Step",
    "StepKind",
    "XClient",
]


class StepKind(StrEnum):
    """The steps a person can watch while a run works."""

    OPENING = "opening"  # starting the browser
    LOGGING_IN = "logging_in"
    AWAITING_LOG_IN = "awaiting_log_in"  # a person logs in in the window; total: minutes they have
    COMPOSING = "composing"  # opening the composer
    UPLOADING = "uploading"  # done/total: files
    TYPING = "typing"
    WAITING_TURN = "waiting_turn"  # total: seconds until the gap between two posts of all accounts is over
    SENDING = "sending"
    CONFIRMING = "confirming"
    SEARCHING = "searching"  # detail: the query
    LIKING = "liking"  # done/total
    FOLLOWING = "following"  # done/total
    REPLYING = "replying"  # done/total
    READING_PROFILE = "reading_profile"
    CHECKING = "checking"  # done/total: pages; detail: which
    PAUSING = "pausing"  # total: seconds
    CLOSING = "closing"


@dataclass(frozen=True)
class Step:
    """One step of a run. `done`/`total` count from 1 where the step has parts, else 0/0."""

    kind: StepKind
    done: int = 0
    total: int = 0
    detail: str = ""


Progress = Callable[[Step], None]
"""Told of each step as it begins. Must be quick and must not raise."""


@dataclass(frozen=True)
class Draft:
    """A post about to be sent: text as the person reads it, and up to 4 pictures or 1 video."""

    text: str
    media: tuple[Path, ...] = ()


@dataclass(frozen=True)
class PostSeen:
    """A post as a page showed it. Counts that the page did not show are None, never 0 by guess."""

    id: str
    handle: str  # author, without @
    text: str
    posted_at: datetime | None  # UTC
    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    views: int | None = None
    bookmarks: int | None = None
    liked: bool = False  # by the account that reads
    language: str = ""  # as x.com takes the text to be: "en", "in" (Indonesian), "qme"; "" where none was shown
    out_of_order: bool = False  # pinned or reposted: it stands elsewhere than its time says


@dataclass(frozen=True)
class ProfileSeen:
    """The head of a profile page. Numbers from 10,000 up are rounded by x.com itself."""

    handle: str
    followers: int | None
    following: int | None
    posts: int | None
    is_followed: bool | None = None  # by the account that reads; None on its own profile
    follows_reader: bool | None = None  # whether it follows the account that reads; None on its own profile


@dataclass(frozen=True)
class LoggedIn:
    """What a person's log-in in a window gave: whose it is (no @), and the cookies of x.com, as an export has them."""

    handle: str
    cookies: tuple[Cookie, ...] = field(repr=False)


@dataclass(frozen=True)
class Evidence:
    """What the page looked like when trouble came. HTML has no values of cookies or inputs."""

    url: str
    title: str
    screenshot: bytes  # PNG, empty when none could be taken
    html: str


class XClient(Protocol):
    """One account's visit to x.com. Each call returns what the page confirmed or raises a `Trouble`.

    Every call may also raise `Stopped` (the run's StopSignal was set) at a point where nothing is half done.
    """

    def log_in(self, cookies: Sequence[Cookie]) -> str:
        """Put the session in place and open home; returns the handle it belongs to (no @).

        Raises SessionExpired, ForeignSession, ChallengeShown, AccountLocked, AccountSuspended, ProxyRefused and
        Unavailable.
        """

    def let_person_log_in(self, seconds: float) -> LoggedIn:
        """Open x.com's log-in, and wait for up to `seconds` until a person has logged in in the browser's window.

        An earlier log-in of this browser is forgotten first. Whose it is, is not judged. Raises SessionNotTaken (the
        window was closed, or nobody came), Unavailable.
        """

    def post(self, draft: Draft, *, before_send: Callable[[], None]) -> str:
        """Send `draft` and return the id of the new post.

        `before_send` is called once, when all is typed and uploaded and right before the one click that
        sends; when it raises, there is no click. A Trouble raised before it means surely not sent. After it:
        DuplicateRefused, PostLimitReached, SlowDown, AccountLocked, ... mean x.com said no (surely not sent);
        SendUndecided means nobody knows.
        """

    def reply(self, post: PostSeen, text: str, *, before_send: Callable[[], None]) -> str:
        """Answer `post` and return the id of the reply; a reply is a post, and `before_send` means the same as there.

        Raises what `post` raises, TargetGone when the post is not there, ActionRefused when its author lets this
        account not reply.
        """

    def read_own_replies(self, post: PostSeen) -> list[PostSeen]:
        """The own replies that the page of `post` shows. That one is not there proves nothing: x.com hides some."""

    def read_profile(self, handle: str) -> ProfileSeen:
        """Read the counts on a profile page. Raises TargetGone when there is no such profile."""

    def read_own_posts(self, limit: int = 20, *, since: datetime | None = None) -> list[PostSeen]:
        """The own latest posts, newest first (reposts and the pinned order removed).

        With `since`, only those from then on, and the list is read no further back; `limit` holds all the same.
        """

    def search_latest(self, query: str, limit: int = 20) -> list[PostSeen]:
        """Posts of the search tab Latest, in the order shown, each id once."""

    def like(self, post: PostSeen) -> bool:
        """Like the post; True when it was, False when it had been liked before.

        Raises ActionRefused when x.com took it back, TargetGone when the post is not there.
        """

    def follow(self, handle: str) -> bool:
        """Follow the person; True when done (or requested), False when followed before."""

    def check_pages(self, cookies: Sequence[Cookie]) -> Iterator[PageLook]:
        """Walk x.com's pages read-only, logging in first; each page as it is seen (bot.x.expectations.PAGES).

        Selectors that are missing are reported, not raised. Raises the trouble of the account or site that ends it.
        """

    def evidence(self) -> Evidence:
        """A picture and the redacted HTML of the present page. Never raises a Trouble."""

    def close(self) -> None:
        """End the browser and wait until it is gone. May be called twice. Never raises a Trouble."""
