"""Bearer tokens of the REST API: shown once, kept as digests, with a scope, an end and a last use."""

from __future__ import annotations

import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.storage.panel.database import PanelDatabase, digest, moment
from bot.storage.panel.refusals import PanelRefusal
from bot.storage.panel.users import Role

PREFIX = "aviary_"
"""By it a person, or a scanner for leaked secrets, knows what the token is of."""
LONGEST_NAME = 60
DEFAULT_DAYS = 90
LONGEST_DAYS = 3650
_USED_EVERY = timedelta(minutes=1)
"""How exactly the last use is kept: a program may ask many times a second."""


class Scope(StrEnum):
    """What a token may do; each may what the one before may."""

    READ = "read"
    OPERATE = "operate"
    ADMIN = "admin"


SCOPE_OF_ROLE = {Role.VIEWER: Scope.READ, Role.OPERATOR: Scope.OPERATE, Role.ADMIN: Scope.ADMIN}
_ORDER = list(Scope)


@dataclass(frozen=True)
class ApiToken:
    """One token, without its secret. Times are UTC."""

    id: int
    name: str
    scope: Scope
    made_by: str  # the user's name; "" when it was made on the console
    made_at: datetime | None
    expires_at: datetime | None  # None: never
    used_at: datetime | None
    revoked_at: datetime | None
    owner_role: Role | None  # None: made on the console, by whoever owns the machine
    owner_is_active: bool

    @property
    def effective_scope(self) -> Scope | None:
        """Its scope, but never more than its maker may now; None when the maker may do nothing any more."""
        if self.owner_role is None:
            return self.scope
        if not self.owner_is_active:
            return None
        return min(self.scope, SCOPE_OF_ROLE[self.owner_role], key=_ORDER.index)

    def is_good(self, now: datetime) -> bool:
        is_over = self.expires_at is not None and self.expires_at <= now
        return self.revoked_at is None and not is_over and self.effective_scope is not None


_SELECT = """
    SELECT api_token.*, user.name AS owner, user.role AS owner_role, user.active AS owner_active
    FROM api_token LEFT JOIN user ON user.id = api_token.made_by
"""


class ApiTokens:
    """The tokens of one panel."""

    def __init__(self, database: PanelDatabase) -> None:
        self._database = database

    def make(
        self, name: str, scope: Scope, now: datetime, expires_at: datetime | None, made_by: int | None = None
    ) -> str:
        """Make a token and return its secret, kept nowhere. Raises PanelRefusal for a name that will not do."""
        name = name.strip()
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            remedy = f"Say what it is for, in {LONGEST_NAME} signs or fewer."
            raise PanelRefusal("The token has no usable name.", remedy=remedy)
        secret = PREFIX + secrets.token_urlsafe(32)
        values = (digest(secret), name, scope.value, made_by, now.timestamp(), _seconds(expires_at))
        query = "INSERT INTO api_token (hash, name, scope, made_by, made_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)"
        with self._database.changing() as db:
            db.execute(query, values)
        return secret

    def all(self) -> tuple[ApiToken, ...]:
        """All tokens, the newest first; revoked and expired ones, too."""
        with self._database.reading() as db:
            return tuple(_token(row) for row in db.execute(f"{_SELECT} ORDER BY api_token.id DESC"))

    def find(self, secret: str, now: datetime) -> ApiToken | None:
        """The token of this secret if it is good now; its use is noted."""
        with self._database.reading() as db:
            row = db.execute(f"{_SELECT} WHERE api_token.hash = ?", (digest(secret),)).fetchone()
        token = _token(row) if row else None
        if token is None or not token.is_good(now):
            return None
        if token.used_at is None or now - token.used_at >= _USED_EVERY:
            with self._database.changing() as db:
                db.execute("UPDATE api_token SET used_at = ? WHERE id = ?", (now.timestamp(), token.id))
        return token

    def revoke(self, token_id: int, now: datetime) -> bool:
        """End it for good; False when there is no such token that was not revoked before."""
        with self._database.changing() as db:
            query = "UPDATE api_token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL"
            return db.execute(query, (now.timestamp(), token_id)).rowcount == 1


def _token(row: sqlite3.Row) -> ApiToken:
    return ApiToken(
        id=row["id"],
        name=row["name"],
        scope=Scope(row["scope"]),
        made_by=row["owner"] or "",
        made_at=moment(row["made_at"]),
        expires_at=moment(row["expires_at"]),
        used_at=moment(row["used_at"]),
        revoked_at=moment(row["revoked_at"]),
        owner_role=Role(row["owner_role"]) if row["owner_role"] else None,
        owner_is_active=bool(row["owner_active"]),
    )


def _seconds(at: datetime | None) -> float | None:
    return at.timestamp() if at else None
