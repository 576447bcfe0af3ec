"""x.com in memory, for tests of the engine: no browser, no network, same contract (`XClient`).

world = FakeWorld(clock)
world.add_account("ayu", session="token-ayu")
world.fail_next("post", SessionExpired("..."))
client = FakeX(world, "ayu", clock=clock, stop=StopSignal())
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.clock import Clock, StopSignal
from bot.errors import (
    ActionRefused,
    AviaryError,
    ForeignSession,
    SendUndecided,
    SessionExpired,
    SessionNotTaken,
    TargetGone,
)
from bot.x.contract import Cookie, Draft, Evidence, LoggedIn, PostSeen, ProfileSeen, Progress, Step, StepKind
from bot.x.expectations import EXPECTED, PAGES, judge
from bot.x.report import CheckedPage, PageLook
from bot.x.selectors import ALL, BUILT_IN

_COUNTS = frozenset({"likes", "reposts", "replies", "views", "bookmarks"})
_FIRST_ID = 1_900_000_000_000_000_001
_PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c63f80f00010101001bb6ee560000000049454e44ae426082"
)


def ignore_progress(_step: Step) -> None:
    """For tests that watch no steps."""


@dataclass
class FakePost:
    """A post that stands on the fake site."""

    id: str
    handle: str
    text: str
    posted_at: datetime
    media: tuple[str, ...] = ()
    liked_by: set[str] = field(default_factory=set)
    reply_to: str = ""
    language: str = ""
    replies: int = 0
    """Those of strangers, as the counts below; what is done in the world comes on top."""
    likes: int = 0
    reposts: int | None = 0
    views: int | None = None
    bookmarks: int | None = None


@dataclass
class FakeAccount:
    """A person on the fake site. `session` is the auth_token its cookies must hold; "" takes any."""

    handle: str
    session: str = ""
    follows: set[str] = field(default_factory=set)
    extra_followers: int = 0
    extra_following: int = 0


@dataclass(frozen=True)
class Call:
    """One call of a client: `name` is the method, `detail` what it was about."""

    handle: str
    name: str
    detail: str = ""


@dataclass
class _Script:
    call: str
    trouble: AviaryError
    handle: str
    after_click: bool
    stored: bool
    left: int


class FakeWorld:
    """What all clients of a test share: accounts, posts, scripted troubles and the record of calls. Thread-safe."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.accounts: dict[str, FakeAccount] = {}
        self.posts: list[FakePost] = []
        self.calls: list[Call] = []
        self.renamed: set[str] = set()
        """Names of selectors (bot.x.selectors) that no page shows any more; only `check_pages` notices."""
        self.people: list[LoggedIn] = []
        """Who logs in in the windows that are opened, one after the other; without any, nobody comes."""
        self.open_clients = 0
        self.most_open_clients = 0
        self._scripts: list[_Script] = []
        self._lock = threading.RLock()

    def add_account(self, handle: str, *, session: str = "", followers: int = 0) -> FakeAccount:
        """Let `handle` exist. `followers` are strangers who follow it already."""
        with self._lock:
            account = FakeAccount(handle, session, extra_followers=followers)
            self.accounts[handle.casefold()] = account
            return account

    def add_post(
        self, handle: str, text: str, media: Sequence[str] = (), *, reply_to: str = "", at: datetime | None = None
    ) -> FakePost:
        """Let a post stand, written `at` that moment or now; its author is added when unknown."""
        with self._lock:
            self.accounts.get(handle.casefold()) or self.add_account(handle)
            post_id = str(_FIRST_ID + len(self.posts))
            post = FakePost(post_id, handle, text, at or self.clock.now(), tuple(media), reply_to=reply_to)
            self.posts.append(post)
            return post

    def set_counts(self, post_id: str, **counts: int | None) -> None:
        """Let a post have these counts of strangers: likes, reposts, replies, views, bookmarks; None is not shown."""
        with self._lock:
            found = self._find_post(post_id)
            for name, count in counts.items():
                if name not in _COUNTS:
                    raise ValueError(f"a post has no count {name!r}")
                setattr(found, name, count)

    def fail_next(
        self, call: str, trouble: AviaryError, *, handle: str = "", times: int = 1, after_click: bool = False
    ) -> None:
        """Let the next `times` calls named `call` ("post", "like", ...) raise `trouble`, for `handle` or anybody.

        A post fails before `before_send` is called, or with `after_click` after it; it never stands.
        """
        with self._lock:
            self._scripts.append(_Script(call, trouble, handle, after_click, stored=False, left=times))

    def lose_next_answer(self, *, call: str = "post", handle: str = "", stored: bool = True) -> None:
        """Let the next post (or `call`: reply) raise SendUndecided after `before_send`; it stands all the same when
        `stored`.
        """
        with self._lock:
            lost = SendUndecided("The answer to the post was lost.")
            self._scripts.append(_Script(call, lost, handle, after_click=True, stored=stored, left=1))

    def posts_of(self, handle: str) -> list[FakePost]:
        """The posts of one account, oldest first, without its replies."""
        return [post for post in self._written_by(handle) if not post.reply_to]

    def replies_of(self, handle: str) -> list[FakePost]:
        """The replies of one account, oldest first."""
        return [post for post in self._written_by(handle) if post.reply_to]

    def _written_by(self, handle: str) -> list[FakePost]:
        with self._lock:
            return [post for post in self.posts if post.handle.casefold() == handle.casefold()]

    def likes_of(self, handle: str) -> list[str]:
        """The ids of the posts that `handle` likes."""
        with self._lock:
            return [post.id for post in self.posts if handle.casefold() in post.liked_by]

    def calls_of(self, name: str, handle: str = "") -> list[Call]:
        """The recorded calls of one method."""
        with self._lock:
            return [call for call in self.calls if call.name == name and handle in ("", call.handle)]

    # What FakeX uses; everything under the one lock.

    def _record(self, handle: str, name: str, detail: str) -> None:
        with self._lock:
            self.calls.append(Call(handle, name, detail))

    def _take_script(self, handle: str, name: str) -> _Script | None:
        with self._lock:
            for script in self._scripts:
                if script.call == name and script.handle in ("", handle):
                    script.left -= 1
                    if script.left <= 0:
                        self._scripts.remove(script)
                    return replace(script)
            return None

    def _count_open(self, change: int) -> None:
        with self._lock:
            self.open_clients += change
            self.most_open_clients = max(self.most_open_clients, self.open_clients)

    def _find_account(self, handle: str) -> FakeAccount:
        with self._lock:
            account = self.accounts.get(handle.casefold())
        if account is None:
            raise TargetGone(f"The profile @{handle} does not exist.")
        return account

    def _find_post(self, post_id: str) -> FakePost:
        with self._lock:
            found = next((post for post in self.posts if post.id == post_id), None)
        if found is None:
            raise TargetGone(f"The post {post_id} is deleted or cannot be seen.")
        return found

    def _show(self, post: FakePost, reader: str) -> PostSeen:
        return PostSeen(
            post.id,
            post.handle,
            post.text,
            post.posted_at,
            likes=post.likes + len(post.liked_by),
            reposts=post.reposts,
            replies=post.replies + sum(other.reply_to == post.id for other in self.posts),
            views=post.views,
            bookmarks=post.bookmarks,
            liked=reader.casefold() in post.liked_by,
            language=post.language,
        )

    def _profile(self, handle: str, reader: str) -> ProfileSeen:
        with self._lock:
            account = self._find_account(handle)
            key = handle.casefold()
            followers = sum(key in other.follows for other in self.accounts.values())
            mine = self.accounts.get(reader.casefold())
            is_other = key != reader.casefold() and mine is not None
            return ProfileSeen(
                account.handle,
                followers + account.extra_followers,
                len(account.follows) + account.extra_following,
                len(self.posts_of(handle)),
                key in mine.follows if is_other and mine else None,
                reader.casefold() in account.follows if is_other else None,
            )


