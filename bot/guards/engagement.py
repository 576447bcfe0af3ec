"""Whom an account may like, follow, reply to, quote or repost: strangers that no other managed account has engaged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.storage.claims import Claims, NeverEngaged
from bot.storage.database import Database
from bot.storage.guard_stops import GuardStop, GuardStops

_DEEDS = {"like": "like", "follow": "follow", "reply": "reply to", "quote": "quote", "repost": "repost"}


@dataclass(frozen=True)
class FleetPeople:
    """What the files say: the handles of all managed accounts, and those never to be engaged; in lower case."""

    managed: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Objection:
    guard: str
    why: str


class EngagementGuard:
    """Safe for threads; raises StorageError. Handles with or without @, in any case."""

    def __init__(self, database: Database, clock: Clock, people: Callable[[], FleetPeople]) -> None:
        self._claims = Claims(database)
        self._stops = GuardStops(database)
        self._clock = clock
        self._people = people

    def why_not_engage(self, account_id: str, kind: str, handle: str, post_id: str = "") -> str:
        """Why the account may not do this (like, follow, reply, quote, repost) to the person or the person's post.

        "" when it may. Claims nothing.
        """
        objection = self._objection(account_id, kind, plain_handle(handle), post_id)
        return objection.why if objection else ""

    def claim(self, account_id: str, kind: str, handle: str, post_id: str = "") -> str:
        """Claim person and post for the account right before it acts. Durable on return.

        Why it may not, "" when they are claimed: then no other managed account will engage them.
        """
        person = plain_handle(handle)
        with self._claims.together():
            objection = self._objection(account_id, kind, person, post_id)
            if objection is None:
                self._claims.claim(account_id, [person], [post_id], self._clock.now())
                return ""
            self._remember(account_id, objection, person)
            return objection.why

    def holds_back(self, account_id: str, kind: str, handle: str, post_id: str = "") -> str:
        """Which guard holds back what a search found (managed, never, claimed); "" for none. Shown among the stops.

        But not people that another account has claimed: each search finds many of those.
        """
        person = plain_handle(handle)
        objection = self._objection(account_id, kind, person, post_id)
        if objection is not None and objection.guard != "claimed":
            self._remember(account_id, objection, person)
        return objection.guard if objection else ""

    def enter_past(self, account_id: str, people: set[str], posts: set[str], at: datetime) -> None:
        """Claim what the account engaged before claims were kept; what another one has stays its."""
        self._claims.claim(account_id, people, posts, at)

    # people never to be engaged

    def never(self) -> list[NeverEngaged]:
        """By handle; those of the files first, which are changed there."""
        of_files = sorted(self._people().never)
        return [NeverEngaged(handle) for handle in of_files] + [
            person for person in self._claims.never() if person.handle not in of_files
        ]

    def add_never(self, handle: str, by: str, why: str = "") -> bool:
        """Put a person on the list; False when it is there already."""
        person = plain_handle(handle)
        if person in self._people().never:
            return False
        return self._claims.add_never(NeverEngaged(person, by, why), self._clock.now())

    def remove_never(self, handle: str) -> bool:
        """Take a person off the list; False for one that is not on it, or that the files name."""
        return self._claims.remove_never(plain_handle(handle))

    # inside

    def _objection(self, account_id: str, kind: str, person: str, post_id: str) -> _Objection | None:
        people, deed = self._people(), _DEEDS[kind]
        if person in people.managed:
            return _Objection("managed", f"@{person} is an account of yours; they do not {deed} each other")
        if person in people.never or self._claims.is_never(person):
            return _Objection("never", f"@{person} is on the list of people never to be engaged")
        for owner, what in ((self._claims.owner_of_person(person), f"@{person}"), (self._owner(post_id), "this post")):
            if owner and owner != account_id:
                return _Objection("claimed", f"{what} was engaged by {owner}; only one account engages the same")
        return None

    def _owner(self, post_id: str) -> str:
        return self._claims.owner_of_post(post_id) if post_id else ""

    def _remember(self, account_id: str, objection: _Objection, person: str) -> None:
        self._stops.add(GuardStop(account_id, objection.guard, f"@{person}", objection.why, self._clock.now()))


def plain_handle(text: str) -> str:
    """A handle as it is compared: without @, in small letters."""
    return text.strip().removeprefix("@").lower()
