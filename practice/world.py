"""The practice world: people, posts, sessions. In memory, thread-safe, the single source of the truth."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from practice.media import check_file, check_together
from practice.model import Media, Post, Session, User
from practice.refusals import Reason, Refusal
from practice.search import Query
from practice.snowflake import Snowflakes, floor_of
from practice.weighted import LIMIT, weighted_length

Now = Callable[[], datetime]


def utc_now() -> datetime:
    """The present moment, UTC."""
    return datetime.now(UTC)


class World:
    """Everything that is and happens on the practice site. Every method may be called from any thread."""

    def __init__(self, now: Now = utc_now) -> None:
        self._now = now
        self._lock = threading.RLock()
        self._users: dict[str, User] = {}  # lower-case handle -> user, in order made
        self._posts: dict[str, Post] = {}
        self._media: dict[str, Media] = {}
        self._ids = Snowflakes()

    # people and sessions

    def add_account(self, handle: str, name: str) -> User:
        """A managed account with a valid session. An account that exists gets one when it has none."""
        with self._lock:
            user = self._users.get(handle.lower())
            if user is None:
                user = self.add_user(User(handle, name, "", self._now(), managed=True))
            if not any(not session.ended for session in user.sessions):
                self.open_session(user)
            user.managed = True
            return user

    def add_user(self, user: User) -> User:
        """Put a person into the world; gives a user id when there is none."""
        with self._lock:
            user.user_id = user.user_id or self._ids.next(user.joined)
            self._users[user.handle.lower()] = user
            return user

    def open_session(self, user: User) -> Session:
        """A new login. The first token is sha1("practice:" + lower-case handle), later ones add a number."""
        with self._lock:
            number = len(user.sessions)
            seed = f"practice:{user.handle.lower()}" + (f":{number + 1}" if number else "")
            token = hashlib.sha1(seed.encode(), usedforsecurity=False).hexdigest()
            session = Session(token, hashlib.md5(seed.encode(), usedforsecurity=False).hexdigest())
            user.sessions.append(session)
            return session

    def end_sessions(self, handle: str) -> int:
        """End every login of the account, as "log out of all other sessions" does; returns how many."""
        with self._lock:
            living = [session for session in self.user(handle).sessions if not session.ended]
            for session in living:
                session.ended = True
            return len(living)

    def visitor(self, token: str) -> User | None:
        """Who the cookie auth_token belongs to; None when it is no valid session."""
        with self._lock:
            for user in self._users.values():
                if any(session.token == token and not session.ended for session in user.sessions):
                    return user
            return None

    def person_with_login(self, handle: str) -> User | None:
        """Who can log in as `handle`: an account that has had a session; None when nobody can."""
        with self._lock:
            found = self._users.get(handle.lower())
            return found if found and found.sessions else None

    def user(self, handle: str) -> User:
        """The person with this handle, in any spelling. Raises Refusal(GONE)."""
        with self._lock:
            found = self._users.get(handle.lower())
            if found is None:
                raise Refusal(Reason.GONE, f"nobody is called {handle}")
            return found

    def users(self) -> list[User]:
        """Everybody, in the order they were made."""
        with self._lock:
            return list(self._users.values())

    # posts

    def publish(self, author: User, text: str, media_keys: Sequence[str] = (), reply_to: str = "") -> Post:
        """Store a post as x.com would. Raises Refusal for what x.com refuses; then nothing is stored."""
        with self._lock:
            text = text.replace("\r\n", "\n").strip()
            media = tuple(self._own_media(author, key) for key in media_keys)
            self._check_post(author, text, media)
            if reply_to and self._posts.get(reply_to) is None:
                raise Refusal(Reason.GONE, "the post replied to is gone")
            moment = self._now()
            return self.add_post(Post(self._ids.next(moment), author.handle, text, moment, media, reply_to=reply_to))

    def add_post(self, post: Post) -> Post:
        """Put a ready post into the world (the seed does)."""
        with self._lock:
            self._posts[post.id] = post
            return post

    def add_older_post(self, author: User, text: str, moment: datetime) -> Post:
        """Put a post of an earlier moment into the world; its id is one of that time, as x.com's are."""
        with self._lock:
            number = floor_of(moment)
            while str(number) in self._posts:
                number += 1
            return self.add_post(Post(str(number), author.handle, text, moment))

    def next_id(self, moment: datetime) -> str:
        """A fresh id for something made at `moment`."""
        with self._lock:
            return self._ids.next(moment)

    def _check_post(self, author: User, text: str, media: Sequence[Media]) -> None:
        if author.suspended:
            raise Refusal(Reason.SUSPENDED)
        check_together(media)
        if not text and not media:
            raise Refusal(Reason.EMPTY)
        if weighted_length(text) > LIMIT:
            raise Refusal(Reason.TOO_LONG)
        if text and any(post.text == text for post in self.posts_of(author.handle)):
            raise Refusal(Reason.DUPLICATE)

    def post(self, post_id: str) -> Post:
        """The post with this id. Raises Refusal(GONE) when it, or its author, is no more."""
        with self._lock:
            found = self._posts.get(post_id)
            if found is None or found.deleted or self.user(found.author).deleted:
                raise Refusal(Reason.GONE, f"no post {post_id}")
            return found

    def find_post(self, post_id: str) -> Post | None:
        """The post with this id, even a deleted one; None when there never was one."""
        with self._lock:
            return self._posts.get(post_id)

    def posts_of(self, handle: str) -> list[Post]:
        """What this person posted, newest first."""
        with self._lock:
            return _newest_first(post for post in self._posts.values() if post.author == handle and not post.deleted)

    def timeline(self, viewer: User | None, query: Query | None = None) -> list[Post]:
        """Every post the viewer may see that matches, newest first."""
        with self._lock:
            return _newest_first(
                post
                for post in self._posts.values()
                if not post.reply_to and self.is_visible(post, viewer) and (query is None or query.matches(post))
            )

    def replies_to(self, post_id: str, viewer: User | None) -> list[Post]:
        """The answers to a post, oldest first."""
        with self._lock:
            answers = [post for post in self._posts.values() if post.reply_to == post_id]
            return [post for post in answers if self.is_visible(post, viewer)]

    def is_visible(self, post: Post, viewer: User | None) -> bool:
        """Whether the viewer may see it: not deleted, and a protected author only by followers."""
        author = self._users[post.author.lower()]
        if post.deleted or author.deleted:
            return False
        own = viewer is not None and (viewer is author or author.handle in viewer.follows)
        return own or not author.protected

    # what accounts do to posts and people

    def react(self, user: User, post_id: str, what: str, on: bool) -> None:
        """Set or take back a "likes", "reposts" or "bookmarks" entry. Doing it twice changes nothing."""
        with self._lock:
            post = self.post(post_id)
            if user.suspended:
                raise Refusal(Reason.SUSPENDED)
            if not self.is_visible(post, user):
                raise Refusal(Reason.GONE)
            _set_entry(getattr(user, what), post_id, on)

    def follow(self, user: User, handle: str, on: bool) -> str:
        """Follow or unfollow; returns "follow", "unfollow" or "cancel", the state the button shows next."""
        with self._lock:
            target = self.user(handle)
            if user.suspended:
                raise Refusal(Reason.SUSPENDED)
            if target.deleted or target is user:
                raise Refusal(Reason.GONE)
            asks = on and target.protected and target.handle not in user.follows
            _set_entry(user.requests if asks else user.follows, target.handle, on)
            if not on:
                _set_entry(user.requests, target.handle, on)
            return self.button_of(user, target)

    def button_of(self, user: User | None, target: User) -> str:
        """The ending of the follow button's test id between these two."""
        if user is not None and target.handle in user.follows:
            return "unfollow"
        return "cancel" if user is not None and target.handle in user.requests else "follow"

    def followers(self, user: User) -> int:
        """Exact number of followers."""
        with self._lock:
            return user.base_followers + sum(user.handle in other.follows for other in self._users.values())

    def following(self, user: User) -> int:
        """Exact number of people followed."""
        return user.base_following + len(user.follows)

    def count(self, post: Post, what: str) -> int:
        """Likes, reposts or bookmarks of a post: those of the seed and those of the accounts here."""
        with self._lock:
            base: int = getattr(post, f"base_{what}")
            return base + sum(post.id in getattr(user, what) for user in self._users.values())

    # media

    def store_media(self, owner: User, name: str, media_type: str, data: bytes, ready_in: float = 0.0) -> Media:
        """Take an uploaded file; it can be posted `ready_in` seconds from now. Raises Refusal(MEDIA_FAILED)."""
        check_file(media_type, data)
        with self._lock:
            digest = hashlib.sha256(data).hexdigest()
            key = self._ids.next(self._now())
            ready_at = time.monotonic() + ready_in
            media = Media(key, name, media_type, len(data), digest, data, owner.handle, ready_at)
            self._media[key] = media
            return media

    def media(self, key: str) -> Media | None:
        """The stored file with this key."""
        with self._lock:
            return self._media.get(key)

    def _own_media(self, owner: User, key: str) -> Media:
        media = self._media.get(key)
        if media is None or media.owner != owner.handle or media.ready_at > time.monotonic():
            raise Refusal(Reason.MEDIA_FAILED, f"no ready media {key} of {owner.handle}")
        return media

    # the truth, for the control port

    def state(self) -> dict[str, Any]:
        """Managed accounts and strangers, each in the order they were made, as `GET /state` tells it."""
        with self._lock:
            told = [(user.managed, self._state_of(user)) for user in self._users.values()]
            return {
                "accounts": [state for managed, state in told if managed],
                "strangers": [state for managed, state in told if not managed],
            }

    def _state_of(self, user: User) -> dict[str, Any]:
        return {
            "handle": user.handle,
            "name": user.name,
            "user_id": user.user_id,
            "followers": self.followers(user),
            "following": self.following(user),
            "posts": [_post_state(post) for post in reversed(self.posts_of(user.handle))],
            "likes": list(user.likes),
            "reposts": list(user.reposts),
            "follows": list(user.follows),
            "follow_requests": list(user.requests),
            "sessions": [{"valid": not session.ended} for session in user.sessions],
            "locked": user.locked,
            "suspended": user.suspended,
        }