class FakeX:
    """One account's visit to a `FakeWorld`. Steps, stops and troubles come as from the real client."""

    def __init__(
        self,
        world: FakeWorld,
        handle: str,
        *,
        clock: Clock | None = None,
        stop: StopSignal | None = None,
        progress: Progress = ignore_progress,
    ) -> None:
        self._world = world
        self._handle = handle
        self._clock = clock or world.clock
        self._stop = stop or StopSignal()
        self._progress = progress
        self._is_open = True
        world._count_open(+1)

    def log_in(self, cookies: Sequence[Cookie]) -> str:
        self._progress(Step(StepKind.LOGGING_IN))
        self._begin("log_in", "")
        token = next((cookie.value for cookie in cookies if cookie.name == "auth_token"), "")
        if not token:
            raise SessionExpired("The cookies hold no X session (auth_token).")
        owner = self._owner_of(token)
        if owner.casefold() != self._handle.casefold():
            raise ForeignSession(f"The cookies belong to @{owner}, not to @{self._handle}.", owner=owner)
        return owner

    def let_person_log_in(self, seconds: float) -> LoggedIn:
        self._progress(Step(StepKind.AWAITING_LOG_IN, total=math.ceil(seconds / 60)))
        self._begin("let_person_log_in", "")
        with self._world._lock:
            if self._world.people:
                return self._world.people.pop(0)
        self._clock.pause(seconds, self._stop)
        raise SessionNotTaken(f"Nobody was logged in within {seconds / 60:.0f} minutes, so the window was closed.")

    def post(self, draft: Draft, *, before_send: Callable[[], None]) -> str:
        script = self._compose("post", draft.text)
        for number, file in enumerate(draft.media, start=1):
            self._progress(Step(StepKind.UPLOADING, number, len(draft.media), file.name))
        self._progress(Step(StepKind.TYPING))
        self._stop.check()
        self._progress(Step(StepKind.SENDING))
        before_send()
        return self._store(draft, script)

    def reply(self, post: PostSeen, text: str, *, before_send: Callable[[], None]) -> str:
        script = self._compose("reply", post.id)
        self._world._find_post(post.id)
        self._progress(Step(StepKind.TYPING))
        self._stop.check()
        self._progress(Step(StepKind.SENDING))
        before_send()
        return self._store(Draft(text), script, reply_to=post.id)

    def read_own_replies(self, post: PostSeen) -> list[PostSeen]:
        self._progress(Step(StepKind.READING_PROFILE, detail=post.handle))
        self._begin("read_own_replies", post.id)
        self._world._find_post(post.id)
        answers = [answer for answer in self._world.replies_of(self._handle) if answer.reply_to == post.id]
        return [self._world._show(answer, self._handle) for answer in answers]

    def read_profile(self, handle: str) -> ProfileSeen:
        self._progress(Step(StepKind.READING_PROFILE, detail=handle))
        self._begin("read_profile", handle)
        return self._world._profile(handle, self._handle)

    def read_own_posts(self, limit: int = 20, *, since: datetime | None = None) -> list[PostSeen]:
        self._progress(Step(StepKind.READING_PROFILE, detail=self._handle))
        self._begin("read_own_posts", str(limit))
        own = [post for post in self._world.posts_of(self._handle) if since is None or post.posted_at >= since]
        newest = sorted(own, key=lambda post: (post.posted_at, int(post.id)), reverse=True)[:limit]
        return [self._world._show(post, self._handle) for post in newest]

    def search_latest(self, query: str, limit: int = 20) -> list[PostSeen]:
        self._progress(Step(StepKind.SEARCHING, detail=query))
        self._begin("search_latest", query)
        words = query.casefold().split()
        with self._world._lock:
            newest = list(reversed(self._world.posts))
        found = [post for post in newest if all(word in post.text.casefold() for word in words)]
        return [self._world._show(post, self._handle) for post in found[:limit]]

    def like(self, post: PostSeen) -> bool:
        self._begin("like", post.id)
        found = self._world._find_post(post.id)
        return _add(self._world, found.liked_by, self._handle)

    def follow(self, handle: str) -> bool:
        self._begin("follow", handle)
        target = self._world._find_account(handle)
        if target.handle.casefold() == self._handle.casefold():
            raise ActionRefused(f"@{handle} cannot be followed: this is the own profile.")
        return _add(self._world, self._world._find_account(self._handle).follows, handle)

    def check_pages(self, cookies: Sequence[Cookie]) -> Iterator[PageLook]:
        self.log_in(cookies)
        for number, name in enumerate(PAGES, start=1):
            self._progress(Step(StepKind.CHECKING, number, len(PAGES), name))
            self._begin("check_pages", name)
            shown = {group[0].name for group in EXPECTED[name]} - self._world.renamed
            counts = {known.name: [int(known.name in shown)] for known in ALL}
            page = CheckedPage(name, f"https://x.com/{name}", judge(name, counts, BUILT_IN), "", True, True)
            yield PageLook(page, self.evidence())

    def evidence(self) -> Evidence:
        return Evidence("https://x.com/home", "X (fake)", _PICTURE, "<html><body>fake</body></html>")

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._world._count_open(-1)
            self._world._record(self._handle, "close", "")

    def _compose(self, name: str, detail: str) -> _Script | None:
        """Open the composer; what goes wrong after the click, if anything."""
        self._progress(Step(StepKind.COMPOSING))
        self._stop.check()
        self._world._record(self._handle, name, detail)
        script = self._world._take_script(self._handle, name)
        if script and not script.after_click:
            raise script.trouble
        return script

    def _begin(self, name: str, detail: str) -> None:
        self._stop.check()
        self._world._record(self._handle, name, detail)
        script = self._world._take_script(self._handle, name)
        if script:
            raise script.trouble

    def _owner_of(self, token: str) -> str:
        with self._world._lock:
            accounts = list(self._world.accounts.values())
        known = next((account.handle for account in accounts if account.session == token), None)
        mine = next((one for one in accounts if one.handle.casefold() == self._handle.casefold()), None)
        if known is None and (mine is None or mine.session):
            raise SessionExpired("x.com shows its login: the session is not valid any more.")
        return known or self._handle

    def _store(self, draft: Draft, script: _Script | None, reply_to: str = "") -> str:
        if script and not script.stored:
            raise script.trouble
        media = [file.name for file in draft.media]
        post = self._world.add_post(self._handle, draft.text, media, reply_to=reply_to)
        self._progress(Step(StepKind.CONFIRMING))
        if script:
            raise script.trouble
        return post.id


def _add(world: FakeWorld, members: set[str], handle: str) -> bool:
    """Put `handle` among `members`; False when it was there."""
    with world._lock:
        before = len(members)
        members.add(handle.casefold())
        return len(members) > before
