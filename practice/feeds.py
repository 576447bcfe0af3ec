"""The lists of posts: what stands in them besides posts, and how they are cut into pages."""

from __future__ import annotations

from typing import Any

from practice.model import Post, User
from practice.search import Query
from practice.shown import Eyes
from practice.world import World

PAGE = 20  # entries per answer (x_dom_facts: Home timeline, [K] about 20 posts per page)
_AD_AT, _PEOPLE_AT = 4, 9


class Feeds:
    """Builds the entries of each list for one visitor."""

    def __init__(self, world: World, viewer: User | None, eyes: Eyes) -> None:
        self._world = world
        self._viewer = viewer
        self._eyes = eyes

    def home(self, *, following: bool) -> list[dict[str, Any]]:
        """Everything new, with reposts, an ad and people to follow in between; or only who is followed."""
        posts = self._world.timeline(self._viewer)
        if following and self._viewer is not None:
            seen = {*self._viewer.follows, self._viewer.handle}
            posts = [post for post in posts if post.author in seen]
        entries = [self._with_repost(post) for post in posts]
        return self._mixed(entries, people=True)

    def search(self, text: str, tab: str) -> list[dict[str, Any]]:
        """The answer to a search; tab "live" is newest first, "user" people, else the most liked first."""
        if tab == "user":
            return [self._person_entry(user) for user in self._people_like(text)]
        posts = self._world.timeline(self._viewer, Query.read(text))
        if tab != "live":
            posts.sort(key=lambda post: self._world.count(post, "likes"), reverse=True)
        return self._mixed([self._eyes.post(post) for post in posts], people=False)

    def profile(self, user: User) -> list[dict[str, Any]]:
        """The pinned post first, then posts and reposts, newest first."""
        own = [post for post in self._world.posts_of(user.handle) if not post.reply_to]
        entries = [self._eyes.post(post) for post in own if post.id != user.pinned]
        entries += [self._reposted(post_id, user) for post_id in user.reposts if self._is_shown(post_id)]
        entries.sort(key=lambda entry: int(entry.pop("sort", entry["id"])), reverse=True)
        pinned = [self._eyes.post(post) | {"context": "pinned"} for post in own if post.id == user.pinned]
        entries = pinned + entries
        if len(entries) > 3 and self._viewer is not None:
            entries.insert(3, self._people_entry())
        return entries

    def conversation(self, post: Post) -> list[dict[str, Any]]:
        """The post itself and, for who is logged in, the answers below it."""
        focal = self._eyes.post(post, whole=True) | {"type": "focal"}
        if self._viewer is None:
            return [focal, {"type": "pivot", "replies": focal["replies"]}]
        answers = [self._eyes.post(answer) for answer in self._world.replies_to(post.id, self._viewer)]
        tombstones = [{"type": "tombstone"}] if answers else []
        return [focal, *answers[:2], *tombstones, *answers[2:]]

    def _is_shown(self, post_id: str) -> bool:
        found = self._world.find_post(post_id)
        return found is not None and self._world.is_visible(found, self._viewer)

    def _with_repost(self, post: Post) -> dict[str, Any]:
        by = next((user for user in self._world.users() if post.id in user.reposts and not user.managed), None)
        entry = self._eyes.post(post)
        return entry | {"context": "reposted", "by": self._eyes.person(by)} if by else entry

    def _reposted(self, post_id: str, by: User) -> dict[str, Any]:
        entry = self._eyes.post(self._world.post(post_id))
        return entry | {"context": "reposted", "by": self._eyes.person(by), "sort": int(post_id) + (1 << 40)}

    def _mixed(self, entries: list[dict[str, Any]], *, people: bool) -> list[dict[str, Any]]:
        if len(entries) > _AD_AT:
            entries.insert(_AD_AT, self._ad())
        if people and len(entries) > _PEOPLE_AT:
            entries[_PEOPLE_AT:_PEOPLE_AT] = [{"type": "separator"}, self._people_entry(), {"type": "separator"}]
        return entries

    def _ad(self) -> dict[str, Any]:
        shop = next((user for user in self._world.users() if user.verified and not user.managed), None)
        posts = self._world.posts_of(shop.handle) if shop else []
        return self._eyes.post(posts[-1]) | {"type": "ad"} if posts else {"type": "separator"}

    def _people_entry(self) -> dict[str, Any]:
        return {"type": "people", "people": [self._eyes.person(user) for user in self.suggestions()]}

    def _person_entry(self, user: User) -> dict[str, Any]:
        return {"type": "person", "id": user.user_id, "person": self._eyes.person(user)}

    def suggestions(self) -> list[User]:
        """Three people for "Who to follow": strangers not followed yet."""
        followed = self._viewer.follows if self._viewer else []
        strangers = [
            user
            for user in self._world.users()
            if not (user.managed or user.deleted or user.protected or user.suspended)
        ]
        return [user for user in strangers if user.handle not in followed][-3:]

    def _people_like(self, text: str) -> list[User]:
        words = text.lower().split()
        return [
            user
            for user in self._world.users()
            if not user.deleted and all(word in f"{user.handle} {user.name} {user.bio}".lower() for word in words)
        ]


def page_of(entries: list[dict[str, Any]], cursor: int) -> dict[str, Any]:
    """One page of a list, from entry number `cursor`; `next` is None at the end."""
    end = cursor + PAGE
    return {"entries": entries[cursor:end], "next": end if end < len(entries) else None}