def cookies_for(account: User) -> list[dict[str, Any]]:
    """The account's newest session as the EditThisCookie extension exports it (cookie_formats: 1)."""
    session = account.sessions[-1]
    values = [
        ("auth_token", session.token, True, "no_restriction"),
        ("ct0", session.ct0, False, "lax"),
        ("twid", f"u%3D{account.user_id}", False, "no_restriction"),
    ]
    return [
        {
            "domain": ".x.com",
            "hostOnly": False,
            "httpOnly": http_only,
            "name": name,
            "path": "/",
            "sameSite": same_site,
            "secure": True,
            "session": False,
            "storeId": "0",
            "expirationDate": 2208988800.5,
            "value": value,
            "id": number,
        }
        for number, (name, value, http_only, same_site) in enumerate(values, start=1)
    ]


def _newest_first(posts: Iterable[Post]) -> list[Post]:
    return sorted(posts, key=lambda post: int(post.id), reverse=True)


def _set_entry(entries: list[str], entry: str, on: bool) -> None:
    if on and entry not in entries:
        entries.append(entry)
    elif not on and entry in entries:
        entries.remove(entry)


def _post_state(post: Post) -> dict[str, Any]:
    return {
        "id": post.id,
        "text": post.text,
        "media": [
            {"name": media.name, "type": media.type, "size": media.size, "sha256": media.sha256} for media in post.media
        ],
        "reply_to": post.reply_to,
        "time": post.time.isoformat(),
    }
