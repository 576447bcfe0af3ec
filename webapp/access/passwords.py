"""Passwords: which will do, and whether one is right."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from webapp.access.refusals import AccessRefused

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1000


class Passwords:
    """Argon2 in one place."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobodys = self._hasher.hash("nobody's")

    def hash(self, password: str) -> str:
        """Raises `AccessRefused` for one that will not do."""
        check_password(password)
        return self._hasher.hash(password)

    def is_right(self, known: str | None, password: str) -> bool:
        """Takes as long for a user that there is not (`known` is None) as for one that there is."""
        try:
            right = len(password) <= LONGEST_PASSWORD and self._hasher.verify(known or self._nobodys, password)
        except (VerificationError, InvalidHashError):
            return False
        return right and known is not None

    def is_dated(self, known: str) -> bool:
        """Whether the hash was made with weaker parameters than are used now."""
        return self._hasher.check_needs_rehash(known)


def check_password(password: str) -> None:
    """Raises `AccessRefused` for a password that is too short or too long (counted in characters)."""
    if len(password) < SHORTEST_PASSWORD:
        message = f"The password has {len(password)} characters."
        raise AccessRefused(message, remedy=f"Use {SHORTEST_PASSWORD} or more; a short sentence is easy to keep.")
    if len(password) > LONGEST_PASSWORD:
        message = f"The password has more than {LONGEST_PASSWORD} characters."
        raise AccessRefused(message, remedy="Use a shorter one.")
