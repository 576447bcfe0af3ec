"""Secrets that are good once: links for the console, invitations, and logins that wait for their second factor."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.storage.panel.database import PanelDatabase, digest

INVITATION = "invitation"
INVITATION_LIFETIME = timedelta(days=7)


@dataclass(frozen=True)
class Link:
    """What a good secret is good for."""

    kind: str
    user_id: int | None


class Links:
    """One-time secrets by their digests."""

    def __init__(self, database: PanelDatabase) -> None:
        self._database = database

    def keep_only(self, kind: str, secret: str, user_id: int | None = None, expires_at: datetime | None = None) -> None:
        """Keep the secret and void all others of its kind and user."""
        with self._database.changing() as db:
            db.execute("DELETE FROM link WHERE kind = ? AND user_id IS ?", (kind, user_id))
            db.execute("INSERT INTO link VALUES (?, ?, ?, ?)", (digest(secret), kind, user_id, _seconds(expires_at)))

    def keep(self, kind: str, secret: str, user_id: int, now: datetime, expires_at: datetime) -> None:
        """Keep the secret beside others; those that have expired are cleared on the way."""
        with self._database.changing() as db:
            db.execute("DELETE FROM link WHERE expires_at <= ?", (now.timestamp(),))
            db.execute("INSERT INTO link VALUES (?, ?, ?, ?)", (digest(secret), kind, user_id, _seconds(expires_at)))

    def invite(self, user_id: int, now: datetime) -> str:
        """A secret for `/invitation?token=...`, by which the user sets a password; voids the one before."""
        secret = secrets.token_urlsafe(32)
        self.keep_only(INVITATION, secret, user_id, now + INVITATION_LIFETIME)
        return secret

    def find(self, kind: str, secret: str, now: datetime) -> Link | None:
        """What the secret is good for, None when it is not. Does not spend it."""
        query = "SELECT user_id FROM link WHERE kind = ? AND hash = ? AND (expires_at IS NULL OR expires_at > ?)"
        with self._database.reading() as db:
            row = db.execute(query, (kind, digest(secret), now.timestamp())).fetchone()
        return Link(kind, row["user_id"]) if row else None

    def spend(self, kind: str, secret: str, now: datetime) -> Link | None:
        """Use the secret up. A Link for exactly one caller."""
        query = """DELETE FROM link WHERE kind = ? AND hash = ? AND (expires_at IS NULL OR expires_at > ?)
                   RETURNING user_id"""
        with self._database.changing() as db:
            row = db.execute(query, (kind, digest(secret), now.timestamp())).fetchone()
        return Link(kind, row["user_id"]) if row else None


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None
