"""What the pages are told about people and posts: plain JSON, seen through one visitor's eyes."""

from __future__ import annotations

from typing import Any

from practice.model import Media, Post, User
from practice.weighted import LIMIT, weighted_length
from practice.world import World

CUT = 280  # characters of a long post that lists show


class Eyes:
    """Turns the world's things into JSON for one visitor (None: logged out)."""

    def __init__(self, world: World, viewer: User | None, media_base: str) -> None:
        self._world = world
        self._viewer = viewer
        self._base = media_base

    def person(self, user: User) -> dict[str, Any]:
        """Name, picture and the state of the follow button."""
        return {
            "handle": user.handle,
            "name": user.name,
            "user_id": user.user_id,
            "bio": user.bio,
            "verified": user.verified,
            "protected": user.protected,
            "avatar": f"{self._base}/profile_images/{user.user_id}/{user.handle}.svg",
            "button": "" if user is self._viewer else self._world.button_of(self._viewer, user),
            "follows_you": self._viewer is not None and self._viewer.handle in user.follows,
        }

    def profile(self, user: User) -> dict[str, Any]:
        """All a profile head shows."""
        return self.person(user) | {
            "location": user.location,
            "url": user.url,
            "joined": user.joined.isoformat(),
            "followers": self._world.followers(user),
            "following": self._world.following(user),
            "posts": len(self._world.posts_of(user.handle)),
            "suspended": user.suspended,
            "own": user is self._viewer,
            "visible": not user.protected or user is self._viewer or self._follows(user),
        }

    def _follows(self, user: User) -> bool:
        return self._viewer is not None and user.handle in self._viewer.follows

    def post(self, post: Post, *, whole: bool = False) -> dict[str, Any]:
        """A post with its numbers; lists cut long texts, the post's own page shows it `whole`."""
        author = self._world.user(post.author)
        cut = not whole and weighted_length(post.text) > LIMIT
        return {
            "type": "post",
            "id": post.id,
            "author": self.person(author),
            "text": post.text[:CUT] if cut else post.text,
            "cut": cut,
            "time": post.time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "media": [self._media(media) for media in post.media],
            "card": post.card,
            "quote": self._quote(post.quote_id),
            "replies": post.base_replies + len(self._world.replies_to(post.id, self._viewer)),
            "reposts": self._world.count(post, "reposts"),
            "likes": self._world.count(post, "likes"),
            "bookmarks": self._world.count(post, "bookmarks"),
            "views": post.base_views,
            "liked": self._did("likes", post),
            "reposted": self._did("reposts", post),
            "bookmarked": self._did("bookmarks", post),
            "reply_to": self._answered(post.reply_to),
        }

    def _did(self, what: str, post: Post) -> bool:
        return self._viewer is not None and post.id in getattr(self._viewer, what)

    def _answered(self, post_id: str) -> str:
        answered = self._world.find_post(post_id) if post_id else None
        return answered.author if answered else ""

    def _media(self, media: Media) -> dict[str, Any]:
        folder = "video" if media.type.startswith("video/") else "media"
        return {"type": media.type, "url": f"{self._base}/{folder}/{media.key}", "name": media.name}

    def _quote(self, post_id: str) -> dict[str, Any] | None:
        quoted = self._world.find_post(post_id) if post_id else None
        if quoted is None:
            return None
        if not self._world.is_visible(quoted, self._viewer):
            return {"gone": True}
        return {"gone": False} | self.post(quoted) | {"quote": None}
