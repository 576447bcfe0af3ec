"""The things the practice world is made of. Plain data; `world.World` is the only one to change them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Session:
    """One login of a managed account. `ended` sessions are refused like x.com refuses a stale cookie."""

    token: str  # cookie auth_token, 40 hex
    ct0: str  # cookie ct0, 32 hex
    ended: bool = False


@dataclass(frozen=True)
class Media:
    """A stored picture or video, with the bytes as they arrived. `size` is in bytes."""

    key: str
    name: str
    type: str
    size: int
    sha256: str
    data: bytes = field(repr=False)
    owner: str = ""  # handle of who sent it
    ready_at: float = 0.0  # monotonic seconds: processed from then on


@dataclass
class Post:
    """A post. Numbers are what others did besides the managed accounts; `World` adds the real ones."""

    id: str
    author: str  # handle
    text: str
    time: datetime  # UTC
    media: tuple[Media, ...] = ()
    quote_id: str = ""
    reply_to: str = ""
    card: str = ""  # host and title of a link preview, "" for none
    base_replies: int = 0
    base_reposts: int = 0
    base_likes: int = 0
    base_bookmarks: int = 0
    base_views: int = 0
    deleted: bool = False


@dataclass
class User:
    """A person or shop of the world. `managed` ones can log in; the others are strangers."""

    handle: str
    name: str
    user_id: str
    joined: datetime
    bio: str = ""
    location: str = ""
    url: str = ""
    verified: bool = False
    protected: bool = False
    deleted: bool = False
    managed: bool = False
    locked: bool = False
    suspended: bool = False
    base_followers: int = 0
    base_following: int = 0
    pinned: str = ""
    sessions: list[Session] = field(default_factory=list)
    likes: list[str] = field(default_factory=list)  # post ids, oldest first
    reposts: list[str] = field(default_factory=list)
    bookmarks: list[str] = field(default_factory=list)
    follows: list[str] = field(default_factory=list)  # handles, oldest first
    requests: list[str] = field(default_factory=list)  # follow requests to protected accounts
    access_check: str = ""  # "locked", "challenge" or "code": what /account/access shows next
