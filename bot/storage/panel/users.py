"""Who may use the panel: names, roles, password hashes."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.storage.panel.database import PanelDatabase, moment
from bot.storage.panel.refusals import PanelRefusal

LONGEST_NAME = 40
FIRST_NAME = "admin"
"""The name of the first user, where nobody chose another."""


class Role(StrEnum):
    """What somebody may do; each may what the one before may."""

    VIEWER = "viewer"  # look
    OPERATOR = "operator"  # let accounts work, change them
    ADMIN = "admin"  # users, tokens, the panel itself


@dataclass(frozen=True)
class User:
    """One person."""

    id: int
    name: str
    role: Role
    is_active: bool
    has_password: bool  # not while an invitation waits to be taken up
    has_second_factor: bool
    created_at: datetime | None
    last_login_at: datetime | None


_SELECT = """
    SELECT id, name, role, active, password IS NOT NULL AS has_password, created_at, last_login_at,
           EXISTS (SELECT 1 FROM second_factor WHERE user_id = user.id AND confirmed) AS has_second_factor
    FROM user
"""


class Users:
    """The users of one panel. A user is never deleted, only deactivated: the audit log goes on naming them."""

    def __init__(self, database: PanelDatabase) -> None:
        self._database = database

    def all(self) -> tuple[User, ...]:
        """All users, by name."""
        with self._database.reading() as db:
            return tuple(_user(row) for row in db.execute(f"{_SELECT} ORDER BY name"))

    def get(self, user_id: int) -> User:
        """Raises KeyError when there is no such user."""
        with self._database.reading() as db:
            row = db.execute(f"{_SELECT} WHERE id = ?", (user_id,)).fetchone()
        if row is None:
            raise KeyError(user_id)
        return _user(row)

    def find(self, name: str) -> User | None:
        """The user of this name, whatever its capitals."""
        with self._database.reading() as db:
            row = db.execute(f"{_SELECT} WHERE name = ?", (name,)).fetchone()
        return _user(row) if row else None

    def add(self, name: str, role: Role, now: datetime) -> User:
        """Add a user without a password. Raises PanelRefusal when the name is taken."""
        with self._database.changing() as db:
            if db.execute("SELECT 1 FROM user WHERE name = ?", (name,)).fetchone():
                raise PanelRefusal(f"There is a user “{name}” already.", remedy="Choose another name.")
            values = (name, role.value, now.timestamp())
            row = db.execute("INSERT INTO user (name, role, created_at) VALUES (?, ?, ?) RETURNING id", values)
            user_id = int(row.fetchone()[0])
        return self.get(user_id)

    def first_admin(self, now: datetime) -> User:
        """An active admin: the one of longest standing, or a new one without a password where there is none."""
        with self._database.changing() as db:
            query = "SELECT id FROM user WHERE role = 'admin' AND active ORDER BY password IS NULL, id"
            row = db.execute(query).fetchone()
            user_id = int(row[0]) if row else _add_admin(db, now)
        return self.get(user_id)

    # Passwords

    def password_hash(self, user_id: int) -> str | None:
        """The Argon2 hash, None while none was ever set. Raises KeyError when there is no such user."""
        with self._database.reading() as db:
            row = db.execute("SELECT password FROM user WHERE id = ?", (user_id,)).fetchone()
        if row is None:
            raise KeyError(user_id)
        return None if row[0] is None else str(row[0])

    def has_any_password(self) -> bool:
        """Whether anybody ever set one: the first set-up is over then."""
        with self._database.reading() as db:
            return db.execute("SELECT 1 FROM user WHERE password IS NOT NULL").fetchone() is not None

    def save_password(self, user_id: int, password_hash: str) -> None:
        """Keep another hash (stronger parameters, or a new password)."""
        with self._database.changing() as db:
            db.execute("UPDATE user SET password = ? WHERE id = ?", (password_hash, user_id))

    def save_first_password(self, user_id: int, name: str, password_hash: str) -> bool:
        """Name the first user and keep the hash if nobody has a password yet; False when somebody was first."""
        query = """UPDATE user SET name = ?, password = ?
                   WHERE id = ? AND NOT EXISTS (SELECT 1 FROM user WHERE password IS NOT NULL)"""
        with self._database.changing() as db:
            return db.execute(query, (name, password_hash, user_id)).rowcount == 1

    # What an admin decides

    def change_role(self, user_id: int, role: Role) -> None:
        """Raises PanelRefusal when nobody would be left who can manage users."""
        with self._database.changing() as db:
            db.execute("UPDATE user SET role = ? WHERE id = ?", (role.value, user_id))
            _check_admins(db)

    def deactivate(self, user_id: int) -> None:
        """Nothing they have opens anything any more. Raises PanelRefusal for the last admin."""
        with self._database.changing() as db:
            db.execute("UPDATE user SET active = 0 WHERE id = ?", (user_id,))
            _check_admins(db)
            db.execute("DELETE FROM session WHERE user_id = ?", (user_id,))
            db.execute("DELETE FROM link WHERE user_id = ?", (user_id,))

    def activate(self, user_id: int) -> None:
        with self._database.changing() as db:
            db.execute("UPDATE user SET active = 1 WHERE id = ?", (user_id,))

    def note_login(self, user_id: int, now: datetime) -> None:
        with self._database.changing() as db:
            db.execute("UPDATE user SET last_login_at = ? WHERE id = ?", (now.timestamp(), user_id))


def _add_admin(db: sqlite3.Connection, now: datetime) -> int:
    query = "INSERT INTO user (name, role, created_at) VALUES (?, 'admin', ?) RETURNING id"
    return int(db.execute(query, (FIRST_NAME, now.timestamp())).fetchone()[0])


def _check_admins(db: sqlite3.Connection) -> None:
    """Undoes the change, by raising, that leaves no admin who can come in."""
    able = "SELECT 1 FROM user WHERE role = 'admin' AND active"
    able += " AND (password IS NOT NULL OR NOT EXISTS (SELECT 1 FROM user WHERE password IS NOT NULL))"
    if db.execute(able).fetchone() is None:
        remedy = "Make somebody else an admin first."
        raise PanelRefusal("This is the last admin: nobody could manage users any more.", remedy=remedy)


def _user(row: sqlite3.Row) -> User:
    return User(
        id=row["id"],
        name=row["name"],
        role=Role(row["role"]),
        is_active=bool(row["active"]),
        has_password=bool(row["has_password"]),
        has_second_factor=bool(row["has_second_factor"]),
        created_at=moment(row["created_at"]),
        last_login_at=moment(row["last_login_at"]),
    )
