"""Whoever asks: a person with an open session, or a program with a bearer token."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g
from flask_login import UserMixin

from bot.storage.panel.audit import Way
from bot.storage.panel.sessions import Session
from webapp.access.needs import LEVEL_OF_ROLE, Need, need_of


@dataclass(frozen=True)
class Actor:
    """Who asks, and what they may."""

    name: str
    level: Need
    way: Way
    session: Session | None = None  # None for a token

    def may(self, endpoint: str) -> bool:
        """Whether this route is for them."""
        return self.level >= need_of(endpoint)

    @classmethod
    def of_session(cls, session: Session) -> Actor:
        return cls(session.user_name, LEVEL_OF_ROLE[session.role], Way.BROWSER, session)


class LoggedIn(UserMixin):  # type: ignore[misc] # flask-login ships no types
    """What flask-login carries through a request; `id` is the session's secret."""

    def __init__(self, session_id: str, actor: Actor) -> None:
        self.id = session_id
        self.actor = actor


def actor() -> Actor | None:
    """Who asks; None for a visitor nobody knows. The guard has settled it before any view."""
    found: Actor | None = g.get("actor")
    return found


def own_session() -> Session:
    """The session of a view that needs one; a token never gets so far. Raises LookupError without one."""
    who = actor()
    if who is None or who.session is None:
        raise LookupError("no session")
    return who.session
